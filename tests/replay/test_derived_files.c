/*
 * What is derived is never a reason not to start: a damaged file is set aside and made again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/ledger_index.h"
#include "eventlog/model.h"
#include "eventlog/telemetry.h"
#include "replay/derived_files.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"
#include "tests/support/story.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHAPTERS = 3, PATH_SIZE = 512, PAGE = 4096 };

static const char *const names[] = {"model.mdb", "index.mdb", "telemetry.mdb"};

static struct test_ledger *ledger;
static struct digest whole_model;

static void path_of(const char *name, char out[PATH_SIZE])
{
    snprintf(out, PATH_SIZE, "%s/%s", ledger->home, name);
}

static void open_all(struct derived_files *files)
{
    struct error error = {0};

    expect_ok(derived_files_open(ledger->home, ledger->log, files, &error), &error);
}

static void fill_index(struct ledger_index *index)
{
    size_t added = 1;
    struct error error;

    while (added > 0)
        must(ledger_index_catch_up(index, 1000, &added, &error) == STATUS_OK);
}

static void given_story(void)
{
    given_opening(ledger);
    for (unsigned chapter = 0; chapter < CHAPTERS; chapter++)
        given_chapter(ledger, chapter);
    given_committed(ledger);
}

static void set_up(void)
{
    struct derived_files files;
    struct error error;

    ledger = make_ledger();
    given_story();
    open_all(&files);
    fill_index(files.index);
    telemetry_seen(files.telemetry, make_id(1), (struct timestamp){1});
    must(telemetry_commit(files.telemetry, &error) == STATUS_OK);
    whole_model = model_digest(files.model);
    derived_files_close(&files);
}

static void tear_down(void)
{
    end_ledger(ledger);
}

static size_t count_of(const char *prefix)
{
    DIR *all = opendir(ledger->home);
    size_t count = 0;

    for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all))
        count += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
    closedir(all);
    return count;
}

static size_t aside(const char *name)
{
    char prefix[PATH_SIZE];

    snprintf(prefix, sizeof(prefix), "%s.damaged-", name);
    return count_of(prefix);
}

static void expect_made_again(void)
{
    struct derived_files files;
    struct digest digest;

    open_all(&files);
    fill_index(files.index);
    digest = model_digest(files.model);
    expect(memcmp(digest.bytes, whole_model.bytes, DIGEST_SIZE) == 0);
    expect_int64(model_size(files.model), ledger_size(ledger->log));
    expect_int64(ledger_index_size(files.index), ledger_size(ledger->log));
    derived_files_close(&files);
}

static void given_bytes(const char *name, off_t at, const char *bytes, size_t size)
{
    char path[PATH_SIZE];
    int file;

    path_of(name, path);
    file = open(path, O_WRONLY);
    must(file >= 0 && pwrite(file, bytes, size, at) == (ssize_t)size);
    close(file);
}

static void given_broken_head(const char *name)
{
    static const char junk[2 * PAGE] = "this is no database";

    given_bytes(name, 0, junk, sizeof(junk));
}

static void given_half(const char *name)
{
    char path[PATH_SIZE];
    struct stat st;

    path_of(name, path);
    must(stat(path, &st) == 0 && truncate(path, st.st_size / 2) == 0);
}

static void given_text(const char *name)
{
    char path[PATH_SIZE];

    path_of(name, path);
    must(truncate(path, 0) == 0);
    given_bytes(name, 0, "hello\n", 6);
}

static void given_directory(const char *name)
{
    char path[PATH_SIZE];

    path_of(name, path);
    must(unlink(path) == 0 && mkdir(path, 0700) == 0);
}

static void given_empty(const char *name)
{
    char path[PATH_SIZE];

    path_of(name, path);
    must(truncate(path, 0) == 0);
}

static void given_missing(const char *name)
{
    char path[PATH_SIZE];

    path_of(name, path);
    must(unlink(path) == 0);
}

static void a_damaged_file_is_set_aside_and_made_again(void)
{
    static void (*const damages[])(const char *name) = {
        given_broken_head, given_half, given_text, given_directory};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        for (size_t damage = 0; damage < COUNT_OF(damages); damage++) {
            size_t before = aside(names[i]);
            damages[damage](names[i]);
            expect_made_again();
            expect(aside(names[i]) > 0 && aside(names[i]) >= before);
        }
        expect_int64(aside(names[i]), 2); /* of four: the newest are kept */
    }
}

static void a_file_that_is_missing_or_empty_is_made_without_a_word(void)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        given_missing(names[i]);
        expect_made_again();
        given_empty(names[i]);
        expect_made_again();
        expect_int64(aside(names[i]), 0);
    }
}

