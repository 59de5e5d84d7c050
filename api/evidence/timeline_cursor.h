/*
 * Cursors of the timeline: where a page ended, as a token that callers hand back (`after`).
 *
 *   base64url( [version, name of the question, first position left, end of the positions, seal] )
 *
 * Name and seal are keyed digests (eventlog/keyed_digest.h) of what was asked, its window and who may see it
 * included; the seal is of the positions, too. So a cursor leads nowhere but to what is left of the question
 * that it was given for, which is what the look that it belongs to has on record. Seals outlive restarts and
 * signing keys: their key is the installation's own. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIMELINE_CURSOR_H
#define API_EVIDENCE_TIMELINE_CURSOR_H

#include "core/base/error.h"
#include "core/crypto/crypto.h"

struct arena;
struct keyring;

enum { TIMELINE_CURSOR_MOST = 128 };

/* What a cursor says; `end` is UINT64_MAX where the head is meant, wherever it is by then. */
struct timeline_cursor {
    uint64_t from;
    uint64_t end;
};

/* `asked` is a digest of the question. In the arena. */
struct text timeline_cursor_seal(
    struct keyring *keyring,
    struct digest asked,
    const struct timeline_cursor *cursor,
    struct arena *arena);

/* STATUS_INVALID, code "invalid_cursor": it was given for another question, was changed, or is none. */
MUST_USE enum status timeline_cursor_open(
    struct keyring *keyring,
    struct digest asked,
    struct text token,
    struct timeline_cursor *out,
    struct error *error);

#endif
