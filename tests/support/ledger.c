/*
 * Drafts as the writer makes them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/ledger.h"

#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/origin_key.h"
#include "tests/support/expect.h"

#include <string.h>

static const int64_t first_moment_us = 1772550000000000; /* 2026-03-03T15:00:00Z */

struct test_ledger *make_ledger(void)
{
    return make_ledger_in(make_directory());
}

struct test_ledger *make_ledger_in(const char *directory)
{
    struct test_ledger *ledger = heap_new(sizeof(*ledger));
    struct ledger_settings settings = {.home = directory, .reserve_bytes = 1 << 20};
    struct error error;

    ledger->home = settings.home;
    must(ledger_open(&settings, &ledger->log, &error) == STATUS_OK);
    must(
        keyring_open(
            settings.home, text_lit("a secret of tests"), false, &ledger->keyring, &error) ==
        STATUS_OK);
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->now = (struct timestamp){first_moment_us};
    ledger->arena = arena_new((size_t)1 << 30);
    ledger->drafts = heap_array(LEDGER_BATCH, sizeof(*ledger->drafts));
    ledger->revisions = map_new();
    return ledger;
}

void end_ledger(struct test_ledger *ledger)
{
    size_t cursor = 0;
    struct uuid key;
    void *revision;

    if (ledger == NULL)
        return;
    while (map_next(ledger->revisions, &cursor, &key, &revision))
        heap_free(revision);
    map_free(ledger->revisions);
    arena_free(ledger->arena);
    heap_free(ledger->drafts);
    keyring_close(ledger->keyring);
    ledger_close(ledger->log);
    heap_free(ledger);
}

/* Spread as real ids are, which serve as their own hash. */
static struct uuid id_of(struct timestamp at, uint8_t kind, uint64_t n)
{
    const uint64_t input[2] = {kind, n};
    struct digest digest = sha256((struct bytes){(const uint8_t *)input, sizeof(input)});

    return uuid_v7(at, digest.bytes);
}

struct uuid make_id(unsigned n)
{
    return id_of((struct timestamp){first_moment_us + n}, 1, n);
}

static struct uuid event_id(const struct test_ledger *ledger)
{
    return id_of(ledger->now, 2, ledger->made);
}

static int64_t next_revision(struct test_ledger *ledger, struct uuid stream)
{
    int64_t *revision = map_get(ledger->revisions, stream);

    if (revision == NULL) {
        revision = heap_new(sizeof(*revision));
        map_put(ledger->revisions, stream, revision);
    }
    return ++*revision;
}

static void
seal_fields(struct test_ledger *ledger, const struct shape *shape, struct uuid id, void *event)
{
    struct error error;

    keyed_digest_personal(ledger->keyring, shape, ledger->now, ledger->arena, event);
    must(
        keyring_seal(ledger->keyring, shape, id, make_id(0), ledger->arena, event, &error) ==
        STATUS_OK);
}

/* `person`: whom the event is about. */
static void
seal_origin(struct test_ledger *ledger, struct uuid id, struct uuid person, struct origin *origin)
{
    struct origin_key under = origin_key_of(ledger->actor, person, ledger->now);
    struct error error;

    keyed_digest_personal(ledger->keyring, &origin_shape, ledger->now, ledger->arena, origin);
    must(
        keyring_seal_origin(ledger->keyring, id, &under, ledger->arena, origin, &error) ==
        STATUS_OK);
}

static struct bytes pack_body(
    struct test_ledger *ledger, const struct event_type *type, struct uuid id, const void *event)
{
    static const uint8_t salt[BODY_SALT_SIZE] = {0};
    struct body body = {0};
    struct origin origin = ledger->origin;
    void *copy = arena_take(ledger->arena, type->shape->size);
    struct bytes stored;
    AUTO_BUF fields = {0};
    AUTO_BUF out = {0};

    buf_init(&fields, BODY_MAX_BYTES);
    buf_init(&out, BODY_MAX_BYTES);
    memcpy(copy, event, type->shape->size);
    seal_fields(ledger, type->shape, id, copy);
    shape_pack(type->shape, copy, &fields);
    body.fields = buf_bytes(&fields);
    if (text_is_present(origin.address.text)) {
        seal_origin(ledger, id, seal_subject(type->shape, event, UUID_NONE), &origin);
        body.origin = &origin;
    }
    body_pack(&body, salt, &out);
    must(!buf_is_full(&out));
    stored = bytes_copy(ledger->arena, buf_bytes(&out));
    return stored;
}

/* What the event says that it drops, in the arena. */
static struct list drops_of(struct arena *arena, const struct event_type *type, const void *event)
{
    struct list drops = {NULL, 0};
    int64_t *positions;

    if (type->dropped == NULL)
        return drops;
    drops = type->dropped(event);
    positions = arena_array(arena, drops.count, sizeof(*positions));
    memcpy(positions, drops.items, drops.count * sizeof(*positions));
    return (struct list){positions, drops.count};
}

struct uuid given_event(
    struct test_ledger *ledger,
    const struct event_type *type,
    struct uuid stream,
    struct uuid workspace,
    const void *event)
{
    struct uuid id = event_id(ledger);
    struct ledger_draft *draft = &ledger->drafts[ledger->count];

    *draft = (struct ledger_draft){
        .drops = drops_of(ledger->arena, type, event),
        .entry =
            {
                .format = ENTRY_FORMAT,
                .event_id = id,
                .command_id = id,
                .recorded_at = ledger->now,
                .type = text_from(type->name),
                .schema = type->schema,
                .stream = stream,
                .revision = next_revision(ledger, stream),
                .workspace = workspace,
                .actor_kind = ledger->actor.kind,
                .actor_id = ledger->actor.id,
                .correlation = id,
                .causation = ledger->causation,
                .outcome = OUTCOME_DONE,
            },
        .body = pack_body(ledger, type, id, event),
    };
    ledger->count++;
    ledger->made++;
    ledger->now = timestamp_plus_us(ledger->now, US_PER_MS);
    if (ledger->count == LEDGER_BATCH)
        given_committed(ledger);
    return id;
}

void given_committed(struct test_ledger *ledger)
{
    struct error error;

    if (ledger->count == 0)
        return;
    must(keyring_commit(ledger->keyring, &error) == STATUS_OK);
    must(ledger_append(ledger->log, ledger->drafts, ledger->count, &error) == STATUS_OK);
    ledger->count = 0;
    arena_reset(ledger->arena);
}
