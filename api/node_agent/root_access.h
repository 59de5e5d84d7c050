/*
 * How much the node may do as root: a profile that operators choose at the server. The agent has it put
 * into force by the root helper, keeps to it itself too, and reports what is in force.
 *
 *   answer to a claim: profile ─► root_access_want ─► root helper "profile" ─► sudo's rules
 *   next claim: applied profile, or why not ◄──────────────────────────────────┘
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ROOT_ACCESS_H
#define API_NODE_AGENT_ROOT_ACCESS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct loop;
struct root_access;

/* As it is reported, and as it is kept in the state directory. */
struct root_access_report {
    struct text applied_profile;
    struct timestamp last_applied_at;
    struct text last_error;
};
extern const struct shape root_access_report_shape;

/* Of the state directory; `program` is the agent's own. Given to the caller; on the loop's thread. */
struct root_access *
root_access_new(struct loop *loop, const char *state_directory, const char *program);

/* `changed` is called each time that the report has changed. */
void root_access_listen(struct root_access *access, void (*changed)(void *context), void *context);
void root_access_free(struct root_access *access); /* accepts NULL */

/* The server wants this profile; one that is in force already, or is no profile, changes nothing. */
void root_access_want(struct root_access *access, struct text profile);

/* Borrowed until the next call. */
const struct root_access_report *root_access_report(const struct root_access *access);

/* May the root helper be asked for this verb? */
bool root_access_allows(const struct root_access *access, const char *verb);

/* The rules of sudo that a profile stands for: which verbs `user` may have `program` run as root. In the
 * arena; STATUS_INVALID where one of them is none that can be written into such rules. */
MUST_USE enum status root_access_rules(
    struct text profile,
    const char *user,
    const char *program,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
