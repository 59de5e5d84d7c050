/*
 * Routes of sinks: where what is on record is sent on to. Platform admins set them up; auditors see them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/deleted_view.h"
#include "api/route.h"
#include "api/sink/sink_resources.h"
#include "commands/sink/sink_commands.h"
#include "eventlog/ledger_read.h"

static bool refuse(struct call *call, const struct refusal *refusal, const char *argument)
{
    struct error error;

    decision_refuse(&error, refusal, argument);
    call_answer_error(call, &error);
    return false;
}

static bool can_be_sent_to(struct call *call, struct text address)
{
    struct sink_address read;

    if (!text_is_present(address) || !sink_address_read(address, &read) ||
        read.transport != SINK_FILE || call->services->settings->sink_directory.size > 0)
        return true;
    return refuse(call, &refused_sink_directory, "");
}

static bool prepare_create(struct call *call, void *input)
{
    const struct create_sink *order = input;
    uint64_t size = ledger_size(call->services->ledger);

    if (order->from_position != INT64_ABSENT && (uint64_t)order->from_position > size)
        return refuse(
            call, &refused_sink_position,
            text_c(call->arena, text_format(call->arena, "%llu", (unsigned long long)size)));
    return can_be_sent_to(call, order->address);
}

static bool prepare_change(struct call *call, void *input)
{
    const struct change_sink *order = input;

    return can_be_sent_to(call, order->address);
}

#define SINKS   .path = "/sinks", .tag = "sink"
#define ONE     .path = "/sinks/:sinkId", .tag = "sink"
#define READ    .method = "GET", .who = WHO_PLATFORM_AUDITOR, .status = 200
#define CHANGES .who = WHO_PLATFORM_ADMIN

const struct route sink_routes[] = {
    {SINKS, READ, .doc = "Lists the sinks, and how far each has come.", .lists = &sink_resource},
    {ONE, READ, .doc = "Reads a sink.", .reads = &sink_resource},
    {SINKS, CHANGES, .method = "POST", .status = 201,
     .doc = "Sets up a sink, which what is on record is sent to from then on.",
     .command = &create_sink_command, .before_submit = prepare_create, .shows = &sink_resource},
    {ONE, CHANGES, .method = "PATCH", .status = 200,
     .doc = "Sets a sink up anew, pauses or resumes it.", .command = &change_sink_command,
     .before_submit = prepare_change, .shows = &sink_resource},
    {ONE, CHANGES, .method = "DELETE", .status = 200, .doc = "Removes a sink.",
     .command = &remove_sink_command, .render = deleted_answer, .reply.shape = &deleted_view_shape},
    {.method = NULL},
};
