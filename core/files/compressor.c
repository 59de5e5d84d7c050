/*
 * The library's streams, a block at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/files/compressor.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <zstd.h>

enum { BLOCK_BYTES = 1 << 18, LARGEST_WINDOW_LOG = 27 };

struct compressor {
    ZSTD_CCtx *context;
    char *block;
};

struct compressor *compressor_new(int level)
{
    struct compressor *compressor = heap_new(sizeof(*compressor));

    compressor->context = ZSTD_createCCtx();
    compressor->block = heap_new(BLOCK_BYTES);
    must(compressor->context != NULL);
    must(
        !ZSTD_isError(ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_compressionLevel, level)));
    must(!ZSTD_isError(ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_checksumFlag, 1)));
    /* A library without threads refuses, and does the work itself. */
    (void)ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_nbWorkers, 1);
    return compressor;
}

void compressor_free(struct compressor *compressor)
{
    if (compressor == NULL)
        return;
    ZSTD_freeCCtx(compressor->context);
    heap_free(compressor->block);
    heap_free(compressor);
}

/* Gives how much is left to be done, as the library says it. */
static size_t
step(struct compressor *compressor, ZSTD_inBuffer *in, ZSTD_EndDirective how, struct buf *out)
{
    ZSTD_outBuffer block = {compressor->block, BLOCK_BYTES, 0};
    size_t left = ZSTD_compressStream2(compressor->context, &block, in, how);

    must(!ZSTD_isError(left)); /* memory is gone, or the calls are in a wrong order */
    buf_add(out, compressor->block, block.pos);
    return left;
}

void compressor_add(struct compressor *compressor, struct bytes piece, struct buf *out)
{
    ZSTD_inBuffer in = {piece.data, piece.size, 0};

    while (in.pos < in.size)
        (void)step(compressor, &in, ZSTD_e_continue, out);
}

void compressor_end(struct compressor *compressor, struct buf *out)
{
    ZSTD_inBuffer in = {NULL, 0, 0};

    while (step(compressor, &in, ZSTD_e_end, out) != 0)
        continue;
}

static enum status refuse(struct error *error, const char *what)
{
    return error_set(error, STATUS_CORRUPT, "it is no whole zstd frame: %s", what);
}

static enum status
expand(ZSTD_DCtx *context, struct bytes frame, char *block, struct buf *out, struct error *error)
{
    ZSTD_inBuffer in = {frame.data, frame.size, 0};
    size_t left = 1;

    while (left != 0 && !buf_is_full(out)) {
        ZSTD_outBuffer piece = {block, BLOCK_BYTES, 0};
        size_t before = in.pos;

        left = ZSTD_decompressStream(context, &piece, &in);
        if (ZSTD_isError(left))
            return refuse(error, ZSTD_getErrorName(left));
        if (left != 0 && piece.pos == 0 && in.pos == before)
            return refuse(error, "it is cut short");
        buf_add(out, block, piece.pos);
    }
    if (buf_is_full(out))
        return refuse(error, "it holds more than it may");
    return in.pos == in.size ? STATUS_OK : refuse(error, "something follows it");
}

enum status compressor_expand(struct bytes frame, struct buf *out, struct error *error)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    char *block = heap_new(BLOCK_BYTES);
    size_t before = out->size;
    enum status status;

    must(context != NULL);
    must(!ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, LARGEST_WINDOW_LOG)));
    status = expand(context, frame, block, out, error);
    ZSTD_freeDCtx(context);
    heap_free(block);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}
