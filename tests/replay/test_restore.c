/*
 * Restores: to the end, to a position, to a time; nothing that was dropped or destroyed; never half; and whatever is
 * wrong with a backup is named before anything is made of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/checkpoints.h"
#include "eventlog/home_rows.h"
#include "eventlog/ledger_copy.h"
#include "replay/backup_manifest.h"
#include "replay/exit_codes.h"
#include "tests/support/backup_site.h"
#include "tests/support/draw.h"
#include "tests/support/expect.h"
#include "tests/support/openssl.h"

#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES = 1 << 20, CHANGES = 150, MOST_FILES = 32 };

static struct backup_site *site;

static void set_up(void)
{
    site = make_backup_site();
}

static void tear_down(void)
{
    end_backup_site(site);
}

static void expect_refused(int wanted, const char *why)
{
    struct printout printout = run_restore(site);

    expect_int64(printout.code, wanted);
    expect_says(printout, why);
    expect(!is_restored(site));
    expect(access(text_format(site->arena, "%s.restoring", site->target).data, F_OK) != 0);
}

/* A whole backup in two ranges. */
static void given_two_ranges(void)
{
    given_size(site, site->size / 2);
    given_backup(site);
    given_size(site, site->size);
    given_backup(site);
}

/* The n-th file whose name has this part, from 0. */
static const char *file_with(const char *part, size_t n)
{
    struct text names = stored_names(site);

    while (names.size > 0) {
        struct text line = text_cut(&names, '\n');

        if (text_contains(line, text_from(part)) && n-- == 0)
            return text_c(site->arena, line);
    }
    must(!"such a file");
    return NULL;
}

static struct text content_of(const char *path)
{
    char *content = arena_take(site->arena, FILE_BYTES);
    FILE *file = fopen(path, "re");
    size_t size = 0;

    must(file != NULL);
    size = fread(content, 1, FILE_BYTES, file);
    must(size < FILE_BYTES && fclose(file) == 0);
    return (struct text){content, size};
}

static void given_content(const char *path, struct text content)
{
    FILE *file = fopen(path, "we");

    must(file != NULL && fwrite(content.data, 1, content.size, file) == content.size);
    must(fclose(file) == 0);
}

/* How far. */

static void a_restore_to_a_position_ends_with_that_event(void)
{
    size_t size = site->destroyed_at - 1;

    given_two_ranges();
    site->restore.to = text_format(site->arena, "%zu", size - 1);
    given_restored(site);
    expect_restored(site, size);
    expect(text_contains(site->recorded, text_format(site->arena, "\"size\":%zu,", size)));
    expect(text_contains(site->recorded, text_lit("\"holds\":false")));
}

static void a_restore_to_a_time_ends_with_the_last_event_up_to_it(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    char at[TIMESTAMP_TEXT_SIZE];
    struct entry entry;

    given_two_ranges();
    must(
        entry_decode((struct position){60}, site->events[60].entry, arena, &entry, NULL) ==
        STATUS_OK);
    timestamp_print(entry.recorded_at, at);
    site->restore.to = text_from(at);
    given_restored(site);
    expect_restored(site, 61);
}

static void what_is_beyond_the_backup_cannot_be_restored(void)
{
    given_two_ranges();
    site->restore.to = text_lit("99999");
    expect_refused(EXIT_TROUBLE, "--to is beyond the backup, whose last event is at position ");
    site->restore.to = text_lit("2001-01-01");
    expect_refused(EXIT_TROUBLE, "there is no event up to the time of --to");
    site->restore.to = text_lit("yesterday");
    expect_refused(EXIT_TROUBLE, "--to takes the position of an event, or a time");
}

/* What does not come back. */

static void a_body_that_was_dropped_later_comes_back_at_no_position(void)
{
    given_size(site, site->chunk_at + 2);
    given_backup(site);
    given_size(site, site->size);
    given_backup(site);
    expect(site->events[site->chunk_at].body.size > DROPPED_MARK_SIZE);
    given_restored(site);
    expect_restored(site, site->size);
    expect(!file_holds(text_format(site->arena, "%s/ledger.mdb", site->target).data, planted));
    given_no_target(site);
    site->restore.to = text_format(site->arena, "%zu", site->dropped_at - 1);
    given_restored(site);
    expect_restored(site, site->dropped_at);
    expect(text_contains(
        site->recorded, text_format(site->arena, "\"dropped\":[%zu]", site->chunk_at)));
    expect(!file_holds(text_format(site->arena, "%s/ledger.mdb", site->target).data, planted));
}

