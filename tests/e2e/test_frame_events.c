/*
 * What the two sides of the read models say of each other: the frames that tell of system events, and the
 * rules that make these. No server is needed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "projections/system_events.h"
#include "tests/support/expect.h"

#include <string.h>

static const struct frame *event_frame(void)
{
    for (size_t i = 0; platform_frames[i] != NULL; i++) {
        if (strcmp(platform_frames[i]->name, "event.created") == 0)
            return platform_frames[i];
    }
    return NULL;
}

static bool is_told(const struct event_type *type)
{
    const struct event_type *const *after = event_frame()->after;

    for (size_t i = 0; after[i] != NULL; i++) {
        if (after[i] == type)
            return true;
    }
    return false;
}

static bool has_rule(const struct event_type *type)
{
    for (size_t i = 0; system_event_catalog[i] != NULL; i++) {
        for (const struct system_event_rule *rule = system_event_catalog[i]; rule->event != NULL;
             rule++) {
            if (rule->event == type)
                return true;
        }
    }
    return false;
}

static void every_event_that_makes_a_system_event_has_it_told(void)
{
    for (size_t i = 0; system_event_catalog[i] != NULL; i++) {
        for (const struct system_event_rule *rule = system_event_catalog[i]; rule->event != NULL;
             rule++) {
            printf("%s\n", rule->event->name);
            expect(is_told(rule->event));
        }
    }
}

static void what_is_told_as_a_system_event_has_a_rule_that_makes_one(void)
{
    for (size_t i = 0; event_frame()->after[i] != NULL; i++) {
        printf("%s\n", event_frame()->after[i]->name);
        expect(has_rule(event_frame()->after[i]));
    }
}

static const struct test tests[] = {
    TEST(every_event_that_makes_a_system_event_has_it_told),
    TEST(what_is_told_as_a_system_event_has_a_rule_that_makes_one),
};

const struct suite test_frame_events_suite = SUITE("e2e/frame_events", tests);
