/*
 * What a key has signed of a release: the digest of its program for this machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_UPDATE_SIGNATURE_H
#define API_NODE_AGENT_UPDATE_SIGNATURE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

/* A release, as whoever offers it says. */
struct update_claim {
    struct text version;
    struct text document;  /* that names it */
    struct text signature; /* over the document; may be absent */
};

/* SHA-256 in hexadecimal, in the arena. STATUS_FORBIDDEN where the key, 64 hexadecimal digits, has not signed the
 * document, or that names no such program. */
MUST_USE enum status update_signed_digest(
    struct text key,
    const struct update_claim *claim,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
