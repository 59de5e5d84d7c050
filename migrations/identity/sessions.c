/*
 * Sessions that are open: what people opened by signing in. Those that have ended are on the ledger, and in the audit
 * trail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/sessions.h"

#include "eventlog/events/identity_events.h"

static const struct field session_row_fields[] = {
    {UUID(session_row, id), .flags = REQUIRED, .doc = "Id of the session."},
    {UUID(session_row, user_id), .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(session_row, method, sign_in_method_names), .flags = REQUIRED, .doc = "What opened it."},
    {TEXT(session_row, ip_address), .doc = "Address that the sign-in came from."},
    {TEXT(session_row, user_agent), .doc = "Program that sent the sign-in."},
    {TIMESTAMP(session_row, created_at), .flags = REQUIRED, .doc = "Time of the sign-in."},
    {TIMESTAMP(session_row, last_used_at), .flags = REQUIRED,
     .doc = "Time of the sign-in, or that its refresh token was last used."},
    {TIMESTAMP(session_row, expires_at), .flags = REQUIRED,
     .doc = "Time it ends unless it is refreshed before."},
    {TIMESTAMP(session_row, ends_at), .flags = REQUIRED, .doc = "Time it ends at the latest."},
    {UUID(session_row, origin_key), .flags = HIDDEN,
     .doc =
         "Made of the key that ip_address and user_agent are sealed under; null: there are none."},
};
const struct shape session_row_shape = SHAPE(session_row, "A session that is open.");

static const struct table_index indexes[] = {
    {.columns = "user_id, created_at, id"},
    {.columns = "origin_key", .where = "origin_key is not null"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .removes = true},
    {.of = "origin_key", .blanks = "ip_address, user_agent, origin_key"},
    {.of = NULL},
};

const struct table sessions_table = {
    .name = "sessions",
    .area = "identity",
    .shape = &session_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
