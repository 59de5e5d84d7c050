/*
 * Faults and the table of statuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/fault.h"
#include "tests/support/expect.h"

#include <string.h>

static void a_fault_has_the_code_of_its_status(void)
{
    struct fault fault = {.field = "before"};

    expect_whole(fault_set(&fault, STATUS_NOT_FOUND, "Node %d", 7), STATUS_NOT_FOUND);
    expect_text(text_from(fault.code), "not_found");
    expect_text(text_from(fault.text), "Node 7");
    expect_text(text_from(fault.field), "");
    expect_whole(fault_code(&fault, STATUS_CONFLICT, "taken", "x"), STATUS_CONFLICT);
    expect_text(text_from(fault.code), "taken");
}

static void context_goes_before(void)
{
    struct fault fault;

    fault_set(&fault, STATUS_INTERNAL, "no space");
    fault_context(&fault, "writing %s", "a");
    expect_text(text_from(fault.text), "writing a: no space");
    expect_text(text_from(fault.code), "internal_error");
}

static void long_texts_are_cut(void)
{
    char text[2000];
    struct fault fault;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    fault_code(&fault, STATUS_INVALID, text, "%s", text);
    fault_context(&fault, "%s", text);
    fault_field(&fault, text);
    expect_whole(strlen(fault.code), FAULT_CODE_SIZE - 1);
    expect_whole(strlen(fault.text), FAULT_TEXT_SIZE - 1);
    expect_whole(strlen(fault.field), FAULT_FIELD_SIZE - 1);
}

static void a_cut_text_ends_with_a_whole_character(void)
{
    char text[2000];
    struct fault fault;

    memset(text, 'x', sizeof(text));
    memcpy(text + FAULT_TEXT_SIZE - 3, "\u2026tail", 8);
    fault_set(&fault, STATUS_INVALID, "%s", text);
    expect_whole(strlen(fault.text), FAULT_TEXT_SIZE - 3);
    fault_set(&fault, STATUS_INVALID, "%s", "y");
    memcpy(text + FAULT_TEXT_SIZE - 4, "\u2026tail", 8);
    fault_context(&fault, "%s", text);
    expect_whole(strlen(fault.text), FAULT_TEXT_SIZE - 1);
    expect(text_is_clean_utf8(text_from(fault.text)));
}

static void nobody_has_to_listen(void)
{
    expect_whole(fault_set(NULL, STATUS_FULL, "x"), STATUS_FULL);
    expect_whole(fault_code(NULL, STATUS_FULL, "x", "x"), STATUS_FULL);
    fault_context(NULL, "x");
    fault_field(NULL, "x");
}

static void statuses_have_their_http(void)
{
    expect_whole(status_http(STATUS_OK), 200);
    expect_whole(status_http(STATUS_FULL), 507);
    expect_text(text_from(status_phrase(STATUS_INVALID)), "Bad Request");
    expect_text(text_from(status_code(STATUS_STALE)), "stale_revision");
}

static const struct test tests[] = {
    TEST(a_fault_has_the_code_of_its_status),
    TEST(context_goes_before),
    TEST(long_texts_are_cut),
    TEST(a_cut_text_ends_with_a_whole_character),
    TEST(nobody_has_to_listen),
    TEST(statuses_have_their_http),
};

const struct suite test_fault_suite = SUITE("core/base/fault", tests);
