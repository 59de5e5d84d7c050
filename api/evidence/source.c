/*
 * Asking a home or a server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/source.h"

#include "api/evidence/home_call.h"
#include "core/base/heap.h"
#include "core/outbound/fetch.h"
#include "core/run/prompt.h"
#include "core/shape/shape_json.h"

#include <stdlib.h>

enum { LONGEST_TOKEN = 4000, LARGEST_ANSWER = 64 << 20, ARENA_BYTES = 1 << 16 };

struct source {
    struct fetch *fetch; /* or */
    struct home_call *home;
};

static struct text url_of(const struct source_options *options)
{
    const char *usual = getenv("FLEETLEDGER_URL");

    if (text_is_present(options->url))
        return options->url;
    return usual == NULL || *usual == '\0' ? (struct text){NULL, 0} : text_from(usual);
}

bool source_is_server(const struct source_options *options)
{
    return text_is_present(url_of(options));
}

/* From whoever sits at the terminal, where neither file nor environment has one. */
static enum status ask_for_token(const struct source_options *options, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text token;

    if (text_is_present(options->token_file) || getenv("FLEETLEDGER_TOKEN") != NULL ||
        !prompt_is_possible())
        return STATUS_OK;
    if (prompt_secret("Access token", LONGEST_TOKEN, arena, &token) &&
        setenv("FLEETLEDGER_TOKEN", text_c(arena, token), 1) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "unauthenticated",
        "no access token was typed: name a file that holds one with --token-file");
}

enum status source_open(
    const struct source_options *options,
    const struct source_settings *settings,
    struct source **out,
    struct error *error)
{
    const struct fetch_server server = {
        .url = url_of(options),
        .token_file = options->token_file,
        .ca_file = options->ca_file,
        .limits = settings->limits};
    struct source source = {NULL, NULL};
    enum status status;

    if (source_is_server(options)) {
        status = ask_for_token(options, error);
        if (status == STATUS_OK)
            status = fetch_open(&server, &source.fetch, error);
    } else {
        status = home_call_open(
            settings->home, settings->secret, settings->settings, &source.home, error);
    }
    if (status != STATUS_OK)
        return status;
    *out = heap_new(sizeof(**out));
    **out = source;
    return STATUS_OK;
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    fetch_close(source->fetch);
    home_call_close(source->home);
    heap_free(source);
}

const char *source_name(const struct source *source)
{
    return source->fetch == NULL ? "the home" : fetch_url(source->fetch);
}

struct fetch *source_fetch(struct source *source)
{
    return source->fetch;
}

struct home_call *source_home(struct source *source)
{
    return source->home;
}

enum status
source_get(struct source *source, struct text path, struct buf *out, struct error *error)
{
    return source->fetch != NULL ? fetch_get(source->fetch, path, out, error)
                                 : home_call_get(source->home, path, out, error);
}

enum status source_get_json(
    struct source *source,
    struct text path,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    AUTO_BUF answer = {0};
    struct text checked = {NULL, 0};
    enum status status;

    buf_init(&answer, LARGEST_ANSWER);
    status = source_get(source, path, &answer, error);
    if (status != STATUS_OK)
        return status;
    *out = text_copy(arena, buf_text(&answer));
    if (json_compact(*out, arena, &checked, NULL) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "foreign_answer",
        "%s answers what is no JSON: is the address right?", source_name(source));
}
