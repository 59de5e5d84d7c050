/*
 * Drafts by the thousand, and the ledger that earlier runs have left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/history.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/origin_key.h"
#include "tests/bench/site.h"
#include "tests/support/draw.h"

#include <stdio.h>
#include <string.h>

enum { DRAFTS_PER_COMMIT = 20000, EVENTS_BEFORE = 44 /* a schedule: admin, workspaces, a node */ };

#define ARENA_BYTES ((size_t)1 << 30)

static const int64_t begins_us = 1767225600000000; /* 2026-01-01T00:00:00Z */
static const int64_t lasts_us = INT64_C(90) * 86400 * US_PER_S;

uint64_t history_random(struct history *history, uint64_t limit)
{
    return draw_below(&history->random_bytes, limit);
}

struct uuid history_id(struct history *history)
{
    uint64_t random = draw_any(&history->random_bytes);
    uint8_t rest[sizeof(random)];

    memcpy(rest, &random, sizeof(rest));
    return uuid_v7(history->now, rest);
}

static enum status seal_fields(
    struct history *history,
    const struct shape *shape,
    struct uuid event_id,
    void *value,
    struct error *error)
{
    keyed_digest_personal(history->keyring, shape, history->now, history->arena, value);
    return keyring_seal(
        history->keyring, shape, event_id, origin_subject(history->actor, history->now),
        history->arena, value, error);
}

static enum status seal_origin(
    struct history *history, struct uuid event_id, struct origin *origin, struct error *error)
{
    struct origin_key under = origin_key_of(history->actor, UUID_NONE, history->now);

    keyed_digest_personal(history->keyring, &origin_shape, history->now, history->arena, origin);
    return keyring_seal_origin(history->keyring, event_id, &under, history->arena, origin, error);
}

static enum status store_body(
    struct history *history,
    const struct event_type *type,
    struct uuid event_id,
    void *event,
    struct bytes *out,
    struct error *error)
{
    uint64_t salt[2] = {draw_any(&history->random_bytes), draw_any(&history->random_bytes)};
    struct origin origin = history->origin;
    struct body body = {.origin = text_is_present(origin.address.text) ? &origin : NULL};
    enum status status = seal_fields(history, type->shape, event_id, event, error);

    if (status == STATUS_OK && body.origin != NULL)
        status = seal_origin(history, event_id, &origin, error);
    if (status != STATUS_OK)
        return status;
    buf_clear(&history->fields);
    buf_clear(&history->stored);
    shape_pack(type->shape, event, &history->fields);
    body.fields = buf_bytes(&history->fields);
    body_pack(&body, (const uint8_t *)salt, &history->stored);
    must(sizeof(salt) == BODY_SALT_SIZE && !buf_is_full(&history->stored));
    *out = bytes_copy(history->arena, buf_bytes(&history->stored));
    return STATUS_OK;
}

static enum status commit(struct history *history, struct error *error)
{
    enum status status = STATUS_OK;

    if (history->count == 0)
        return STATUS_OK;
    status = keyring_commit(history->keyring, error);
    if (status == STATUS_OK)
        status = ledger_reserve(history->log, error);
    if (status == STATUS_OK)
        status = ledger_append(history->log, history->drafts, history->count, error);
    history->count = 0;
    arena_reset(history->arena);
    return status;
}

static struct entry entry_of(
    struct history *history,
    const struct event_type *type,
    struct thing *stream,
    struct uuid workspace)
{
    struct uuid command = history_id(history);

    return (struct entry){
        .format = ENTRY_FORMAT,
        .event_id = history_id(history),
        .command_id = command,
        .recorded_at = history->now,
        .type = text_from(type->name),
        .schema = type->schema,
        .stream = stream->id,
        .revision = ++stream->revision,
        .workspace = workspace,
        .actor_kind = history->actor.kind,
        .actor_id = history->actor.id,
        .actor_session = history->actor.session,
        .correlation = command,
        .outcome = history->outcome,
    };
}

enum status history_add(
    struct history *history,
    const struct event_type *type,
    struct thing *stream,
    struct uuid workspace,
    void *event,
    struct error *error)
{
    struct ledger_draft *draft = &history->drafts[history->count];
    enum status status;

    if (history_is_told(history))
        return STATUS_OK;
    history->now = timestamp_plus_us(
        history->now, 1 + (int64_t)history_random(history, 2 * (uint64_t)history->step_us));
    *draft = (struct ledger_draft){.entry = entry_of(history, type, stream, workspace)};
    status = store_body(history, type, draft->entry.event_id, event, &draft->body, error);
    if (status != STATUS_OK)
        return status;
    history->count++;
    history->made++;
    if (history->count == DRAFTS_PER_COMMIT || history_is_told(history))
        return commit(history, error);
    return STATUS_OK;
}

