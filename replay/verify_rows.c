/*
 * Every row that is served against a fresh fold, at one and the same position.
 *
 *   main connection   build scratch near ─────► build scratch exactly there ─► snapshot ─► compare
 *   holding one                    hold the served set ──────────────────────────┘ let go
 *
 * The served set moves on beside us, and a snapshot does not show what is built after it. So the
 * set is held where it is for the moment that the last events take: the server's projector waits
 * with its commit, for milliseconds, and goes on while the snapshot is compared.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "migrations/migrate.h"
#include "projections/build.h"
#include "projections/data_dir.h"
#include "projections/sets.h"
#include "replay/progress_bar.h"
#include "replay/verify_internal.h"
#include "replay/verify_table.h"

#include <inttypes.h>
#include <string.h>

enum { CONNECT_TIMEOUT_S = 10, LOCK_TIMEOUT_MS = 60000 };

static const char scratch[] = "set_verify";

/* A hold that nobody ends, because we were stopped, ends by itself. */
static const char begin_holding[] =
    "begin; set local lock_timeout = %d; set local idle_in_transaction_session_timeout = '60s'";

struct checking {
    struct verify *verify;
    struct part *part;
    struct data_dir data_dir;
    struct db *db;
    struct db *holder;
    struct build *build;
    struct set served;
    struct progress_bar progress;
};

static bool watch(uint64_t done, uint64_t size, void *context)
{
    struct checking *checking = context;

    progress_bar_show(&checking->progress, done, size);
    return !stopping_is_wanted(&checking->verify->stopping, 0);
}

static bool is_asked_to_stop(void *context)
{
    return stopping_is_wanted(context, 0);
}

static enum status open_all(struct checking *checking, struct error *error)
{
    enum status status = data_dir_open_either(
        checking->verify->settings, checking->verify->arena, &checking->data_dir, error);

    if (status == STATUS_OK)
        status = db_open(checking->data_dir.conninfo, CONNECT_TIMEOUT_S, 0, &checking->db, error);
    if (status == STATUS_OK)
        status =
            db_open(checking->data_dir.conninfo, CONNECT_TIMEOUT_S, 0, &checking->holder, error);
    if (status != STATUS_OK)
        return status;
    db_stop_when(checking->db, is_asked_to_stop, &checking->verify->stopping);
    db_stop_when(checking->holder, is_asked_to_stop, &checking->verify->stopping);
    return migrate_registry(checking->db, error);
}

/* What an earlier verify left is not to be trusted. */
static enum status build_near(struct checking *checking, struct error *error)
{
    uint64_t head = ledger_size(checking->data_dir.log);
    uint64_t size = checking->served.size < head ? checking->served.size : head;
    bool was_dropped;
    enum status status = sets_drop(checking->db, scratch, &was_dropped, error);

    if (status == STATUS_OK)
        status = build_open(
            checking->db, scratch, checking->data_dir.log, checking->data_dir.keyring,
            &checking->build, error);
    progress_bar_begin(&checking->progress, "folding", 0);
    if (status == STATUS_OK)
        status = build_fold(checking->build, size, watch, checking, error);
    progress_bar_clear(&checking->progress);
    return status;
}

static bool is_confirmed(const struct checking *checking)
{
    const struct set *served = &checking->served;
    struct digest root;

    if (served->size == 0)
        return true;
    return served->size <= ledger_size(checking->data_dir.log) && served->has_root &&
           ledger_root(checking->data_dir.log, served->size, &root, NULL) == STATUS_OK &&
           memcmp(root.bytes, served->root.bytes, DIGEST_SIZE) == 0;
}

static enum status differ(struct checking *checking, const char *why, struct error *error)
{
    struct arena *arena = checking->verify->arena;

    part_find(
        arena, checking->part, text_format(arena, "set %s: %s", checking->served.schema, why));
    return error_set(error, STATUS_CONFLICT, "%s", why);
}

/* Its first statement fixes what it shows. Whole tables are joined, which the one who writes a set,
 * looking at single rows, would rather not. */
static enum status take_snapshot(struct db *db, struct error *error)
{
    return db_script(
        db,
        "set enable_seqscan = on; begin isolation level repeatable read; select count(*) from fleetledger.serving",
        error);
}

static enum status align_to_served(struct checking *checking, struct error *error)
{
    const struct verify *verify = checking->verify;
    int within_ms = verify->settings->server_ms > 0 ? verify->settings->server_ms : LOCK_TIMEOUT_MS;
    struct text begin = text_format(verify->arena, begin_holding, within_ms);
    char before[SET_NAME_SIZE];
    enum status status = db_script(checking->holder, begin.data, error);

