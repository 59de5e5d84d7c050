/*
 * The events that say so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/destroyed.h"

#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"
#include "tests/support/expect.h"

#include <string.h>

void given_key_destroyed(struct test_ledger *ledger, const uint8_t name[ORIGIN_KEY_NAME_SIZE])
{
    struct key_destroyed destroyed = {.key_id = {name + sizeof(struct uuid), 8}};

    memcpy(destroyed.subject.bytes, name, sizeof(destroyed.subject.bytes));
    given_event(ledger, &key_destroyed_event, destroyed.subject, UUID_NONE, &destroyed);
}

void given_origins_dropped(struct test_ledger *ledger, int64_t before, struct origin_keys *out)
{
    struct origin_key_look look = {.before = before};
    struct origins_dropped dropped = {
        .rule = text_lit("ORIGIN_RETENTION_DAYS"),
        .actor_kind = {ACTOR_USER},
        .until = timestamp_month_start(before)};
    struct error error;

    expect_ok(keyring_commit(ledger->keyring, &error), &error);
    expect_ok(origin_keys_find(ledger->keyring, &look, out, &error), &error);
    expect(look.is_over && out->size > 0);
    dropped.since = timestamp_month_start(out->first_month);
    dropped.keys = (struct bytes){out->names, out->size};
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    given_event(ledger, &origins_dropped_event, make_id(0), UUID_NONE, &dropped);
}
