/*
 * The story, stored as it was at the time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/backup_site.h"

#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/files/file_store.h"
#include "eventlog/events/terminal_events.h"
#include "eventlog/home_rows.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/log_identity.h"
#include "eventlog/seal.h"
#include "eventlog/signer.h"
#include "replay/exit_codes.h"
#include "tests/support/destroyed.h"
#include "tests/support/expect.h"
#include "tests/support/story.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHAPTERS = 6, MOST_EVENTS = 4096, COPY_BYTES = 64 << 20 };

const char planted[] = "what nobody may read any more";

static struct backup_site *running; /* whose sub-command is at work */

/* Making. */

/* What was committed since the last time, with the bodies that are there now. */
static void take_along(struct test_ledger *ledger, struct buf *copied, uint64_t *next)
{
    given_committed(ledger);
    while (*next < ledger_size(ledger->log))
        must(
            ledger_copy(ledger->log, next, ledger_size(ledger->log), SIZE_MAX, copied, NULL) ==
            STATUS_OK);
}

static void given_chunk(struct backup_site *site, struct test_ledger *ledger)
{
    const struct terminal_recorded recorded = {
        .session_id = make_id(900),
        .node_id = make_id(901),
        .chunk_id = make_id(902),
        .seq = 1,
        .direction = {TERMINAL_STDOUT},
        .data = bytes_of_text(text_from(planted))};

    site->chunk_at = (size_t)ledger->made;
    given_event(ledger, &terminal_recorded_event, make_id(900), UUID_NONE, &recorded);
}

static void given_drop(struct backup_site *site, struct test_ledger *ledger)
{
    const int64_t positions[] = {(int64_t)site->chunk_at};
    const struct terminal_transcript_dropped dropped = {
        make_id(900), text_lit("TERMINAL_RETENTION_DAYS"), {positions, 1}, 0};

    site->dropped_at = (size_t)ledger->made;
    given_event(ledger, &terminal_transcript_dropped_event, make_id(900), UUID_NONE, &dropped);
}

static void note_key(const struct box_seen *box, void *context)
{
    struct backup_site *site = context;

    memcpy(site->key_row, box->subject.bytes, 16);
    memcpy(site->key_row + 16, box->key_id, 8);
}

/* Of the first person, with the origin of the event that tells it; and then of that origin. */
static void given_destruction(struct backup_site *site, struct test_ledger *ledger)
{
    struct origin_keys *dropped = arena_one(site->arena, struct origin_keys);
    struct record record;

    must(
        ledger_read_one(ledger->log, (struct position){1}, site->arena, &record, NULL) ==
        STATUS_OK);
    must(keyring_try_record(ledger->keyring, &record, note_key, site, NULL) == STATUS_OK);
    site->destroyed_at = (size_t)ledger->made;
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(901)};
    ledger->origin = (struct origin){.address.text = text_lit("192.0.2.1")};
    given_key_destroyed(ledger, site->key_row);
    ledger->origin = (struct origin){.address.text = {NULL, 0}};
    given_origins_dropped(ledger, timestamp_month(ledger->now) + 1, dropped);
    memcpy(site->origins_row, dropped->names, sizeof(site->origins_row));
    site->dropped_keys = dropped->size / ORIGIN_KEY_NAME_SIZE;
}

static void tell_story(struct backup_site *site, struct test_ledger *ledger, struct buf *copied)
{
    uint64_t next = 0;

    given_opening(ledger);
    for (unsigned chapter = 0; chapter < CHAPTERS; chapter++) {
        if (chapter == 1)
            given_chunk(site, ledger);
        take_along(ledger, copied, &next);
        given_chapter(ledger, chapter);
        if (chapter == 3)
            given_drop(site, ledger);
        if (chapter == 4)
            given_destruction(site, ledger);
    }
    take_along(ledger, copied, &next);
}

static void take_events(struct backup_site *site, struct bytes rest)
{
    struct stored_event *events = arena_array(site->arena, MOST_EVENTS, sizeof(*events));
    struct bytes copy = bytes_copy(site->arena, rest);

    while (stored_event_next(&copy, &events[site->size])) {
        site->size++;
        must(site->size < MOST_EVENTS);
    }
    must(copy.size == 0);
    site->events = events;
}

