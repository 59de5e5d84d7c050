/*
 * Sessions that are open: everybody's own, and for platform admins those of a person. Which one the caller asks with is
 * known of the call, not of the row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/session_resources.h"

#include "api/call.h"
#include "api/identity/user_resources.h"
#include "migrations/identity/sessions.h"

struct open_session_view {
    struct session_row row;
    struct opt_bool is_current;
};
static const struct field open_session_view_fields[] = {
    {BOOL(open_session_view, is_current), .flags = REQUIRED,
     .doc = "Whether it is the one that this was asked with."},
};
static const struct shape open_session_view_shape =
    SHAPE_WITH(open_session_view, "A session that is open.", .base = &session_row_shape);

static const struct view_column columns[] = {
    {"is_current", "false"},
    {NULL, NULL},
};

static enum status mark_current(struct call *call, void *rows, size_t count, struct error *error)
{
    struct open_session_view *sessions = rows;

    for (size_t i = 0; i < count; i++)
        sessions[i].is_current =
            opt_bool_of(uuid_equal(sessions[i].row.id, call->access.session_id));
    (void)error; /* nothing of it can fail */
    return STATUS_OK;
}

#define SESSIONS                                                                                   \
    .table = &sessions_table, .view = &open_session_view_shape, .columns = columns,                \
    .fill_live = mark_current, .scope_column = "user_id", .id_parameter = "session_id",            \
    .missing = "Session %s was not found", .order = {{"created_at", true}, {"id", true}},          \
    .limit = {.usual = 100, .most = 1000}

const struct resource own_session_resource = {
    .name = "own_sessions", SESSIONS, .scope = SCOPE_CALLER};

const struct resource user_session_resource = {
    .name = "user_sessions", SESSIONS, .scope = SCOPE_PARENT, .parent = &user_resource};
