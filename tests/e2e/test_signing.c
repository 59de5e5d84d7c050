/*
 * Killed while it signs: no two checkpoints that anybody saw are of different histories, and each start
 * goes on signing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct site *site;
static struct client admin;
static const char *workspace;

/* What was seen of the ledger: size and root of a checkpoint. */
struct sighting {
    int64_t size;
    struct text root;
};

/* Asks for the newest checkpoint; size 0 where there was no answer. */
static struct sighting look(void)
{
    struct reply reply = ask(&admin, "GET", NULL, "/ledger/checkpoint");
    struct text rest = reply.body;
    struct sighting seen = {0};

    if (reply.status != 200)
        return seen;
    (void)text_cut(&rest, '\n');
    must(text_to_int64(text_cut(&rest, '\n'), &seen.size));
    seen.root = text_copy(admin.arena, text_cut(&rest, '\n'));
    return seen;
}

static void expect_continues(struct sighting seen)
{
    struct reply reply =
        ask(&admin, "GET", NULL, "/ledger/consistency?from=%lld", (long long)seen.size);

    expect_answer(reply, 200);
    expect_text(value_at(&admin, reply, "fromRoot"), text_c(admin.arena, seen.root));
}

/* Changes something until the server is dead; gives the last checkpoint that was shown. */
static struct sighting change_until_dead(struct sighting seen)
{
    int64_t until_us = monotonic_us() + 30 * US_PER_S;

    for (int i = 0; monotonic_us() < until_us; i++) {
        struct sighting now;
        struct reply reply = ask(
            &admin, "PATCH", body(&admin, "{'name':'Change %d'}", i), "/workspaces/%s", workspace);
        if (reply.status == 0)
            return seen;
        now = look();
        if (now.size > 0)
            seen = now;
        wait_a_little();
    }
    expect_at(false, __FILE__, __LINE__, "the server is killed while it signs");
    return seen;
}

static void given_site_that_signs(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "evidence");
    expect_soon(look().size > 1);
}

static void killed_while_it_signs_it_goes_on_with_one_history(void)
{
    static const char *const plans[] = {
        "sign=kill@1", "signed=kill@1", "sign=kill@2", "signed=kill@2"};
    struct sighting seen;

    given_site_that_signs();
    seen = look();
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        expect_soon(look().size == metric_of(site, "ledger_size")); /* else the start would sign */
        expect_int64(stop_server(site), 0);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", plans[i]);
        given_listening(site);
        seen = change_until_dead(seen);
        expect_int64(wait_for_end(site), -SIGKILL);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
        given_running(site);
        expect_soon(look().size > seen.size);
        expect_continues(seen);
    }
}

static const struct test tests[] = {
    TEST(killed_while_it_signs_it_goes_on_with_one_history),
};
const struct suite test_signing_suite = SUITE_WITH("signing", tests, .tear_down = end_sites);
