/*
 * Two homes, one position: the rows that follow from each, in two sets of one database.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "migrations/migrate.h"
#include "projections/build.h"
#include "projections/sets.h"
#include "replay/drill_internal.h"
#include "replay/verify_table.h"

#include <inttypes.h>
#include <string.h>

enum { CONNECT_TIMEOUT_S = 10 };

/* A home, and the set that its events are folded into. */
struct side {
    const char *schema;
    const char *what;
    struct data_dir data_dir;
    struct db *db;
};

struct comparison {
    struct drill *drill;
    struct side kept;
    struct side restored;
    uint64_t size; /* that both are folded to */
};

static bool watch(uint64_t done, uint64_t size, void *context)
{
    struct drill *drill = context;

    if (!opt_bool_is_true(drill->options->json))
        progress_bar_show(&drill->progress, done, size);
    return !stopping_is_wanted(&drill->stopping, 0);
}

static bool is_asked_to_stop(void *context)
{
    return stopping_is_wanted(context, 0);
}

static void find(struct drill *drill, const char *what)
{
    part_find(drill->arena, &drill->part, text_from(what));
}

/* What a restore puts on record comes last, and says how much came back. */
static enum status
read_restored(struct comparison *comparison, struct ledger *log, struct error *error)
{
    struct drill_recorded *event = &comparison->drill->event;
    const struct log_restored *restored;
    struct record last = {0};
    enum status status = ledger_read_one(
        log, (struct position){ledger_size(log) - 1}, comparison->drill->arena, &last, error);

    if (status != STATUS_OK)
        return status;
    if (last.type != &log_restored_event)
        return error_set(error, STATUS_CORRUPT, "the restored ledger does not say what came back");
    restored = last.event;
    event->backup = restored->backup;
    event->size = restored->size;
    comparison->size = (uint64_t)restored->size;
    return STATUS_OK;
}

/* How much there is beyond what came back, and since when. */
static enum status
measure_loss(struct comparison *comparison, struct ledger *log, struct error *error)
{
    struct drill_recorded *event = &comparison->drill->event;
    struct record oldest = {0};
    enum status status = STATUS_OK;

    event->head = (int64_t)ledger_size(log);
    event->recovery_point_us = 0;
    if (comparison->size >= ledger_size(log))
        return STATUS_OK;
    status = ledger_read_one(
        log, (struct position){comparison->size}, comparison->drill->arena, &oldest, error);
    if (status == STATUS_OK)
        event->recovery_point_us = ledger_now(log).us - oldest.entry.recorded_at.us;
    return status;
}

static enum status compare_roots(struct comparison *comparison, struct error *error)
{
    struct digest kept = {0};
    struct digest restored = {0};
    enum status status =
        ledger_root(comparison->restored.data_dir.log, comparison->size, &restored, error);

    if (status == STATUS_OK && comparison->size > ledger_size(comparison->kept.data_dir.log))
        return error_set(
            error, STATUS_CONFLICT, "the backup has events that the ledger does not have");
    if (status == STATUS_OK)
        status = ledger_root(comparison->kept.data_dir.log, comparison->size, &kept, error);
    if (status == STATUS_OK && memcmp(kept.bytes, restored.bytes, DIGEST_SIZE) != 0)
        return error_set(
            error, STATUS_CONFLICT, "the ledger does not begin with what came back: roots differ");
    return status;
}

/* What an earlier drill left is not to be trusted. */
static enum status fold(struct comparison *comparison, struct side *side, struct error *error)
{
    struct drill *drill = comparison->drill;
    struct build *build = NULL;
    bool was_dropped;
    enum status status = db_open(side->data_dir.conninfo, CONNECT_TIMEOUT_S, 0, &side->db, error);

    if (status != STATUS_OK)
        return status;
    db_stop_when(side->db, is_asked_to_stop, &drill->stopping);
    status = migrate_registry(side->db, error);
    if (status == STATUS_OK)
        status = sets_drop(side->db, side->schema, &was_dropped, error);
    if (status == STATUS_OK)
        status = build_open(
            side->db, side->schema, side->data_dir.log, side->data_dir.keyring, &build, error);
    progress_bar_begin(&drill->progress, side->what, 0);
    if (status == STATUS_OK)
        status = build_fold(build, comparison->size, watch, drill, error);
    progress_bar_clear(&drill->progress);
    build_close(build);
    return status;
}

static enum status compare_tables(struct comparison *comparison, struct error *error)
{
    struct drill *drill = comparison->drill;
    const struct table_comparison tables = {
        .db = comparison->kept.db,
        .served = comparison->kept.schema,
        .fresh = comparison->restored.schema,
        .arena = drill->arena,
        .part = &drill->part,
    };
    enum status status = db_script(tables.db, "set enable_seqscan = on; begin", error);

    if (status == STATUS_OK)
        status = verify_tables_compare(&tables, &drill->tables, error);
    return status == STATUS_OK ? db_script(tables.db, "rollback", error) : status;
}

/* A key that did not come back blanks what it sealed. */
static void look_for_lost_keys(struct comparison *comparison)
{
    uint64_t kept = keyring_lost(comparison->kept.data_dir.keyring);

    if (keyring_lost(comparison->restored.data_dir.keyring) > kept)
        find(comparison->drill, "personal fields are sealed under keys that did not come back");
}

static enum status open_both(struct comparison *comparison, struct error *error)
{
    struct drill *drill = comparison->drill;
    struct data_dir *kept = &comparison->kept.data_dir;
    enum status status = data_dir_open_either(drill->settings, drill->arena, kept, error);

    drill->restored.conninfo = text_from(kept->conninfo);
    if (status == STATUS_OK)
        status = data_dir_open_either(
            &drill->restored, drill->arena, &comparison->restored.data_dir, error);
    return status;
}

static void close_side(struct side *side)
{
    bool was_dropped = false;
    enum status ignored = STATUS_OK;

    if (side->db != NULL)
        ignored = sets_drop(side->db, side->schema, &was_dropped, NULL);
    (void)ignored; /* the next drill, or a replay, drops it */
    db_close(side->db);
    side->db = NULL;
}

static enum status fold_both(struct comparison *comparison, struct error *error)
{
    int64_t began_us = monotonic_us();
    enum status status = fold(comparison, &comparison->restored, error);

    comparison->drill->event.recovery_us += monotonic_us() - began_us;
    return status == STATUS_OK ? fold(comparison, &comparison->kept, error) : status;
}

enum status drill_compare(struct drill *drill, struct error *error)
{
    struct comparison comparison = {
        .drill = drill,
        .kept = {.schema = "set_drill_kept", .what = "folding what is kept"},
        .restored = {.schema = "set_drill_restored", .what = "folding what came back"},
    };
    enum status status = open_both(&comparison, error);

    if (status == STATUS_OK)
        status = read_restored(&comparison, comparison.restored.data_dir.log, error);
    if (status == STATUS_OK)
        status = measure_loss(&comparison, comparison.kept.data_dir.log, error);
    if (status == STATUS_OK)
        status = compare_roots(&comparison, error);
    if (status == STATUS_OK)
        status = fold_both(&comparison, error);
    if (status == STATUS_OK)
        status = compare_tables(&comparison, error);
    if (status == STATUS_OK)
        look_for_lost_keys(&comparison);
    close_side(&comparison.restored);
    close_side(&comparison.kept);
    data_dir_close(&comparison.restored.data_dir);
    data_dir_close(&comparison.kept.data_dir);
    return status;
}
