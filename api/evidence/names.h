/*
 * Names of entities: which ids a name stands for, by what is on record. GET /entities?name=…
 *
 *   name ─► events that name entities, the newest first ─► ids that bore it ─► who bears it now, who is gone
 *
 * From ledger and index alone, as all evidence, so that what has long been removed is found, too. E-mail
 * addresses are compared by their keyed digests: nothing personal is opened, and who was forgotten has none.
 * In a workspace there is only what belongs to it, and of people those who had to do with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_NAMES_H
#define API_EVIDENCE_NAMES_H

#include "core/base/error.h"
#include "core/shape/shape.h"

struct call;

/* More digits than these, at the end of an id, stand for it. */
enum { NAMES_FEWEST_DIGITS = 8, NAMES_LONGEST = 254 };

struct names_input {
    struct text name;
    struct enum_value kind; /* of table_entities; absent: all that have names */
    struct uuid workspace_id;
};
extern const struct shape names_input_shape;
extern const struct shape named_entities_shape;

/* LANE_PLAIN. */
void names_handle(struct call *call);

/* An entity that bears a name, or bore it once. */
struct named_entity {
    struct text kind;
    struct uuid id;
    struct text name; /* absent: a person's */
    struct uuid workspace;
    int64_t position; /* of the event that gave it the name, or that it began with */
    struct timestamp recorded_at;
    struct opt_bool is_current; /* it is there, and called so still */
};

/* What was found, in the call's arena. */
struct names_found {
    struct named_entity *items;
    size_t count;
    struct text nearest; /* name that looks like it; absent: none does */
    bool is_cut;         /* not all was searched, or is here */
};

/* Of the ledger as it is now. STATUS_INVALID where entities of the kind have no names. A bounded number of
 * steps and readings. */
MUST_USE enum status names_find(
    struct call *call,
    const struct names_input *input,
    struct names_found *out,
    struct error *error);

#endif
