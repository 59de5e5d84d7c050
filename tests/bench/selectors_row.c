/*
 * The row of selectors: how long does the first page of the nodes that a selector matches take, of very many nodes with
 * ten labels each?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/pages.h"

/* Each node has seven labels beside those that are asked for. */
static const struct page_question questions[] = {
    {"no selector", ""},
    {"a third of all", "&selector=env%3Dprod"},
    {"one in a thousand", "&selector=rack%3Dr7"},
    {"both of these", "&selector=env%3Dprod,rack%3Dr7"},
    {"one node", "&selector=unit%3Du4242"},
    {"none", "&selector=env%3Dnowhere"},
    {"all but a third", "&selector=env!%3Dprod"},
    {"all without a key", "&selector=!gone"},
    {"one of two values", "&selector=env+in+(prod,test),rack%3Dr7"},
};

static const char label_nodes[] =
    "update nodes set label_words = labels.words from (\n"
    "    select id, format('''env'' ''env=%s'' ''rack'' ''rack=r%s'' ''unit'' ''unit=u%s''',\n"
    "        (array['prod', 'test', 'dev'])[1 + i % 3], i % 1000, i) ||\n"
    "        (select string_agg(format(' ''k%s'' ''k%s=v%s''', k, k, i % (100 * k)), '')\n"
    "            from generate_series(1, 7) k) as words\n"
    "    from (select id, row_number() over (order by id) as i from nodes) numbered) labels\n"
    "where labels.id = nodes.id";

static enum status fill(const struct list_rows *order, struct error *error)
{
    static const char *const scripts[] = {label_nodes, "vacuum analyze nodes"};
    struct list_rows labelled = *order;

    labelled.scripts = scripts;
    labelled.script_count = COUNT_OF(scripts);
    return list_rows_fill(&labelled, error);
}

static const struct pages pages = {
    .home = "site-selectors",
    .path = "/api/v1/workspaces/$/nodes?limit=50",
    .point = "/api/v1/nodes/" LIST_ROWS_NODE,
    .questions = questions,
    .count = COUNT_OF(questions),
    .fill = fill,
    .slowest_ratio = 20,
};

static enum status measure(struct bench *bench, struct error *error)
{
    return pages_measure(bench, &pages, error);
}

const struct row selectors_row = {
    .name = "selectors",
    .doc = "the first page of the nodes that a selector matches, of a workspace with half of very "
           "many nodes (--rows) with ten labels each; over one connection",
    .limit = "one node by its id",
    .measure = measure,
};
