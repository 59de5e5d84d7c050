/*
 * Publishers that are asked by HTTP: an address with a catalogue, and a release host that speaks as GitHub does.
 *
 *   …_RELEASES_URL                 https://cdn.example/agent/catalog.json
 *     of one version               https://cdn.example/agent/1.4.0/release-manifest.json
 *   …_RELEASES_HOST                https://api.github.com/repos/example/agent
 *     …/releases?per_page=20       of each tag agent-v…: its asset release-manifest.json
 *     of one version               …/releases/tags/agent-v1.4.0
 *
 * Where keys are used, the signature over a document lies beside it, with .sig behind its name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/release/release_internal.h"
#include "core/base/log.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { PASS_US = 60000000, MOST_TAGS = 20, ARENA_BYTES = 8 << 20 };

static const struct text tag_prefix = TEXT_OF("agent-v");

/* Nothing of what went wrong is the caller's: it is logged. */
static bool fetch(
    const struct publishers *publishers,
    struct text url,
    const char *accept,
    size_t most,
    struct arena *arena,
    struct text *out)
{
    const struct web_get get = {
        .url = url,
        .accept = accept,
        .user_agent = RELEASE_USER_AGENT,
        .ca_file = publishers->source->ca_file};
    struct error error;
    AUTO_BUF body = {0};

    buf_init(&body, most);
    if (outbound_get(publishers->documents, &get, &body, &error) != STATUS_OK) {
        log_warning("release.not_read", log_text("url", url), log_cause(&error));
        return false;
    }
    *out = text_copy(arena, buf_text(&body));
    return text_is_present(*out);
}

struct text release_last_segment(struct text url)
{
    size_t end = text_find(url, '?', 0);
    size_t start = 0;

    for (size_t i = 0; i < end; i++) {
        if (url.data[i] == '/')
            start = i + 1;
    }
    return text_slice(url, start, end - start);
}

/* A document, and the signature at an address of its own, which is absent where there is none. */
static void take_signed(
    const struct publishers *publishers,
    struct text url,
    struct text signature_url,
    struct catalogue *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct found_document found = {.name = url};

    if (!fetch(publishers, url, NULL, RELEASE_DOCUMENT_BYTES, arena, &found.document))
        return;
    if (publishers->key != NULL && text_is_present(signature_url))
        (void)fetch(
            publishers, signature_url, NULL, RELEASE_SIGNATURE_BYTES, arena, &found.signature);
    catalogue_add(out, publishers, &found);
}

void release_web_collect(
    const struct publishers *publishers, struct text version, struct catalogue *out)
{
    AUTO_ARENA arena = arena_new(64 << 10);
    struct text url = publishers->source->url;
    struct text name = release_last_segment(url);

    if (url.size == 0)
        return;
    if (text_is_present(version))
        url = text_format(
            arena, "%.*s%.*s/release-manifest.json", (int)(name.data - url.data), url.data,
            TEXT_ARGS(version));
    take_signed(publishers, url, text_format(arena, "%.*s.sig", TEXT_ARGS(url)), out);
}

/* The release host. */

static struct text asset_url(struct arena *arena, struct text release, const char *wanted)
{
    struct text assets = json_peek_member(arena, release, "assets");
    struct text asset;
    size_t cursor = 0;

    while (json_peek_item(assets, &cursor, &asset)) {
        if (text_is(json_peek_text(arena, json_peek_member(arena, asset, "name")), wanted))
            return json_peek_text(arena, json_peek_member(arena, asset, "browser_download_url"));
    }
    return (struct text){NULL, 0};
}

/* What is neither a draft nor a trial, and has a tag of the agent's. */
static bool is_official(struct arena *arena, struct text release)
{
    struct text tag = json_peek_text(arena, json_peek_member(arena, release, "tag_name"));

    return text_is_present(tag) && text_starts_with(tag, tag_prefix) &&
           release_version_is_valid(text_slice(tag, tag_prefix.size, tag.size)) &&
           text_is(json_peek_member(arena, release, "draft"), "false") &&
           text_is(json_peek_member(arena, release, "prerelease"), "false");
}

static void take_release(
    const struct publishers *publishers,
    struct arena *arena,
    struct text release,
    struct catalogue *out)
{
    struct text manifest = asset_url(arena, release, "release-manifest.json");

    if (text_is_present(manifest) && is_official(arena, release))
        take_signed(
            publishers, manifest, asset_url(arena, release, "release-manifest.json.sig"), out);
}

static void take_all(
    const struct publishers *publishers,
    struct arena *arena,
    struct text answer,
    struct catalogue *out)
{
    int64_t until_us = monotonic_us() + PASS_US;
    struct text release;
    size_t cursor = 0;

    for (int i = 0; i < MOST_TAGS && json_peek_item(answer, &cursor, &release); i++) {
        if (atomic_load(publishers->is_stopping) || monotonic_us() > until_us)
            return;
        take_release(publishers, arena, release, out);
    }
}

void release_host_collect(
    const struct publishers *publishers, struct text version, struct catalogue *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text host = publishers->source->host;
    struct text answer;
    struct error error;
    struct text url;

    if (host.size == 0)
        return;
    url = text_is_present(version)
              ? text_format(
                    arena, "%.*s/releases/tags/%s%.*s", TEXT_ARGS(host), tag_prefix.data,
                    TEXT_ARGS(version))
              : text_format(arena, "%.*s/releases?per_page=%d", TEXT_ARGS(host), MOST_TAGS);
    if (!fetch(
            publishers, url, "application/vnd.github+json", RELEASE_DOCUMENT_BYTES, arena, &answer))
        return;
    if (json_compact(answer, arena, &answer, &error) != STATUS_OK)
        log_warning("release.not_valid", log_text("url", url), log_cause(&error));
    else if (text_is_present(version))
        take_release(publishers, arena, answer, out);
    else
        take_all(publishers, arena, answer, out);
}
