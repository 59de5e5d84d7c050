/*
 * The summary of upgrades.
 *
 *   build, catalogue ──releases──┐
 *   upgrades ──steps─────────────┼─► summary
 *   upgrader ──phase─────────────┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/upgrade/upgrade_view.h"

#include "api/call.h"
#include "api/upgrade/upgrader.h"
#include "core/release/program.h"
#include "migrations/upgrade/upgrades.h"

struct server_release {
    struct text version;
    struct text release_id;
    struct text released_at;
    struct text built_at;
    struct text bundle_sha256;
    struct text bundle_url;
    struct text manifest_url;
    struct list changelog; /* of struct release_note */
};
static const struct field server_release_fields[] = {
    {TEXT(server_release, version), .tag = 1, .flags = REQUIRED, .doc = "Version of the program."},
    {TEXT(server_release, release_id), .tag = 2, .flags = REQUIRED,
     .doc = "Commit that it was made from: what a release is known by."},
    {TEXT(server_release, released_at), .tag = 3, .doc = "When it was published."},
    {TEXT(server_release, built_at), .tag = 4, .doc = "Time of the build; always null."},
    {TEXT(server_release, bundle_sha256), .tag = 5, .doc = "SHA-256 of its program."},
    {TEXT(server_release, bundle_url), .tag = 6, .doc = "Where its publisher has the program."},
    {TEXT(server_release, manifest_url), .tag = 7, .doc = "URL of a manifest; always null."},
    {OBJECTS(server_release, changelog, release_note), .tag = 8,
     .doc = "What is new in it, where the catalogue says so."},
};
static const struct shape server_release_shape = SHAPE(server_release, "A release of the program.");

struct upgrade_operation {
    struct text operation;
    struct text status;
    struct text message;
    struct text error;
    struct timestamp requested_at;
    struct timestamp started_at;
    struct timestamp completed_at;
    struct text requested_by_email_snapshot;
    struct text rollback_status;
    struct text target_release_id;
    struct text target_version;
};
static const struct field upgrade_operation_fields[] = {
    {TEXT(upgrade_operation, operation), .flags = REQUIRED, .doc = "Step: download or apply."},
    {TEXT(upgrade_operation, status), .flags = REQUIRED, .doc = "How far it is."},
    {TEXT(upgrade_operation, message), .doc = "The same in words."},
    {TEXT(upgrade_operation, error), .doc = "What went wrong."},
    {TIMESTAMP(upgrade_operation, requested_at), .flags = REQUIRED, .doc = "Time it was ordered."},
    {TIMESTAMP(upgrade_operation, started_at), .doc = "Time it began."},
    {TIMESTAMP(upgrade_operation, completed_at), .doc = "Time it ended."},
    {TEXT(upgrade_operation, requested_by_email_snapshot),
     .doc = "Address of whoever ordered it; null where they are not known any more."},
    {TEXT(upgrade_operation, rollback_status),
     .doc = "What became of the program before, where it failed."},
    {TEXT(upgrade_operation, target_release_id), .doc = "Commit of the release that is wanted."},
    {TEXT(upgrade_operation, target_version), .doc = "Version of the release that is wanted."},
};
static const struct shape upgrade_operation_shape =
    SHAPE(upgrade_operation, "A step of an upgrade.");

struct upgrade_view {
    struct opt_bool supported;
    struct text deployment_mode;
    const struct server_release *current_release;
    const struct server_release *latest_release;
    const struct server_release *prepared_release;
    struct opt_bool update_available;
    const struct upgrade_operation *operation;
    struct timestamp release_checked_at;
};
static const struct field upgrade_view_fields[] = {
    {BOOL(upgrade_view, supported), .tag = 1, .flags = REQUIRED,
     .doc = "Whether the program can be upgraded over HTTP: SERVER_RELEASES_KEY is set."},
    {TEXT(upgrade_view, deployment_mode), .tag = 2,
     .doc = "Says installer_managed where it can; else null."},
    {OBJECT(upgrade_view, current_release, server_release), .tag = 3, .flags = REQUIRED,
     .doc = "Release that runs."},
    {OBJECT(upgrade_view, latest_release, server_release), .tag = 4,
     .doc = "Newest release of the catalogue; null where none is known."},
    {OBJECT(upgrade_view, prepared_release, server_release), .tag = 5,
     .doc = "Release that lies ready and does not run yet; null for none."},
    {BOOL(upgrade_view, update_available), .tag = 6, .flags = REQUIRED,
     .doc = "Whether the newest release neither runs nor lies ready."},
    {OBJECT(upgrade_view, operation, upgrade_operation), .tag = 7,
     .doc = "Step that is under way, or has failed; null for none."},
    {TIMESTAMP(upgrade_view, release_checked_at), .tag = 8,
     .doc = "Time releases were last looked for; null for never."},
};
const struct shape upgrade_view_shape = SHAPE(upgrade_view, "Upgrades of the program.");

/* The newest step, and the newest download that was completed. */
struct known_step {
    struct upgrade_row row;
    struct text requested_by;
};
static const struct field known_step_fields[] = {
    {TEXT(known_step, requested_by), .doc = "Address of whoever ordered it."},
};
static const struct shape known_step_shape =
    SHAPE_WITH(known_step, "A step of an upgrade.", .base = &upgrade_row_shape);

#define STEP                                                                                       \
    "(select upgrades.*,\n"                                                                        \
    "        (select users.email from users where users.id = upgrades.requested_by_user_id)\n"     \
    "            as requested_by\n"                                                                \
    "    from upgrades\n"

