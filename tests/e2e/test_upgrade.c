/*
 * The server becomes another release of itself: a copy of its program whose version and commit were written over, and
 * one before that which does not come up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/release/program.h"
#include "tests/e2e/account.h"
#include "tests/e2e/client.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BAD     "0.8.8"
#define BETTER  "0.9.9" /* as long as the build's own */
#define SUMMARY "/control-plane-updates/summary"

static const uint8_t seed[32] = {9};

static struct site *site;
static struct client admin;
static const char *directory;
static struct program_name own; /* the build's */

static void given_file(const char *path, struct text content)
{
    FILE *file = fopen(path, "we");

    must(file != NULL && fwrite(content.data, 1, content.size, file) == content.size);
    must(fclose(file) == 0);
}

static struct text hex_of(const uint8_t *bytes, size_t size)
{
    return hex_encode(site->arena, (struct bytes){bytes, size});
}

/* A release in the server's directory, signed. */
static void given_release(
    const char *version, const char *published_at, struct text commit, struct text program)
{
    const char *place = text_format(site->arena, "%s/%s", directory, version).data;
    struct digest digest = sha256(bytes_of_text(program));
    uint8_t signature[64];
    struct text manifest = text_format(
        site->arena,
        "{\"version\":\"%s\",\"publishedAt\":\"%s\",\"commit\":\"%.*s\",\"channel\":\"tag\","
        "\"notes\":[{\"title\":\"News\",\"items\":[\"All.\"]}],\"artifacts\":{\"%.*s\":{"
        "\"binaryUrl\":\"https://cdn.example/server\",\"sha256\":\"%.*s\"}}}",
        version, published_at, TEXT_ARGS(commit), TEXT_ARGS(program_arch(site->arena)),
        TEXT_ARGS(hex_of(digest.bytes, sizeof(digest.bytes))));

    ed25519_sign(seed, bytes_of_text(manifest), signature);
    must(mkdir(place, 0700) == 0);
    given_file(text_format(site->arena, "%s/server", place).data, program);
    given_file(
        text_format(site->arena, "%s/release-manifest.json.sig", place).data,
        hex_of(signature, sizeof(signature)));
    given_file(text_format(site->arena, "%s/release-manifest.json", place).data, manifest);
}

/* Whatever stands between two zero bytes. */
static void replace_all(char *data, size_t size, struct text from, struct text to)
{
    size_t found = 0;

    must(from.size == to.size);
    for (size_t i = 0; i + from.size + 2 < size; i++) {
        if (data[i] != '\0' || data[i + from.size + 1] != '\0' ||
            memcmp(data + i + 1, from.data, from.size) != 0)
            continue;
        memcpy(data + i + 1, to.data, to.size);
        found++;
    }
    must(found > 0);
}

static struct text reversed(struct text t)
{
    char *data = arena_take(site->arena, t.size);

    for (size_t i = 0; i < t.size; i++)
        data[i] = t.data[t.size - 1 - i];
    return (struct text){data, t.size};
}

static void given_better_release(void)
{
    struct text program = contents_of(site->arena, test_server);
    char *data = arena_take(site->arena, program.size);

    memcpy(data, program.data, program.size);
    replace_all(data, program.size, own.version, text_lit(BETTER));
    replace_all(data, program.size, own.commit, reversed(own.commit));
    given_release(BETTER, "2026-02-02", reversed(own.commit), (struct text){data, program.size});
}

/* It prepares what it is asked to, and does not come up. */
static void given_bad_release(void)
{
    given_release(
        BAD, "2026-01-01", text_lit("bad"),
        text_lit("#!/bin/sh\n[ \"$1\" = version ] && echo 'server " BAD " (commit bad; x)'\n"
                 "[ \"$1\" != serve ]\n"));
}

/* A port that stays the same. */
static void given_port(void)
{
    given_running(site);
    given_setting(site, "PORT", text_format(site->arena, "%d", site->port).data);
    expect_int64(stop_server(site), 0);
}

static void given_a_server(void)
{
    struct error error;
    uint8_t key[32];

    if (site != NULL)
        return;
    site = given_site(make_database());
    directory = make_directory();
    expect_status(program_try(test_server, site->arena, &own, &error), STATUS_OK, &error);
    ed25519_public(seed, key);
    given_setting(site, "SERVER_RELEASES_DIR", directory);
    given_setting(site, "SERVER_RELEASES_KEY", hex_of(key, sizeof(key)).data);
    given_port();
    given_bad_release();
    given_running(site);
    admin = given_admin(site);
}

static struct text shown(const char *path)
{
    return value_at(&admin, ask(&admin, "GET", NULL, SUMMARY), path);
}

static void when_fetched(const char *version)
{
    expect_soon(text_is(shown("latestRelease.version"), version));
    expect_answer(ask(&admin, "POST", NULL, "/control-plane-updates/download"), 200);
    expect_soon(text_is(shown("preparedRelease.version"), version));
    expect_text(shown("operation"), "null");
}

static void a_release_that_does_not_come_up_is_gone_back_from(void)
{
    given_a_server();
    expect_answer(ask(&admin, "POST", NULL, "/control-plane-updates/apply"), 409);
    when_fetched(BAD);
    expect_answer(ask(&admin, "POST", NULL, "/control-plane-updates/apply"), 200);
    expect_int64(wait_for_end(site), 1);
    given_starting(site); /* as a manager of services would */
    expect_int64(wait_for_end(site), 1);
    given_running(site);
    expect_soon(text_is(shown("operation.status"), "failed"));
    expect_text(shown("operation.operation"), "apply");
    expect_text(shown("operation.rollbackStatus"), "succeeded");
    expect_text(
        shown("operation.error"), "release " BAD " was started 2 times and did not come up");
    expect_text(shown("currentRelease.version"), text_c(admin.arena, own.version));
}

static void the_server_becomes_another_release_and_stays_it(void)
{
    struct reply audit;

    given_a_server();
    given_better_release();
    when_fetched(BETTER);
    expect_answer(ask(&admin, "POST", NULL, "/control-plane-updates/apply"), 200);
    expect_soon(text_is(shown("currentRelease.version"), BETTER));
    expect_soon(text_is(shown("operation"), "null"));
    expect_text(shown("preparedRelease"), "null");
    expect_text(shown("updateAvailable"), "false");
    audit = ask(&admin, "GET", NULL, "/audit-logs?limit=1");
    expect_value(&admin, audit, "0.action", "control_plane_update.completed");
    kill_server(site);
    given_running(site);
    expect_text(shown("currentRelease.version"), BETTER);
    expect_answer(ask(&admin, "POST", NULL, "/control-plane-updates/download"), 409);
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

enum { TESTS = 2 };

static void tear_down(void)
{
    static size_t ended;

    if (++ended < TESTS && expect_failures() == 0)
        return;
    end_sites();
    site = NULL;
}

static const struct test tests[TESTS] = {
    TEST(a_release_that_does_not_come_up_is_gone_back_from),
    TEST(the_server_becomes_another_release_and_stays_it),
};
extern const struct suite test_upgrade_suite;
const struct suite test_upgrade_suite = SUITE_WITH("e2e/upgrade", tests, .tear_down = tear_down);
