/*
 * Which events give entities their names, and which end them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_NAMING_H
#define API_EVIDENCE_NAMING_H

#include "core/base/arena.h"
#include "eventlog/record.h"

struct keyring;

/* An event whose stream is the entity. */
struct naming {
    const char *kind; /* as migrations/tables.h has it */
    const struct event_type *type;
    const char *names[2]; /* fields that hold a name; none: the entity has its id alone */
    bool is_first;        /* the entity begins with it */
    bool is_of_platform;  /* no workspace's */
};

/* Ended by a row without a kind; those of a kind stand together. */
extern const struct naming namings[];

/* The event that ends an entity of a kind; NULL: none does. */
const struct event_type *naming_end(const char *kind);

/* What is looked for. */
struct naming_asked {
    struct text name;
    struct bytes digest; /* keyed digest of it as an e-mail address */
};

/* Does the event name its entity so? Absent names say nothing, and those of a forgotten person neither.
 * `*out_names` tells whether it names it at all. */
MUST_USE enum status naming_bears(
    const struct naming *naming,
    const struct record *record,
    const struct naming_asked *asked,
    struct keyring *keyring,
    bool *out_bears,
    bool *out_names,
    struct error *error);

/* The first name that it has and that is nobody's own; absent for none. Borrowed from the record. */
struct text naming_shown(const struct naming *naming, const struct record *record);

#endif
