/*
 * Given, when, then for commands: what happened before, what is ordered now, what comes of it. All
 * events go through the real codec and the real fold, into a model of their own.
 *
 *   struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
 *   GIVEN(s, HAPPENED(task_created, .task_id = T1, …));
 *   WHEN(s, cancel_task, .id = T1);
 *   THEN_EMITTED(s, HAPPENED(task_cancelled, .task_id = T1));
 *
 * GIVEN never checks, THEN never prepares. A command that emits is folded, so a second WHEN sees
 * what the first has left.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_SCENARIO_H
#define TESTS_SUPPORT_SCENARIO_H

#include "commands/command.h"
#include "tests/support/expect.h"

struct scenario;

/* An event as a test writes it. Its stream is what its first field names. */
struct happened {
    const struct event_type *type;
    const void *event;
    enum outcome outcome;
};
#define HAPPENED(tag, ...)                                                                         \
    ((struct happened){&tag##_event, &(const struct tag){__VA_ARGS__}, OUTCOME_DONE})
/* The same as evidence of a refusal. */
#define EVIDENCE(tag, ...)                                                                         \
    ((struct happened){&tag##_event, &(const struct tag){__VA_ARGS__}, OUTCOME_REFUSED})

#define HAPPENINGS(...)                                                                            \
    (const struct happened[]){__VA_ARGS__},                                                        \
        sizeof((const struct happened[]){__VA_ARGS__}) / sizeof(struct happened)

#define GIVEN(s, ...)       scenario_given(s, HAPPENINGS(__VA_ARGS__))
#define WHEN(s, order, ...) scenario_when(s, &order##_command, &(const struct order){__VA_ARGS__})
/* The clock looks: the first timer that is due has its command decided; none may be due. */
#define WHEN_DUE(s)          scenario_when_due(s)
#define THEN_EMITTED(s, ...) scenario_expect_emitted(s, HAPPENINGS(__VA_ARGS__), __FILE__, __LINE__)
/* The first event that was emitted was caused by the newest of a type before it; NULL: by none. */
#define THEN_CAUSED_BY(s, tag) scenario_expect_cause(s, &tag##_event, __FILE__, __LINE__)
#define THEN_NOTHING(s)        scenario_expect_emitted(s, NULL, 0, __FILE__, __LINE__)
#define THEN_REFUSED(s, status, text)                                                              \
    scenario_expect_refused(s, STATUS_##status, text, __FILE__, __LINE__)
/* The answer of the last command, as a struct of `type`; NULL after a refusal. */
#define ANSWER(s, type) ((const struct type *)scenario_answer(s))

/* An empty model at a moment (ISO 8601), with the usual policy and the system as actor. Borrowed
 * until the next one begins. */
struct scenario *scenario_at(const char *timestamp);

/* Time goes by. */
void scenario_pass(struct scenario *s, int64_t seconds);
struct timestamp scenario_now(const struct scenario *s);

/* Who orders from now on. */
void scenario_actor(struct scenario *s, enum actor_kind kind, struct uuid id);

/* Of the events that are given from now on; absent at first. */
void scenario_workspace(struct scenario *s, struct uuid workspace_id);

/* To be changed before an order. */
struct policy *scenario_policy(struct scenario *s);

void scenario_given(struct scenario *s, const struct happened *events, size_t count);
void scenario_when(struct scenario *s, const struct command *command, const void *input);
void scenario_when_due(struct scenario *s);
void scenario_expect_emitted(
    struct scenario *s, const struct happened *wanted, size_t count, const char *file, int line);
void scenario_expect_cause(
    struct scenario *s, const struct event_type *type, const char *file, int line);
void scenario_expect_refused(
    struct scenario *s, enum status status, const char *text, const char *file, int line);
const void *scenario_answer(const struct scenario *s);
/* Of the last command. */
enum status scenario_status(const struct scenario *s, const struct error **out_error);

/* The n-th id that the last command could make. */
struct uuid scenario_made(const struct scenario *s, int n);
/* When the n-th event of the last command was recorded. */
struct timestamp scenario_recorded(const struct scenario *s, int n);
/* How many events there are by now. */
int64_t scenario_size(const struct scenario *s);
const struct model *scenario_model(const struct scenario *s);
/* From now on the index of the ledger is too far behind to be asked, or is not any more. */
void scenario_index_behind(struct scenario *s, bool is_behind);
/* How many timers of the kind are set, due or not. */
size_t scenario_timers(const struct scenario *s, int64_t kind);

/* Values for tests; those in memory live as long as the scenario. */
struct uuid id_named(const char *name);
struct timestamp at(const char *timestamp);
/* The text of a refusal that names an id; %s stands for it. */
const char *naming(const struct scenario *s, const char *text, struct uuid id);
struct bytes digest_named(const struct scenario *s, const char *name);
/* A personal value as the write side sees it: a box, and a digest beside it. */
struct personal sealed(const struct scenario *s, const char *text);

#define W1 id_named("workspace 1")
#define W2 id_named("workspace 2")
#define N1 id_named("node 1")
#define N2 id_named("node 2")
#define T1 id_named("task 1")
#define T2 id_named("task 2")
#define U1 id_named("user 1")
#define U2 id_named("user 2")
#define U3 id_named("user 3")
#define I1 id_named("install 1")

#endif
