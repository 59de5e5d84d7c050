/*
 * Groups as directories read them: their rows, and the members of all groups of a page by one statement.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_group_view.h"

#include "api/directory/scim_filter.h"
#include "api/directory/scim_group_select.h"
#include "api/directory/scim_list.h"
#include "api/directory/scim_view.h"
#include "api/entity_tag.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "core/shape/shape_params.h"

enum { LARGEST_PAGE = 4 << 20 };

struct scim_groups {
    struct text filter;
    int64_t start_index;
    int64_t count;
};
static const struct field scim_groups_fields[] = {
    {TEXT(scim_groups, filter), .flags = ONE_LINE, .max = SCIM_LONGEST_FILTER,
     .doc = "Only those that pass: displayName, externalId, id or members.value, eq, and a text in "
            "quotation marks."},
    {INT64(scim_groups, start_index), .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 1000000,
     .fallback = 1, .doc = "Number of the first one to show, from 1."},
    {INT64(scim_groups, count), .flags = HAS_FALLBACK | CLAMP, .min = 0,
     .max = SCIM_MOST_GROUPS_PER_PAGE, .fallback = 100, .doc = "How many to show at most."},
};
const struct shape scim_groups_shape =
    SHAPE_WITH(scim_groups, "Groups that a directory asks for.", .ignores_unknown = true);

struct scim_one_group {
    struct uuid group_id;
};
static const struct field scim_one_group_fields[] = {
    {UUID(scim_one_group, group_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the group."},
};
const struct shape scim_one_group_shape =
    SHAPE_WITH(scim_one_group, "A group, by its id.", .ignores_unknown = true);

/* Which attributes are asked for (RFC 7644, section 3.9): of those that a group may do without. */
struct selection {
    bool has_members;
    bool has_names;
    bool has_external_id;
};

static bool names(struct text list, const char *attribute)
{
    const struct text urn = text_lit("urn:ietf:params:scim:schemas:core:2.0:Group:");

    while (list.size > 0) {
        struct text name = text_trim(text_cut(&list, ','));
        if (name.size > urn.size && text_equal_ignoring_case(text_slice(name, 0, urn.size), urn))
            name = text_slice(name, urn.size, name.size);
        if (text_equal_ignoring_case(name, text_from(attribute)))
            return true;
    }
    return false;
}

static struct text param(struct call *call, const char *name)
{
    const struct param *params = NULL;
    struct text value = {NULL, 0};
    size_t count = 0;

    if (!params_parse(call->arena, call->request->query, &params, &count))
        return value;
    for (size_t i = 0; i < count; i++) {
        if (text_equal_ignoring_case(params[i].name, text_from(name)))
            value = params[i].value;
    }
    return value;
}

static bool is_selected(struct text wanted, struct text excluded, const char *attribute)
{
    return (wanted.size == 0 || names(wanted, attribute)) && !names(excluded, attribute);
}

static struct selection select_attributes(struct call *call)
{
    struct text wanted = param(call, "attributes");
    struct text excluded = param(call, "excludedAttributes");

    return (struct selection){
        .has_members = is_selected(wanted, excluded, "members") ||
                       (names(wanted, "members.value") && !names(excluded, "members")),
        .has_names = is_selected(wanted, excluded, "displayName"),
        .has_external_id = is_selected(wanted, excluded, "externalId"),
    };
}

/* Writing. */

static struct text location(struct arena *arena, struct uuid group_id)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(group_id, id);
    return text_format(arena, "/scim/v2/Groups/%s", id);
}

static void add_member(struct buf *out, const char *name, struct text value)
{
    buf_printf(out, ",\"%s\":", name);
    json_write_text(out, value);
}

static void add_people(struct buf *out, const struct scim_member_row *members, size_t count)
{
    char id[UUID_TEXT_SIZE];

    buf_add_c(out, ",\"members\":[");
    for (size_t i = 0; i < count; i++) {
        uuid_print(members[i].user_id, id);
        buf_printf(
            out, "%s{\"value\":\"%s\",\"$ref\":\"/scim/v2/Users/%s\",\"type\":\"User\"}",
            i > 0 ? "," : "", id, id);
    }
    buf_add_char(out, ']');
}

