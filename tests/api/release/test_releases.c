/*
 * The catalogue of releases, with publishers that are played here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/release/releases.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"
#include "tests/support/web_sink.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_US = 10000000, STEP_US = 2000 };

static struct arena *arena;
static struct web_sink *sink;
static struct settings settings;
static struct releases *releases;
static struct thread *thread;
static const char *home;
static struct error error;

/* Asked again as soon as somebody looks. */
static const struct releases_pace eager = {.missed_us = INT64_C(60) * US_PER_S};

static void set_up(void)
{
    arena = arena_new(64 << 20);
    sink = web_sink_new();
    web_sink_answer(sink, "404 Not Found", "");
    memset(&settings, 0, sizeof(settings));
}

static void given_releases(const struct releases_pace *pace)
{
    const struct release_source source = release_source_agent(&settings);

    home = make_directory();
    releases = releases_new(&source, home, pace);
    thread = thread_start("releases", releases_run, releases);
}

static void tear_down(void)
{
    if (releases != NULL) {
        releases_stop(releases);
        thread_join(thread);
        releases_free(releases);
    }
    releases = NULL;
    web_sink_free(sink);
    arena_free(arena);
}

static struct text address(const char *path)
{
    return text_format(arena, "http://127.0.0.1:%d%s", web_sink_port(sink), path);
}

static struct text digest_of(const char *program)
{
    struct digest digest = sha256(bytes_of_text(text_from(program)));

    return hex_encode(arena, (struct bytes){digest.bytes, sizeof(digest.bytes)});
}

/* The manifest of a release whose program is at that URL, and says so. */
static const char *manifest(const char *version, const char *at, const char *program)
{
    return text_c(
        arena,
        text_format(
            arena,
            "{\"version\":\"%s\",\"publishedAt\":\"%s\",\"commit\":\"abc\",\"channel\":\"tag\","
            "\"notes\":[{\"title\":\"News\",\"items\":[\"All of it.\"]}],\"artifacts\":{\"amd64\":{"
            "\"binaryUrl\":\"%.*s\",\"sha256\":\"%.*s\"}}}",
            version, at, TEXT_ARGS(address("/program")), TEXT_ARGS(digest_of(program))));
}

static const char *signature_of(const char *document)
{
    const uint8_t seed[32] = {7};
    uint8_t signature[64];

    ed25519_sign(seed, bytes_of_text(text_from(document)), signature);
    return text_c(arena, hex_encode(arena, (struct bytes){signature, 64}));
}

static void given_key(void)
{
    const uint8_t seed[32] = {7};
    uint8_t key[RELEASE_KEY_SIZE];

    ed25519_public(seed, key);
    settings.agent_releases_key = hex_encode(arena, (struct bytes){key, sizeof(key)});
}

/* The versions that are known once publishers have answered: "1.1 1.0". */
static const char *known(void)
{
    int64_t until_us = monotonic_us() + PATIENCE_US;
    struct timestamp checked_at = {0};
    AUTO_BUF out = {0};
    struct list list;

    buf_init(&out, 1 << 16);
    do {
        list = releases_list(releases, arena, &checked_at);
        thread_pause(STEP_US);
    } while (!timestamp_is_present(checked_at) && monotonic_us() < until_us);
    for (size_t i = 0; i < list.count; i++)
        buf_printf(
            &out, "%s%.*s", i == 0 ? "" : " ",
            TEXT_ARGS(((const struct release *)list.items)[i].version));
    return text_c(arena, text_copy(arena, buf_text(&out)));
}

/* Until it is no longer looked for, or fetched. */
static enum status find(const char *version, struct release *out)
{
    int64_t until_us = monotonic_us() + PATIENCE_US;
    enum status status;

    do {
        status = releases_find(releases, text_from(version), arena, out, &error);
        thread_pause(STEP_US);
    } while (status == STATUS_UNAVAILABLE && monotonic_us() < until_us);
    return status;
}

static enum status program_of(const char *version, struct buf *out)
{
    const struct release_choice choice = {text_from(version), text_lit("amd64")};
    int64_t until_us = monotonic_us() + PATIENCE_US;
    enum status status;

