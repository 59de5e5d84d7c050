/*
 * Requests passed on to another server of this program as they are, and its answers back: one thread for all
 * of them, however long each takes.
 *
 *   any thread ──forward_submit──► [libcurl] ──► the other server
 *                    job->done() ◄──── answer, or why there is none
 *
 * Each goes over a connection of its own: on one that was kept, libcurl could send a request twice. Of https
 * the certificate is verified. No redirection is followed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_FORWARD_H
#define CORE_OUTBOUND_FORWARD_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/run/queue.h"

struct forward;

struct forward_header {
    struct text name;
    struct text value;
};

enum { FORWARD_MOST_HEADERS = 64, FORWARD_LARGEST_ANSWER = 64 << 20 };

struct forward_job {
    struct queue_item item; /* first */

    struct text method;
    struct text target; /* begins with a slash */
    struct forward_header headers[FORWARD_MOST_HEADERS];
    size_t header_count;
    struct text body;
    struct arena *arena; /* for what is answered; the thread's until done() */

    /* Filled before done(). STATUS_OK: there is an answer, of whatever HTTP status. Else "leader_unreachable":
     * nothing was sent; "outcome_unknown": it was, and may have been done. */
    enum status status;
    struct error error;
    int http_status;
    struct forward_header answer_headers[FORWARD_MOST_HEADERS];
    size_t answer_header_count;
    struct buf answer; /* the submitter's to end */

    void (*done)(struct forward_job *job); /* on the thread */
    void *owner;
};

/* Given. */
struct forward *forward_new(struct text url, struct text ca_file);
void forward_free(struct forward *forward); /* after its thread; accepts NULL */

/* False when too many are under way, or it has ended: then done() is not called. Any thread. */
MUST_USE bool forward_submit(struct forward *forward, struct forward_job *job);

/* Until forward_stop(); then what is under way fails. A thread of its own. */
void forward_run(void *forward);
void forward_stop(struct forward *forward); /* any thread; accepts NULL */

#endif
