/*
 * Prometheus text format 0.0.4: each metric's value is read where it lives.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/archive/archiver.h"
#include "api/call.h"
#include "api/news/news.h"
#include "api/news/peers.h"
#include "api/platform/health.h"
#include "api/platform/metric.h"
#include "api/platform/process.h"
#include "api/replicas.h"
#include "api/sink/sinks.h"
#include "core/http/stream.h"
#include "core/http/websocket.h"
#include "core/run/queue.h"
#include "eventlog/following.h"
#include "eventlog/holders.h"
#include "eventlog/leadership.h"
#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"

#include <string.h>

/* Everything that is asked once per page. */
struct snapshot {
    const struct services *services;
    struct writer_stats writer;
    struct ledger_stats log;
    const struct progress *progress;
    struct process_stats process;
    uint64_t size;        /* of the ledger */
    struct timestamp now; /* by the ledger */
    struct sink_figure sinks[MOST_SINKS];
    size_t sink_count;
    struct replica_figure replicas[MOST_READ_URLS];
    size_t replica_count;
    struct archiver_figures archive;
    struct peers_figures peers;
};

enum { BUILD, CLAIMS, ROUTES, LATENCIES, POOLS_WAITING, POOLS_BUSY, SINKS, REPLICAS, PLAIN };

struct row {
    struct metric metric;
    int form;
    double (*read)(const struct snapshot *s);
    double (*read_sink)(const struct snapshot *s, const struct sink_figure *sink); /* of each */
    double (*read_replica)(const struct snapshot *s, const struct replica_figure *replica);
};

static double archive_behind_events(const struct snapshot *s)
{
    return (double)s->archive.behind_events;
}

static double archive_behind(const struct snapshot *s)
{
    return (double)s->archive.behind_us / 1e6;
}

static double archive_succeeded(const struct snapshot *s)
{
    return (double)s->archive.succeeded_at_us / 1e6;
}

static double archive_failures(const struct snapshot *s)
{
    return (double)s->archive.failures;
}

static double archive_recovery_point(const struct snapshot *s)
{
    return (double)s->archive.recovery_point_us / 1e6;
}

static double redis_connected(const struct snapshot *s)
{
    return s->peers.is_on && s->peers.redis.state == REDIS_READY ? 1 : 0;
}

static double redis_published(const struct snapshot *s)
{
    return (double)s->peers.redis.published;
}

static double redis_dropped(const struct snapshot *s)
{
    return (double)s->peers.redis.dropped;
}

static double redis_lost(const struct snapshot *s)
{
    return (double)s->peers.redis.lost;
}

static double redis_taken(const struct snapshot *s)
{
    return (double)s->peers.taken;
}

static double redis_refused(const struct snapshot *s)
{
    return (double)(s->peers.foreign + s->peers.stale);
}

static double entries(const struct snapshot *s)
{
    return (double)s->size;
}

static double ledger_bytes(const struct snapshot *s)
{
    return (double)s->log.file_bytes;
}

static double ledger_commits(const struct snapshot *s)
{
    return (double)s->log.commits;
}

static double ledger_commit_seconds(const struct snapshot *s)
{
    return (double)s->log.total_commit_us / 1e6;
}

static double ledger_stopped(const struct snapshot *s)
{
    return ledger_is_stopped(s->services->ledger, NULL) ? 1 : 0;
}

static double keys_lost(const struct snapshot *s)
{
    return (double)keyring_lost(s->services->keyring);
}

static double writer_batch(const struct snapshot *s)
{
    return (double)s->writer.last_batch_events;
}

static double writer_commands(const struct snapshot *s)
{
    return (double)s->writer.commands;
}

static double writer_refusals(const struct snapshot *s)
{
    return (double)s->writer.refusals;
}

static double writer_queue(const struct snapshot *s)
{
    return (double)s->writer.queue_depth;
}

static double writer_clock(const struct snapshot *s)
{
    return (double)s->writer.clock_behind_us / 1e6;
}

