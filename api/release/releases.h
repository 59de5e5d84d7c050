/*
 * The catalogue of agent releases: what agents can be updated to.
 *
 *   AGENT_RELEASES_URL ──fails──► AGENT_RELEASES_HOST ──fails──► AGENT_RELEASES_DIR ──fail──► what was known before
 *            └──────────────────────┬───────────────────────────────┘
 *                  a thread of its own, when somebody looks and it is five minutes old
 *                                   ▼
 *                     releases, newest first ─► callers, at once, always
 *
 * Nobody waits for the network but that thread: a publisher that stalls, lies or sends without end costs callers
 * nothing. Where AGENT_RELEASES_KEY is set, only what that key has signed is known. No address is asked but those
 * that the settings name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RELEASE_RELEASES_H
#define API_RELEASE_RELEASES_H

#include "api/settings.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/release/release.h"

struct releases;

struct releases_pace {
    int64_t asked_us;  /* age from which publishers are asked again … */
    int64_t listed_us; /* … or the directory looked at, where there is nothing else */
    int64_t missed_us; /* how long a version that no publisher has is not asked for again */
};
extern const struct releases_pace releases_usual_pace;

/* What it points to outlives it. Given to the caller. */
struct releases *
releases_new(const struct settings *settings, const char *home, const struct releases_pace *pace);
void releases_free(struct releases *releases); /* accepts NULL */

/* Runs until releases_stop(), which breaks off what is being fetched. */
void releases_run(void *context); /* the thread's; `context` is the releases */
void releases_stop(struct releases *releases);

/* All that are known, struct release, newest first, in the arena; and when that was found out, absent before the
 * first time. Any thread, at once. */
struct list
releases_list(struct releases *releases, struct arena *arena, struct timestamp *out_checked_at);

/* The newest, in the arena. False where there is none. As above. */
bool releases_latest(
    struct releases *releases,
    struct arena *arena,
    struct release *out,
    struct timestamp *out_checked_at);

/* That of a version, or the newest where it is absent. Any thread, at once:
 *   STATUS_INVALID, code "release_not_found": there is none, in the contract's words;
 *   STATUS_UNAVAILABLE, code "release_looked_for": it is not in the catalogue, and publishers are being asked:
 *   whoever asks again in some seconds is told. */
MUST_USE enum status releases_find(
    struct releases *releases,
    struct text version,
    struct arena *arena,
    struct release *out,
    struct error *error);

/* What an agent asks for. */
struct release_choice {
    struct text version;
    struct text arch; /* "amd64", "arm64" */
};
extern const struct shape release_choice_shape;

/* What it is told: enough to check what it downloads, up to whose key its machine trusts. */
struct release_offer {
    struct text version;
    struct text sha256;
    struct text document;  /* the manifest or catalogue, byte by byte … */
    struct text signature; /* … and what its publisher signed it with; absent: nothing */
};
extern const struct shape release_offer_shape;

/* Statuses as of releases_find(); STATUS_INVALID, code "release_lacks_program", without one for that architecture. */
MUST_USE enum status releases_offer(
    struct releases *releases,
    const struct release_choice *choice,
    struct arena *arena,
    struct release_offer *out,
    struct error *error);

/* Appends the program. Any thread but a loop's. Statuses as above, and of programs_read(). */
MUST_USE enum status releases_program(
    struct releases *releases,
    const struct release_choice *choice,
    struct buf *out,
    struct error *error);

#endif
