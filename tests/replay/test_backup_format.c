/*
 * The files of a backup, byte by byte as docs/format.md has them: what a released program has written, every later one
 * reads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/ledger_copy.h"
#include "replay/backup_manifest.h"
#include "replay/backup_range.h"
#include "tests/support/expect.h"

#include <string.h>

/* Made by other programs: head by hand, frame by `zstd -3 --check`. */
static const char range_file[] =
    "502a4d1840000000666c72616e676531000000000000000700000000000000090000000000000033"
    "e5cfbe0f6d4b0b8cb9bbfc6f8390d80072b5b4afdd782e2a31de28513bd0b67f28b52ffd24338501"
    "00940200000007656e74727920370000000d73616c7420616e6420626f6479380000000800000000"
    "000000090100fc369df4b93fbd";

static const char manifest[] =
    "{\"format\":1,\"ledger\":\"1111111111111111111111111111111111111111111111111111111111111111\","
    "\"chain\":\"20260322T164729Z\",\"number\":0,\"madeAt\":\"2026-03-22T16:47:29.206Z\",\"size\":9,"
    "\"root\":\"2222222222222222222222222222222222222222222222222222222222222222\","
    "\"checkpoint\":\"ledger.example\\n9\\nIiIi\\n\","
    "\"ranges\":[{\"name\":\"20260322T164729Z/range-000000000000-000000000009.zst\",\"size\":133,"
    "\"digest\":\"3333333333333333333333333333333333333333333333333333333333333333\",\"from\":0,\"to\":9,"
    "\"root\":\"2222222222222222222222222222222222222222222222222222222222222222\"}],"
    "\"checkpoints\":[],\"keys\":[]}\n";

static struct arena *arena;
static struct error error;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    error = (struct error){0};
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct bytes range_bytes(void)
{
    struct bytes bytes = {NULL, 0};

    must(hex_decode(arena, text_from(range_file), &bytes));
    return bytes;
}

static void a_range_of_any_release_is_read(void)
{
    const struct range range = {7, 9};
    AUTO_BUF events = {0};
    struct stored_event first;
    struct stored_event second;
    struct bytes rest;

    buf_init(&events, RANGE_MAX_BYTES);
    expect_ok(range_read(range_bytes(), &range, &events, &error), &error);
    rest = buf_bytes(&events);
    must(stored_event_next(&rest, &first) && stored_event_next(&rest, &second));
    expect_int64((int64_t)rest.size, 0);
    expect_text(text_of_bytes(first.entry), "entry 7");
    expect_text(text_of_bytes(first.body), "salt and body");
    expect_text(text_of_bytes(second.entry), "entry 8");
    expect(!stored_event_is_dropped(&first) && stored_event_is_dropped(&second));
}

static void a_range_is_no_other_one(void)
{
    static const struct range others[] = {{6, 9}, {7, 8}, {7, 10}, {0, 2}};
    AUTO_BUF events = {0};

    buf_init(&events, RANGE_MAX_BYTES);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect_status(
            range_read(range_bytes(), &others[i], &events, &error), STATUS_CORRUPT, &error);
}

static struct file_store *given_manifest(struct text name)
{
    struct file_store *store = NULL;

    must(
        file_store_directory_open(text_from(make_directory()), FILE_STORE_WRITE, &store, &error) ==
        STATUS_OK);
    must(file_store_put(store, name, bytes_of_text(text_from(manifest)), &error) == STATUS_OK);
    return store;
}

static void a_manifest_of_any_release_is_read_under_its_name_alone(void)
{
    struct text digest = backup_digest(arena, sha256(bytes_of_text(text_from(manifest))));
    struct text name =
        text_format(arena, "20260322T164729Z/manifest-000000-%.*s.json", TEXT_ARGS(digest));
    struct text other =
        text_format(arena, "20260322T164729Z/manifest-000001-%.*s.json", TEXT_ARGS(digest));
    struct file_store *store = given_manifest(name);
    struct backup_manifest found;

    expect_ok(backup_manifest_get(store, name, arena, &found, &error), &error);
    expect_int64(found.size, 9);
    expect_int64((int64_t)found.ranges.count, 1);
    file_store_close(store);
    store = given_manifest(other);
    expect_status(backup_manifest_get(store, other, arena, &found, &error), STATUS_CORRUPT, &error);
    file_store_close(store);
}

static void a_manifest_is_written_as_it_is_read(void)
{
    struct text digest = backup_digest(arena, sha256(bytes_of_text(text_from(manifest))));
    struct text name =
        text_format(arena, "20260322T164729Z/manifest-000000-%.*s.json", TEXT_ARGS(digest));
    struct file_store *store = given_manifest(name);
    struct backup_manifest found;
    struct text written = {NULL, 0};

    must(backup_manifest_get(store, name, arena, &found, &error) == STATUS_OK);
    expect_ok(backup_manifest_put(store, &found, arena, &written, &error), &error);
    expect_text(written, text_c(arena, name));
    file_store_close(store);
}

static void the_time_of_a_chain_is_in_its_name(void)
{
    struct timestamp at;

    must(timestamp_parse(text_lit("2026-03-22T16:47:29Z"), &at));
    expect_text(backup_stamp(arena, at), "20260322T164729Z");
    expect_int64(backup_stamp_time(arena, text_lit("20260322T164729Z")).us, at.us);
    expect(!timestamp_is_present(backup_stamp_time(arena, text_lit("keys"))));
}

static const struct test tests[] = {
    TEST(a_range_of_any_release_is_read),
    TEST(a_range_is_no_other_one),
    TEST(a_manifest_of_any_release_is_read_under_its_name_alone),
    TEST(a_manifest_is_written_as_it_is_read),
    TEST(the_time_of_a_chain_is_in_its_name),
};
const struct suite test_backup_format_suite =
    SUITE_WITH("replay, formats of backups", tests, .set_up = set_up, .tear_down = tear_down);
