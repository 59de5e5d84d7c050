/*
 * Statements over the registry of sets, all of them over one row. Names are qualified: the search
 * path of whoever writes is a set's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/sets.h"

#include "core/base/must.h"
#include "migrations/migrate.h"
#include "projections/projector.h"

#include <stdio.h>
#include <string.h>

enum { SQL_BYTES = 1 << 20, ANSWER_BYTES = 1 << 20 };

struct set_row {
    struct text schema;
    int64_t size;
    struct bytes root;
    struct text state;
    struct text fingerprint;
    int64_t tables;
    int64_t keys;
    int64_t generation;
};
static const struct field set_row_fields[] = {
    {TEXT(set_row, schema), .doc = "Schema of its tables."},
    {INT64(set_row, size), .doc = "Size of the ledger that it reflects."},
    {BYTES(set_row, root), .doc = "Root of that ledger."},
    {TEXT(set_row, state), .doc = "State of the set: building or ready."},
    {TEXT(set_row, fingerprint), .doc = "Fingerprint of SQL and projectors."},
    {INT64(set_row, tables), .doc = "Number of tables that its schema has."},
    {INT64(set_row, keys), .doc = "Number of primary keys of these tables."},
    {INT64(set_row, generation), .doc = "Number of switches so far, if it is served."},
};
static const struct shape set_row_shape = SHAPE(set_row, "A set of read models.");

#define READS   .params = &set_row_shape, .row = &set_row_shape
#define CHANGES .params = &set_row_shape
#define SELECT_SETS                                                                                \
    "select sets.schema, sets.size, sets.root, sets.state, sets.fingerprint, serving.generation,"  \
    " (select count(*) from pg_tables where schemaname = sets.schema) as tables,"                  \
    " (select count(*) from pg_constraint where contype = 'p'"                                     \
    " and connamespace = to_regnamespace(sets.schema)) as keys"                                    \
    " from fleetledger.sets left join fleetledger.serving on serving.schema = sets.schema"

static const struct sql find_by_schema = {
    "sets.find", SELECT_SETS " where sets.schema = :schema", READS};
static const struct sql find_served = {
    "sets.served", SELECT_SETS " where serving.schema is not null", READS};
static const struct sql hold_served = {
    "sets.hold_served", SELECT_SETS " where serving.schema is not null for update of sets", READS};
static const struct sql find_served_of_fingerprint = {
    "sets.served_of_fingerprint",
    SELECT_SETS " where serving.schema is not null and fingerprint = :fingerprint", READS};
static const struct sql find_requested = {
    "sets.requested",
    SELECT_SETS " where fingerprint = :fingerprint and switch_requested and state = 'ready'"
                " and sets.schema <> :schema order by created_at desc limit 1",
    READS};
static const struct sql find_begun = {
    "sets.begun",
    SELECT_SETS " where fingerprint = :fingerprint and state = 'building'"
                " and sets.schema ~ ('^' || :fingerprint || '_[0-9]{1,9}$')"
                " order by created_at desc limit 1",
    READS};
static const struct sql find_old = {
    "sets.old",
    SELECT_SETS " where fingerprint = :fingerprint and not switch_requested"
                " and sets.schema <> :schema and serving.schema is null"
                " order by created_at limit 1000",
    READS};
static const struct sql next_name = {
    "sets.next_name",
    "select :fingerprint || '_' || (coalesce(max(substring(name from '[0-9]+$')::bigint), 0) + 1)"
    " as schema"
    " from (select nspname::text from pg_namespace"
    " union select schema from fleetledger.sets) as names (name)"
    " where name ~ ('^' || :fingerprint || '_[0-9]{1,9}$')",
    READS};
static const struct sql add_row = {
    "sets.add",
    "insert into fleetledger.sets"
    " (schema, size, root, state, fingerprint, switch_requested, created_at)"
    " values (:schema, 0, null, 'building', :fingerprint, false, now())",
    CHANGES};
static const struct sql remove_row = {
    "sets.remove", "delete from fleetledger.sets where schema = :schema", CHANGES};
static const struct sql count_switch = {
    "sets.count_switch",
    "update fleetledger.serving set generation = generation + 1 where schema = :schema", CHANGES};
static const struct sql set_position = {
    "sets.set_position",
    "update fleetledger.sets set size = :size, root = :root where schema = :schema", CHANGES};
static const struct sql set_ready = {
    "sets.set_ready", "update fleetledger.sets set state = 'ready' where schema = :schema",
    CHANGES};
static const struct sql open_request = {
    "sets.open_request",
    "update fleetledger.sets set switch_requested = true where schema = :schema", CHANGES};
static const struct sql close_request = {
    "sets.close_request",
    "update fleetledger.sets set switch_requested = false"
    " where schema = :schema and switch_requested",
    CHANGES};
static const struct sql serve = {
    "sets.serve",
    "insert into fleetledger.serving as old (id, schema, generation)"
    " values (1, :schema, 1)"
    " on conflict (id) do update set schema = excluded.schema,"
    " generation = old.generation + (old.schema <> excluded.schema)::int"
    " returning schema, generation",
    READS};

void sets_fingerprint(char out[32])
{
    struct digest digest;
    AUTO_BUF all = {0};

    buf_init(&all, SQL_BYTES);
    migrate_tables_sql(&all);
    migrate_keys_sql(&all);
    migrate_indexes_sql(&all);
    for (size_t i = 0; projector_catalog[i] != NULL; i++)
        buf_printf(&all, "%s %d\n", projector_catalog[i]->name, projector_catalog[i]->version);
    must(!buf_is_full(&all));
    digest = sha256(buf_bytes(&all));
    snprintf(
        out, 32, "set_%02x%02x%02x%02x%02x%02x", digest.bytes[0], digest.bytes[1], digest.bytes[2],
        digest.bytes[3], digest.bytes[4], digest.bytes[5]);
}

/* Locks. */