    do {
        status = releases_program(releases, &choice, out, &error);
        thread_pause(STEP_US);
    } while (status == STATUS_UNAVAILABLE && monotonic_us() < until_us);
    return status;
}

/* Where they come from. */

static void nobody_is_asked_who_is_not_named(void)
{
    struct release release;
    struct timestamp checked_at;

    given_releases(&eager);
    expect(!releases_latest(releases, arena, &release, &checked_at));
    expect(!timestamp_is_present(checked_at));
    expect_status(find("1.0", &release), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "release_not_found");
    expect_text(text_from(error.text), "No official tagged agent release is currently available.");
}

static void the_catalogue_at_the_address_comes_first(void)
{
    struct release release;
    struct timestamp checked_at;

    settings.agent_releases_url = address("/agent/catalog.json");
    settings.agent_releases_host = address("/repo");
    web_sink_answer_at(
        sink, "/agent/catalog.json", "200 OK",
        text_c(
            arena, text_format(
                       arena, "{\"releases\":[%s,%s]}", manifest("1.0", "2026-01-01", "a"),
                       manifest("1.1", "2026-02-01", "b"))));
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.1 1.0");
    expect(releases_latest(releases, arena, &release, &checked_at));
    expect_text(release.version, "1.1");
    expect_ok(find(NULL, &release), &error);
    expect_text(release.version, "1.1");
    expect_ok(find("1.0", &release), &error);
    expect_text(release.artifacts->amd64->sha256, digest_of("a").data);
    expect(strstr(web_sink_request(sink, 0), "GET /agent/catalog.json ") != NULL);
}

static const char *host_release(const char *tag, const char *draft, const char *manifest_path)
{
    return text_c(
        arena, text_format(
                   arena,
                   "{\"tag_name\":\"%s\",\"draft\":%s,\"prerelease\":false,\"assets\":[{\"name\":"
                   "\"release-manifest.json\",\"browser_download_url\":\"%.*s\"}]}",
                   tag, draft, TEXT_ARGS(address(manifest_path))));
}

static void the_release_host_is_asked_where_the_address_has_nothing(void)
{
    settings.agent_releases_url = address("/catalog.json");
    settings.agent_releases_host = address("/repo");
    web_sink_answer_at(sink, "/catalog.json", "200 OK", "{\"releases\":[{\"version\":\"1\"}]}");
    web_sink_answer_at(
        sink, "/repo/releases?per_page=20", "200 OK",
        text_c(
            arena, text_format(
                       arena, "[%s,%s,%s]", host_release("agent-v3.0", "true", "/m3"),
                       host_release("server-v2.0", "false", "/m2"),
                       host_release("agent-v1.0", "false", "/m1"))));
    web_sink_answer_at(sink, "/m1", "200 OK", manifest("1.0", "2026-01-01", "a"));
    web_sink_answer_at(sink, "/m2", "200 OK", manifest("2.0", "2026-01-01", "a"));
    web_sink_answer_at(sink, "/m3", "200 OK", manifest("3.0", "2026-01-01", "a"));
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
    expect(strstr(web_sink_request(sink, 1), "Accept: application/vnd.github+json") != NULL);
}

static void given_file(const char *directory, const char *name, const char *content)
{
    FILE *file = fopen(text_c(arena, text_format(arena, "%s/%s", directory, name)), "w");

    expect(file != NULL);
    fputs(content, file);
    fclose(file);
}

/* A directory of releases with one in it. */
static const char *given_directory(const char *version, const char *says, const char *program)
{
    const char *root = make_directory();
    const char *one = text_c(arena, text_format(arena, "%s/%s", root, version));

    expect(mkdir(one, 0700) == 0);
    given_file(one, "release-manifest.json", says);
    given_file(one, "program", program);
    settings.agent_releases_dir = text_from(root);
    return one;
}

static void a_directory_is_read_where_nobody_else_has_anything(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, RELEASE_ARTIFACT_BYTES);
    settings.agent_releases_url = address("/catalog.json");
    given_directory("1.0", manifest("1.0", "2026-01-01", "the program"), "the program");
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
    expect_ok(program_of("1.0", &out), &error);
    expect_text(buf_text(&out), "the program");
}