static void add_meta(struct call *call, const struct scim_group_row *row, struct buf *out)
{
    char created[TIMESTAMP_TEXT_SIZE];
    char updated[TIMESTAMP_TEXT_SIZE];

    timestamp_print(row->created_at, created);
    timestamp_print(row->updated_at, updated);
    buf_printf(
        out, ",\"meta\":{\"resourceType\":\"Group\",\"created\":\"%s\",\"lastModified\":\"%s\"",
        created, updated);
    add_member(out, "location", location(call->arena, row->id));
    add_member(out, "version", entity_tag(call->arena, row->revision, text_lit("")));
    buf_add_char(out, '}');
}

static void add_group(
    struct call *call,
    const struct scim_group_row *row,
    const struct selection *selection,
    const struct scim_member_row *members,
    size_t count,
    struct buf *out)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(row->id, id);
    buf_printf(
        out, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"id\":\"%s\"", id);
    if (selection->has_external_id && text_is_present(row->external_id))
        add_member(out, "externalId", row->external_id);
    if (selection->has_names)
        add_member(out, "displayName", row->display_name);
    if (selection->has_members)
        add_people(out, members, count);
    add_meta(call, row, out);
    buf_add_char(out, '}');
}

/* Groups and their members, both by rising id of the group. */
struct page {
    const struct scim_group_row *groups;
    size_t count;
    const struct scim_member_row *members;
    size_t member_count;
    struct selection selection;
};

static enum status read_page(
    struct call *call, const struct scim_asked_groups *asked, struct page *out, struct error *error)
{
    const void *groups = NULL;
    const void *members = NULL;
    enum status status = call_query(call, &scim_groups_query, asked, &groups, &out->count, error);

    if (status == STATUS_OK && out->selection.has_members && out->count > 0)
        status =
            call_query(call, &scim_group_members_query, asked, &members, &out->member_count, error);
    out->groups = groups;
    out->members = members;
    return status;
}

static size_t members_of(const struct page *page, size_t from, struct uuid group_id)
{
    size_t count = 0;

    while (page->members != NULL && from + count < page->member_count &&
           uuid_equal(page->members[from + count].group_id, group_id))
        count++;
    return count;
}

/* The last group whose members were all read ends the page; the first one's always were. */
static size_t shown_of(const struct page *page)
{
    size_t shown = page->count;

    if (page->members == NULL || page->member_count < SCIM_MOST_MEMBERS_PER_PAGE)
        return shown;
    while (shown > 1 &&
           uuid_compare(
               page->groups[shown - 1].id, page->members[page->member_count - 1].group_id) >= 0)
        shown--;
    return shown;
}

static void answer_missing(struct call *call, struct uuid group_id)
{
    char id[UUID_TEXT_SIZE];
    struct error error;

    uuid_print(group_id, id);
    error_set_code(
        &error, STATUS_NOT_FOUND, "directory_group_not_found", "Group %s was not found", id);
    call_answer_error(call, &error);
}

