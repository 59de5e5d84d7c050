/*
 * Asking: the route's path with what was given for it, to a home's files or to a server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/home_call.h"
#include "api/evidence/question_internal.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "core/run/prompt.h"
#include "core/shape/shape_json.h"

#include <stdlib.h>

enum { LONGEST_TOKEN = 4000, LONGEST_PATH = 64 << 10 };

const struct route *question_route(const struct question *question)
{
    for (const struct route *route = evidence_routes; route->method != NULL; route++) {
        if (text_is(text_from(route->path), question->path))
            return route;
    }
    must_fail(__FILE__, __LINE__, "a question names a route");
}

static const struct shape *input_of(const struct question *question)
{
    return question_route(question)->input_shape;
}

struct text question_given(const struct asking *asking, const char *name)
{
    const struct question_asked *asked = asking->asked;

    for (size_t i = 0; i < asked->param_count; i++) {
        if (text_is(asked->params[i].name, name))
            return asked->params[i].value;
    }
    return (struct text){NULL, 0};
}

static void add_query(struct buf *out, bool *has_query, const char *name, struct text value)
{
    buf_add_char(out, *has_query ? '&' : '?');
    buf_add_c(out, name);
    buf_add_char(out, '=');
    encode_percent(out, value);
    *has_query = true;
}

static struct text workspace_of(const struct asking *asking)
{
    const struct placed_options *placed = asking->asked->options;
    char printed[UUID_TEXT_SIZE];

    if (asking->question->has_pages)
        return question_given(asking, "workspace");
    if (asking->question->is_of_all || !uuid_is_present(placed->workspace))
        return (struct text){NULL, 0};
    uuid_print(placed->workspace, printed);
    return text_copy(asking->arena, text_from(printed));
}

/* ":position" is what was given for it. */
static void add_place(const struct asking *asking, struct buf *out)
{
    struct text rest = text_from(asking->question->path);
    struct text workspace = workspace_of(asking);

    buf_add_c(out, "/api/v1");
    if (text_is_present(workspace)) {
        buf_add_c(out, "/workspaces/");
        encode_percent(out, workspace);
    }
    (void)text_cut(&rest, '/');
    while (text_is_present(rest)) {
        struct text part = text_cut(&rest, '/');
        buf_add_char(out, '/');
        if (part.size > 0 && part.data[0] == ':')
            encode_percent(
                out,
                question_given(asking, text_c(asking->arena, text_slice(part, 1, part.size - 1))));
        else
            buf_add_text(out, part);
    }
}

/* What this program says itself, page by page. */
static bool is_ours(const struct asking *asking, struct text name)
{
    if (!asking->question->has_pages)
        return false;
    return text_is(name, "workspace") || text_is(name, "limit") ||
           (text_is(name, "after") && text_is_present(asking->after)) ||
           (text_is(name, "order") && asking->is_oldest_first) ||
           (text_is(name, "fromPosition") && asking->begins_at != INT64_ABSENT);
}

static bool is_in_path(const struct asking *asking, struct text name)
{
    const struct field *field = shape_field(input_of(asking->question), name);

    return field != NULL && (field->flags & FROM_PATH) != 0;
}

static struct text print_number(struct arena *arena, int64_t number)
{
    return text_format(arena, "%lld", (long long)number);
}

static void write_path(const struct asking *asking, int64_t limit, struct buf *out)
{
    const struct question_asked *asked = asking->asked;
    bool has_query = false;

    add_place(asking, out);
    for (size_t i = 0; i < asked->param_count; i++) {
        struct text name = asked->params[i].name;
        if (!is_ours(asking, name) && !is_in_path(asking, name))
            add_query(out, &has_query, text_c(asking->arena, name), asked->params[i].value);
    }
    if (!asking->question->has_pages)
        return;
    add_query(out, &has_query, "limit", print_number(asking->arena, limit));
    if (asking->is_oldest_first)
        add_query(out, &has_query, "order", text_lit("oldest"));
    if (asking->begins_at != INT64_ABSENT)
        add_query(out, &has_query, "fromPosition", print_number(asking->arena, asking->begins_at));
    if (text_is_present(asking->after))
        add_query(out, &has_query, "after", asking->after);
}

enum status question_ask(
    const struct asking *asking,
    int64_t limit,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    AUTO_BUF path = {0};
    AUTO_BUF answer = {0};
    struct text checked;
    enum status status;

    buf_init(&path, LONGEST_PATH);
    buf_init(&answer, QUESTION_LARGEST_ANSWER);
    write_path(asking, limit, &path);
    status = asking->fetch != NULL ? fetch_get(asking->fetch, buf_text(&path), &answer, error)
                                   : home_call_get(asking->home, buf_text(&path), &answer, error);
    if (status != STATUS_OK)
        return status;
    *out = text_copy(arena, buf_text(&answer));
    if (asking->question->is_text || json_compact(*out, arena, &checked, NULL) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "foreign_answer",
        "%s answers what is no JSON: is the address right?",
        asking->fetch == NULL ? "The home" : fetch_url(asking->fetch));
}

static struct text url_of(const struct question_asked *asked)
{
    const struct question_options *options = asked->options;
    const char *usual = getenv("FLEETLEDGER_URL");

    if (text_is_present(options->url))
        return options->url;
    return usual == NULL || *usual == '\0' ? (struct text){NULL, 0} : text_from(usual);
}

bool question_has_url(const struct question_asked *asked)
{
    return text_is_present(url_of(asked));
}

/* From whoever sits at the terminal, where neither file nor environment has one. */
static enum status ask_for_token(const struct asking *asking, struct error *error)
{
    struct text token;

    if (text_is_present(asking->options->token_file) || getenv("FLEETLEDGER_TOKEN") != NULL ||
        !prompt_is_possible())
        return STATUS_OK;
    if (prompt_secret("Access token", LONGEST_TOKEN, asking->arena, &token) &&
        setenv("FLEETLEDGER_TOKEN", text_c(asking->arena, token), 1) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "unauthenticated",
        "no access token was typed: name a file that holds one with --token-file");
}

enum status question_open_source(struct asking *asking, struct error *error)
{
    const struct question_asked *asked = asking->asked;
    const struct fetch_server server = {
        .url = url_of(asked),
        .token_file = asking->options->token_file,
        .ca_file = asking->options->ca_file};

    if (question_has_url(asked)) {
        enum status status = ask_for_token(asking, error);
        return status == STATUS_OK ? fetch_open(&server, &asking->fetch, error) : status;
    }
    return home_call_open(asked->home, asked->secret, asked->settings, &asking->home, error);
}

void question_close_source(struct asking *asking)
{
    fetch_close(asking->fetch);
    home_call_close(asking->home);
}
