/*
 * Those on a loop who hear news on behalf of people. What they may hear is asked when they come, and
 * asked again, once a person, whenever a fact of access has changed.
 *
 *   writer: a fact of access changed ──► each loop ──question a person──► writer ──► listeners
 *                                                       token's end ──────────────► listeners
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUDIENCE_H
#define API_AUDIENCE_H

#include "api/access.h"
#include "api/services.h"
#include "commands/identity/identity_commands.h"
#include "core/run/waitlist.h"

struct audience;
struct loop_context;
struct person;

/* Embedded in who listens. */
struct listener {
    /* What its person may see by now. May remove itself. */
    void (*scoped)(struct listener *listener, const struct user_scope *scope);
    /* It may hear nothing any more: account, session or token have ended. It has been removed. */
    void (*ended)(struct listener *listener);
    struct uuid user_id;
    int64_t session_version;  /* of its token, … */
    struct timestamp ends_at; /* … which ends then; absent: never; … */
    struct uuid session_id;   /* … and was made in this session; absent: it does not say */

    /* The audience's own. */
    struct audience *audience; /* NULL: in none */
    struct person *person;
    struct listener *next; /* of the same person */
    struct listener **link;
    struct waiter waiter; /* for the token's end */
};

/* Of one loop. */
struct audience *audience_new(const struct services *services, struct loop_context *loop);
void audience_free(struct audience *audience); /* after the loop ended; accepts NULL */

/* Says of a listener whose token the caller has. */
void listener_set_caller(struct listener *listener, const struct caller_access *access);

/* Adds a listener whose scope was found when facts of access had this generation: asks again at once where
 * that is not the present one. Loop. */
void audience_add(struct audience *audience, struct listener *listener, uint64_t generation);
void audience_remove(struct listener *listener); /* of none: nothing happens */

/* Is the workspace in their scope by membership? */
bool audience_includes(const struct user_scope *scope, struct uuid workspace_id);

/* How many listen on behalf of a person. Loop. */
size_t audience_count(const struct audience *audience, struct uuid user_id);

/* Facts of access have changed. Any thread. */
void audience_announce(struct audience *audience);

#endif