static double writer_unrecorded(const struct snapshot *s)
{
    return (double)s->writer.unrecorded;
}

static double writer_failed_saves(const struct snapshot *s)
{
    return (double)s->writer.failed_saves;
}

static double writer_refusing(const struct snapshot *s)
{
    return s->writer.is_refusing_writes ? 1 : 0;
}

static double projector_cleaned(const struct snapshot *s)
{
    return (double)s->progress->cleaned;
}

static double projector_size(const struct snapshot *s)
{
    return (double)s->progress->size;
}

static double projector_lag_events(const struct snapshot *s)
{
    uint64_t shown = s->progress->size;

    return s->size > shown ? (double)(s->size - shown) : 0;
}

/* Of a follower; 0 where nobody is followed. */
static double leader_lag_events(const struct snapshot *s)
{
    const struct following *following = s->services->following;

    return following == NULL ? 0 : (double)following_lag(following, s->size);
}

static double leader_lag_seconds(const struct snapshot *s)
{
    const struct following *following = s->services->following;

    return following == NULL ? 0 : (double)following_lag_us(following) / 1e6;
}

static double leader_connected(const struct snapshot *s)
{
    const struct following *following = s->services->following;

    return following != NULL && following->is_connected ? 1 : 0;
}

static double leader_contradicted(const struct snapshot *s)
{
    const struct following *following = s->services->following;

    return following != NULL && following->is_contradicted ? 1 : 0;
}

static double acknowledge_after(const struct snapshot *s)
{
    return (double)holders_wanted(s->services->holders);
}

/* All, where nobody is waited for. */
static double held_size(const struct snapshot *s)
{
    uint64_t held = holders_size(s->services->holders);

    return (double)(held < s->size ? held : s->size);
}

static double not_held(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->not_held);
}

static double leader_epoch(const struct snapshot *s)
{
    const struct leadership *leadership = s->services->leadership;

    return leadership == NULL ? 0 : (double)atomic_load(&leadership->epoch);
}

static double leader_superseded(const struct snapshot *s)
{
    return leadership_is_superseded(s->services->leadership, NULL) ? 1 : 0;
}

static double projector_lag_seconds(const struct snapshot *s)
{
    return (double)progress_lag_us(s->progress, s->size) / 1e6;
}

static double projector_stopped(const struct snapshot *s)
{
    return s->progress->is_stopped ? 1 : 0;
}

static double projector_connected(const struct snapshot *s)
{
    return s->progress->is_connected ? 1 : 0;
}

static double calls_waiting(const struct snapshot *s)
{
    return (double)queue_depth(s->services->lanes.read);
}

static double connections(const struct snapshot *s)
{
    return (double)http_server_connections(s->services->http);
}

static double in_flight(const struct snapshot *s)
{
    return (double)http_server_in_flight(s->services->http);
}

static double parked(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->claims_parked);
}

static double awaited(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->tasks_awaited);
}

static double altered(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->reports_altered);
}

static double throttled(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->throttled);
}

static double busy(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->refused_busy);
}

static double cpu_seconds(const struct snapshot *s)
{
    return s->process.cpu_seconds;
}

static double resident_bytes(const struct snapshot *s)
{
    return s->process.resident_bytes;
}

static double virtual_bytes(const struct snapshot *s)
{
    return s->process.virtual_bytes;
}

static double threads(const struct snapshot *s)
{
    return s->process.threads;
}

static double open_files(const struct snapshot *s)
{
    return s->process.open_files;
}

static double most_files(const struct snapshot *s)
{
    return s->process.most_files;
}

static double started_at(const struct snapshot *s)
{
    return (double)s->services->started_at.us / 1e6;
}

/* As Prometheus's own clients call what every process has. */
static double over_budget(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->refused_budget);
}

static double sockets(const struct snapshot *s)
{
    return (double)http_server_sockets(s->services->http) +
           (double)atomic_load(&s->services->meter->polling_sessions);
}

