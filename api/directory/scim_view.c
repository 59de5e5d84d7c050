/*
 * Accounts as directories read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_view.h"

#include "api/directory/scim_filter.h"
#include "api/directory/scim_write.h"
#include "api/entity_tag.h"

enum { LARGEST_PAGE = 4 << 20 };

struct scim_list {
    struct text filter;
    int64_t start_index;
    int64_t count;
    struct text attributes;
    struct text excluded_attributes;
};
struct scim_search {
    struct text filter;
    int64_t start_index;
    int64_t count;
    struct list attributes;
    struct list excluded_attributes;
};

#define PAGE_FIELDS(of)                                                                            \
    {TEXT(of, filter), .tag = 1, .flags = ONE_LINE, .max = SCIM_LONGEST_FILTER,                    \
     .doc = "Only who passes: userName, externalId or id, eq, and a text in quotation marks."},    \
        {INT64(of, start_index),                                                                   \
         .tag = 2,                                                                                 \
         .flags = HAS_FALLBACK | CLAMP,                                                            \
         .min = 1,                                                                                 \
         .max = 1000000,                                                                           \
         .fallback = 1,                                                                            \
         .doc = "Number of the first one to show, from 1."},                                       \
    {                                                                                              \
        INT64(of, count), .tag = 3, .flags = HAS_FALLBACK | CLAMP, .min = 0,                       \
                          .max = SCIM_MOST_PER_PAGE, .fallback = 100,                              \
                          .doc = "How many to show at most."                                       \
    }

static const struct field scim_list_fields[] = {
    PAGE_FIELDS(scim_list),
    {TEXT(scim_list, attributes), .tag = 4, .flags = ONE_LINE, .max = SCIM_LONGEST_SELECTION,
     .doc = "Attributes to show, with commas between them; without them all."},
    {TEXT(scim_list, excluded_attributes), .tag = 5, .flags = ONE_LINE,
     .max = SCIM_LONGEST_SELECTION, .doc = "Attributes to leave out, with commas between them."},
};
const struct shape scim_list_shape =
    SHAPE_WITH(scim_list, "People that a directory asks for.", .ignores_unknown = true);

static const struct field scim_search_fields[] = {
    PAGE_FIELDS(scim_search),
    {LIST_OF(scim_search, attributes, KIND_TEXT), .tag = 4, .flags = ONE_LINE,
     .max = SCIM_USER_ATTRIBUTE_COUNT, .doc = "Attributes to show; without them all."},
    {LIST_OF(scim_search, excluded_attributes, KIND_TEXT), .tag = 5, .flags = ONE_LINE,
     .max = SCIM_USER_ATTRIBUTE_COUNT, .doc = "Attributes to leave out."},
};
const struct shape scim_search_shape =
    SHAPE_WITH(scim_search, "People that a directory looks for.", .ignores_unknown = true);

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

static void answer(struct call *call, int status, struct buf *out)
{
    call_answer_text(call, status, SCIM_MEDIA_TYPE, text_copy(call->arena, buf_text(out)));
}

static void answer_missing(struct call *call, struct uuid user_id)
{
    char id[UUID_TEXT_SIZE];
    struct error error;

    uuid_print(user_id, id);
    error_set_code(&error, STATUS_NOT_FOUND, "user_not_found", "User %s was not found", id);
    call_answer_error(call, &error);
}

struct scim_shown *scim_take_shown(struct call *call, struct uuid user_id)
{
    struct scim_shown *shown = arena_one(call->arena, struct scim_shown);
    struct text named[2] = {{NULL, 0}, {NULL, 0}};
    const struct param *params = NULL;
    size_t count = 0;
    struct error error;

    shown->user_id = user_id;
    if (!params_parse(call->arena, call->request->query, &params, &count))
        count = 0; /* a route that reads its query has refused it */
    for (size_t i = 0; i < count; i++) {
        if (text_equal_ignoring_case(params[i].name, text_lit("attributes")))
            named[0] = params[i].value;
        else if (text_equal_ignoring_case(params[i].name, text_lit("excludedAttributes")))
            named[1] = params[i].value;
    }
    if (scim_selection_read(named[0], named[1], &shown->selection, &error) == STATUS_OK)
        return shown;
    call_answer_error(call, &error);
    return NULL;
}

