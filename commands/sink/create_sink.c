/*
 * Set up a sink.
 *
 *   api ──create_sink──► [here] ──sink_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

static bool is_address(struct text value)
{
    return sink_address_read(value, NULL);
}

static const struct field create_sink_fields[] = {
    {TEXT(create_sink, name), .tag = 1, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2, .max = 120,
     .doc = "Name of the sink; unique."},
    {TEXT(create_sink, address), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM,
     .max = SINK_LONGEST_ADDRESS, .accepts = is_address, .rule = SINK_ADDRESS_RULE,
     .doc = "Where events are sent to: https://host/path, http://host/path, "
            "syslog+tls://host:port, syslog+tcp://host:port or file:///name."},
    {ENUM(create_sink, format, export_format_names), .tag = 3, .flags = HAS_FALLBACK,
     .fallback = EXPORT_JSONL, .doc = "Format that they are sent in."},
    {OBJECT(create_sink, filter, sink_filter), .tag = 4,
     .doc = "What events must have to be sent; all are when absent."},
    {TEXT(create_sink, token), .tag = 5, .flags = ONE_LINE | SECRET, .min = 1, .max = 1000,
     .doc = "Bearer token that the receiver wants; for https."},
    {INT64(create_sink, from_position), .tag = 6, .max = INT64_MAX,
     .doc = "Position in the ledger to begin at; without it, from now on."},
};
static const struct shape create_sink_shape = SHAPE(create_sink, "Sink to set up.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_sink *order = input;
    struct sink_created created = {
        .name = order->name,
        .address = order->address,
        .format = order->format,
        .filter = order->filter,
        .is_paused = OPT_FALSE,
        .token.text = order->token,
        .from_position = order->from_position,
    };
    const struct sink_changed wanted = {
        .name = order->name,
        .address = order->address,
        .filter = order->filter,
        .has_token = opt_bool_of(text_is_present(order->token)),
    };
    enum status status = sink_check(decision, &wanted, error);

    if (status != STATUS_OK)
        return status;
    if (model_count_links(decision->model, LINK_SINK, UUID_NONE, MOST_SINKS) >= MOST_SINKS)
        return decision_refuse(error, &refused_sinks_full);
    created.sink_id = decision_id(decision);
    decision_emit(decision, &sink_created_event, created.sink_id, UUID_NONE, &created);
    return STATUS_OK;
}

const struct command create_sink_command = {
    .name = "create_sink",
    .doc = "Sets up a sink.",
    .input = &create_sink_shape,
    .decide = decide,
};