void scim_answer_group(struct call *call, int status, struct uuid group_id)
{
    const struct scim_asked_groups asked = {
        .directory_id = call->actor.id, .group_id = group_id, .count = 1};
    struct page page = {.selection = select_attributes(call)};
    struct error error;
    AUTO_BUF out = {0};

    if (read_page(call, &asked, &page, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (page.count == 0) {
        answer_missing(call, group_id);
        return;
    }
    buf_init(&out, LARGEST_PAGE);
    add_group(call, page.groups, &page.selection, page.members, page.member_count, &out);
    scim_answer_resource(
        call, status, location(call->arena, group_id), page.groups->revision, &out);
}

static void show_one(struct call *call)
{
    call->least_size = call->shown_size;
    scim_answer_group(call, 200, ((const struct scim_one_group *)call->input)->group_id);
}

void scim_read_group(struct call *call)
{
    call_wait_head(call, show_one);
}

/* Lists. */

static void answer_list(
    struct call *call, const struct scim_groups *list, int64_t total, const struct page *page)
{
    size_t shown = shown_of(page);
    size_t at = 0;
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PAGE);
    scim_begin_list(&out, total, list->start_index, shown);
    for (size_t i = 0; i < shown; i++) {
        size_t count = members_of(page, at, page->groups[i].id);
        if (i > 0)
            buf_add_char(&out, ',');
        add_group(
            call, &page->groups[i], &page->selection, count > 0 ? page->members + at : NULL, count,
            &out);
        at += count;
    }
    buf_add_c(&out, "]}");
    call_answer_text(call, 200, SCIM_MEDIA_TYPE, text_copy(call->arena, buf_text(&out)));
}

static void show_list(struct call *call)
{
    const struct scim_groups *list = call->input;
    const struct scim_asked_groups *asked = call->handler_state;
    struct page page = {.selection = select_attributes(call)};
    const void *total = NULL;
    size_t one = 0;
    struct error error;

    call->least_size = call->shown_size;
    if (call_query(call, &scim_groups_total_query, asked, &total, &one, &error) == STATUS_OK &&
        read_page(call, asked, &page, &error) == STATUS_OK)
        answer_list(call, list, ((const struct scim_groups_total *)total)->total, &page);
    else
        call_answer_error(call, &error);
}

/* One comparison: `<attribute> eq "<value>"`. False: it is none. */
static bool read_comparison(
    struct arena *arena, struct text filter, struct text *out_name, struct text *out_value)
{
    struct text rest = text_trim(filter);
    struct text compact;
    struct error error;

    *out_name = text_cut(&rest, ' ');
    rest = text_trim(rest);
    if (!text_equal_ignoring_case(text_cut(&rest, ' '), text_lit("eq")))
        return false;
    rest = text_trim(rest);
    if (rest.size == 0 || json_compact(rest, arena, &compact, &error) != STATUS_OK)
        return false;
    *out_value = json_peek_text(arena, compact);
    return out_value->data != NULL;
}

/* What is asked for; an id that can be no group's, or nobody's, is of none (`out_is_for_none`). */
static enum status read_filter(
    struct arena *arena,
    struct text filter,
    struct scim_asked_groups *out,
    bool *out_is_for_none,
    struct error *error)
{
    struct text name;
    struct text value = {NULL, 0};
    bool is_read = read_comparison(arena, filter, &name, &value);

    *out_is_for_none = false;
    if (is_read && text_equal_ignoring_case(name, text_lit("displayName")))
        out->display_name = value;
    else if (is_read && text_equal_ignoring_case(name, text_lit("externalId")))
        out->external_id = value;
    else if (is_read && text_equal_ignoring_case(name, text_lit("id")))
        *out_is_for_none = !uuid_parse(value, &out->group_id);
    else if (
        is_read && (text_equal_ignoring_case(name, text_lit("members.value")) ||
                    text_equal_ignoring_case(name, text_lit("members"))))
        *out_is_for_none = !uuid_parse(value, &out->member_id);
    else
        return error_set_code(
            error, STATUS_INVALID, "scim_filter_invalid", "%s",
            "filter must be one comparison: displayName, externalId, id or members.value, eq, and a text in "
            "quotation marks.");
    return STATUS_OK;
}

void scim_list_groups(struct call *call)
{
    const struct scim_groups *list = call->input;
    struct scim_asked_groups *asked = arena_one(call->arena, struct scim_asked_groups);
    const struct page nothing = {.count = 0};
    bool is_for_none = false;
    struct error error;
    enum status status = STATUS_OK;

    *asked = (struct scim_asked_groups){
        .directory_id = call->actor.id, .start = list->start_index - 1, .count = list->count};
    call->handler_state = asked;
    if (text_trim(list->filter).size > 0)
        status = read_filter(call->arena, list->filter, asked, &is_for_none, &error);
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (is_for_none)
        answer_list(call, list, 0, &nothing);
    else
        call_wait_head(call, show_list);
}
