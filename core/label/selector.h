/*
 * Selectors: conditions on labels, as one line of text, with the meaning that Kubernetes gives them.
 *
 *   selector   = condition *( "," condition )               all of them must hold
 *   condition  = key                                        there is such a label, whatever its value
 *              | "!" key                                    there is none
 *              | key ( "=" | "==" ) value
 *              | key "!=" value                             also where there is no such label
 *              | key "in" "(" value *( "," value ) ")"
 *              | key "notin" "(" value *( "," value ) ")"   also where there is no such label
 *   key        = as label_is_any_key() says                 value = as label_is_value() says; may be empty
 *
 * Blanks may stand between any two of them. It is read once (selector_read.c) and asked in two ways: by the matcher,
 * where something is decided, and by the tsquery that PostgreSQL finds rows by. A test holds one against the other.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_LABEL_SELECTOR_H
#define CORE_LABEL_SELECTOR_H

#include "core/label/label.h"

enum {
    SELECTOR_MOST_CONDITIONS = 16,
    SELECTOR_MOST_VALUES = 32, /* of one condition */
    SELECTOR_LONGEST = 4096    /* bytes of its text */
};

enum condition_kind { CONDITION_HAS = 1, CONDITION_LACKS, CONDITION_IN, CONDITION_NOT_IN };

struct condition {
    enum condition_kind kind;
    struct text key;
    const struct text *values; /* of the last two: one or more */
    size_t value_count;
};

struct selector {
    struct condition conditions[SELECTOR_MOST_CONDITIONS];
    size_t count; /* one or more */
};

/* Reads a text, from which the selector borrows. False where it is none: `why` goes behind the name of its field
 * ("must have a value at character 5"), and lies in the arena. A text without conditions is none, so that nobody
 * means everything by leaving something out. */
MUST_USE bool
selector_read(struct text t, struct arena *arena, struct selector *out, struct text *why);

/* Do all conditions hold for these labels? */
bool selector_matches(const struct selector *selector, struct list labels);

/* The same question as a tsquery about label_set_words(), in the arena. */
struct text selector_query(const struct selector *selector, struct arena *arena);

#endif
