/*
 * Setting sinks up, and what is known of them then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink_commands.h"
#include "tests/support/scenario.h"

#define NOW          .format = {EXPORT_JSONL}, .from_position = INT64_ABSENT
#define TO(receiver) .name = text_lit("SIEM"), .address = text_lit(receiver), NOW
#define FILTERED(wanted_type)                                                                      \
    &(const struct sink_filter)                                                                    \
    {                                                                                              \
        .type = text_lit(wanted_type)                                                              \
    }

static bool was_taken(const struct scenario *s)
{
    const struct error *error;

    return scenario_status(s, &error) == STATUS_OK;
}

static void when_asked(struct scenario *s)
{
    WHEN(s, query_sinks, .any = {0});
}

static const struct known_sink *known(const struct scenario *s, size_t index)
{
    const struct known_sinks *sinks = ANSWER(s, known_sinks);

    return &((const struct known_sink *)sinks->items.items)[index];
}

static void a_sink_begins_with_the_event_that_sets_it_up(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, create_sink, TO("https://siem.example/in"), .token = text_lit("t"));
    THEN_EMITTED(
        s, HAPPENED(
               sink_created, .sink_id = scenario_made(s, 0), .name = text_lit("SIEM"),
               .address = text_lit("https://siem.example/in"), .format = {EXPORT_JSONL},
               .is_paused = OPT_FALSE, .token = sealed(s, "t"), .from_position = INT64_ABSENT));
    when_asked(s);
    expect_int64(ANSWER(s, known_sinks)->items.count, 1);
    expect_text(known(s, 0)->address, "https://siem.example/in");
    expect_int64(known(s, 0)->next_position, 0);
    expect_int64(known(s, 0)->token_position, 0);
}

static void a_sink_begins_where_it_is_told_to(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, create_sink, .name = text_lit("Old"), .address = text_lit("file:///old"),
        .format = {EXPORT_CSV}, .from_position = 7);
    when_asked(s);
    expect_int64(known(s, 0)->next_position, 7);
    expect_int64(known(s, 0)->token_position, INT64_ABSENT);
}

static void two_sinks_have_two_names(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, create_sink, TO("file:///a"));
    WHEN(s, create_sink, TO("file:///b"));
    THEN_REFUSED(s, CONFLICT, "A sink with this name already exists.");
}

static void there_are_sixteen_sinks_at_most(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    char name[] = "sink A";

    for (size_t i = 0; i < MOST_SINKS; i++) {
        name[5] = (char)('A' + i);
        WHEN(s, create_sink, .name = text_from(name), .address = text_lit("file:///a"), NOW);
        expect(was_taken(s));
    }
    WHEN(s, create_sink, TO("file:///a"));
    THEN_REFUSED(s, CONFLICT, "There are 16 sinks already, which is the most that there may be.");
    when_asked(s);
    expect_int64(ANSWER(s, known_sinks)->items.count, MOST_SINKS);
}

static void a_filter_names_types_that_there_are(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, create_sink, TO("file:///a"), .filter = FILTERED("task.creatde"));
    THEN_REFUSED(s, INVALID, "filter.type must be a type of event, or an area and .*");
    WHEN(s, create_sink, TO("file:///a"), .filter = FILTERED("tasks.*"));
    THEN_REFUSED(s, INVALID, "filter.type must be a type of event, or an area and .*");
    WHEN(s, create_sink, TO("file:///a"), .filter = FILTERED("task.*"));
    expect(was_taken(s));
    when_asked(s);
    expect_text(known(s, 0)->filter->type, "task.*");
}

static void a_token_is_sent_to_nobody_who_is_not_verified(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, create_sink, TO("http://siem.example/in"), .token = text_lit("t"));
    THEN_REFUSED(s, INVALID, "A token can only be sent by https.");
    WHEN(s, create_sink, TO("syslog+tls://siem.example"), .token = text_lit("t"));
    THEN_REFUSED(s, INVALID, "A token can only be sent by https.");
    WHEN(s, create_sink, TO("http://127.0.0.1:8080/in"), .token = text_lit("t"));
    expect(was_taken(s));
}

static const struct test tests[] = {
    TEST(a_sink_begins_with_the_event_that_sets_it_up),
    TEST(a_sink_begins_where_it_is_told_to),
    TEST(two_sinks_have_two_names),
    TEST(there_are_sixteen_sinks_at_most),
    TEST(a_filter_names_types_that_there_are),
    TEST(a_token_is_sent_to_nobody_who_is_not_verified),
};

const struct suite test_create_sink_suite = SUITE("commands/sink/create_sink", tests);
