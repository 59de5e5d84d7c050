/*
 * Refusals that are evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static void a_refusal_is_kept_as_evidence(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(
        s, record_refusal, .code = text_lit("access_denied"), .method = text_lit("GET"),
        .route = text_lit("/workspaces/:workspaceId"));
    THEN_EMITTED(
        s, EVIDENCE(
               refusal_recorded, .code = text_lit("access_denied"), .method = text_lit("GET"),
               .route = text_lit("/workspaces/:workspaceId")));
}

static void nothing_is_kept_before_the_ledger_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, record_refusal, .code = text_lit("access_denied"));
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_refusal_is_kept_as_evidence),
    TEST(nothing_is_kept_before_the_ledger_begins),
};

const struct suite test_record_refusal_suite = SUITE("commands/platform/record_refusal", tests);
