/*
 * Terminals: shells that people use through agents.
 *
 *              opened                       termination_requested             closed | failed
 *   pending ───────────► open ────────────────────────────────► terminating ─────────────► (ended)
 *      │  15 s: failed    │                                         │  10 s: closed
 *      ├──────────────────┴── 300 s without a controller ──────────►┤
 *      └──────────── error of the agent, not delivered ──► failed ◄─┘ (overflow, not delivered)
 *
 * Nothing leads back: an agent that opens what is terminating or has ended is told again to stop.
 * The transcript counts chunks: created, opened, bytes, termination_requested, closed, failed.
 *
 * What follows from a committed record, and from nothing else (A: the node's agent, on its present
 * connection; S: screens of the session, controller and watchers):
 *
 *   record                            A                                  S
 *   terminal.created                  terminal.start {size, runAsRoot}   terminal.session.state
 *   terminal.opened                   -                                  terminal.session.state
 *   terminal.resized                  terminal.resize, if is_open        terminal.session.state
 *   terminal.recorded, stdin          terminal.input {data}              -
 *   terminal.recorded, otherwise      -                                  terminal.output {chunk}
 *   terminal.termination_requested    terminal.stop {reason}             terminal.session.state
 *   terminal.stop_repeated            terminal.stop {reason}             -
 *   terminal.closed                   -                                  …state, terminal.closed
 *   terminal.failed, not by the agent terminal.stop {reason}             …state, terminal.error,
 *   terminal.failed, by the agent     -                                     terminal.closed
 *   terminal.control_taken            -                                  to the former: terminal.error
 *
 * Where the frame to the agent cannot be delivered, the forwarder says so by fail_terminal_delivery.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TERMINAL_TERMINAL_H
#define COMMANDS_TERMINAL_TERMINAL_H

#include "commands/fold.h"
#include "commands/live_session.h"
#include "commands/terminal/terminal_commands.h"
#include "eventlog/events/terminal_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum terminal_kind {
    STATE_TERMINAL = AREA_TERMINAL << AREA_SHIFT,
    LINK_LIVE_TERMINAL,      /* UUID_NONE → session that has not ended */
    LINK_NODE_TERMINAL,      /* node → the same */
    LINK_TERMINAL_WATCHER,   /* session → attachment that watches; the value tells its boot */
    LINK_EXPIRED_TRANSCRIPT, /* UUID_NONE → session whose bytes are to be dropped */
    TIMER_TERMINAL_START,
    TIMER_TERMINAL_ATTEND,
    TIMER_TERMINAL_STOP,
    TIMER_TRANSCRIPT,
    LINK_TRANSCRIPT_USER /* session → who used or watched it, until its bytes are dropped */
};

enum {
    TERMINAL_START_S = 15,
    TERMINAL_ATTEND_S = 300,
    TERMINAL_STOP_S = 10,
    TERMINAL_STOP_AGAIN_S = 10, /* a shell that was to end is reported again: so often it is told */
    TERMINAL_LEAST_KEPT_S =
        25 * 3600, /* after the end: commands are remembered by bodies for a day */
    TERMINAL_MOST_OUTPUT = 10 << 20,     /* bytes of a transcript that output may fill … */
    TERMINAL_MOST_TRANSCRIPT = 20 << 20, /* … and input */
    TERMINAL_MOST_CHUNKS = 200000,       /* of a transcript */
    TERMINAL_MOST_LIVE = 100,            /* of a node */
    TERMINAL_MOST_WATCHERS = 20          /* of a session */
};
extern const struct live_limits terminal_limits;
extern const struct live_timers terminal_live_timers;

struct terminal {
    struct live_session live;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid user_id; /* who created it */
    int64_t cols;
    int64_t rows;
    struct timestamp retention_expires_at;
    struct enum_value cause;  /* why it is to end; absent: it is not */
    struct text stop_reason;  /* that the agent was told; until it has ended */
    struct timestamp told_at; /* when the agent was last told again to stop it */
    int64_t last_seq;
    int64_t transcript_bytes;
    int64_t
        newest_chunk_size; /* ledger size at which its newest chunk of bytes was recorded; 0: none */
    int64_t drop_size;     /* the same of the newest that is still to be dropped; 0: none */
    struct timestamp expired_at;
    struct uuid
        withheld_by; /* the hold because of which its bytes are not dropped, as was last seen */
};
extern const struct aggregate terminal_aggregate;

