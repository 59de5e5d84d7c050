/*
 * Search within a workspace: one question, the newest hits of each group (search.h). What a member may list is
 * what is found, so there is no right of its own.
 *
 *   q ─► search ─► a page of each group ─► lists
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/route.h"
#include "api/search/search.h"
#include "api/select.h"
#include "core/base/must.h"

struct search_hit {
    struct uuid id;
    struct text title;
    struct text subtitle;
};
static const struct field search_hit_fields[] = {
    {UUID(search_hit, id), .flags = REQUIRED,
     .doc = "Id of what was found; of a member, of the membership."},
    {TEXT(search_hit, title), .flags = REQUIRED, .doc = "What it is called."},
    {TEXT(search_hit, subtitle), .doc = "What tells it from others."},
};
static const struct shape search_hit_shape = SHAPE(search_hit, "Something that a search found.");

/* In the order of the groups. */
struct search_hits {
    struct list nodes;
    struct list tasks;
    struct list scheduled_tasks;
    struct list templates;
    struct list rolling_runs;
    struct list events;
    struct list members;
    struct list teams;
};
static const struct field search_hits_fields[] = {
    {OBJECTS(search_hits, nodes, search_hit), .flags = REQUIRED, .doc = "Nodes that were found."},
    {OBJECTS(search_hits, tasks, search_hit), .flags = REQUIRED,
     .doc = "Tasks that were found, those that the server made for itself included."},
    {OBJECTS(search_hits, scheduled_tasks, search_hit), .flags = REQUIRED,
     .doc = "Schedules that were found."},
    {OBJECTS(search_hits, templates, search_hit), .flags = OMIT_ABSENT,
     .doc = "Templates of tasks; left out where none is found."},
    {OBJECTS(search_hits, rolling_runs, search_hit), .flags = OMIT_ABSENT,
     .doc = "Rolling runs; left out where none is found."},
    {OBJECTS(search_hits, events, search_hit), .flags = REQUIRED,
     .doc = "System events that were found."},
    {OBJECTS(search_hits, members, search_hit), .flags = REQUIRED,
     .doc = "Members that were found."},
    {OBJECTS(search_hits, teams, search_hit), .flags = REQUIRED, .doc = "Teams that were found."},
};
static const struct shape search_hits_shape =
    SHAPE(search_hits, "What a search found, by group, the newest first.");

/* Of a group. One without a list is a mistake that every search would show. */
static const struct field *list_of(size_t place)
{
    const struct field *field =
        shape_field(&search_hits_shape, text_from(search_groups[place].name));

    must(field != NULL);
    return field;
}

static struct list hits_of(struct arena *arena, const struct list *page, size_t limit)
{
    const struct search_row *rows = page->items;
    size_t count = page->count < limit ? page->count : limit;
    struct search_hit *hits = arena_array(arena, count + 1, sizeof(*hits));

    for (size_t i = 0; rows != NULL && i < count; i++)
        hits[i] = (struct search_hit){rows[i].id, rows[i].title, rows[i].subtitle};
    return (struct list){hits, count};
}

static void answer(struct call *call, const struct list *pages)
{
    const struct search_question *question = call->input;
    struct search_hits hits;

    shape_clear(&search_hits_shape, &hits);
    for (size_t place = 0; place < SEARCH_GROUPS; place++) {
        const struct field *field = list_of(place);
        struct list *list = field_in(field, &hits);
        *list = hits_of(call->arena, &pages[place], (size_t)question->limit);
        if (list->count == 0 && (field->flags & OMIT_ABSENT) != 0)
            *list = (struct list){NULL, 0};
    }
    call_answer_shape(call, call->route->status, &search_hits_shape, &hits);
}

static enum status
ask(void *context,
    const struct sql *sql,
    const void *params,
    const void **out_rows,
    size_t *out_count,
    struct error *error)
{
    const struct query query = {.input = sql->params, .scope = SCOPE_WORKSPACE, .sql = *sql};

    return call_query(context, &query, params, out_rows, out_count, error);
}

static void look(struct call *call)
{
    const struct search_reader reader = {ask, call};
    struct list pages[SEARCH_GROUPS];
    struct error error;

    if (search_find(&reader, call->input, call->arena, pages, &error) == STATUS_OK)
        answer(call, pages);
    else
        call_answer_error(call, &error);
}

static void search(struct call *call)
{
    static const struct list nothing[SEARCH_GROUPS];
    const struct search_question *question = call->input;

    if (question->q.size == 0)
        answer(call, nothing);
    else
        call_wait_head(call, look);
}

const struct route search_routes[] = {
    {.method = "GET",
     .path = "/workspaces/:workspaceId/search",
     .tag = "search",
     .doc =
         "Searches nodes, tasks, schedules, templates, rolling runs, system events, members and "
         "teams of a workspace. Less than three letters in a row, and what is no name, are looked for among the "
         "newest 100 of each; of tasks and system events, the newest 50.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .handle = search,
     .input_shape = &search_question_shape,
     .reply.shape = &search_hits_shape},
    {.method = NULL},
};