static double slow_sockets(const struct snapshot *s)
{
    return (double)http_server_slow_sockets(s->services->http) +
           (double)atomic_load(&s->services->meter->slow_polling);
}

static double messages(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->messages_under_way);
}

static double held(const struct snapshot *s)
{
    return (double)http_server_held(s->services->http);
}

static double follows(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->follows);
}

static double slow_streams(const struct snapshot *s)
{
    return (double)http_server_slow_streams(s->services->http);
}

static double listening(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->listeners);
}

static double behind(const struct snapshot *s)
{
    return (double)news_behind(s->services->news);
}

static double skipped(const struct snapshot *s)
{
    return (double)news_skipped(s->services->news);
}

static double unobserved(const struct snapshot *s)
{
    return (double)atomic_load(&s->services->meter->observations_dropped);
}

static double sink_behind(const struct snapshot *s, const struct sink_figure *sink)
{
    return s->size > sink->next ? (double)(s->size - sink->next) : 0;
}

/* Since the last that it took was recorded, where there is more. */
static double sink_lag(const struct snapshot *s, const struct sink_figure *sink)
{
    if (sink->next >= s->size || sink->recorded_us == 0)
        return 0;
    return (double)(s->now.us - sink->recorded_us) / 1e6;
}

static double sink_sent(const struct snapshot *s, const struct sink_figure *sink)
{
    (void)s;
    return (double)sink->sent;
}

static double sink_refused(const struct snapshot *s, const struct sink_figure *sink)
{
    (void)s;
    return (double)sink->refused;
}

static double sink_failed(const struct snapshot *s, const struct sink_figure *sink)
{
    (void)s;
    return (double)sink->failed_tries;
}

static double replica_ready(const struct snapshot *s, const struct replica_figure *replica)
{
    (void)s;
    return replica->state == REPLICA_READY ? 1 : 0;
}

static double replica_behind(const struct snapshot *s, const struct replica_figure *replica)
{
    (void)s;
    return (double)replica->behind_events;
}

static double replica_lag(const struct snapshot *s, const struct replica_figure *replica)
{
    (void)s;
    return (double)replica->lag_us / 1e6;
}

static double replica_reads(const struct snapshot *s, const struct replica_figure *replica)
{
    (void)s;
    return (double)replica->reads;
}

static double replica_failed(const struct snapshot *s, const struct replica_figure *replica)
{
    (void)s;
    return (double)replica->failed;
}

#define OF_SINKS(name, kind, help, read)                                                           \
    {                                                                                              \
        {"fleetledger_sink_" name, kind, help}, SINKS, NULL, read, NULL                            \
    }
#define OF_REPLICAS(name, kind, help, read)                                                        \
    {                                                                                              \
        {"fleetledger_replica_" name, kind, help}, REPLICAS, NULL, NULL, read                      \
    }
#define PROCESS(name, kind, help, read)                                                            \
    {                                                                                              \
        {"process_" name, kind, help}, PLAIN, read, NULL, NULL                                     \
    }
#define ROW(name, kind, help, read)                                                                \
    {                                                                                              \
        {"fleetledger_" name, kind, help}, PLAIN, read, NULL, NULL                                 \
    }

