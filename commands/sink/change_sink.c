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
    {ENUM(change_sink, format, sink_format_names), .tag = 4,
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

static struct sink_setup merge(const struct sink_setup *old, const struct change_sink *order)
{
    struct sink_setup setup = *old;

    if (text_is_present(order->name))
        setup.name = order->name;
    if (text_is_present(order->address))
        setup.address = order->address;
    if (order->format.is != 0)
        setup.format = order->format;
    if (is_given(order, FILTER_FIELD))
        setup.filter = order->filter;
    if (order->is_paused.is != 0)
        setup.is_paused = order->is_paused;
    return setup;
}

static bool keeps_token(const struct known_sink *sink, const struct change_sink *order)
{
    return !is_given(order, TOKEN_FIELD) && sink->token_position != INT64_ABSENT &&
           (!text_is_present(order->address) ||
            is_same_receiver(sink->setup.address, order->address));
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_sink *order = input;
    struct known_sink sink;
    struct sink_changed changed = {.sink_id = order->sink_id, .token.text = order->token};
    bool has_token;
    enum status status;

    if (!model_load(decision->model, &sink_aggregate, order->sink_id, decision->arena, &sink))
        return decision_refuse(
            error, &refused_sink_missing, decision_show(decision, order->sink_id));
    changed.setup = merge(&sink.setup, order);
    has_token = text_is_present(order->token) || keeps_token(&sink, order);
    changed.has_token = opt_bool_of(has_token);
    status = sink_check(decision, order->sink_id, &changed.setup, has_token, error);
    if (status != STATUS_OK)
        return status;
    decision_emit(decision, &sink_changed_event, order->sink_id, UUID_NONE, &changed);
    return STATUS_OK;
}

const struct command change_sink_command = {
    .name = "change_sink",
    .doc = "Sets a sink up anew, pauses or resumes it.",
    .input = &change_sink_shape,
    .decide = decide,
};
