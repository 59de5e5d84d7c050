/*
 * Another version of the agent, fetched from a server that is played here: programs are small scripts that say their
 * version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_fetch.h"
#include "api/node_agent/update_program.h"
#include "api/node_agent/update_trial.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"
#include "tests/support/web_sink.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define NEWER "#!/bin/sh\necho 'agent 1.2.3 (x)'\n"

static struct arena *arena;
static struct web_sink *sink;
static struct agent_settings settings;
static struct identity identity;
static const char *program;
static const char *arch;
static struct error error;

static void given_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "we");

    must(file != NULL && fputs(content, file) >= 0);
    must(fclose(file) == 0 && chmod(path, 0755) == 0);
}

static const char *content_of(const char *path)
{
    char *content = arena_take(arena, 1 << 12);
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return "(none)";
    content[fread(content, 1, (1 << 12) - 1, file)] = '\0';
    fclose(file);
    return content;
}

static const char *beside(const char *ending)
{
    return text_format(arena, "%s%s", program, ending).data;
}

static void set_up(void)
{
    struct utsname system;

    arena = arena_new(64 << 20);
    sink = web_sink_new();
    web_sink_answer(sink, "404 Not Found", "{}");
    must(uname(&system) == 0);
    arch = strcmp(system.machine, "aarch64") == 0 ? "arm64" : "amd64";
    shape_clear(&agent_settings_shape, &settings);
    settings.api_url = text_format(arena, "http://127.0.0.1:%d", web_sink_port(sink));
    settings.state_directory = text_from(make_directory());
    identity = (struct identity){
        .node_id = uuid_new(), .agent_token = text_lit("secret"), .api_url = settings.api_url};
    program = text_format(arena, "%s/agent", make_directory()).data;
    given_file(program, "former");
}

static void tear_down(void)
{
    web_sink_free(sink);
    arena_free(arena);
}

static struct text digest_of(const char *content)
{
    struct digest digest = sha256(bytes_of_text(text_from(content)));

    return hex_encode(arena, (struct bytes){digest.bytes, sizeof(digest.bytes)});
}

static const char *manifest(struct text sha256_hex)
{
    return text_format(
               arena,
               "{\"version\":\"1.2.3\",\"publishedAt\":\"2026\",\"commit\":\"a\",\"channel\":\"tag\","
               "\"notes\":[{\"title\":\"News\",\"items\":[\"All.\"]}],\"artifacts\":{\"%s\":{"
               "\"binaryUrl\":\"https://cdn.example/agent\",\"sha256\":\"%.*s\"}}}",
               arch, TEXT_ARGS(sha256_hex))
        .data;
}

/* What the server offers: of that digest, by that document, which is signed by seed 7 with `is_signed`. */
static void
given_offer(const char *content, struct text sha256_hex, const char *document, bool is_signed)
{
    const uint8_t seed[32] = {7};
    uint8_t signature[64];
    AUTO_BUF quoted = {0};

    buf_init(&quoted, 1 << 16);
    json_write_text(&quoted, text_from(document));
    ed25519_sign(seed, bytes_of_text(text_from(document)), signature);
    web_sink_answer_at(
        sink, text_format(arena, "/api/v1/agent/releases/1.2.3/%s", arch).data, "200 OK",
        text_format(
            arena,
            "{\"version\":\"1.2.3\",\"sha256\":\"%.*s\",\"document\":%.*s,\"signature\":\"%.*s\"}",
            TEXT_ARGS(sha256_hex), TEXT_ARGS(buf_text(&quoted)),
            TEXT_ARGS(is_signed ? hex_encode(arena, (struct bytes){signature, 64}) : text_lit("")))
            .data);
    web_sink_answer_at(
        sink, text_format(arena, "/api/v1/agent/releases/1.2.3/%s/program", arch).data, "200 OK",
        content);
}

static void given_key(void)
{
    const uint8_t seed[32] = {7};
    uint8_t key[32];

    ed25519_public(seed, key);
    settings.release_key = hex_encode(arena, (struct bytes){key, sizeof(key)});
}

static enum status fetch(void)
{
    const struct asking asking = {&settings, &identity};
    const struct update_order order = {uuid_new(), text_lit("1.2.3"), OPT_FALSE};

    return update_fetch(&asking, &order, program, arena, &error);
}

static void expect_nothing_changed(void)
{
    expect_text(text_from(content_of(program)), "former");
    expect(access(beside(".new"), F_OK) != 0);
    expect(!update_trial_is_on(text_c(arena, settings.state_directory)));
}

static void what_is_offered_is_put_in_place_and_is_on_trial(void)
{
    given_offer(NEWER, digest_of(NEWER), manifest(digest_of(NEWER)), false);
    expect_ok(fetch(), &error);
    expect_text(text_from(content_of(program)), NEWER);
    expect_text(text_from(content_of(beside(".old"))), "former");
    expect(update_trial_is_on(text_c(arena, settings.state_directory)));
    expect(strstr(web_sink_request(sink, 0), "\"downloading\"") != NULL);
    expect_ok(update_program_go_back(program, &error), &error);
    expect_text(text_from(content_of(program)), "former");
}

static void a_program_of_another_digest_is_not_taken(void)
{
    given_offer(NEWER "#", digest_of(NEWER), manifest(digest_of(NEWER)), false);
    expect_status(fetch(), STATUS_CORRUPT, &error);
    expect_nothing_changed();
}

static void with_a_key_only_what_it_has_signed_is_taken(void)
{
    given_key();
    given_offer(NEWER, digest_of(NEWER), manifest(digest_of(NEWER)), true);
    expect_ok(fetch(), &error);
    expect_text(text_from(content_of(program)), NEWER);
}

static void with_a_key_what_nobody_signed_is_not_taken(void)
{
    given_key();
    given_offer(NEWER, digest_of(NEWER), manifest(digest_of(NEWER)), false);
    expect_status(fetch(), STATUS_FORBIDDEN, &error);
    expect_text(
        text_from(error.text), "the release is not signed by the key that this machine trusts");
    expect_nothing_changed();
}

static void with_a_key_another_program_than_the_signed_one_is_not_taken(void)
{
    given_key();
    given_offer(NEWER, digest_of(NEWER), manifest(digest_of("another")), true);
    expect_status(fetch(), STATUS_FORBIDDEN, &error);
    expect_text(text_from(error.text), "what was signed does not name the program that is offered");
    expect_nothing_changed();
}

static void a_program_that_says_another_version_is_not_taken(void)
{
    const char *other = "#!/bin/sh\necho 'agent 1.2.4 (x)'\n";

    given_offer(other, digest_of(other), manifest(digest_of(other)), false);
    expect_status(fetch(), STATUS_INVALID, &error);
    expect_nothing_changed();
}

static const struct test tests[] = {
    TEST(what_is_offered_is_put_in_place_and_is_on_trial),
    TEST(a_program_of_another_digest_is_not_taken),
    TEST(with_a_key_only_what_it_has_signed_is_taken),
    TEST(with_a_key_what_nobody_signed_is_not_taken),
    TEST(with_a_key_another_program_than_the_signed_one_is_not_taken),
    TEST(a_program_that_says_another_version_is_not_taken),
};
extern const struct suite test_update_fetch_suite;
const struct suite test_update_fetch_suite =
    SUITE_WITH("api/node_agent/update_fetch", tests, .set_up = set_up, .tear_down = tear_down);
