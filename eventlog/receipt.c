/*
 * Receipts, written and read line by line, and checked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/receipt.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/record.h"

#include <string.h>

static const struct text first_line = TEXT_OF("c2sp.org/tlog-proof@v1");
static const struct text extra_start = TEXT_OF("extra ");
static const struct text index_start = TEXT_OF("index ");

struct text receipt_text(struct arena *arena, const struct receipt *receipt)
{
    AUTO_BUF out = {0};

    buf_init(&out, RECEIPT_MAX_BYTES);
    buf_printf(&out, "%.*s\n", TEXT_ARGS(first_line));
    if (bytes_are_present(receipt->entry))
        buf_printf(&out, "extra %.*s\n", TEXT_ARGS(base64_encode(arena, receipt->entry)));
    buf_printf(&out, "index %llu\n", (unsigned long long)receipt->index);
    for (size_t i = 0; i < receipt->path.count; i++) {
        struct bytes hash = {receipt->path.hashes[i].bytes, DIGEST_SIZE};
        buf_printf(&out, "%.*s\n", TEXT_ARGS(base64_encode(arena, hash)));
    }
    buf_add_char(&out, '\n');
    buf_add_text(&out, receipt->note);
    must(!buf_is_full(&out));
    return text_copy(arena, buf_text(&out));
}

static enum status malformed(struct error *error, const char *what)
{
    return error_set_code(error, STATUS_INVALID, "malformed_receipt", "it is no receipt: %s", what);
}

/* Decimal without sign and leading zeros. */
static bool read_index(struct text digits, uint64_t *out)
{
    int64_t value;

    if (digits.size == 0 || digits.data[0] == '-' || (digits.size > 1 && digits.data[0] == '0') ||
        !text_to_int64(digits, &value))
        return false;
    *out = (uint64_t)value;
    return true;
}

static enum status
read_head(struct arena *arena, struct text *rest, struct receipt *out, struct error *error)
{
    struct text line;

    if (!text_equal(text_cut(rest, '\n'), first_line))
        return malformed(error, "its first line is not \"c2sp.org/tlog-proof@v1\"");
    line = text_cut(rest, '\n');
    if (text_starts_with(line, extra_start)) {
        if (!base64_decode(arena, text_slice(line, extra_start.size, line.size), &out->entry))
            return malformed(error, "the line \"extra\" is no Base64");
        line = text_cut(rest, '\n');
    }
    if (!text_starts_with(line, index_start) ||
        !read_index(text_slice(line, index_start.size, line.size), &out->index))
        return malformed(error, "there is no line \"index\" with the position of the event");
    return STATUS_OK;
}

/* Up to the empty line. */
static enum status
read_path(struct arena *arena, struct text *rest, struct receipt *out, struct error *error)
{
    struct digest *hashes = arena_array(arena, RECEIPT_MOST_HASHES, sizeof(*hashes));
    struct text line = text_cut(rest, '\n');
    size_t count = 0;

    for (; line.size > 0; line = text_cut(rest, '\n')) {
        struct bytes raw;
        if (count == RECEIPT_MOST_HASHES)
            return malformed(error, "it has more hashes than a ledger is high");
        if (!base64_decode(arena, line, &raw) || raw.size != DIGEST_SIZE)
            return malformed(error, "a line between the index and the empty line is no hash");
        memcpy(hashes[count++].bytes, raw.data, DIGEST_SIZE);
    }
    out->path = (struct tree_path){hashes, count};
    return STATUS_OK;
}

enum status
receipt_parse(struct arena *arena, struct text text, struct receipt *out, struct error *error)
{
    struct receipt read = {.index = 0};
    struct text rest = text;
    enum status status = STATUS_OK;

    if (text.size > RECEIPT_MAX_BYTES)
        return malformed(error, "it is too large");
    status = read_head(arena, &rest, &read, error);
    if (status == STATUS_OK)
        status = read_path(arena, &rest, &read, error);
    if (status != STATUS_OK)
        return status;
    if (!text_is_present(rest))
        return malformed(error, "there is no checkpoint behind an empty line");
    read.note = rest;
    *out = read;
    return STATUS_OK;
}

static enum status does_not_hold(struct error *error, const char *what)
{
    return error_set_code(error, STATUS_CORRUPT, "evidence_damaged", "%s", what);
}

enum status receipt_check(
    struct arena *arena,
    const struct receipt *receipt,
    struct bytes entry,
    const struct note_keys *keys,
    struct checkpoint *out,
    struct error *error)
{
    struct checkpoint checkpoint;
    struct tree_head head;

    if (!checkpoint_verify(arena, receipt->note, keys, &checkpoint))
        return does_not_hold(error, "the checkpoint of the receipt is not signed by the key");
    head = (struct tree_head){checkpoint.size, checkpoint.root};
    if (receipt->index >= head.size)
        return does_not_hold(error, "the position of the receipt is beyond its checkpoint");
    if (!tree_includes(&head, receipt->index, tree_leaf(entry), &receipt->path))
        return does_not_hold(
            error, "the hashes of the receipt do not lead from its entry to the signed root");
    *out = checkpoint;
    return STATUS_OK;
}
