/*
 * The row of search: how long does the first page take among very many rows, whatever is looked for?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/pages.h"

static const struct page_question questions[] = {
    {"the name of few nodes", LIST_ROWS_SEARCH},
    {"one node", "host-4242."},
    {"the command of many tasks", "restart"},
    {"the command of few tasks", "application-004d.service"},
    {"a status, the rarest", "cancelled"},
    {"nothing that is there", "nowhere"},
    {"two letters", "zq"},
};

static const struct pages pages = {
    .home = "site-search",
    .path = "/api/v1/workspaces/$/search?q=",
    .point = "/api/v1/tasks/" LIST_ROWS_TASK,
    .questions = questions,
    .count = COUNT_OF(questions),
    .fill = list_rows_fill,
    .slowest_ratio = 20,
};

static enum status measure(struct bench *bench, struct error *error)
{
    return pages_measure(bench, &pages, error);
}

const struct row search_row = {
    .name = "search",
    .doc = "the first page of a search of a workspace with half of very many rows (--rows) of "
           "nodes, tasks and events; over one connection",
    .limit = "one task by its id",
    .measure = measure,
};
