/*
 * Journals: what is kept is there again, damage is cut off, and room is kept for ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/journal.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "tests/support/expect.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *directory;
static bool is_mounted; /* over the directory, by a test */
static struct journal *journal;
static struct journal_file *file;
static struct uuid task;
static struct arena *arena;

static void open_again(void)
{
    struct error error;

    journal_file_close(file);
    file = NULL;
    journal_close(journal);
    must(journal_open(directory, &journal, &error) == STATUS_OK);
}

static void set_up(void)
{
    directory = make_directory();
    arena = arena_new(256 << 20);
    task = uuid_new();
    open_again();
}

static void tear_down(void)
{
    journal_file_close(file);
    file = NULL;
    journal_close(journal);
    journal = NULL;
    arena_free(arena);
    if (is_mounted)
        must(umount2(directory, MNT_DETACH) == 0);
    is_mounted = false;
}

static void given_begun(void)
{
    struct error error;

    must(journal_prepare(journal, &error) == STATUS_OK);
    must(journal_begin(journal, task, &file, &error) == STATUS_OK);
}

static void given_record(enum journal_kind kind, const char *body)
{
    struct error error;

    must(journal_add(file, kind, text_from(body), &error) == STATUS_OK);
}

static void expect_first(enum journal_kind kind, const char *body)
{
    struct journal_record record = {0};

    expect(journal_first(file, arena, &record));
    expect_int64(record.kind, kind);
    expect_text(record.body, body);
}

static const char *path_of_task(void)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(task, id);
    return text_format(arena, "%s/%s.task", directory, id).data;
}

static void records_are_told_in_order(void)
{
    struct journal_record record;

    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    given_record(JOURNAL_LINES, "{\"lines\":[]}");
    expect_first(JOURNAL_STARTED, "{}");
    journal_tell(file);
    expect_first(JOURNAL_LINES, "{\"lines\":[]}");
    journal_tell(file);
    expect(!journal_first(file, arena, &record));
    given_record(JOURNAL_COMPLETED, "{\"status\":\"success\"}");
    expect_first(JOURNAL_COMPLETED, "{\"status\":\"success\"}");
}

static void what_was_not_told_is_left_for_the_next_run(void)
{
    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    given_record(JOURNAL_COMPLETED, "{\"status\":\"failed\"}");
    journal_tell(file);
    open_again();
    file = journal_take_left(journal);
    expect(file != NULL);
    expect(uuid_equal(journal_task_of(file), task));
    expect(journal_has(file, JOURNAL_STARTED) && journal_has(file, JOURNAL_COMPLETED));
    expect(!journal_has(file, JOURNAL_LINES));
    expect_first(JOURNAL_COMPLETED, "{\"status\":\"failed\"}");
    expect(journal_take_left(journal) == NULL);
}

static void a_record_keeps_its_place_over_a_restart(void)
{
    struct journal_record before;
    struct journal_record after;

    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    given_record(JOURNAL_LINES, "{\"lines\":[1]}");
    journal_tell(file);
    expect(journal_first(file, arena, &before));
    open_again();
    file = journal_take_left(journal);
    expect(journal_first(file, arena, &after));
    expect_int64(after.place, before.place);
}

static void what_was_told_whole_is_gone(void)
{
    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    journal_file_remove(file);
    file = NULL;
    open_again();
    expect(journal_take_left(journal) == NULL);
}

static void a_record_that_was_half_written_is_cut_off(void)
{
    int raw;

    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    raw = open(path_of_task(), O_WRONLY | O_APPEND);
    expect(raw >= 0 && write(raw, "completed {\"status\":", 20) == 20);
    close(raw);
    open_again();
    file = journal_take_left(journal);
    expect(file != NULL && !journal_has(file, JOURNAL_COMPLETED));
    given_record(JOURNAL_COMPLETED, "{\"status\":\"failed\"}");
    journal_tell(file);
    expect_first(JOURNAL_COMPLETED, "{\"status\":\"failed\"}");
}

static void a_mark_that_was_damaged_has_all_told_again(void)
{
    int raw;

    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    journal_tell(file);
    raw = open(path_of_task(), O_WRONLY);
    expect(raw >= 0 && pwrite(raw, "99999", 5, 0) == 5);
    close(raw);
    open_again();
    file = journal_take_left(journal);
    expect_first(JOURNAL_STARTED, "{}");
}

static void the_oldest_task_is_left_first(void)
{
    struct uuid first = task;

    given_begun();
    journal_file_close(file);
    task = uuid_new();
    given_begun();
    open_again();
    file = journal_take_left(journal);
    expect(uuid_equal(journal_task_of(file), first));
}

