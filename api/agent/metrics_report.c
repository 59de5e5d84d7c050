/*
 * A sample: taken from plain or nested fields, its sender checked by the writer, kept by the monitor.
 * What follows from it (online again, a very busy processor) is an event; the sample is none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/metrics_report.h"

#include "api/agent/agent_socket.h"
#include "api/call.h"
#include "api/news/peers.h"
#include "api/node/node_frames.h"
#include "commands/node/node_commands.h"
#include "core/base/random.h"
#include "core/shape/alteration.h"
#include "core/shape/shape_json.h"

#include <math.h>

enum { NETWORK_BYTES = 64 << 10 };

struct cpu_reading {
    double usage_percent;
};
static const struct field cpu_reading_fields[] = {
    {DOUBLE(cpu_reading, usage_percent), .tag = 1, .min = 0, .max = 100,
     .doc = "Usage in per cent."},
};
static const struct shape cpu_reading_shape = SHAPE(cpu_reading, "Measurement of the processor.");

struct used_reading {
    double used_percent;
};
static const struct field used_reading_fields[] = {
    {DOUBLE(used_reading, used_percent), .tag = 1, .min = 0, .max = 100,
     .doc = "Usage in per cent."},
};
static const struct shape used_reading_shape =
    SHAPE(used_reading, "Measurement of memory or of a disk.");

struct network_reading {
    struct text interface;
    double bytes_recv;
    double bytes_sent;
    double packets_recv;
    double packets_sent;
    double errors_in;
    double errors_out;
    double drop_in;
    double drop_out;
};
static const struct field network_reading_fields[] = {
    {TEXT(network_reading, interface), .tag = 1, .max = 64, .doc = "Name of the interface."},
    {DOUBLE(network_reading, bytes_recv), .tag = 2, .doc = "Number of bytes received."},
    {DOUBLE(network_reading, bytes_sent), .tag = 3, .doc = "Number of bytes sent."},
    {DOUBLE(network_reading, packets_recv), .tag = 4, .doc = "Number of packets received."},
    {DOUBLE(network_reading, packets_sent), .tag = 5, .doc = "Number of packets sent."},
    {DOUBLE(network_reading, errors_in), .tag = 6, .doc = "Number of errors on receiving."},
    {DOUBLE(network_reading, errors_out), .tag = 7, .doc = "Number of errors on sending."},
    {DOUBLE(network_reading, drop_in), .tag = 8, .doc = "Number of incoming packets dropped."},
    {DOUBLE(network_reading, drop_out), .tag = 9, .doc = "Number of outgoing packets dropped."},
};
static const struct shape network_reading_shape =
    SHAPE(network_reading, "Counters of a network interface.");

struct metrics_body {
    struct uuid node_id;
    struct text agent_token;
    struct text agent_version;
    double cpu_usage;
    double memory_usage;
    double disk_usage;
    double temperature;
    struct json network_stats;
    struct timestamp collected_at;
    const struct cpu_reading *cpu;
    const struct used_reading *memory;
    const struct used_reading *disk;
    struct list networks;
    struct list altered;
};
static const struct field metrics_body_fields[] = {
    {UUID(metrics_body, node_id), .tag = 1, .flags = REQUIRED | EXACT, .doc = "Id of the node."},
    {TEXT(metrics_body, agent_token), .tag = 2, .flags = REQUIRED | SECRET | EXACT, .min = 32,
     .max = 256, .doc = "Credential of the agent."},
    {TEXT(metrics_body, agent_version), .tag = 3, .max = 64, .doc = "Version of the agent."},
    {DOUBLE(metrics_body, cpu_usage), .tag = 4, .flags = EXACT, .min = 0, .max = 100,
     .doc = "Processor usage in per cent."},
    {DOUBLE(metrics_body, memory_usage), .tag = 5, .flags = EXACT, .min = 0, .max = 100,
     .doc = "Memory usage in per cent."},
    {DOUBLE(metrics_body, disk_usage), .tag = 6, .flags = EXACT, .min = 0, .max = 100,
     .doc = "Disk usage in per cent."},
    {DOUBLE(metrics_body, temperature), .tag = 7, .min = INT64_MIN,
     .doc = "Temperature in degrees Celsius."},
    {JSON(metrics_body, network_stats), .tag = 8, .max = NETWORK_BYTES,
     .doc = "Network counters, kept as they are."},
    {TIMESTAMP(metrics_body, collected_at), .tag = 9,
     .doc = "Time by the agent's clock; checked, not kept."},
    {OBJECT(metrics_body, cpu, cpu_reading), .tag = 10,
     .doc = "Processor, where cpuUsage is not given."},
    {OBJECT(metrics_body, memory, used_reading), .tag = 11,
     .doc = "Memory, where memoryUsage is not given."},
    {OBJECT(metrics_body, disk, used_reading), .tag = 12,
     .doc = "Disk, where diskUsage is not given."},
    {OBJECTS(metrics_body, networks, network_reading), .tag = 13, .max = 256,
     .doc = "Interfaces, which are summed where networkStats is not given."},
    {OBJECTS(metrics_body, altered, alteration), .tag = 14, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
const struct shape metrics_body_shape =
    SHAPE_WITH(metrics_body, "Measurements of a node.", .is_lenient = true, .altered_tag = 14);

struct network_sum {
    double rx_bytes;
    double tx_bytes;
    double rx_packets;
    double tx_packets;
    double errors_in;
    double errors_out;
    double drop_in;
    double drop_out;
    struct list interfaces;
};
static const struct field network_sum_fields[] = {
    {DOUBLE(network_sum, rx_bytes), .tag = 1, .doc = "Number of bytes received."},
    {DOUBLE(network_sum, tx_bytes), .tag = 2, .doc = "Number of bytes sent."},
    {DOUBLE(network_sum, rx_packets), .tag = 3, .doc = "Number of packets received."},
    {DOUBLE(network_sum, tx_packets), .tag = 4, .doc = "Number of packets sent."},
    {DOUBLE(network_sum, errors_in), .tag = 5, .doc = "Number of errors on receiving."},
    {DOUBLE(network_sum, errors_out), .tag = 6, .doc = "Number of errors on sending."},
    {DOUBLE(network_sum, drop_in), .tag = 7, .doc = "Number of incoming packets dropped."},
    {DOUBLE(network_sum, drop_out), .tag = 8, .doc = "Number of outgoing packets dropped."},
    {OBJECTS(network_sum, interfaces, network_reading), .tag = 9,
     .doc = "Counters of each interface."},
};
static const struct shape network_sum_shape =
    SHAPE(network_sum, "Counters of all network interfaces together.");

static bool is_list(struct json json)
{
    return json.text.size > 0 && json.text.data[0] == '[';
}

static double or_zero(double value)
{
    return isnan(value) ? 0 : value;
}

/* Agents call a list of interfaces by either name. */
struct network_list {
    struct list networks;
};
static const struct field network_list_fields[] = {
    {OBJECTS(network_list, networks, network_reading), .tag = 1, .max = 256,
     .doc = "Interfaces of a node."},
};
static const struct shape network_list_shape =
    SHAPE_WITH(network_list, "Interfaces of a node.", .is_lenient = true);