void terminal_evolve(struct fold *fold, const struct record *record);

/* False when there is no such session. */
bool terminal_load(const struct decision *decision, struct uuid session_id, struct terminal *out);

/* Is a watcher, by the value of its link, on a connection of this run of the server? */
bool terminal_watcher_is_of(uint64_t value, struct uuid boot);

/* The session is there (404), in the workspace that the route names (absent: in any), and the actor is
 * owner or admin of it, or platform admin (403). */
enum status terminal_of_admin(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid session_id,
    struct terminal *out,
    struct error *error);

/* The same for whoever is to use it: its workspace is not archived, and it has not ended (409). */
enum status terminal_of_participant(
    const struct decision *decision,
    struct uuid session_id,
    struct terminal *out,
    struct error *error);

/* What is emitted from now on follows from what the agent was told of the session last: to start it, to stop
 * it. Of an open one it follows from nothing. */
void terminal_follows(struct decision *decision, const struct terminal *terminal);

/* For agents: the connection speaks for the node, and the session is there. Of another node's session
 * *out_is_own is false, and nothing is to happen. What they report follows from what they were told. */
enum status terminal_of_agent(
    struct decision *decision,
    const struct terminal_report *report,
    struct terminal *out,
    bool *out_is_own,
    struct error *error);

/* Makes sure that the attachment is in control, attaching the session's creator where nobody is. */
enum status terminal_must_control(
    struct decision *decision,
    struct terminal *terminal,
    struct uuid attachment_id,
    struct error *error);

/* Emits that an attachment has control: of nobody, or taken from whoever has it. */
void terminal_emit_control(
    struct decision *decision,
    const struct terminal *terminal,
    struct uuid attachment_id,
    struct text reason);

/* Bytes on their way into the transcript. */
struct terminal_chunk {
    enum terminal_direction direction;
    struct bytes data;
    struct timestamp said_at;
    struct uuid attachment_id; /* of whoever typed */
};

/* Emits the chunk, in its two events. */
void terminal_emit_chunk(
    struct decision *decision, const struct terminal *terminal, const struct terminal_chunk *chunk);

/* Does the transcript take so many bytes more, up to this many? */
bool terminal_has_room(const struct terminal *terminal, size_t bytes, int64_t most);

/* Emits that it is to end; what the agent is told follows from the cause, but for a user's reason. */
void terminal_emit_termination(
    struct decision *decision,
    const struct terminal *terminal,
    enum terminal_cause cause,
    struct text reason);

/* The agent runs what was to end: emits that it is told so again, not too often. */
void terminal_emit_stop_again(struct decision *decision, const struct terminal *terminal);

/* Emits the end. Static text or the decision's. */
void terminal_emit_closed(
    struct decision *decision, const struct terminal *terminal, struct terminal_closed *closed);
void terminal_emit_failed(
    struct decision *decision, const struct terminal *terminal, struct terminal_failed *failed);

/* What agents report begins with it. */
extern const struct shape terminal_report_shape;
void terminal_answer_report(
    const struct decision *decision, const void *input, struct arena *arena, void *answer);

/* Of commands whose answer is the session. */
void terminal_answer(
    const struct decision *decision, struct uuid session_id, struct terminal_view *out);

extern const struct refusal refused_terminal_missing;
extern const struct refusal refused_terminal_admin;
extern const struct refusal refused_terminal_creator;
extern const struct refusal refused_terminal_ended;
extern const struct refusal refused_terminal_input;
extern const struct refusal refused_terminal_resize;
extern const struct refusal refused_terminal_control;
extern const struct refusal refused_terminal_full;
extern const struct refusal refused_terminal_watchers;
extern const struct refusal refused_terminal_node_missing;
extern const struct refusal refused_terminal_offline;
extern const struct refusal refused_terminal_route;
extern const struct refusal refused_terminal_root;
extern const struct refusal refused_terminal_limit;
extern const struct refusal refused_terminal_connection;

#endif
