/*
 * Labels: what somebody says of a thing in words of their own, as a value by a key, so that things can be
 * chosen by it (selector.h).
 *
 *   env=prod   rack=   agent/os=linux
 *
 * A set of labels is a list of struct label, by rising key; no key twice.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_LABEL_LABEL_H
#define CORE_LABEL_LABEL_H

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/shape/shape.h"

enum {
    LABEL_LONGEST_KEY = 63, /* bytes, without the prefix */
    LABEL_LONGEST_VALUE = 63,
    LABEL_MOST_OWN = 64,     /* of one thing, by people */
    LABEL_MOST_REPORTED = 32 /* by its agent */
};

/* In front of the keys that agents report. No key of people has such a sign. */
#define LABEL_AGENT_PREFIX "agent/"

struct label {
    struct text key;
    struct text value; /* may be empty */
};
extern const struct shape label_shape;

/* Is it a key as people give them: a small letter or a digit, then these and ".", "_", "-"? */
bool label_is_key(struct text key);

/* The same, or one with the agents' prefix before it. */
bool label_is_any_key(struct text key);

/* Letters, digits, ".", "_", "-"; or nothing. */
bool label_is_value(struct text value);

/* Is it one that an agent reports? */
bool label_is_reported(const struct label *label);

/* The label of that key, or NULL. */
const struct label *label_find(struct list labels, struct text key);

/* Sorts them by key, in place. Of equal keys the last one stays. Returns how many are left. */
size_t label_sort(struct label *labels, size_t count);

/* {"env":"prod","rack":""}, in the arena. */
struct json label_set_json(struct arena *arena, struct list labels);

/* The set that such an object holds, whatever else is in it left out; in the arena. */
struct list label_set_read(struct arena *arena, struct json object);

/* What makes one set of the other, as a merge patch (RFC 7396): {"env":"test","rack":null}. Absent where they are
 * equal. In the arena, as the set that a patch makes of another one. */
struct json label_set_changes(struct arena *arena, struct list from, struct list to);
struct list label_set_patched(struct arena *arena, struct list labels, struct json changes);

/* 'env' 'env=prod' …: each key, and each label, as words of a tsvector of PostgreSQL's. In the arena. */
struct text label_set_words(struct arena *arena, struct list labels);

#endif
