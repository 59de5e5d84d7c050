/*
 * Telling the server what a task's journal holds, record by record, until it was heard.
 *
 *   journal ─► first record ─► POST ─► done, or refused: told ─► next
 *                                └──► later: the same again, after a while
 *
 * A record is sent under a key of its own, so that the server takes it once however often it is sent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_REPORTS_H
#define API_NODE_AGENT_REPORTS_H

#include "api/node_agent/api_client.h"
#include "api/node_agent/journal.h"

struct reports;

/* A record was heard, or was refused for good. Called on the loop; may free the reports. */
typedef void reports_told(void *context, enum journal_kind kind, bool is_refused);

/* Given to the caller; the others are borrowed until reports_free(). */
struct reports *reports_new(
    struct loop *loop,
    struct api_client *client,
    struct journal_file *file,
    reports_told *told,
    void *context);
void reports_free(struct reports *reports); /* accepts NULL */

/* There may be something to tell. */
void reports_wake(struct reports *reports);

#endif