static const struct query steps_query = {
    .scope = SCOPE_PLATFORM,
    .sql =
        {.name = "upgrade_steps",
         .row = &known_step_shape,
         .text = "select * from " STEP "    order by requested_at desc, id desc limit 1) newest\n"
                 "union all\n"
                 "select * from " STEP "    where step = 'download' and status = 'completed'\n"
                 "    order by requested_at desc, id desc limit 1) ready"},
};

/* Releases. */

static const struct server_release *
release_view(struct arena *arena, const struct release *release, struct text arch)
{
    const struct release_artifact *artifact = release_artifact_for(release, arch);
    struct server_release *view = arena_one(arena, struct server_release);

    *view = (struct server_release){
        .version = release->version,
        .release_id = release->commit,
        .released_at = release->published_at,
        .changelog = release->notes,
    };
    if (artifact != NULL) {
        view->bundle_sha256 = artifact->sha256;
        view->bundle_url = artifact->binary_url;
    }
    return view;
}

/* As the catalogue knows it; NULL where it does not. */
static const struct server_release *
known_release(struct arena *arena, const struct list *catalogue, struct text release_id)
{
    const struct release *all = catalogue->items;

    for (size_t i = 0; i < catalogue->count; i++) {
        if (text_equal(all[i].commit, release_id))
            return release_view(arena, &all[i], program_arch(arena));
    }
    return NULL;
}

static const struct server_release *current_release(struct call *call, const struct list *catalogue)
{
    const struct build_info *build = call->services->build;
    struct text commit = text_from(build->commit);
    const struct server_release *known = known_release(call->arena, catalogue, commit);
    struct server_release *view;

    if (known != NULL)
        return known;
    view = arena_one(call->arena, struct server_release);
    *view = (struct server_release){.version = text_from(build->version), .release_id = commit};
    return view;
}

static const struct server_release *
ready_release(struct call *call, const struct list *catalogue, const struct upgrade_row *row)
{
    const struct server_release *known = known_release(call->arena, catalogue, row->release_id);
    struct server_release *view;

    if (text_is(row->release_id, call->services->build->commit))
        return NULL;
    if (known != NULL)
        return known;
    view = arena_one(call->arena, struct server_release);
    *view = (struct server_release){
        .version = row->version,
        .release_id = row->release_id,
        .released_at = row->released_at,
        .bundle_sha256 = row->sha256,
        .bundle_url = row->binary_url,
    };
    return view;
}

/* The step. */

static void
show_phase(struct call *call, const struct upgrade_row *row, struct upgrade_operation *out)
{
    struct upgrade_phase phase = upgrader_phase(call->services->upgrader);

    out->status = text_lit("queued");
    out->message = text_lit("Waiting to be carried out.");
    if (!uuid_equal(phase.upgrade_id, row->id))
        return;
    out->status = text_from(phase.status);
    out->message = text_from(phase.message);
    out->started_at = phase.began_at;
}

static const struct upgrade_operation *
operation_of(struct call *call, const struct known_step *step)
{
    const struct upgrade_row *row = &step->row;
    struct upgrade_operation *view = arena_one(call->arena, struct upgrade_operation);

    if (row->status.is == UPGRADE_COMPLETED)
        return NULL; /* what it led to is shown */
    *view = (struct upgrade_operation){
        .operation = text_from(enum_name(upgrade_step_names, row->step)),
        .status = text_lit("failed"),
        .message = row->error,
        .error = row->error,
        .requested_at = row->requested_at,
        .started_at = row->began_at,
        .completed_at = row->ended_at,
        .requested_by_email_snapshot = step->requested_by,
        .rollback_status = text_from(enum_name(upgrade_rollback_names, row->rollback)),
        .target_release_id = row->release_id,
        .target_version = row->version,
    };
    if (row->status.is == UPGRADE_QUEUED)
        show_phase(call, row, view);
    return view;
}

/* All of it. */

static bool is_same(const struct server_release *a, const struct server_release *b)
{
    return a != NULL && b != NULL && text_equal(a->release_id, b->release_id);
}

static void show_steps(
    struct call *call,
    const struct list *catalogue,
    const struct known_step *steps,
    size_t count,
    struct upgrade_view *view)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            view->operation = operation_of(call, &steps[i]);
        if (steps[i].row.step.is == UPGRADE_DOWNLOAD && steps[i].row.status.is == UPGRADE_COMPLETED)
            view->prepared_release = ready_release(call, catalogue, &steps[i].row);
    }
}

void upgrade_view_answer(struct call *call)
{
    struct upgrade_view view = {.supported = OPT_FALSE, .update_available = OPT_FALSE};
    struct list catalogue =
        releases_list(call->services->server_releases, call->arena, &view.release_checked_at);
    const void *steps = NULL;
    size_t count = 0;
    struct error error;

    if (call_query(call, &steps_query, NULL, &steps, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (call->services->settings->server_releases_key.size > 0) {
        view.supported = OPT_TRUE;
        view.deployment_mode = text_lit("installer_managed");
    }
    view.current_release = current_release(call, &catalogue);
    if (catalogue.count > 0)
        view.latest_release = release_view(call->arena, catalogue.items, program_arch(call->arena));
    show_steps(call, &catalogue, steps, count, &view);
    if (opt_bool_is_true(view.supported) && view.latest_release != NULL &&
        !is_same(view.latest_release, view.current_release) &&
        !is_same(view.latest_release, view.prepared_release))
        view.update_available = OPT_TRUE;
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_answer_shape(call, call->route->status, &upgrade_view_shape, &view);
}
