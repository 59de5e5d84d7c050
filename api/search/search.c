/*
 * Asking the statements of a search, and putting together what they find.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search.h"

#include "api/search/search_pieces.h"
#include "api/select.h"
#include "core/base/must.h"

enum { MOST_NODES = 40 }; /* that lead to others' rows: each takes as long as several texts */

struct search {
    const struct search_reader *reader;
    const struct search_question *question;
    struct arena *arena;
    struct list *pages;
    const struct search_row *ends[SEARCH_GROUPS]; /* the last row of each group */
};

static void divide(struct search *search, const struct search_row *rows, size_t count)
{
    size_t at = 0;

    for (size_t place = 0; place < SEARCH_GROUPS; place++) {
        size_t first = at;
        while (at < count && uuid_is_present(rows[at].id))
            at++;
        must(at < count && rows[at].place == (int64_t)place);
        search->pages[place] = (struct list){rows + first, at - first};
        search->ends[place] = &rows[at++];
    }
}

/* Names are of small letters, so they contain what is looked for as they are. */
static struct list names_that_match(const struct search *search, const char *const *names)
{
    struct text pattern = search->question->pattern;
    struct text wanted = text_slice(pattern, 1, pattern.size - 2); /* without "%" around it */
    struct text *found;
    size_t count = 0;

    while (names != NULL && names[count] != NULL)
        count++;
    found = arena_array(search->arena, count + 1, sizeof(*found));
    count = 0;
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (text_contains(text_from(names[i]), wanted))
            found[count++] = text_from(names[i]);
    }
    return (struct list){found, count};
}

static struct search_lead lead_to(const struct search *search, size_t place)
{
    const struct search_group *group = &search_groups[place];
    struct search_lead lead = {
        .workspace_id = search->question->workspace_id,
        .texts = search->ends[place]->found,
        .names = names_that_match(search, group->names),
    };

    for (size_t i = 0; group->is_of_node && i < SEARCH_GROUPS; i++) {
        if (search_groups[i].kind == SEARCH_NODE)
            lead.nodes = search->ends[i]->found;
    }
    if (lead.nodes.count > MOST_NODES)
        lead.nodes.count = MOST_NODES;
    return lead;
}

static bool is_newer(const struct search_row *one, const struct search_row *other)
{
    if (one->created_at.us != other->created_at.us)
        return one->created_at.us > other->created_at.us;
    return uuid_compare(one->id, other->id) > 0;
}

/* Both are in order; a row that is in both is taken once. */
static struct list merge(struct arena *arena, struct list near, struct list far)
{
    const struct search_row *ones = near.items, *others = far.items;
    struct search_row *all = arena_array(arena, SEARCH_MOST_HITS, sizeof(*all));
    size_t one = 0, other = 0, count = 0;

    while (count < SEARCH_MOST_HITS && (one < near.count || other < far.count)) {
        bool is_one =
            other == far.count || (one < near.count && !is_newer(&others[other], &ones[one]));
        const struct search_row *next = is_one ? &ones[one++] : &others[other++];
        if (count == 0 || !uuid_equal(all[count - 1].id, next->id))
            all[count++] = *next;
    }
    return (struct list){all, count};
}

static enum status find_more(struct search *search, size_t place, struct error *error)
{
    const struct search_lead lead = lead_to(search, place);
    const struct sql sql = search_far_sql(place);
    const struct search_reader *reader = search->reader;
    struct list far = {NULL, 0};
    enum status status;

    if (lead.texts.count == 0 && lead.nodes.count == 0 && lead.names.count == 0)
        return STATUS_OK;
    status = reader->read(reader->context, &sql, &lead, &far.items, &far.count, error);
    if (status == STATUS_OK)
        search->pages[place] = merge(search->arena, search->pages[place], far);
    return status;
}

enum status search_find(
    const struct search_reader *reader,
    struct search_question *question,
    struct arena *arena,
    struct list out_pages[SEARCH_GROUPS],
    struct error *error)
{
    struct search search = {
        .reader = reader, .question = question, .arena = arena, .pages = out_pages};
    const struct sql sql = search_near_sql();
    const void *rows = NULL;
    size_t count = 0;
    enum status status;

    question->pattern = select_pattern(arena, question->q);
    question->pieces = search_pieces(arena, question->pattern);
    status = reader->read(reader->context, &sql, question, &rows, &count, error);
    if (status != STATUS_OK)
        return status;
    divide(&search, rows, count);
    for (size_t place = 0; status == STATUS_OK && place < SEARCH_GROUPS; place++) {
        if (opt_bool_is_true(search.ends[place]->has_more))
            status = find_more(&search, place, error);
    }
    return status;
}
