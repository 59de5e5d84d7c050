/*
 * What somebody meets who starts the program for the first time, or with a mistake.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <string.h>

static struct site *site;
static struct client anyone;

static void set_up(void)
{
    site = given_site(make_database());
    anyone = (struct client){.site = site, .arena = site->arena};
}

static bool says(struct text said, const char *part)
{
    return text_contains(said, text_from(part));
}

static void health_metrics_and_log_tell_which_program_runs(void)
{
    struct text version = RUN(site, "version").output; /* "fleetledger 0.1.0 (commit …" */
    struct reply health;
    struct reply metrics;

    text_cut(&version, ' ');
    version = text_copy(site->arena, text_cut(&version, ' '));
    given_running(site);
    health = ask(&anyone, "GET", NULL, "/health/ready");
    metrics = ask(&anyone, "GET", NULL, "/metrics");
    expect_value(&anyone, health, "version", version.data);
    expect(says(
        metrics.body,
        text_format(site->arena, "fleetledger_build_info{version=\"%s\",commit=\"", version.data)
            .data));
    expect(says(
        contents_of(site->arena, site->log),
        text_format(site->arena, "\"serve.started\",\"version\":\"%s\"", version.data).data));
}

static const struct test tests[] = {
    TEST(health_metrics_and_log_tell_which_program_runs),
};
const struct suite test_first_steps_suite =
    SUITE_WITH("serve", tests, .set_up = set_up, .tear_down = end_sites);
