/*
 * Verify, and what was signed about the ledger: whatever does not fit it is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/checkpoint.h"
#include "eventlog/checkpoints.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "replay/exit_codes.h"
#include "tests/support/expect.h"
#include "tests/support/stopped_home.h"

#include <stdio.h>

enum { CHAPTERS = 2 };

/* Of the story's ledger, at first and then. */
#define NAMED    "ledger.example"
#define DECLARED NAMED "/e2" /* by the promotion that follows the declared one */

static struct stopped_home *home;

static void set_up(void)
{
    home = make_stopped_home(CHAPTERS);
}

static void tear_down(void)
{
    end_stopped_home(home);
}

/* A checkpoint of this ledger, kept beside it: as the signer does it, or otherwise. */
struct kept_note {
    int64_t hour; /* after that of the one before */
    const char *origin;
    uint64_t size; /* 0: of the whole ledger */
    bool has_another_root;
    bool is_of_another_key;
};

static struct ledger *open_ledger(void)
{
    const struct ledger_settings settings = {.home = home->settings.path, .is_read_only = true};
    struct ledger *log = NULL;

    must(ledger_open(&settings, &log, NULL) == STATUS_OK);
    return log;
}

static struct note_seed seed_of(const struct kept_note *note)
{
    struct keyring *keyring = NULL;
    struct note_seed seed = {{9}};

    must(
        keyring_open(home->settings.path, home->settings.secret, true, &keyring, NULL) ==
        STATUS_OK);
    if (!note->is_of_another_key)
        must(keyring_installation_key(keyring, KEY_SIGNING, seed.bytes, NULL) == STATUS_OK);
    keyring_close(keyring);
    return seed;
}

static void given_kept(const struct kept_note *note)
{
    struct ledger *log = open_ledger();
    struct checkpoint said = {.origin = text_from(note->origin), .size = note->size};
    struct kept_checkpoint kept = {.signed_at = {note->hour * 3600 * US_PER_S}};
    struct note_seed seed = seed_of(note);
    struct checkpoints *checkpoints = NULL;

    if (said.size == 0)
        said.size = ledger_size(log);
    if (said.size <= ledger_size(log))
        must(ledger_root(log, said.size, &said.root, NULL) == STATUS_OK);
    if (note->has_another_root)
        said.root.bytes[0] ^= 1;
    kept.note = note_sign(home->arena, checkpoint_text(home->arena, &said), said.origin, &seed, 1);
    must(checkpoints_open(home->settings.path, false, &checkpoints, NULL) == STATUS_OK);
    must(checkpoints_keep(checkpoints, &kept, NULL) == STATUS_OK);
    checkpoints_close(checkpoints);
    ledger_close(log);
}

static void what_was_signed_holds_and_what_was_declared_is_no_difference(void)
{
    struct printout printout;

    given_kept(&(struct kept_note){.hour = 1, .origin = NAMED, .has_another_root = true});
    given_kept(&(struct kept_note){.hour = 2, .origin = DECLARED});
    printout = printout_of(home, verify_all);
    expect_says(
        printout, "1 kept checkpoint holds, 1 of former origins contradict it, as declared");
    expect_int64(printout.code, EXIT_HOLDS);
}

static void whatever_was_signed_otherwise_is_named(void)
{
    static const struct {
        struct kept_note note;
        const char *what;
    } cases[] = {
        {{.hour = 1, .origin = DECLARED, .has_another_root = true}, "is no prefix of the ledger"},
        {{.hour = 2, .origin = DECLARED, .size = 1000000}, "the checkpoint of size 1000000"},
        {{.hour = 3, .origin = DECLARED, .is_of_another_key = true},
         "is not signed by the key that the ledger had"},
        {{.hour = 4, .origin = DECLARED, .size = 1},
         "does not name the origin that the ledger had"},
        {{.hour = 5, .origin = "other.example"}, "is of an origin that is not this ledger's"},
        {{.hour = 6, .origin = NAMED "/e3"}, "is of an origin that is not this ledger's"},
    };
    struct printout printout;

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        given_kept(&cases[i].note);
    printout = printout_of(home, verify_all);
    expect_says(printout, "keys         differs");
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_says(printout, cases[i].what);
    expect_int64(printout.code, EXIT_DIFFERS);
}

static const struct test tests[] = {
    TEST(what_was_signed_holds_and_what_was_declared_is_no_difference),
    TEST(whatever_was_signed_otherwise_is_named),
};

const struct suite test_verify_signed_suite =
    SUITE_WITH("replay/verify_signed", tests, .set_up = set_up, .tear_down = tear_down);
