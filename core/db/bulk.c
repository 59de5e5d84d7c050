/*
 * Many rows at once: upsert, delete and fetch through arrays, one parameter each, and COPY.
 * Statements follow from the table, and are prepared once.
 *
 *   insert into t (id, name) select * from unnest($1::uuid[], $2::text[])
 *   on conflict (id) do update set name = excluded.name
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db_internal.h"

enum { LONGEST_STATEMENT = 1 << 16 };

static void write_upsert(struct buf *text, const struct table *table)
{
    const struct shape *shape = table->shape;

    buf_printf(text, "insert into %s (", table->name);
    table_print_columns(table, NULL, text);
    buf_add_c(text, ") select * from unnest(");
    for (size_t i = 0; i < shape_count(shape); i++)
        buf_printf(text, "%s$%zu", i == 0 ? "" : ", ", i + 1);
    buf_printf(text, ") on conflict (%s) do ", shape_field_at(shape, 0)->name);
    buf_add_c(text, shape_count(shape) == 1 ? "nothing" : "update set ");
    for (size_t i = 1; i < shape_count(shape); i++) {
        const char *name = shape_field_at(shape, i)->name;
        buf_printf(text, "%s%s = excluded.%s", i == 1 ? "" : ", ", name, name);
    }
}

static void write_delete(struct buf *text, const struct table *table)
{
    buf_printf(
        text, "delete from %s where %s = any($1)", table->name,
        shape_field_at(table->shape, 0)->name);
}

static void write_fetch(struct buf *text, const struct table *table)
{
    buf_add_c(text, "select ");
    table_print_columns(table, NULL, text);
    buf_printf(
        text, " from %s where %s = any($1)", table->name, shape_field_at(table->shape, 0)->name);
}

struct bulk_kind {
    const char *name;
    void (*write)(struct buf *text, const struct table *table);
};
static const struct bulk_kind upsert = {"upsert", write_upsert};
static const struct bulk_kind erase = {"delete", write_delete};
static const struct bulk_kind fetch = {"fetch", write_fetch};

/* What to do to which table. */
struct bulk {
    const struct bulk_kind *kind;
    const struct table *table;
    struct arena *arena;
};

static enum status prepare_bulk(
    struct db *db,
    const struct bulk *bulk,
    const char *name,
    struct statement **out,
    struct error *error)
{
    const struct shape *shape = bulk->table->shape;
    Oid types[MOST_PARAMS] = {OID_UUID_ARRAY};
    bool is_upsert = bulk->kind == &upsert;
    AUTO_BUF text = {0};

    must(
        shape_count(shape) > 0 && shape_count(shape) <= MOST_PARAMS &&
        shape_field_at(shape, 0)->kind == KIND_UUID);
    buf_init(&text, LONGEST_STATEMENT);
    bulk->kind->write(&text, bulk->table);
    must(!buf_is_full(&text));
    for (size_t i = 0; is_upsert && i < shape_count(shape); i++)
        types[i] = db_column_array_type(shape_field_at(shape, i));
    const struct statement_text ready = {
        .name = name,
        .as_written = text.data,
        .for_server = text.data,
        .types = types,
        .param_count = is_upsert ? shape_count(shape) : 1};
    return statement_prepare(db, &ready, out, error);
}

static enum status
find_bulk(struct db *db, const struct bulk *bulk, struct statement **out, struct error *error)
{
    const char *name = text_format(bulk->arena, "%s %s", bulk->kind->name, bulk->table->name).data;

    *out = statement_known(db, name);
    return *out != NULL ? STATUS_OK : prepare_bulk(db, bulk, name, out, error);
}

enum status db_upsert(
    struct db *db,
    const struct table *table,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    const struct bulk bulk = {&upsert, table, arena};
    AUTO_RESULT result = NULL;
    AUTO_PAYLOAD payload;
    struct statement *statement;
    enum status status = STATUS_OK;

    payload_init(&payload);
    if (count > 0)
        status = find_bulk(db, &bulk, &statement, error);
    if (count == 0 || status != STATUS_OK)
        return status;
    for (size_t i = 0; i < shape_count(table->shape); i++) {
        db_bind_column_array(shape_field_at(table->shape, i), rows, count, &payload.bytes);
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
    db_bind_keys(keys, count, &payload.bytes);
    payload_end(&payload, false);
    return statement_execute(db, statement, &payload, out, error);
}

enum status db_delete(
    struct db *db,
    const struct table *table,
    const struct uuid *keys,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    const struct bulk bulk = {&erase, table, arena};
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
    const struct table *table,
    const struct uuid *keys,
    size_t count,
    struct arena *arena,
    const void **out_rows,
    size_t *out_count,
    struct error *error)
{
    const struct bulk bulk = {&fetch, table, arena};
    AUTO_RESULT result = NULL;
    struct statement *statement;
    enum status status = find_bulk(db, &bulk, &statement, error);

    if (status == STATUS_OK)
        status = run_with_keys(db, statement, keys, count, &result, error);
    if (status == STATUS_OK)
        status = db_read_rows(statement, table->shape, result, arena, out_rows, error);
    if (status == STATUS_OK)
        *out_count = (size_t)PQntuples(result);
    return status;
}
