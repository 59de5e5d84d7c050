/*
 * Files in a bucket of a real object store, which checks every signature: as in a directory. OBJECT_STORE_URL
 * tells where it is (object_server.sh).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "core/outbound/object_store.h"
#include "tests/support/expect.h"
#include "tests/support/stored_files.h"

#include <stdlib.h>
#include <string.h>

enum { LARGE_BYTES = 5 << 20, MANY = 1005 };

static struct arena *arena;
static struct file_store *store;
static struct error error;

static struct text server_url(void)
{
    const char *url = getenv("OBJECT_STORE_URL");

    must(url != NULL);
    return text_from(url);
}

static struct object_store_settings settings_of(const char *prefix)
{
    return (struct object_store_settings){
        .endpoint = server_url(),
        .region = text_lit("us-east-1"),
        .bucket = text_lit("backups"),
        .prefix = text_from(prefix),
        .access_key = text_from(getenv("S3_ACCESS_KEY")),
        .secret_key = text_from(getenv("S3_SECRET_KEY")),
        .pause_ms = 1,
    };
}

/* Each test has a prefix of its own. */
static void set_up(void)
{
    static int number;
    struct object_store_settings settings;

    arena = arena_new(1 << 22);
    error = (struct error){0};
    settings = settings_of(text_format(arena, "fleet/test-%d", number++).data);
    expect_ok(object_store_open(&settings, &store, &error), &error);
}

static void tear_down(void)
{
    file_store_close(store);
    arena_free(arena);
}

static void given_faults(int count, int status)
{
    const struct fetch_server server = {.url = server_url()};
    struct fetch *fetch = NULL;
    AUTO_BUF out = {0};

    buf_init(&out, 1000);
    expect_ok(fetch_open(&server, &fetch, &error), &error);
    expect_ok(
        fetch_post(
            fetch, text_format(arena, "/faults?count=%d&status=%d", count, status), text_lit("{}"),
            &out, &error),
        &error);
    fetch_close(fetch);
}

static void what_was_put_is_got(void)
{
    given_stored_file(store, "a/b_1/c-2.txt", text_lit("first"));
    expect_text(stored_content(store, arena, "a/b_1/c-2.txt"), "first");
    given_stored_file(store, "a/b_1/c-2.txt", text_lit("second"));
    expect_text(stored_content(store, arena, "a/b_1/c-2.txt"), "second");
    given_stored_file(store, "empty", text_lit(""));
    expect_text(stored_content(store, arena, "empty"), "");
}

static void a_large_file_comes_back_as_it_was(void)
{
    AUTO_BUF content = {0};
    AUTO_BUF out = {0};

    buf_init(&content, LARGE_BYTES + 64);
    buf_init(&out, LARGE_BYTES + 64);
    for (int i = 0; content.size < LARGE_BYTES; i++)
        buf_printf(&content, "%d,", i);
    given_stored_file(store, "large", buf_text(&content));
    expect_ok(file_store_get(store, text_lit("large"), &out, &error), &error);
    expect(bytes_equal(buf_bytes(&out), buf_bytes(&content)));
}

static void files_are_listed_in_the_order_of_their_names(void)
{
    expect_listed_in_order(store, arena);
}

static void count_file(const struct stored_file *file, void *context)
{
    size_t *count = context;

    (void)file;
    ++*count;
}

static void more_files_than_one_page_has_are_listed(void)
{
    size_t count = 0;

    for (int i = 0; i < MANY; i++)
        given_stored_file(store, text_format(arena, "many/%04d", i).data, text_lit("x"));
    expect_ok(file_store_list(store, text_lit("many/"), count_file, &count, &error), &error);
    expect_int64((int64_t)count, MANY);
}

static void a_removed_file_is_gone_and_may_be_removed_again(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 100);
    given_stored_file(store, "a/1", text_lit("1"));
    expect_ok(file_store_remove(store, text_lit("a/1"), &error), &error);
    expect_ok(file_store_remove(store, text_lit("a/1"), &error), &error);
    expect_status(file_store_get(store, text_lit("a/1"), &out, &error), STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "file_missing");
}

static void what_passes_is_waited_for(void)
{
    given_faults(4, 503);
    given_stored_file(store, "late", text_lit("1"));
    given_faults(4, 500);
    expect_text(stored_content(store, arena, "late"), "1");
}

static void what_does_not_pass_ends(void)
{
    given_faults(5, 503);
    expect_status(
        file_store_put(store, text_lit("never"), bytes_of_text(text_lit("1")), &error),
        STATUS_UNAVAILABLE, &error);
    expect_text(stored_list(store, arena, "never"), "");
}

static void what_does_not_pass_ends_for_who_asks_no_reason_too(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 100);
    given_stored_file(store, "there", text_lit("1"));
    given_faults(5, 503);
    expect(file_store_get(store, text_lit("there"), &out, NULL) == STATUS_UNAVAILABLE);
    expect_int64((int64_t)out.size, 0);
}

static void a_bucket_that_is_missing_is_named(void)
{
    struct object_store_settings settings = settings_of("x");
    struct file_store *none = NULL;

    settings.bucket = text_lit("not-there");
    expect_status(object_store_open(&settings, &none, &error), STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "store_missing");
    expect(none == NULL);
}

static void another_secret_key_is_refused(void)
{
    struct object_store_settings settings = settings_of("x");
    struct file_store *none = NULL;

    settings.secret_key = text_lit("another");
    expect_status(object_store_open(&settings, &none, &error), STATUS_FORBIDDEN, &error);
    expect_text(text_from(error.code), "store_refused");
}

static const struct test tests[] = {
    TEST(what_was_put_is_got),
    TEST(a_large_file_comes_back_as_it_was),
    TEST(files_are_listed_in_the_order_of_their_names),
    TEST(more_files_than_one_page_has_are_listed),
    TEST(a_removed_file_is_gone_and_may_be_removed_again),
    TEST(what_passes_is_waited_for),
    TEST(what_does_not_pass_ends),
    TEST(what_does_not_pass_ends_for_who_asks_no_reason_too),
    TEST(a_bucket_that_is_missing_is_named),
    TEST(another_secret_key_is_refused),
};
const struct suite test_bucket_suite =
    SUITE_WITH("archive/bucket", tests, .set_up = set_up, .tear_down = tear_down);
