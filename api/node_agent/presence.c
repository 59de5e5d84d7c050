/*
 * Two timers, each for an event or a request. What fails is told the next time: it is worth nothing
 * later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/presence.h"

#include "api/node_agent/realtime.h"
#include "api/node_agent/sample.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/shape/shape_json.h"

enum { BODY_BYTES = 64 << 10, ARENA_BYTES = 4 << 20, PING_S = 2 };

/* One that repeats. */
struct beat {
    struct presence *presence;
    void (*tell)(struct beat *beat);
    int64_t every_us;
    struct loop_timer *timer;
    struct api_call *call; /* by HTTP; NULL: none is under way */
    bool has_failed;
};

struct presence {
    struct agent *agent;
    struct realtime *realtime;
    struct sampler sampler;
    struct beat heartbeat;
    struct beat metrics;
};

struct ping_event {
    struct text type;
    struct timestamp timestamp;
};
static const struct field ping_event_fields[] = {
    {TEXT(ping_event, type), .tag = 1, .doc = "Name of the event."},
    {TIMESTAMP(ping_event, timestamp), .tag = 2, .doc = "Time by the agent's clock."},
};
static const struct shape ping_event_shape = SHAPE(ping_event, "The node is up.");

struct heartbeat_report {
    struct uuid node_id;
    struct text agent_token;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct timestamp sent_at;
    struct json labels;
};
static const struct field heartbeat_report_fields[] = {
    {UUID(heartbeat_report, node_id), .tag = 1, .doc = "Id of the node."},
    {TEXT(heartbeat_report, agent_token), .tag = 2, .doc = "Secret of the agent."},
    {TEXT(heartbeat_report, agent_version), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Version of the agent."},
    {TEXT(heartbeat_report, platform_version), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "Name and version of the distribution."},
    {TEXT(heartbeat_report, kernel_version), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Release of the kernel."},
    {TIMESTAMP(heartbeat_report, sent_at), .tag = 6, .doc = "Time by the agent's clock."},
    {JSON(heartbeat_report, labels), .tag = 7, .flags = OMIT_ABSENT,
     .doc = "Labels of the machine."},
};
static const struct shape heartbeat_report_shape = SHAPE(heartbeat_report, "The node is up.");

/* The body of a request, and the payload of an event. */
struct metrics_report {
    struct text type;
    struct timestamp timestamp;
    struct uuid node_id;
    struct text agent_token;
    struct text agent_version;
    double cpu_usage;
    double memory_usage;
    double disk_usage;
    double temperature;
    struct list networks;
};
static const struct field metrics_report_fields[] = {
    {TEXT(metrics_report, type), .tag = 9, .flags = OMIT_ABSENT, .doc = "Name of the event."},
    {TIMESTAMP(metrics_report, timestamp), .tag = 10, .flags = OMIT_ABSENT,
     .doc = "Time by the agent's clock."},
    {UUID(metrics_report, node_id), .tag = 1, .doc = "Id of the node."},
    {TEXT(metrics_report, agent_token), .tag = 2, .doc = "Secret of the agent."},
    {TEXT(metrics_report, agent_version), .tag = 3, .doc = "Version of the agent."},
    {DOUBLE(metrics_report, cpu_usage), .tag = 4, .doc = "Processor usage in per cent."},
    {DOUBLE(metrics_report, memory_usage), .tag = 5, .doc = "Memory usage in per cent."},
    {DOUBLE(metrics_report, disk_usage), .tag = 6, .doc = "Disk usage in per cent."},
    {DOUBLE(metrics_report, temperature), .tag = 7, .flags = OMIT_ABSENT,
     .doc = "Temperature in degrees Celsius."},
    {OBJECTS(metrics_report, networks, sample_network), .tag = 8,
     .doc = "Counters of the network interfaces."},
};
static const struct shape metrics_report_shape = SHAPE(metrics_report, "A measurement.");

/* By HTTP. */

static void on_reply(void *context, const struct api_reply *reply)
{
    struct beat *beat = context;
    bool has_failed = reply->verdict != API_DONE;

    beat->call = NULL;
    if (has_failed && !beat->has_failed)
        log_warning(
            "presence.not_heard", log_int64("status", reply->status),
            log_text("why", reply->message));
    beat->has_failed = has_failed;
    loop_timer_set(beat->timer, beat->every_us);
}

static void post(struct beat *beat, const char *path, const struct shape *shape, const void *value)
{
    AUTO_BUF body = {0};

    buf_init(&body, BODY_BYTES);
    shape_json_write(shape, value, &body);
    beat->call = api_client_ask(
        beat->presence->agent->client,
        &(struct api_request){
            .path = path, .body = buf_text(&body), .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S},
        on_reply, beat);
}

/* What is told. */

static void tell_heartbeat(struct beat *beat)
{
    struct presence *presence = beat->presence;
    const struct agent *agent = presence->agent;
    const struct ping_event ping = {text_lit("agent.ping"), timestamp_now()};
    const struct heartbeat_report report = {
        agent->identity->node_id,
        agent->identity->agent_token,
        agent->machine.agent_version,
        agent->machine.platform_version,
        agent->machine.kernel_version,
        timestamp_now(),
        agent->labels,
    };

    if (!realtime_is_live(presence->realtime)) {
        post(beat, "/agent/heartbeat", &heartbeat_report_shape, &report);
        return;
    }
    realtime_send_now(presence->realtime, "agent.ping", &ping_event_shape, &ping);
    loop_timer_set(beat->timer, PING_S * (int64_t)US_PER_S);
}

static void tell_metrics(struct beat *beat)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct presence *presence = beat->presence;
    struct metrics_report report = {
        .node_id = presence->agent->identity->node_id,
        .agent_token = presence->agent->identity->agent_token,
        .agent_version = presence->agent->machine.agent_version,
    };
    struct sample sample;

    sample_take(&presence->sampler, arena, &sample);
    report.cpu_usage = sample.cpu_usage;
    report.memory_usage = sample.memory_usage;
    report.disk_usage = sample.disk_usage;
    report.temperature = sample.temperature;
    report.networks = sample.networks;
    if (!realtime_is_live(presence->realtime)) {
        post(beat, "/agent/metrics", &metrics_report_shape, &report);
        return;
    }
    report.type = text_lit("agent.metrics");
    report.timestamp = timestamp_now();
    realtime_send_now(presence->realtime, "agent.metrics", &metrics_report_shape, &report);
    loop_timer_set(beat->timer, beat->every_us);
}

static void on_beat(void *context)
{
    struct beat *beat = context;

    beat->tell(beat);
}

static void begin(
    struct presence *presence,
    struct beat *beat,
    void (*tell)(struct beat *beat),
    int64_t every_s,
    int64_t after_us)
{
    *beat = (struct beat){.presence = presence, .tell = tell, .every_us = every_s * US_PER_S};
    beat->timer = loop_timer_new(presence->agent->loop, on_beat, beat);
    loop_timer_set(beat->timer, after_us);
}

/* So that the first measurement that is told is one of now, not of all the time since the machine
 * started. */
static void begin_sampling(struct presence *presence)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct sample ignored;

    presence->sampler.root = "";
    sample_take(&presence->sampler, arena, &ignored);
}

struct presence *presence_new(struct agent *agent, struct realtime *realtime)
{
    struct presence *presence = heap_new(sizeof(*presence));

    presence->agent = agent;
    presence->realtime = realtime;
    begin_sampling(presence);
    begin(
        presence, &presence->heartbeat, tell_heartbeat, agent->settings->heartbeat_interval_seconds,
        0);
    begin(
        presence, &presence->metrics, tell_metrics, agent->settings->metrics_interval_seconds,
        US_PER_S);
    return presence;
}

static void renew(struct beat *beat, int64_t after_us)
{
    api_call_cancel(beat->call);
    beat->call = NULL;
    loop_timer_set(beat->timer, after_us);
}

void presence_renew(struct presence *presence)
{
    renew(&presence->heartbeat, 0);
    renew(&presence->metrics, US_PER_S);
}

static void end(struct beat *beat)
{
    api_call_cancel(beat->call);
    loop_timer_free(beat->timer);
}

void presence_free(struct presence *presence)
{
    if (presence == NULL)
        return;
    end(&presence->heartbeat);
    end(&presence->metrics);
    heap_free(presence);
}
