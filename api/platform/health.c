/*
 * Health: what each part says of itself. /health/ready has an honest status code.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/health.h"

#include "api/archive/archiver.h"
#include "api/call.h"
#include "api/news/peers.h"
#include "api/outbox_figures.h"
#include "api/replicas.h"
#include "core/shape/shape_json.h"
#include "eventlog/following.h"
#include "eventlog/holders.h"
#include "eventlog/leadership.h"
#include "eventlog/ledger_read.h"

struct health_view {
    struct text service;
    struct text status;
    struct timestamp timestamp;
    struct timestamp started_at;
    struct uuid boot_id;
};
static const struct field health_view_fields[] = {
    {TEXT(health_view, service), .tag = 1, .flags = REQUIRED,
     .doc = "Name of the service; always fleetledger."},
    {TEXT(health_view, status), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the process; always ok."},
    {TIMESTAMP(health_view, timestamp), .tag = 3, .flags = REQUIRED,
     .doc = "Current time of the server."},
    {TIMESTAMP(health_view, started_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time the process started."},
    {UUID(health_view, boot_id), .tag = 5, .flags = REQUIRED,
     .doc = "Id of this run of the process."},
};
const struct shape health_view_shape = SHAPE(health_view, "Status of the process.");

void health_handle(struct call *call)
{
    struct health_view view = {
        .service = text_lit("fleetledger"),
        .status = text_lit("ok"),
        .timestamp = call->arrived_at,
        .started_at = call->services->started_at,
        .boot_id = call->services->boot_id,
    };

    call_answer_shape(call, 200, &health_view_shape, &view);
}

/* One part's answer. */
struct check {
    const char *name;
    bool is_healthy;
    const char *status;
    struct text detail; /* absent: null */
};

static struct check check_ledger(struct call *call)
{
    struct error *error = arena_one(call->arena, struct error);
    struct writer_stats writer = writer_stats(call->services->writer);

    if (leadership_is_superseded(call->services->leadership, error))
        return (struct check){"ledger", false, "superseded", text_from(error->text)};
    if (ledger_is_stopped(call->services->ledger, error))
        return (struct check){"ledger", false, "stopped", text_from(error->text)};
    if (writer.is_stopped)
        return (struct check){
            "ledger", false, "stopped", text_lit("Keys could not be stored; the log says why.")};
    if (writer.is_model_lost)
        return (struct check){
            "ledger", false, "model_lost",
            text_lit("The write model cannot be read; the log says why.")};
    if (writer.is_refusing_writes)
        return (struct check){
            "ledger", false, "read_only",
            text_format(
                call->arena, "Storage is full, or the clock was set; unrecordedSignIns=%llu",
                (unsigned long long)writer.unrecorded)};
    return (struct check){
        "ledger", true, "ready",
        text_format(
            call->arena, "size=%llu", (unsigned long long)ledger_size(call->services->ledger))};
}

/* Anybody may ask, so no detail tells what is inside. */
static struct check check_database(const struct progress *progress)
{
    if (progress->is_connected)
        return (struct check){"database", true, "ready", {NULL, 0}};
    return (struct check){
        "database", false, "error",
        text_lit("PostgreSQL cannot be reached, or refuses to work; the log says why.")};
}

static struct check check_projector(struct call *call, const struct progress *progress)
{
    uint64_t size = ledger_size(call->services->ledger);
    uint64_t shown = progress->size;
    uint64_t lag = size > shown ? size - shown : 0;
    int64_t lag_us = progress_lag_us(progress, size);
    struct text detail = text_format(
        call->arena, "lag=%llu;behindUs=%lld", (unsigned long long)lag, (long long)lag_us);

    if (progress->is_stopped)
        return (struct check){
            "projector", false, "stopped",
            text_format(
                call->arena, "Stopped at size %llu; the log says why.", (unsigned long long)shown)};
    if (!progress->is_connected || lag_us > 2000000)
        return (struct check){"projector", false, "behind", detail};
    return (struct check){"projector", true, "ready", detail};
}

enum { LEADER_LOST_US = 10000000 };

/* Of a follower: what it has may be served, but should not be once it is old, or another history than its
 * leader's. */
