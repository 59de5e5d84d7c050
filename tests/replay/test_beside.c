/*
 * Looking at a home while a server is at work there: nothing is taken for damage that is only new,
 * and the server goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "projections/sets.h"
#include "replay/exit_codes.h"
#include "replay/replay.h"
#include "replay/verify.h"
#include "tests/support/busy_home.h"
#include "tests/support/expect.h"

static struct busy_home home;

static void set_up(void)
{
    home = make_busy_home();
}

static int run_verify(void)
{
    const struct verify_options options = {.json = OPT_FALSE, .bodies = INT64_ABSENT};

    return verify_run(&home.settings, &options);
}

static struct set served(void)
{
    struct set set = {.size = 0};
    struct db *db = NULL;

    must(db_open(home.settings.conninfo.data, 10, 0, &db, NULL) == STATUS_OK);
    must(sets_served(db, &set, NULL) == STATUS_OK);
    db_close(db);
    return set;
}

static void what_a_busy_server_has_holds_and_it_goes_on(void)
{
    struct set before = served();
    int codes = 0;
    int how;

    for (int i = 0; i < 3; i++)
        codes += run_verify();
    how = end_busy_home(home);
    expect_int64(codes, EXIT_HOLDS);
    expect_int64(how, 0);
    expect(served().size > before.size);
    expect_int64(run_verify(), EXIT_HOLDS);
}

/* Not checked is no damage. */
static void read_models_that_somebody_else_holds_are_left_unchecked(void)
{
    struct db *other = NULL;
    int how;

    must(db_open(home.settings.conninfo.data, 10, 0, &other, NULL) == STATUS_OK);
    must(db_script(other, "begin; select 1 from fleetledger.sets for update", NULL) == STATUS_OK);
    home.settings.server_ms = 100;
    expect_int64(run_verify(), EXIT_TROUBLE);
    db_close(other);
    how = end_busy_home(home);
    expect_int64(how, 0);
}

static void a_busy_server_switches_to_what_was_built_beside_it(void)
{
    struct set before = served();
    const struct replay_options options = {.json = OPT_FALSE};
    int code = replay_run(&home.settings, &options);
    struct set after = served();
    int how = end_busy_home(home);

    expect_int64(code, EXIT_HOLDS);
    expect_int64(how, 0);
    expect(!text_equal(text_from(before.schema), text_from(after.schema)));
    expect_int64(run_verify(), EXIT_HOLDS);
}

static const struct test tests[] = {
    TEST(what_a_busy_server_has_holds_and_it_goes_on),
    TEST(read_models_that_somebody_else_holds_are_left_unchecked),
    TEST(a_busy_server_switches_to_what_was_built_beside_it),
};
const struct suite test_beside_suite =
    SUITE_WITH("replay, beside a server", tests, .set_up = set_up);