static void take_keys(struct backup_site *site, const char *from)
{
    struct home_rows_place place = {.size = 0};
    AUTO_BUF rows = {0};

    buf_init(&rows, COPY_BYTES);
    must(home_rows_copy(from, HOME_KEYS, SIZE_MAX, &place, &rows, NULL) == STATUS_OK);
    must(home_rows_put(site->home, HOME_KEYS, buf_bytes(&rows), NULL, NULL) == STATUS_OK);
}

struct backup_site *make_backup_site(void)
{
    struct arena *arena = arena_new(1 << 30);
    struct backup_site *site = arena_one(arena, struct backup_site);
    const char *directory = make_directory();
    struct test_ledger *ledger = make_ledger();
    const char *from = ledger->home;
    AUTO_BUF copied = {0};

    buf_init(&copied, COPY_BYTES);
    site->arena = arena;
    site->home = text_format(arena, "%s/home", directory).data;
    site->store = text_format(arena, "%s/store", directory).data;
    site->target = text_format(arena, "%s/target", directory).data;
    site->secret = text_lit("a secret of tests");
    shape_clear(&backup_options_shape, &site->backup);
    shape_clear(&restore_options_shape, &site->restore);
    site->backup.to = text_from(site->store);
    site->backup.keep_keys_days = 30;
    site->restore.from = text_from(site->store);
    site->restore.home = text_from(site->target);
    must(mkdir(site->home, 0700) == 0);
    tell_story(site, ledger, &copied);
    end_ledger(ledger);
    take_events(site, buf_bytes(&copied));
    take_keys(site, from);
    return site;
}

void end_backup_site(struct backup_site *site)
{
    if (site != NULL)
        arena_free(site->arena);
}

/* Growing. */

static void sign(struct backup_site *site, struct ledger *log)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct log_identity identity = {.name = {NULL, 0}};
    struct signer_settings settings = {.home = site->home, .log = log, .identity = &identity};
    struct signer *signer = NULL;

    must(keyring_open(site->home, site->secret, true, &settings.keyring, NULL) == STATUS_OK);
    for (uint64_t at = 0; at < ledger_size(log); at++) {
        struct record record;

        must(ledger_read_one(log, (struct position){at}, arena, &record, NULL) == STATUS_OK);
        log_identity_fold(arena, &record, &identity);
    }
    must(signer_open(&settings, &signer, NULL) == STATUS_OK);
    must(!signer_is_contradicted(signer, NULL, NULL));
    must(signer_sign(signer, NULL) == STATUS_OK);
    signer_close(signer);
    keyring_close(settings.keyring);
}

/* No body before it is dropped by an event behind it. */
static bool can_end_at(const struct backup_site *site, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const struct stored_event *event = &site->events[i];

        if (stored_event_is_dropped(event) && stored_event_dropped_at(event) >= size)
            return false;
    }
    return true;
}

static struct ledger *grown(struct backup_site *site, size_t size)
{
    const struct ledger_settings settings = {.home = site->home, .reserve_bytes = 1};
    struct ledger *log = NULL;
    struct error error = {0};

    while (!can_end_at(site, size))
        size++;
    must(size <= site->size);
    expect_ok(ledger_open(&settings, &log, &error), &error);
    expect_ok(
        ledger_append_stored(log, site->events + site->has, size - site->has, &error), &error);
    site->has = size;
    return log;
}

void given_size(struct backup_site *site, size_t size)
{
    struct ledger *log = grown(site, size);

    sign(site, log);
    ledger_close(log);
}

void given_unsigned(struct backup_site *site, size_t size)
{
    ledger_close(grown(site, size));
}

/* Running. */

static enum status note_recorded(
    const struct data_dir_settings *home,
    struct text json,
    struct arena *arena,
    struct error *error)
{
    (void)home;
    (void)arena;
    (void)error;
    running->recorded = text_copy(running->arena, json);
    return STATUS_OK;
}

static int back_up(const struct data_dir_settings *settings)
{
    return backup_run(settings, &running->backup, NULL);
}

static int restore(const struct data_dir_settings *settings)
{
    return restore_run(settings, &running->restore, NULL, note_recorded);
}

