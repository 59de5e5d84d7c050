/*
 * Plans of a crash loop: for every start of the server which failpoint acts, how, and when. Drawn
 * from a seed, so that a run can be repeated; like cards, so that every point is drawn with every
 * action before one is drawn again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_PLAN_H
#define TESTS_E2E_PLAN_H

#include "core/base/failpoint.h"
#include "core/base/text.h"

#include <stddef.h>
#include <stdint.h>

enum plan_action { PLAN_KILL, PLAN_ERROR, PLAN_DELAY, PLAN_ACTION_COUNT };

/* One point that ends or fails something, and one that delays. */
struct plan {
    enum failpoint point;
    enum plan_action action;
    char text[96]; /* as the server takes it */
};

/* What has come of the plans so far. */
struct plan_tally {
    unsigned acted[FAILPOINT_COUNT][PLAN_ACTION_COUNT];
};

struct plans;

struct plans *plans_new(uint64_t seed);
void plans_free(struct plans *plans); /* accepts NULL */

struct plan plans_next(struct plans *plans);

/* A number below `limit`, of the same seed. */
uint32_t plans_number(struct plans *plans, uint32_t limit);

/* Counts what a server's log says of points that acted; the whole log since its start. */
void plan_count(struct plan_tally *tally, struct text log);
unsigned plan_total(const struct plan_tally *tally, enum plan_action action);
bool plan_has_acted(const struct plan *plan, struct text log);

/* The name of a point that has never acted, or NULL. */
const char *plan_never_reached(const struct plan_tally *tally);

#endif
