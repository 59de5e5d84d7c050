/*
 * Is it one of ours, and how far has it come? The same answer for the watcher and for each worker's
 * own connection, which may have been led to another server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/replica_internal.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/ledger_read.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_BYTES = 64 << 10, PATIENCE_MS = 1000 };

const char *const replica_state_names[REPLICA_STATE_COUNT] = {
    [REPLICA_AWAY] = "away",         [REPLICA_FOREIGN] = "foreign", [REPLICA_PRIMARY] = "primary",
    [REPLICA_DIVERGED] = "diverged", [REPLICA_EMPTY] = "empty",     [REPLICA_BEHIND] = "behind",
    [REPLICA_READY] = "ready",
};

/* By the codes of the errors below; whatever else fails means that it is away. */
static const struct {
    const char *code;
    enum replica_state state;
    const char *remedy;
} refusals[] = {
    {"", REPLICA_AWAY, "start it, or correct its URL in DATABASE_READ_URLS"},
    {"replica_foreign", REPLICA_FOREIGN,
     "name streaming replicas of the database of DATABASE_URL only (pg_basebackup makes them)"},
    {"replica_primary", REPLICA_PRIMARY,
     "make it a standby again (pg_rewind, or pg_basebackup), or take it out of DATABASE_READ_URLS"},
    {"replica_diverged", REPLICA_DIVERGED,
     "make it again by pg_basebackup from the PostgreSQL of DATABASE_URL"},
    {"replica_empty", REPLICA_EMPTY, "wait until it has caught up"},
};

enum replica_state replica_state_of(const struct error *error)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (text_is(text_from(error->code), refusals[i].code))
            return refusals[i].state;
    }
    return REPLICA_AWAY;
}

const char *replica_remedy(enum replica_state state)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].state == state)
            return refusals[i].remedy;
    }
    return "none";
}

enum status replica_identity(struct db *db, char out[REPLICA_IDENTITY_SIZE], struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    struct text identity = text_lit("");
    enum status status = db_value(
        db, arena,
        "select system_identifier || '/' || oid from pg_control_system(), pg_database"
        " where datname = current_database()",
        &identity, error);

    if (status == STATUS_OK)
        snprintf(out, REPLICA_IDENTITY_SIZE, "%.*s", TEXT_ARGS(identity));
    return status;
}

struct position_row {
    struct text schema;
    int64_t generation;
    int64_t size;
    struct bytes root;
};
static const struct field position_row_fields[] = {
    {TEXT(position_row, schema), .doc = "Schema of the serving set."},
    {INT64(position_row, generation), .doc = "Number of switches so far."},
    {INT64(position_row, size), .doc = "Size of the ledger that it reflects."},
    {BYTES(position_row, root), .doc = "Root of that ledger."},
};
static const struct shape position_row_shape = SHAPE(position_row, "How far the serving set is.");

static const struct sql position_sql = {
    .name = "replica_position",
    .text = "select serving.schema, serving.generation, sets.size, sets.root"
            " from fleetledger.serving join fleetledger.sets using (schema)",
    .row = &position_row_shape,
};

static enum status
read_position(struct db *db, struct arena *arena, struct position_row *out, struct error *error)
{
    struct list rows = {NULL, 0};
    enum status status = db_query(db, &position_sql, NULL, arena, &rows.items, &rows.count, error);

    if (status != STATUS_OK && db_is_alive(db))
        return error_set_code(
            error, status, "replica_empty", "it has no read models, or none that may be read");
    if (status == STATUS_OK && rows.count == 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "replica_empty", "it has no read models yet");
    if (status == STATUS_OK && !db_is_standby(db))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "replica_primary",
            "it is no standby, so that it does not follow our primary");
    if (status == STATUS_OK)
        *out = *(const struct position_row *)rows.items;
    return status;
}

/* A ledger of that size had that root: then nothing in it can be another. */
static enum status
check_root(const struct position_row *row, struct ledger *ledger, struct error *error)
{
    struct digest root;
    enum status status;

    if ((uint64_t)row->size > ledger_size(ledger))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "replica_diverged",
            "it reflects %lld events, more than there are on this ledger", (long long)row->size);
    if (row->size == 0)
        return STATUS_OK;
    status = ledger_root(ledger, (uint64_t)row->size, &root, error);
    if (status == STATUS_OK &&
        !bytes_equal(row->root, (struct bytes){root.bytes, sizeof(root.bytes)}))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "replica_diverged",
            "it reflects %lld events of another ledger", (long long)row->size);
    return status;
}

enum status replica_position(
    struct db *db, struct ledger *ledger, struct replica_position *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    struct position_row row = {.size = 0};
    enum status status = read_position(db, arena, &row, error);

    if (status == STATUS_OK)
        status = check_root(&row, ledger, error);
    if (status != STATUS_OK)
        return status;
    *out = (struct replica_position){
        .generation = (uint64_t)row.generation, .size = (uint64_t)row.size};
    snprintf(out->schema, sizeof(out->schema), "%.*s", TEXT_ARGS(row.schema));
    return STATUS_OK;
}

static enum status check_identity(struct replicas *all, struct db *db, struct error *error)
{
    char primary[REPLICA_IDENTITY_SIZE];
    char own[REPLICA_IDENTITY_SIZE];
    enum status status = replica_identity(db, own, error);

    if (status != STATUS_OK)
        return status;
    must(pthread_mutex_lock(&all->lock) == 0);
    memcpy(primary, all->identity, sizeof(primary));
    must(pthread_mutex_unlock(&all->lock) == 0);
    must(primary[0] != '\0');
    if (strcmp(primary, own) != 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "replica_foreign",
            "it is of PostgreSQL system and database %s, the primary of %s", own, primary);
    return STATUS_OK;
}

enum status replica_open(
    const struct replica *replica, int statement_timeout_ms, struct db **out, struct error *error)
{
    struct db *db = NULL;
    enum status status =
        db_open(replica->conninfo, REPLICA_CONNECT_S, statement_timeout_ms, &db, error);

    if (status != STATUS_OK)
        return status;
    db_answer_within(db, statement_timeout_ms + PATIENCE_MS);
    status = check_identity(replica->all, db, error);
    if (status == STATUS_OK)
        *out = db;
    else
        db_close(db);
    return status;
}
