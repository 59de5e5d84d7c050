/*
 * Writing telemetry: samples and last-seen marks gather in one transaction and are lost together
 * when it fails, which is noted and told at the commit. Nothing here is evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/telemetry.h"

#include "core/base/buf.h"
#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/set_aside.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/telemetry_internal.h"

enum { SAMPLE_MAX_BYTES = 64 << 10 };

static const struct field metric_sample_fields[] = {
    {UUID(metric_sample, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sample."},
    {UUID(metric_sample, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace of the node."},
    {UUID(metric_sample, node_id), .tag = 3, .flags = REQUIRED, .doc = "Node that was measured."},
    {DOUBLE(metric_sample, cpu_usage), .tag = 4,
     .doc = "Processor usage over all cores, in per cent."},
    {DOUBLE(metric_sample, memory_usage), .tag = 5, .doc = "Memory usage in per cent."},
    {DOUBLE(metric_sample, disk_usage), .tag = 6, .doc = "Disk usage in per cent."},
    {DOUBLE(metric_sample, temperature), .tag = 7, .doc = "Temperature in degrees Celsius."},
    {JSON(metric_sample, network_stats), .tag = 8, .doc = "Counters of the network interfaces."},
    {TIMESTAMP(metric_sample, recorded_at), .tag = 9, .flags = REQUIRED,
     .doc = "Time the sample arrived."},
};
const struct shape metric_sample_shape =
    SHAPE(metric_sample, "Measurements of a node at one time.");

static enum status load(struct telemetry *telemetry, struct error *error)
{
    static const struct store_table_spec seen = {"seen", 0};
    struct store_settings settings = {
        .directory = telemetry->directory,
        .name = "telemetry.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = MOST_DAYS + 1,
        .fault_injection = telemetry->fault_injection,
    };
    struct store_env *env = NULL;
    enum status status = store_open(&settings, &env, error);

    if (status == STATUS_OK)
        status = store_tables(env, &seen, 1, &telemetry->seen, error);
    if (status != STATUS_OK) {
        store_close(env);
        return status;
    }
    pthread_rwlock_wrlock(&telemetry->lock);
    telemetry->env = env;
    pthread_rwlock_unlock(&telemetry->lock);
    return telemetry_days_load(telemetry, error);
}

enum status telemetry_open_with(
    const char *directory,
    const struct store_fault_injection *fault_injection,
    struct telemetry **out,
    struct error *error)
{
    struct telemetry *telemetry = heap_new(sizeof(*telemetry));
    enum status status;

    must(pthread_rwlock_init(&telemetry->lock, NULL) == 0);
    telemetry->directory = heap_copy(directory);
    telemetry->fault_injection = fault_injection;
    status = load(telemetry, error);
    if (status != STATUS_OK) {
        telemetry_close(telemetry);
        return status;
    }
    *out = telemetry;
    return STATUS_OK;
}

enum status telemetry_open(const char *directory, struct telemetry **out, struct error *error)
{
    return telemetry_open_with(directory, NULL, out, error);
}

void telemetry_close(struct telemetry *telemetry)
{
    if (telemetry == NULL)
        return;
    store_abort(&telemetry->txn);
    store_close(telemetry->env);
    pthread_rwlock_destroy(&telemetry->lock);
    heap_free(telemetry->directory);
    heap_free(telemetry);
}

static void note(struct telemetry *telemetry, enum status status, const struct error *error)
{
    if (status == STATUS_OK || status == STATUS_NOT_FOUND || telemetry->has_failed)
        return;
    telemetry->failure = *error;
    telemetry->has_failed = true;
}

/* False when this transaction cannot be written to, any more or at all. */
static bool may_write(struct telemetry *telemetry)
{
    struct error error;

    if (telemetry->env == NULL)
        return false;
    if (telemetry->txn == NULL && !telemetry->has_failed)
        note(telemetry, store_begin(telemetry->env, true, &telemetry->txn, &error), &error);
    return !telemetry->has_failed;
}

void telemetry_sample_prefix(struct key *key, enum telemetry_row row, struct uuid owner)
{
    key_clear(key);
    key_add_u8(key, (uint8_t)row);
    if (row != ROW_OF_TIME)
        key_add_uuid(key, owner);
}

static enum status put_row(
    const struct telemetry *telemetry,
    struct store_table table,
    struct key *prefix,
    const struct metric_sample *sample,
    struct bytes value,
    struct error *error)
{
    key_add_timestamp(prefix, sample->recorded_at);
    key_add_uuid(prefix, sample->id);
    return store_put(telemetry->txn, table, key_bytes(prefix), value, error);
}

static enum status put_sample(
    const struct telemetry *telemetry,
    struct store_table table,
    const struct metric_sample *sample,
    struct error *error)
{
    struct bytes node = {sample->node_id.bytes, sizeof(sample->node_id.bytes)};
    struct key key;
    enum status status;
    AUTO_BUF packed = {0};

