/*
 * Seeds of checkpoints: each is another one, and stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/seal.h"
#include "tests/support/expect.h"

#include <string.h>

static const char *home;
static struct keyring *keyring;

static void open_keyring(void)
{
    must(keyring_open(home, (struct text){NULL, 0}, false, &keyring, NULL) == STATUS_OK);
}

static void set_up(void)
{
    home = make_directory();
    open_keyring();
}

static void tear_down(void)
{
    keyring_close(keyring);
    keyring = NULL;
}

enum { MOST_SEEDS = 4 };

struct seeds_seen {
    uint8_t verifiers[MOST_SEEDS][32];
    size_t count;
};

static void see(const uint8_t verifier[32], void *context)
{
    struct seeds_seen *seen = context;

    must(seen->count < MOST_SEEDS);
    memcpy(seen->verifiers[seen->count++], verifier, 32);
}

/* With each seed that there is by now, in no order but for the first. */
static struct seeds_seen seeds_seen(void)
{
    struct seeds_seen seen = {.count = 0};
    struct error error;

    expect_ok(keyring_each_signing_key(keyring, see, &seen, &error), &error);
    return seen;
}

static void expect_seed_of(const uint8_t verifier[32])
{
    uint8_t seed[32];
    uint8_t public_key[32];
    struct error error;

    expect_ok(keyring_signing_seed(keyring, verifier, seed, &error), &error);
    ed25519_public(seed, public_key);
    expect(memcmp(public_key, verifier, sizeof(public_key)) == 0);
}

static void later_seeds_of_checkpoints_are_others_and_stay(void)
{
    uint8_t made[3][32];
    struct seeds_seen seen;
    struct error error;

    keyring_verifier_key(keyring, made[0]);
    for (size_t i = 1; i < COUNT_OF(made); i++)
        expect_ok(keyring_make_signing_key(keyring, made[i], &error), &error);
    keyring_close(keyring);
    open_keyring();
    for (size_t i = 0; i < COUNT_OF(made); i++) {
        expect_seed_of(made[i]);
        for (size_t j = 0; j < i; j++)
            expect(memcmp(made[i], made[j], sizeof(made[i])) != 0);
    }
    seen = seeds_seen();
    expect_int64((int64_t)seen.count, COUNT_OF(made));
    expect(memcmp(seen.verifiers[0], made[0], sizeof(made[0])) == 0);
}

static void a_seed_that_was_never_made_is_missed(void)
{
    static const uint8_t nobodys[32] = {1};
    uint8_t seed[32];

    expect_int64(keyring_signing_seed(keyring, nobodys, seed, NULL), STATUS_NOT_FOUND);
}

static void seeds_are_nobodys_keys(void)
{
    uint8_t verifier[32];
    bool has_subjects = true;
    struct error error;

    expect_ok(keyring_make_signing_key(keyring, verifier, &error), &error);
    expect_ok(keyring_has_subjects(keyring, &has_subjects, &error), &error);
    expect(!has_subjects);
}

static const struct test tests[] = {
    TEST(later_seeds_of_checkpoints_are_others_and_stay),
    TEST(a_seed_that_was_never_made_is_missed),
    TEST(seeds_are_nobodys_keys),
};

const struct suite test_keyring_signing_suite =
    SUITE_WITH("eventlog/keyring_signing", tests, .set_up = set_up, .tear_down = tear_down);