static struct text keys_of(const char *home)
{
    struct home_rows_place place = {.size = 0};
    AUTO_BUF rows = {0};

    buf_init(&rows, FILE_BYTES);
    must(home_rows_copy(home, HOME_KEYS, SIZE_MAX, &place, &rows, NULL) == STATUS_OK);
    return text_copy(site->arena, buf_text(&rows));
}

static void expect_emptied(struct text keys, const uint8_t name[24])
{
    static const char empty[4] = {0};
    const char *row = memmem(keys.data, keys.size, name, 24);

    must(row != NULL);
    expect(memcmp(row + 24, empty, sizeof(empty)) == 0);
}

/* That of a person, and those of origins: all other rows are the same. */
static void a_key_that_was_destroyed_on_record_comes_back_at_no_position(void)
{
    struct text before;
    struct text after;

    given_two_ranges();
    site->restore.to = text_format(site->arena, "%zu", site->destroyed_at - 1);
    given_restored(site);
    before = keys_of(site->home);
    after = keys_of(site->target);
    expect_emptied(after, site->key_row);
    expect_emptied(after, site->origins_row);
    expect_int64((int64_t)(before.size - after.size), 60 + 64 * site->dropped_keys);
}

/* Secrets. */

static void a_wrong_or_missing_secret_is_said_first(void)
{
    given_two_ranges();
    site->secret = text_lit("another secret");
    expect_refused(EXIT_TROUBLE, "SECRETS_ENCRYPTION_KEY does not open the keys of the backup");
    site->secret = (struct text){NULL, 0};
    expect_refused(
        EXIT_TROUBLE, "set SECRETS_ENCRYPTION_KEY as the lost home had it, or name its secret.key");
    site->restore.secret_key = text_from(stored_path(site, file_with("/manifest-", 0)));
    expect_refused(EXIT_TROUBLE, "is no secret.key of a home");
}

static void given_pair(const char *name)
{
    const char *key = text_format(site->arena, "%s-%s.key", site->store, name).data;
    const char *certificate = text_format(site->arena, "%s-%s.pem", site->store, name).data;

    make_key_pair(key, certificate, "ec", "ec_paramgen_curve:P-256");
}

static void an_encrypted_backup_is_opened_by_its_key_alone(void)
{
    given_pair("own");
    given_pair("other");
    site->backup.encrypt_to = text_format(site->arena, "%s-own.pem", site->store);
    given_two_ranges();
    expect_refused(EXIT_TROUBLE, "is encrypted: name the private key by --decrypt-with");
    site->restore.decrypt_with = text_format(site->arena, "%s-other.key", site->store);
    expect_refused(EXIT_TROUBLE, "is encrypted for another key than that of --decrypt-with");
    site->restore.decrypt_with = text_format(site->arena, "%s-own.key", site->store);
    given_restored(site);
    expect_restored(site, site->size);
    expect(!file_holds(stored_path(site, file_with("/range-", 0)), "flrange1"));
}

/* What is wrong with a backup. */

static void every_changed_byte_is_found_and_its_file_named(void)
{
    const char *paths[MOST_FILES];
    const char *names[MOST_FILES];
    size_t count = 0;
    uint64_t state = 7;

    given_two_ranges();
    /* The newest manifest and what it names. */
    names[count++] = file_with("/manifest-", 1);
    names[count++] = file_with("/range-", 0);
    names[count++] = file_with("/range-", 1);
    names[count++] = file_with("/checkpoints-", 1);
    names[count++] = file_with("keys/", 0);
    for (size_t i = 0; i < count; i++)
        paths[i] = stored_path(site, names[i]);
    for (size_t i = 0; i < CHANGES; i++) {
        size_t which = i % count;
        struct text content = content_of(paths[which]);
        size_t at = (size_t)draw_below(&state, content.size);
        char *changed = heap_new(content.size);

        memcpy(changed, content.data, content.size);
        changed[at] = (char)(changed[at] ^ (1 << draw_below(&state, 8)));
        given_content(paths[which], (struct text){changed, content.size});
        expect_refused(EXIT_UNPROVEN, names[which]);
        given_content(paths[which], content);
        heap_free(changed);
    }
    given_restored(site);
    expect_restored(site, site->size);
}