    memcpy(before, checking->served.schema, sizeof(before));
    if (status == STATUS_OK)
        status = sets_hold_served(checking->holder, &checking->served, error);
    if (status == STATUS_OK)
        status = ledger_refresh(checking->data_dir.log, error);
    if (status != STATUS_OK)
        return status;
    if (!is_confirmed(checking))
        return differ(checking, "it was not made from this ledger", error);
    if (strcmp(before, checking->served.schema) != 0 ||
        checking->served.size < build_size(checking->build))
        return error_set(
            error, STATUS_UNAVAILABLE, "the served set was replaced meanwhile; try again");
    status = build_fold(checking->build, checking->served.size, watch, checking, error);
    return status == STATUS_OK ? take_snapshot(checking->db, error) : status;
}

static void let_go(struct db *db)
{
    enum status ignored = db_script(db, "rollback", NULL);

    (void)ignored;
}

static enum status compare_all(struct checking *checking, struct error *error)
{
    const struct table_comparison comparison = {
        .db = checking->db,
        .served = checking->served.schema,
        .fresh = scratch,
        .arena = checking->verify->arena,
        .part = checking->part,
    };
    int64_t count;

    return verify_tables_compare(&comparison, &count, error);
}

/* Waits, but not long, for a server that has shown less than the other parts were checked to. */
static enum status find_served(struct checking *checking, struct error *error)
{
    enum status status = sets_served(checking->db, &checking->served, error);

    for (int i = 0; i < VERIFY_TRIES && status == STATUS_OK &&
                    checking->served.size < checking->verify->size &&
                    !stopping_is_wanted(&checking->verify->stopping, VERIFY_TRY_MS);
         i++)
        status = sets_served(checking->db, &checking->served, error);
    return status;
}

static enum status check(struct checking *checking, struct error *error)
{
    enum status status = find_served(checking, error);

    if (status == STATUS_OK && !checking->served.is_ours)
        return error_set(
            error, STATUS_UNAVAILABLE,
            "the served set (%s) is another version's: verify it with that version's program",
            checking->served.schema);
    if (status == STATUS_OK)
        status = build_near(checking, error);
    if (status == STATUS_OK) {
        status = align_to_served(checking, error);
        let_go(checking->holder);
    }
    if (status == STATUS_OK) {
        status = compare_all(checking, error);
        let_go(checking->db);
    }
    return status;
}

/* What cannot be opened any more would be gone from rows that are made anew, too. */
static struct text lost_keys(const struct checking *checking, uint64_t lost)
{
    return text_format(
        checking->verify->arena,
        "%llu personal fields are sealed under keys that keys.mdb never held: restore its newest "
        "backup",
        (unsigned long long)lost);
}

static void conclude(struct checking *checking, enum status status, const struct error *error)
{
    struct arena *arena = checking->verify->arena;
    struct part *part = checking->part;
    int64_t size = (int64_t)checking->served.size;
    uint64_t lost =
        checking->data_dir.keyring == NULL ? 0 : keyring_lost(checking->data_dir.keyring);

    if (lost > 0)
        part_conclude(part, VERDICT_DAMAGED, size, lost_keys(checking, lost));
    else if (part->differences > 0)
        part_conclude(
            part, VERDICT_DIFFERS, size,
            text_lit("what is served differs from a fresh fold: 'fleetledger replay' makes it "
                     "anew"));
    else if (status == STATUS_OK)
        part_conclude(
            part, VERDICT_OK, size,
            text_format(arena, "every row of %s equals a fresh fold", checking->served.schema));
    else if (text_is(text_from(error->code), "no_set_served"))
        part_conclude(
            part, VERDICT_ABSENT, 0,
            text_lit("there are none; they are built at the next start, or by 'fleetledger "
                     "replay'"));
    else
        part_conclude(part, verdict_of(status), size, text_copy(arena, text_from(error->text)));
}

static void close_all(struct checking *checking)
{
    bool was_built = checking->build != NULL;
    bool was_dropped;
    enum status ignored = STATUS_OK;

    build_close(checking->build);
    if (was_built)
        ignored = sets_drop(checking->db, scratch, &was_dropped, NULL);
    (void)ignored; /* the next verify, or a replay, drops it */
    db_close(checking->holder);
    db_close(checking->db);
    data_dir_close(&checking->data_dir);
}

void verify_rows(struct verify *verify, struct part *out)
{
    struct checking checking = {.verify = verify, .part = out};
    struct error error = {0};
    enum status status;

    *out = (struct part){.part = text_lit("read models")};
    status = open_all(&checking, &error);
    if (status == STATUS_OK)
        status = check(&checking, &error);
    conclude(&checking, status, &error);
    close_all(&checking);
}
