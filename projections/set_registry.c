/*
 * What those who build beside the served set ask of the registry.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/build.h"
#include "projections/sets.h"
#include "projections/sets_internal.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_BYTES = 1 << 20 };

struct registry_row {
    struct text schema;
    int64_t size;
    struct bytes root;
    struct text fingerprint;
};
static const struct field registry_row_fields[] = {
    {TEXT(registry_row, schema), .doc = "Schema of its tables."},
    {INT64(registry_row, size), .doc = "Size of the ledger that it reflects."},
    {BYTES(registry_row, root), .doc = "Root of that ledger."},
    {TEXT(registry_row, fingerprint), .doc = "Of SQL and projectors."},
};
static const struct shape registry_row_shape = SHAPE(registry_row, "A set, as it is registered.");

struct name_row {
    struct text schema;
};
static const struct field name_row_fields[] = {
    {TEXT(name_row, schema), .doc = "Schema of a set."},
};
static const struct shape name_row_shape = SHAPE(name_row, "The name of a set.");

static const struct sql find_served = {
    .name = "sets.served",
    .text = "select sets.schema, sets.size, sets.root, sets.fingerprint"
            " from fleetledger.serving join fleetledger.sets on sets.schema = serving.schema",
    .row = &registry_row_shape};
static const struct sql hold_served = {
    .name = "sets.hold_served",
    .text = "select sets.schema, sets.size, sets.root, sets.fingerprint"
            " from fleetledger.serving join fleetledger.sets on sets.schema = serving.schema"
            " for update of sets",
    .row = &registry_row_shape};
static const struct sql find_begun = {
    .name = "sets.begun",
    .text = "select schema from fleetledger.sets"
            " where fingerprint = :fingerprint and state = 'building'"
            " and schema ~ ('^' || :fingerprint || '_[0-9]{1,9}$')"
            " order by created_at desc limit 1",
    .params = &registry_row_shape,
    .row = &name_row_shape};
static const struct sql next_name = {
    .name = "sets.next_name",
    .text =
        "select :fingerprint || '_' || (coalesce(max(substring(nspname from '[0-9]+$')::bigint),"
        " 0) + 1) as schema"
        " from (select nspname::text from pg_namespace"
        " union select schema from fleetledger.sets) as names (nspname)"
        " where nspname ~ ('^' || :fingerprint || '_[0-9]{1,9}$')",
    .params = &registry_row_shape,
    .row = &name_row_shape};
static const struct sql find_old = {
    .name = "sets.old",
    .text = "select schema from fleetledger.sets"
            " where fingerprint = :fingerprint and not switch_requested and schema <> :schema"
            " and schema not in (select serving.schema from fleetledger.serving)"
            " order by created_at limit 1000",
    .params = &registry_row_shape,
    .row = &name_row_shape};
static const struct sql forget_set = {
    .name = "sets.forget",
    .text = "delete from fleetledger.sets where schema = :schema",
    .params = &name_row_shape};

static struct registry_row params_of(char fingerprint[32])
{
    set_fingerprint(fingerprint);
    return (struct registry_row){.fingerprint = text_from(fingerprint), .size = 0};
}

static void fill(const struct registry_row *row, struct served_set *out)
{
    char fingerprint[32];

    set_fingerprint(fingerprint);
    *out = (struct served_set){
        .size = (uint64_t)row->size,
        .has_root = row->root.size == DIGEST_SIZE,
        .is_ours = text_is(row->fingerprint, fingerprint)};
    snprintf(out->schema, sizeof(out->schema), "%.*s", TEXT_ARGS(row->schema));
    if (out->has_root)
        memcpy(out->root.bytes, row->root.data, DIGEST_SIZE);
}

static enum status
served(struct db *db, const struct sql *sql, struct served_set *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_query(db, sql, NULL, arena, &rows, &count, error);

    if (status != STATUS_OK)
        return status;
    if (count == 0)
        return error_set_code(
            error, STATUS_NOT_FOUND, "no_set_served", "no set of read models is served");
    fill(rows, out);
    return STATUS_OK;
}

enum status sets_served(struct db *db, struct served_set *out, struct error *error)
{
    return served(db, &find_served, out, error);
}

enum status sets_hold_served(struct db *db, struct served_set *out, struct error *error)
{
    return served(db, &hold_served, out, error);
}

/* The first name of an answer, or "". */
static enum status
first_name(struct db *db, const struct sql *sql, char out[SET_NAME_SIZE], struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    char fingerprint[32];
    const struct registry_row params = params_of(fingerprint);
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_query(db, sql, &params, arena, &rows, &count, error);

    if (status != STATUS_OK)
        return status;
    out[0] = '\0';
    if (count > 0)
        snprintf(out, SET_NAME_SIZE, "%.*s", TEXT_ARGS(((const struct name_row *)rows)->schema));
    return STATUS_OK;
}

enum status sets_name_beside(struct db *db, char out_schema[SET_NAME_SIZE], struct error *error)
{
    enum status status = first_name(db, &find_begun, out_schema, error);

    if (status == STATUS_OK && out_schema[0] == '\0')
        status = first_name(db, &next_name, out_schema, error);
    return status;
}

static enum status is_served(struct db *db, const char *schema, bool *out, struct error *error)
{
    struct served_set set;
    struct error none;
    enum status status = sets_served(db, &set, &none);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        if (error != NULL)
            *error = none;
        return status;
    }
    *out = status == STATUS_OK && strcmp(set.schema, schema) == 0;
    return STATUS_OK;
}

/* Whoever still reads it may keep its tables for longer than we want to wait. */
static enum status drop(struct db *db, const char *schema, struct error *error)
{
    const struct name_row params = {text_from(schema)};
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    struct text script = text_format(
        arena, "begin; set local lock_timeout = '10s'; drop schema if exists %s cascade", schema);
    enum status status = db_script(db, script.data, error);

    if (status == STATUS_OK)
        status = db_query(db, &forget_set, &params, arena, NULL, NULL, error);
    if (status == STATUS_OK)
        return db_script(db, "commit", error);
    enum status ignored = db_script(db, "rollback", NULL);
    (void)ignored;
    return status;
}

enum status sets_drop(struct db *db, const char *schema, bool *out_dropped, struct error *error)
{
    bool is_kept = true;
    bool is_locked = false;
    enum status status = is_served(db, schema, &is_kept, error);

    if (status == STATUS_OK && !is_kept)
        status = set_lock(db, schema, &is_locked, error);
    if (status == STATUS_OK && is_locked)
        status = drop(db, schema, error);
    if (is_locked)
        set_unlock(db, schema);
    if (status == STATUS_OK)
        *out_dropped = is_locked;
    return status;
}

enum status sets_drop_old(struct db *db, const char *kept, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    char fingerprint[32];
    struct registry_row params = params_of(fingerprint);
    const void *found = NULL;
    size_t count = 0;
    enum status status;

    params.schema = text_from(kept);
    status = db_query(db, &find_old, &params, arena, &found, &count, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct name_row *rows = found;
        bool was_dropped;
        status = sets_drop(db, text_c(arena, rows[i].schema), &was_dropped, error);
    }
    return status;
}
