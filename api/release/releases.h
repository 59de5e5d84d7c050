/*
 * A catalogue of releases: what agents can be updated to, or this program.
 *
 *   …_RELEASES_URL ──fails──► …_RELEASES_HOST ──fails──► …_RELEASES_DIR ──fail──► what was known before
 *            └──────────────────────┬───────────────────────────────┘
 *                  a thread of its own, when somebody looks and it is five minutes old
 *                                   ▼
 *                     releases, newest first ─► callers, at once, always
 *
 * Nobody waits for the network but that thread: a publisher that stalls, lies or sends without end costs callers
 * nothing. Where there is a key, only what that key has signed is known. No address is asked but those that the
 * settings name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RELEASE_RELEASES_H
#define API_RELEASE_RELEASES_H

#include "api/settings.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/release/release.h"

struct releases;

enum { RELEASE_SERVER_BYTES = 128 << 20 }; /* most of a program of this server's */

/* Who publishes them: empty texts are nobody. */
struct release_source {
    const char *settings; /* that say it begin with this: "AGENT_RELEASES" */
    const char *kept_in;  /* the directory in the home for programs that were fetched */
    struct text url;      /* of a catalogue */
    struct text host;     /* a repository in the shape of GitHub's API */
    struct text dir;
    struct text key;     /* that has signed them; empty: nobody need have */
    struct text ca_file; /* PEM; empty: what the system trusts */
    size_t most_bytes;   /* of a program */
};
/* Of the agent, and of this program. The texts are the settings'. */
struct release_source release_source_agent(const struct settings *settings);
struct release_source release_source_server(const struct settings *settings);

struct releases_pace {
    int64_t asked_us;  /* age from which publishers are asked again … */
    int64_t listed_us; /* … or the directory looked at, where there is nothing else */
    int64_t missed_us; /* how long a version that no publisher has is not asked for again */
};
extern const struct releases_pace releases_usual_pace;

/* What it points to outlives it. Given to the caller. */
struct releases *releases_new(
    const struct release_source *source, const char *home, const struct releases_pace *pace);
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

/* Appends the program, whose ceiling `out` has. Any thread but a loop's. Statuses as above, and of programs_read(). */
MUST_USE enum status releases_program(
    struct releases *releases,
    const struct release_choice *choice,
    struct buf *out,
    struct error *error);

#endif