static void output_is_bounded_and_its_end_has_room_all_the_same(void)
{
    char *line = arena_take(arena, 1 << 20);
    size_t kept = 0;

    memset(line, ' ', (1 << 20) - 1);
    line[0] = '{';
    line[(1 << 20) - 2] = '}';
    given_begun();
    while (kept < 64 && journal_add(file, JOURNAL_LINES, text_from(line), NULL) == STATUS_OK)
        kept++;
    expect_int64(kept, 7);
    given_record(JOURNAL_COMPLETED, "{}");
}

static struct text megabyte(void)
{
    char *line = arena_take(arena, 1 << 20);

    memset(line, ' ', 1 << 20);
    line[0] = '{';
    line[(1 << 20) - 1] = '}';
    return (struct text){line, 1 << 20};
}

/* Room that was given back is not read again: not now, and not after a restart. */
static void a_task_may_write_without_end_as_long_as_it_is_told(void)
{
    struct text line = megabyte();
    struct error error;
    struct stat st;

    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    for (int i = 0; i < 20; i++) {
        expect_ok(journal_add(file, JOURNAL_LINES, line, &error), &error);
        journal_tell(file);
    }
    given_record(JOURNAL_COMPLETED, "{\"status\":\"success\"}");
    expect(stat(path_of_task(), &st) == 0 && st.st_size > 20 << 20);
    expect(st.st_blocks * 512 < 8 << 20);
    open_again();
    file = journal_take_left(journal);
    expect(journal_has(file, JOURNAL_STARTED) && journal_has(file, JOURNAL_COMPLETED));
    journal_tell(file);
    expect_first(JOURNAL_COMPLETED, "{\"status\":\"success\"}");
}

/* A volume of its own below the journal, in a mount namespace that ends with this process. False where
 * that is not allowed. */
static bool given_small_volume(const char *size)
{
    journal_close(journal);
    journal = NULL;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", directory, "tmpfs", 0, size) != 0) {
        printf("(skipped: no volume may be mounted here) ");
        return false;
    }
    is_mounted = true;
    open_again();
    return true;
}

/* Nothing is left of the volume. */
static int given_filled(void)
{
    static const char block[4096];
    int filler =
        open(text_format(arena, "%s/filler", directory).data, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    must(filler >= 0);
    while (write(filler, block, sizeof(block)) > 0)
        ;
    return filler;
}

static void on_a_full_disk_output_is_refused_and_the_end_is_kept(void)
{
    struct error error;
    char *output;

    if (!given_small_volume("size=1m"))
        return;
    output = arena_take(arena, 200000);
    memset(output, ' ', 199999);
    output[0] = '{';
    output[199998] = '}';
    given_begun();
    given_record(JOURNAL_STARTED, "{}");
    close(given_filled());
    expect_status(journal_add(file, JOURNAL_LINES, text_from(output), &error), STATUS_FULL, &error);
    expect_ok(journal_add(file, JOURNAL_COMPLETED, text_from(output), &error), &error);
    open_again();
    file = journal_take_left(journal);
    expect(journal_has(file, JOURNAL_COMPLETED) && !journal_has(file, JOURNAL_LINES));
}

static void without_room_for_an_end_no_task_is_taken(void)
{
    struct error error;
    int filler;

    if (!given_small_volume("size=1m"))
        return;
    filler = given_filled();
    expect_status(journal_prepare(journal, &error), STATUS_FULL, &error);
    expect(ftruncate(filler, 0) == 0);
    close(filler);
    expect_ok(journal_prepare(journal, &error), &error);
}

static void two_agents_do_not_share_a_journal(void)
{
    struct journal *other;
    struct error error;

    expect_status(journal_open(directory, &other, &error), STATUS_CONFLICT, &error);
}

static const struct test tests[] = {
    TEST(records_are_told_in_order),
    TEST(what_was_not_told_is_left_for_the_next_run),
    TEST(a_record_keeps_its_place_over_a_restart),
    TEST(what_was_told_whole_is_gone),
    TEST(a_record_that_was_half_written_is_cut_off),
    TEST(a_mark_that_was_damaged_has_all_told_again),
    TEST(the_oldest_task_is_left_first),
    TEST(output_is_bounded_and_its_end_has_room_all_the_same),
    TEST(a_task_may_write_without_end_as_long_as_it_is_told),
    TEST(on_a_full_disk_output_is_refused_and_the_end_is_kept),
    TEST(without_room_for_an_end_no_task_is_taken),
    TEST(two_agents_do_not_share_a_journal),
};
const struct suite test_journal_suite =
    SUITE_WITH("api/node_agent/journal", tests, .set_up = set_up, .tear_down = tear_down);
