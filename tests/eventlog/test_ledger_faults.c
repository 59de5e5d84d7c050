/*
 * The n-th write or commit of the ledger fails, for every n: nothing acknowledged is lost, nothing
 * half-written is seen, reads go on, and the log says that it has stopped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger.h"
#include "eventlog/store/ledger_internal.h"
#include "tests/eventlog/make_ledger.h"

#include <stdio.h>

enum { ARENA_BYTES = 16 << 20, BATCHES = 6, MOST_CALLS = 10000 };

/* Fails the n-th write, or the n-th commit, and tells whether it came to that. */
struct trap {
    bool is_for_commits;
    enum store_fault injected_fault;
    int n;
    int calls;
    bool has_fired;
};

static enum store_fault spring(void *context, bool is_commit)
{
    struct trap *trap = context;

    if (is_commit != trap->is_for_commits || ++trap->calls != trap->n)
        return STORE_FAULT_NONE;
    trap->has_fired = true;
    return trap->injected_fault;
}

struct appended {
    enum status status; /* of the first append that failed, else of the last */
    uint64_t acknowledged;
    struct error error;
};

/* Appends batches of growing size until one fails. */
static struct appended append_batches(struct ledger *log)
{
    struct appended appended = {.status = STATUS_OK};

    for (size_t batch = 1; batch <= BATCHES && appended.status == STATUS_OK; batch++) {
        appended.status = append_next(log, batch, &appended.error);
        if (appended.status == STATUS_OK)
            appended.acknowledged = ledger_size(log);
    }
    return appended;
}

static void expect_readable(struct ledger *log, uint64_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[64];
    struct error error;
    size_t count = 0;

    expect_int64(ledger_size(log), size);
    expect_ok(
        ledger_read(log, (struct position){0}, 64, SIZE_MAX, arena, records, &count, &error),
        &error);
    expect_int64(count, size);
}

static void expect_stopped(struct ledger *log, const struct appended *appended, const char *code)
{
    uint64_t size = ledger_size(log);
    struct error error;

    expect_status(appended->status, STATUS_UNAVAILABLE, &appended->error);
    expect_text(text_from(appended->error.code), code);
    expect(ledger_is_stopped(log, &error));
    expect_status(append_next(log, 1, &error), STATUS_UNAVAILABLE, NULL);
    expect_text(text_from(error.code), "ledger_stopped");
    expect_int64(ledger_size(log), size);
    expect_readable(log, appended->acknowledged);
}

/* After the next start: everything acknowledged, and the batch in doubt as a whole or not. */
static void expect_sound(const char *home, uint64_t acknowledged, uint64_t or_else)
{
    struct ledger *log = make_log(home);
    struct error error;

    expect(ledger_size(log) == acknowledged || ledger_size(log) == or_else);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    expect_ok(append_next(log, 3, &error), &error);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

/* True when the trap went off. */
static bool run_with(struct trap *trap, const char *code)
{
    const char *home = make_home(0);
    struct ledger_settings settings = {.home = home};
    struct store_fault_injection fault_injection = {spring, trap};
    struct ledger *log = NULL;
    struct appended appended;
    struct error error;
    uint64_t next_batch;

    if (ledger_open_with(&settings, &fault_injection, &log, &error) != STATUS_OK) {
        expect(trap->has_fired && log == NULL);
        expect_sound(home, 0, 0);
        return true;
    }
    appended = append_batches(log);
    if (trap->has_fired)
        expect_stopped(log, &appended, code);
    else
        expect_ok(appended.status, &appended.error);
    ledger_close(log);
    /* Batches of 1, 2, 3 … end at 1, 3, 6 …: the one in doubt is the next of these. */
    for (next_batch = 1; next_batch * (next_batch + 1) / 2 <= appended.acknowledged;)
        next_batch++;
    expect_sound(
        home, appended.acknowledged,
        trap->is_for_commits && trap->injected_fault == STORE_FAULT_AFTER
            ? appended.acknowledged + next_batch
            : appended.acknowledged);
    return trap->has_fired;
}

static void fail_every(bool is_for_commits, enum store_fault injected_fault, const char *code)
{
    int n = 0;
    bool has_fired = true;

    while (has_fired && n < MOST_CALLS) {
        struct trap trap = {
            .is_for_commits = is_for_commits, .injected_fault = injected_fault, .n = ++n};

        has_fired = run_with(&trap, code);
    }
    printf("(n = %d) ", n - 1);
    expect(n > 1 && n < MOST_CALLS);
}

static void the_nth_write_fails_and_nothing_is_stored(void)
{
    fail_every(false, STORE_FAULT_BEFORE, "ledger_stopped");
}

static void the_nth_write_is_done_and_yet_fails(void)
{
    fail_every(false, STORE_FAULT_AFTER, "ledger_stopped");
}

static void the_nth_commit_fails_and_the_outcome_is_unknown(void)
{
    fail_every(true, STORE_FAULT_BEFORE, "outcome_unknown");
}

static void the_nth_commit_is_durable_and_yet_fails(void)
{
    fail_every(true, STORE_FAULT_AFTER, "outcome_unknown");
}

static const struct test tests[] = {
    TEST(the_nth_write_fails_and_nothing_is_stored),
    TEST(the_nth_write_is_done_and_yet_fails),
    TEST(the_nth_commit_fails_and_the_outcome_is_unknown),
    TEST(the_nth_commit_is_durable_and_yet_fails),
};
const struct suite test_ledger_faults_suite = SUITE("eventlog/ledger, faults", tests);
