/*
 * Listing metric samples: from telemetry, after what was sent so far is readable. Outside a
 * workspace people see samples of their own workspaces only.
 *
 *   admin, or within a workspace: settle ─► show
 *   member of several:            visible ─► their workspaces ─► settle ─► show
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/call.h"
#include "api/platform/platform_resources.h"
#include "eventlog/ledger_read.h"

#include <stdlib.h>
#include <string.h>

struct sample_filter {
    struct uuid workspace_id;
    struct uuid node_id;
    int64_t limit;
    struct timestamp from;
    struct timestamp to;
    struct uuid member_id;
};
static const struct field sample_filter_fields[] = {
    {UUID(sample_filter, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace of the samples; all when absent."},
    {UUID(sample_filter, node_id), .tag = 2, .doc = "Node of the samples; all when absent."},
    {INT64(sample_filter, limit), .tag = 3, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 50, .doc = "Greatest number of samples."},
    {TIMESTAMP(sample_filter, from), .tag = 4, .doc = "Earliest time of recording."},
    {TIMESTAMP(sample_filter, to), .tag = 5, .flags = TO_ITS_END,
     .doc = "Latest time of recording; a date means to its end, in UTC."},
    {UUID(sample_filter, member_id), .tag = 6, .flags = SERVER_SET,
     .doc = "Person whose workspaces are shown; all when absent."},
};
const struct shape sample_filter_shape = SHAPE(sample_filter, "Samples to read.");

struct membership_of {
    struct uuid member_id;
};
static const struct field membership_of_fields[] = {
    {UUID(membership_of, member_id), .tag = 1, .doc = "Id of the person."},
};
static const struct shape membership_of_shape =
    SHAPE(membership_of, "Person whose memberships are read.");

struct own_workspace {
    struct uuid workspace_id;
};
static const struct field own_workspace_fields[] = {
    {UUID(own_workspace, workspace_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the workspace."},
};
static const struct shape own_workspace_shape =
    SHAPE(own_workspace, "A workspace that a person belongs to, or that is shut to them.");

static const struct query own_workspaces_query = {
    .scope = SCOPE_CALLER,
    .input = &membership_of_shape,
    .sql =
        {.name = "own_workspaces",
         .params = &membership_of_shape,
         .row = &own_workspace_shape,
         .text = OPEN_WORKSPACES "\norder by workspace_id"},
};

static const struct query shut_workspaces_query = {
    .scope = SCOPE_PLATFORM,
    .sql =
        {.name = "shut_workspaces",
         .row = &own_workspace_shape,
         .text = "select id as workspace_id from workspaces\nwhere second_factor_required"},
};

/* Where somebody belongs, or what is shut to them; the state of a call's handler. */
struct own {
    const struct own_workspace *workspaces;
    size_t count;
};

static bool has(const struct own *own, struct uuid workspace_id)
{
    for (size_t i = 0; i < own->count; i++) {
        if (uuid_equal(own->workspaces[i].workspace_id, workspace_id))
            return true;
    }
    return false;
}

/* A node's samples are found whatever workspace was asked for: only those in it are meant. */
static void keep_those_of(
    struct uuid workspace_id,
    struct arena *arena,
    const struct metric_sample **samples,
    size_t *count)
{
    struct metric_sample *kept = arena_array(arena, *count, sizeof(*kept));
    size_t left = 0;

    for (size_t i = 0; i < *count; i++) {
        if (uuid_equal((*samples)[i].workspace_id, workspace_id))
            kept[left++] = (*samples)[i];
    }
    *samples = kept;
    *count = left;
}

static enum status find(
    struct call *call,
    struct uuid workspace_id,
    const struct metric_sample **out,
    size_t *out_count,
    struct error *error)
{
    const struct sample_filter *filter = call->input;
    const struct telemetry_query query = {
        .workspace = workspace_id,
        .node = filter->node_id,
        .from = filter->from,
        .to = filter->to,
        .limit = (size_t)filter->limit,
    };

    enum status status =
        telemetry_samples(call->services->telemetry, &query, call->arena, out, out_count, error);

    if (status == STATUS_OK && uuid_is_present(workspace_id))
        keep_those_of(workspace_id, call->arena, out, out_count);
    return status;
}

static void show(struct call *call)
{
    const struct sample_filter *filter = call->input;
    const struct metric_sample *samples;
    size_t count;
    struct error error;

    if (find(call, filter->workspace_id, &samples, &count, &error) == STATUS_OK)
        call_answer_list(call, 200, &metric_sample_shape, samples, count);
    else
        call_answer_error(call, &error);
}

/* The monitor's thread. */
static void on_flushed(void *context)
{
    struct call *call = context;

    call_to_lane(call, LANE_PLAIN, call->next);
}

static void flush(struct call *call, void (*next)(struct call *call))
{
    call->next = next;
    monitor_flush(call->services->monitor, on_flushed, call);
}

static int newest_first(const void *a, const void *b)
{
    int64_t first = ((const struct metric_sample *)a)->recorded_at.us;
    int64_t second = ((const struct metric_sample *)b)->recorded_at.us;

    return first < second ? 1 : first > second ? -1 : 0;
}

/* The newest of each workspace, of all of which the newest are shown. */
static void show_own(struct call *call)
{
    const struct sample_filter *filter = call->input;
    const struct own *own = call->handler_state;
    size_t limit = (size_t)filter->limit;
    struct metric_sample *all = arena_array(call->arena, 2 * limit, sizeof(*all));
    size_t count = 0;
    struct error error;

    for (size_t i = 0; i < own->count; i++) {
        const struct metric_sample *samples;
        size_t found;
        if (find(call, own->workspaces[i].workspace_id, &samples, &found, &error) != STATUS_OK) {
            call_answer_error(call, &error);
            return;
        }
        if (found > 0)
            memcpy(all + count, samples, found * sizeof(*all));
        count += found;
        qsort(all, count, sizeof(*all), newest_first);
        if (count > limit)
            count = limit;
    }
    call_answer_list(call, 200, &metric_sample_shape, all, count);
}

/* Of the newest of all, those that are not shut to a platform admin without a second factor. */
static void show_open(struct call *call)
{
    const struct own *shut = call->handler_state;
    const struct metric_sample *samples;
    struct metric_sample *open;
    size_t count, left = 0;
    struct error error;

    if (find(call, UUID_NONE, &samples, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    open = arena_array(call->arena, count + 1, sizeof(*open));
    for (size_t i = 0; i < count; i++) {
        if (!has(shut, samples[i].workspace_id))
            open[left++] = samples[i];
    }
    call_answer_list(call, 200, &metric_sample_shape, open, left);
}

static void
find_workspaces(struct call *call, const struct query *query, void (*then)(struct call *call))
{
    const struct sample_filter *filter = call->input;
    const struct membership_of input = {filter->member_id};
    struct own *found = arena_one(call->arena, struct own);
    const void *rows;
    struct error error;

    if (call_query(call, query, &input, &rows, &found->count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    found->workspaces = rows;
    call->handler_state = found;
    flush(call, then);
}

static void find_own(struct call *call)
{
    find_workspaces(call, &own_workspaces_query, show_own);
}

static void find_shut(struct call *call)
{
    find_workspaces(call, &shut_workspaces_query, show_open);
}

void samples_handle(struct call *call)
{
    const struct sample_filter *filter = call->input;

    if (uuid_is_present(filter->member_id))
        call_wait_head(call, find_own);
    else if (!uuid_is_present(filter->workspace_id) && call->access.has_no_factor)
        call_wait_head(call, find_shut);
    else
        flush(call, show);
}
