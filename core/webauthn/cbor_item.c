/*
 * libcbor's decoder, which calls back with what it has read: each callback fills the item. What has none leaves it as it
 * was, unread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/webauthn/cbor_item.h"

#include <cbor.h>

enum { DEEPEST = 8 };

struct reading {
    struct cbor_item item;
    bool is_read;
};

static void fill(void *context, enum cbor_kind kind, uint64_t number, struct bytes bytes)
{
    struct reading *reading = context;

    reading->item = (struct cbor_item){kind, number, bytes};
    reading->is_read = true;
}

static void fill_number(void *context, enum cbor_kind kind, uint64_t number)
{
    fill(context, kind, number, (struct bytes){NULL, 0});
}

static void on_uint8(void *context, uint8_t value)
{
    fill_number(context, CBOR_UNSIGNED, value);
}

static void on_uint16(void *context, uint16_t value)
{
    fill_number(context, CBOR_UNSIGNED, value);
}

static void on_uint32(void *context, uint32_t value)
{
    fill_number(context, CBOR_UNSIGNED, value);
}

static void on_uint64(void *context, uint64_t value)
{
    fill_number(context, CBOR_UNSIGNED, value);
}

static void on_negint8(void *context, uint8_t value)
{
    fill_number(context, CBOR_NEGATIVE, value);
}

static void on_negint16(void *context, uint16_t value)
{
    fill_number(context, CBOR_NEGATIVE, value);
}

static void on_negint32(void *context, uint32_t value)
{
    fill_number(context, CBOR_NEGATIVE, value);
}

static void on_negint64(void *context, uint64_t value)
{
    fill_number(context, CBOR_NEGATIVE, value);
}

static void on_bytes(void *context, cbor_data data, size_t size)
{
    fill(context, CBOR_BYTES, size, (struct bytes){data, size});
}

static void on_text(void *context, cbor_data data, size_t size)
{
    fill(context, CBOR_TEXT, size, (struct bytes){data, size});
}

static void on_array(void *context, size_t count)
{
    fill_number(context, CBOR_ARRAY, count);
}

static void on_map(void *context, size_t count)
{
    fill_number(context, CBOR_MAP, count);
}

static void on_simple(void *context)
{
    fill_number(context, CBOR_OTHER, 0);
}

static void on_bool(void *context, bool value)
{
    fill_number(context, CBOR_OTHER, value ? 1 : 0);
}

static struct cbor_callbacks callbacks(void)
{
    struct cbor_callbacks all = cbor_empty_callbacks;

    all.uint8 = on_uint8;
    all.uint16 = on_uint16;
    all.uint32 = on_uint32;
    all.uint64 = on_uint64;
    all.negint8 = on_negint8;
    all.negint16 = on_negint16;
    all.negint32 = on_negint32;
    all.negint64 = on_negint64;
    all.byte_string = on_bytes;
    all.string = on_text;
    all.array_start = on_array;
    all.map_start = on_map;
    all.null = on_simple;
    all.undefined = on_simple;
    all.boolean = on_bool;
    return all;
}

bool cbor_item_take(struct bytes *rest, struct cbor_item *out)
{
    const struct cbor_callbacks all = callbacks();
    struct reading reading = {.is_read = false};
    struct cbor_decoder_result result;

    if (rest->size == 0)
        return false;
    result = cbor_stream_decode(rest->data, rest->size, &all, &reading);
    if (result.status != CBOR_DECODER_FINISHED || !reading.is_read || result.read == 0 ||
        result.read > rest->size)
        return false;
    *rest = (struct bytes){rest->data + result.read, rest->size - result.read};
    *out = reading.item;
    return true;
}

/* How many items are to come is kept for each level: each of them takes a byte at least, so that no count is walked that
 * is not there. */
bool cbor_item_skip(struct bytes *rest)
{
    uint64_t left[DEEPEST] = {1};
    size_t depth = 0;
    struct cbor_item item;

    for (;;) {
        while (left[depth] == 0) {
            if (depth == 0)
                return true;
            depth--;
        }
        left[depth]--;
        if (!cbor_item_take(rest, &item))
            return false;
        if (item.kind != CBOR_ARRAY && item.kind != CBOR_MAP)
            continue;
        if (depth + 1 == DEEPEST || item.number > rest->size)
            return false;
        left[++depth] = item.kind == CBOR_MAP ? 2 * item.number : item.number;
    }
}

int64_t cbor_item_label(const struct cbor_item *item)
{
    if (item->number > INT32_MAX)
        return INT64_MIN;
    if (item->kind == CBOR_UNSIGNED)
        return (int64_t)item->number;
    return item->kind == CBOR_NEGATIVE ? -1 - (int64_t)item->number : INT64_MIN;
}