static enum status call_lock_function(
    struct db *db, const char *function, const char *schema, bool *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text answer;
    struct text query = text_format(
        arena, "select %s(hashtextextended('fleetledger set %s', 0))", function, schema);
    enum status status = db_value(db, arena, query.data, &answer, error);

    if (status == STATUS_OK)
        *out = text_is(answer, "t");
    return status;
}

enum status sets_lock(struct db *db, const char *schema, bool *out_locked, struct error *error)
{
    return call_lock_function(db, "pg_try_advisory_lock", schema, out_locked, error);
}

enum status sets_lock_holder(
    struct db *db, const char *schema, struct arena *arena, struct text *out, struct error *error)
{
    struct text query = text_format(
        arena,
        "select format('PostgreSQL process %%s of %%s%%s', pid, application_name,"
        " ' at ' || host(client_addr)) from pg_locks join pg_stat_activity using (pid)"
        " where locktype = 'advisory' and granted and datname = current_database()"
        " and (classid::bigint << 32 | objid::bigint) ="
        " hashtextextended('fleetledger set %s', 0)",
        schema);

    return db_value(db, arena, query.data, out, error);
}

void sets_unlock(struct db *db, const char *schema)
{
    bool was_locked;
    enum status ignored = call_lock_function(db, "pg_advisory_unlock", schema, &was_locked, NULL);

    (void)ignored;
}

/* Looking up. */

static struct set_row params_of(const char *schema, char fingerprint[32])
{
    sets_fingerprint(fingerprint);
    return (struct set_row){
        .schema = text_from(schema), .fingerprint = text_from(fingerprint), .size = 0};
}

static struct set set_of(const struct set_row *row, const char *fingerprint)
{
    struct set set = {
        .size = row->size > 0 ? (uint64_t)row->size : 0,
        .has_root = row->root.size == DIGEST_SIZE,
        .is_ready = text_is(row->state, "ready"),
        .is_ours = text_is(row->fingerprint, fingerprint),
        .table_count = row->tables > 0 ? (size_t)row->tables : 0,
        .key_count = row->keys > 0 ? (size_t)row->keys : 0,
        .generation = row->generation > 0 ? (uint64_t)row->generation : 0,
    };

    snprintf(set.schema, sizeof(set.schema), "%.*s", TEXT_ARGS(row->schema));
    if (set.has_root)
        memcpy(set.root.bytes, row->root.data, DIGEST_SIZE);
    return set;
}

/* The first row of an answer, or an empty set. */
static enum status
find(struct db *db, const struct sql *sql, const char *schema, struct set *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    char fingerprint[32];
    const struct set_row params = params_of(schema, fingerprint);
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_query(db, sql, &params, arena, &rows, &count, error);

    if (status == STATUS_OK)
        *out = count == 0 ? (struct set){.size = 0} : set_of(rows, fingerprint);
    return status;
}

enum status sets_find(struct db *db, const char *schema, struct set *out, struct error *error)
{
    return find(db, &find_by_schema, schema, out, error);
}

enum status sets_requested(struct db *db, const char *schema, struct set *out, struct error *error)
{
    return find(db, &find_requested, schema, out, error);
}

enum status sets_choose(struct db *db, struct set *out, struct error *error)
{
    struct set set;
    enum status status = find(db, &find_served_of_fingerprint, "", &set, error);

    if (status == STATUS_OK && set.schema[0] == '\0')
        status = find(db, &find_requested, "", &set, error);
    if (status == STATUS_OK && set.schema[0] == '\0')
        sets_fingerprint(set.schema);
    if (status == STATUS_OK)
        *out = set;
    return status;
}

