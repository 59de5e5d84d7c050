/*
 * Zstandard (RFC 8878): frames with the size of what is in them where it is known, and a checksum.
 * `zstd -d` opens them anywhere. libzstd is known only here.
 *
 *   compressor_new ─► compressor_add … ─► compressor_end ─► and the next frame
 *
 * What is added is compressed by a thread of the library's own, so that whoever adds goes on with the next
 * piece meanwhile. One thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_FILES_COMPRESSOR_H
#define CORE_FILES_COMPRESSOR_H

#include "core/base/attributes.h"
#include "core/base/buf.h"
#include "core/base/error.h"

struct compressor;

/* Levels as `zstd` has them, 1 to 19. Given to the caller. */
struct compressor *compressor_new(int level);
void compressor_free(struct compressor *compressor); /* accepts NULL */

/* Appends to `out` what is ready; whether `out` became full is asked of it at the end. */
void compressor_add(struct compressor *compressor, struct bytes piece, struct buf *out);
/* Ends the frame. */
void compressor_end(struct compressor *compressor, struct buf *out);

/* Appends the content of one whole frame to `out`, whose ceiling bounds it. STATUS_CORRUPT where it is none, damaged, cut
 * short, followed by anything, or larger than that. */
MUST_USE enum status compressor_expand(struct bytes frame, struct buf *out, struct error *error);

#endif