void scim_answer_user(struct call *call, int status, const struct scim_shown *shown)
{
    const struct scim_asked asked = {
        .directory_id = call->actor.id, .user_id = shown->user_id, .count = 1};
    const void *rows = NULL;
    size_t count = 0;
    struct error error;
    AUTO_BUF out = {0};

    if (call_query(call, &users_query, &asked, &rows, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (count == 0) {
        answer_missing(call, shown->user_id);
        return;
    }
    buf_init(&out, LARGEST_PAGE);
    scim_write_user(call->arena, rows, &shown->selection, &out);
    call_header(
        call, "ETag",
        entity_tag(call->arena, ((const struct scim_row *)rows)->revision, text_lit("")));
    call_header(call, "Location", scim_user_location(call->arena, shown->user_id));
    answer(call, status, &out);
}

void scim_begin_list(struct buf *out, int64_t total, int64_t start, size_t count)
{
    buf_printf(
        out,
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"
        "\"totalResults\":%lld,\"startIndex\":%lld,\"itemsPerPage\":%zu,\"Resources\":[",
        (long long)total, (long long)start, count);
}

/* What a list is asked for, read. */
struct listing {
    struct scim_filter filter;
    struct scim_selection selection;
    int64_t start_index;
    int64_t count;
};

static void answer_list(
    struct call *call,
    const struct listing *listing,
    int64_t total,
    const struct scim_row *rows,
    size_t count)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PAGE);
    scim_begin_list(&out, total, listing->start_index, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(&out, ',');
        scim_write_user(call->arena, &rows[i], &listing->selection, &out);
    }
    buf_add_c(&out, "]}");
    answer(call, 200, &out);
}

static void show_list(struct call *call)
{
    const struct listing *listing = call->handler_state;
    const struct scim_asked asked = {
        .directory_id = call->actor.id,
        .user_id = listing->filter.user_id,
        .user_name = listing->filter.user_name,
        .external_id = listing->filter.external_id,
        .start = listing->start_index - 1,
        .count = listing->count,
    };
    const void *rows = NULL;
    const void *total = NULL;
    size_t count = 0;
    size_t one = 0;
    struct error error;

    call->least_size = call->shown_size;
    if (call_query(call, &total_query, &asked, &total, &one, &error) == STATUS_OK &&
        call_query(call, &users_query, &asked, &rows, &count, &error) == STATUS_OK)
        answer_list(call, listing, ((const struct scim_total *)total)->total, rows, count);
    else
        call_answer_error(call, &error);
}

static void list_users(struct call *call, const struct scim_list *list)
{
    struct listing *listing = arena_one(call->arena, struct listing);
    struct error error;
    enum status status = scim_filter_parse(call->arena, list->filter, &listing->filter, &error);

    if (status == STATUS_OK)
        status = scim_selection_read(
            list->attributes, list->excluded_attributes, &listing->selection, &error);
    listing->start_index = list->start_index;
    listing->count = list->count;
    call->handler_state = listing;
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (listing->filter.is_for_nobody)
        answer_list(call, listing, 0, NULL, 0);
    else
        call_wait_head(call, show_list);
}

void scim_list_users(struct call *call)
{
    list_users(call, call->input);
}

/* As a query string has them; absent for none. */
static struct text joined(struct arena *arena, struct list names)
{
    const struct text *items = names.items;
    struct text all = {NULL, 0};

    for (size_t i = 0; i < names.count; i++)
        all = text_format(arena, "%.*s,%.*s", TEXT_ARGS(all), TEXT_ARGS(items[i]));
    return all;
}

void scim_search_users(struct call *call)
{
    const struct scim_search *search = call->input;
    const struct scim_list list = {
        .filter = search->filter,
        .start_index = search->start_index,
        .count = search->count,
        .attributes = joined(call->arena, search->attributes),
        .excluded_attributes = joined(call->arena, search->excluded_attributes),
    };

    list_users(call, &list);
}
