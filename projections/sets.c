/*
 * Statements over the registry of sets. All names are qualified: the search path is a set's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/sets.h"

#include "core/base/must.h"
#include "projections/build.h"
#include "projections/sets_internal.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_BYTES = 1 << 20 };

static const struct field set_row_fields[] = {
    {TEXT(set_row, schema), .doc = "Schema of its tables."},
    {INT64(set_row, size), .doc = "Size of the ledger that it reflects."},
    {BYTES(set_row, root), .doc = "Root of that ledger."},
    {TEXT(set_row, state), .doc = "building or ready."},
    {TEXT(set_row, fingerprint), .doc = "Of SQL and projectors."},
    {BOOL(set_row, switch_requested), .doc = "Is it to be served as soon as may be?"},
    {INT64(set_row, tables), .doc = "How many tables its schema has; absent without a schema."},
};
static const struct shape set_row_shape = SHAPE(set_row, "A set of read models.");

struct serving_row {
    struct text schema;
    int64_t generation;
};
static const struct field serving_row_fields[] = {
    {TEXT(serving_row, schema), .doc = "Schema that is read."},
    {INT64(serving_row, generation), .doc = "Counts the switches."},
};
static const struct shape serving_row_shape = SHAPE(serving_row, "The served set.");

static const struct field quarantine_row_fields[] = {
    {TEXT(quarantine_row, table_name), .doc = "Table that does without."},
    {INT64(quarantine_row, position), .doc = "Of the event."},
};
static const struct shape quarantine_row_shape =
    SHAPE(quarantine_row, "An event that is not applied to a table.");

static const struct sql find_set = {
    .name = "set.find",
    .text = "select schema, size, root, state, fingerprint, switch_requested,"
            " (select count(*) from pg_tables where schemaname = schema) as tables"
            " from fleetledger.sets where schema = :schema",
    .params = &set_row_shape,
    .row = &set_row_shape};
static const struct sql add_set = {
    .name = "set.add",
    .text = "insert into fleetledger.sets"
            " (schema, size, root, state, fingerprint, switch_requested, created_at)"
            " values (:schema, 0, null, 'building', :fingerprint, false, now())",
    .params = &set_row_shape};
static const struct sql remove_set = {
    .name = "set.remove",
    .text = "delete from fleetledger.sets where schema = :schema",
    .params = &set_row_shape};
static const struct sql withdraw_set = {
    .name = "set.withdraw",
    .text = "update fleetledger.serving set generation = generation + 1 where schema = :schema",
    .params = &set_row_shape};
static const struct sql mark_set = {
    .name = "set.mark",
    .text = "update fleetledger.sets set size = :size, root = :root where schema = :schema",
    .params = &set_row_shape};
static const struct sql mark_ready = {
    .name = "set.mark_ready",
    .text = "update fleetledger.sets set state = 'ready' where schema = :schema",
    .params = &set_row_shape};
static const struct sql find_serving = {
    .name = "set.serving",
    .text = "select serving.schema, serving.generation"
            " from fleetledger.serving join fleetledger.sets on sets.schema = serving.schema"
            " where sets.fingerprint = :fingerprint",
    .params = &set_row_shape,
    .row = &serving_row_shape};
static const struct sql find_requested = {
    .name = "set.requested",
    .text = "select schema, size, root, state, fingerprint, switch_requested"
            " from fleetledger.sets"
            " where fingerprint = :fingerprint and switch_requested and state = 'ready'"
            " and schema <> :schema"
            " order by created_at desc limit 1",
    .params = &set_row_shape,
    .row = &set_row_shape};
static const struct sql serve_set = {
    .name = "set.serve",
    .text = "insert into fleetledger.serving as old (id, schema, generation)"
            " values (1, :schema, 1)"
            " on conflict (id) do update set schema = excluded.schema,"
            " generation = old.generation + (old.schema <> excluded.schema)::int"
            " returning schema, generation",
    .params = &set_row_shape,
    .row = &serving_row_shape};
static const struct sql open_request = {
    .name = "set.open_request",
    .text = "update fleetledger.sets set switch_requested = true where schema = :schema",
    .params = &set_row_shape};
static const struct sql close_request = {
    .name = "set.close_request",
    .text = "update fleetledger.sets set switch_requested = false"
            " where schema = :schema and switch_requested",
    .params = &set_row_shape};
static const struct sql add_quarantine = {
    .name = "quarantine.add",
    .text = "insert into fleetledger.quarantine (table_name, position, at)"
            " values (:table_name, :position, now())"
            " on conflict do nothing",
    .params = &quarantine_row_shape};
static const struct sql list_quarantine = {
    .name = "quarantine.list",
    .text = "select table_name, position from fleetledger.quarantine"
            " order by position limit 10000",
    .row = &quarantine_row_shape};

static struct set_row params_of(const char *schema, char fingerprint[32])
{
    set_fingerprint(fingerprint);
    return (struct set_row){
        .schema = text_from(schema), .size = 0, .fingerprint = text_from(fingerprint)};
}

static enum status
run(struct db *db, const struct sql *sql, const struct set_row *params, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);

    return db_query(db, sql, params, arena, NULL, NULL, error);
}

/* The first row of an answer, or NULL. */
static enum status first_row(
    struct db *db,
    const struct sql *sql,
    const struct set_row *params,
    struct arena *arena,
    const void **out,
    struct error *error)
{
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_query(db, sql, params, arena, &rows, &count, error);

