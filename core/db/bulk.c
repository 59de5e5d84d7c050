/*
 * Many rows at once: insert, upsert, update, delete and fetch through arrays, one parameter each.
 * Statements follow from the table, and are prepared once.
 *
 *   insert into t (id, name) select * from unnest($1, $2)
 *   … on conflict (id) do update set name = excluded.name
 *   update t set name = v.name from unnest($1, $2) as v (id, name) where t.id = v.id
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db_internal.h"

#include <inttypes.h>

enum { LONGEST_STATEMENT = 1 << 16 };

/* What to do to which columns (a bit each) of which table. */
struct bulk {
    const struct bulk_kind *kind;
    const struct table *table;
    uint64_t columns;
    struct arena *arena;
    const struct table_erasure *erasure; /* of an erasure */
};

struct bulk_kind {
    const char *name;
    void (*write)(struct buf *text, const struct bulk *bulk);
    bool takes_keys; /* one parameter, instead of one for each column */
    bool gives_rows;
};

static const char *key_of(const struct bulk *bulk)
{
    return shape_field_at(bulk->table->shape, 0)->name;
}

static bool has_column(const struct bulk *bulk, size_t i)
{
    return i == 0 || (bulk->columns >> i & 1) != 0;
}

static void write_rows(struct buf *text, const struct bulk *bulk)
{
    size_t count = 0;

    buf_add_c(text, "unnest(");
    for (size_t i = 0; i < shape_count(bulk->table->shape); i++) {
        if (has_column(bulk, i)) {
            count++;
            buf_printf(text, "%s$%zu", count == 1 ? "" : ", ", count);
        }
    }
    buf_add_c(text, ")");
}

/* "name = v.name, …" of all columns but the key. */
static void write_settings(struct buf *text, const struct bulk *bulk, const char *from)
{
    const char *comma = "";

    for (size_t i = 1; i < shape_count(bulk->table->shape); i++) {
        const char *name = shape_field_at(bulk->table->shape, i)->name;
        if (!has_column(bulk, i))
            continue;
        buf_printf(text, "%s%s = %s.%s", comma, name, from, name);
        comma = ", ";
    }
}

static void write_insert(struct buf *text, const struct bulk *bulk)
{
    buf_printf(text, "insert into %s (", bulk->table->name);
    table_print_columns(bulk->table, NULL, text);
    buf_add_c(text, ") select * from ");
    write_rows(text, bulk);
}

static void write_upsert(struct buf *text, const struct bulk *bulk)
{
    write_insert(text, bulk);
    buf_printf(text, " on conflict (%s) do ", key_of(bulk));
    buf_add_c(text, shape_count(bulk->table->shape) == 1 ? "nothing" : "update set ");
    write_settings(text, bulk, "excluded");
}

static void write_update(struct buf *text, const struct bulk *bulk)
{
    const char *comma = "";

    buf_printf(text, "update %s as t set ", bulk->table->name);
    write_settings(text, bulk, "v");
    buf_add_c(text, " from ");
    write_rows(text, bulk);
    buf_add_c(text, " as v (");
    for (size_t i = 0; i < shape_count(bulk->table->shape); i++) {
        if (!has_column(bulk, i))
            continue;
        buf_printf(text, "%s%s", comma, shape_field_at(bulk->table->shape, i)->name);
        comma = ", ";
    }
    buf_printf(text, ") where t.%s = v.%s", key_of(bulk), key_of(bulk));
}

static void write_delete(struct buf *text, const struct bulk *bulk)
{
    buf_printf(text, "delete from %s where %s = any($1)", bulk->table->name, key_of(bulk));
}

static void write_fetch(struct buf *text, const struct bulk *bulk)
{
    buf_add_c(text, "select ");
    table_print_columns(bulk->table, NULL, text);
    buf_printf(text, " from %s where %s = any($1)", bulk->table->name, key_of(bulk));
}

static void write_erasure(struct buf *text, const struct bulk *bulk)
{
    table_print_erasure(bulk->table, bulk->erasure, "$1", text);
}

static const struct bulk_kind insert = {"insert", write_insert, false, false};
static const struct bulk_kind upsert = {"upsert", write_upsert, false, false};
static const struct bulk_kind update = {"update", write_update, false, false};
static const struct bulk_kind delete_rows = {"delete", write_delete, true, false};
static const struct bulk_kind erase = {"erase", write_erasure, true, false};
static const struct bulk_kind fetch = {"fetch", write_fetch, true, true};