/* Bad days. */

/* As soon as it lies there: who asks for it waits for the next look at the directory. */
static void a_release_that_was_just_put_there_is_found(void)
{
    const char *root;
    struct release release;

    root = given_directory("1.0", manifest("1.0", "2026-01-01", "a"), "a");
    given_releases(&eager);
    expect_ok(find("1.0", &release), &error);
    expect(mkdir(text_c(arena, text_format(arena, "%s/../1.1", root)), 0700) == 0);
    given_file(root, "../1.1/release-manifest.json", manifest("1.1", "2026-01-02", "a"));
    expect_ok(find("1.1", &release), &error);
    expect_text(release.version, "1.1");
}

/* Until publishers have been asked so many times more. */
static void look_for_requests(size_t more)
{
    size_t wanted = web_sink_count(sink) + more;
    int64_t until_us = monotonic_us() + PATIENCE_US;

    while (web_sink_count(sink) < wanted && monotonic_us() < until_us)
        (void)known();
    expect(web_sink_count(sink) >= wanted);
}

static void what_was_known_stays_when_nobody_answers(void)
{
    settings.agent_releases_url = address("/catalog.json");
    web_sink_answer(sink, "200 OK", manifest("1.0", "2026-01-01", "a"));
    given_releases(&eager);
    expect_text(text_from(known()), "1.0");
    web_sink_answer(sink, "500 Internal Server Error", "[]");
    look_for_requests(3);
    expect_text(text_from(known()), "1.0");
}

static void a_publisher_that_stalls_holds_up_nobody(void)
{
    struct release release;
    struct timestamp checked_at;
    int64_t begun_us = monotonic_us();

    settings.agent_releases_url = address("/catalog.json");
    web_sink_trickle(sink, 1000);
    given_releases(&releases_usual_pace);
    expect(!releases_latest(releases, arena, &release, &checked_at));
    expect_status(
        releases_find(releases, text_lit("1.0"), arena, &release, &error), STATUS_UNAVAILABLE,
        &error);
    expect_text(text_from(error.code), "release_looked_for");
    expect(monotonic_us() - begun_us < US_PER_S);
}

static void what_the_key_has_not_signed_is_not_offered(void)
{
    const char *good = manifest("1.0", "2026-01-01", "a");
    const char *bad = manifest("2.0", "2026-01-02", "a");
    const char *root;

    given_key();
    root = given_directory("1.0", good, "a");
    given_file(root, "release-manifest.json.sig", signature_of(good));
    expect(mkdir(text_c(arena, text_format(arena, "%s/../2.0", root)), 0700) == 0);
    given_file(root, "../2.0/release-manifest.json", bad);
    given_file(root, "../2.0/release-manifest.json.sig", signature_of(good));
    expect(mkdir(text_c(arena, text_format(arena, "%s/../3.0", root)), 0700) == 0);
    given_file(root, "../3.0/release-manifest.json", manifest("3.0", "2026-01-03", "a"));
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
}

static void a_signature_lies_beside_the_catalogue(void)
{
    const struct release_choice choice = {text_lit("1.0"), text_lit("amd64")};
    const char *good = manifest("1.0", "2026-01-01", "a");
    struct release_offer offer;

    given_key();
    settings.agent_releases_url = address("/catalog.json");
    web_sink_answer_at(sink, "/catalog.json", "200 OK", good);
    web_sink_answer_at(sink, "/catalog.json.sig", "200 OK", signature_of(good));
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
    expect_ok(releases_offer(releases, &choice, arena, &offer, &error), &error);
    expect_text(offer.document, good);
    expect_text(offer.signature, signature_of(good));
    expect_text(offer.sha256, digest_of("a").data);
}

/* One version. */

