/*
 * Accounts as directories read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_view.h"

#include "api/directory/scim_filter.h"
#include "api/entity_tag.h"
#include "core/shape/shape_json.h"

enum { LARGEST_PAGE = 4 << 20 };

static const struct field scim_list_fields[] = {
    {TEXT(scim_list, filter), .flags = ONE_LINE, .max = SCIM_LONGEST_FILTER,
     .doc = "Only who passes: userName, externalId or id, eq, and a text in quotation marks."},
    {INT64(scim_list, start_index), .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 1000000,
     .fallback = 1, .doc = "Number of the first one to show, from 1."},
    {INT64(scim_list, count), .flags = HAS_FALLBACK | CLAMP, .min = 0, .max = SCIM_MOST_PER_PAGE,
     .fallback = 100, .doc = "How many to show at most."},
};
const struct shape scim_list_shape =
    SHAPE_WITH(scim_list, "People that a directory asks for.", .ignores_unknown = true);

struct scim_asked {
    struct uuid directory_id;
    struct uuid user_id;
    struct text user_name;
    struct text external_id;
    int64_t start;
    int64_t count;
};
static const struct field scim_asked_fields[] = {
    {UUID(scim_asked, directory_id), .doc = "Id of the provider."},
    {UUID(scim_asked, user_id), .doc = "Only this account."},
    {TEXT(scim_asked, user_name), .doc = "Only who has this address."},
    {TEXT(scim_asked, external_id), .doc = "Only who has this id in the directory."},
    {INT64(scim_asked, start), .doc = "How many to leave out."},
    {INT64(scim_asked, count), .doc = "How many to show."},
};
static const struct shape scim_asked_shape = SHAPE(scim_asked, "Whom a directory asks for.");

struct scim_row {
    struct uuid id;
    struct text email;
    struct text name;
    struct opt_bool is_active;
    struct text external_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
static const struct field scim_row_fields[] = {
    {UUID(scim_row, id), .doc = "Id of the account."},
    {TEXT(scim_row, email), .doc = "Address of the person."},
    {TEXT(scim_row, name), .doc = "Display name of the person."},
    {BOOL(scim_row, is_active), .doc = "Whether the person may sign in."},
    {TEXT(scim_row, external_id), .doc = "Id of the person in the directory."},
    {TIMESTAMP(scim_row, created_at), .doc = "Time the account was created."},
    {TIMESTAMP(scim_row, updated_at), .doc = "Time of the last change."},
    {INT64(scim_row, revision), .doc = "Number of events of its stream so far."},
};
static const struct shape scim_row_shape =
    SHAPE(scim_row, "An account that a directory looks after.");

struct scim_total {
    int64_t total;
};
static const struct field scim_total_fields[] = {
    {INT64(scim_total, total), .doc = "How many there are."},
};
static const struct shape scim_total_shape = SHAPE(scim_total, "How many accounts there are.");

#define ASKED                                                                                      \
    "from users\n"                                                                                 \
    "where directory_id = :directory_id\n"                                                         \
    "    and (:user_id::uuid is null or id = :user_id)\n"                                          \
    "    and (:user_name::text is null or email = lower(:user_name))\n"                            \
    "    and (:external_id::text is null or external_id = :external_id)\n"

static const struct query users_query = {
    .input = &scim_asked_shape,
    .scope = SCOPE_PARENT,
    .parent = "directory_id",
    .sql =
        {.name = "scim_users",
         .text = "select id, email, name, is_active, external_id, created_at, updated_at, "
                 "revision\n" ASKED "order by id\n"
                 "offset :start limit :count",
         .params = &scim_asked_shape,
         .row = &scim_row_shape,
         .is_planned_by_values = true},
};

/* The bounds of a page count for nothing here, but each parameter must be named. */
static const struct query total_query = {
    .input = &scim_asked_shape,
    .scope = SCOPE_PARENT,
    .parent = "directory_id",
    .sql =
        {.name = "scim_users_total",
         .text = "select count(*) as total\n" ASKED
                 "    and :start::bigint >= 0 and :count::bigint >= 0",
         .params = &scim_asked_shape,
         .row = &scim_total_shape,
         .is_planned_by_values = true},
};

static struct text location(struct arena *arena, struct uuid user_id)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(user_id, id);
    return text_format(arena, "/scim/v2/Users/%s", id);
}

static void add_member(struct buf *out, const char *name, struct text value)
{
    buf_printf(out, ",\"%s\":", name);
    json_write_text(out, value);
}

