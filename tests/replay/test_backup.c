/*
 * Backups: whole, then what is new; of one ledger, of all that was signed; gone on with after a kill; and kept as
 * the policy says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/files/file_store.h"
#include "replay/exit_codes.h"
#include "tests/support/backup_site.h"
#include "tests/support/expect.h"
#include "tests/support/harm.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static struct backup_site *site;

static void set_up(void)
{
    site = make_backup_site();
}

static void tear_down(void)
{
    end_backup_site(site);
}

static size_t count_of(struct text names, const char *part)
{
    size_t count = 0;

    while (names.size > 0)
        count += text_contains(text_cut(&names, '\n'), text_from(part));
    return count;
}

/* Files of ranges from the first event to that size. */
static size_t whole_ranges(size_t size)
{
    struct text part = text_format(site->arena, "/range-000000000000-%012zu", size);

    return count_of(stored_names(site), part.data);
}

static void expect_refused(int wanted, const char *why)
{
    struct printout printout = run_backup(site);

    expect_int64(printout.code, wanted);
    expect_says(printout, why);
}

static void a_full_backup_gives_the_same_ledger(void)
{
    given_size(site, site->size);
    given_backup(site);
    given_restored(site);
    expect_restored(site, site->size);
}

static void what_is_new_is_added_to_the_chain(void)
{
    struct printout printout;

    given_size(site, 100);
    given_backup(site);
    given_size(site, site->size);
    printout = run_backup(site);
    expect_int64(printout.code, EXIT_HOLDS);
    expect(text_starts_with(printout.said, text_lit("Incremental backup of ")));
    expect_int64((int64_t)count_of(stored_names(site), "/range-"), 2);
    given_restored(site);
    expect_restored(site, site->size);
}

static void a_backup_without_news_adds_no_range(void)
{
    given_size(site, 100);
    given_backup(site);
    given_backup(site);
    expect_int64((int64_t)count_of(stored_names(site), "/range-"), 1);
    given_restored(site);
    expect_restored(site, site->has);
}

static void another_chain_begins_with_everything(void)
{
    given_size(site, 100);
    given_backup(site);
    site->backup.full = OPT_TRUE;
    given_backup(site);
    expect_int64((int64_t)whole_ranges(site->has), 2);
    given_restored(site);
    expect_restored(site, site->has);
}

static void the_backups_of_another_ledger_are_left_alone(void)
{
    struct backup_site *other = make_backup_site();

    given_size(site, 100);
    given_backup(site);
    given_size(other, 100);
    other->backup.to = text_copy(other->arena, site->backup.to);
    end_backup_site(site);
    site = other;
    expect_refused(EXIT_REFUSED, "holds backups of another ledger");
    site->backup.full = OPT_TRUE;
    expect_refused(EXIT_REFUSED, "holds backups of another ledger");
}

/* The home as it was before what the backup has. */
static void a_ledger_that_was_rolled_back_is_not_backed_up_over_what_is_there(void)
{
    given_size(site, 60);
    given_backup(site);
    given_restored(site);
    given_size(site, 101);
    given_backup(site);
    site->home = site->target;
    expect_refused(
        EXIT_REFUSED,
        text_format(
            site->arena, "the newest backup has %zu events that the ledger does not begin with",
            site->has)
            .data);
}

static void nothing_is_backed_up_before_anything_was_signed(void)
{
    const struct ledger_settings settings = {.home = site->home, .reserve_bytes = 1};
    struct ledger *log = NULL;

    must(ledger_open(&settings, &log, NULL) == STATUS_OK);
    ledger_close(log);
    expect_refused(EXIT_NOT_FOUND, "has no events yet");
}

static void what_nobody_has_signed_is_backed_up_and_told(void)
{
    struct printout printout;
    size_t had;

    given_size(site, 60);
    had = site->has;
    given_unsigned(site, site->has + 10);
    printout = run_backup(site);
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(
        printout,
        text_format(site->arena, "Its last %zu events were not signed yet", site->has - had).data);
    given_restored(site);
    expect_restored(site, site->has);
}

static void a_damaged_ledger_is_not_backed_up(void)
{
    const struct store_table_spec bodies = {"bodies", 0};

    given_size(site, site->chunk_at + 2);
    harm_pair(site->home, "ledger.mdb", bodies, site->chunk_at, harm_flip_middle);
    expect_refused(EXIT_UNPROVEN, "the body does not fit its digest");
}

/* Kills at each file (range, checkpoints, keys where they have changed), and before and after the manifest. */
static void a_backup_that_was_killed_anywhere_leaves_the_one_before_and_is_gone_on_with(void)
{
    int step = 0;
    bool is_killed;

    given_size(site, 80);
    given_backup(site);
    do {
        size_t had = site->has;

        given_size(site, site->has + 10);
        is_killed = was_killed(site, "backup", ++step, run_backup);
        must(step < 20);
        given_no_target(site);
        given_restored(site);
        if (is_killed && step < 4)
            expect_restored(site, had);
        given_backup(site);
        given_no_target(site);
        given_restored(site);
        expect_restored(site, site->has);
    } while (is_killed);
    expect(step > 3);
    expect_int64((int64_t)count_of(stored_names(site), "unfinished"), 0);
}

static void a_first_backup_that_was_killed_is_gone_on_with(void)
{
    given_size(site, 80);
    expect(was_killed(site, "backup", 2, run_backup));
    expect_int64((int64_t)count_of(stored_names(site), "/range-"), 1);
    given_backup(site);
    expect_int64((int64_t)count_of(stored_names(site), "/range-"), 1);
    given_restored(site);
    expect_restored(site, site->has);
}

