/*
 * Settings, identity and profiles: small files of the agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/agent_settings.h"
#include "api/node_agent/backoff.h"
#include "api/node_agent/identity.h"
#include "api/node_agent/root_access.h"
#include "api/node_agent/sample.h"
#include "core/base/files.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static const char *directory;
static struct error error;

static void set_up(void)
{
    arena = arena_new(16 << 20);
    directory = make_directory();
}

static void tear_down(void)
{
    arena_free(arena);
}

static const char *given_file(const char *name, const char *content)
{
    const char *path = text_format(arena, "%s/%s", directory, name).data;
    FILE *file = fopen(path, "w");

    must(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
    return path;
}

static void a_file_of_settings_yields_to_the_environment(void)
{
    const char *path = given_file(
        "agent.conf", "# of this node\n\nFILE_ONE = \"https://fleet.example\"\nFILE_TWO=2\n");

    must(setenv("FILE_TWO", "mine", 1) == 0);
    expect_ok(agent_settings_load(path, arena, &error), &error);
    expect_text(text_from(getenv("FILE_ONE")), "https://fleet.example");
    expect_text(text_from(getenv("FILE_TWO")), "mine");
}

static void a_line_that_is_no_setting_is_named(void)
{
    const char *path = given_file("agent.conf", "A=1\nwhat is this\n");

    expect_status(agent_settings_load(path, arena, &error), STATUS_INVALID, &error);
    expect(text_contains(text_from(error.text), text_lit("line 2")));
    expect_ok(agent_settings_load("/no/such/file", arena, &error), &error);
}

static void an_identity_is_kept_for_the_agent_alone(void)
{
    const struct identity identity = {
        uuid_new(), text_lit("0123456789abcdef0123"), text_lit("https://fleet.example"),
        timestamp_now()};
    struct identity read;
    struct stat st;
    const char *state = text_format(arena, "%s/a/b", directory).data;

    expect_status(identity_load(state, arena, &read, &error), STATUS_NOT_FOUND, &error);
    expect_ok(identity_save(state, &identity, &error), &error);
    expect_ok(identity_load(state, arena, &read, &error), &error);
    expect(uuid_equal(read.node_id, identity.node_id));
    expect_text(read.agent_token, "0123456789abcdef0123");
    expect(stat(text_format(arena, "%s/identity.json", state).data, &st) == 0);
    expect_int64(st.st_mode & 0777, 0600);
}

static void a_damaged_identity_is_named(void)
{
    struct identity read;

    given_file("identity.json", "{\"nodeId\":");
    expect_status(identity_load(directory, arena, &read, &error), STATUS_INVALID, &error);
    expect(text_contains(text_from(error.text), text_lit("identity.json")));
}

static void waits_double_up_to_half_a_minute(void)
{
    struct backoff backoff = {0};
    int64_t expected_s[] = {1, 2, 4, 8, 16, 30, 30};

    for (size_t i = 0; i < COUNT_OF(expected_s); i++) {
        int64_t us = backoff_next_us(&backoff);
        expect(us >= expected_s[i] * 8 * US_PER_S / 10);
        expect(us <= expected_s[i] * 12 * US_PER_S / 10);
    }
}

static void a_profile_allows_its_verbs_and_no_others(void)
{
    struct text rules;

    expect_ok(
        root_access_rules(
            text_lit("operational_task"), "fleet", "/opt/a/agent", arena, &rules, &error),
        &error);
    expect(text_contains(
        rules, text_lit("fleet ALL=(root) NOPASSWD: /opt/a/agent root-helper task\n")));
    expect(text_contains(rules, text_lit("root-helper packages\n")));
    expect(!text_contains(rules, text_lit("root-helper terminal")));
    expect_ok(root_access_rules(text_lit("off"), "fleet", "/opt/a", arena, &rules, &error), &error);
    expect(!text_contains(rules, text_lit("NOPASSWD")));
}

static void rules_hold_nothing_but_names(void)
{
    static const char *const bad[] = {"", "-x", "a b", "a,b", "a\nALL", "%wheel", "a/b"};
    struct text rules;

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_status(
            root_access_rules(text_lit("all"), bad[i], "/opt/a", arena, &rules, &error),
            STATUS_INVALID, &error);
    expect_status(
        root_access_rules(text_lit("all"), "fleet", "/opt/a, /bin/sh", arena, &rules, &error),
        STATUS_INVALID, &error);
    expect_status(
        root_access_rules(text_lit("everything"), "fleet", "/opt/a", arena, &rules, &error),
        STATUS_INVALID, &error);
}

static void given_machine(const char *stat_line)
{
    must(
        files_make_directory(text_format(arena, "%s/proc/net", directory).data, &error) ==
        STATUS_OK);
    must(
        files_make_directory(
            text_format(arena, "%s/sys/class/thermal/thermal_zone0", directory).data, &error) ==
        STATUS_OK);
    given_file("proc/stat", stat_line);
    given_file("proc/meminfo", "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  250 kB\n");
    given_file(
        "proc/net/dev", "Inter-| Receive\n face |bytes\n    lo: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n"
                        "  eth0: 100 2 3 4 0 0 0 0 500 6 7 8 0 0 0 0\n");
    given_file("sys/class/thermal/thermal_zone0/temp", "45500\n");
}

static void a_machine_is_measured_by_its_kernel(void)
{
    struct sampler sampler = {.root = directory};
    struct sample sample;
    const struct sample_network *network;

    given_machine("cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 1 1 1 1\n");
    sample_take(&sampler, arena, &sample);
    expect_int64(sample.cpu_usage, 20);
    expect_int64(sample.memory_usage, 75);
    expect_int64(sample.temperature * 10, 455);
    expect(sample.disk_usage > 0 && sample.disk_usage <= 100);
    expect_int64(sample.networks.count, 1);
    network = sample.networks.items;
    expect_text(network->interface, "eth0");
    expect_int64(network->bytes_recv, 100);
    expect_int64(network->bytes_sent, 500);
    expect_int64(network->drop_out, 8);
    given_machine("cpu  60 0 60 180 0 0 0 0 0 0\n");
    sample_take(&sampler, arena, &sample);
    expect_int64(sample.cpu_usage, 50); /* of what has passed since */
}

static void a_machine_that_says_nothing_is_measured_all_the_same(void)
{
    struct sampler sampler = {.root = "/no/such/root"};
    struct sample sample;

    sample_take(&sampler, arena, &sample);
    expect_int64(sample.cpu_usage, 0);
    expect_int64(sample.networks.count, 0);
    expect(sample.temperature != sample.temperature); /* not a number */
}

static const struct test tests[] = {
    TEST(a_file_of_settings_yields_to_the_environment),
    TEST(a_line_that_is_no_setting_is_named),
    TEST(an_identity_is_kept_for_the_agent_alone),
    TEST(a_damaged_identity_is_named),
    TEST(waits_double_up_to_half_a_minute),
    TEST(a_profile_allows_its_verbs_and_no_others),
    TEST(rules_hold_nothing_but_names),
    TEST(a_machine_is_measured_by_its_kernel),
    TEST(a_machine_that_says_nothing_is_measured_all_the_same),
};
const struct suite test_agent_settings_suite = SUITE_WITH(
    "api/node_agent: settings and state", tests, .set_up = set_up, .tear_down = tear_down);