static const struct row rows[] = {
    {{"fleetledger_build_info", "gauge", "Version, commit and build of the program; always 1."},
     BUILD,
     NULL,
     NULL,
     NULL},
    ROW("ledger_size", "gauge", "Entries in the ledger.", entries),
    ROW("ledger_file_bytes", "gauge", "Bytes of the ledger's file in use.", ledger_bytes),
    ROW("ledger_commits_total", "counter", "Synced commits since start.", ledger_commits),
    ROW("ledger_commit_seconds_total",
        "counter",
        "Seconds spent in synced commits since start.",
        ledger_commit_seconds),
    ROW("ledger_stopped", "gauge", "1 after a commit failed.", ledger_stopped),
    ROW("writer_commands_total", "counter", "Commands decided since start.", writer_commands),
    ROW("writer_refusals_total", "counter", "Commands refused since start.", writer_refusals),
    ROW("writer_last_batch_events", "gauge", "Events in the last batch.", writer_batch),
    ROW("writer_queue_depth", "gauge", "Commands waiting.", writer_queue),
    ROW("keys_lost_fields_total",
        "counter",
        "Personal fields met since start whose key keys.mdb never held: restore its backup.",
        keys_lost),
    ROW("writer_clock_behind_seconds", "gauge", "Wall clock behind the ledger.", writer_clock),
    ROW("writer_unrecorded_total",
        "counter",
        "Sign-ins, right and wrong ones, that could not be recorded since start.",
        writer_unrecorded),
    ROW("writer_failed_model_commits_total",
        "counter",
        "Commits of the write model that failed since start.",
        writer_failed_saves),
    ROW("writer_refusing_writes", "gauge", "1 while storage is full or stopped.", writer_refusing),
    ROW("projector_size", "gauge", "Ledger size that the read models reflect.", projector_size),
    ROW("projector_cleaned_events",
        "gauge",
        "Events met by this session whose text was not clean UTF-8 and was marked by U+FFFD.",
        projector_cleaned),
    ROW("projector_lag_events", "gauge", "Events behind the ledger.", projector_lag_events),
    ROW("projector_lag_seconds",
        "gauge",
        "Age of the oldest event that the read models lack.",
        projector_lag_seconds),
    ROW("projector_stopped", "gauge", "1 when an event cannot be applied.", projector_stopped),
    ROW("projector_connected", "gauge", "1 while PostgreSQL answers.", projector_connected),
    ROW("leader_lag_events",
        "gauge",
        "Of a follower: events that its leader has signed, and it lacks.",
        leader_lag_events),
    ROW("leader_lag_seconds",
        "gauge",
        "Of a follower: time since it last had all that its leader had signed.",
        leader_lag_seconds),
    ROW("leader_connected",
        "gauge",
        "Of a follower: 1 while its leader answers.",
        leader_connected),
    ROW("leader_contradicted",
        "gauge",
        "Of a follower: 1 when its leader's history is not its own, and nothing is pulled any more.",
        leader_contradicted),
    ROW("acknowledge_after",
        "gauge",
        "Followers that must hold a change before it is acknowledged.",
        acknowledge_after),
    ROW("held_size", "gauge", "Events that so many followers hold durably.", held_size),
    ROW("not_held_total",
        "counter",
        "Changes that were recorded, and not held by so many followers in time.",
        not_held),
    ROW("leader_epoch",
        "gauge",
        "Epoch of the ledger: how often a leader was promoted.",
        leader_epoch),
    ROW("leader_superseded",
        "gauge",
        "1 when another server leads, and this one takes no changes.",
        leader_superseded),
    ROW("calls_waiting", "gauge", "Calls waiting for a worker.", calls_waiting),
    ROW("http_connections", "gauge", "Open connections.", connections),
    ROW("http_in_flight", "gauge", "Requests not answered yet.", in_flight),
    ROW("http_held_bytes", "gauge", "Bytes of bodies, unsent answers and messages.", held),
    ROW("http_refused_budget_total",
        "counter",
        "Large bodies refused because their caller had too much under way.",
        over_budget),
    ROW("sockets", "gauge", "Sessions of sockets, by WebSocket and by long polls.", sockets),
    ROW("sockets_slow_total",
        "counter",
        "Sessions of sockets dropped because their peer did not take what it was sent.",
        slow_sockets),
    ROW("sockets_messages_under_way", "gauge", "Messages of sockets not answered yet.", messages),
    ROW("follows", "gauge", "Streams of changes and of output.", follows),
    ROW("streams_slow_total", "counter", "Streams dropped because they were slow.", slow_streams),
    ROW("news_listeners", "gauge", "Sockets that hear news.", listening),
    ROW("news_behind", "gauge", "Entries of the ledger that are still to be told.", behind),
    ROW("news_skipped_total", "counter", "Frames that were too large to be told.", skipped),
    ROW("observations_dropped_total",
        "counter",
        "Frames of observations that were left out because too many were on their way.",
        unobserved),
    ROW("redis_connected",
        "gauge",
        "1 while the Redis of REDIS_URL is connected.",
        redis_connected),
    ROW("redis_published_total", "counter", "Messages handed to Redis.", redis_published),
    ROW("redis_dropped_total",
        "counter",
        "Messages that were not handed to Redis: it was away, or too many waited.",
        redis_dropped),
    ROW("redis_connections_lost_total",
        "counter",
        "Connections to Redis that ended, or were never made.",
        redis_lost),
    ROW("redis_taken_total",
        "counter",
        "Messages of this installation that came by Redis.",
        redis_taken),
    ROW("redis_refused_total",
        "counter",
        "Messages that came by Redis and were not taken: sealed by nobody of this installation, "
        "heard before, or of another time.",
        redis_refused),
    ROW("claims_parked", "gauge", "Agents waiting for work.", parked),
    ROW("tasks_awaited", "gauge", "Calls waiting for the end of a task.", awaited),
    ROW("agent_reports_altered_total",
        "counter",
        "Reports of agents taken with something replaced, cut or dropped.",
        altered),
    ROW("http_throttled_total", "counter", "Requests over their rate.", throttled),
    ROW("http_refused_busy_total", "counter", "Requests refused for full queues.", busy),
    {{"fleetledger_pool_waiting", "gauge", "Calls waiting, by pool of threads."},
     POOLS_WAITING,
     NULL,
     NULL,
     NULL},
    {{"fleetledger_pool_busy", "gauge", "Threads at work, by pool."}, POOLS_BUSY, NULL, NULL, NULL},
    PROCESS("cpu_seconds_total", "counter", "User and system time spent, in seconds.", cpu_seconds),
    PROCESS("resident_memory_bytes", "gauge", "Resident memory size in bytes.", resident_bytes),
    PROCESS("virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", virtual_bytes),
    PROCESS("threads", "gauge", "Number of threads.", threads),
    PROCESS("open_fds", "gauge", "Number of open file descriptors.", open_files),
    PROCESS("max_fds", "gauge", "Greatest number of open file descriptors.", most_files),
    PROCESS(
        "start_time_seconds", "gauge", "Start of the process, in seconds since 1970.", started_at),
    ROW("archive_behind_events",
        "gauge",
        "Events on record that are not archived yet.",
        archive_behind_events),
    ROW("archive_behind_seconds",
        "gauge",
        "Age of the oldest event that is not archived yet.",
        archive_behind),
    ROW("archive_recovery_point_seconds",
        "gauge",
        "Greatest age that such an event may have; 0 where nothing is archived.",
        archive_recovery_point),
    ROW("archive_last_success_seconds",
        "gauge",
        "Begin of the last archiving that succeeded since start, in seconds since 1970; 0: none.",
        archive_succeeded),
    ROW("archive_failed_tries",
        "gauge",
        "Failed tries to archive since the last that did not.",
        archive_failures),
    OF_SINKS("behind_events", "gauge", "Events on record that a sink has not taken.", sink_behind),
    OF_SINKS(
        "lag_seconds",
        "gauge",
        "Age of the last event that a sink took, where there is more.",
        sink_lag),
    OF_SINKS("sent_total", "counter", "Events sent to a sink since start.", sink_sent),
    OF_SINKS("refused_total", "counter", "Events that a sink refused since start.", sink_refused),
    OF_SINKS("failed_tries", "gauge", "Failed tries since the last that did not.", sink_failed),
    OF_REPLICAS("ready", "gauge", "1 while a replica may be read from.", replica_ready),
    OF_REPLICAS(
        "behind_events",
        "gauge",
        "Events that the primary shows and a replica lacks.",
        replica_behind),
    OF_REPLICAS(
        "lag_seconds",
        "gauge",
        "Time since a replica last had all that the primary showed; 0 while it has.",
        replica_lag),
    OF_REPLICAS(
        "reads_total", "counter", "Reads answered by a replica since start.", replica_reads),
    OF_REPLICAS(
        "failed_reads_total",
        "counter",
        "Reads that a replica failed since start, and the primary answered.",
        replica_failed),
    {{"fleetledger_task_claims_total", "counter", "Claims by outcome."}, CLAIMS, NULL, NULL, NULL},
    {{"fleetledger_http_requests_total", "counter", "Answers by route and class of status."},
     ROUTES,
     NULL,
     NULL,
     NULL},
    {{"fleetledger_http_request_duration_seconds", "histogram", "Time to answer, by route."},
     LATENCIES,
     NULL,
     NULL,
     NULL},
};

