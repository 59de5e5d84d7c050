/*
 * The write model against a fresh fold.
 *
 *   fold anew as far as model.mdb has come ─► open model.mdb again, fold what came meanwhile ─► compare
 *
 * A server may go on committing: what is compared is one commit of it, and it is held only for the
 * comparing, because a reader that stays makes the file grow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "core/base/uuid.h"
#include "eventlog/ledger.h"
#include "replay/verify_internal.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct checking {
    const struct verify *verify;
    struct child_report *child_report;
    struct ledger *log;
    struct model *live;
    struct model *fresh;
};

/* How much of a key is shown. */
enum { SHOWN_BYTES = 40 };

static const char *name_of_kind(uint8_t kind)
{
    for (size_t i = 0; aggregate_catalog[i] != NULL; i++) {
        if (aggregate_catalog[i]->kind == kind)
            return aggregate_catalog[i]->name;
    }
    return NULL;
}

static void found(const char *table, struct bytes key, void *context)
{
    struct checking *checking = context;
    const char *kind = key.size == 1 + sizeof(struct uuid) ? name_of_kind(key.data[0]) : NULL;
    char shown[2 * SHOWN_BYTES + 1] = "";

    if (kind != NULL && strcmp(table, "state") == 0) {
        struct uuid id;
        char text[UUID_TEXT_SIZE];
        memcpy(id.bytes, key.data + 1, sizeof(id.bytes));
        uuid_print(id, text);
        child_report_found(checking->child_report, "state of %s %s", kind, text);
        return;
    }
    for (size_t i = 0; i < key.size && i < SHOWN_BYTES; i++)
        snprintf(shown + 2 * i, 3, "%02x", key.data[i]);
    child_report_found(
        checking->child_report, "%s %s%s", table, shown, key.size > SHOWN_BYTES ? "..." : "");
}

static enum status open_live(struct checking *checking, struct error *error)
{
    model_close(checking->live);
    checking->live = NULL;
    return model_open_to_read(checking->verify->home, fold_fingerprint(), &checking->live, error);
}

static enum status open_fresh(struct checking *checking, struct error *error)
{
    char directory[PATH_MAX];

    snprintf(directory, sizeof(directory), "%s/model", checking->verify->workspace);
    mkdir(directory, 0700);
    return model_open(directory, fold_fingerprint(), &checking->fresh, error);
}

static enum status fold_as_far(struct checking *checking, uint64_t size, struct error *error)
{
    enum status status = ledger_refresh(checking->log, error);
    uint64_t head = ledger_size(checking->log);

    if (status != STATUS_OK)
        return status;
    return fold_catch_up(
        checking->fresh, checking->log, size < head ? size : head, child_report_progress,
        checking->child_report, error);
}

/* Gives a server that runs the time to commit what the ledger's part has seen. */
static enum status open_near(struct checking *checking, struct error *error)
{
    enum status status = open_live(checking, error);

    for (int i = 0; i < VERIFY_TRIES && status == STATUS_OK &&
                    model_size(checking->live) < checking->verify->size;
         i++) {
        poll(NULL, 0, VERIFY_TRY_MS);
        status = open_live(checking, error);
    }
    return status;
}

/* The long part holds no transaction of the live model. */
static enum status approach(struct checking *checking, struct error *error)
{
    enum status status = open_near(checking, error);
    uint64_t size = status == STATUS_OK ? model_size(checking->live) : 0;

    model_close(checking->live);
    checking->live = NULL;
    return status == STATUS_OK ? fold_as_far(checking, size, error) : status;
}

/* The commit that is compared, and what of the ledger came until it. */
static enum status meet(struct checking *checking, struct error *error)
{
    enum status status = open_live(checking, error);

    return status == STATUS_OK ? fold_as_far(checking, model_size(checking->live), error) : status;
}

static bool is_confirmed(const struct checking *checking)
{
    uint64_t size = model_size(checking->live);
    struct digest mine = model_root(checking->live);
    struct digest root;

    if (size == 0)
        return true;
    return size <= ledger_size(checking->log) &&
           ledger_root(checking->log, size, &root, NULL) == STATUS_OK &&
           memcmp(root.bytes, mine.bytes, DIGEST_SIZE) == 0;
}

static void compare(struct checking *checking)
{
    uint64_t size = model_size(checking->live);

    if (!is_confirmed(checking))
        child_report_verdict(
            checking->child_report, VERDICT_DIFFERS, size,
            "model.mdb was not folded from this ledger. The server discards it at its next start.");
    else if (model_compare(checking->live, checking->fresh, found, checking))
        child_report_verdict(
            checking->child_report, VERDICT_OK, size, "every pair equals a fresh fold");
    else
        child_report_verdict(
            checking->child_report, VERDICT_DIFFERS, size,
            "model.mdb differs from a fresh fold. Stop the server and remove model.mdb: it is "
            "folded again at the next start.");
}

static enum status check(void *context, struct error *error)
{
    struct checking *checking = context;
    const struct ledger_settings settings = {.home = checking->verify->home, .is_read_only = true};
    enum status status = ledger_open(&settings, &checking->log, error);

    if (status == STATUS_OK)
        status = open_fresh(checking, error);
    if (status == STATUS_OK)
        status = approach(checking, error);
    if (status == STATUS_OK)
        status = meet(checking, error);
    if (status == STATUS_OK)
        compare(checking);
    return status;
}

static const struct derived_part model_part = {
    .file = "model.mdb",
    .absent = "there is no model.mdb; it is folded at the next start",
    .foreign = "model.mdb is another version's; this one folds its own at its start",
    .check = check,
};

void verify_model(const struct verify *verify, struct child_report *child_report)
{
    struct checking checking = {.verify = verify, .child_report = child_report};

    verify_derived(verify, &model_part, &checking, child_report);
    model_close(checking.live);
    model_close(checking.fresh);
    ledger_close(checking.log);
}
