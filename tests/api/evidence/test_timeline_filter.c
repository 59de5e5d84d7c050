/*
 * What is asked of the timeline, and its cursors: refused by name, and of use with the same question
 * alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline_cursor.h"
#include "api/evidence/timeline_filter.h"
#include "commands/platform/platform_commands.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_params.h"
#include "eventlog/ledger_read.h"
#include "tests/support/fixture.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static struct fixture *house;
static struct timeline_question question;
static struct error error;

static void set_up(void)
{
    house = fixture_open(&(struct fixture_settings){.directory = NULL});
    must(given_order(house, &open_ledger_command, opening())->status == STATUS_OK);
}

static void tear_down(void)
{
    fixture_close(house);
}

static enum status read_from(const struct timeline_sources *sources, const char *query)
{
    const struct param *params = NULL;
    struct timeline_input input;
    size_t count = 0;
    enum status status;

    error = (struct error){.status = STATUS_OK};
    shape_clear(&timeline_input_shape, &input);
    must(params_parse(house->arena, text_from(query), &params, &count));
    status = shape_params_read(&timeline_input_shape, params, count, house->arena, &input, &error);
    if (status == STATUS_OK)
        status = timeline_filter_read(sources, &input, house->arena, &question, &error);
    return status;
}

static enum status read_later(const char *query, int64_t days)
{
    const int64_t day_us = INT64_C(86400) * US_PER_S;
    const struct timeline_sources sources = {
        house->log, house->keyring, timestamp_plus_us(ledger_now(house->log), days * day_us),
        UUID_NONE};

    return read_from(&sources, query);
}

static enum status read_query(const char *query)
{
    return read_later(query, 0);
}

static void what_cannot_be_understood_is_refused_by_name(void)
{
    static const struct {
        const char *query;
        const char *named;
    } bad[] = {
        {"from=tomorrow", "from must be"},
        {"around=tomorrow", "around must be"},
        {"around=0&from=-1h", "around stands in place of from and to"},
        {"around=0&within=1y", "within must be"},
        {"within=1h", "within needs around"},
        {"to=-2y", "to must be"},
        {"from=2026-02-01&to=2026-01-01", "to must not lie before from"},
        {"fromPosition=-1", "fromPosition"},
        {"toPosition=-1", "toPosition"},
        {"fromPosition=x", "fromPosition"},
        {"actor=somebody", "actor"},
        {"actorKind=robot", "actorKind"},
        {"entity=1", "entity"},
        {"outcome=maybe", "outcome"},
        {"order=random", "order"},
        {"limit=many", "limit"},
        {"after=x", "after"},
        {"colour=red", "colour"},
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        bool is_named;
        expect_status(read_query(bad[i].query), STATUS_INVALID, &error);
        is_named = strstr(error.text, bad[i].named) != NULL;
        for (size_t j = 0; error.violations != NULL && j < error.violations->count; j++)
            is_named |= text_contains(error.violations->items[j], text_from(bad[i].named));
        expect(is_named);
    }
}

static void a_window_is_what_its_bounds_leave(void)
{
    uint64_t size = ledger_size(house->log);

    expect_ok(read_query("from=-1h"), &error);
    expect_int64(question.search.from, 0);
    expect_int64(question.search.end, size);
    expect_ok(read_query("to=-1h"), &error);
    expect_int64(question.search.end, 0);
    expect_ok(read_query("from=2999-01-01"), &error);
    expect_int64(question.search.from, size);
    expect_ok(read_query("toPosition=0"), &error);
    expect_int64(question.search.end, 1);
    expect_ok(read_query("toPosition=9223372036854775806"), &error);
    expect_int64(question.search.end, size);
}

/* An address has another digest each day. */
static void an_origin_is_looked_for_on_the_days_that_the_ledger_has(void)
{
    expect_ok(read_later("origin=192.0.2.1&from=-3d", 100), &error);
    expect_int64(timeline_origin_count(question.filter.origin), 4);
    expect_ok(read_later("origin=192.0.2.1&from=2020-01-01", 100), &error);
    expect_int64(timeline_origin_count(question.filter.origin), 101);
    expect_ok(read_later("origin=192.0.2.1", 100), &error);
    expect_int64(timeline_origin_count(question.filter.origin), 101);
    expect_ok(read_later("origin=192.0.2.1", 500), &error);
    expect_int64(timeline_origin_count(question.filter.origin), 366);
    expect_ok(read_later("origin=192.0.2.1&to=2020-01-01", 100), &error);
    expect_int64(timeline_origin_count(question.filter.origin), 0);
    expect_status(read_later("origin=192.0.2.1&from=2020-01-01", 366), STATUS_INVALID, &error);
    expect(strstr(error.text, "origin needs from and to") != NULL);
}

