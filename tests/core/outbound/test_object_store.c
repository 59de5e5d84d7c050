/*
 * What an object store may answer, and what it is asked; what a real one takes is tested in tests/archive.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/outbound/object_store.h"
#include "tests/support/expect.h"
#include "tests/support/web_sink.h"

#include <string.h>

static struct web_sink *sink;
static struct arena *arena;
static struct file_store *store;
static struct buf out;
static struct error error;

static const char secret[] = "secret/of+tests";
static const char one_file[] =
    "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>fleet/a</Key>"
    "<Size>3</Size></Contents></ListBucketResult>";

static struct object_store_settings make_settings(void)
{
    return (struct object_store_settings){
        .endpoint = text_format(arena, "http://127.0.0.1:%d", web_sink_port(sink)),
        .region = text_lit("eu-central-1"),
        .bucket = text_lit("backups"),
        .prefix = text_lit("fleet"),
        .access_key = text_lit("tests-key"),
        .secret_key = text_from(secret),
        .pause_ms = 1,
    };
}

static void set_up(void)
{
    struct object_store_settings settings;

    sink = web_sink_new();
    arena = arena_new(1 << 20);
    buf_init(&out, 1000);
    error = (struct error){0};
    settings = make_settings();
    expect_ok(object_store_open(&settings, &store, &error), &error);
}

static void tear_down(void)
{
    file_store_close(store);
    buf_fini(&out);
    arena_free(arena);
    web_sink_free(sink);
}

static void pass_over(const struct stored_file *file, void *context)
{
    buf_add_text(context, file->name);
}

static enum status list_all(void)
{
    return file_store_list(store, text_lit(""), pass_over, &out, &error);
}

static void expect_said(const char *part)
{
    expect_at(
        text_contains(text_from(error.text), text_from(part)), __FILE__, __LINE__, error.text);
    expect(!text_contains(text_from(error.text), text_from(secret)));
}

static void expect_refused(const struct object_store_settings *settings, const char *code)
{
    struct file_store *none = NULL;

    expect_status(object_store_open(settings, &none, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), code);
    expect(none == NULL);
    expect(!text_contains(text_from(error.text), text_from(secret)));
}

static void settings_without_sense_are_refused(void)
{
    struct object_store_settings settings = make_settings();

    settings.bucket = text_lit("Backups/..");
    expect_refused(&settings, "store_invalid");
    settings = make_settings();
    settings.prefix = text_lit("../other");
    expect_refused(&settings, "store_invalid");
    settings = make_settings();
    settings.region = text_lit("eu:s3");
    expect_refused(&settings, "store_invalid");
    settings = make_settings();
    settings.secret_key = text_lit("");
    expect_refused(&settings, "store_invalid");
    settings = make_settings();
    settings.endpoint = text_lit("s3.example");
    expect_refused(&settings, "url_invalid");
}

static void nothing_is_carried_to_another_machine_in_clear_text(void)
{
    struct object_store_settings settings = make_settings();

    settings.endpoint = text_lit("http://s3.example");
    expect_refused(&settings, "store_invalid");
    expect_said("https");
}

static void a_request_is_signed_and_tells_no_secret(void)
{
    const char *sent;

    expect_ok(
        file_store_put(store, text_lit("a/b"), bytes_of_text(text_lit("abc")), &error), &error);
    expect(web_sink_wait(sink, 2));
    sent = web_sink_request(sink, 1);
    expect(text_starts_with(text_from(sent), text_lit("PUT /backups/fleet/a/b HTTP/1.1\r\n")));
    expect(strstr(sent, "/eu-central-1/s3/aws4_request") != NULL);
    expect(
        strstr(
            sent,
            "x-amz-content-sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") !=
        NULL);
    expect(strstr(sent, "\r\n\r\nabc") != NULL);
    expect(strstr(sent, secret) == NULL);
}

static void what_may_pass_is_tried_five_times(void)
{
    web_sink_answer(
        sink, "503 Slow Down", "<Error><Code>SlowDown</Code><Message>Wait.</Message></Error>");
    expect_status(file_store_get(store, text_lit("a"), &out, &error), STATUS_UNAVAILABLE, &error);
    expect_said("SlowDown, Wait.");
    web_sink_answer(sink, "200 OK", "abc");
    expect_ok(file_store_get(store, text_lit("last"), &out, &error), &error);
    expect(web_sink_wait(sink, 7)); /* when it was opened, five times, once */
    expect(strstr(web_sink_request(sink, 5), "/fleet/a ") != NULL);
    expect(strstr(web_sink_request(sink, 6), "/fleet/last ") != NULL);
}

