/*
 * agent.update: the agent becomes another version of itself.
 *
 *   targetVersion, targetId, rollback ─► fleetledger-agent update ─► the agent begins anew
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/action_internal.h"
#include "api/node_agent/update_fetch.h"
#include "api/node_agent/work_order.h"
#include "core/shape/shape_json.h"

enum { LONGEST_S = 900 };

static enum status
prepare(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    struct update_order order;
    enum status status = shape_json_read(&update_order_shape, payload, arena, &order, error);

    if (status != STATUS_OK)
        return status;
    action_order(arena, out, &payload, 1);
    out->own_verb = "update";
    out->timeout_us = LONGEST_S * (int64_t)US_PER_S;
    return STATUS_OK;
}

/* The program prints it when all is in place. */
static bool read_result(struct text output, struct arena *arena, struct buf *out)
{
    struct update_order order;

    output = text_trim(output);
    if (shape_json_read(&update_order_shape, output, arena, &order, NULL) != STATUS_OK)
        return false;
    buf_add_text(out, output);
    return true;
}

const struct action update_action = {
    .type = "agent.update", .prepare = prepare, .read_result = read_result};
