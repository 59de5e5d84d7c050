/*
 * Routes of settings that people may change while the server runs, and of restarting it so that they count.
 *
 *   GET    question ──► settings_next, settings_show
 *   PATCH  question ──► settings_want ──► change_settings ──► as GET
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/mail_trial.h"
#include "api/setup/settings_view.h"
#include "api/setup/tried.h"

static void submit_question(struct call *call, void (*next)(struct call *call))
{
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_submit(call, &query_settings_command, arena_one(call->arena, struct query_settings), next);
}

/* What the writer has answered, and what comes of it. False: the call has been answered. */
static bool
see(struct call *call,
    const struct recorded_settings **recorded,
    const struct settings **next,
    struct error *error)
{
    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return false;
    }
    *recorded = call->submission.answer;
    if (settings_next(call, *recorded, next, error) == STATUS_OK)
        return true;
    call_answer_error(call, error);
    return false;
}

static void answer_view(struct call *call)
{
    struct settings_view view = {.held = {NULL, 0}};
    const struct recorded_settings *recorded;
    const struct settings *next;
    struct error error;

    if (!see(call, &recorded, &next, &error))
        return;
    settings_show(call, recorded, next, &view);
    call_answer_shape(call, call->route->status, &settings_view_shape, &view);
}

static void show(struct call *call)
{
    submit_question(call, answer_view);
}

static void change(struct call *call)
{
    struct change_settings *order = arena_one(call->arena, struct change_settings);
    struct settings_view shown = {.held = {NULL, 0}};
    const struct recorded_settings *recorded;
    const struct settings *next;
    struct error error;

    if (!see(call, &recorded, &next, &error))
        return;
    settings_show(call, recorded, next, &shown);
    if (settings_want(call, recorded, &shown, call->input, &order->wanted, &error) == STATUS_OK)
        call_submit_route(call, &change_settings_command, order, answer_view);
    else
        call_answer_error(call, &error);
}

static void take_changes(struct call *call)
{
    submit_question(call, change);
}

/* Mail. */

static void try_mail(struct call *call)
{
    struct error error;
    enum status status =
        mail_trial(call->input, call->services->settings->smtp_require_tls, call->arena, &error);

    tried_answer(call, status, &error);
}

static void prepare_mail(struct call *call)
{
    struct mail_settings *mail = call->input;
    const struct recorded_settings *recorded;
    const struct settings *next;
    struct error error;

    if (!see(call, &recorded, &next, &error))
        return;
    if (text_is(mail->smtp_password, SETTINGS_MASK))
        mail->smtp_password = next->smtp_password;
    if (!call_try_lane(call, LANE_OUTWARD, try_mail))
        call_answer_busy(call);
}

static void take_mail(struct call *call)
{
    submit_question(call, prepare_mail);
}

/* Restart. */

struct restart_view {
    struct opt_bool accepted;
    struct text scope;
    struct timestamp requested_at;
    struct text message;
};
static const struct field restart_view_fields[] = {
    {BOOL(restart_view, accepted), .flags = REQUIRED,
     .doc = "Whether it was accepted; always true."},
    {TEXT(restart_view, scope), .flags = REQUIRED, .doc = "What is restarted; always process."},
    {TIMESTAMP(restart_view, requested_at), .flags = REQUIRED,
     .doc = "Time it was asked for at first."},
    {TEXT(restart_view, message), .flags = REQUIRED, .doc = "The same in words."},
};
static const struct shape restart_view_shape = SHAPE(restart_view, "A restart that was asked for.");

static void answer_restart(struct call *call)
{
    const struct requested_restart *requested = call->submission.answer;
    struct restart_view view = {.accepted = OPT_TRUE, .scope = text_lit("process")};

    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    view.requested_at = requested->requested_at;
    view.message = opt_bool_is_true(requested->is_repeat)
                       ? text_lit("A restart is under way already. Wait until the server is back.")
                       : text_lit("The server ends in order, and begins again.");
    call_answer_shape(call, call->route->status, &restart_view_shape, &view);
}

static void restart(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_submit_route(
        call, &request_restart_command, arena_one(call->arena, struct request_restart),
        answer_restart);
}

#define SETTINGS .tag = "platform", .who = WHO_PLATFORM_ADMIN

const struct route settings_routes[] = {
    {SETTINGS, .method = "GET", .path = "/platform-settings", .status = 200,
     .doc = "Shows the settings of the server that people may change, as they are from its next "
            "start on.",
     .handle = show, .reply.shape = &settings_view_shape},
    {SETTINGS, .method = "PATCH", .path = "/platform-settings", .status = 200,
     .needs_session = true,
     .doc = "Changes settings of the server from its next start on; what is sent as it was shown "
            "stays.",
     .handle = take_changes, .input_shape = &platform_settings_shape,
     .reply.shape = &settings_view_shape},
    {SETTINGS, .method = "POST", .path = "/platform-settings/validate/smtp", .status = 200,
     .doc = "Tries a mail server by a mail from the sender to itself.", .handle = take_mail,
     .input_shape = &mail_settings_shape, .reply.shape = &tried_shape},
    {SETTINGS, .method = "POST", .path = "/platform-settings/restart", .status = 202,
     .doc = "Has the server end in order and begin again, so that changed settings count.",
     .handle = restart, .reply.shape = &restart_view_shape},
    {.method = NULL},
};