typedef enum status teller(struct history *history, struct error *error);

static enum status write_history(
    struct ledger *log, struct keyring *keyring, uint64_t events, teller *tell, struct error *error)
{
    struct history history = {
        .log = log,
        .keyring = keyring,
        .arena = arena_new(ARENA_BYTES),
        .drafts = heap_array(DRAFTS_PER_COMMIT, sizeof(*history.drafts)),
        .wanted = events,
        .random_bytes = events,
        .step_us = lasts_us / (int64_t)events + 1,
        .now = {begins_us},
        .actor = {.kind = ACTOR_SYSTEM},
        .outcome = OUTCOME_DONE,
    };
    enum status status;

    buf_init(&history.fields, BODY_MAX_BYTES);
    buf_init(&history.stored, BODY_MAX_BYTES);
    status = tell(&history, error);
    buf_fini(&history.stored);
    buf_fini(&history.fields);
    heap_free(history.drafts);
    arena_free(history.arena);
    return status;
}

static enum status open_both(
    const struct place *home, struct ledger **log, struct keyring **keyring, struct error *error)
{
    struct ledger_settings settings = {.home = home->path};
    enum status status = ledger_open(&settings, log, error);

    if (status == STATUS_OK)
        status = keyring_open(home->path, text_lit(SITE_SECRET), false, keyring, error);
    return status;
}

static void close_both(struct ledger **log, struct keyring **keyring)
{
    keyring_close(*keyring);
    ledger_close(*log);
    *keyring = NULL;
    *log = NULL;
}

static void history_name(uint64_t events, char *out, size_t size)
{
    snprintf(out, size, "history-%d-%llu", HISTORY_FORMAT, (unsigned long long)events);
}

enum status history_open(
    const struct place *place,
    uint64_t events,
    struct ledger **out_log,
    struct keyring **out_keyring,
    struct error *error)
{
    char name[64];
    struct place home;
    struct ledger *log = NULL;
    struct keyring *keyring = NULL;
    enum status status;

    history_name(events, name, sizeof(name));
    home = place_below(place, name);
    status = place_make(home.path, &home, error);
    if (status == STATUS_OK)
        status = open_both(&home, &log, &keyring, error);
    if (status == STATUS_OK && ledger_size(log) != events) {
        close_both(&log, &keyring); /* none, or what a stopped run has left */
        status = place_make_empty(place, name, &home, error);
        if (status == STATUS_OK)
            status = open_both(&home, &log, &keyring, error);
        if (status == STATUS_OK)
            status = write_history(log, keyring, events, history_tell, error);
    }
    if (status != STATUS_OK) {
        close_both(&log, &keyring);
        return status;
    }
    *out_log = log;
    *out_keyring = keyring;
    return STATUS_OK;
}

static enum status
fill_home(const struct place *home, uint64_t events, teller *tell, struct error *error)
{
    struct ledger *log = NULL;
    struct keyring *keyring = NULL;
    enum status status = open_both(home, &log, &keyring, error);

    if (status == STATUS_OK)
        status = write_history(log, keyring, events, tell, error);
    close_both(&log, &keyring);
    return status;
}

enum status history_people(const struct place *home, uint64_t people, struct error *error)
{
    return fill_home(home, 2 * people, history_tell_people, error);
}

enum status history_sessions(const struct place *home, uint64_t people, struct error *error)
{
    return fill_home(
        home, EVENTS_BEFORE + 2 + HISTORY_BUSY_SESSIONS + 3 * people, history_tell_sessions, error);
}

enum status history_schedules(const struct place *home, uint64_t schedules, struct error *error)
{
    return fill_home(home, EVENTS_BEFORE + schedules, history_tell_schedules, error);
}

enum status history_copy(
    const struct place *place, uint64_t events, const struct place *home, struct error *error)
{
    static const char *const files[] = {"ledger.mdb", "keys.mdb"};
    char name[64];
    struct place history;
    struct ledger *log = NULL;
    struct keyring *keyring = NULL;
    enum status status = history_open(place, events, &log, &keyring, error);

    close_both(&log, &keyring);
    history_name(events, name, sizeof(name));
    history = place_below(place, name);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(files); i++)
        status = place_copy_file(&history, home, files[i], error);
    return status;
}
