/*
 * Set a sink up anew, pause or resume it; whatever is not given stays.
 *
 *   api ──change_sink──► [here] ──sink_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

enum { FILTER_FIELD = 4, TOKEN_FIELD = 5 }; /* their places in the table */

static bool is_address(struct text value)
{
    return sink_address_read(value, NULL);
}

static const struct field change_sink_fields[] = {
    {UUID(change_sink, sink_id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "Id of the sink."},
    {TEXT(change_sink, name), .tag = 2, .flags = ONE_LINE | TRIM, .min = 2, .max = 120,
     .doc = "Name of the sink; unique."},
    {TEXT(change_sink, address), .tag = 3, .flags = ONE_LINE | TRIM, .max = SINK_LONGEST_ADDRESS,
     .accepts = is_address, .rule = SINK_ADDRESS_RULE,
     .doc = "Where events are sent to; another host gets no token that was not given with it."},
    {ENUM(change_sink, format, export_format_names), .tag = 4,
     .doc = "Format that they are sent in."},
    {OBJECT(change_sink, filter, sink_filter), .tag = 5, .flags = MAY_BE_NULL,
     .doc = "What events must have to be sent; null: nothing."},
    {TEXT(change_sink, token), .tag = 6, .flags = ONE_LINE | SECRET | MAY_BE_NULL, .min = 1,
     .max = 1000, .doc = "Bearer token that the receiver wants; null removes it."},
    {BOOL(change_sink, is_paused), .tag = 7,
     .doc = "Whether nothing is sent until further notice; it goes on where it was."},
    {INT64(change_sink, given), .tag = 8, .doc = "Fields that were given, as bits."},
};
static const struct shape change_sink_shape =
    SHAPE_WITH(change_sink, "Changes of a sink.", .given_tag = 8);

static bool is_given(const struct change_sink *order, int field)
{
    return (order->given >> field & 1) != 0;
}

/* The same transport, host and port? */
static bool is_same_receiver(struct text a, struct text b)
{
    struct sink_address one;
    struct sink_address other;

    return sink_address_read(a, &one) && sink_address_read(b, &other) &&
           one.transport == other.transport && text_equal(one.host, other.host) &&
           one.port == other.port;
}

static bool keeps_token(const struct known_sink *sink, const struct change_sink *order)
{
    return !is_given(order, TOKEN_FIELD) && sink->token_position != INT64_ABSENT &&
           (!text_is_present(order->address) || is_same_receiver(sink->address, order->address));
}

static struct sink_changed merge(const struct known_sink *sink, const struct change_sink *order)
{
    return (struct sink_changed){
        .sink_id = order->sink_id,
        .name = text_is_present(order->name) ? order->name : sink->name,
        .address = text_is_present(order->address) ? order->address : sink->address,
        .format = order->format.is != 0 ? order->format : sink->format,
        .filter = is_given(order, FILTER_FIELD) ? order->filter : sink->filter,
        .is_paused = order->is_paused.is != 0 ? order->is_paused : sink->is_paused,
        .token.text = order->token,
        .has_token = opt_bool_of(text_is_present(order->token) || keeps_token(sink, order)),
    };
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_sink *order = input;
    struct known_sink sink;
    struct sink_changed changed;
    enum status status;

    if (!model_load(decision->model, &sink_aggregate, order->sink_id, decision->arena, &sink))
        return decision_refuse(
            error, &refused_sink_missing, decision_show(decision, order->sink_id));
    changed = merge(&sink, order);
    status = sink_check(decision, &changed, error);
    if (status == STATUS_OK)
        decision_emit(decision, &sink_changed_event, order->sink_id, UUID_NONE, &changed);
    return status;
}

const struct command change_sink_command = {
    .name = "change_sink",
    .doc = "Sets a sink up anew, pauses or resumes it.",
    .input = &change_sink_shape,
    .decide = decide,
};
