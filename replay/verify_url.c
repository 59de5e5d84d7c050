/*
 * A server, looked at once, or for good.
 *
 *   look ─► holds          said when it is new; wait; look
 *        ─► does not hold  said, and the end
 *        ─► no answer      look again; for too long: said, and the end
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/fetch.h"
#include "replay/body_check.h"
#include "replay/log_copy.h"
#include "replay/log_watch.h"
#include "replay/verify_elsewhere.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 16 };
static const int64_t patience_us =
    INT64_C(2) * US_PER_S; /* of a cache: it may keep one for a second */

struct watching {
    const struct verify_options *options;
    struct fetch *fetch;
    struct log_copy *copy; /* NULL: none */
    struct log_watch *watch;
    struct timestamp signed_at; /* the newest that was heard of */
    int64_t quiet_since_us;     /* on the clock that never jumps */
    int64_t lost_since_us;      /* 0: the last look was answered */
};

static enum status
open_all(struct watching *watching, const struct note_keys *keys, struct error *error)
{
    const struct verify_options *options = watching->options;
    const struct fetch_server server = {
        .url = options->url, .token_file = options->token_file, .ca_file = options->ca_file};
    struct log_watch_settings settings = {.keys = keys, .patience_us = patience_us};
    enum status status = fetch_open(&server, &watching->fetch, error);

    if (status == STATUS_OK && text_is_present(options->copy))
        status = log_copy_open(options->copy, LOG_COPY_KEEP, &watching->copy, error);
    if (status != STATUS_OK)
        return status;
    settings.fetch = watching->fetch;
    settings.copy = watching->copy;
    return log_watch_open(&settings, &watching->watch, error);
}

static void close_all(struct watching *watching)
{
    log_watch_close(watching->watch);
    log_copy_close(watching->copy);
    fetch_close(watching->fetch);
}

static struct text sentence_of(struct arena *arena, const struct log_sight *sight)
{
    char at[TIMESTAMP_TEXT_SIZE] = "at an unknown time";

    if (timestamp_is_present(sight->signed_at))
        timestamp_print(sight->signed_at, at);
    return text_format(
        arena, "%.*s of size %" PRIu64 ", signed %s: checkpoint, every entry and every tile hold",
        TEXT_ARGS(sight->checkpoint.origin), sight->checkpoint.size, at);
}

static void say_what_holds(const struct watching *watching, const struct log_sight *sight)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    if (sight->is_copy_renewed)
        fprintf(
            stderr, "fleetledger verify: what was kept in %s was damaged; it is fetched anew\n",
            log_copy_directory(watching->copy));
    else if (sight->is_new)
        verified_print(
            watching->options, &(struct verified){
                                   .checkpoint = &sight->checkpoint,
                                   .signed_at = sight->signed_at,
                                   .position = UINT64_MAX,
                                   .sentence = sentence_of(arena, sight),
                               });
}

/* Looks; a second time where the copy has to be fetched anew. */
static enum status look(struct watching *watching, struct log_sight *out, struct error *error)
{
    enum status status = log_watch_look(watching->watch, out, error);

    if (status != STATUS_OK || !out->is_copy_renewed)
        return status;
    say_what_holds(watching, out);
    return log_watch_look(watching->watch, out, error);
}

/* A signature that contradicts is worth keeping. */
static void keep_contradiction(const struct watching *watching)
{
    static const char name[] = "contradicting-checkpoint";
    struct text note = log_watch_contradiction(watching->watch);
    struct error error;

    if (!text_is_present(note))
        return;
    if (watching->copy == NULL)
        fprintf(stderr, "This is what it shows as its checkpoint:\n\n%.*s\n", TEXT_ARGS(note));
    else if (log_copy_write(watching->copy, name, note, true, &error) != STATUS_OK)
        fprintf(stderr, "fleetledger verify: %s\n", error.text);
    else
        fprintf(
            stderr, "What it shows as its checkpoint is kept in %s/%s.\n",
            log_copy_directory(watching->copy), name);
}

