/*
 * Opening and closing sets, and making one the served one.
 *
 *   no such set ────────────────────────────────► make schema, tables, registry row
 *   tables are gone, or the ledger does not
 *   confirm the set's size and root ────────────► drop what there is, then the same
 *   else ───────────────────────────────────────► go on from its position
 *
 * One process at a time writes a set: an advisory lock of the connection's is held while open.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/build.h"

#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "migrations/migrate.h"
#include "projections/build_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SQL_BYTES = 1 << 20 };

/* Names of schemas are ours; one that is not would be pasted into SQL, or dropped. */
static bool is_schema_name(const char *name)
{
    size_t size = strlen(name);

    return size < SET_NAME_SIZE && strncmp(name, "set_", 4) == 0 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

static enum status run_printed(struct db *db, struct error *error, const char *format, ...)
    PRINTF_LIKE(3, 4);

static enum status run_printed(struct db *db, struct error *error, const char *format, ...)
{
    char script[512];
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(script, sizeof(script), format, args);
    va_end(args);
    must(size >= 0 && (size_t)size < sizeof(script));
    return db_script(db, script, error);
}

/* A program that has gone lets go of it within a second, but for a process that is frozen: then an
 * operator must know which it is. */
static enum status is_written(const struct build *build, struct error *error)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text holder = {NULL, 0};
    enum status status = sets_lock_holder(build->db, build->schema, arena, &holder, error);

    if (status != STATUS_OK)
        return status;
    if (!text_is_present(holder))
        holder = text_lit("another process");
    return error_set_code(
        error, STATUS_CONFLICT, "set_is_written",
        "the set %s is being written by %.*s: end that program, or its process if it is frozen",
        build->schema, TEXT_ARGS(holder));
}

static enum status lock(struct build *build, struct error *error)
{
    bool is_locked = false;
    enum status status = sets_lock(build->db, build->schema, &is_locked, error);

    return status == STATUS_OK && !is_locked ? is_written(build, error) : status;
}

/* What a crash loses is replayed, so a commit need not wait for the disk. Rows are only ever asked
 * for by their keys: a plan that was made while a table was empty must not scan it for ever. */
static enum status enter(struct build *build, struct error *error)
{
    enum status status = run_printed(
        build->db, error,
        "set synchronous_commit = off; set enable_seqscan = off;"
        " set plan_cache_mode = force_generic_plan; set search_path to %s, public",
        build->schema);

    if (status == STATUS_OK)
        status = db_forget_statements(build->db, error);
    return status;
}

static bool is_confirmed(struct build *build, const struct set *set)
{
    struct digest root;

    if (set->table_count < build->rows->slot_count + 1) /* and that of erasures due */
        return false;
    if (set->size == 0)
        return true;
    return set->has_root && set->size <= ledger_size(build->source.log) &&
           ledger_root(build->source.log, set->size, &root, NULL) == STATUS_OK &&
           memcmp(root.bytes, set->root.bytes, DIGEST_SIZE) == 0;
}

static enum status make_tables(struct build *build, struct error *error)
{
    AUTO_BUF sql = {0};

    buf_init(&sql, SQL_BYTES);
    migrate_tables_sql(&sql);
    must(!buf_is_full(&sql));
    return db_script(build->db, sql.data, error);
}

enum status build_make_keys(struct build *build, struct error *error)
{
    AUTO_BUF sql = {0};

    if (build->has_keys)
        return STATUS_OK;
    buf_init(&sql, SQL_BYTES);
    buf_add_c(&sql, "set local maintenance_work_mem = '128MB';\n");
    migrate_keys_sql(&sql);
    must(!buf_is_full(&sql));
    return db_script(build->db, sql.data, error);
}

/* A schema that the registry does not know is what is left of one that lost its registry. */
static enum status make_set(struct build *build, struct error *error)
{
    enum status status = build_begin(build, error);

    if (status == STATUS_OK)
        status = run_printed(build->db, error, "drop schema if exists %s cascade", build->schema);
    if (status == STATUS_OK)
        status = sets_remove(build->db, build->schema, error);
    if (status == STATUS_OK)
        status = run_printed(build->db, error, "create schema %s", build->schema);
    if (status == STATUS_OK)
        status = make_tables(build, error);
    if (status == STATUS_OK)
        status = sets_add(build->db, build->schema, error);
    if (status == STATUS_OK)
        return db_script(build->db, "commit", error);
    build_rollback(build);
    return status;
}

static enum status find_or_make(struct build *build, struct error *error)
{
    struct set set;
    enum status status = sets_find(build->db, build->schema, &set, error);

    if (status != STATUS_OK)
        return status;
    if (set.schema[0] == '\0' || !is_confirmed(build, &set))
        return make_set(build, error);
    build->size = set.size;
    build->has_keys = set.key_count >= build->rows->slot_count;
    build->is_ready = set.is_ready;
    build->rows->erases_later = !build->is_ready;
    return STATUS_OK;
}

static struct build *
build_new(struct db *db, const char *schema, struct ledger *log, struct keyring *keyring)
{
    struct build *build = heap_new(sizeof(*build));

    build->db = db;
    snprintf(build->schema, sizeof(build->schema), "%s", schema);
    build->rows = rows_new(db);
    build->rows->erases_later = true;
    listeners_init(&build->listeners);
    build->quarantine = quarantine_new();
    build->source =
        (struct batch_source){log, keyring, &build->listeners, build->quarantine, &build->cleaned};
    batch_init(&build->batch);
    return build;
}

static void build_free(struct build *build)
{
    rows_free(build->rows);
    listeners_fini(&build->listeners);
    batch_fini(&build->batch);
    quarantine_free(build->quarantine);
    heap_free(build);
}

enum status build_open(
    struct db *db,
    const char *schema,
    struct ledger *log,
    struct keyring *keyring,
    struct build **out,
    struct error *error)
{
    struct build *build;
    enum status status;

    must(is_schema_name(schema));
    status = migrate_registry(db, error);
    if (status != STATUS_OK)
        return status;
    build = build_new(db, schema, log, keyring);
    status = lock(build, error);
    if (status != STATUS_OK) {
        build_free(build);
        return status;
    }
    status = enter(build, error);
    if (status == STATUS_OK)
        status = find_or_make(build, error);
    if (status != STATUS_OK) {
        build_close(build);
        return status;
    }
    *out = build;
    return STATUS_OK;
}

void build_close(struct build *build)
{
    if (build == NULL)
        return;
    sets_unlock(build->db, build->schema);
    build_free(build);
}

uint64_t build_size(const struct build *build)
{
    return build->size;
}

struct timestamp build_recorded_at(const struct build *build)
{
    return build->recorded_at;
}

bool build_is_ready(const struct build *build)
{
    return build->is_ready;
}

enum status build_request_switch(struct build *build, struct error *error)
{
    must(build->is_ready);
    return sets_request(build->db, build->schema, error);
}

enum status build_serve(struct build *build, uint64_t *out_generation, struct error *error)
{
    uint64_t generation = 0;
    enum status status = build->is_ready ? STATUS_OK : build_finish(build, error);

    if (status == STATUS_OK)
        status = build_begin(build, error);
    if (status != STATUS_OK)
        return status;
    status = sets_serve(build->db, build->schema, &generation, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_SWITCH, error);
    if (status == STATUS_OK)
        status = db_script(build->db, "commit", error);
    if (status != STATUS_OK) {
        build_rollback(build);
        return status;
    }
    if (out_generation != NULL)
        *out_generation = generation;
    return STATUS_OK;
}

uint64_t build_cleaned(const struct build *build)
{
    return build->cleaned;
}
