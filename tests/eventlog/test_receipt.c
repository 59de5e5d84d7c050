/*
 * Receipts against vectors that golang.org/x/mod accepted: entry i is "event-<i>".
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/receipt.h"
#include "tests/support/expect.h"

#include <string.h>

#define ORIGIN "audit.example.com/ws/demo"

static const struct text vkey =
    TEXT_OF(ORIGIN "+7ee0fd96+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
static const struct text checkpoint_of_7 = TEXT_OF(
    ORIGIN "\n7\ngTvaOkIAD4KUtqlU6oN5LC3vrmUkbvdgr5/dU699Rjg=\n\n\xE2\x80\x94 " ORIGIN
           " fuD9ltdI1e29wfU5lPZN9c9rgt0paWry8v2V1n6xEbPDkvZ8s4CGrPKNB69BP29iaOI3zuerjDMgVTcN"
           "kZhSkIIMsAM=\n");
#define HASHES                                                                                     \
    "T7cNqgptqvfpPys3xeXfczRmMP2KUZltUPHY7v8nlCY=\n"                                               \
    "P9HVoFmrFxo0X5kSyDwt2LeTO06VDmdJvIPbsfQ8y94=\n"                                               \
    "CdE923ZptzRMGk5/zSfZNnUk1MxvmDHjZ9hsED0563g=\n"
static const struct text event_3 = TEXT_OF("event-3");

static struct arena *arena;
static struct note_keys keys;

static void set_up(void)
{
    arena = arena_new(16 << 20);
    must(note_keys_parse(arena, vkey, &keys));
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct text make_file(const char *head)
{
    return text_format(arena, "%s%.*s", head, TEXT_ARGS(checkpoint_of_7));
}

static struct text whole(void)
{
    return make_file("c2sp.org/tlog-proof@v1\nextra ZXZlbnQtMw==\nindex 3\n" HASHES "\n");
}

static void the_published_proof_is_a_receipt(void)
{
    struct checkpoint checkpoint = {.size = 0};
    struct receipt receipt = {.index = 0};
    struct error error;

    expect_ok(receipt_parse(arena, whole(), &receipt, &error), &error);
    expect_int64(receipt.index, 3);
    expect_int64(receipt.path.count, 3);
    expect_text(text_of_bytes(receipt.entry), "event-3");
    expect_ok(receipt_check(arena, &receipt, receipt.entry, &keys, &checkpoint, &error), &error);
    expect_int64(checkpoint.size, 7);
    expect_text(receipt_text(arena, &receipt), whole().data);
}

/* As other logs write it. */
static void an_entry_may_come_from_elsewhere(void)
{
    struct text file = make_file("c2sp.org/tlog-proof@v1\nindex 3\n" HASHES "\n");
    struct checkpoint checkpoint;
    struct receipt receipt = {.index = 0};
    struct error error;

    expect_ok(receipt_parse(arena, file, &receipt, &error), &error);
    expect(!bytes_are_present(receipt.entry));
    expect_ok(
        receipt_check(arena, &receipt, bytes_of_text(event_3), &keys, &checkpoint, &error), &error);
    expect_text(receipt_text(arena, &receipt), file.data);
    expect_status(
        receipt_check(
            arena, &receipt, bytes_of_text(text_lit("event-4")), &keys, &checkpoint, &error),
        STATUS_CORRUPT, &error);
}

static void every_changed_bit_is_found(void)
{
    struct text file = whole();
    struct error error;

    for (size_t i = 0; i < file.size * 8; i++) {
        struct arena *own = arena_new(1 << 20);
        char *changed = arena_take(own, file.size);
        struct receipt receipt;
        struct checkpoint checkpoint;
        enum status status;

        memcpy(changed, file.data, file.size);
        changed[i / 8] ^= (char)(1 << i % 8);
        status = receipt_parse(own, (struct text){changed, file.size}, &receipt, &error);
        if (status == STATUS_OK)
            status = receipt_check(own, &receipt, receipt.entry, &keys, &checkpoint, &error);
        expect_at(
            status != STATUS_OK, __FILE__, __LINE__, text_c(own, (struct text){changed, i / 8}));
        arena_free(own);
    }
}