static void a_window_lies_around_an_event_or_a_moment(void)
{
    int64_t hour = INT64_C(3600) * US_PER_S;
    struct timestamp middle;

    expect_ok(read_query("around=0&within=30s"), &error);
    expect_int64(question.to.us - question.from.us, 60 * US_PER_S);
    expect_int64(question.search.from, 0);
    middle.us = question.from.us + 30 * US_PER_S;
    expect_ok(read_query("around=0"), &error);
    expect_int64(question.from.us, middle.us - hour);
    expect_int64(question.to.us, middle.us + hour);
    expect_ok(read_query("around=2026-01-01T12:00:00Z&within=1d"), &error);
    expect_int64(question.to.us - question.from.us, 48 * hour);
    expect_status(read_query("around=1000"), STATUS_NOT_FOUND, &error);
    expect_status(read_query("around=-1"), STATUS_NOT_FOUND, &error);
}

/* Where it goes forward and has no end there is always somewhere to go on. */
static void what_comes_later_is_found_from_a_cursor_at_the_head(void)
{
    static const char *const ends[] = {
        "order=newest", "order=oldest&to=-1s", "order=oldest&toPosition=9",
        "order=oldest&around=0"};
    struct text later;

    expect_ok(read_query("order=oldest&type=task.*"), &error);
    question.search.from = question.search.end;
    expect(!text_is_present(timeline_cursor_next(&question, house->arena)));
    later = timeline_cursor_later(&question, house->arena);
    expect_ok(
        read_query(
            text_format(house->arena, "order=oldest&type=task.*&after=%.*s", TEXT_ARGS(later))
                .data),
        &error);
    expect_int64(question.search.from, ledger_size(house->log));
    expect(question.search.end > ledger_size(house->log));
    expect_status(
        read_query(text_format(
                       house->arena, "order=oldest&type=task.*&to=-1s&after=%.*s", TEXT_ARGS(later))
                       .data),
        STATUS_INVALID, &error);
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        expect_ok(read_query(ends[i]), &error);
        expect(!text_is_present(timeline_cursor_later(&question, house->arena)));
    }
}

/* The cursor of what `query` has left behind position 7. */
static struct text cursor_of(const char *query)
{
    expect_ok(read_query(query), &error);
    question.search.from = 3;
    question.search.end = 7;
    return timeline_cursor_next(&question, house->arena);
}

static enum status read_with(const char *query, struct text cursor)
{
    return read_query(text_format(house->arena, "%s&after=%.*s", query, TEXT_ARGS(cursor)).data);
}

static void expect_refused(enum status status, const char *why)
{
    expect_status(status, STATUS_INVALID, &error);
    expect_text(text_from(error.code), "invalid_cursor");
    expect_text(text_from(error.field), "after");
    expect(strstr(error.text, why) != NULL);
}

static void a_cursor_goes_on_with_the_same_question_alone(void)
{
    static const char *const others[] = {
        "type=task.*&limit=5&from=-2h",
        "type=node.*&order=oldest&from=-2h",
        "type=task.*&order=oldest&from=-1h",
        "type=task.*&order=oldest",
        "type=task.*&order=oldest&from=-2h&to=-1h",
        "type=task.*&order=oldest&around=0",
        "type=task.*&order=oldest&from=-2h&toPosition=7",
    };
    struct text cursor = cursor_of("type=task.*&order=oldest&limit=5&from=-2h");

    expect_ok(read_with("type=task.*&order=oldest&limit=9&from=-2h", cursor), &error);
    expect_int64(question.search.from, 3);
    expect_int64(question.search.end, 7);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect_refused(read_with(others[i], cursor), "was given for another question");
}

/* So whoever followed from the head on goes on without saying where that was; and sees nothing before what is
 * asked for now. */
static void what_is_open_goes_on_wherever_it_began(void)
{
    struct text cursor = cursor_of("order=oldest&fromPosition=2");

    expect_ok(read_with("order=oldest", cursor), &error);
    expect_int64(question.search.from, 3);
    expect_ok(read_with("order=oldest&fromPosition=5", cursor), &error);
    expect_int64(question.search.from, 5);
    expect_ok(read_with("order=oldest&fromPosition=50", cursor), &error);
    expect_int64(question.search.from, question.search.end);
    expect_refused(read_with("order=oldest&toPosition=9", cursor), "was given for another");
    cursor = cursor_of("order=newest&fromPosition=2");
    expect_refused(read_with("order=newest", cursor), "was given for another question");
    cursor = cursor_of("order=oldest&fromPosition=2&toPosition=9");
    expect_refused(read_with("order=oldest&toPosition=9", cursor), "was given for another");
}

