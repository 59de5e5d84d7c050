/*
 * What there is to update: the newest release, nodes whose agents are of another version, the rollout that goes on.
 *
 *   catalogue ──newest release──┐
 *   nodes, rollouts ──figures───┴─► summary
 *   catalogue ──release asked for──► create_rollout
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/rollout/update_summary.h"

#include "api/call.h"
#include "api/release/releases.h"
#include "api/rollout/rollout_resources.h"
#include "api/select.h"
#include "commands/rollout/rollout_commands.h"
#include "core/release/release.h"

/* Architectures that agents are made for, as they say it. */
static const char *const archs[] = {"amd64", "arm64"};

struct rollout_view;
struct update_summary {
    const struct release *latest_release;
    int64_t outdated_node_count;
    int64_t eligible_outdated_node_count;
    const struct rollout_view *active_rollout;
    struct timestamp release_checked_at;
};
static const struct field update_summary_fields[] = {
    {OBJECT(update_summary, latest_release, release),
     .doc = "The newest release; null where none is known."},
    {INT64(update_summary, outdated_node_count), .flags = REQUIRED,
     .doc = "Number of nodes whose agents are of another version; 0 where no release is known."},
    {INT64(update_summary, eligible_outdated_node_count), .flags = REQUIRED,
     .doc = "Number of those that could be updated now."},
    {OBJECT(update_summary, active_rollout, rollout_view),
     .doc = "The rollout that is not over; null for none."},
    {TIMESTAMP(update_summary, release_checked_at),
     .doc = "Time releases were last looked for; null for never."},
};
const struct shape update_summary_shape =
    SHAPE(update_summary, "What there is to update, and what is being updated.");

struct figures_question {
    struct text version;
    struct list archs; /* of texts: that the release has programs for */
};
static const struct field figures_question_fields[] = {
    {TEXT(figures_question, version), .tag = 1, .doc = "Version of the newest release."},
    {LIST_OF(figures_question, archs, KIND_TEXT), .tag = 2,
     .doc = "Architectures that it has programs for."},
};
static const struct shape figures_question_shape =
    SHAPE(figures_question, "What nodes are compared with.");

struct figures {
    int64_t outdated;
    int64_t eligible;
    struct uuid active_id;
};
static const struct field figures_fields[] = {
    {INT64(figures, outdated), .tag = 1, .doc = "Nodes of another version."},
    {INT64(figures, eligible), .tag = 2, .doc = "Those that could be updated now."},
    {UUID(figures, active_id), .tag = 3, .doc = "Id of the rollout that is not over."},
};
static const struct shape figures_shape = SHAPE(figures, "Figures of the summary.");

static const struct query figures_query = {
    .scope = SCOPE_PLATFORM,
    .input = &figures_question_shape,
    .sql =
        {.name = "update_figures",
         .params = &figures_question_shape,
         .row = &figures_shape,
         .text = "select count(*) as outdated,\n"
                 "    count(*) filter (where status = 'online' and not maintenance_mode\n"
                 "        and arch = any(:archs)) as eligible,\n"
                 "    (select id\n"
                 "        from rollouts\n"
                 "        where status in ('queued', 'running', 'paused')\n"
                 "        order by created_at desc, id desc\n"
                 "        limit 1) as active_id\n"
                 "from nodes\n"
                 "where :version::text is not null and agent_version is distinct from :version"},
};

static struct list archs_of(struct arena *arena, const struct release *release)
{
    struct text *texts = arena_array(arena, COUNT_OF(archs), sizeof(*texts));
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(archs); i++) {
        if (release_artifact_for(release, text_from(archs[i])) != NULL)
            texts[count++] = text_from(archs[i]);
    }
    return (struct list){texts, count};
}

static enum status
read_figures(struct call *call, struct update_summary *summary, struct error *error)
{
    struct figures_question question = {.archs = {"", 0}};
    const void *rows = NULL;
    const struct figures *figures;
    const void *active = NULL;
    size_t count = 0;
    enum status status;

    if (summary->latest_release != NULL)
        question = (struct figures_question){
            summary->latest_release->version, archs_of(call->arena, summary->latest_release)};
    status = call_query(call, &figures_query, &question, &rows, &count, error);
    if (status != STATUS_OK)
        return status;
    figures = rows;
    summary->outdated_node_count = figures->outdated;
    summary->eligible_outdated_node_count = figures->eligible;
    if (uuid_is_present(figures->active_id))
        status = select_row(call, &rollout_resource, figures->active_id, &active, error);
    summary->active_rollout = active;
    return status;
}

static void show(struct call *call)
{
    struct update_summary summary = {.latest_release = NULL};
    struct release latest;
    struct error error;

    if (releases_latest(
            call->services->releases, call->arena, &latest, &summary.release_checked_at))
        summary.latest_release = &latest;
    if (read_figures(call, &summary, &error) == STATUS_OK)
        call_answer_shape(call, call->route->status, &update_summary_shape, &summary);
    else
        call_answer_error(call, &error);
}

void update_summary_handle(struct call *call)
{
    call_wait_head(call, show);
}

static struct list artifacts_of(struct arena *arena, const struct release *release)
{
    struct rollout_artifact *all = arena_array(arena, COUNT_OF(archs), sizeof(*all));
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(archs); i++) {
        const struct release_artifact *artifact =
            release_artifact_for(release, text_from(archs[i]));
        if (artifact != NULL)
            all[count++] = (struct rollout_artifact){
                text_from(archs[i]), artifact->binary_url, artifact->sha256};
    }
    return (struct list){all, count};
}

bool rollout_prepare_create(struct call *call, void *input)
{
    struct create_rollout *order = input;
    struct release release;
    struct error error;
    enum status status =
        releases_find(call->services->releases, order->version, call->arena, &release, &error);

    if (status == STATUS_INVALID)
        return true;
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return false;
    }
    order->target_version = release.version;
    order->commit = release.commit;
    order->artifacts = artifacts_of(call->arena, &release);
    return true;
}