static void add_user(struct call *call, const struct scim_row *row, struct buf *out)
{
    char id[UUID_TEXT_SIZE];
    char created[TIMESTAMP_TEXT_SIZE];
    char updated[TIMESTAMP_TEXT_SIZE];

    uuid_print(row->id, id);
    timestamp_print(row->created_at, created);
    timestamp_print(row->updated_at, updated);
    buf_printf(
        out, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"id\":\"%s\"", id);
    if (text_is_present(row->external_id))
        add_member(out, "externalId", row->external_id);
    add_member(out, "userName", row->email);
    add_member(out, "displayName", row->name);
    buf_add_c(out, ",\"name\":{\"formatted\":");
    json_write_text(out, row->name);
    buf_add_c(out, "},\"emails\":[{\"value\":");
    json_write_text(out, row->email);
    buf_printf(
        out,
        ",\"type\":\"work\",\"primary\":true}],\"active\":%s,\"meta\":{\"resourceType\":\"User\","
        "\"created\":\"%s\",\"lastModified\":\"%s\"",
        opt_bool_is_true(row->is_active) ? "true" : "false", created, updated);
    add_member(out, "location", location(call->arena, row->id));
    add_member(out, "version", entity_tag(call->arena, row->revision, text_lit("")));
    buf_add_c(out, "}}");
}

static void answer(struct call *call, int status, struct buf *out)
{
    call_answer_text(
        call, status, "application/scim+json; charset=utf-8",
        text_copy(call->arena, buf_text(out)));
}

static void answer_missing(struct call *call, struct uuid user_id)
{
    char id[UUID_TEXT_SIZE];
    struct error error;

    uuid_print(user_id, id);
    error_set_code(&error, STATUS_NOT_FOUND, "user_not_found", "User %s was not found", id);
    call_answer_error(call, &error);
}

void scim_answer_user(struct call *call, int status, struct uuid user_id)
{
    const struct scim_asked asked = {
        .directory_id = call->actor.id, .user_id = user_id, .count = 1};
    const void *rows = NULL;
    size_t count = 0;
    struct error error;
    AUTO_BUF out = {0};

    if (call_query(call, &users_query, &asked, &rows, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (count == 0) {
        answer_missing(call, user_id);
        return;
    }
    buf_init(&out, LARGEST_PAGE);
    add_user(call, rows, &out);
    call_header(
        call, "ETag",
        entity_tag(call->arena, ((const struct scim_row *)rows)->revision, text_lit("")));
    call_header(call, "Location", location(call->arena, user_id));
    answer(call, status, &out);
}

static void answer_list(
    struct call *call,
    const struct scim_list *list,
    int64_t total,
    const struct scim_row *rows,
    size_t count)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PAGE);
    buf_printf(
        &out,
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"
        "\"totalResults\":%lld,\"startIndex\":%lld,\"itemsPerPage\":%zu,\"Resources\":[",
        (long long)total, (long long)list->start_index, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(&out, ',');
        add_user(call, &rows[i], &out);
    }
    buf_add_c(&out, "]}");
    answer(call, 200, &out);
}

static void show_list(struct call *call)
{
    const struct scim_list *list = call->input;
    const struct scim_filter *filter = call->handler_state;
    const struct scim_asked asked = {
        .directory_id = call->actor.id,
        .user_id = filter->user_id,
        .user_name = filter->user_name,
        .external_id = filter->external_id,
        .start = list->start_index - 1,
        .count = list->count,
    };
    const void *rows = NULL;
    const void *total = NULL;
    size_t count = 0;
    size_t one = 0;
    struct error error;

    call->least_size = call->shown_size;
    if (call_query(call, &total_query, &asked, &total, &one, &error) == STATUS_OK &&
        call_query(call, &users_query, &asked, &rows, &count, &error) == STATUS_OK)
        answer_list(call, list, ((const struct scim_total *)total)->total, rows, count);
    else
        call_answer_error(call, &error);
}

void scim_list_users(struct call *call)
{
    const struct scim_list *list = call->input;
    struct scim_filter *filter = arena_one(call->arena, struct scim_filter);
    struct error error;

    call->handler_state = filter;
    if (scim_filter_parse(call->arena, list->filter, filter, &error) != STATUS_OK)
        call_answer_error(call, &error);
    else if (filter->is_for_nobody)
        answer_list(call, list, 0, NULL, 0);
    else
        call_wait_head(call, show_list);
}