static struct check check_leader(struct call *call, const struct following *following)
{
    uint64_t size = ledger_size(call->services->ledger);
    int64_t lag_us = following_lag_us(following);
    struct text detail = text_format(
        call->arena, "lag=%llu;behindUs=%lld", (unsigned long long)following_lag(following, size),
        (long long)lag_us);

    if (following->is_contradicted)
        return (struct check){
            "leader", false, "contradicted",
            text_format(call->arena, "%s; the log says why.", following->why.code)};
    if (lag_us > LEADER_LOST_US)
        return (struct check){
            "leader", false, following->is_connected ? "behind" : "unreachable", detail};
    return (struct check){
        "leader", true, following->is_connected ? "ready" : "unreachable", detail};
}

/* Of a leader whose acknowledgements wait for followers. */
static struct check check_followers(struct call *call, struct holders *holders)
{
    int64_t wanted = holders_wanted(holders);
    size_t heard = holders_heard(holders, monotonic_us() - LEADER_LOST_US);
    struct text detail = text_format(
        call->arena, "heard=%zu;wanted=%lld;held=%llu", heard, (long long)wanted,
        (unsigned long long)holders_size(holders));

    if ((int64_t)heard < wanted)
        return (struct check){"followers", false, "too_few", detail};
    return (struct check){"followers", true, "ready", detail};
}

static struct check check_outbox(struct call *call, const struct outbox_figures *outbox)
{
    int64_t due = outbox->due;
    int64_t failed = outbox->failed;
    int64_t dead = outbox->dead_letters;
    long long backlog = (long long)outbox->backlog;

    if (dead > 0)
        return (struct check){
            "outbox", false, "dead_letter",
            text_format(call->arena, "deadLetter=%lld", (long long)dead)};
    if (due > 0 || failed > 0)
        return (struct check){
            "outbox", true, "degraded",
            text_format(
                call->arena, "backlog=%lld;due=%lld;failed=%lld", backlog, (long long)due,
                (long long)failed)};
    return (struct check){
        "outbox", true, "ready", text_format(call->arena, "backlog=%lld", backlog)};
}

/* Without the end of its object. */
static void add_check(struct buf *out, const struct check *check)
{
    buf_printf(
        out, "\"%s\":{\"healthy\":%s,\"status\":\"%s\",\"detail\":", check->name,
        check->is_healthy ? "true" : "false", check->status);
    if (text_is_present(check->detail))
        json_write_text(out, check->detail);
    else
        buf_add_c(out, "null");
}

/* They are called by their places in DATABASE_READ_URLS: anybody may ask. None of them is needed for the
 * whole, because what they do not answer the primary does. */
static void add_replicas(struct buf *out, struct call *call)
{
    struct replica_figure figures[MOST_READ_URLS];
    size_t count = replicas_figures(call->services->replicas, figures);
    bool are_ready = true;
    AUTO_BUF detail = {0};

    buf_init(&detail, 4096);
    for (size_t i = 0; i < count; i++) {
        const struct replica_figure *figure = &figures[i];
        are_ready = are_ready && figure->state == REPLICA_READY;
        buf_printf(
            &detail, "%sreplica%zu=%s,lag=%llu,behindUs=%lld", i == 0 ? "" : ";", i + 1,
            replica_state_names[figure->state], (unsigned long long)figure->behind_events,
            (long long)figure->lag_us);
    }
    if (count == 0)
        return;
    add_check(
        out,
        &(struct check){"replicas", true, are_ready ? "ready" : "degraded", buf_text(&detail)});
    buf_add_c(out, "},");
}

/* Nothing on record, and no answer, depends on it: only what is live here stays unheard elsewhere. So it makes the
 * whole degraded, but no server unready. */
static struct check check_redis(struct call *call)
{
    struct peers_figures peers = peers_figures(call->services->peers);
    const char *state = redis_state_names[peers.redis.state];
    struct text detail = text_format(
        call->arena, "%s=%s;lost=%llu;dropped=%llu", peers.listens ? "subscriber" : "publisher",
        state, (unsigned long long)peers.redis.lost, (unsigned long long)peers.redis.dropped);

    if (!peers.is_on)
        return (struct check){"redis", true, "disabled", text_lit("Redis is not configured.")};
    return (struct check){"redis", peers.redis.state == REDIS_READY, state, detail};
}

