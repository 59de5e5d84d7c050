/*
 * Questions to a home without a server: which files it does without, and what it says then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/home_call.h"
#include "core/base/must.h"
#include "eventlog/ledger_index.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/harm.h"
#include "tests/support/ledger.h"
#include "tests/support/story.h"

enum { ANSWER_BYTES = 1 << 20 };

/* A closed home with an index, and somebody registered at position 1; forgotten since, or not. */
static const char *given_home_of(bool is_forgotten)
{
    struct test_ledger *ledger = make_ledger();
    struct ledger_index *index = NULL;
    const char *home = ledger->home;
    size_t added = 1;

    given_opening(ledger);
    given_committed(ledger);
    if (is_forgotten)
        must(forget_subject(ledger->keyring, make_id(1), NULL) == STATUS_OK);
    must(ledger_index_open(home, ledger->log, false, &index, NULL) == STATUS_OK);
    while (added > 0)
        must(ledger_index_catch_up(index, 1000, &added, NULL) == STATUS_OK);
    ledger_index_close(index);
    end_ledger(ledger);
    return home;
}

static const char *given_home(void)
{
    return given_home_of(false);
}

static enum status open_home(const char *path, struct error *error)
{
    struct home_call *home = NULL;
    enum status status = home_call_open(path, text_lit("a secret of tests"), NULL, &home, error);

    if (status == STATUS_OK)
        home_call_close(home);
    return status;
}

static void a_home_with_an_index_is_asked(void)
{
    struct error error = {0};

    expect_ok(open_home(given_home(), &error), &error);
}

/* Nothing is wrong with the evidence, which is what STATUS_CORRUPT would say. */
static void an_index_of_another_version_is_to_be_built_first(void)
{
    const char *home = given_home();
    struct error error = {0};

    harm_pair(home, "index.mdb", (struct store_table_spec){"meta", 0}, 0, harm_raise_format);
    expect_status(open_home(home, &error), STATUS_UNAVAILABLE, NULL);
    expect(text_contains(text_from(error.text), text_lit("start the server once")));
}

static void expect_answered(const char *path, const char *part)
{
    struct home_call *home = NULL;
    struct error error = {0};
    AUTO_BUF answer = {0};

    buf_init(&answer, ANSWER_BYTES);
    expect_ok(home_call_open(path, text_lit("a secret of tests"), NULL, &home, &error), &error);
    expect_ok(home_call_get(home, text_lit("/api/v1/events/1"), &answer, &error), &error);
    expect(text_contains(buf_text(&answer), text_from(part)));
    home_call_close(home);
}

static void of_somebody_who_was_forgotten_an_event_says_so(void)
{
    expect_answered(given_home_of(false), "\"field\":\"fields.email\",\"subject\":");
    expect_answered(given_home_of(false), "\"state\":\"sealed\"");
    expect_answered(given_home_of(true), "\"state\":\"forgotten\"");
    expect_answered(given_home_of(true), "\"email\":null");
}

static const struct test tests[] = {
    TEST(a_home_with_an_index_is_asked),
    TEST(an_index_of_another_version_is_to_be_built_first),
    TEST(of_somebody_who_was_forgotten_an_event_says_so),
};
const struct suite test_home_call_suite = SUITE("api/evidence/home_call", tests);
