/*
 * Programs of releases, handed to agents by this server, so that no machine needs a way out: those of a directory
 * are read there; those of publishers are fetched once and kept in the home.
 *
 *   wanted, not here ─► wish ─► the releases' thread fetches it, checks its digest ─► HOME/…-programs/<digest>
 *   wanted, here     ─► read, digest checked again ─► agent
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RELEASE_PROGRAMS_H
#define API_RELEASE_PROGRAMS_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/release/release.h"

struct release_source;

struct programs;

/* Given to the caller. */
struct programs *programs_new(const char *home, const struct release_source *source);
void programs_free(struct programs *programs); /* accepts NULL */

/* Appends the program of an artifact; `directory` is where its release lies, absent where publishers have it. Any
 * thread, which reads a file.
 *   STATUS_UNAVAILABLE, code "program_being_fetched": whoever asks again in some seconds may be given it;
 *   STATUS_UNAVAILABLE, code "program_not_fetched": that came to nothing just now, and why; it is tried again after a
 *   minute;
 *   STATUS_INVALID, code "program_differs": what lies in the directory is not what the manifest says. */
MUST_USE enum status programs_read(
    struct programs *programs,
    const struct release_artifact *artifact,
    struct text directory,
    struct buf *out,
    struct error *error);

/* Fetches what was last wished for, if it is not here yet. The releases' thread. */
void programs_fetch_wanted(struct programs *programs);

/* What is being fetched, and whatever would be, fails. Any thread. */
void programs_cancel(struct programs *programs);

#endif