/* How long is it since anything was signed? What the first look found may be old already. */
static void listen_for(struct watching *watching, const struct log_sight *sight)
{
    bool is_first = watching->quiet_since_us == 0;
    int64_t age_us = timestamp_now().us - sight->signed_at.us;

    if (!is_first && !sight->is_new && sight->signed_at.us == watching->signed_at.us)
        return;
    watching->signed_at = sight->signed_at;
    watching->quiet_since_us = monotonic_us();
    if (is_first && timestamp_is_present(sight->signed_at) && age_us > 0)
        watching->quiet_since_us -= age_us;
}

static enum status is_silent(const struct watching *watching, struct error *error)
{
    int64_t quiet_s = (monotonic_us() - watching->quiet_since_us) / US_PER_S;

    if (quiet_s <= watching->options->silence)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_silent", "%s has signed nothing for %" PRId64 " s",
        fetch_url(watching->fetch), quiet_s);
}

/* No answer, or none that can be used: it may get better. */
static bool may_pass(enum status status, const struct error *error)
{
    bool is_passing = status == STATUS_UNAVAILABLE || status == STATUS_TIMED_OUT ||
                      status == STATUS_TOO_MANY || status == STATUS_UNAUTHENTICATED ||
                      status == STATUS_FORBIDDEN || status == STATUS_INTERNAL;

    return is_passing && strcmp(error->code, "copy_unusable") != 0;
}

/* STATUS_OK while that is bearable. */
static enum status bear(struct watching *watching, enum status status, struct error *error)
{
    int64_t lost_s;

    if (!may_pass(status, error))
        return status;
    if (watching->lost_since_us == 0) {
        watching->lost_since_us = monotonic_us();
        fprintf(stderr, "fleetledger verify: %s\n", error->text);
    }
    lost_s = (monotonic_us() - watching->lost_since_us) / US_PER_S;
    if (lost_s < watching->options->unreachable)
        return STATUS_OK;
    error_context(error, "for %" PRId64 " s now", lost_s);
    return status;
}

static enum status look_again(struct watching *watching, struct error *error)
{
    struct log_sight sight;
    enum status status = look(watching, &sight, error);

    if (status != STATUS_OK)
        return bear(watching, status, error);
    if (watching->lost_since_us != 0)
        fprintf(stderr, "fleetledger verify: %s answers again\n", fetch_url(watching->fetch));
    watching->lost_since_us = 0;
    say_what_holds(watching, &sight);
    listen_for(watching, &sight);
    return is_silent(watching, error);
}

static enum status follow(struct watching *watching, struct error *error)
{
    enum status status;

    if (watching->copy == NULL)
        fprintf(
            stderr, "fleetledger verify: without --copy, what was seen is forgotten at the end\n");
    while ((status = look_again(watching, error)) == STATUS_OK)
        (void)poll(NULL, 0, (int)watching->options->every * 1000);
    return status;
}

/* Some of what the entries are only the digests of. */
static enum status
look_at_bodies(const struct watching *watching, const struct log_sight *sight, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct body_check check = {
        watching->fetch, &sight->checkpoint, (uint64_t)watching->options->bodies};
    struct body_sight found;
    enum status status = body_check(&check, &found, error);

    if (status != STATUS_OK)
        return status;
    verified_print(
        watching->options, &(struct verified){
                               .checkpoint = &sight->checkpoint,
                               .signed_at = sight->signed_at,
                               .position = UINT64_MAX,
                               .sentence = text_format(
                                   arena,
                                   "%" PRIu64 " of %" PRIu64
                                   " bodies, chosen by chance, are what was recorded; %" PRIu64
                                   " of those chosen were dropped",
                                   found.kept, sight->checkpoint.size, found.dropped),
                           });
    return STATUS_OK;
}

static enum status once(struct watching *watching, struct error *error)
{
    struct log_sight sight;
    enum status status = look(watching, &sight, error);

    if (status != STATUS_OK)
        return status;
    say_what_holds(watching, &sight);
    return watching->options->bodies == INT64_ABSENT ? STATUS_OK
                                                     : look_at_bodies(watching, &sight, error);
}

enum status
verify_url(const struct verify_options *options, const struct note_keys *keys, struct error *error)
{
    struct watching watching = {.options = options};
    enum status status = open_all(&watching, keys, error);

    if (status == STATUS_OK)
        status =
            opt_bool_is_true(options->follow) ? follow(&watching, error) : once(&watching, error);
    if (status == STATUS_CORRUPT)
        keep_contradiction(&watching);
    close_all(&watching);
    return status;
}