static struct printout
run(struct backup_site *site, int (*command)(const struct data_dir_settings *settings))
{
    struct stopped_home home = {
        .settings =
            {.path = site->home, .secret = site->secret, .reserve_bytes = 1, .server_ms = 100},
        .arena = site->arena};

    running = site;
    return printout_of(&home, command);
}

struct printout run_backup(struct backup_site *site)
{
    return run(site, back_up);
}

struct printout run_restore(struct backup_site *site)
{
    site->recorded = (struct text){NULL, 0};
    return run(site, restore);
}

static void expect_well(struct printout printout)
{
    if (printout.code != EXIT_HOLDS)
        expect_text(printout.said, "that it ends well");
}

void given_backup(struct backup_site *site)
{
    expect_well(run_backup(site));
}

void given_restored(struct backup_site *site)
{
    expect_well(run_restore(site));
}

bool was_killed(
    struct backup_site *site,
    const char *point,
    int step,
    struct printout (*run_it)(struct backup_site *site))
{
    char plan[32];
    int how = 0;
    pid_t pid = fork();

    must(pid >= 0);
    if (pid == 0) {
        snprintf(plan, sizeof(plan), "%s=kill@%d", point, step);
        failpoint_arm(plan);
        _exit(run_it(site).code == EXIT_HOLDS ? 0 : 1);
    }
    must(waitpid(pid, &how, 0) == pid);
    if (WIFSIGNALED(how))
        expect_int64(WTERMSIG(how), SIGKILL);
    else
        expect_int64(WEXITSTATUS(how), 0);
    return WIFSIGNALED(how);
}

/* Looking. */

bool is_restored(const struct backup_site *site)
{
    return access(site->target, F_OK) == 0;
}

void expect_restored(struct backup_site *site, size_t size)
{
    const struct ledger_settings here = {.home = site->home, .is_read_only = true};
    const struct ledger_settings there = {.home = site->target, .reserve_bytes = 1};
    struct ledger *log = NULL;
    struct digest wanted;
    struct digest found;
    struct error error = {0};

    must(is_restored(site));
    expect_ok(ledger_open(&here, &log, &error), &error);
    expect_ok(ledger_root(log, size, &wanted, &error), &error);
    ledger_close(log);
    expect_ok(ledger_open(&there, &log, &error), &error);
    expect_int64((int64_t)ledger_size(log), (int64_t)size);
    expect_ok(ledger_root(log, size, &found, &error), &error);
    expect(memcmp(&wanted, &found, sizeof(wanted)) == 0);
    if (!text_contains(site->recorded, text_lit("\"dropped\":[]")))
        expect(text_contains(
            site->recorded, text_lit("\"dropped\":["))); /* in the name of what comes next */
    else
        expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void given_no_target(struct backup_site *site)
{
    if (nftw(site->target, remove_entry, 8, FTW_DEPTH | FTW_PHYS) != 0)
        must(errno == ENOENT);
}

static void add_line(const struct stored_file *file, void *context)
{
    buf_printf(context, "%.*s\n", TEXT_ARGS(file->name));
}

struct text stored_names(struct backup_site *site)
{
    struct file_store *store = NULL;
    AUTO_BUF names = {0};

    buf_init(&names, 1 << 20);
    must(
        file_store_directory_open(text_from(site->store), FILE_STORE_READ, &store, NULL) ==
        STATUS_OK);
    must(file_store_list(store, text_lit(""), add_line, &names, NULL) == STATUS_OK);
    file_store_close(store);
    return text_copy(site->arena, buf_text(&names));
}

const char *stored_path(struct backup_site *site, const char *name)
{
    return text_format(site->arena, "%s/%s", site->store, name).data;
}

bool file_holds(const char *path, const char *bytes)
{
    FILE *file = fopen(path, "re");
    struct stat st;
    char *content;
    bool is_found;

    must(file != NULL && fstat(fileno(file), &st) == 0);
    content = heap_new((size_t)st.st_size + 1);
    must(fread(content, 1, (size_t)st.st_size, file) == (size_t)st.st_size);
    is_found = memmem(content, (size_t)st.st_size, bytes, strlen(bytes)) != NULL;
    heap_free(content);
    (void)fclose(file);
    return is_found;
}
