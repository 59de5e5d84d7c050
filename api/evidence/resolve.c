/*
 * Names into ids, by asking whoever is asked anyway.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/resolve.h"

#include "api/evidence/source.h"
#include "core/base/encode.h"
#include "core/base/uuid.h"
#include "core/shape/json_peek.h"
#include "migrations/tables.h"

#include <string.h>

enum { MOST_MEANT = 60, MOST_TOLD = 4, LONGEST_PATH = 4096, LONGEST_NAME = 254, SHOWN_NAME = 80 };

/* Which params take names, and of what. */
struct named_param {
    const char *name;
    const char *kinds; /* NULL: of the kind that the param "kind" says; "": any */
    const char *of;    /* what there is none of, in words */
    const char *becomes;
};
static const struct named_param named_workspace = {
    "workspace", "workspace", "workspace", "workspace"};
static const struct named_param named_params[] = {
    {"actor", "user node", "user or node", "actor"},
    {"entity", "", "entity", "entity"},
    {"node", "node", "node", "entity"},
    {"id", NULL, NULL, "id"},
};

/* What a name may mean. Lies in the arena. */
struct meant {
    struct text kind;
    struct text id;
    struct text workspace;
    struct text recorded_at;
    bool is_current;
};
struct meanings {
    struct meant items[MOST_MEANT];
    size_t count;
    size_t current_count; /* which come first */
    struct text nearest;
    bool is_cut;
};

struct param *resolve_copy(const struct param *params, size_t count, struct arena *arena)
{
    struct param *copy = arena_array(arena, count + 1, sizeof(*copy));

    if (count > 0)
        memcpy(copy, params, count * sizeof(*copy));
    return copy;
}

static struct param *find_param(const struct resolving *resolving, const char *name)
{
    for (size_t i = 0; i < resolving->count; i++) {
        if (text_is(resolving->params[i].name, name))
            return &resolving->params[i];
    }
    return NULL;
}

static bool is_id(struct text value)
{
    struct uuid id;

    return uuid_parse(value, &id);
}

static struct text member(const struct resolving *resolving, struct text object, const char *name)
{
    return json_peek_text(resolving->arena, json_peek_member(resolving->arena, object, name));
}

static bool is_true(const struct resolving *resolving, struct text object, const char *name)
{
    return text_is(json_peek_member(resolving->arena, object, name), "true");
}

static void add_meant(const struct resolving *resolving, struct text item, struct meanings *out)
{
    const struct meant meant = {
        .kind = member(resolving, item, "kind"),
        .id = member(resolving, item, "id"),
        .workspace = member(resolving, item, "workspace"),
        .recorded_at = member(resolving, item, "recordedAt"),
        .is_current = is_true(resolving, item, "isCurrent"),
    };

    if (out->count == MOST_MEANT)
        return;
    out->items[out->count++] = meant;
    if (!meant.is_current)
        return;
    memmove(
        &out->items[out->current_count + 1], &out->items[out->current_count],
        (out->count - 1 - out->current_count) * sizeof(meant));
    out->items[out->current_count++] = meant;
}

/* Entities of a kind (absent: any) that have the name, or had it. */
static enum status
ask(const struct resolving *resolving,
    struct text name,
    struct text kind,
    struct meanings *out,
    struct error *error)
{
    AUTO_BUF path = {0};
    struct text answer = {NULL, 0};
    struct text entities;
    struct text item;
    size_t cursor = 0;
    enum status status;

    buf_init(&path, LONGEST_PATH);
    buf_add_c(&path, "/api/v1");
    if (text_is_present(resolving->workspace)) {
        buf_add_c(&path, "/workspaces/");
        buf_add_text(&path, resolving->workspace);
    }
    buf_add_c(&path, "/entities?name=");
    encode_percent(&path, name);
    if (text_is_present(kind)) {
        buf_add_c(&path, "&kind=");
        encode_percent(&path, kind);
    }
    status = source_get_json(resolving->source, buf_text(&path), resolving->arena, &answer, error);
    if (status != STATUS_OK)
        return status;
    entities = json_peek_member(resolving->arena, answer, "entities");
    while (json_peek_item(entities, &cursor, &item))
        add_meant(resolving, item, out);
    if (!text_is_present(out->nearest))
        out->nearest = member(resolving, answer, "nearest");
    out->is_cut = out->is_cut || !is_true(resolving, answer, "isWhole");
    return STATUS_OK;
}

