/*
 * Reading CBOR (RFC 8949), an item at a time: what authenticators write. Nothing is copied and nothing allocated, whatever
 * sizes an item claims. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEBAUTHN_CBOR_ITEM_H
#define CORE_WEBAUTHN_CBOR_ITEM_H

#include "core/base/attributes.h"
#include "core/base/text.h"

enum cbor_kind {
    CBOR_UNSIGNED, /* its value: number */
    CBOR_NEGATIVE, /* its value: -1 - number */
    CBOR_BYTES,    /* borrowed */
    CBOR_TEXT,     /* borrowed */
    CBOR_ARRAY,    /* of so many items, which follow: number */
    CBOR_MAP,      /* of so many pairs */
    CBOR_OTHER     /* a simple value */
};
struct cbor_item {
    enum cbor_kind kind;
    uint64_t number;
    struct bytes bytes;
};

/* Takes the next item off `rest`; of an array or a map only its head. False where there is none, or one that
 * authenticators do not write: tags, and whatever has no length. */
MUST_USE bool cbor_item_take(struct bytes *rest, struct cbor_item *out);

/* The same of a whole item, with all that is in it, which is not looked at. False too where it nests too deeply. */
MUST_USE bool cbor_item_skip(struct bytes *rest);

/* The value of a whole number, in the range of COSE's labels; INT64_MIN where it is none. */
int64_t cbor_item_label(const struct cbor_item *item);

#endif