static void what_is_no_receipt_is_refused_by_the_line_that_is_wrong(void)
{
    static const struct {
        const char *head;
        const char *said;
    } wrong[] = {
        {"", "first line"},
        {"c2sp.org/tlog-proof@v2\nindex 3\n\n", "first line"},
        {"c2sp.org/tlog-proof@v1\n", "\"index\""},
        {"c2sp.org/tlog-proof@v1\nextra *\nindex 3\n\n", "\"extra\""},
        {"c2sp.org/tlog-proof@v1\nindex 03\n\n", "\"index\""},
        {"c2sp.org/tlog-proof@v1\nindex -3\n\n", "\"index\""},
        {"c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n", "\"index\""},
        {"c2sp.org/tlog-proof@v1\nindex 3\nAAAA\n\n", "no hash"},
        {"c2sp.org/tlog-proof@v1\nindex 3\n" HASHES, "no hash"},
    };
    struct receipt receipt = {.index = 77};
    struct error error;

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        expect_status(
            receipt_parse(arena, make_file(wrong[i].head), &receipt, &error), STATUS_INVALID,
            &error);
        expect_at(
            text_contains(text_from(error.text), text_from(wrong[i].said)), __FILE__, __LINE__,
            error.text);
    }
    expect_status(
        receipt_parse(arena, text_lit("c2sp.org/tlog-proof@v1\nindex 3"), &receipt, &error),
        STATUS_INVALID, &error);
    expect_int64(receipt.index, 77);
}

static void a_position_beyond_the_checkpoint_is_named(void)
{
    struct text file = make_file("c2sp.org/tlog-proof@v1\nindex 7\n" HASHES "\n");
    struct receipt receipt = {.index = 0};
    struct checkpoint checkpoint;
    struct error error;

    expect_ok(receipt_parse(arena, file, &receipt, &error), &error);
    expect_status(
        receipt_check(arena, &receipt, bytes_of_text(event_3), &keys, &checkpoint, &error),
        STATUS_CORRUPT, &error);
    expect(text_contains(text_from(error.text), text_lit("beyond its checkpoint")));
}

static void a_receipt_has_an_end(void)
{
    struct text lines = text_lit(HASHES);
    struct receipt receipt;
    struct error error;

    while (lines.size < (size_t)(RECEIPT_MOST_HASHES + 1) * 45)
        lines = text_format(arena, "%.*s%s", TEXT_ARGS(lines), HASHES);
    expect_status(
        receipt_parse(
            arena,
            make_file(
                text_format(arena, "c2sp.org/tlog-proof@v1\nindex 3\n%.*s\n", TEXT_ARGS(lines))
                    .data),
            &receipt, &error),
        STATUS_INVALID, &error);
    while (lines.size <= RECEIPT_MAX_BYTES)
        lines = text_format(arena, "%.*s%.*s", TEXT_ARGS(lines), TEXT_ARGS(lines));
    expect_status(receipt_parse(arena, lines, &receipt, &error), STATUS_INVALID, &error);
    expect(text_contains(text_from(error.text), text_lit("too large")));
}

static const struct test tests[] = {
    TEST(the_published_proof_is_a_receipt),
    TEST(an_entry_may_come_from_elsewhere),
    TEST(every_changed_bit_is_found),
    TEST(what_is_no_receipt_is_refused_by_the_line_that_is_wrong),
    TEST(a_position_beyond_the_checkpoint_is_named),
    TEST(a_receipt_has_an_end),
};

const struct suite test_receipt_suite =
    SUITE_WITH("eventlog/receipt", tests, .set_up = set_up, .tear_down = tear_down);
