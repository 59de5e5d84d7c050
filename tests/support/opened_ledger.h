/*
 * A scenario whose ledger was opened, under a name and a first key.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_OPENED_LEDGER_H
#define TESTS_SUPPORT_OPENED_LEDGER_H

#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static inline struct scenario *given_opened_ledger(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(
        s, HAPPENED(
               ledger_opened, .installation_id = id_named("it"),
               .origin_name = text_lit("audit.example.com"),
               .verifier_key = digest_named(s, "first")));
    return s;
}

#endif
