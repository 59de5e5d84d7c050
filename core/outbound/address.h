/*
 * Addresses of servers, as whoever asks one names it: "https://fleet.example", with a path where it is served
 * below one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_ADDRESS_H
#define CORE_OUTBOUND_ADDRESS_H

#include "core/base/attributes.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

struct outbound_address {
    struct text url; /* without a slash at its end; borrowed from what was given */
    bool is_secure;  /* https */
    bool is_here;    /* on this machine */
};

/* STATUS_INVALID, code "url_invalid", where it is no address, or has what belongs elsewhere (a name, a password, a
 * query). */
MUST_USE enum status
outbound_address_read(struct text given, struct outbound_address *out, struct error *error);

#endif
