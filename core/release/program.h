/*
 * The program of a release: is it what a key has signed, does it start, and what does it say that it is?
 *
 *   document, signature, key ─► program_signed_digest ─► the SHA-256 that the key vouches for
 *   program ─► that digest? ─► program_write ─► program_try ─► may be put in place
 *
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RELEASE_PROGRAM_H
#define CORE_RELEASE_PROGRAM_H

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/base/error.h"
#include "core/base/text.h"

/* This machine's: "amd64", "arm64", or as the kernel calls another one; in the arena. */
struct text program_arch(struct arena *arena);

/* A release, as whoever offers it says. */
struct program_claim {
    struct text version;
    struct text document;  /* that names it */
    struct text signature; /* over the document; may be absent */
};

/* The SHA-256 of its program for this machine, in hexadecimal, in the arena. STATUS_FORBIDDEN where the key, 64
 * hexadecimal digits, has not signed the document, or that names no such program. */
MUST_USE enum status program_signed_digest(
    struct text key,
    const struct program_claim *claim,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* In place of what lies there, executable, synced. STATUS_FULL or STATUS_UNAVAILABLE. */
MUST_USE enum status program_write(const char *path, struct text content, struct error *error);

/* What a program says of itself: "name 1.4.0 (commit 1a2b3c4d5e6f; …)". */
struct program_name {
    struct text version;
    struct text commit; /* absent: it says none */
};

/* Runs it with the argument "version", in the arena. STATUS_INVALID where it does not start, or says none. */
MUST_USE enum status
program_try(const char *path, struct arena *arena, struct program_name *out, struct error *error);

#endif