static struct list networks_of(const struct metrics_body *body, struct arena *arena)
{
    struct network_list *list = arena_one(arena, struct network_list);
    struct error error;

    if (body->networks.count > 0 || !is_list(body->network_stats))
        return body->networks;
    if (shape_json_read(
            &network_list_shape,
            text_format(arena, "{\"networks\":%.*s}", TEXT_ARGS(body->network_stats.text)), arena,
            list, &error) != STATUS_OK)
        return body->networks;
    return list->networks;
}

static struct json sum_networks(struct arena *arena, struct list networks)
{
    const struct network_reading *readings = networks.items;
    struct network_sum sum = {.interfaces = networks};
    AUTO_BUF out = {0};

    if (networks.count == 0)
        sum.interfaces.items = "";
    for (size_t i = 0; i < networks.count; i++) {
        sum.rx_bytes += or_zero(readings[i].bytes_recv);
        sum.tx_bytes += or_zero(readings[i].bytes_sent);
        sum.rx_packets += or_zero(readings[i].packets_recv);
        sum.tx_packets += or_zero(readings[i].packets_sent);
        sum.errors_in += or_zero(readings[i].errors_in);
        sum.errors_out += or_zero(readings[i].errors_out);
        sum.drop_in += or_zero(readings[i].drop_in);
        sum.drop_out += or_zero(readings[i].drop_out);
    }
    buf_init(&out, 1 << 20);
    shape_json_write(&network_sum_shape, &sum, &out);
    return (struct json){text_copy(arena, buf_text(&out))};
}

