/*
 * Accounts as directories read them: lists.
 *
 *   parameters, or a search ─► struct listing ─┬─ without a filter: the page, and how many there are
 *                                              ├─ with a key: those whom an index finds ─► filter
 *                                              └─ else: all whom it looks after, page by page ─► filter
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_list.h"

#include "api/directory/scim_filter.h"
#include "api/directory/scim_select.h"
#include "api/directory/scim_view.h"

enum { LARGEST_PAGE = 4 << 20, AT_ONCE = 1000, SCRATCH_BYTES = 1 << 20 };

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
     .doc = "Only who passes: comparisons with and, or, not (RFC 7644, section 3.4.2.2)."},        \
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
    const struct scim_filter *filter;
    struct scim_selection selection;
    int64_t start_index;
    int64_t count;
};

/* Who passes: all of them counted, the page of them kept. */
struct found {
    struct scim_row rows[SCIM_MOST_PER_PAGE];
    size_t count;
    int64_t total;
};

static void answer_list(struct call *call, const struct listing *listing, const struct found *found)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PAGE);
    scim_begin_list(&out, found->total, listing->start_index, found->count);
    for (size_t i = 0; i < found->count; i++) {
        if (i > 0)
            buf_add_char(&out, ',');
        scim_write_user(call->arena, &found->rows[i], &listing->selection, &out);
    }
    buf_add_c(&out, "]}");
    call_answer_text(call, 200, SCIM_MEDIA_TYPE, text_copy(call->arena, buf_text(&out)));
}

static void keep(const struct listing *listing, const struct scim_row *row, struct found *found)
{
    found->total++;
    if (found->total >= listing->start_index && found->count < (size_t)listing->count)
        found->rows[found->count++] = *row;
}

/* False: it is an id that can be nobody's. */
static bool ask_by_key(const struct scim_filter *key, struct scim_asked *asked)
{
    if (key == NULL)
        return true;
    if (key->attribute == SCIM_USER_ID)
        return uuid_parse(key->value.text, &asked->user_id);
    if (key->attribute == SCIM_USER_EXTERNAL_ID)
        asked->external_id = key->value.text;
    else
        asked->user_name = key->value.text;
    return true;
}

static enum status refuse_width(struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "scim_filter_too_wide",
        "filter would look through more than %d people: have all who pass share a userName, "
        "externalId or id, by eq",
        SCIM_MOST_LOOKED_AT);
}

static enum status find_filtered(
    struct call *call, const struct listing *listing, struct found *found, struct error *error)
{
    AUTO_ARENA scratch = arena_new(SCRATCH_BYTES);
    struct scim_asked asked = {.count = AT_ONCE};
    const struct scim_row *rows = NULL;
    size_t count = AT_ONCE;
    enum status status = STATUS_OK;

    if (!ask_by_key(scim_filter_key(listing->filter), &asked))
        return STATUS_OK;
    for (size_t looked_at = 0; count == AT_ONCE; looked_at += count) {
        status = scim_select(call, &asked, &rows, &count, error);
        if (status != STATUS_OK)
            return status;
        if (looked_at == SCIM_MOST_LOOKED_AT && count > 0)
            return refuse_width(error);
        for (size_t i = 0; i < count; i++) {
            arena_reset(scratch);
            if (scim_filter_passes(scratch, listing->filter, &rows[i]))
                keep(listing, &rows[i], found);
        }
        if (count > 0)
            asked.after = rows[count - 1].id;
    }
    return STATUS_OK;
}

static enum status
find_all(struct call *call, const struct listing *listing, struct found *found, struct error *error)
{
    const struct scim_asked asked = {.start = listing->start_index - 1, .count = listing->count};
    const struct scim_row *rows = NULL;
    enum status status = scim_count(call, &found->total, error);

    if (status == STATUS_OK)
        status = scim_select(call, &asked, &rows, &found->count, error);
    for (size_t i = 0; status == STATUS_OK && i < found->count; i++)
        found->rows[i] = rows[i];
    return status;
}

static void show_list(struct call *call)
{
    const struct listing *listing = call->handler_state;
    struct found *found = arena_one(call->arena, struct found);
    struct error error;
    enum status status;

    call->least_size = call->shown_size;
    status = listing->filter == NULL ? find_all(call, listing, found, &error)
                                     : find_filtered(call, listing, found, &error);
    if (status == STATUS_OK)
        answer_list(call, listing, found);
    else
        call_answer_error(call, &error);
}

static void list_users(struct call *call, const struct scim_list *list)
{
    struct listing *listing = arena_one(call->arena, struct listing);
    struct error error;
    enum status status = scim_filter_read(call->arena, list->filter, &listing->filter, &error);

    if (status == STATUS_OK)
        status = scim_selection_read(
            list->attributes, list->excluded_attributes, &listing->selection, &error);
    listing->start_index = list->start_index;
    listing->count = list->count;
    call->handler_state = listing;
    if (status == STATUS_OK)
        call_wait_head(call, show_list);
    else
        call_answer_error(call, &error);
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
