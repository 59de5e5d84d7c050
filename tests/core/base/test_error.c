/*
 * Faults and the table of statuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/error.h"
#include "tests/support/expect.h"

#include <string.h>

static void an_error_has_the_code_of_its_status(void)
{
    struct error error = {.field = "before"};

    expect_int64(error_set(&error, STATUS_NOT_FOUND, "Node %d", 7), STATUS_NOT_FOUND);
    expect_text(text_from(error.code), "not_found");
    expect_text(text_from(error.text), "Node 7");
    expect_text(text_from(error.field), "");
    expect_int64(error_set_code(&error, STATUS_CONFLICT, "taken", "x"), STATUS_CONFLICT);
    expect_text(text_from(error.code), "taken");
}

static void what_is_wrong_with_a_field_goes_behind_its_name(void)
{
    struct error error;

    expect_int64(
        error_set_field(&error, "bad_range", "to", "must not lie before %d", 7), STATUS_INVALID);
    expect_text(text_from(error.text), "to must not lie before 7");
    expect_text(text_from(error.field), "to");
    expect_text(text_from(error.code), "bad_range");
    expect_int64(error_set_field(NULL, "bad_range", "to", "is wrong"), STATUS_INVALID);
}

static void context_goes_before(void)
{
    struct error error;

    error_set(&error, STATUS_INTERNAL, "no space");
    error_context(&error, "writing %s", "a");
    expect_text(text_from(error.text), "writing a: no space");
    expect_text(text_from(error.code), "internal_error");
}

static void long_texts_are_cut(void)
{
    char text[2000];
    struct error error;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    error_set_code(&error, STATUS_INVALID, text, "%s", text);
    error_context(&error, "%s", text);
    error_field(&error, text);
    expect_int64(strlen(error.code), ERROR_CODE_SIZE - 1);
    expect_int64(strlen(error.text), ERROR_TEXT_SIZE - 1);
    expect_int64(strlen(error.field), ERROR_FIELD_SIZE - 1);
}

static void a_cut_text_ends_with_a_whole_character(void)
{
    char text[2000];
    struct error error;

    memset(text, 'x', sizeof(text));
    memcpy(text + ERROR_TEXT_SIZE - 3, "\u2026tail", 8);
    error_set(&error, STATUS_INVALID, "%s", text);
    expect_int64(strlen(error.text), ERROR_TEXT_SIZE - 3);
    error_set(&error, STATUS_INVALID, "%s", "y");
    memcpy(text + ERROR_TEXT_SIZE - 4, "\u2026tail", 8);
    error_context(&error, "%s", text);
    expect_int64(strlen(error.text), ERROR_TEXT_SIZE - 1);
    expect(text_is_clean_utf8(text_from(error.text)));
}

static void nobody_has_to_listen(void)
{
    expect_int64(error_set(NULL, STATUS_FULL, "x"), STATUS_FULL);
    expect_int64(error_set_code(NULL, STATUS_FULL, "x", "x"), STATUS_FULL);
    error_context(NULL, "x");
    error_field(NULL, "x");
}

static void statuses_have_their_http(void)
{
    expect_int64(status_http(STATUS_OK), 200);
    expect_int64(status_http(STATUS_FULL), 507);
    expect_text(text_from(status_phrase(STATUS_INVALID)), "Bad Request");
    expect_text(text_from(status_code(STATUS_STALE)), "stale_revision");
}

static void what_was_given_cannot_break_the_sentence(void)
{
    struct error error;

    error_set(&error, STATUS_INVALID, "no flag is called %s", "--p\xFF\x1B[31m\xC5or");
    expect_text(text_from(error.text), "no flag is called --p??[31m?or");
    error_context(&error, "%s", "a\xE2\x82");
    expect_text(text_from(error.text), "a??: no flag is called --p??[31m?or");
}

static const struct test tests[] = {
    TEST(an_error_has_the_code_of_its_status),
    TEST(what_is_wrong_with_a_field_goes_behind_its_name),
    TEST(context_goes_before),
    TEST(long_texts_are_cut),
    TEST(a_cut_text_ends_with_a_whole_character),
    TEST(what_was_given_cannot_break_the_sentence),
    TEST(nobody_has_to_listen),
    TEST(statuses_have_their_http),
};

const struct suite test_error_suite = SUITE("core/base/fault", tests);