/* "node:web-1" says its kind itself. */
static struct text cut_kind(struct text *name)
{
    struct text rest = *name;
    struct text kind = text_cut(&rest, ':');

    for (size_t i = 0; text_is_present(rest) && table_entities[i] != NULL; i++) {
        if (!text_is(kind, table_entities[i]))
            continue;
        *name = rest;
        return kind;
    }
    return (struct text){NULL, 0};
}

/* Of one kind after the other; an address is a person's. */
static enum status ask_all(
    const struct resolving *resolving,
    struct text name,
    struct text kinds,
    struct meanings *out,
    struct error *error)
{
    bool is_address = text_contains(name, text_lit("@"));
    enum status status = STATUS_OK;

    if (kinds.size == 0)
        return ask(
            resolving, name, is_address ? text_lit("user") : (struct text){NULL, 0}, out, error);
    while (text_is_present(kinds) && status == STATUS_OK) {
        struct text kind = text_cut(&kinds, ' ');
        if (!is_address || text_is(kind, "user") || !text_is_present(kinds))
            status = ask(resolving, name, kind, out, error);
        if (is_address && out->count > 0)
            break;
    }
    return status;
}

static enum status refuse_unknown(
    const struct named_param *row,
    struct text name,
    const struct meanings *meanings,
    struct error *error)
{
    bool has_near = text_is_present(meanings->nearest);

    name = text_first_bytes(name, SHOWN_NAME);
    if (has_near)
        error_set_code(
            error, STATUS_NOT_FOUND, "name_unknown",
            "there is no %s called \"%.*s\" on record; did you mean %.*s?", row->of,
            TEXT_ARGS(name), TEXT_ARGS(meanings->nearest));
    else
        error_set_code(
            error, STATUS_NOT_FOUND, "name_unknown", "there is no %s called \"%.*s\" on record%s",
            row->of, TEXT_ARGS(name),
            meanings->is_cut ? ", as far as could be searched: give the whole id" : "");
    error_field(error, row->name);
    return STATUS_NOT_FOUND;
}

static void add_line(const struct meant *meant, struct buf *out)
{
    buf_printf(out, "\n  %.*s %.*s", TEXT_ARGS(meant->kind), TEXT_ARGS(meant->id));
    if (text_is_present(meant->recorded_at))
        buf_printf(
            out, " since %.*s",
            TEXT_ARGS(text_first_bytes(meant->recorded_at, sizeof("2026-01-01T00:00") - 1)));
    if (!meant->is_current)
        buf_add_c(out, ", no more");
}

static enum status refuse_ambiguous(
    const struct named_param *row,
    struct text name,
    const struct meanings *meanings,
    struct error *error)
{
    AUTO_BUF list = {0};

    buf_init(&list, ERROR_TEXT_SIZE);
    for (size_t i = 0; i < meanings->count && i < MOST_TOLD; i++)
        add_line(&meanings->items[i], &list);
    if (meanings->count > MOST_TOLD)
        buf_printf(&list, "\n  and %zu more", meanings->count - MOST_TOLD);
    error_set_code(
        error, STATUS_INVALID, "name_ambiguous", "\"%.*s\" may be each of these:%.*s",
        TEXT_ARGS(text_first_bytes(name, SHOWN_NAME)), TEXT_ARGS(buf_text(&list)));
    error_field(error, row->name);
    return STATUS_INVALID;
}

/* Whoever had the name before is another: say so, lest their events be missed. */
static void
tell_others(const struct resolving *resolving, struct text name, const struct meanings *meanings)
{
    if (meanings->count == 1)
        return;
    fprintf(
        resolving->err, "fleetledger: %.*s is %.*s %.*s; these were called so before:\n",
        TEXT_ARGS(name), TEXT_ARGS(meanings->items[0].kind), TEXT_ARGS(meanings->items[0].id));
    for (size_t i = 1; i < meanings->count && i <= MOST_TOLD; i++)
        fprintf(
            resolving->err, "  %.*s %.*s\n", TEXT_ARGS(meanings->items[i].kind),
            TEXT_ARGS(meanings->items[i].id));
}

