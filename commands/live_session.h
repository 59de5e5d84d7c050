/*
 * Live sessions: a machine that somebody works on through us, from the start until it is over. What
 * all kinds of them have in common: states, deadlines, and who is in control. A kind has its own
 * aggregate, which begins with a struct live_session, and its own events; both parts are pure.
 *
 *              opened                    asked to end              ended
 *   starting ───────────► open ──────────────────────► terminating ─────► closed | failed
 *      │                   │  ▲                              ▲
 *      │   nobody controls │  │ attach, take over            │
 *      │         it:       ▼  │                              │
 *      │            open, unattended ── for too long ────────┤
 *      └─ asked to end, or never attended for as long ───────┘
 *   any of them ── fails, or is given up ──► failed | closed
 *
 * Control has a generation, which grows with each attachment that gets it: whoever had an older one
 * has none. Deadlines follow from the state, so a restart forgets none of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_LIVE_SESSION_H
#define COMMANDS_LIVE_SESSION_H

#include "eventlog/model.h"

enum live_status {
    LIVE_STARTING = 1,
    LIVE_OPEN = 2,
    LIVE_TERMINATING = 3,
    LIVE_CLOSED = 4,
    LIVE_FAILED = 5
};
extern const char *const live_status_names[];

/* The beginning of every kind's state. Tags 1 to 19 are its own. */
struct live_session {
    struct uuid id;
    struct enum_value status; /* enum live_status */
    struct timestamp created_at;
    struct timestamp unattended_since; /* absent: somebody is in control */
    struct timestamp stopping_since;   /* absent: not asked to end yet */
    struct uuid controller;            /* attachment; absent: nobody */
    struct uuid controller_user_id;
    struct uuid controller_boot; /* of the server that has the attachment */
    int64_t generation;
};
extern const struct shape live_session_shape;

/* How long a kind waits. What is folded depends on it, so it is no setting. */
struct live_limits {
    int64_t start_us;  /* to be opened */
    int64_t attend_us; /* for somebody in control, again or at first */
    int64_t stop_us;   /* to end, once asked to */
};

/* A kind's timers, as kinds of the model. */
struct live_timers {
    uint16_t start;
    uint16_t attend;
    uint16_t stop;
};

/* Somebody on a connection of ours. */
struct live_attachment {
    struct uuid id;
    struct uuid user_id;
    struct uuid boot;
};

/* What happens to it; for evolve. */
void live_session_begin(struct live_session *session, struct uuid id, struct timestamp at);
void live_session_give_control(
    struct live_session *session, const struct live_attachment *attachment, int64_t generation);
/* Does nothing where another one has control. */
void live_session_release_control(
    struct live_session *session, struct uuid attachment_id, struct timestamp at);
void live_session_stop(struct live_session *session, struct timestamp at);
void live_session_end(struct live_session *session, enum live_status status);

bool live_session_has_ended(const struct live_session *session);
bool live_session_is_controlled(const struct live_session *session);

/* When it falls due that it must have been opened, attended or ended; absent: never. */
struct timestamp
live_session_start_due(const struct live_session *session, const struct live_limits *limits);
struct timestamp
live_session_attend_due(const struct live_session *session, const struct live_limits *limits);
struct timestamp
live_session_stop_due(const struct live_session *session, const struct live_limits *limits);

/* Sets the timers that `after` needs, and clears those that `before` had. */
void live_session_move_timers(
    struct model *model,
    const struct live_timers *timers,
    const struct live_limits *limits,
    const struct live_session *before,
    const struct live_session *after);

#endif
