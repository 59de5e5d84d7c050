/*
 * Which files of a home may be missing: a ledger that is gone is never a first start, keys that are
 * gone never fresh ones, and whatever is derived is made again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/seal.h"
#include "projections/data_dir.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 512, ARENA_BYTES = 1 << 20 };

enum file {
    FILE_LEDGER,
    FILE_KEYS,
    FILE_SECRET,
    FILE_MODEL,
    FILE_INDEX,
    FILE_TELEMETRY,
    FILE_POSTGRES,
    FILE_COUNT
};

static const char *const names[FILE_COUNT] = {
    [FILE_LEDGER] = "ledger.mdb", [FILE_KEYS] = "keys.mdb",   [FILE_SECRET] = "secret.key",
    [FILE_MODEL] = "model.mdb",   [FILE_INDEX] = "index.mdb", [FILE_TELEMETRY] = "telemetry.mdb",
    [FILE_POSTGRES] = "postgres",
};

static const char *path_in(struct arena *arena, const char *home, enum file file)
{
    return text_format(arena, "%s/%s", home, names[file]).data;
}

static void given_file(const char *path)
{
    int file = open(path, O_CREAT | O_WRONLY, 0600);

    must(file >= 0 && write(file, "x", 1) == 1);
    close(file);
}

/* A home with an event, a person's key and a file of each other kind; how it was begun is a server's. */
static const char *make_home(struct arena *arena)
{
    struct test_ledger *ledger = make_ledger();
    const char *home = text_copy(arena, text_from(ledger->home)).data;
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    struct ledger_opened opened = {
        .installation_id = make_id(1), .origin_name = text_lit("audit.example.com")};

    keyring_own_ids(ledger->keyring, ids);
    opened.verifier_key = (struct bytes){ids, sizeof(ids)};
    opened.key_ids = (struct bytes){ids, sizeof(ids)};
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(2)};
    ledger->origin.address.text = text_lit("192.0.2.7");
    keyed_digest_personal(
        ledger->keyring, &origin_shape, ledger->now, ledger->arena, &ledger->origin);
    given_event(ledger, &ledger_opened_event, make_id(1), UUID_NONE, &opened);
    given_committed(ledger);
    end_ledger(ledger);
    for (enum file file = FILE_MODEL; file < FILE_POSTGRES; file++)
        given_file(path_in(arena, home, file));
    must(mkdir(path_in(arena, home, FILE_POSTGRES), 0700) == 0);
    must(mkdir(text_format(arena, "%s/postgres/data", home).data, 0700) == 0);
    return home;
}

static void remove_file(struct arena *arena, const char *home, enum file file)
{
    const char *path = path_in(arena, home, file);

    if (file == FILE_POSTGRES)
        must(rmdir(text_format(arena, "%s/postgres/data", home).data) == 0 && rmdir(path) == 0);
    else
        unlink(path); /* a secret of a setting has no file */
}

/* What opening says: the code of its refusal, or "". */
static const char *said_by_opening(struct arena *arena, const char *home)
{
    const struct data_dir_settings settings = {
        .path = home,
        .conninfo = text_lit("host=/nowhere"),
        .secret = text_lit("a secret of tests"),
        .reserve_bytes = 1};
    struct data_dir data_dir = {0};
    struct error error = {0};

    if (data_dir_open(&settings, arena, &data_dir, &error) != STATUS_OK)
        return text_copy(arena, text_from(error.code)).data;
    data_dir_close(&data_dir);
    return "";
}

static const char *wanted(unsigned missing)
{
    bool has_ledger = (missing & 1 << FILE_LEDGER) == 0;
    bool has_keys = (missing & 1 << FILE_KEYS) == 0;
    unsigned witnesses = (1 << FILE_KEYS) | (1 << FILE_MODEL) | (1 << FILE_INDEX) |
                         (1 << FILE_TELEMETRY) | (1 << FILE_POSTGRES);

    if (has_ledger)
        return has_keys ? "" : "keys_missing";
    return (missing & witnesses) == witnesses ? "" : "ledger_missing";
}

static void every_combination_of_missing_files_is_met_as_it_should_be(void)
{
    for (unsigned missing = 0; missing < 1 << FILE_COUNT; missing++) {
        AUTO_ARENA arena = arena_new(ARENA_BYTES);
        const char *home = make_home(arena);
        const char *said;

        for (enum file file = FILE_LEDGER; file < FILE_COUNT; file++) {
            if ((missing & 1u << file) != 0)
                remove_file(arena, home, file);
        }
        said = said_by_opening(arena, home);
        if (strcmp(said, wanted(missing)) != 0)
            printf("missing: %#x\n", missing);
        expect_text(text_from(said), wanted(missing));
    }
}

static void a_ledger_without_a_byte_is_a_missing_one(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(arena);

    must(truncate(path_in(arena, home, FILE_LEDGER), 0) == 0);
    expect_text(text_from(said_by_opening(arena, home)), "ledger_missing");
}

static void keys_without_a_byte_are_missing_ones(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(arena);

    must(truncate(path_in(arena, home, FILE_KEYS), 0) == 0);
    expect_text(text_from(said_by_opening(arena, home)), "keys_missing");
}

static void a_ledger_without_events_beside_keys_of_people_is_no_first_start(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(arena);
    struct test_ledger *empty = make_ledger();
    const char *from = path_in(arena, empty->home, FILE_LEDGER);

    end_ledger(empty);
    must(rename(from, path_in(arena, home, FILE_LEDGER)) == 0);
    expect_text(text_from(said_by_opening(arena, home)), "ledger_missing");
}

/* Killed between the making of the keys and the first event: the next start goes on. */
static void a_first_start_that_was_cut_short_is_one_still(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct test_ledger *begun = make_ledger();
    const char *home = text_copy(arena, text_from(begun->home)).data;

    end_ledger(begun);
    expect_text(text_from(said_by_opening(arena, home)), "");
}

static void given_half(struct arena *arena, const char *home, enum file file)
{
    const char *path = path_in(arena, home, file);
    struct stat st;

    must(stat(path, &st) == 0 && truncate(path, st.st_size / 2) == 0);
}

static void a_ledger_or_keys_cut_in_half_are_named_and_left_alone(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(arena);

    given_half(arena, home, FILE_KEYS);
    expect_text(text_from(said_by_opening(arena, home)), "keys_damaged");
    home = make_home(arena);
    given_half(arena, home, FILE_LEDGER);
    expect_text(text_from(said_by_opening(arena, home)), "ledger_damaged");
}

static const struct test tests[] = {
    TEST(every_combination_of_missing_files_is_met_as_it_should_be),
    TEST(a_ledger_without_a_byte_is_a_missing_one),
    TEST(keys_without_a_byte_are_missing_ones),
    TEST(a_ledger_without_events_beside_keys_of_people_is_no_first_start),
    TEST(a_first_start_that_was_cut_short_is_one_still),
    TEST(a_ledger_or_keys_cut_in_half_are_named_and_left_alone),
};

const struct suite test_data_dir_suite = SUITE("projections/data_dir", tests);