static enum status prepare_bulk(
    struct db *db,
    const struct bulk *bulk,
    const char *name,
    struct statement **out,
    struct error *error)
{
    const struct shape *shape = bulk->table->shape;
    Oid types[MOST_PARAMS] = {OID_UUID_ARRAY};
    size_t count = 0;
    AUTO_BUF text = {0};

    must(
        shape_count(shape) > 0 && shape_count(shape) <= MOST_PARAMS &&
        shape_field_at(shape, 0)->kind == KIND_UUID);
    buf_init(&text, LONGEST_STATEMENT);
    bulk->kind->write(&text, bulk);
    must(!buf_is_full(&text));
    for (size_t i = 0; !bulk->kind->takes_keys && i < shape_count(shape); i++) {
        if (has_column(bulk, i))
            types[count++] = db_column_array_type(shape_field_at(shape, i));
    }
    const struct statement_text ready = {
        .name = name,
        .as_written = text.data,
        .for_server = text.data,
        .types = types,
        .param_count = bulk->kind->takes_keys ? 1 : count,
        .gives_rows = bulk->kind->gives_rows};
    return statement_prepare(db, &ready, out, error);
}

static enum status
find_bulk(struct db *db, const struct bulk *bulk, struct statement **out, struct error *error)
{
    const char *name =
        text_format(
            bulk->arena, "%s %s %" PRIx64, bulk->kind->name, bulk->table->name, bulk->columns)
            .data;

    *out = statement_known(db, name);
    return *out != NULL ? STATUS_OK : prepare_bulk(db, bulk, name, out, error);
}

static enum status write_bulk(
    struct db *db,
    const struct bulk *bulk,
    const void *const *rows,
    size_t count,
    struct error *error)
{
    const struct shape *shape = bulk->table->shape;
    AUTO_RESULT result = NULL;
    AUTO_PAYLOAD payload;
    struct statement *statement;
    enum status status = STATUS_OK;

    payload_init(&payload);
    if (count > 0)
        status = find_bulk(db, bulk, &statement, error);
    if (count == 0 || status != STATUS_OK)
        return status;
    for (size_t i = 0; i < shape_count(shape); i++) {
        if (!has_column(bulk, i))
            continue;
        db_bind_column_array(shape_field_at(shape, i), rows, count, &payload.bytes);
        payload_end(&payload, false);
    }
    return statement_execute(db, statement, &payload, &result, error);
}

enum status db_insert(
    struct db *db,
    const struct table *table,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    return write_bulk(
        db, &(struct bulk){&insert, table, UINT64_MAX, arena, NULL}, rows, count, error);
}

enum status db_upsert(
    struct db *db,
    const struct table *table,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    return write_bulk(
        db, &(struct bulk){&upsert, table, UINT64_MAX, arena, NULL}, rows, count, error);
}

enum status db_update(
    struct db *db,
    const struct table_columns *columns,
    const void *const *rows,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    const struct bulk bulk = {&update, columns->table, columns->bits, arena, NULL};

    must((columns->bits & ~UINT64_C(1)) != 0);
    return write_bulk(db, &bulk, rows, count, error);
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
    const struct bulk bulk = {&delete_rows, table, 0, arena, NULL};
    AUTO_RESULT result = NULL;
    struct statement *statement;
    enum status status = STATUS_OK;

    if (count > 0)
        status = find_bulk(db, &bulk, &statement, error);
    if (count == 0 || status != STATUS_OK)
        return status;
    return run_with_keys(db, statement, keys, count, &result, error);
}

enum status db_erase(
    struct db *db,
    const struct table *table,
    const struct table_erasure *erasure,
    const struct uuid *ids,
    size_t count,
    struct arena *arena,
    struct error *error)
{
    const struct bulk bulk = {&erase, table, (uint64_t)(erasure - table->erasures), arena, erasure};
    AUTO_RESULT result = NULL;
    struct statement *statement;
    enum status status;

    if (count == 0)
        return STATUS_OK;
    status = find_bulk(db, &bulk, &statement, error);
    return status == STATUS_OK ? run_with_keys(db, statement, ids, count, &result, error) : status;
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
    const struct bulk bulk = {&fetch, table, 0, arena, NULL};
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
