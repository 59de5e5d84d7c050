/*
 * What callers may do, as the writer's model says it, and what a loop remembers of that: for each
 * (token, workspace) whose token it is and the facts, until any such fact changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ACCESS_H
#define API_ACCESS_H

#include "core/base/timestamp.h"
#include "core/base/uuid.h"
#include "core/crypto/crypto.h"

#include <stdbool.h>
#include <stdint.h>

enum { ACCESS_NETWORKS = 256 };

struct caller_access {
    struct uuid user_id;
    struct uuid workspace_id; /* that the path names, or absent */
    bool user_exists;
    bool is_active;
    bool is_platform_admin;
    bool is_platform_auditor;
    bool is_recovery_admin;
    bool lacks_authority; /* of the role that the account has, which then is none of these */
    struct timestamp role_ends_at; /* absent: while no fact changes */
    int64_t session_version;
    bool workspace_exists;
    int64_t member_role; /* enum member_role, 0: none */
    bool has_session_ended;
    bool lacks_factor;      /* that everybody needs */
    bool lacks_factor_here; /* that the workspace requires */
    bool has_no_factor;     /* which lists over several workspaces look at */

    struct digest token;            /* SHA-256 of the access token */
    int64_t token_session_version;  /* what it was made for */
    struct uuid session_id;         /* that it was made in; absent: it does not say */
    struct timestamp token_made_at; /* absent: it does not say */
    struct timestamp token_ends_at; /* absent: never */
    uint64_t generation;            /* of the facts */

    /* Of an API token, whose id `session_id` is. */
    int64_t token_scope; /* enum token_scope; 0: it is none */
    bool token_is_for_here;
    char token_networks[ACCESS_NETWORKS]; /* that it may come from; empty: from anywhere */
    struct timestamp token_used_at;       /* to the hour */
};

struct access_cache;

struct access_cache *access_cache_new(void);
void access_cache_free(struct access_cache *cache); /* accepts NULL */

/* NULL: not known, or known of another generation (then all is forgotten), or the token has ended.
 * Borrowed until the next call. */
const struct caller_access *access_cache_get(
    struct access_cache *cache,
    uint64_t generation,
    const struct digest *token,
    struct uuid workspace_id,
    struct timestamp now);

/* Remembers (copies) facts, unless they are of another generation than was last asked for. */
void access_cache_put(struct access_cache *cache, const struct caller_access *access);

/* Notes when an API token that is known was used. */
void access_cache_note_use(struct access_cache *cache, const struct caller_access *access);

#endif
