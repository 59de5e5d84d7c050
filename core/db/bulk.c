/*
 * Many rows at once: upsert, delete and fetch through arrays, one parameter each, and COPY.
 * Statements are made from the shape, prepared once per table and shape.
 *
 *   insert into t (id, name) select * from unnest($1::uuid[], $2::text[])
 *   on conflict (id) do update set name = excluded.name
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db_internal.h"

enum { LONGEST_STATEMENT = 1 << 16 };

static void add_columns(struct buf *text, const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        buf_printf(text, "%s%s", i == 0 ? "" : ", ", shape->fields[i].name);
}

static void write_upsert(struct buf *text, const char *table, const struct shape *shape)
{
    const char *key = shape->fields[0].name;

    buf_printf(text, "insert into %s (", table);
    add_columns(text, shape);
    buf_add_c(text, ") select * from unnest(");
    for (size_t i = 0; i < shape->count; i++)
        buf_printf(text, "%s$%zu", i == 0 ? "" : ", ", i + 1);
    buf_printf(text, ") on conflict (%s) do ", key);
    buf_add_c(text, shape->count == 1 ? "nothing" : "update set ");
    for (size_t i = 1; i < shape->count; i++) {
        const char *name = shape->fields[i].name;
        buf_printf(text, "%s%s = excluded.%s", i == 1 ? "" : ", ", name, name);
    }
}

static void write_delete(struct buf *text, const char *table, const struct shape *shape)
{
    buf_printf(text, "delete from %s where %s = any($1)", table, shape->fields[0].name);
}

static void write_fetch(struct buf *text, const char *table, const struct shape *shape)
{
    buf_add_c(text, "select ");
    add_columns(text, shape);
    buf_printf(text, " from %s where %s = any($1)", table, shape->fields[0].name);
}

struct bulk_kind {
    const char *name;
    void (*write)(struct buf *text, const char *table, const struct shape *shape);
};
static const struct bulk_kind upsert = {"upsert", write_upsert};
static const struct bulk_kind erase = {"delete", write_delete};
static const struct bulk_kind fetch = {"fetch", write_fetch};

/* What to do to which table. */
struct bulk {
    const struct bulk_kind *kind;
    const char *table;
    const struct shape *shape;
    struct arena *arena;
};

static enum status prepare_bulk(
    struct db *db,
    const struct bulk *bulk,
    const char *name,
    struct statement **out,
    struct error *error)
{
    const struct shape *shape = bulk->shape;
    Oid types[MOST_PARAMS] = {OID_UUID_ARRAY};
    bool is_upsert = bulk->kind == &upsert;
    AUTO_BUF text = {0};

    must(shape->count > 0 && shape->count <= MOST_PARAMS && shape->fields[0].kind == KIND_UUID);
    buf_init(&text, LONGEST_STATEMENT);
    bulk->kind->write(&text, bulk->table, shape);
    must(!buf_is_full(&text));
    for (size_t i = 0; is_upsert && i < shape->count; i++)
        types[i] = column_array_type(&shape->fields[i]);
    const struct statement_text ready = {
        name, text.data, text.data, types, is_upsert ? shape->count : 1};
    return statement_prepare(db, &ready, out, error);
}

static enum status
find_bulk(struct db *db, const struct bulk *bulk, struct statement **out, struct error *error)
{
    const char *name =
        text_format(bulk->arena, "%s %s %s", bulk->kind->name, bulk->table, bulk->shape->name).data;

    *out = statement_known(db, name);
    return *out != NULL ? STATUS_OK : prepare_bulk(db, bulk, name, out, error);
}

enum status db_upsert(
    struct db *db,
    const char *table,
    const struct shape *shape,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    const struct bulk bulk = {&upsert, table, shape, arena};
    AUTO_RESULT result = NULL;
    AUTO_PAYLOAD payload;
    struct statement *statement;
    enum status status = STATUS_OK;

    payload_init(&payload);
    if (count > 0)
        status = find_bulk(db, &bulk, &statement, error);
    if (count == 0 || status != STATUS_OK)
        return status;
    for (size_t i = 0; i < shape->count; i++) {
        bind_column_array(&shape->fields[i], rows, count, &payload.bytes);
        payload_end(&payload, false);
    }
    return statement_execute(db, statement, &payload, &result, error);
}

static enum status run_with_keys(
    struct db *db,
    const struct statement *statement,
    const struct uuid *keys,
    size_t count,
    PGresult **out,
    struct error *error)
{
    AUTO_PAYLOAD payload;

    payload_init(&payload);
    bind_keys(keys, count, &payload.bytes);
    payload_end(&payload, false);
    return statement_execute(db, statement, &payload, out, error);
}

enum status db_delete(
    struct db *db,
    const char *table,
    const struct shape *shape,
    const struct uuid *keys,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    const struct bulk bulk = {&erase, table, shape, arena};
    AUTO_RESULT result = NULL;
    struct statement *statement;
    enum status status = STATUS_OK;

    if (count > 0)
        status = find_bulk(db, &bulk, &statement, error);
    if (count == 0 || status != STATUS_OK)
        return status;
    return run_with_keys(db, statement, keys, count, &result, error);
}

enum status db_fetch(
    struct db *db,
    const char *table,
    const struct shape *shape,
    const struct uuid *keys,
    size_t count,
    struct arena *arena,
    const void **out_rows,
    size_t *out_count,
    struct error *error)
{
    const struct bulk bulk = {&fetch, table, shape, arena};
    AUTO_RESULT result = NULL;
    struct statement *statement;
    enum status status = find_bulk(db, &bulk, &statement, error);

    if (status == STATUS_OK)
        status = run_with_keys(db, statement, keys, count, &result, error);
    if (status == STATUS_OK)
        status = rows_read(statement, shape, result, arena, out_rows, error);
    if (status == STATUS_OK)
        *out_count = (size_t)PQntuples(result);
    return status;
}
