/*
 * The indexer's thread follows the ledger until it is stopped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/run/queue.h"
#include "core/run/thread.h"
#include "eventlog/indexer.h"
#include "eventlog/ledger_index.h"
#include "tests/eventlog/make_ledger.h"

static const int64_t longest_wait_us = INT64_C(30) * US_PER_S;

static void run(void *context)
{
    indexer_run(context);
}

static bool becomes(const struct ledger_index *index, uint64_t size)
{
    int64_t until = monotonic_us() + longest_wait_us;
    struct queue *nothing = queue_new(1);

    while (ledger_index_size(index) < size && monotonic_us() < until)
        expect(queue_take(nothing, 2000) == NULL);
    queue_free(nothing);
    return ledger_index_size(index) == size;
}

static void what_is_appended_is_indexed_by_its_thread(void)
{
    const char *home = make_home(3);
    struct ledger *log = make_log(home);
    struct ledger_index *index = NULL;
    struct indexer *indexer;
    struct thread *thread;
    struct error error;

    expect_ok(ledger_index_open(home, log, false, &index, &error), &error);
    indexer = indexer_new(index);
    thread = thread_start("indexer", run, indexer);
    expect(becomes(index, 3));
    expect_ok(append_next(log, 2, &error), &error);
    indexer_wake(indexer);
    expect(becomes(index, 5));
    indexer_stop(indexer);
    thread_join(thread);
    indexer_free(indexer);
    ledger_index_close(index);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(what_is_appended_is_indexed_by_its_thread),
};

const struct suite test_indexer_suite = SUITE("eventlog/indexer", tests);
