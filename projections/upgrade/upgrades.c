/*
 * The steps of upgrades: ordered, and how they went.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/upgrade/upgrades.h"

#include "migrations/upgrade/upgrades.h"

static void put_requested(struct rows *rows, const struct record *record, enum upgrade_step step)
{
    const struct upgrade_requested *event = record->event;
    const struct upgrade_row row = {
        .id = event->upgrade_id,
        .step = {(int64_t)step},
        .status = {UPGRADE_QUEUED},
        .version = event->version,
        .release_id = event->release_id,
        .released_at = event->released_at,
        .sha256 = event->sha256,
        .binary_url = event->binary_url,
        .requested_by_user_id = record_actor(record).id,
        .requested_at = record->entry.recorded_at,
    };

    rows_put(rows, &upgrades_table, &row);
}

static void apply_download(struct rows *rows, const struct record *record)
{
    put_requested(rows, record, UPGRADE_DOWNLOAD);
}

static void apply_apply(struct rows *rows, const struct record *record)
{
    put_requested(rows, record, UPGRADE_APPLY);
}

/* Whatever changes a step ends it. */
static void end(const struct record *record, void *changed)
{
    struct upgrade_row *row = changed;

    row->ended_at = record->entry.recorded_at;
}

static void complete(const struct record *record, void *changed)
{
    const struct upgrade_completed *event = record->event;
    struct upgrade_row *row = changed;

    row->status = (struct enum_value){UPGRADE_COMPLETED};
    row->began_at = event->began_at;
}

static void fail(const struct record *record, void *changed)
{
    const struct upgrade_failed *event = record->event;
    struct upgrade_row *row = changed;

    row->status = (struct enum_value){UPGRADE_FAILED};
    row->error = event->error;
    row->rollback = event->rollback;
    row->began_at = event->began_at;
}

static const struct handler handlers[] = {
    {&upgrade_download_requested_event, .apply = apply_download},
    {&upgrade_apply_requested_event, .apply = apply_apply},
    {&upgrade_completed_event, .change = complete},
    {&upgrade_failed_event, .change = fail},
    {.event = NULL},
};

static const struct table *const tables[] = {&upgrades_table, NULL};

const struct projector upgrades_projector = {
    .name = "upgrades", .version = 1, .tables = tables, .handlers = handlers, .touch = end};
