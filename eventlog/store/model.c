/*
 * Opening, marking, committing and clearing the write model, and the pairs below everything else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/model.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/model_internal.h"
#include "eventlog/store/pages.h"

#include <string.h>

enum { MODEL_FORMAT = 4, MARK_MAX_BYTES = 256, MARK_ARENA_BYTES = 4096, STATE_MAX_BYTES = 1 << 20 };

/* How far the fold has come, and by which program. */
struct model_mark {
    int64_t format;
    struct bytes fingerprint;
    int64_t size;
    struct bytes root;
};

static const struct field model_mark_fields[] = {
    {INT64(model_mark, format), .tag = 1, .flags = REQUIRED, .doc = "Format of the file."},
    {BYTES(model_mark, fingerprint), .tag = 2, .flags = REQUIRED,
     .doc = "Fingerprint of the states and of evolve."},
    {INT64(model_mark, size), .tag = 3, .flags = REQUIRED,
     .doc = "Number of entries that are folded."},
    {BYTES(model_mark, root), .tag = 4, .flags = REQUIRED,
     .doc = "Root of the Merkle tree over those entries."},
};
static const struct shape model_mark_shape = SHAPE(model_mark, "Progress of the write model.");

const struct store_table_spec model_table_specs[MODEL_TABLES] = {
    [MODEL_STATE] = {"state", 0},
    [MODEL_CLAIMS] = {"claims", 0},
    [MODEL_LINKS] = {"links", 0},
    [MODEL_TIMERS] = {"timers", 0},
    [MODEL_STREAMS] = {"streams", 0},
    [MODEL_COMMANDS] = {"commands", 0},
    [MODEL_COMMANDS_BY_TIME] = {"commands_by_time", 0},
    [MODEL_META] = {"meta", 0},
};

static const struct bytes mark_key = {(const uint8_t *)"mark", 4};

struct store_txn *model_txn(const struct model *model)
{
    struct model_session *session = model->session;
    struct error error;

    if (session->txn == NULL)
        must(store_begin(session->env, !session->is_read_only, &session->txn, &error) == STATUS_OK);
    return session->txn;
}

