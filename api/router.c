/*
 * The router: patterns split once into segments, tried in the order of their areas. A few hundred
 * comparisons of lengths and first letters cost less than the parsing of one header.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/router.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"

enum { MOST_SEGMENTS = 12, LONGEST_PATH = 256 };

static const char prefix[] = "/api/v1";

struct pattern {
    const struct route *route;
    struct text segments[MOST_SEGMENTS]; /* a parameter keeps its colon */
    size_t count;
    size_t parameters; /* of the segments */
    char path[LONGEST_PATH];
};

struct router {
    struct pattern *patterns;
    size_t count;
};

void route_path(const struct route *route, struct buf *out)
{
    if (!route->is_at_root)
        buf_add_c(out, prefix);
    buf_add_c(out, route->path);
}

/* Splits "/a/b" into "a", "b". False when there are too many. */
static bool split(struct text path, struct text out[MOST_SEGMENTS], size_t *out_count)
{
    size_t count = 0;

    if (path.size > 1 && path.data[path.size - 1] == '/')
        path.size--;
    if (path.size == 0 || path.data[0] != '/')
        return false;
    path = text_slice(path, 1, path.size);
    for (struct text rest = path; text_is_present(rest);) {
        if (count == MOST_SEGMENTS)
            return false;
        out[count++] = text_cut(&rest, '/');
    }
    *out_count = count;
    return true;
}

static bool is_parameter(struct text segment)
{
    return segment.size > 0 && segment.data[0] == ':';
}

static void compile(struct pattern *pattern, const struct route *route)
{
    AUTO_BUF path = {0};

    buf_init(&path, LONGEST_PATH - 1);
    route_path(route, &path);
    must(!buf_is_full(&path));
    for (size_t i = 0; i <= path.size; i++)
        pattern->path[i] = path.data[i];
    pattern->route = route;
    must(split(text_from(pattern->path), pattern->segments, &pattern->count));
    for (size_t i = 0; i < pattern->count; i++)
        pattern->parameters += is_parameter(pattern->segments[i]) ? 1 : 0;
}

/* Does `earlier` fit every request that `later` fits? */
static bool hides(const struct pattern *earlier, const struct pattern *later)
{
    if (earlier->count != later->count ||
        !text_is(text_from(earlier->route->method), later->route->method))
        return false;
    for (size_t i = 0; i < later->count; i++) {
        if (!is_parameter(earlier->segments[i]) &&
            (is_parameter(later->segments[i]) ||
             !text_equal_ignoring_case(earlier->segments[i], later->segments[i])))
            return false;
    }
    return true;
}

static void add_pattern(struct router *router, const struct route *route)
{
    struct pattern *pattern = &router->patterns[router->count];

    compile(pattern, route);
    for (size_t i = 0; i < router->count; i++)
        must(!hides(&router->patterns[i], pattern));
    router->count++;
}

struct router *router_new(const struct route_area *areas)
{
    struct router *router = heap_new(sizeof(*router));
    size_t count = 0;

    for (const struct route_area *area = areas; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++)
            count++;
    }
    router->patterns = heap_array(count, sizeof(*router->patterns));
    for (const struct route_area *area = areas; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++)
            add_pattern(router, route);
    }
    return router;
}

void router_free(struct router *router)
{
    if (router == NULL)
        return;
    heap_free(router->patterns);
    heap_free(router);
}

static bool fits_path(const struct pattern *pattern, const struct text *segments, size_t count)
{
    if (pattern->count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct text wanted = pattern->segments[i];
        if (is_parameter(wanted) ? segments[i].size == 0
                                 : !text_equal_ignoring_case(wanted, segments[i]))
            return false;
    }
    return true;
}

static bool
fits(const struct pattern *pattern, struct text method, const struct text *segments, size_t count)
{
    return text_is(method, pattern->route->method) && fits_path(pattern, segments, count);
}

static enum status take_params(
    const struct pattern *pattern,
    const struct text *segments,
    struct arena *arena,
    struct match *out,
    struct error *error)
{
    struct param *params = arena_array(arena, pattern->parameters, sizeof(*params));
    size_t count = 0;

    for (size_t i = 0; i < pattern->count; i++) {
        struct text name = pattern->segments[i];
        if (!is_parameter(name))
            continue;
        params[count].name = text_slice(name, 1, name.size);
        if (!percent_decode(arena, segments[i], &params[count].value) ||
            !text_is_clean_utf8(params[count].value))
            return error_set_code(
                error, STATUS_INVALID, "malformed_path", "Failed to decode param '%.*s'",
                TEXT_ARGS(segments[i]));
        count++;
    }
    out->params = params;
    out->param_count = count;
    return STATUS_OK;
}

enum status router_match(
    const struct router *router,
    struct text method,
    struct text path,
    struct arena *arena,
    struct match *out,
    struct error *error)
{
    struct text wanted = text_is(method, "HEAD") ? text_lit("GET") : method;
    struct text segments[MOST_SEGMENTS];
    size_t count = 0;
    bool is_path = split(path, segments, &count);

    *out = (struct match){.route = NULL};
    for (size_t i = 0; is_path && i < router->count; i++) {
        const struct pattern *pattern = &router->patterns[i];
        if (!fits(pattern, wanted, segments, count))
            continue;
        out->route = pattern->route;
        out->index = i;
        return take_params(pattern, segments, arena, out, error);
    }
    return error_set_code(
        error, STATUS_NOT_FOUND, "route_not_found", "Cannot %.*s %.*s", TEXT_ARGS(method),
        TEXT_ARGS(path));
}

struct text router_methods(const struct router *router, struct text path, struct arena *arena)
{
    struct text segments[MOST_SEGMENTS];
    struct text methods = {NULL, 0};
    size_t count = 0;
    bool is_path = split(path, segments, &count);

    for (size_t i = 0; is_path && i < router->count; i++) {
        const char *method = router->patterns[i].route->method;

        if (!fits_path(&router->patterns[i], segments, count))
            continue;
        methods = text_is_present(methods)
                      ? text_format(arena, "%.*s, %s", TEXT_ARGS(methods), method)
                      : text_from(method);
    }
    return methods;
}

size_t router_count(const struct router *router)
{
    return router->count;
}

const struct route *router_route(const struct router *router, size_t index)
{
    must(index < router->count);
    return router->patterns[index].route;
}