const struct metric *metric_at(size_t index)
{
    return index < COUNT_OF(rows) ? &rows[index].metric : NULL;
}

static void print_build(struct buf *out, const char *name, const struct build_info *build)
{
    buf_printf(
        out, "%s{version=\"%s\",commit=\"%s\",build=\"%s\"} 1\n", name, build->version,
        build->commit, build->build);
}

static void print_claims(struct buf *out, const char *name, const struct meter *meter)
{
    buf_printf(
        out, "%s{outcome=\"asked\"} %llu\n%s{outcome=\"won\"} %llu\n%s{outcome=\"empty\"} %llu\n",
        name, (unsigned long long)atomic_load(&meter->claims_asked), name,
        (unsigned long long)atomic_load(&meter->claims_won), name,
        (unsigned long long)atomic_load(&meter->claims_empty));
}

static void print_waiting(struct buf *out, const char *name, const struct lanes *lanes)
{
    const struct queue *queues[POOL_COUNT] = {
        [POOL_READ] = lanes->read, [POOL_PLAIN] = lanes->plain,     [POOL_LARGE] = lanes->large,
        [POOL_HASH] = lanes->hash, [POOL_OUTWARD] = lanes->outward,
    };

    for (size_t i = 0; i < POOL_COUNT; i++)
        buf_printf(out, "%s{pool=\"%s\"} %zu\n", name, pool_names[i], queue_depth(queues[i]));
}