static bool
take_reading(double plain, double nested, const char *name, double *out, struct error *error)
{
    *out = isnan(plain) ? nested : plain;
    if (!isnan(*out))
        return true;
    error_set_code(error, STATUS_INVALID, "validation_failed", "%s is required", name);
    error_field(error, name);
    return false;
}

static bool sample_from(
    const struct metrics_body *body,
    struct arena *arena,
    struct metric_sample *out,
    struct error *error)
{
    double cpu = body->cpu == NULL ? (double)NAN : body->cpu->usage_percent;
    double memory = body->memory == NULL ? (double)NAN : body->memory->used_percent;
    double disk = body->disk == NULL ? (double)NAN : body->disk->used_percent;

    out->node_id = body->node_id;
    out->temperature = body->temperature;
    out->network_stats = text_is_present(body->network_stats.text) && !is_list(body->network_stats)
                             ? body->network_stats
                             : sum_networks(arena, networks_of(body, arena));
    return take_reading(body->cpu_usage, cpu, "cpuUsage", &out->cpu_usage, error) &&
           take_reading(body->memory_usage, memory, "memoryUsage", &out->memory_usage, error) &&
           take_reading(body->disk_usage, disk, "diskUsage", &out->disk_usage, error);
}

/* False: it is refused, and that is answered. */
static bool keep_sample(struct call *call)
{
    struct metric_told *told = call->handler_state;
    struct metric_sample *sample = &told->sample;
    const struct metrics_answer *answer = call->submission.answer;

    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return false;
    }
    sample->id = uuid_new();
    sample->workspace_id = answer->workspace_id;
    sample->recorded_at = timestamp_now();
    peers_note_sample(call->services, told);
    return true;
}

static void on_checked(struct call *call)
{
    if (keep_sample(call))
        call_answer_shape(call, 200, &metric_sample_shape, call->handler_state);
}

static void on_message_checked(struct call *call)
{
    if (keep_sample(call))
        agent_acknowledge_sample(call, ((const struct metrics_body *)call->input)->node_id);
}

static void check_sample(struct call *call, void (*next)(struct call *call))
{
    const struct metrics_body *body = call->input;
    struct metric_told *told = arena_one(call->arena, struct metric_told);
    struct metric_sample *sample = &told->sample;
    struct report_metrics *order = arena_one(call->arena, struct report_metrics);
    struct digest *credential = arena_one(call->arena, struct digest);
    struct error error;

    if (!sample_from(body, call->arena, sample, &error)) {
        call_answer_error(call, &error);
        return;
    }
    *credential = sha256(bytes_of_text(body->agent_token));
    order->node_id = body->node_id;
    order->credential_digest = (struct bytes){credential->bytes, DIGEST_SIZE};
    order->cpu_usage = sample->cpu_usage;
    order->agent_version = body->agent_version;
    told->agent_version = body->agent_version;
    call->handler_state = told;
    call->actor = (struct actor){.kind = ACTOR_AGENT, .id = body->node_id};
    call_submit(call, &report_metrics_command, order, next);
}

void metrics_report_handle(struct call *call)
{
    check_sample(call, on_checked);
}

void metrics_report_handle_message(struct call *call)
{
    check_sample(call, on_message_checked);
}
