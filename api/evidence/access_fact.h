/*
 * What speaks for and against somebody's call, fact by fact. Which fact a route requires, which helps, and what is lacking
 * is found by asking its rule (api/access_rule.h) what it would say if a fact were another.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_FACT_H
#define API_EVIDENCE_ACCESS_FACT_H

#include "api/evidence/access_event.h"
#include "api/evidence/access_record.h"
#include "api/route.h"

struct access_fact {
    struct enum_value fact;
    struct enum_value effect;
    struct opt_bool is_met;
    struct text value;
    struct text text;
    struct text remedy;
    const struct access_event *event;
};
extern const struct shape access_fact_shape;

/* A call that somebody might make. */
struct access_question {
    const struct route *route;
    struct access_place place;
    struct text workspace; /* as the path names it */
    bool is_ledger_public; /* LEDGER_PUBLIC */
    bool is_of_thing;    /* the path names a thing that is there for those of its workspace only */
    struct timestamp at; /* the time then */
    struct caller_access access; /* of whoever would make it */
    const struct access_record *record;
    struct access_shown shown;
};

/* What the server says to it; STATUS_OK: it is let in. */
MUST_USE enum status access_judge(
    const struct access_question *question,
    const struct caller_access *access,
    struct error *error);

/* The facts, in the order in which calls are judged, in the call's arena. */
MUST_USE enum status access_facts(
    struct call *call,
    const struct access_question *question,
    struct list *out,
    struct error *error);

#endif
