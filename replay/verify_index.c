/*
 * The forensic index against a fresh one, as far as it had come when it was opened.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_index.h"
#include "replay/verify_internal.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

enum { SLICE = 100000 };

struct checking {
    const struct verify *verify;
    struct child_report *child_report;
    struct ledger *log;
    struct ledger_index *live;
    struct ledger_index *fresh;
};

static void found(struct bytes key, struct position at, void *context)
{
    static const char *const names[] = {
        [LEDGER_INDEX_STREAM] = "stream",
        [LEDGER_INDEX_WORKSPACE] = "workspace",
        [LEDGER_INDEX_ACTOR] = "actor",
        [LEDGER_INDEX_ENTITY] = "entity",
        [LEDGER_INDEX_TYPE] = "type",
        [LEDGER_INDEX_ORIGIN] = "origin",
        [LEDGER_INDEX_CORRELATION] = "correlation",
        [LEDGER_INDEX_CAUSATION] = "causation",
        [LEDGER_INDEX_ACTOR_KIND] = "kind of actor",
        [LEDGER_INDEX_OUTCOME] = "outcome",
        [LEDGER_INDEX_WORKSPACE_TYPE] = "workspace and type"};
    struct checking *checking = context;
    size_t kind = key.size == 0 ? 0 : key.data[0];
    const char *name = kind < COUNT_OF(names) ? names[kind] : NULL;

    child_report_found(
        checking->child_report, "the %s of the event at position %llu",
        name == NULL ? "unknown key" : name, (unsigned long long)at.value);
}

/* As far as the live one has come: events beyond may have forgotten what is found before them. */
static enum status open_fresh(struct checking *checking, struct error *error)
{
    char directory[PATH_MAX];
    enum status status;

    snprintf(directory, sizeof(directory), "%s/index", checking->verify->workspace);
    mkdir(directory, 0700);
    status = ledger_index_open(directory, checking->log, false, &checking->fresh, error);
    if (status == STATUS_OK)
        ledger_index_end_at(checking->fresh, ledger_index_size(checking->live));
    return status;
}

static enum status catch_up(struct checking *checking, struct error *error)
{
    enum status status = STATUS_OK;
    size_t added = 1;

    while (status == STATUS_OK && added > 0) {
        status = ledger_index_catch_up(checking->fresh, SLICE, &added, error);
        if (status == STATUS_OK)
            child_report_progress(
                ledger_index_size(checking->fresh), ledger_index_size(checking->live),
                checking->child_report);
    }
    return status;
}

/* Also where a server that runs has not indexed yet what the ledger's part has seen. */
static bool needs_another_look(enum status status, const struct checking *checking)
{
    return status == STATUS_CORRUPT ||
           (status == STATUS_OK && ledger_index_size(checking->live) < checking->verify->size);
}

/* Between our look at the ledger and our look at the index a server may have gone on with both:
 * then the index seems ahead, and we look again. */
static enum status open_live(struct checking *checking, struct error *error)
{
    enum status status = STATUS_CORRUPT;

    for (int i = 0; i < VERIFY_TRIES && needs_another_look(status, checking); i++) {
        if (i > 0)
            poll(NULL, 0, VERIFY_TRY_MS);
        ledger_index_close(checking->live);
        checking->live = NULL;
        status = ledger_refresh(checking->log, error);
        if (status == STATUS_OK)
            status = ledger_index_open(
                checking->verify->home, checking->log, true, &checking->live, error);
    }
    return status;
}

static void conclude(struct checking *checking)
{
    uint64_t size = ledger_index_size(checking->live);

    if (checking->child_report->found == 0)
        child_report_verdict(
            checking->child_report, VERDICT_OK, size, "every pair equals a fresh one");
    else
        child_report_verdict(
            checking->child_report, VERDICT_DIFFERS, size,
            "index.mdb differs from a fresh one. Stop the server and remove index.mdb: it is built "
            "again at the next start.");
}

static enum status check(void *context, struct error *error)
{
    struct checking *checking = context;
    const struct ledger_settings settings = {.home = checking->verify->home, .is_read_only = true};
    enum status status = ledger_open(&settings, &checking->log, error);

    if (status == STATUS_OK)
        status = open_live(checking, error);
    if (status == STATUS_OK)
        status = open_fresh(checking, error);
    if (status == STATUS_OK)
        status = catch_up(checking, error);
    if (status == STATUS_OK)
        status = ledger_index_compare(
            checking->live, checking->fresh, ledger_index_size(checking->live), found, checking,
            error);
    if (status == STATUS_OK)
        conclude(checking);
    return status;
}

static const struct derived_part index_part = {
    .file = "index.mdb",
    .absent = "there is no index.mdb; it is built at the next start",
    .foreign = "index.mdb is another version's; this one builds its own at its start",
    .check = check,
};

void verify_index(const struct verify *verify, struct child_report *child_report)
{
    struct checking checking = {.verify = verify, .child_report = child_report};

    verify_derived(verify, &index_part, &checking, child_report);
    ledger_index_close(checking.live);
    ledger_index_close(checking.fresh);
    ledger_close(checking.log);
}
