/*
 * The installer tells where it stands. What has ended stays ended, unless the same end is reported
 * again in other words.
 *
 *   installer ──report_install──► [here] ──install_progressed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"
#include "commands/node/node.h"

/* What an installer may report, in the order of enum install_status from INSTALL_INSTALLING on. */
static const char *const reported_status_names[] = {"installing", "completed", "failed", NULL};

static const struct field report_install_fields[] = {
    {TEXT(report_install, token), .tag = 1, .flags = REQUIRED | TRIM | SECRET, .min = 8, .max = 512,
     .doc = "Bootstrap token of the install."},
    {TEXT(report_install, stage), .tag = 2, .flags = REQUIRED | TRIM, .min = 2, .max = 64,
     .doc = "Step that the installer is at."},
    {ENUM(report_install, status, reported_status_names), .tag = 3,
     .doc = "Status of the install."},
    {INT64(report_install, progress_percent), .tag = 4, .min = 0, .max = 100,
     .doc = "Progress in per cent."},
    {TEXT(report_install, status_message), .tag = 5, .flags = TRIM, .max = 500,
     .doc = "Message for people."},
    {BYTES(report_install, token_digest), .tag = 6, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the bootstrap token."},
};
static const struct shape report_install_shape = SHAPE(report_install, "Progress of an install.");

/* INSTALL_INSTALLING when nothing was said. */
static int64_t status_of(const struct report_install *report)
{
    return report->status.is == 0 ? INSTALL_INSTALLING : report->status.is + INSTALL_INSTALLING - 1;
}

static bool has_ended(const struct install_view *install)
{
    return install->status.is == INSTALL_COMPLETED || install->status.is == INSTALL_FAILED;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_install *report = input;
    struct install_progressed progressed = {
        .status = {status_of(report)},
        .stage = report->stage,
        .progress_percent = report->progress_percent,
        .status_message = report->status_message,
    };
    struct install_view install;
    enum status status = install_of_token(decision, report->token_digest, &install, error);

    if (status != STATUS_OK)
        return status;
    if (install_is_over(&install, decision->now))
        return decision_refuse(error, &refused_bootstrap_token_expired);
    if (has_ended(&install) && progressed.status.is != install.status.is)
        return STATUS_OK;
    progressed.install_id = install.install_id;
    if (progressed.progress_percent == INT64_ABSENT)
        progressed.progress_percent = install.progress_percent;
    if (progressed.status_message.size == 0)
        progressed.status_message = install_message(progressed.status.is, report->stage);
    decision_emit(
        decision, &install_progressed_event, install.install_id, install.workspace_id, &progressed);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct report_install *report = input;
    struct error ignored;

    (void)arena;
    (void)install_of_token(decision, report->token_digest, answer, &ignored);
}

const struct command report_install_command = {
    .name = "report_install",
    .doc = "Reports the progress of an install.",
    .input = &report_install_shape,
    .decide = decide,
    .answer = &install_view_shape,
    .answer_from = answer_from,
};