    buf_init(&packed, SAMPLE_MAX_BYTES);
    shape_pack(&metric_sample_shape, sample, &packed);
    if (buf_is_full(&packed))
        return STATUS_OK; /* far beyond what a sample may be: left out */
    telemetry_sample_prefix(&key, ROW_OF_NODE, sample->node_id);
    status = put_row(telemetry, table, &key, sample, buf_bytes(&packed), error);
    if (status != STATUS_OK)
        return status;
    telemetry_sample_prefix(&key, ROW_OF_WORKSPACE, sample->workspace_id);
    status = put_row(telemetry, table, &key, sample, node, error);
    if (status != STATUS_OK)
        return status;
    telemetry_sample_prefix(&key, ROW_OF_TIME, UUID_NONE);
    return put_row(telemetry, table, &key, sample, node, error);
}

void telemetry_add(struct telemetry *telemetry, const struct metric_sample *sample)
{
    const struct telemetry_day *day;
    struct error error;
    enum status status;

    must(sample->recorded_at.us > 0);
    if (!may_write(telemetry))
        return;
    day = telemetry_days_take(telemetry, telemetry_day_of(sample->recorded_at), &status, &error);
    if (day != NULL)
        status = put_sample(telemetry, day->table, sample, &error);
    note(telemetry, status, &error);
}

void telemetry_seen(struct telemetry *telemetry, struct uuid node, struct timestamp at)
{
    uint8_t value[8];
    struct error error;
    enum status status;

    if (!may_write(telemetry))
        return;
    key_write_u64(value, (uint64_t)at.us);
    status = store_put(
        telemetry->txn, telemetry->seen, (struct bytes){node.bytes, sizeof(node.bytes)},
        (struct bytes){value, sizeof(value)}, &error);
    note(telemetry, status, &error);
}

void telemetry_forget_node(struct telemetry *telemetry, struct uuid node)
{
    struct error error;
    enum status status;

    if (!may_write(telemetry))
        return;
    status = store_delete(
        telemetry->txn, telemetry->seen, (struct bytes){node.bytes, sizeof(node.bytes)}, &error);
    note(telemetry, status, &error);
}

/* Ends the transaction one way or the other. */
static enum status end(struct telemetry *telemetry, struct error *error)
{
    if (telemetry->has_failed) {
        store_abort(&telemetry->txn);
        telemetry->has_failed = false;
        if (error != NULL)
            *error = telemetry->failure;
        return telemetry->failure.status;
    }
    return telemetry->txn == NULL ? STATUS_OK : store_commit(&telemetry->txn, error);
}

/* The damaged file lies aside then, and an empty one begins. */
static void begin_anew(struct telemetry *telemetry, struct error *error)
{
    struct set_aside_name kept = {""};
    struct error why;
    enum status status;

    pthread_rwlock_wrlock(&telemetry->lock);
    telemetry->day_count = 0;
    store_close(telemetry->env);
    telemetry->env = NULL;
    pthread_rwlock_unlock(&telemetry->lock);
    status = set_aside(telemetry->directory, "telemetry.mdb", &kept, &why);
    if (status == STATUS_OK)
        status = load(telemetry, &why);
    if (error != NULL && status == STATUS_OK)
        error_context(error, "telemetry.mdb lies aside as %s and begins anew", kept.text);
    else if (error != NULL)
        error_context(error, "telemetry.mdb cannot begin anew (%.200s)", why.text);
}

enum status telemetry_commit(struct telemetry *telemetry, struct error *error)
{
    struct error failure;
    enum status status = failpoint_pass(FAILPOINT_TELEMETRY, &failure);

    if (telemetry->env == NULL)
        return load(telemetry, error);
    note(telemetry, status, &failure);
    status = end(telemetry, error);
    telemetry_days_settle(telemetry, status == STATUS_OK);
    if (status == STATUS_CORRUPT)
        begin_anew(telemetry, error);
    return status;
}

enum status
telemetry_drop_before(struct telemetry *telemetry, struct timestamp day, struct error *error)
{
    struct error failure;
    enum status status;
    bool is_writing;

    if (telemetry->env == NULL || telemetry->day_count == 0 ||
        telemetry->days[0].number >= telemetry_day_of(day))
        return STATUS_OK;
    is_writing = may_write(telemetry); /* LMDB's lock before ours, as where days are added */
    pthread_rwlock_wrlock(&telemetry->lock);
    if (is_writing) {
        status = telemetry_days_remove(telemetry, telemetry_day_of(day), &failure);
        note(telemetry, status, &failure);
    }
    status = end(telemetry, error);
    if (status == STATUS_OK)
        telemetry_days_forget(telemetry, telemetry_day_of(day));
    else
        telemetry->day_count = 0; /* void handles: no reader may see them */
    pthread_rwlock_unlock(&telemetry->lock);
    if (status == STATUS_OK)
        telemetry_days_settle(telemetry, true);
    else if (status == STATUS_CORRUPT)
        begin_anew(telemetry, error);
    else if (telemetry_days_load(telemetry, &failure) != STATUS_OK && error != NULL)
        error_context(error, "days of telemetry cannot be opened (%.200s)", failure.text);
    return status;
}
