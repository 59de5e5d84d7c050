/*
 * An erased person in the read models: what is blanked when it happens is what a rebuild without the keys
 * leaves blank, in every table; and nothing of theirs is shown anywhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/terminal_events.h"
#include "migrations/tables.h"
#include "tests/support/destroyed.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/projected.h"
#include "tests/support/story.h"

enum { CHAPTERS = 2 };

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

/* What the story does not have: they come from somewhere, and a machine asks in their name. */
static void given_more_of(struct uuid person)
{
    const struct preferences_changed changed = {.user_id = person, .timezone = text_lit("UTC")};
    const struct enrollment_initiated asked = {
        .enrollment_id = make_id(900),
        .email.text = text_lit("admin@example.com"),
        .user_id = person,
        .hostname = text_lit("asking-host"),
        .token_digest = {(const uint8_t *)"abcdefghijklmnopqrstuvwxyz012345", 32},
        .expires_at = p->ledger->now,
    };

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = person};
    p->ledger->origin = (struct origin){
        .address = {.text = text_lit("203.0.113.99")},
        .user_agent = {.text = text_lit("planted-agent/1")}};
    given_event(p->ledger, &preferences_changed_event, person, UUID_NONE, &changed);
    given_event(p->ledger, &enrollment_initiated_event, make_id(900), UUID_NONE, &asked);
    p->ledger->origin = (struct origin){.address = {.text = {NULL, 0}}};
}

static void given_story_of(struct uuid person)
{
    given_opening(p->ledger);
    given_more_of(person);
    for (unsigned i = 0; i < CHAPTERS; i++)
        given_chapter(p->ledger, i);
}

static void given_erased(struct uuid person)
{
    const struct person_erased erased = {person, text_lit("asked"), text_lit("request")};
    const struct user_deleted deleted = {person};

    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    p->ledger->origin = (struct origin){.address = {.text = {NULL, 0}}};
    given_event(p->ledger, &person_erased_event, person, UUID_NONE, &erased);
    given_event(p->ledger, &user_deleted_event, person, UUID_NONE, &deleted);
}

static const char *count_of(const char *schema, const char *table, const char *text)
{
    return value_of(
               p, text_format(
                      p->arena, "select count(*) from %s.%s t where t::text like '%%%s%%'", schema,
                      table, text)
                      .data)
        .data;
}

static bool is_anywhere(const char *schema, const char *text)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++) {
        if (!text_is(text_from(count_of(schema, table_catalog[i]->name, text)), "0"))
            return true;
    }
    return false;
}

static void expect_same_rows(const char *table)
{
    struct text different = value_of(
        p,
        text_format(
            p->arena,
            "select count(*) from ((select * from set_test.%s except select * from set_beside.%s)"
            " union all (select * from set_beside.%s except select * from set_test.%s)) d",
            table, table, table, table)
            .data);

    expect_text_at(different, text_lit("0"), __FILE__, __LINE__, table);
}

/* As far as the ledger goes, in small steps, and left so. */
static void given_begun_beside(void)
{
    struct db *db = NULL;
    struct build *beside = NULL;
    size_t applied = 1;
    struct error error;

    expect_ok(db_open(p->conninfo, 10, 0, &db, &error), &error);
    expect_ok(
        build_open(db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, &error), &error);
    while (applied > 0)
        expect_ok(build_step(beside, 1000, &applied, &error), &error);
    build_close(beside);
    db_close(db);
}

static void given_rebuilt_beside(void)
{
    struct db *db = NULL;
    struct build *beside = NULL;
    struct error error;

    expect_ok(db_open(p->conninfo, 10, 0, &db, &error), &error);
    expect_ok(
        build_open(db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, &error), &error);
    expect_ok(build_rebuild(beside, ledger_size(p->ledger->log), NULL, NULL, &error), &error);
    build_close(beside);
    db_close(db);
}

static const char *const planted[] = {"admin@example.com", "Ada", "203.0.113.99", "planted-agent"};

static void expect_blank(const char *schema)
{
    for (size_t i = 0; i < COUNT_OF(planted); i++)
        expect_at(!is_anywhere(schema, planted[i]), __FILE__, __LINE__, planted[i]);
}

static void expect_rebuilt_the_same_without_keys_of(struct uuid person)
{
    struct error error;

    expect_ok(forget_subject(p->ledger->keyring, person, &error), &error);
    given_rebuilt_beside();
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        expect_same_rows(table_catalog[i]->name);
}

static void rows_blanked_live_are_those_of_a_rebuild_without_the_keys(void)
{
    const struct uuid person = make_cast(0).admin;

    given_story_of(person);
    given_applied(p);
    for (size_t i = 0; i < COUNT_OF(planted); i++)
        expect_at(is_anywhere("set_test", planted[i]), __FILE__, __LINE__, planted[i]);
    given_erased(person);
    given_applied(p);
    expect_blank("set_test");
    expect_rebuilt_the_same_without_keys_of(person);
}

/* All in one batch: what was added meanwhile is blanked, too. */
static void nor_does_it_matter_in_which_batch_it_comes(void)
{
    const struct uuid person = make_cast(0).admin;

    given_story_of(person);
    given_erased(person);
    given_applied(p);
    expect_blank("set_test");
    expect_rebuilt_the_same_without_keys_of(person);
}