/* Who has it now, else who had it alone. */
static enum status choose(
    const struct resolving *resolving,
    const struct named_param *row,
    const struct meanings *meanings,
    struct text *value,
    struct error *error)
{
    if (meanings->count == 0)
        return refuse_unknown(row, *value, meanings, error);
    if (meanings->current_count > 1 || (meanings->current_count == 0 && meanings->count > 1))
        return refuse_ambiguous(row, *value, meanings, error);
    tell_others(resolving, *value, meanings);
    *value = meanings->items[0].id;
    return STATUS_OK;
}

static enum status resolve_value(
    const struct resolving *resolving,
    const struct named_param *row,
    struct text *value,
    struct error *error)
{
    struct meanings *meanings = arena_one(resolving->arena, struct meanings);
    struct text name = *value;
    struct text kind;
    enum status status;

    if (is_id(name))
        return STATUS_OK;
    *meanings = (struct meanings){.count = 0};
    if (name.size == 0 || name.size > LONGEST_NAME)
        return refuse_unknown(row, name, meanings, error);
    kind = cut_kind(&name);
    if (text_is_present(kind) && is_id(name)) {
        *value = name;
        return STATUS_OK;
    }
    if (!text_is_present(kind))
        kind = text_from(row->kinds);
    status = ask_all(resolving, name, kind, meanings, error);
    return status == STATUS_OK ? choose(resolving, row, meanings, value, error) : status;
}

/* One's own workspaces, for whoever may not ask for all. */
static enum status
find_own_workspace(const struct resolving *resolving, struct text *value, struct error *error)
{
    struct meanings *meanings = arena_one(resolving->arena, struct meanings);
    struct text answer = {NULL, 0};
    struct text item;
    size_t cursor = 0;
    enum status status = source_get_json(
        resolving->source, text_lit("/api/v1/workspaces"), resolving->arena, &answer, error);

    if (status != STATUS_OK)
        return status;
    *meanings = (struct meanings){.count = 0};
    while (json_peek_item(answer, &cursor, &item) && meanings->count < MOST_MEANT) {
        if (text_equal_ignoring_case(member(resolving, item, "slug"), *value) ||
            text_equal_ignoring_case(member(resolving, item, "name"), *value) ||
            text_ends_with(member(resolving, item, "id"), *value))
            meanings->items[meanings->count++] = (struct meant){
                .kind = text_lit("workspace"),
                .id = member(resolving, item, "id"),
                .is_current = true};
    }
    meanings->current_count = meanings->count;
    return choose(resolving, &named_workspace, meanings, value, error);
}

static enum status
resolve_workspace(const struct resolving *resolving, struct text *value, struct error *error)
{
    enum status status = resolve_value(resolving, &named_workspace, value, error);

    return status == STATUS_FORBIDDEN ? find_own_workspace(resolving, value, error) : status;
}

static enum status resolve_scope(struct resolving *resolving, struct error *error)
{
    struct param *param = find_param(resolving, "workspace");
    struct text workspace = param == NULL ? resolving->workspace : param->value;
    enum status status;

    resolving->workspace = (struct text){NULL, 0};
    if (!text_is_present(workspace))
        return STATUS_OK;
    status = resolve_workspace(resolving, &workspace, error);
    if (status != STATUS_OK)
        return status;
    resolving->workspace = workspace;
    if (param != NULL)
        param->value = workspace;
    return STATUS_OK;
}

static enum status
resolve_param(struct resolving *resolving, const struct named_param *row, struct error *error)
{
    struct param *param = find_param(resolving, row->name);
    struct param *kind = find_param(resolving, "kind");
    struct named_param asked = *row;
    enum status status;

    if (param == NULL)
        return STATUS_OK;
    if (asked.kinds == NULL)
        asked.kinds = asked.of = kind == NULL ? "" : text_c(resolving->arena, kind->value);
    status = resolve_value(resolving, &asked, &param->value, error);
    if (status != STATUS_OK)
        return status;
    if (strcmp(row->name, row->becomes) != 0 && find_param(resolving, row->becomes) != NULL) {
        error_set_code(
            error, STATUS_INVALID, "invalid_filter",
            "--node is short for --entity: give one of them");
        error_field(error, row->name);
        return STATUS_INVALID;
    }
    param->name = text_from(row->becomes);
    return STATUS_OK;
}

enum status resolve_names(struct resolving *resolving, struct error *error)
{
    enum status status = resolve_scope(resolving, error);

    for (size_t i = 0; i < COUNT_OF(named_params) && status == STATUS_OK; i++)
        status = resolve_param(resolving, &named_params[i], error);
    return status;
}
