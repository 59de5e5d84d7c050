/*
 * Settings that people change: what differs is on record, secrets sealed, and each folds to what the next start reads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "tests/support/opened_ledger.h"

#define IT          id_named("it")
#define HOST        text_lit("SMTP_HOST")
#define PASSWORD    text_lit("SMTP_PASSWORD")
#define DATABASE    text_lit("DATABASE_HOST")
#define WANTED(...) (&(const struct wanted_setting){__VA_ARGS__})
#define CHANGED(...)                                                                               \
    HAPPENED(settings_changed, .changes = {&(const struct setting_change){__VA_ARGS__}, 1})
#define OPEN                .is_secret = OPT_FALSE, .is_of_home = OPT_FALSE
#define WHEN_WANTED(s, ...) WHEN(s, change_settings, .wanted = {WANTED(__VA_ARGS__), 1})

static struct scenario *given_a_host(void)
{
    struct scenario *s = given_opened_ledger();

    GIVEN(s, CHANGED(.name = HOST, .value = text_lit("a.example"), OPEN, .is_unset = OPT_FALSE));
    return s;
}

static const struct recorded_setting *recorded(const struct scenario *s, size_t index)
{
    const struct recorded_settings *state = ANSWER(s, recorded_settings);

    return index < state->values.count
               ? &((const struct recorded_setting *)state->values.items)[index]
               : NULL;
}

static void a_setting_is_changed_from_what_to_what(void)
{
    struct scenario *s = given_a_host();

    WHEN_WANTED(s, .name = HOST, .value = text_lit("b.example"));
    THEN_EMITTED(
        s, CHANGED(.name = HOST, .value = text_lit("b.example"), .former = text_lit("a.example"),
                   OPEN, .is_unset = OPT_FALSE));
    expect_text(recorded(s, 0)->value, "b.example");
    expect(recorded(s, 1) == NULL);
}

static void what_is_so_already_is_no_change(void)
{
    struct scenario *s = given_a_host();

    WHEN_WANTED(s, .name = HOST, .value = text_lit("a.example"));
    THEN_NOTHING(s);
    WHEN_WANTED(s, .name = DATABASE, .value = {NULL, 0});
    THEN_NOTHING(s);
}

static void one_that_is_unset_is_as_if_it_had_never_been_set(void)
{
    struct scenario *s = given_a_host();

    WHEN_WANTED(s, .name = HOST, .value = {NULL, 0});
    THEN_EMITTED(
        s, CHANGED(.name = HOST, .former = text_lit("a.example"), OPEN, .is_unset = OPT_TRUE));
    expect(recorded(s, 0) == NULL);
}

static void a_secret_is_sealed_in_an_event_of_its_own(void)
{
    struct scenario *s = given_opened_ledger();

    WHEN_WANTED(s, .name = PASSWORD, .value = text_lit("hush"), .is_secret = OPT_TRUE);
    THEN_EMITTED(
        s,
        CHANGED(.name = PASSWORD, .is_secret = OPT_TRUE, .is_unset = OPT_FALSE,
                .is_of_home = OPT_FALSE),
        HAPPENED(setting_sealed, IT, PASSWORD, sealed(s, "hush")));
    expect(!text_is_present(recorded(s, 0)->value));
}

static void a_sealed_one_that_is_unset_leaves_nothing(void)
{
    struct scenario *s = given_opened_ledger();

    GIVEN(
        s,
        CHANGED(.name = PASSWORD, .is_secret = OPT_TRUE, .is_unset = OPT_FALSE,
                .is_of_home = OPT_FALSE),
        HAPPENED(setting_sealed, IT, PASSWORD, sealed(s, "hush")));
    WHEN(s, query_settings, .any = OPT_TRUE);
    expect(bytes_are_present(recorded(s, 0)->box));
    expect(uuid_is_present(recorded(s, 0)->event_id));
    WHEN_WANTED(s, .name = PASSWORD, .value = {NULL, 0});
    THEN_EMITTED(
        s, CHANGED(.name = PASSWORD, .is_secret = OPT_TRUE, .is_unset = OPT_TRUE,
                   .is_of_home = OPT_FALSE));
    expect(recorded(s, 0) == NULL);
}

static void who_is_promoted_does_not_take_over_where_another_home_has_its_things(void)
{
    struct scenario *s = given_a_host();

    WHEN_WANTED(s, .name = DATABASE, .value = text_lit("db.example"), .is_of_home = OPT_TRUE);
    expect_text(recorded(s, 1)->value, "db.example");
    GIVEN(
        s, HAPPENED(
               leader_promoted, .origin = text_lit("audit.example.com/e1"),
               .former_origin = text_lit("audit.example.com"), .size = 2,
               .root = digest_named(s, "root"), .note = text_lit("note"),
               .former_leader = text_lit("https://a.example"), .confirmed_by = text_lit("Ann"),
               .reason = text_lit("fire"), .dropped = {"", 0}));
    WHEN(s, query_settings, .any = OPT_TRUE);
    expect_text(recorded(s, 0)->value, "a.example");
    expect(recorded(s, 1) == NULL);
}

static void without_a_ledger_nothing_is_changed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN_WANTED(s, .name = HOST, .value = text_lit("b.example"));
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_setting_is_changed_from_what_to_what),
    TEST(what_is_so_already_is_no_change),
    TEST(one_that_is_unset_is_as_if_it_had_never_been_set),
    TEST(a_secret_is_sealed_in_an_event_of_its_own),
    TEST(a_sealed_one_that_is_unset_leaves_nothing),
    TEST(who_is_promoted_does_not_take_over_where_another_home_has_its_things),
    TEST(without_a_ledger_nothing_is_changed),
};
extern const struct suite test_change_settings_suite;
const struct suite test_change_settings_suite = SUITE("commands/platform/change_settings", tests);
