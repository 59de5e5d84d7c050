/*
 * What a command is: an order with an input, decided on the writer against the newest state.
 *
 *   api ──input──► writer ──► decide ──events──► ledger ──► evolve ──► answer_from ──► api
 *
 * decide refuses or emits; it is pure: time, ids and digests are handed in, and it asks the model
 * only. evolve (fold.h) folds what was emitted. A command that emits nothing commits nothing: that
 * is also how a question is asked (who may do this?) of the newest state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"
#include "eventlog/event_type.h"
#include "eventlog/model.h"
#include "eventlog/record.h"

struct decision;
struct history;
struct timezone_list;

struct command {
    const char *name; /* "create_task" */
    const char *doc;  /* one sentence */
    const struct shape *input;
    /* NULL, of a question: it refuses nobody. */
    enum status (*decide)(struct decision *decision, const void *input, struct error *error);
    /* What is answered from the state just folded; NULL: nothing but the outcome. Also called for
     * a repeat of the command. `result` tells what was emitted. Fills a struct of `answer`. */
    const struct shape *answer;
    void (*answer_from)(
        const struct decision *decision, const void *input, struct arena *arena, void *answer);
    /* A question emits nothing and is never remembered. */
    bool is_question;
    /* Where nothing can be written it is done all the same, and counted: what it emits is evidence, and its
     * submitter can do without what would be folded of it. */
    bool may_go_unrecorded;
    /* Where it emits nothing its answer is about no state that anybody relies on: that nothing waits, that a
     * measurement has come. Then it is answered without the lead, and whatever followers hold. */
    bool may_come_to_nothing;
};

/* Is whatever it answers relied on, also where it emits nothing? So only who leads may answer, of what followers hold. */
static inline bool command_is_relied_on(const struct command *command)
{
    return !command->is_question && !command->may_go_unrecorded && !command->may_come_to_nothing;
}

/* The commands of an area, NULL-ended; every area in commands/catalog.c. */
struct command_area {
    const char *name;
    const struct command *const *commands;
};
extern const struct command_area command_catalog[];

/* The rules that operators may set; read once at start. */
struct policy {
    int64_t claim_lease_us;
    int64_t stale_queued_us;
    int64_t stale_running_us;
    int64_t heartbeat_timeout_us;
    double high_cpu_threshold;     /* per cent */
    int64_t high_cpu_repeat_us;    /* at most so often while it stays high */
    int64_t install_token_us;      /* life of a bootstrap token */
    struct uuid boot;              /* this run of the server: what is connected is so in it */
    int64_t finished_task_us;      /* after its end a task leaves the write model; 0: never */
    int64_t terminal_retention_us; /* that the transcript of a terminal is kept */
    int64_t output_retention_us;   /* that what a task wrote is kept after its end; 0: for ever */
    int64_t access_token_us;       /* life of an access token */
    int64_t api_token_us;          /* that a token for a program may be good for */
    int64_t device_trust_us;       /* that a device is trusted; 0: none is */
    int64_t session_us;            /* that a session with a refresh token is open at most … */
    int64_t
        session_idle_us; /* … and without being refreshed, but never less than an access token */
    int64_t origin_retention_us;           /* that origins are kept; 0: for ever */
    const struct timezone_list *timezones; /* as the system knows them; lent */
    bool is_production;
    bool may_bootstrap_insecurely;  /* the first owner comes without a manifest that is signed */
    struct bytes enrollment_digest; /* SHA-256 of the shared registration token; absent: none */
};

/* What decide sees. Fields are for reading; emitting and ids go through the functions. */
struct decision {
    const struct model *model;
    const struct policy *policy;
    struct timestamp now; /* recorded-at of what it emits; for a repeat, of what it emitted then */
    struct actor actor;
    struct arena *arena;
    const struct history *history; /* see history.h; NULL: nothing was ever retired */
    const void *recalled; /* state that decide has found there, for answer_from; else NULL */
    /* Set for answer_from: the stream of the first event, now or at first. Absent when nothing was
     * ever emitted. */
    struct uuid subject;
    struct position first;   /* of that event */
    struct uuid first_event; /* its id */
    uint64_t emitted;
};

/* The next id that this command may use: UUIDv7 of `now` over its seed; the same seed gives the
 * same ids. */
struct uuid decision_id(struct decision *decision);

/* Emits an event to a stream. `event` is copied shallowly: what it points at must live in the
 * decision's arena, the input or static storage. `workspace` may be absent. */
void decision_emit(
    struct decision *decision,
    const struct event_type *type,
    struct uuid stream,
    struct uuid workspace,
    const void *event);

/* What is emitted from now on was caused by this event, and not by what the command itself was submitted
 * for; UUID_NONE: the latter again. */
void decision_caused_by(struct decision *decision, struct uuid event_id);

/* The same, by the event that set a timer; where that is not set nothing changes. */
void decision_caused_by_timer(struct decision *decision, const struct timer *timer);

/* As decision_emit(), with OUTCOME_REFUSED: evidence of a refusal. The command itself still succeeds and
 * tells its caller through its answer. */
void decision_emit_refusal(
    struct decision *decision,
    const struct event_type *type,
    struct uuid stream,
    struct uuid workspace,
    const void *event);

/* A row of an area's table of refusals. */
struct refusal {
    const char *code; /* stable: "task_already_finished" */
    enum status status;
    const char *text;   /* for people; each %s takes an argument of decision_refuse() */
    const char *remedy; /* what to do about it */
};

/* Fills the error from a row; the arguments are terminated texts, one for each %s. */
enum status decision_refuse(struct error *error, const struct refusal *refusal, ...);

/* An id as text for decision_refuse(), in the decision's arena. */
const char *decision_show(const struct decision *decision, struct uuid id);

/* Refusal tables, all areas, for documents; ended by a row with a NULL name. */
struct refusal_area {
    const char *name;
    const struct refusal *const *refusals; /* NULL-ended */
};
extern const struct refusal_area refusal_catalog[];

#endif
