/*
 * Checking what was signed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/verify_signed.h"

#include "core/base/arena.h"
#include "eventlog/checkpoint.h"
#include "eventlog/checkpoints.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CHECK_ARENA = 1 << 20 };

void signed_history_note(struct signed_history *history, const struct record *record)
{
    history->size = record->position.value + 1;
    log_history_note(&history->log, record);
}

struct checking {
    struct signed_history *history;
    struct ledger *log;
    struct child_report *report;
    struct arena *arena; /* of one checkpoint */
    struct checkpoint said;
    struct kept_checkpoint kept;
};

static void find(struct checking *checking, const char *what)
{
    char at[TIMESTAMP_TEXT_SIZE];

    timestamp_print(checking->kept.signed_at, at);
    checking->history->wrong++;
    child_report_found(
        checking->report, "the checkpoint of size %llu, kept at %s, %s",
        (unsigned long long)checking->said.size, at, what);
}

/* The newest key always signs; the others only help who does not know it yet. */
static bool is_signed(const struct checking *checking, const struct log_identity *identity)
{
    const struct log_key *newest = identity->keys.items;
    struct note_key key;
    struct text text;

    if (identity->keys.count == 0)
        return false;
    key = note_key_of(checking->said.origin, newest->verifier_key);
    return note_verify(checking->arena, checking->kept.note, &key, &text);
}

static enum status is_prefix(const struct checking *checking, bool *out, struct error *error)
{
    uint64_t size = checking->said.size;
    struct digest root;
    enum status status = STATUS_OK;

    *out = false;
    if (size > ledger_size(checking->log))
        status = ledger_refresh(checking->log, error);
    if (status != STATUS_OK || size > ledger_size(checking->log))
        return status;
    status = ledger_root(checking->log, size, &root, error);
    *out = status == STATUS_OK &&
           memcmp(root.bytes, checking->said.root.bytes, sizeof(root.bytes)) == 0;
    return status;
}

/* What a server has signed meanwhile is judged by its root alone. */
static bool is_news(const struct checking *checking)
{
    return checking->said.size > checking->history->size;
}

/* What is wrong with one that is a prefix, or NULL. */
static const char *fault_of(const struct checking *checking)
{
    const struct log_identity *then = log_history_at(&checking->history->log, checking->said.size);

    if (is_news(checking))
        return NULL;
    if (then == NULL || !text_equal(then->origin, checking->said.origin))
        return "does not name the origin that the ledger had";
    if (!is_signed(checking, then))
        return "is not signed by the key that the ledger had";
    return NULL;
}

static void judge(struct checking *checking, bool holds)
{
    struct signed_history *history = checking->history;
    const struct log_identity *now = log_history_at(&history->log, history->size);
    const char *fault = holds ? fault_of(checking) : "is no prefix of the ledger";
    bool is_former = false;
    int64_t epoch = 0;
    int64_t said = 0;

    if (log_identity_epoch(now, now->origin, &epoch) &&
        log_identity_epoch(now, checking->said.origin, &said) && said <= epoch)
        is_former = said < epoch;
    else if (!is_news(checking))
        fault = "is of an origin that is not this ledger's";
    if (fault == NULL)
        history->holding++;
    else if (!holds && is_former)
        history->contradicted++;
    else
        find(checking, fault);
}

static enum status check_one(struct checking *checking, struct error *error)
{
    bool holds;
    enum status status;

    checking->said = (struct checkpoint){.size = 0};
    if (!checkpoint_parse(checking->arena, checking->kept.note, &checking->said)) {
        find(checking, "is none");
        return STATUS_OK;
    }
    status = is_prefix(checking, &holds, error);
    if (status == STATUS_OK)
        judge(checking, holds);
    return status;
}

static enum status
check_all(struct checking *checking, struct checkpoints *kept, struct error *error)
{
    uint64_t hour = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK) {
        arena_reset(checking->arena);
        status = checkpoints_next(kept, &hour, checking->arena, &checking->kept, error);
        if (status == STATUS_OK)
            status = check_one(checking, error);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_any_kept(const char *home)
{
    char path[PATH_MAX];
    struct stat file;

    return snprintf(path, sizeof(path), "%s/checkpoints.mdb", home) < (int)sizeof(path) &&
           stat(path, &file) == 0 && file.st_size > 0;
}

enum status signed_history_check(
    struct signed_history *history,
    const char *home,
    struct ledger *log,
    struct child_report *report,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(CHECK_ARENA);
    struct checking checking = {.history = history, .log = log, .report = report, .arena = arena};
    struct checkpoints *kept = NULL;
    enum status status;

    if (history->log.count == 0 || !is_any_kept(home))
        return STATUS_OK;
    status = checkpoints_open(home, true, &kept, error);
    if (status == STATUS_OK)
        status = check_all(&checking, kept, error);
    checkpoints_close(kept);
    return status;
}

const char *signed_history_said(const struct signed_history *history, char out[SIGNED_SAID_SIZE])
{
    unsigned long long holding = history->holding;
    int size = snprintf(
        out, SIGNED_SAID_SIZE, "%llu kept checkpoint%s", holding,
        holding == 1 ? " holds" : "s hold");

    if (history->contradicted > 0)
        snprintf(
            out + size, (size_t)(SIGNED_SAID_SIZE - size),
            ", %llu of former origins contradict it, as declared",
            (unsigned long long)history->contradicted);
    return out;
}