static void print_busy(struct buf *out, const char *name, const struct meter *meter)
{
    for (size_t i = 0; i < POOL_COUNT; i++)
        buf_printf(
            out, "%s{pool=\"%s\"} %llu\n", name, pool_names[i],
            (unsigned long long)atomic_load(&meter->busy[i]));
}

static void print_labels(struct buf *out, const struct services *services, size_t route)
{
    const struct route *row;

    if (route == services->meter->route_count) {
        buf_add_c(out, "method=\"\",route=\"unknown\"");
        return;
    }
    row = route < services->meter->route_count
              ? router_route(services->router, route)
              : router_route(services->messages, route - services->meter->route_count - 1);
    buf_printf(out, "method=\"%s\",route=\"", row->method);
    route_path(row, out);
    buf_add_char(out, '"');
}

/* Of routes, of what is unknown, of events. */
static size_t rows_of(const struct meter *meter)
{
    return meter->route_count + 1 + meter->message_count;
}

static uint64_t answers_of(const struct meter_route *row)
{
    uint64_t total = 0;

    for (size_t i = 0; i < COUNT_OF(row->answers); i++)
        total += atomic_load(&row->answers[i]);
    return total;
}

static void print_requests(struct buf *out, const char *name, const struct services *services)
{
    for (size_t route = 0; route < rows_of(services->meter); route++) {
        const struct meter_route *row = &services->meter->routes[route];
        for (size_t class = 1; class < COUNT_OF(row->answers); class ++) {
            uint64_t count = atomic_load(&row->answers[class]);
            if (count == 0)
                continue;
            buf_printf(out, "%s{", name);
            print_labels(out, services, route);
            buf_printf(out, ",status=\"%zuxx\"} %llu\n", class, (unsigned long long)count);
        }
    }
}

