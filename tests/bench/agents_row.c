/*
 * The row of agents on sockets: each pings and tells a sample every two seconds, evenly spread. Beside the
 * server that only sends their messages back: what reading and writing them costs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "tests/bench/bare_sockets.h"
#include "tests/bench/crowd.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"

#include <stdio.h>

enum { EVERY_MS = 2000, SECONDS = 10, AGENTS_OF_SOCKETS = 10, HEAR_MS = 2 };

static const char ping[] = "42/agent-realtime,[\"agent.ping\",{\"type\":\"agent.ping\","
                           "\"timestamp\":\"2026-01-01T00:00:00.000Z\"}]";

static enum status
beat(struct socket_client *agent, const struct workload_node *node, struct error *error)
{
    char sample[1024];
    int size = snprintf(
        sample, sizeof(sample),
        "42/agent-realtime,[\"agent.metrics\",{\"type\":\"agent.metrics\",\"nodeId\":\"%.*s\","
        "\"agentToken\":\"%.*s\",\"cpuUsage\":12.5,\"memoryUsage\":41.25,\"diskUsage\":63,"
        "\"temperature\":48.5}]",
        TEXT_ARGS(node->id), TEXT_ARGS(node->token));
    enum status status = socket_client_say(agent, text_from(ping), error);

    if (status == STATUS_OK)
        status = socket_client_say(agent, (struct text){sample, (size_t)size}, error);
    return status;
}

/* Whoever is due, until the time is over; an answer that says that something was refused is a failure. */
static enum status
beat_all(struct crowd *crowd, const struct workload *workload, double seconds, struct error *error)
{
    int64_t began_us = monotonic_us();
    int64_t now_us = began_us;
    uint64_t beats = 0;
    uint64_t refused = crowd->heard;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && (double)(now_us - began_us) < seconds * (double)US_PER_S) {
        uint64_t due = (uint64_t)(now_us - began_us) * crowd->count / (EVERY_MS * US_PER_MS);

        for (; status == STATUS_OK && beats < due; beats++) {
            size_t agent = beats % crowd->count;
            status = beat(&crowd->members[agent], &workload->nodes[agent], error);
        }
        if (status == STATUS_OK)
            status = crowd_hear(crowd, "42/agent-realtime,[\"agent.error\"", HEAR_MS, error);
        now_us = monotonic_us();
    }
    if (status == STATUS_OK && crowd->heard != refused)
        status = error_set(error, STATUS_INVALID, "the server refused what an agent said");
    return status;
}

struct figures {
    struct samples share;
    struct samples echo_share;
};

/* Of the server and its PostgreSQL, so far. */
static enum status server_us(const struct site *site, double *out, struct error *error)
{
    struct thread_times times;
    enum status status = processes_thread_times(site->server, &times, error);

    *out = status == STATUS_OK ? times.all_us + processes_family_us(site->postgres) : 0;
    return status;
}

static enum status beat_to_server(
    struct workload *workload,
    unsigned agents,
    double seconds,
    struct samples *out,
    struct error *e)
{
    struct crowd crowd = {0};
    double before_us = 0;
    double after_us = 0;
    enum status status = crowd_open_agents(&crowd, workload, agents, e);

    if (status == STATUS_OK)
        status = server_us(workload->site, &before_us, e);
    if (status == STATUS_OK)
        status = beat_all(&crowd, workload, seconds, e);
    if (status == STATUS_OK)
        status = server_us(workload->site, &after_us, e);
    samples_add(out, 100 * (after_us - before_us) / (seconds * (double)US_PER_S));
    crowd_close(&crowd);
    return status;
}

/* The same messages, sent back by a server that does nothing else. */
static enum status beat_to_echo(
    const struct workload *workload,
    unsigned agents,
    double seconds,
    struct samples *out,
    struct error *error)
{
    struct crowd crowd = {0};
    struct crowd_entry entry = {.path = BARE_SOCKETS_PATH};
    struct bare_sockets *echo = NULL;
    double before_us = 0;
    double after_us = 0;
    enum status status = bare_sockets_start(&echo, &entry.port, error);

    if (status == STATUS_OK)
        status = crowd_open(&crowd, agents, &entry, error);
    if (status == STATUS_OK)
        status = bare_sockets_us(&before_us, error);
    if (status == STATUS_OK)
        status = beat_all(&crowd, workload, seconds, error);
    if (status == STATUS_OK)
        status = bare_sockets_us(&after_us, error);
    samples_add(out, 100 * (after_us - before_us) / (seconds * (double)US_PER_S));
    crowd_close(&crowd);
    bare_sockets_stop(echo);
    return status;
}

static enum status
measure_site(const struct bench *bench, struct site *site, void *context, struct error *error)
{
    struct figures *out = context;
    unsigned agents = (unsigned)bench->options->sockets / AGENTS_OF_SOCKETS;
    double seconds = bench->options->is_quick ? 1 : SECONDS;
    struct workload workload;
    enum status status = site_sign_in(site, error);

    if (status == STATUS_OK)
        status = workload_make(&workload, site, agents, error);
    if (status == STATUS_OK)
        status = beat_to_server(&workload, agents, seconds, &out->share, error);
    if (status == STATUS_OK)
        status = beat_to_echo(&workload, agents, seconds, &out->echo_share, error);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct figures figures = {.share = {.count = 0}};
    enum status status = site_measure(bench, measure_site, &figures, error);

    if (status != STATUS_OK)
        return status;
    report_begin_subject(
        bench->report, "%lld agents", (long long)bench->options->sockets / AGENTS_OF_SOCKETS);
    report_add_beside(
        bench->report, "of a processor", "%", (struct beside){&figures.share, &figures.echo_share},
        (struct aim){AIM_NONE, 0});
    return STATUS_OK;
}

const struct row agents_row = {
    .name = "agents",
    .doc = "agents on sockets, each with a ping and a sample every two seconds: processor time of "
           "the server and its PostgreSQL",
    .limit =
        "the same messages, sent back by a server of the same socket layer that does nothing else",
    .measure = measure,
};
