/*
 * A small server: one thread that writes, one that projects.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/busy_home.h"

#include "core/base/must.h"
#include "core/run/thread.h"
#include "projections/engine.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"
#include "tests/support/postgres.h"
#include "tests/support/stopped_home.h"
#include "tests/support/story.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_engine(void *engine)
{
    engine_run(engine);
}

static bool is_closed(int stop)
{
    struct pollfd wait = {.fd = stop, .events = POLLIN};

    return poll(&wait, 1, 0) != 0;
}

static void wait_until_served(const struct progress *progress, uint64_t size)
{
    while (progress->size < size)
        poll(NULL, 0, 5);
}

static void work(const struct data_dir_settings *settings, int ready, int stop)
{
    struct test_ledger *ledger = make_ledger_in(settings->path);
    struct progress progress;
    struct engine_settings engine_settings = {
        .log = ledger->log,
        .keyring = ledger->keyring,
        .conninfo = settings->conninfo.data,
        .progress = &progress,
    };
    struct engine *engine = engine_new(&engine_settings);
    struct thread *thread;
    char byte = 'r';

    progress_init(&progress);
    thread = thread_start("projector", run_engine, engine);
    given_opening(ledger);
    for (unsigned chapter = 0; chapter < 3 || !is_closed(stop); chapter++) {
        given_chapter(ledger, chapter);
        given_committed(ledger);
        engine_wake(engine);
        given_derived(settings->path, ledger->log);
        if (chapter == 2) {
            wait_until_served(&progress, ledger_size(ledger->log));
            must(write(ready, &byte, 1) == 1);
        }
    }
    engine_stop(engine);
    thread_join(thread);
    engine_free(engine);
    end_ledger(ledger);
}

struct busy_home make_busy_home(void)
{
    struct busy_home home = {
        .settings = {
            .path = make_directory(),
            .conninfo = text_from(make_database()),
            .secret = text_lit("a secret of tests"),
        }};
    int ready[2];
    int stop[2];
    char byte;

    must(pipe(ready) == 0 && pipe(stop) == 0);
    home.pid = fork();
    must(home.pid >= 0);
    if (home.pid == 0) {
        close(stop[1]);
        work(&home.settings, ready[1], stop[0]);
        _exit(0);
    }
    close(ready[1]);
    close(stop[0]);
    must(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    home.stop = stop[1];
    return home;
}

int end_busy_home(struct busy_home home)
{
    int how = -1;

    close(home.stop);
    must(waitpid(home.pid, &how, 0) == home.pid);
    return how;
}