/* The page that names the tables, by the newest of both heads. */
static off_t table_of_tables(const char *path)
{
    enum { ROOT = 16 + 24 + 48 + 40, TRANSACTION = 16 + 24 + 96 + 8 };
    char heads[2 * PAGE];
    uint64_t transactions[2];
    uint64_t root;
    int file = open(path, O_RDONLY);

    must(file >= 0 && pread(file, heads, sizeof(heads), 0) == (ssize_t)sizeof(heads));
    close(file);
    memcpy(&transactions[0], heads + TRANSACTION, 8);
    memcpy(&transactions[1], heads + PAGE + TRANSACTION, 8);
    memcpy(&root, heads + (transactions[1] > transactions[0] ? PAGE : 0) + ROOT, 8);
    return (off_t)root;
}

/* Every page but the heads and the names of the tables: it opens, and whichever page is met then is
 * none. */
static void given_pages_overwritten(const char *name)
{
    static const char junk[16] = {0};
    char path[PATH_SIZE];
    off_t spared;
    struct stat st;

    path_of(name, path);
    must(stat(path, &st) == 0);
    spared = table_of_tables(path);
    for (off_t page = 2; page * PAGE < st.st_size; page++) {
        if (page != spared)
            given_bytes(name, page * PAGE, junk, sizeof(junk));
    }
}

static void after_a_crash_every_page_is_looked_at(void)
{
    char note[PATH_SIZE];

    path_of("crashed", note);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        int file = open(note, O_CREAT | O_WRONLY, 0600);
        close(file);
        given_pages_overwritten(names[i]);
        expect_made_again();
        expect_int64(aside(names[i]), 1);
        expect(access(note, F_OK) != 0);
    }
}

static void a_model_that_kills_its_process_is_set_aside_at_the_next_start(void)
{
    pid_t child;
    int how = 0;

    given_pages_overwritten("model.mdb");
    fflush(NULL);
    child = fork();
    if (child == 0) {
        struct derived_files files;
        struct error error;
        /* It dies before it asks the ledger, whose environment may not cross the fork. */
        _exit(derived_files_open(ledger->home, ledger->log, &files, &error) == STATUS_OK ? 0 : 1);
    }
    must(waitpid(child, &how, 0) == child);
    expect(!WIFEXITED(how) || WEXITSTATUS(how) != 0);
    expect_made_again();
    expect_int64(aside("model.mdb"), 1);
}

/* The page cache is shared, so that what is written to the file is met in the map. */
static void an_index_that_turns_out_to_be_damaged_is_built_again(void)
{
    struct derived_files files;
    struct error error = {0};
    size_t added = 0;

    open_all(&files);
    given_pages_overwritten("index.mdb");
    given_story();
    expect_status(ledger_index_catch_up(files.index, 1000, &added, &error), STATUS_CORRUPT, &error);
    expect(text_contains(text_from(error.text), text_lit("index.mdb.damaged-")));
    fill_index(files.index);
    expect_int64(ledger_index_size(files.index), ledger_size(ledger->log));
    expect_int64(aside("index.mdb"), 1);
    derived_files_close(&files);
}

static void telemetry_that_turns_out_to_be_damaged_begins_anew(void)
{
    struct derived_files files;
    struct error error = {0};

    open_all(&files);
    given_pages_overwritten("telemetry.mdb");
    telemetry_seen(files.telemetry, make_id(2), (struct timestamp){2});
    expect_status(telemetry_commit(files.telemetry, &error), STATUS_CORRUPT, &error);
    expect(text_contains(text_from(error.text), text_lit("telemetry.mdb.damaged-")));
    telemetry_seen(files.telemetry, make_id(3), (struct timestamp){3});
    expect_ok(telemetry_commit(files.telemetry, &error), &error);
    expect_int64(telemetry_last_seen(files.telemetry, make_id(3)).us, 3);
    expect_int64(telemetry_last_seen(files.telemetry, make_id(1)).us, 0);
    derived_files_close(&files);
}

static void a_model_of_a_ledger_that_is_empty_now_is_no_first_start(void)
{
    struct test_ledger *empty = make_ledger();
    struct derived_files files;
    struct error error = {0};

    expect_status(
        derived_files_open(ledger->home, empty->log, &files, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "ledger_missing");
    derived_files_close(&files);
    end_ledger(empty);
}

static const struct test tests[] = {
    TEST(a_damaged_file_is_set_aside_and_made_again),
    TEST(a_file_that_is_missing_or_empty_is_made_without_a_word),
    TEST(after_a_crash_every_page_is_looked_at),
    TEST(a_model_that_kills_its_process_is_set_aside_at_the_next_start),
    TEST(an_index_that_turns_out_to_be_damaged_is_built_again),
    TEST(telemetry_that_turns_out_to_be_damaged_begins_anew),
    TEST(a_model_of_a_ledger_that_is_empty_now_is_no_first_start),
};

const struct suite test_derived_files_suite =
    SUITE_WITH("replay/derived_files", tests, .set_up = set_up, .tear_down = tear_down);
