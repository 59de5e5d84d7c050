/*
 * A site whose ledger has a generated history: the server has made everything from it, its index has all,
 * the newest checkpoint covers it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_EVIDENCE_SITE_H
#define TESTS_BENCH_EVIDENCE_SITE_H

#include "tests/bench/rows.h"
#include "tests/bench/site.h"

struct evidence_site {
    struct place home;
    struct site site;
};

/* With the events of --events, and the admin signed in. evidence_site_close() in any case. */
MUST_USE enum status
evidence_site_open(const struct bench *bench, struct evidence_site *out, struct error *error);
void evidence_site_close(struct evidence_site *site);

#endif
