/*
 * Shuffled cards, and reading what the server says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/plan.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <stdio.h>

enum { KILL = 1, FAIL = 2, DELAY = 4, MOST_CARDS = FAILPOINT_COUNT * 2, LONGEST_DELAY_MS = 150 };

/* Points that are passed once a second or less often act at their first passage, else time would
 * be spent on waiting for the fifth. */
static const struct {
    const char *name;
    unsigned actions;
} points[FAILPOINT_COUNT] = {
#define FAILPOINT_ROW(name, text, actions, where) [FAILPOINT_##name] = {text, actions},
#include "core/base/failpoint.tbl.h"
#undef FAILPOINT_ROW
};

static const struct {
    const char *name;
    unsigned bit;
} actions[PLAN_ACTION_COUNT] = {
    [PLAN_KILL] = {"kill", KILL},
    [PLAN_ERROR] = {"error", FAIL},
    [PLAN_DELAY] = {"delay", DELAY},
};

struct card {
    enum failpoint point;
    enum plan_action action;
};

struct deck {
    struct card cards[MOST_CARDS];
    size_t count;
    size_t next;
};

struct plans {
    uint64_t state;
    struct deck blows;
    struct deck delays;
};

/* Marsaglia's xorshift, 64 bits. */
static uint64_t step(struct plans *plans)
{
    plans->state ^= plans->state << 13;
    plans->state ^= plans->state >> 7;
    plans->state ^= plans->state << 17;
    return plans->state;
}

uint32_t plans_number(struct plans *plans, uint32_t limit)
{
    return (uint32_t)((step(plans) >> 32) % limit);
}

/* Does the loop come by this point? Backups, restores, erasures and promotions have tests of their own that kill
 * there. */
static bool passes(size_t point)
{
    return point != FAILPOINT_BACKUP && point != FAILPOINT_RESTORE && point != FAILPOINT_DESTROY &&
           point != FAILPOINT_DESTROYED && point != FAILPOINT_WIPED && point != FAILPOINT_PROMOTE;
}

static void fill(struct deck *deck, enum plan_action action)
{
    for (size_t point = 0; point < FAILPOINT_COUNT; point++) {
        if (passes(point) && (points[point].actions & actions[action].bit) != 0)
            deck->cards[deck->count++] = (struct card){(enum failpoint)point, action};
    }
}

static struct card draw(struct plans *plans, struct deck *deck)
{
    uint32_t left = (uint32_t)(deck->count - deck->next);
    size_t chosen = deck->next + plans_number(plans, left);
    struct card card = deck->cards[chosen];

    deck->cards[chosen] = deck->cards[deck->next];
    deck->cards[deck->next] = card;
    deck->next = (deck->next + 1) % deck->count;
    return card;
}

struct plans *plans_new(uint64_t seed)
{
    struct plans *plans = heap_new(sizeof(*plans));

    plans->state = seed * 2654435769u + 1;
    fill(&plans->blows, PLAN_KILL);
    fill(&plans->blows, PLAN_ERROR);
    fill(&plans->delays, PLAN_DELAY);
    return plans;
}

void plans_free(struct plans *plans)
{
    heap_free(plans);
}

/* At which passage: anywhere in the load where there are many. */
static uint32_t passage_of(struct plans *plans, enum failpoint point)
{
    switch (point) {
    case FAILPOINT_KEYS:
    case FAILPOINT_SIGN:
    case FAILPOINT_SIGNED:
    case FAILPOINT_KEYS_STORED:
    case FAILPOINT_MODEL:
    case FAILPOINT_INDEX:
    case FAILPOINT_TELEMETRY:
    case FAILPOINT_SWITCH:
        return 1;
    case FAILPOINT_PARSE:
    case FAILPOINT_AUTHORIZE:
    case FAILPOINT_DECIDE:
    case FAILPOINT_APPEND:
    case FAILPOINT_HASH:
    case FAILPOINT_COMMIT:
    case FAILPOINT_COMMITTED:
    case FAILPOINT_PROJECT:
    case FAILPOINT_ROWS:
    case FAILPOINT_READ:
    case FAILPOINT_ANSWER:
    case FAILPOINT_SEND:
    case FAILPOINT_BACKUP:
    case FAILPOINT_RESTORE:
    case FAILPOINT_PROMOTE:
    case FAILPOINT_DESTROY:
    case FAILPOINT_DESTROYED:
    case FAILPOINT_WIPED:
    case FAILPOINT_COUNT:
        break;
    }
    return 1 + plans_number(plans, 40);
}

struct plan plans_next(struct plans *plans)
{
    struct card blow = draw(plans, &plans->blows);
    struct card delay = draw(plans, &plans->delays);
    struct plan plan = {.point = blow.point, .action = blow.action};
    int size = snprintf(
        plan.text, sizeof(plan.text), "%s=%s@%u", points[blow.point].name,
        actions[blow.action].name, passage_of(plans, blow.point));

    if (delay.point != blow.point)
        size += snprintf(
            plan.text + size, sizeof(plan.text) - (size_t)size, ",%s=delay:%u@%u",
            points[delay.point].name, plans_number(plans, LONGEST_DELAY_MS),
            passage_of(plans, delay.point));
    must((size_t)size < sizeof(plan.text));
    return plan;
}

/* "failpoint: commit kill" */
static bool read_line(struct text line, enum failpoint *out_point, enum plan_action *out_action)
{
    static const struct text prefix = {"failpoint: ", 11};
    struct text rest = text_slice(line, prefix.size, line.size);
    struct text name;

    if (!text_starts_with(line, prefix))
        return false;
    name = text_cut(&rest, ' ');
    for (int point = 0; point < FAILPOINT_COUNT; point++) {
        for (int action = 0; action < PLAN_ACTION_COUNT; action++) {
            if (!text_is(name, points[point].name) || !text_is(rest, actions[action].name))
                continue;
            *out_point = (enum failpoint)point;
            *out_action = (enum plan_action)action;
            return true;
        }
    }
    return false;
}

void plan_count(struct plan_tally *tally, struct text log)
{
    while (log.size > 0) {
        enum failpoint point;
        enum plan_action action;

        if (read_line(text_cut(&log, '\n'), &point, &action))
            tally->acted[point][action]++;
    }
}

bool plan_has_acted(const struct plan *plan, struct text log)
{
    struct plan_tally tally = {0};

    plan_count(&tally, log);
    return tally.acted[plan->point][plan->action] > 0;
}

unsigned plan_total(const struct plan_tally *tally, enum plan_action action)
{
    unsigned total = 0;

    for (size_t point = 0; point < FAILPOINT_COUNT; point++)
        total += tally->acted[point][action];
    return total;
}

const char *plan_never_reached(const struct plan_tally *tally)
{
    for (size_t point = 0; point < FAILPOINT_COUNT; point++) {
        unsigned acted = 0;

        for (size_t action = 0; action < PLAN_ACTION_COUNT; action++)
            acted += tally->acted[point][action];
        if (acted == 0 && passes(point))
            return points[point].name;
    }
    return NULL;
}