static void a_file_that_is_cut_or_missing_is_named(void)
{
    const char *name;
    struct text content;

    given_two_ranges();
    name = file_with("/range-", 1);
    content = content_of(stored_path(site, name));
    given_content(stored_path(site, name), text_slice(content, 0, content.size - 1));
    expect_refused(EXIT_UNPROVEN, "another size than the manifest says");
    must(unlink(stored_path(site, name)) == 0);
    expect_refused(EXIT_UNPROVEN, text_format(site->arena, "%s is missing", name).data);
}

static void files_in_each_others_place_are_named(void)
{
    const char *first;
    const char *second;
    struct text content;

    given_two_ranges();
    first = file_with("/range-", 0);
    second = file_with("/range-", 1);
    content = content_of(stored_path(site, first));
    must(rename(stored_path(site, second), stored_path(site, first)) == 0);
    given_content(stored_path(site, second), content);
    expect_refused(EXIT_UNPROVEN, first);
}

static void a_manifest_under_another_name_is_refused(void)
{
    const char *name;

    given_two_ranges();
    name = file_with("/manifest-", 0);
    must(
        rename(
            stored_path(site, name), text_format(
                                         site->arena, "%s/%.16s/manifest-000009-%s", site->store,
                                         name, strrchr(name, '-') + 1)
                                         .data) == 0);
    expect_refused(EXIT_UNPROVEN, "its bytes are not those that its name says");
}

/* The name is that of its bytes, and the checkpoint of somebody else. */
static void a_checkpoint_that_the_ledgers_key_did_not_sign_is_refused(void)
{
    const char *name;
    struct text content;
    char *changed;
    const char *at;
    struct digest digest;

    given_two_ranges();
    name = file_with("/manifest-", 1);
    content = content_of(stored_path(site, name));
    changed = arena_take(site->arena, content.size);
    memcpy(changed, content.data, content.size);
    at = strstr(content.data, "\xE2\x80\x94 ");
    must(at != NULL);
    at = strchr(at, '\\') - 10; /* in the signature */
    changed[at - content.data] = *at == 'A' ? 'B' : 'A';
    digest = sha256((struct bytes){(uint8_t *)changed, content.size});
    must(unlink(stored_path(site, name)) == 0);
    given_content(
        stored_path(
            site, text_format(
                      site->arena, "%.*s%.*s.json", (int)(strrchr(name, '-') + 1 - name), name,
                      TEXT_ARGS(backup_digest(site->arena, digest)))
                      .data),
        (struct text){changed, content.size});
    expect_refused(EXIT_UNPROVEN, "is not signed by the key that its events name");
}

static void a_place_without_a_backup_is_said_to_be_one(void)
{
    expect_refused(EXIT_NOT_FOUND, "cannot be opened");
    must(mkdir(site->store, 0700) == 0);
    expect_refused(EXIT_NOT_FOUND, "holds no backup");
    site->restore.from = text_lit("ftp://somewhere/else");
    expect_refused(EXIT_TROUBLE, "name a directory");
}

/* Where to. */

static void nothing_is_restored_over_what_is_there(void)
{
    struct printout printout;

    given_two_ranges();
    site->restore.home = text_from(site->home);
    printout = run_restore(site);
    expect_int64(printout.code, EXIT_REFUSED);
    expect_says(printout, "is not empty: nothing is restored over what is there");
    site->restore.home = text_from(site->target);
    must(mkdir(site->target, 0700) == 0);
    given_restored(site);
    expect_restored(site, site->size);
}