/* Where it cannot go on, all else does: it does not count for the whole either. */
static struct check check_archive(struct call *call)
{
    struct archiver_figures archive = archiver_figures(call->services->archiver);
    bool is_behind = archive.behind_us > archive.recovery_point_us;
    struct text detail = text_format(
        call->arena, "behind=%llu;behindSeconds=%lld;failed=%llu",
        (unsigned long long)archive.behind_events, (long long)(archive.behind_us / US_PER_S),
        (unsigned long long)archive.failures);

    if (!archive.is_on)
        return (struct check){"archive", true, "disabled", text_lit("Nothing is archived.")};
    if (is_behind)
        return (struct check){"archive", false, "behind", detail};
    return (struct check){"archive", true, archive.failures > 0 ? "failing" : "ready", detail};
}

/* What the contract's dashboard shows of the outbox. Which letters are dead is for admins. */
static void add_outbox_meta(struct buf *out, const struct outbox_figures *outbox)
{
    int64_t dead = outbox->dead_letters;

    buf_printf(
        out,
        ",\"meta\":{\"backlogCount\":%lld,\"dueCount\":%lld,\"failedCount\":%lld,"
        "\"deadLetterCount\":%lld,\"deadLetters\":[],\"actions\":%s}",
        (long long)outbox->backlog, (long long)outbox->due, (long long)outbox->failed,
        (long long)dead,
        dead == 0 ? "[]"
                  : "[{\"id\":\"requeue\",\"label\":\"Requeue failed events\"},"
                    "{\"id\":\"delete\",\"label\":\"Delete dead-letter events\"}]");
}

/* It does not count for the whole: a mail that cannot be delivered is no reason to send nobody here
 * any more. */
static void add_outbox(struct buf *out, struct call *call)
{
    const struct outbox_figures *outbox = call->services->outbox;
    struct check check = check_outbox(call, outbox);

    add_check(out, &check);
    add_outbox_meta(out, outbox);
    buf_add_char(out, '}');
}

/* Names of the reference's checks stand beside ours, so that its dashboard reads them. */
static struct text report(struct call *call, bool is_readiness, bool *is_ready)
{
    const struct progress *progress = call->services->progress;
    struct check checks[] = {
        check_ledger(call),
        check_database(progress),
        check_projector(call, progress),
        {NULL, true, NULL, {NULL, 0}},
    };
    const struct check redis = check_redis(call);
    const struct check archive = check_archive(call);
    size_t count = COUNT_OF(checks) - 1;
    char at[TIMESTAMP_TEXT_SIZE];
    AUTO_BUF out = {0};

    if (call->services->following != NULL)
        checks[count++] = check_leader(call, call->services->following);
    else if (holders_wanted(call->services->holders) > 0)
        checks[count++] = check_followers(call, call->services->holders);
    *is_ready = true;
    for (size_t i = 0; i < count; i++)
        *is_ready = *is_ready && checks[i].is_healthy;
    timestamp_print(call->arrived_at, at);
    buf_init(&out, 65536);
    buf_printf(
        &out,
        "{\"service\":\"fleetledger\",\"version\":\"%s\",\"commit\":\"%s\",\"status\":\"%s\","
        "\"timestamp\":\"%s\",",
        call->services->build->version, call->services->build->commit,
        *is_ready && redis.is_healthy ? "ok" : "degraded", at);
    if (is_readiness)
        buf_printf(&out, "\"ready\":%s,", *is_ready ? "true" : "false");
    buf_add_c(&out, "\"checks\":{");
    for (size_t i = 0; i < count; i++) {
        add_check(&out, &checks[i]);
        buf_add_c(&out, "},");
    }
    add_replicas(&out, call);
    add_check(&out, &redis);
    buf_add_c(&out, "},");
    add_check(&out, &archive);
    buf_add_c(&out, "},");
    add_outbox(&out, call);
    buf_add_c(&out, "}}");
    return text_copy(call->arena, buf_text(&out));
}

void health_ready_handle(struct call *call)
{
    bool is_ready;
    struct text body = report(call, true, &is_ready);

    call_answer_json(call, is_ready ? 200 : 503, body);
}

void health_dependencies_handle(struct call *call)
{
    bool is_ready;
    struct text body = report(call, false, &is_ready);

    call_answer_json(call, 200, body);
}
