/*
 * Exports of evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/export_events.h"
#include "tests/support/scenario.h"

static const uint8_t root[32] = {1};
static const struct export_filter filter = {.type = TEXT_OF("task.*"), .outcome = {1}};

static void an_export_is_recorded_with_all_that_it_is_made_of(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(
        s, make_export, .workspace_id = id_named("acme"), .format = {2}, .first = 3, .end = 9,
        .filter = &filter, .count = 4, .root = {root, 32}, .ledger_root = {root, 32});
    THEN_EMITTED(
        s, HAPPENED(
               export_made, .export_id = scenario_made(s, 0), .format = {2}, .first = 3, .end = 9,
               .filter = &filter, .count = 4, .root = {root, 32}, .ledger_root = {root, 32}));
}

static void nothing_is_exported_before_the_ledger_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, make_export, .format = {1}, .first = 0, .end = 0, .filter = &filter, .count = 0,
        .root = {root, 32}, .ledger_root = {root, 32});
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(an_export_is_recorded_with_all_that_it_is_made_of),
    TEST(nothing_is_exported_before_the_ledger_begins),
};

const struct suite test_make_export_suite = SUITE("commands/platform/make_export", tests);