static enum status
expect_served(struct db *db, const struct sql *sql, struct set *out, struct error *error)
{
    struct set set;
    enum status status = find(db, sql, "", &set, error);

    if (status != STATUS_OK)
        return status;
    if (set.schema[0] == '\0')
        return error_set_code(
            error, STATUS_NOT_FOUND, "no_set_served", "no set of read models is served");
    *out = set;
    return STATUS_OK;
}

enum status sets_served(struct db *db, struct set *out, struct error *error)
{
    return expect_served(db, &find_served, out, error);
}

enum status sets_hold_served(struct db *db, struct set *out, struct error *error)
{
    return expect_served(db, &hold_served, out, error);
}

enum status sets_name_beside(struct db *db, char out_schema[SET_NAME_SIZE], struct error *error)
{
    struct set set;
    enum status status = find(db, &find_begun, "", &set, error);

    if (status == STATUS_OK && set.schema[0] == '\0')
        status = find(db, &next_name, "", &set, error);
    if (status == STATUS_OK)
        memcpy(out_schema, set.schema, SET_NAME_SIZE);
    return status;
}

/* Changing. */

static enum status
change(struct db *db, const struct sql *sql, const struct set_row *params, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);

    return db_query(db, sql, params, arena, NULL, NULL, error);
}

static enum status
change_named(struct db *db, const struct sql *sql, const char *schema, struct error *error)
{
    char fingerprint[32];
    const struct set_row params = params_of(schema, fingerprint);

    return change(db, sql, &params, error);
}

enum status sets_add(struct db *db, const char *schema, struct error *error)
{
    return change_named(db, &add_row, schema, error);
}

enum status sets_remove(struct db *db, const char *schema, struct error *error)
{
    enum status status = change_named(db, &remove_row, schema, error);

    return status == STATUS_OK ? change_named(db, &count_switch, schema, error) : status;
}

enum status sets_set_position(
    struct db *db, const char *schema, uint64_t size, struct digest root, struct error *error)
{
    const struct set_row params = {
        .schema = text_from(schema), .size = (int64_t)size, .root = {root.bytes, DIGEST_SIZE}};

    return change(db, &set_position, &params, error);
}

enum status sets_set_ready(struct db *db, const char *schema, struct error *error)
{
    return change_named(db, &set_ready, schema, error);
}

enum status sets_request(struct db *db, const char *schema, struct error *error)
{
    return change_named(db, &open_request, schema, error);
}

enum status
sets_serve(struct db *db, const char *schema, uint64_t *out_generation, struct error *error)
{
    struct set set;
    enum status status = find(db, &serve, schema, &set, error);

    if (status == STATUS_OK)
        status = change_named(db, &close_request, schema, error);
    if (status != STATUS_OK)
        return status;
    must(set.generation > 0);
    *out_generation = set.generation;
    return STATUS_OK;
}

/* Dropping. */

/* Readers may keep its tables locked for longer than we want to wait. */
static enum status drop_locked(struct db *db, const char *schema, struct error *error)
{
    AUTO_ARENA arena = arena_new(4096);
    struct text script = text_format(
        arena, "begin; set local lock_timeout = '10s'; drop schema if exists %s cascade", schema);
    enum status status = db_script(db, script.data, error);

    if (status == STATUS_OK)
        status = change_named(db, &remove_row, schema, error);
    if (status == STATUS_OK)
        status = db_script(db, "commit", error);
    if (status != STATUS_OK) {
        enum status ignored = db_script(db, "rollback", NULL);
        (void)ignored;
    }
    return status;
}

enum status sets_drop(struct db *db, const char *schema, bool *out_dropped, struct error *error)
{
    struct set set;
    bool is_locked = false;
    enum status status = sets_find(db, schema, &set, error);

    if (status == STATUS_OK && set.generation == 0)
        status = sets_lock(db, schema, &is_locked, error);
    if (status == STATUS_OK && is_locked)
        status = drop_locked(db, schema, error);
    if (is_locked)
        sets_unlock(db, schema);
    if (status == STATUS_OK)
        *out_dropped = is_locked;
    return status;
}

enum status sets_drop_old(struct db *db, const char *kept, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    char fingerprint[32];
    const struct set_row params = params_of(kept, fingerprint);
    const void *found = NULL;
    size_t count = 0;
    enum status status = db_query(db, &find_old, &params, arena, &found, &count, error);

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct set_row *rows = found;
        bool was_dropped;
        status = sets_drop(db, text_c(arena, rows[i].schema), &was_dropped, error);
    }
    return status;
}
