/*
 * Ranges to files and back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup_range.h"

#include "core/crypto/crypto.h"
#include "core/files/compressor.h"
#include "eventlog/ledger_copy.h"

#include <endian.h>
#include <string.h>

enum { LEVEL = 3, HEAD_BYTES = 64, FRAME_HEAD_BYTES = 8, STRIDE_BYTES = 4 << 20 };

static const uint8_t frame_head[FRAME_HEAD_BYTES] = {0x50, 0x2A, 0x4D, 0x18, HEAD_BYTES};
static const char magic[8] = {'f', 'l', 'r', 'a', 'n', 'g', 'e', '1'};

void range_writer_init(struct range_writer *writer)
{
    writer->compressor = compressor_new(LEVEL);
    buf_init(&writer->events, RANGE_MAX_BYTES);
    buf_init(&writer->frame, RANGE_FILE_MAX_BYTES);
    buf_init(&writer->file, RANGE_FILE_MAX_BYTES);
}

void range_writer_fini(struct range_writer *writer)
{
    compressor_free(writer->compressor);
    buf_fini(&writer->events);
    buf_fini(&writer->frame);
    buf_fini(&writer->file);
}

/* While there is room for another stride and the largest event behind it. */
static bool has_room(const struct range_writer *writer)
{
    return writer->events.size + STRIDE_BYTES + STORED_EVENT_MAX_BYTES <= RANGE_MAX_BYTES;
}

static enum status copy_events(
    struct range_writer *writer, struct ledger *ledger, struct range *range, struct error *error)
{
    uint64_t next = range->from;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && next < range->to && has_room(writer)) {
        size_t before = writer->events.size;

        status = ledger_copy(ledger, &next, range->to, STRIDE_BYTES, &writer->events, error);
        compressor_add(
            writer->compressor,
            (struct bytes){
                (const uint8_t *)writer->events.data + before, writer->events.size - before},
            &writer->frame);
    }
    compressor_end(writer->compressor, &writer->frame);
    range->to = next;
    return status;
}

static void add_head(struct buf *out, const struct range *range, const struct buf *events)
{
    struct digest digest = sha256(buf_bytes(events));

    buf_add(out, frame_head, FRAME_HEAD_BYTES);
    buf_add(out, magic, sizeof(magic));
    buf_add_u64be(out, range->from);
    buf_add_u64be(out, range->to);
    buf_add_u64be(out, events->size);
    buf_add(out, digest.bytes, DIGEST_SIZE);
}

enum status range_write(
    struct range_writer *writer, struct ledger *ledger, struct range *range, struct error *error)
{
    enum status status;

    buf_clear(&writer->events);
    buf_clear(&writer->frame);
    buf_clear(&writer->file);
    status = copy_events(writer, ledger, range, error);
    if (status != STATUS_OK)
        return status;
    add_head(&writer->file, range, &writer->events);
    buf_add(&writer->file, writer->frame.data, writer->frame.size);
    if (buf_is_full(&writer->file) || buf_is_full(&writer->frame))
        return error_set(error, STATUS_TOO_LARGE, "a range of the ledger does not fit its file");
    return STATUS_OK;
}

static uint64_t number_at(struct bytes file, size_t at)
{
    uint64_t number;

    memcpy(&number, file.data + at, sizeof(number));
    return be64toh(number);
}

static enum status refuse(struct error *error, const char *what)
{
    return error_set(error, STATUS_CORRUPT, "%s", what);
}

enum status
range_read(struct bytes file, const struct range *range, struct buf *out, struct error *error)
{
    const size_t whole = FRAME_HEAD_BYTES + HEAD_BYTES;
    struct digest digest;
    enum status status;

    buf_clear(out);
    if (file.size < whole || memcmp(file.data, frame_head, FRAME_HEAD_BYTES) != 0 ||
        memcmp(file.data + FRAME_HEAD_BYTES, magic, sizeof(magic)) != 0)
        return refuse(error, "it is no range of a ledger");
    if (number_at(file, FRAME_HEAD_BYTES + 8) != range->from ||
        number_at(file, FRAME_HEAD_BYTES + 16) != range->to)
        return refuse(error, "it holds another range than the manifest says");
    status = compressor_expand((struct bytes){file.data + whole, file.size - whole}, out, error);
    if (status != STATUS_OK)
        return status;
    digest = sha256(buf_bytes(out));
    if (number_at(file, FRAME_HEAD_BYTES + 24) != out->size ||
        memcmp(file.data + FRAME_HEAD_BYTES + 32, digest.bytes, DIGEST_SIZE) != 0)
        return refuse(error, "its events are not those that its head says");
    return STATUS_OK;
}