static void a_second_restore_leaves_what_the_first_is_making(void)
{
    const char *aside = text_format(site->arena, "%s.restoring", site->target).data;
    const char *file = text_format(site->arena, "%s/ledger.mdb", aside).data;
    struct printout printout;
    int first;

    given_two_ranges();
    must(mkdir(aside, 0700) == 0);
    given_content(file, text_lit("half of it"));
    first = open(aside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(first >= 0 && flock(first, LOCK_EX | LOCK_NB) == 0);
    printout = run_restore(site);
    expect_int64(printout.code, EXIT_REFUSED);
    expect_says(printout, "another restore is at work");
    expect_text(content_of(file), "half of it");
    close(first);
    given_restored(site);
    expect_restored(site, site->size);
}

/* A kill leaves no home, or all of it; and what is left does not hinder the next restore. */
static void a_restore_that_is_killed_anywhere_leaves_nothing_or_all(void)
{
    bool is_killed = true;

    given_two_ranges();
    for (int step = 1; is_killed; step++) {
        must(step < 30);
        is_killed = was_killed(site, "restore", step, run_restore);
        if (!is_restored(site))
            given_restored(site);
        site->recorded = text_lit("\"dropped\":[]");
        expect_restored(site, site->size);
        given_no_target(site);
    }
}

/* What was signed. */

static struct text newest_note(const char *home)
{
    struct checkpoints *kept = NULL;
    struct kept_checkpoint newest;

    must(checkpoints_open(home, true, &kept, NULL) == STATUS_OK);
    must(checkpoints_newest(kept, site->arena, &newest, NULL) == STATUS_OK);
    checkpoints_close(kept);
    return newest.note;
}

/* Signed after the backup, and kept elsewhere. */
static void a_newer_checkpoint_that_others_have_is_kept_and_contradicts(void)
{
    struct text note;
    const char *path = text_format(site->arena, "%s-note", site->target).data;
    struct printout printout;

    given_size(site, site->size / 2);
    given_backup(site);
    given_size(site, site->size);
    note = newest_note(site->home);
    given_content(path, note);
    site->restore.checkpoint = text_from(path);
    printout = run_restore(site);
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "events are lost. It serves reads only");
    expect_text(newest_note(site->target), note.data);
}

static void a_checkpoint_that_the_backup_continues_changes_nothing(void)
{
    const char *path = text_format(site->arena, "%s-note", site->target).data;
    struct printout printout;

    given_size(site, site->size / 2);
    given_content(path, newest_note(site->home));
    given_size(site, site->size);
    given_backup(site);
    site->restore.checkpoint = text_from(path);
    printout = run_restore(site);
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "the server may start");
    expect_text(newest_note(site->target), newest_note(site->home).data);
}

static void a_checkpoint_of_another_ledger_is_refused(void)
{
    struct backup_site *other = make_backup_site();
    const char *path = text_format(site->arena, "%s-note", site->target).data;

    given_size(other, other->size);
    given_content(path, newest_note(other->home));
    end_backup_site(other);
    given_two_ranges();
    site->restore.checkpoint = text_from(path);
    expect_refused(EXIT_TROUBLE, "--checkpoint: the checkpoint was not signed for this ledger");
}

static const struct test tests[] = {
    TEST(a_restore_to_a_position_ends_with_that_event),
    TEST(a_restore_to_a_time_ends_with_the_last_event_up_to_it),
    TEST(what_is_beyond_the_backup_cannot_be_restored),
    TEST(a_body_that_was_dropped_later_comes_back_at_no_position),
    TEST(a_key_that_was_destroyed_on_record_comes_back_at_no_position),
    TEST(a_wrong_or_missing_secret_is_said_first),
    TEST(an_encrypted_backup_is_opened_by_its_key_alone),
    TEST(every_changed_byte_is_found_and_its_file_named),
    TEST(a_file_that_is_cut_or_missing_is_named),
    TEST(files_in_each_others_place_are_named),
    TEST(a_manifest_under_another_name_is_refused),
    TEST(a_checkpoint_that_the_ledgers_key_did_not_sign_is_refused),
    TEST(a_place_without_a_backup_is_said_to_be_one),
    TEST(nothing_is_restored_over_what_is_there),
    TEST(a_second_restore_leaves_what_the_first_is_making),
    TEST(a_restore_that_is_killed_anywhere_leaves_nothing_or_all),
    TEST(a_newer_checkpoint_that_others_have_is_kept_and_contradicts),
    TEST(a_checkpoint_that_the_backup_continues_changes_nothing),
    TEST(a_checkpoint_of_another_ledger_is_refused),
};
const struct suite test_restore_suite =
    SUITE_WITH("replay/restore", tests, .set_up = set_up, .tear_down = tear_down);