static void one_backup_writes_to_a_store_at_a_time(void)
{
    struct file_store *store = NULL;

    given_size(site, 80);
    must(file_store_directory_open(site->backup.to, FILE_STORE_WRITE, &store, NULL) == STATUS_OK);
    expect_refused(EXIT_REFUSED, "another process writes to");
    file_store_close(store);
}

static void one_backup_is_made_of_a_home_at_a_time(void)
{
    int home = open(site->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    given_size(site, 60);
    must(home >= 0 && flock(home, LOCK_EX | LOCK_NB) == 0);
    expect_refused(EXIT_REFUSED, "at_work");
    close(home);
    given_backup(site);
}

static void chains_beyond_the_number_to_keep_are_removed_whole(void)
{
    size_t sizes[3];

    site->backup.keep_full = 2;
    site->backup.full = OPT_TRUE;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        given_size(site, site->has + 20);
        given_backup(site);
        sizes[i] = site->has;
    }
    expect_int64((int64_t)whole_ranges(sizes[0]), 0);
    expect_int64((int64_t)whole_ranges(sizes[1]), 1);
    expect_int64((int64_t)whole_ranges(sizes[2]), 1);
    given_restored(site);
    expect_restored(site, site->has);
}

static void a_chain_that_is_old_enough_is_followed_by_another(void)
{
    given_size(site, 60);
    given_backup(site);
    site->backup.full_days = 1;
    given_size(site, 70);
    given_backup(site);
    expect_int64((int64_t)whole_ranges(site->has), 0);
    site->backup.full_days = 0; /* that is as old as it will ever be */
    given_size(site, 80);
    given_backup(site);
    expect_int64((int64_t)whole_ranges(site->has), 1);
    given_restored(site);
    expect_restored(site, site->has);
}

static void what_is_needed_for_the_days_to_keep_is_kept_whatever_its_number(void)
{
    site->backup.keep_full = 1;
    site->backup.keep_days = 7;
    given_size(site, 60);
    given_backup(site);
    site->backup.full = OPT_TRUE;
    given_backup(site);
    expect_int64((int64_t)whole_ranges(site->has), 2);
}

static void of_a_chain_the_newest_two_manifests_are_kept(void)
{
    for (int i = 0; i < 4; i++) {
        given_size(site, site->has + 10);
        given_backup(site);
    }
    expect_int64((int64_t)count_of(stored_names(site), "/manifest-"), 2);
    given_restored(site);
    expect_restored(site, site->has);
}

static void keys_age_out_but_for_those_of_the_newest_backup(void)
{
    site->backup.keep_keys_days = 0;
    given_size(site, 60);
    given_backup(site);
    given_size(site, 70);
    given_backup(site);
    expect_int64((int64_t)count_of(stored_names(site), "keys/"), 1);
    given_restored(site);
    expect_restored(site, site->has);
}

static void keys_that_have_not_changed_are_not_stored_again(void)
{
    given_size(site, 60);
    given_backup(site);
    given_backup(site);
    expect_int64((int64_t)count_of(stored_names(site), "keys/"), 1);
    given_restored(site);
    expect_restored(site, site->has);
}

static void keys_are_stored_again_where_they_are_not_there_any_more(void)
{
    given_size(site, 60);
    given_backup(site);
    site->backup.keys_to = text_format(site->arena, "%s-keys", site->store);
    given_backup(site);
    site->restore.keys_from = site->backup.keys_to;
    given_restored(site);
    expect_restored(site, site->has);
}

static void keys_lie_elsewhere_where_that_is_said(void)
{
    site->backup.keys_to = text_format(site->arena, "%s-keys", site->store);
    given_size(site, 60);
    given_backup(site);
    expect_int64((int64_t)count_of(stored_names(site), "keys/"), 0);
    site->restore.keys_from = site->backup.keys_to;
    given_restored(site);
    expect_restored(site, site->has);
}

static const struct test tests[] = {
    TEST(a_full_backup_gives_the_same_ledger),
    TEST(what_is_new_is_added_to_the_chain),
    TEST(a_backup_without_news_adds_no_range),
    TEST(another_chain_begins_with_everything),
    TEST(the_backups_of_another_ledger_are_left_alone),
    TEST(a_ledger_that_was_rolled_back_is_not_backed_up_over_what_is_there),
    TEST(nothing_is_backed_up_before_anything_was_signed),
    TEST(what_nobody_has_signed_is_backed_up_and_told),
    TEST(a_damaged_ledger_is_not_backed_up),
    TEST(a_backup_that_was_killed_anywhere_leaves_the_one_before_and_is_gone_on_with),
    TEST(a_first_backup_that_was_killed_is_gone_on_with),
    TEST(one_backup_writes_to_a_store_at_a_time),
    TEST(one_backup_is_made_of_a_home_at_a_time),
    TEST(chains_beyond_the_number_to_keep_are_removed_whole),
    TEST(a_chain_that_is_old_enough_is_followed_by_another),
    TEST(what_is_needed_for_the_days_to_keep_is_kept_whatever_its_number),
    TEST(of_a_chain_the_newest_two_manifests_are_kept),
    TEST(keys_age_out_but_for_those_of_the_newest_backup),
    TEST(keys_that_have_not_changed_are_not_stored_again),
    TEST(keys_are_stored_again_where_they_are_not_there_any_more),
    TEST(keys_lie_elsewhere_where_that_is_said),
};
const struct suite test_backup_suite =
    SUITE_WITH("replay/backup", tests, .set_up = set_up, .tear_down = tear_down);