bool model_get(
    const struct model *model, enum model_table table, struct bytes key, struct bytes *out)
{
    struct error error;
    enum status status = store_get(model_txn(model), model->tables[table], key, out, &error);

    must(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return status == STATUS_OK;
}

void model_put(struct model *model, enum model_table table, struct bytes key, struct bytes value)
{
    struct error error;

    must(store_put(model_txn(model), model->tables[table], key, value, &error) == STATUS_OK);
}

void model_delete(struct model *model, enum model_table table, struct bytes key)
{
    struct error error;
    enum status status = store_delete(model_txn(model), model->tables[table], key, &error);

    must(status == STATUS_OK || status == STATUS_NOT_FOUND);
}

bool model_seek(
    const struct model *model, enum model_table table, struct bytes *key, struct bytes *value)
{
    AUTO_CURSOR cursor = NULL;
    struct error error;
    enum status status = store_cursor_open(model_txn(model), model->tables[table], &cursor, &error);

    must(status == STATUS_OK);
    status = store_cursor_move(cursor, STORE_SEEK, key, value, &error);
    must(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return status == STATUS_OK;
}

uint64_t model_size(const struct model *model)
{
    return model->size;
}

struct digest model_root(const struct model *model)
{
    return model->root;
}

void model_mark(struct model *model, uint64_t size, struct digest root)
{
    model->size = size;
    model->root = root;
}

static void write_mark(struct model *model)
{
    struct model_mark mark = {
        .format = MODEL_FORMAT,
        .fingerprint = {model->fingerprint.bytes, DIGEST_SIZE},
        .size = (int64_t)model->size,
        .root = {model->root.bytes, DIGEST_SIZE},
    };
    AUTO_BUF packed = {0};

    buf_init(&packed, MARK_MAX_BYTES);
    shape_pack(&model_mark_shape, &mark, &packed);
    must(!buf_is_full(&packed));
    model_put(model, MODEL_META, mark_key, buf_bytes(&packed));
}

enum status model_commit(struct model *model, struct error *error)
{
    write_mark(model);
    return store_commit(&model->session->txn, error);
}

enum status model_clear(struct model *model, struct error *error)
{
    for (int table = 0; table < MODEL_FOLDED_TABLES; table++) {
        enum status status =
            store_table_empty(model_txn(model), model->tables[table], false, error);

        if (status != STATUS_OK)
            return status;
    }
    model->session->recent.type = NULL;
    model_mark(model, 0, (struct digest){{0}});
    return model_commit(model, error);
}

/* A mark that cannot be read, or of another program, is none. */
static bool read_mark(struct model *model)
{
    AUTO_ARENA arena = arena_new(MARK_ARENA_BYTES);
    struct model_mark mark;
    struct bytes packed;
    struct error error;

    if (!model_get(model, MODEL_META, mark_key, &packed) ||
        shape_unpack(&model_mark_shape, packed, arena, &mark, &error) != STATUS_OK)
        return false;
    if (mark.format != MODEL_FORMAT || mark.size < 0 || mark.root.size != DIGEST_SIZE)
        return false;
    if (!bytes_equal(mark.fingerprint, (struct bytes){model->fingerprint.bytes, DIGEST_SIZE}))
        return false;
    model->size = (uint64_t)mark.size;
    memcpy(model->root.bytes, mark.root.data, DIGEST_SIZE);
    return true;
}

static enum status open_tables(struct model *model, struct error *error)
{
    struct store_settings settings = {
        .directory = model->directory,
        .name = "model.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = MODEL_TABLES,
        .is_read_only = model->session->is_read_only,
        .fault_injection = model->fault_injection,
    };
    struct pages_usage usage;
    enum status status = store_open(&settings, &model->session->env, error);

    /* Whoever only looks may look beside a writer, and for damage. */
    if (status == STATUS_OK && settings.is_read_only)
        status = store_check_pages(model->session->env, &usage, error);
    if (status == STATUS_OK)
        status = store_tables(
            model->session->env, model_table_specs, MODEL_TABLES, model->tables, error);
    return status;
}

static struct model *model_new(const char *directory, struct digest fingerprint)
{
    struct model *model = heap_new(sizeof(*model));

    model->session = heap_new(sizeof(*model->session));
    model->directory = heap_copy(directory);
    model->fingerprint = fingerprint;
    buf_init(&model->packed, STATE_MAX_BYTES);
    return model;
}

/* The transaction that saw the mark stays open: what is read later is of the same commit. */
enum status model_open_to_read(
    const char *directory, struct digest fingerprint, struct model **out, struct error *error)
{
    struct model *model = model_new(directory, fingerprint);
    enum status status;

    model->session->is_read_only = true;
    status = open_tables(model, error);
    if (status == STATUS_OK && !read_mark(model))
        status = error_set(error, STATUS_NOT_FOUND, "another program folded model.mdb");
    if (status != STATUS_OK) {
        model_close(model);
        return status;
    }
    *out = model;
    return STATUS_OK;
}

static enum status open_to_fold(struct model *model, struct error *error)
{
    enum status status = open_tables(model, error);

    if (status == STATUS_OK && !read_mark(model))
        status = model_clear(model, error);
    store_abort(&model->session->txn);
    return status;
}

static void close_session(struct model *model)
{
    store_abort(&model->session->txn);
    store_close(model->session->env);
    *model->session = (struct model_session){.is_read_only = model->session->is_read_only};
}

enum status model_reopen(struct model *model, struct error *error)
{
    enum status status;

    must(!model->session->is_read_only);
    close_session(model);
    model_mark(model, 0, (struct digest){{0}});
    status = open_to_fold(model, error);
    if (status != STATUS_OK)
        close_session(model);
    return status;
}

enum status model_open_with(
    const char *directory,
    struct digest fingerprint,
    const struct store_fault_injection *fault_injection,
    struct model **out,
    struct error *error)
{
    struct model *model = model_new(directory, fingerprint);
    enum status status;

    model->fault_injection = fault_injection;
    status = open_to_fold(model, error);
    if (status != STATUS_OK) {
        model_close(model);
        return status;
    }
    *out = model;
    return STATUS_OK;
}

enum status model_open(
    const char *directory, struct digest fingerprint, struct model **out, struct error *error)
{
    return model_open_with(directory, fingerprint, NULL, out, error);
}

void model_close(struct model *model)
{
    if (model == NULL)
        return;
    close_session(model);
    heap_free(model->session);
    heap_free(model->directory);
    buf_fini(&model->packed);
    heap_free(model);
}
