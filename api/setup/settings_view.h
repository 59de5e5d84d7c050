/*
 * Settings as they will be from the next start on, as far as people may change them: shown, and changed.
 *
 *   on record, and what flags and environment hold ─► settings_next() ─► settings_show() ─► the answer
 *   what is sent ─► settings_want(): what differs from what is shown ─► change_settings
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_SETTINGS_VIEW_H
#define API_SETUP_SETTINGS_VIEW_H

#include "api/call.h"
#include "api/setup/settings_table.h"
#include "commands/platform/platform_commands.h"

struct settings_view {
    struct platform_settings is;
    struct text source;
    struct opt_bool editable;
    struct opt_bool restart_required;
    struct text message;
    struct list held; /* texts: "mail.smtpHost" */
};
extern const struct shape settings_view_shape;

/* Those of the next start. `out` lies in the call's arena. */
MUST_USE enum status settings_next(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct settings **out,
    struct error *error);

/* As they are shown. */
void settings_show(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct settings *next,
    struct settings_view *out);

/* What is to be changed so that they are as they were sent: a list of struct wanted_setting. STATUS_CONFLICT, code
 * "setting_held", where the environment says otherwise; STATUS_INVALID where together they would not do. Without `shown` of
 * a server that is set up: of the groups that were sent (NULL: not) whatever is not empty, and not as it runs. */
MUST_USE enum status settings_want(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct settings_view *shown,
    const struct platform_settings *sent,
    struct list *out,
    struct error *error);

/* "mail.smtpHost", in the arena. */
struct text settings_row_path(const struct settings_row *row, struct arena *arena);

#endif