static void what_is_refused_is_not_tried_again(void)
{
    web_sink_answer(sink, "403 Forbidden", "<Error><Code>AccessDenied</Code></Error>");
    expect_status(file_store_get(store, text_lit("a"), &out, &error), STATUS_FORBIDDEN, &error);
    expect_text(text_from(error.code), "store_refused");
    expect_said("AccessDenied");
    web_sink_answer(sink, "200 OK", "abc");
    expect_ok(file_store_get(store, text_lit("last"), &out, &error), &error);
    expect(web_sink_wait(sink, 3));
    expect(strstr(web_sink_request(sink, 2), "/fleet/last ") != NULL);
}

/* It may quote what was signed, and with which key. */
static void of_a_refusal_only_code_and_sentence_are_told(void)
{
    web_sink_answer(
        sink, "400 Bad Request",
        "<Error><AWSAccessKeyId>tests-key</AWSAccessKeyId><Code>Odd</Code><Message>No.</Message></Error>");
    expect_status(file_store_get(store, text_lit("a"), &out, &error), STATUS_INVALID, &error);
    expect_said("answers 400 to GET: Odd, No");
    expect(strstr(error.text, "tests-key") == NULL);
}

static void no_room_is_told_apart(void)
{
    web_sink_answer(sink, "507 Insufficient Storage", "");
    expect_status(
        file_store_put(store, text_lit("a"), bytes_of_text(text_lit("abc")), &error), STATUS_FULL,
        &error);
}

static void a_file_larger_than_its_reader_takes_is_refused(void)
{
    AUTO_BUF small = {0};

    buf_init(&small, 4);
    buf_add_char(&small, 'x');
    web_sink_answer(sink, "200 OK", "abcdef");
    expect_status(file_store_get(store, text_lit("a"), &small, &error), STATUS_TOO_LARGE, &error);
    expect_text(buf_text(&small), "x");
}

static void files_of_others_are_passed_over(void)
{
    web_sink_answer(sink, "200 OK", one_file);
    expect_ok(list_all(), &error);
    expect_text(buf_text(&out), "a");
    buf_clear(&out);
    web_sink_answer(
        sink, "200 OK",
        "<IsTruncated>false</IsTruncated><Contents><Key>fleet/.hidden</Key><Size>3</Size></Contents>"
        "<Contents><Key>fleet/x&amp;y</Key><Size>3</Size></Contents>");
    expect_ok(list_all(), &error);
    expect_text(buf_text(&out), "");
}

static void what_is_no_list_is_refused(void)
{
    static const char *const wrong[] = {
        "",
        "<html>",
        "<IsTruncated>false</IsTruncated><Contents><Key>fleet/a</Key></Contents>",
        "<IsTruncated>false</IsTruncated><Contents><Key>fleet/a</Key><Size>-3</Size></Contents>",
        "<IsTruncated>false</IsTruncated><Contents><Key>other/a</Key><Size>3</Size></Contents>",
        "<IsTruncated>false</IsTruncated><Contents><Key>fleet/b</Key><Size>3</Size></Contents>"
        "<Contents><Key>fleet/a</Key><Size>3</Size></Contents>",
        /* The same page again and again comes to an end. */
        "<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>"
        "<Contents><Key>fleet/a</Key><Size>3</Size></Contents>",
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        web_sink_answer(sink, "200 OK", wrong[i]);
        expect_status(list_all(), STATUS_UNAVAILABLE, &error);
        expect_said("no list of files");
    }
}

static const struct test tests[] = {
    TEST(settings_without_sense_are_refused),
    TEST(nothing_is_carried_to_another_machine_in_clear_text),
    TEST(a_request_is_signed_and_tells_no_secret),
    TEST(what_may_pass_is_tried_five_times),
    TEST(what_is_refused_is_not_tried_again),
    TEST(of_a_refusal_only_code_and_sentence_are_told),
    TEST(no_room_is_told_apart),
    TEST(a_file_larger_than_its_reader_takes_is_refused),
    TEST(files_of_others_are_passed_over),
    TEST(what_is_no_list_is_refused),
};
const struct suite test_object_store_suite =
    SUITE_WITH("core/outbound/object_store", tests, .set_up = set_up, .tear_down = tear_down);
