/*
 * Bodies that were gone when a backup was made, some by events behind its end: as it is where bodies are dropped
 * while it is made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/files/compressor.h"
#include "core/files/file_store.h"
#include "eventlog/ledger_copy.h"
#include "replay/backup_manifest.h"
#include "replay/backup_range.h"
#include "tests/support/backup_site.h"
#include "tests/support/expect.h"

static struct backup_site *site;
static struct file_store *store;
static struct error error;

static void set_up(void)
{
    site = make_backup_site();
    error = (struct error){0};
}

static void tear_down(void)
{
    file_store_close(store);
    end_backup_site(site);
}

/* As docs/format.md has it. */
static void given_range_file(struct backup_range *range, const struct buf *events)
{
    static const uint8_t head[] = {0x50, 0x2A, 0x4D, 0x18, 0x40, 0, 0, 0};
    struct compressor *compressor = compressor_new(3);
    struct digest digest = sha256(buf_bytes(events));
    AUTO_BUF file = {0};

    buf_init(&file, RANGE_FILE_MAX_BYTES);
    buf_add(&file, head, sizeof(head));
    buf_add(&file, "flrange1", 8);
    buf_add_u64be(&file, (uint64_t)range->from);
    buf_add_u64be(&file, (uint64_t)range->to);
    buf_add_u64be(&file, events->size);
    buf_add(&file, digest.bytes, DIGEST_SIZE);
    compressor_add(compressor, buf_bytes(events), &file);
    compressor_end(compressor, &file);
    compressor_free(compressor);
    must(file_store_put(store, range->name, buf_bytes(&file), &error) == STATUS_OK);
    range->size = (int64_t)file.size;
    range->digest = backup_digest(site->arena, sha256(buf_bytes(&file)));
}

static void add_event(struct buf *events, struct bytes entry, struct bytes body)
{
    buf_add_u32be(events, (uint32_t)entry.size);
    buf_add(events, entry.data, entry.size);
    buf_add_u32be(events, (uint32_t)body.size);
    buf_add(events, body.data, body.size);
}

/* The body at `at` was dropped by the event at `by`, and the chunk's by that of the story. */
static void given_marks(const struct backup_range *range, size_t at, uint64_t by, struct buf *out)
{
    AUTO_BUF events = {0};
    AUTO_BUF mark = {0};
    struct stored_event event;
    struct bytes rest;
    AUTO_BUF file = {0};

    buf_init(&events, RANGE_MAX_BYTES);
    buf_init(&file, RANGE_FILE_MAX_BYTES);
    must(file_store_get(store, range->name, &file, &error) == STATUS_OK);
    must(
        range_read(
            buf_bytes(&file), &(struct range){(uint64_t)range->from, (uint64_t)range->to}, &events,
            &error) == STATUS_OK);
    rest = buf_bytes(&events);
    for (size_t i = 0; stored_event_next(&rest, &event); i++) {
        buf_init(&mark, DROPPED_MARK_SIZE);
        buf_add_u64be(&mark, i == at ? by : site->dropped_at);
        add_event(out, event.entry, i == at || i == site->chunk_at ? buf_bytes(&mark) : event.body);
        buf_fini(&mark);
    }
}

static void given_backup_with_marks(size_t at, uint64_t by)
{
    struct backup_manifest_list list;
    struct backup_manifest manifest;
    struct backup_range range;
    struct text name;
    AUTO_BUF events = {0};

    buf_init(&events, RANGE_MAX_BYTES);
    given_size(site, site->size);
    given_backup(site);
    must(
        file_store_directory_open(text_from(site->store), FILE_STORE_WRITE, &store, &error) ==
        STATUS_OK);
    must(backup_manifest_list(store, site->arena, &list, &error) == STATUS_OK && list.count == 1);
    must(
        backup_manifest_get(store, list.names[0], site->arena, &manifest, &error) == STATUS_OK &&
        manifest.ranges.count == 1);
    range = *(const struct backup_range *)manifest.ranges.items;
    given_marks(&range, at, by, &events);
    given_range_file(&range, &events);
    manifest.ranges = (struct list){&range, 1};
    must(file_store_remove(store, list.names[0], &error) == STATUS_OK);
    must(backup_manifest_put(store, &manifest, site->arena, &name, &error) == STATUS_OK);
}

static void what_was_dropped_before_and_meanwhile_does_not_come_back(void)
{
    given_backup_with_marks(site->chunk_at - 1, site->size + 5);
    given_restored(site);
    expect_restored(site, site->size);
    expect(text_contains(
        site->recorded, text_format(site->arena, "\"dropped\":[%zu]", site->chunk_at - 1)));
}

static void a_body_that_no_event_has_dropped_is_missed(void)
{
    struct printout printout;

    given_backup_with_marks(site->chunk_at - 1, site->dropped_at);
    printout = run_restore(site);
    expect(printout.code != 0);
    expect_says(
        printout,
        text_format(
            site->arena,
            "the body at position %zu is missing, and no event of the backup has dropped it",
            site->chunk_at - 1)
            .data);
}

static const struct test tests[] = {
    TEST(what_was_dropped_before_and_meanwhile_does_not_come_back),
    TEST(a_body_that_no_event_has_dropped_is_missed),
};
const struct suite test_backup_marks_suite =
    SUITE_WITH("replay, marks in backups", tests, .set_up = set_up, .tear_down = tear_down);
