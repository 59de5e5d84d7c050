/*
 * Asking: the route's path with what was given for it, to a home or a server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/question_internal.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"

enum { LONGEST_PATH = 64 << 10 };

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
    for (size_t i = 0; i < asking->param_count; i++) {
        if (text_is(asking->params[i].name, name))
            return asking->params[i].value;
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
    return asking->question->has_pages ? question_given(asking, "workspace") : asking->workspace;
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
    bool has_query = false;

    add_place(asking, out);
    for (size_t i = 0; i < asking->param_count; i++) {
        struct text name = asking->params[i].name;
        if (!is_ours(asking, name) && !is_in_path(asking, name))
            add_query(out, &has_query, text_c(asking->arena, name), asking->params[i].value);
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
    enum status status;

    buf_init(&path, LONGEST_PATH);
    write_path(asking, limit, &path);
    if (!asking->question->is_text)
        return source_get_json(asking->source, buf_text(&path), arena, out, error);
    buf_init(&answer, QUESTION_LARGEST_ANSWER);
    status = source_get(asking->source, buf_text(&path), &answer, error);
    if (status == STATUS_OK)
        *out = text_copy(arena, buf_text(&answer));
    return status;
}

bool question_has_url(const struct question_asked *asked)
{
    const struct question_options *options = asked->options;

    return source_is_server(&options->source);
}
