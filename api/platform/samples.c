/*
 * Listing metric samples: from telemetry, after what was sent so far is readable.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/watch.h"
#include "api/platform/platform_queries.h"
#include "api/steps.h"

struct sample_filter {
    struct uuid workspace_id;
    struct uuid node_id;
    int64_t limit;
};
static const struct field sample_filter_fields[] = {
    {UUID(sample_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only in this one."},
    {UUID(sample_filter, node_id), .tag = 2, .doc = "Only of this node."},
    {WHOLE(sample_filter, limit), .tag = 3, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 50, .doc = "How many at most."},
};
const struct shape sample_filter_shape = SHAPE(sample_filter, "Which samples.");

static void show(struct call *call)
{
    const struct sample_filter *filter = call->input;
    const struct metric_sample *samples;
    size_t count;
    struct fault fault;

    if (telemetry_samples(
            call->server->telemetry,
            &(const struct telemetry_query){
                .workspace = filter->workspace_id,
                .node = filter->node_id,
                .limit = (size_t)filter->limit,
            },
            call->arena, &samples, &count, &fault) == STATUS_OK)
        call_answer_list(call, 200, &metric_sample_shape, samples, count);
    else
        call_answer_fault(call, &fault);
}

void samples_handle(struct call *call)
{
    watch_settle(call->server->watch, call, show);
}
