/*
 * The server is told to end while something does not answer: it ends all the same, within 40 seconds
 * (docs/limits.md); stop_server() gives it 60.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct site *site;

static bool has_said(const char *key)
{
    return text_contains(contents_of(site->arena, site->log), text_from(key));
}

static void a_thread_that_hangs_does_not_hold_up_the_end(void)
{
    struct client admin;
    int waiting;

    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    expect_int64(stop_server(site), 0);
    given_setting(site, "FLEETLEDGER_FAILPOINTS", "append=delay:120000@1"); /* the writer's */
    given_running(site);
    waiting =
        begin(&admin, "POST", body(&admin, "{'name':'Workspace','slug':'acme'}"), "/workspaces");
    expect_soon(has_said("failpoint: append delay"));
    expect_int64(stop_server(site), -SIGKILL);
    expect(has_said("serve.stop_forced") && has_said("writer"));
    expect_int64(finish(&admin, waiting).status, 0);
    given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
    given_running(site);
    expect_holds(site);
}

/* Of the private PostgreSQL: all its processes but the first, which our server has started. */
static size_t freeze_backends(void)
{
    DIR *all = opendir("/proc");
    struct text data = text_format(site->arena, "%s/postgres/data", site->home);
    size_t count = 0;

    must(all != NULL);
    for (const struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all)) {
        char directory[512];
        struct text link = text_format(site->arena, "/proc/%s/cwd", entry->d_name);
        struct text status = text_format(site->arena, "/proc/%s/status", entry->d_name);
        struct text parent = text_format(site->arena, "\nPPid:\t%d\n", (int)site->server);
        ssize_t size = readlink(link.data, directory, sizeof(directory));
        int64_t pid;

        if (size <= 0 || !text_equal((struct text){directory, (size_t)size}, data) ||
            text_contains(contents_of(site->arena, status.data), parent) ||
            !text_to_int64(text_from(entry->d_name), &pid))
            continue;
        must(kill((pid_t)pid, SIGSTOP) == 0);
        count++;
    }
    closedir(all);
    return count;
}

static void a_postgresql_of_our_own_that_is_frozen_does_not_hold_up_the_end(void)
{
    site = given_site(NULL);
    given_running(site);
    given_admin(site);
    expect(freeze_backends() > 3);
    expect_int64(stop_server(site), 0);
    given_running(site);
}

static const struct test tests[] = {
    TEST(a_thread_that_hangs_does_not_hold_up_the_end),
    TEST(a_postgresql_of_our_own_that_is_frozen_does_not_hold_up_the_end),
};
const struct suite test_ends_suite = SUITE_WITH("ends", tests, .tear_down = end_sites);