    if (status == STATUS_OK)
        *out = count == 0 ? NULL : rows;
    return status;
}

static void copy_name(char out[SCHEMA_NAME_SIZE], struct text name)
{
    snprintf(out, SCHEMA_NAME_SIZE, "%.*s", TEXT_ARGS(name));
}

static enum status
ask_lock(struct db *db, const char *function, const char *schema, bool *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text answer;
    struct text key = text_format(arena, "hashtextextended('fleetledger set %s', 0)", schema);
    struct text query = text_format(arena, "select %s(%s)", function, key.data);
    enum status status = db_value(db, arena, query.data, &answer, error);

    if (status == STATUS_OK)
        *out = text_is(answer, "t");
    return status;
}

enum status set_lock(struct db *db, const char *schema, bool *out_locked, struct error *error)
{
    return ask_lock(db, "pg_try_advisory_lock", schema, out_locked, error);
}

void set_unlock(struct db *db, const char *schema)
{
    bool was_locked;
    enum status ignored = ask_lock(db, "pg_advisory_unlock", schema, &was_locked, NULL);

    (void)ignored;
}

enum status set_find(
    struct db *db,
    const char *schema,
    struct arena *arena,
    const struct set_row **out,
    struct error *error)
{
    const struct set_row params = {.schema = text_from(schema)};
    const void *row = NULL;
    enum status status = first_row(db, &find_set, &params, arena, &row, error);

    if (status == STATUS_OK)
        *out = row;
    return status;
}

enum status set_add(struct db *db, const char *schema, struct error *error)
{
    char fingerprint[32];
    const struct set_row params = params_of(schema, fingerprint);

    return run(db, &add_set, &params, error);
}

enum status set_remove(struct db *db, const char *schema, struct error *error)
{
    const struct set_row params = {.schema = text_from(schema)};

    enum status status = run(db, &remove_set, &params, error);

    return status == STATUS_OK ? run(db, &withdraw_set, &params, error) : status;
}

enum status
set_mark(struct db *db, const char *schema, uint64_t size, struct digest root, struct error *error)
{
    const struct set_row params = {
        .schema = text_from(schema), .size = (int64_t)size, .root = {root.bytes, DIGEST_SIZE}};

    return run(db, &mark_set, &params, error);
}

enum status set_mark_ready(struct db *db, const char *schema, struct error *error)
{
    const struct set_row params = {.schema = text_from(schema)};

    return run(db, &mark_ready, &params, error);
}

enum status set_request(struct db *db, const char *schema, struct error *error)
{
    const struct set_row params = {.schema = text_from(schema)};

    return run(db, &open_request, &params, error);
}

enum status set_requested(
    struct db *db, const char *schema, char out_schema[SCHEMA_NAME_SIZE], struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    char fingerprint[32];
    const struct set_row params = params_of(schema, fingerprint);
    const void *row = NULL;
    enum status status = first_row(db, &find_requested, &params, arena, &row, error);

    if (status != STATUS_OK)
        return status;
    copy_name(out_schema, row == NULL ? text_lit("") : ((const struct set_row *)row)->schema);
    return STATUS_OK;
}

enum status set_choose(
    struct db *db,
    char out_schema[SCHEMA_NAME_SIZE],
    bool *out_serving,
    uint64_t *out_generation,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    char fingerprint[32];
    const struct set_row params = params_of("", fingerprint);
    const void *row = NULL;
    enum status status = first_row(db, &find_serving, &params, arena, &row, error);
    const struct serving_row *serving = row;

    if (status == STATUS_OK && serving != NULL) {
        copy_name(out_schema, serving->schema);
        *out_generation = (uint64_t)serving->generation;
    }
    if (status == STATUS_OK && serving == NULL) {
        status = set_requested(db, "", out_schema, error);
        if (status == STATUS_OK && out_schema[0] == '\0')
            copy_name(out_schema, text_from(fingerprint));
    }
    if (status == STATUS_OK)
        *out_serving = serving != NULL;
    return status;
}

enum status
set_serve(struct db *db, const char *schema, uint64_t *out_generation, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    const struct set_row params = {.schema = text_from(schema)};
    const void *row = NULL;
    enum status status = first_row(db, &serve_set, &params, arena, &row, error);

    if (status == STATUS_OK)
        status = run(db, &close_request, &params, error);
    if (status != STATUS_OK)
        return status;
    must(row != NULL);
    *out_generation = (uint64_t)((const struct serving_row *)row)->generation;
    return STATUS_OK;
}

enum status
quarantine_add(struct db *db, const char *table, struct position position, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    const struct quarantine_row params = {text_from(table), (int64_t)position.value};

    return db_query(db, &add_quarantine, &params, arena, NULL, NULL, error);
}

enum status quarantine_list(
    struct db *db,
    struct arena *arena,
    const struct quarantine_row **out,
    size_t *out_count,
    struct error *error)
{
    const void *rows = NULL;
    enum status status = db_query(db, &list_quarantine, NULL, arena, &rows, out_count, error);

    if (status == STATUS_OK)
        *out = rows;
    return status;
}
