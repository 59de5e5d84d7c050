/*
 * First pages beside a point query: how long do some questions take among very many rows, each beside the quickest
 * question that there is, over the same connection? A row of the benchmark says which.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_PAGES_H
#define TESTS_BENCH_PAGES_H

#include "tests/bench/list_rows.h"
#include "tests/bench/rows.h"

/* What is looked for; in a path as it stands there. */
struct page_question {
    const char *name; /* for people */
    const char *text;
};

struct pages {
    const char *home; /* name of the server's directory */
    const char *
        path; /* of the first page: "$" is the workspace of half of the rows; the text comes last */
    const char *point; /* path of the point query */
    const struct page_question *questions;
    size_t count;
    enum status (*fill)(const struct list_rows *order, struct error *error);
    double slowest_ratio; /* the aim */
};

/* p50 and p99 of each, in the report. Main thread. */
MUST_USE enum status
pages_measure(struct bench *bench, const struct pages *pages, struct error *error);

#endif