static void
print_latency(struct buf *out, const char *name, const struct services *services, size_t route)
{
    const struct meter_route *row = &services->meter->routes[route];
    uint64_t total = answers_of(row);
    uint64_t below = 0;

    if (total == 0)
        return;
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        below += atomic_load(&row->buckets[i]);
        buf_printf(out, "%s_bucket{", name);
        print_labels(out, services, route);
        buf_printf(
            out, ",le=\"%g\"} %llu\n", (double)meter_bounds_us[i] / 1e6, (unsigned long long)below);
    }
    buf_printf(out, "%s_bucket{", name);
    print_labels(out, services, route);
    buf_printf(out, ",le=\"+Inf\"} %llu\n%s_sum{", (unsigned long long)total, name);
    print_labels(out, services, route);
    buf_printf(out, "} %g\n%s_count{", (double)atomic_load(&row->total_us) / 1e6, name);
    print_labels(out, services, route);
    buf_printf(out, "} %llu\n", (unsigned long long)total);
}

static void print_sinks(struct buf *out, const struct row *row, const struct snapshot *s)
{
    char id[UUID_TEXT_SIZE];

    for (size_t i = 0; i < s->sink_count; i++) {
        uuid_print(s->sinks[i].id, id);
        buf_printf(
            out, "%s{sink=\"%s\"} %.17g\n", row->metric.name, id, row->read_sink(s, &s->sinks[i]));
    }
}

/* By their places in DATABASE_READ_URLS: anybody may read this page. */
static void print_replicas(struct buf *out, const struct row *row, const struct snapshot *s)
{
    for (size_t i = 0; i < s->replica_count; i++)
        buf_printf(
            out, "%s{replica=\"%zu\"} %.17g\n", row->metric.name, i + 1,
            row->read_replica(s, &s->replicas[i]));
}

static void print_row(struct buf *out, const struct row *row, const struct snapshot *s)
{
    const char *name = row->metric.name;

    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, row->metric.help, name, row->metric.kind);
    switch (row->form) {
    case BUILD:
        print_build(out, name, s->services->build);
        break;
    case CLAIMS:
        print_claims(out, name, s->services->meter);
        break;
    case POOLS_WAITING:
        print_waiting(out, name, &s->services->lanes);
        break;
    case POOLS_BUSY:
        print_busy(out, name, s->services->meter);
        break;
    case SINKS:
        print_sinks(out, row, s);
        break;
    case REPLICAS:
        print_replicas(out, row, s);
        break;
    case ROUTES:
        print_requests(out, name, s->services);
        break;
    case LATENCIES:
        for (size_t route = 0; route <= s->services->meter->route_count; route++)
            print_latency(out, name, s->services, route);
        break;
    default:
        buf_printf(out, "%s %.17g\n", name, row->read(s));
    }
}

void metrics_handle(struct call *call)
{
    const struct services *services = call->services;
    struct snapshot snapshot = {
        .services = services,
        .writer = writer_stats(services->writer),
        .log = ledger_stats(services->ledger),
        .progress = services->progress,
        .process = process_stats(),
        .size = ledger_size(services->ledger),
        .now = ledger_now(services->ledger),
    };
    AUTO_BUF out = {0};

    snapshot.replica_count = replicas_figures(services->replicas, snapshot.replicas);
    snapshot.archive = archiver_figures(services->archiver);
    snapshot.peers = peers_figures(services->peers);
    snapshot.sink_count = sinks_figures(services->sinks, snapshot.sinks);
    buf_init(&out, 8 << 20);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        print_row(&out, &rows[i], &snapshot);
    call_answer_text(
        call, 200, "text/plain; charset=utf-8; version=0.0.4",
        text_copy(call->arena, buf_text(&out)));
}