static void a_version_outside_of_the_catalogue_is_asked_for_by_its_name(void)
{
    struct release release;

    settings.agent_releases_url = address("/agent/catalog.json");
    settings.agent_releases_host = address("/repo");
    web_sink_answer_at(sink, "/agent/catalog.json", "200 OK", manifest("2.0", "2026-02-01", "a"));
    web_sink_answer_at(
        sink, "/agent/0.1/release-manifest.json", "200 OK", manifest("0.1", "2025-01-01", "a"));
    web_sink_answer_at(
        sink, "/repo/releases/tags/agent-v0.2", "200 OK",
        host_release("agent-v0.2", "false", "/m"));
    web_sink_answer_at(sink, "/m", "200 OK", manifest("0.2", "2025-02-01", "a"));
    given_releases(&releases_usual_pace);
    expect_ok(find("0.1", &release), &error);
    expect_ok(find("0.2", &release), &error);
    expect_text(release.published_at, "2025-02-01");
    expect_status(find("0.3", &release), STATUS_INVALID, &error);
    expect_text(text_from(known()), "2.0");
}

/* Programs. */

static void a_program_is_fetched_once_and_given_as_long_as_it_is_what_it_should_be(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, RELEASE_ARTIFACT_BYTES);
    settings.agent_releases_url = address("/catalog.json");
    web_sink_answer_at(
        sink, "/catalog.json", "200 OK", manifest("1.0", "2026-01-01", "the program"));
    web_sink_answer_at(sink, "/program", "200 OK", "the program");
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
    expect_ok(program_of("1.0", &out), &error);
    expect_ok(program_of("1.0", &out), &error);
    expect_text(buf_text(&out), "the programthe program");
    expect(strstr(web_sink_request(sink, 1), "GET /program ") != NULL);
}

static void a_program_of_another_digest_is_never_given(void)
{
    const struct release_choice choice = {text_lit("1.0"), text_lit("amd64")};
    AUTO_BUF out = {0};

    buf_init(&out, RELEASE_ARTIFACT_BYTES);
    settings.agent_releases_url = address("/catalog.json");
    web_sink_answer_at(
        sink, "/catalog.json", "200 OK", manifest("1.0", "2026-01-01", "the program"));
    web_sink_answer_at(sink, "/program", "200 OK", "another program");
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
    expect_status(releases_program(releases, &choice, &out, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "program_being_fetched");
    expect(web_sink_wait(sink, 2));
    for (int64_t until_us = monotonic_us() + 30 * US_PER_S; monotonic_us() < until_us;) {
        expect_status(
            releases_program(releases, &choice, &out, &error), STATUS_UNAVAILABLE, &error);
        if (text_is(text_from(error.code), "program_not_fetched"))
            break;
    }
    expect_text(text_from(error.code), "program_not_fetched");
    expect(text_contains(text_from(error.text), text_lit("its SHA-256 is not")));
    expect_int64((int64_t)out.size, 0);
    expect(access(text_format(arena, "%s/agent-programs", home).data, F_OK) != 0);
}

static void a_program_that_was_changed_in_the_directory_is_refused(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, RELEASE_ARTIFACT_BYTES);
    given_directory("1.0", manifest("1.0", "2026-01-01", "the program"), "another program");
    given_releases(&releases_usual_pace);
    expect_text(text_from(known()), "1.0");
    expect_status(program_of("1.0", &out), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "program_differs");
    expect_int64(out.size, 0);
}

static const struct test tests[] = {
    TEST(nobody_is_asked_who_is_not_named),
    TEST(the_catalogue_at_the_address_comes_first),
    TEST(the_release_host_is_asked_where_the_address_has_nothing),
    TEST(a_directory_is_read_where_nobody_else_has_anything),
    TEST(a_release_that_was_just_put_there_is_found),
    TEST(what_was_known_stays_when_nobody_answers),
    TEST(a_publisher_that_stalls_holds_up_nobody),
    TEST(what_the_key_has_not_signed_is_not_offered),
    TEST(a_signature_lies_beside_the_catalogue),
    TEST(a_version_outside_of_the_catalogue_is_asked_for_by_its_name),
    TEST(a_program_is_fetched_once_and_given_as_long_as_it_is_what_it_should_be),
    TEST(a_program_of_another_digest_is_never_given),
    TEST(a_program_that_was_changed_in_the_directory_is_refused),
};
extern const struct suite test_releases_suite;
const struct suite test_releases_suite =
    SUITE_WITH("api/release/releases", tests, .set_up = set_up, .tear_down = tear_down);