/* Every other sign at every place: the last may have bits that say nothing. */
static void a_cursor_that_was_changed_anywhere_is_refused(void)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct text cursor = cursor_of("type=task.*");
    size_t changed_count = 0;

    for (size_t i = 0; i < cursor.size; i++) {
        for (const char *sign = signs; *sign != '\0'; sign++) {
            char changed[TIMELINE_CURSOR_MOST];
            if (cursor.data[i] == *sign)
                continue;
            snprintf(changed, sizeof(changed), "%.*s", TEXT_ARGS(cursor));
            changed[i] = *sign;
            expect_refused(read_with("type=task.*", text_from(changed)), "after ");
            changed_count += strstr(error.text, "was changed since it was given") != NULL;
        }
    }
    expect(changed_count > cursor.size);
    expect_refused(
        read_with("type=task.*", text_slice(cursor, 0, cursor.size - 2)), "must be a cursor");
}

/* MessagePack has several spellings of one number: that of a token is the shortest. */
static void a_cursor_that_is_spelled_in_another_way_is_refused(void)
{
    enum { FROM_AT = 12 }; /* behind the array, the version and the name */
    struct text cursor = cursor_of("type=task.*&order=oldest");
    struct bytes given = {0};
    AUTO_BUF spelled = {0};

    must(base64url_decode(house->arena, cursor, &given) && given.data[FROM_AT] < 128);
    buf_init(&spelled, TIMELINE_CURSOR_MOST);
    buf_add(&spelled, given.data, FROM_AT);
    buf_add(&spelled, (const uint8_t[]){0xcc}, 1); /* uint 8 */
    buf_add(&spelled, given.data + FROM_AT, given.size - FROM_AT);
    expect_refused(
        read_with("type=task.*&order=oldest", base64url_encode(house->arena, buf_bytes(&spelled))),
        "was changed since it was given");
}

/* By a workspace in the path, which nobody may look beyond. */
static void a_cursor_is_of_use_to_whoever_may_see_the_same(void)
{
    struct timeline_sources sources = {house->log, house->keyring, ledger_now(house->log), {{1}}};
    struct text of_all = cursor_of("order=oldest");
    const char *query =
        text_format(house->arena, "order=oldest&after=%.*s", TEXT_ARGS(of_all)).data;

    expect_refused(read_from(&sources, query), "was given for another question");
    expect_ok(read_from(&sources, "order=oldest"), &error);
    question.search = (struct timeline_search){.from = 3, .end = 7};
    query = text_format(
                house->arena, "order=oldest&after=%.*s",
                TEXT_ARGS(timeline_cursor_next(&question, house->arena)))
                .data;
    expect_ok(read_from(&sources, query), &error);
    sources.workspace.bytes[0] = 2;
    expect_refused(read_from(&sources, query), "was given for another question");
    expect_refused(read_query(query), "was given for another question");
}

/* By the keys of the home, which are the same after a start and in no other home. */
static void a_cursor_outlives_a_restart_and_is_of_no_use_elsewhere(void)
{
    char directory[PATH_MAX];
    char query[256];
    struct text cursor = cursor_of("type=task.*");

    snprintf(query, sizeof(query), "type=task.*&after=%.*s", TEXT_ARGS(cursor));
    snprintf(directory, sizeof(directory), "%s", house->directory);
    tear_down();
    house = fixture_open(&(struct fixture_settings){.directory = directory});
    expect_ok(read_query(query), &error);
    expect_int64(question.search.end, 7);
    tear_down();
    set_up();
    expect_refused(read_query(query), "was given for another question");
}

static void where_nothing_is_left_there_is_no_cursor(void)
{
    expect_ok(read_query("type=task.*"), &error);
    question.search.from = question.search.end = 7;
    expect(!text_is_present(timeline_cursor_next(&question, house->arena)));
}

static const struct test tests[] = {
    TEST(what_cannot_be_understood_is_refused_by_name),
    TEST(a_window_is_what_its_bounds_leave),
    TEST(an_origin_is_looked_for_on_the_days_that_the_ledger_has),
    TEST(a_window_lies_around_an_event_or_a_moment),
    TEST(what_comes_later_is_found_from_a_cursor_at_the_head),
    TEST(a_cursor_goes_on_with_the_same_question_alone),
    TEST(what_is_open_goes_on_wherever_it_began),
    TEST(a_cursor_that_was_changed_anywhere_is_refused),
    TEST(a_cursor_that_is_spelled_in_another_way_is_refused),
    TEST(a_cursor_is_of_use_to_whoever_may_see_the_same),
    TEST(a_cursor_outlives_a_restart_and_is_of_no_use_elsewhere),
    TEST(where_nothing_is_left_there_is_no_cursor),
};

const struct suite test_timeline_filter_suite =
    SUITE_WITH("api/evidence/timeline_filter", tests, .set_up = set_up, .tear_down = tear_down);