/* A rebuild that has read them before the keys were gone ends as blank. */
static void a_rebuild_that_still_had_the_keys_shows_nothing_either(void)
{
    const struct uuid person = make_cast(0).admin;

    given_story_of(person);
    given_erased(person);
    given_committed(p->ledger);
    given_rebuilt_beside();
    expect_blank("set_beside");
}

/* What takes a look at all of a table is left for the end; a build that goes on later has not forgotten it. */
static void a_build_that_is_stopped_owes_its_erasures_still(void)
{
    const struct uuid person = make_cast(0).admin;

    given_story_of(person);
    given_erased(person);
    given_committed(p->ledger);
    given_begun_beside();
    expect_text(
        value_of(p, "select string_agg(distinct table_name, ' ') from set_beside.erasures_due"),
        "audit_logs events task_logs terminal_session_chunks");
    expect(is_anywhere("set_beside", "planted-agent"));
    given_rebuilt_beside();
    expect_blank("set_beside");
    expect_text(value_of(p, "select count(*) from set_beside.erasures_due"), "0");
}

/* Two months apart. */
static const char *const of_then = "old-agent/1";
static const char *const of_now = "new-agent/2";

static void given_visit(struct uuid person, const char *agent, const char *address)
{
    const struct preferences_changed changed = {.user_id = person, .timezone = text_lit("UTC")};

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = person};
    p->ledger->origin = (struct origin){
        .address = {.text = text_from(address)}, .user_agent = {.text = text_from(agent)}};
    given_event(p->ledger, &preferences_changed_event, person, UUID_NONE, &changed);
    p->ledger->origin = (struct origin){.address = {.text = {NULL, 0}}};
}

static void given_visits_then_and_now(struct uuid person)
{
    given_opening(p->ledger);
    given_visit(person, of_then, "203.0.113.1");
    p->ledger->now = timestamp_plus_us(p->ledger->now, INT64_C(62) * 86400 * US_PER_S);
    given_visit(person, of_now, "203.0.113.2");
}

/* Of all months but the present one. */
static struct bytes given_dropped(void)
{
    struct origin_keys *keys = arena_one(p->arena, struct origin_keys);

    given_origins_dropped(p->ledger, timestamp_month(p->ledger->now), keys);
    expect_int64(keys->size, ORIGIN_KEY_NAME_SIZE);
    return (struct bytes){keys->names, keys->size};
}

static void expect_only_of_now(const char *schema)
{
    expect(!is_anywhere(schema, of_then) && !is_anywhere(schema, "203.0.113.1"));
    expect(is_anywhere(schema, of_now) && is_anywhere(schema, "203.0.113.2"));
}

static void expect_rebuilt_the_same_without(struct bytes keys)
{
    uint64_t were_there = 0;
    struct error error;

    expect_ok(keyring_destroy(p->ledger->keyring, keys, &were_there, &error), &error);
    expect_int64(were_there, 1);
    given_rebuilt_beside();
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        expect_same_rows(table_catalog[i]->name);
}

static void origins_dropped_live_are_those_that_a_rebuild_without_their_keys_lacks(void)
{
    struct bytes keys;

    given_visits_then_and_now(make_cast(0).admin);
    given_applied(p);
    expect(is_anywhere("set_test", of_then) && is_anywhere("set_test", of_now));
    keys = given_dropped();
    given_applied(p);
    expect_only_of_now("set_test");
    expect(is_anywhere("set_test", "admin@example.com"));
    expect_rebuilt_the_same_without(keys);
}

static void origins_are_dropped_in_whichever_batch_that_comes(void)
{
    struct bytes keys;

    given_visits_then_and_now(make_cast(0).admin);
    keys = given_dropped();
    given_applied(p);
    expect_only_of_now("set_test");
    expect_rebuilt_the_same_without(keys);
}

static void a_rebuild_that_still_had_the_keys_of_a_month_ends_without_it(void)
{
    given_visits_then_and_now(make_cast(0).admin);
    (void)given_dropped();
    given_committed(p->ledger);
    given_rebuilt_beside();
    expect_only_of_now("set_beside");
}

/* What can be erased of a person goes with all of them, their key of fields as well as those of months. */
static void whoever_is_erased_after_that_leaves_nothing_either(void)
{
    const struct uuid person = make_cast(0).admin;

    given_visits_then_and_now(person);
    (void)given_dropped();
    given_applied(p);
    given_erased(person);
    given_applied(p);
    expect(!is_anywhere("set_test", of_now) && !is_anywhere("set_test", "admin@example.com"));
    expect_rebuilt_the_same_without_keys_of(person);
}

static const struct test tests[] = {
    TEST(rows_blanked_live_are_those_of_a_rebuild_without_the_keys),
    TEST(nor_does_it_matter_in_which_batch_it_comes),
    TEST(a_rebuild_that_still_had_the_keys_shows_nothing_either),
    TEST(a_build_that_is_stopped_owes_its_erasures_still),
    TEST(origins_dropped_live_are_those_that_a_rebuild_without_their_keys_lacks),
    TEST(origins_are_dropped_in_whichever_batch_that_comes),
    TEST(a_rebuild_that_still_had_the_keys_of_a_month_ends_without_it),
    TEST(whoever_is_erased_after_that_leaves_nothing_either),
};
const struct suite test_erased_suite =
    SUITE_WITH("projections/privacy/erased", tests, .set_up = set_up, .tear_down = tear_down);
