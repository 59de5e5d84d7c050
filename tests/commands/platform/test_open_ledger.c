/*
 * The ledger begins once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static void the_ledger_begins_with_name_and_key(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, open_ledger, .origin_name = text_lit("audit.example.com"),
        .verifier_key = digest_named(s, "key"));
    THEN_EMITTED(
        s,
        HAPPENED(
            ledger_opened, .installation_id = scenario_made(s, 0),
            .origin_name = text_lit("audit.example.com"), .verifier_key = digest_named(s, "key")));
}

static void a_ledger_begins_only_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(
        s, open_ledger, .origin_name = text_lit("audit.example.com"),
        .verifier_key = digest_named(s, "key"));
    THEN_REFUSED(s, CONFLICT, "The ledger has begun already");
}

static const struct test tests[] = {
    TEST(the_ledger_begins_with_name_and_key),
    TEST(a_ledger_begins_only_once),
};

const struct suite test_open_ledger_suite = SUITE("commands/platform/open_ledger", tests);
