/*
 * Terminal sessions: shells that people used, or use, through agents.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_TERMINAL_TERMINAL_SESSIONS_H
#define MIGRATIONS_TERMINAL_TERMINAL_SESSIONS_H

#include "core/db/table.h"

struct terminal_session_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid created_by_user_id;
    struct text created_by_email_snapshot;
    struct enum_value status;
    struct timestamp opened_at;
    struct timestamp closed_at;
    struct text closed_reason;
    int64_t exit_code;
    int64_t cols;
    int64_t rows;
    struct opt_bool run_as_root;
    struct timestamp retention_expires_at;
    int64_t chunk_count;
    int64_t last_chunk_seq;
    struct uuid controller_user_id;
    struct list watcher_user_ids; /* of UUIDs, one for each attachment */
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t transcript_size; /* bytes */
    struct opt_bool is_expired;
    struct list watcher_ids; /* of UUIDs: attachments, in the order of watcher_user_ids */
    int64_t revision;
};
extern const struct shape terminal_session_row_shape;
extern const struct table terminal_sessions_table;

#endif
