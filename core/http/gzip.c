/*
 * gzip by zlib, at its quickest level: time is dearer than bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/gzip.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/grammar.h"

#define ZLIB_CONST /* input is only read */
#include <zlib.h>

#include <limits.h>

enum {
    WINDOW_BITS_WITH_GZIP_HEAD = 15 + 16,
    MEMORY_LEVEL = 8,
    PIECE_BYTES = 16384,
    LEAST_WORTH_PACKING = 1024
};

struct http_gzip {
    z_stream stream;
};

struct http_gzip *http_gzip_new(void)
{
    struct http_gzip *gzip = heap_new(sizeof(*gzip));

    must(
        deflateInit2(
            &gzip->stream, Z_BEST_SPEED, Z_DEFLATED, WINDOW_BITS_WITH_GZIP_HEAD, MEMORY_LEVEL,
            Z_DEFAULT_STRATEGY) == Z_OK);
    return gzip;
}

void http_gzip_free(struct http_gzip *gzip)
{
    if (gzip == NULL)
        return;
    (void)deflateEnd(&gzip->stream); /* tells only that something was left */
    heap_free(gzip);
}

/* "q=0", "q=0.0" and so on; anything else is taken as a wish. */
static bool is_refused(struct text parameters)
{
    struct text weight = http_trim(parameters);

    if (!text_starts_with(weight, text_lit("q=0")) && !text_starts_with(weight, text_lit("Q=0")))
        return false;
    for (size_t i = 2; i < weight.size; i++) {
        if (weight.data[i] != '0' && weight.data[i] != '.')
            return false;
    }
    return true;
}

bool http_gzip_is_accepted(struct text accept_encoding)
{
    while (text_is_present(accept_encoding)) {
        struct text parameters = text_cut(&accept_encoding, ',');
        struct text coding = http_trim(text_cut(&parameters, ';'));

        if (text_equal_ignoring_case(coding, text_lit("gzip")))
            return !is_refused(parameters);
    }
    return false;
}

bool http_gzip_body(
    struct http_gzip *gzip, struct text accept_encoding, struct text body, struct buf *out)
{
    if (body.size <= LEAST_WORTH_PACKING || !http_gzip_is_accepted(accept_encoding))
        return false;
    buf_init(out, body.size - 1);
    return http_gzip_pack(gzip, body, out);
}

bool http_gzip_pack(struct http_gzip *gzip, struct text plain, struct buf *out)
{
    Bytef piece[PIECE_BYTES];
    z_stream *stream = &gzip->stream;
    int result = Z_OK;

    if (plain.size > UINT_MAX)
        return false;
    must(deflateReset(stream) == Z_OK);
    stream->next_in = (const Bytef *)plain.data;
    stream->avail_in = (uInt)plain.size;
    while (result == Z_OK && !buf_is_full(out)) {
        stream->next_out = piece;
        stream->avail_out = sizeof(piece);
        result = deflate(stream, Z_FINISH);
        must(result == Z_OK || result == Z_STREAM_END);
        buf_add(out, piece, sizeof(piece) - stream->avail_out);
    }
    return !buf_is_full(out);
}
