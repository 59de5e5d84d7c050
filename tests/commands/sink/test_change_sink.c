/*
 * Setting sinks up anew, and removing them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink_commands.h"
#include "tests/support/scenario.h"

#define K1 id_named("sink 1")
#define K2 id_named("sink 2")

/* Bits of what was given, by the order of the fields. */
enum { GIVEN_FILTER = 1 << 4, GIVEN_TOKEN = 1 << 5 };

static bool was_taken(const struct scenario *s)
{
    const struct error *error;

    return scenario_status(s, &error) == STATUS_OK;
}

static void given_sink(struct scenario *s, struct uuid id, const char *name)
{
    GIVEN(
        s, HAPPENED(
               sink_created, .sink_id = id, .name = text_from(name),
               .address = text_lit("https://siem.example/in"), .format = {EXPORT_JSONL},
               .filter = &(const struct sink_filter){.type = text_lit("task.*")},
               .is_paused = OPT_FALSE, .token = sealed(s, "t"), .from_position = INT64_ABSENT));
}

#define AS_BEFORE                                                                                  \
    .sink_id = K1, .name = text_lit("SIEM"), .format = {EXPORT_JSONL},                             \
    .filter = &(const struct sink_filter)                                                          \
    {                                                                                              \
        .type = text_lit("task.*")                                                                 \
    }

static void what_is_not_given_stays(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    WHEN(s, change_sink, .sink_id = K1, .is_paused = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://siem.example/in"),
               .is_paused = OPT_TRUE, .has_token = OPT_TRUE));
    WHEN(s, change_sink, .sink_id = K1, .is_paused = OPT_FALSE);
    WHEN(s, query_sinks, .any = {0});
    expect_int64(
        ((const struct known_sink *)ANSWER(s, known_sinks)->items.items)->token_position, 0);
}

static void a_filter_that_is_null_is_taken_away(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    WHEN(s, change_sink, .sink_id = K1, .given = GIVEN_FILTER);
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, .sink_id = K1, .name = text_lit("SIEM"), .format = {EXPORT_JSONL},
               .address = text_lit("https://siem.example/in"), .is_paused = OPT_FALSE,
               .has_token = OPT_TRUE));
}

static void another_host_gets_no_token_that_was_not_given_with_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    WHEN(s, change_sink, .sink_id = K1, .address = text_lit("https://siem.example/other"));
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://siem.example/other"),
               .is_paused = OPT_FALSE, .has_token = OPT_TRUE));
    WHEN(s, change_sink, .sink_id = K1, .address = text_lit("https://elsewhere.example/in"));
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://elsewhere.example/in"),
               .is_paused = OPT_FALSE, .has_token = OPT_FALSE));
    WHEN(s, change_sink, .sink_id = K1, .address = text_lit("https://siem.example/in"));
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://siem.example/in"),
               .is_paused = OPT_FALSE, .has_token = OPT_FALSE));
}

static void another_port_is_another_host(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    WHEN(s, change_sink, .sink_id = K1, .address = text_lit("https://siem.example:8443/in"));
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://siem.example:8443/in"),
               .is_paused = OPT_FALSE, .has_token = OPT_FALSE));
}

static void a_token_can_be_given_anew_and_taken_away(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    WHEN(s, change_sink, .sink_id = K1, .token = text_lit("u"), .given = GIVEN_TOKEN);
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://siem.example/in"),
               .is_paused = OPT_FALSE, .token = sealed(s, "u"), .has_token = OPT_TRUE));
    WHEN(s, change_sink, .sink_id = K1, .given = GIVEN_TOKEN);
    THEN_EMITTED(
        s, HAPPENED(
               sink_changed, AS_BEFORE, .address = text_lit("https://siem.example/in"),
               .is_paused = OPT_FALSE, .has_token = OPT_FALSE));
}

static void the_name_of_another_sink_is_taken_and_an_old_one_free(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    given_sink(s, K2, "Archive");
    WHEN(s, change_sink, .sink_id = K2, .name = text_lit("SIEM"));
    THEN_REFUSED(s, CONFLICT, "A sink with this name already exists.");
    WHEN(s, change_sink, .sink_id = K1, .name = text_lit("Old"));
    WHEN(s, change_sink, .sink_id = K2, .name = text_lit("SIEM"));
    expect(was_taken(s));
}

static void a_sink_that_is_removed_is_gone_and_its_name_free(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_sink(s, K1, "SIEM");
    WHEN(s, remove_sink, .sink_id = K1);
    THEN_EMITTED(s, HAPPENED(sink_removed, .sink_id = K1));
    WHEN(s, remove_sink, .sink_id = K1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Sink %s was not found", K1));
    WHEN(s, change_sink, .sink_id = K1, .is_paused = OPT_TRUE);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Sink %s was not found", K1));
    WHEN(
        s, create_sink, .name = text_lit("SIEM"), .address = text_lit("file:///a"),
        .format = {EXPORT_JSONL}, .from_position = INT64_ABSENT);
    expect(was_taken(s));
}

static const struct test tests[] = {
    TEST(what_is_not_given_stays),
    TEST(a_filter_that_is_null_is_taken_away),
    TEST(another_host_gets_no_token_that_was_not_given_with_it),
    TEST(another_port_is_another_host),
    TEST(a_token_can_be_given_anew_and_taken_away),
    TEST(the_name_of_another_sink_is_taken_and_an_old_one_free),
    TEST(a_sink_that_is_removed_is_gone_and_its_name_free),
};

const struct suite test_change_sink_suite = SUITE("commands/sink/change_sink", tests);
