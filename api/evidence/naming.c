/*
 * Names as events have them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/naming.h"

#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/joining_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/rolling_events.h"
#include "eventlog/events/rollout_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/secret_events.h"
#include "eventlog/events/selection_events.h"
#include "eventlog/events/sink_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/template_events.h"
#include "eventlog/events/terminal_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/seal.h"

#include <string.h>

const struct naming namings[] = {
    {"node", &node_added_event, {"hostname", "name"}, true, false},
    {"user", &user_registered_event, {"email", NULL}, true, true},
    {"user", &user_created_event, {"email", NULL}, true, true},
    {"user", &user_updated_event, {"email", NULL}, false, true},
    {"workspace", &workspace_created_event, {"slug", "name"}, true, false},
    {"workspace", &workspace_changed_event, {"slug", "name"}, false, false},
    {"team", &team_created_event, {"name", NULL}, true, false},
    {"team", &team_changed_event, {"name", NULL}, false, false},
    {"schedule", &schedule_created_event, {"name", NULL}, true, false},
    {"rolling_run", &rolling_run_created_event, {"name", NULL}, true, false},
    {"rollout", &rollout_created_event, {NULL, NULL}, true, false},
    {"sink", &sink_created_event, {"name", NULL}, true, true},
    {"sink", &sink_changed_event, {"name", NULL}, false, true},
    {"template", &template_created_event, {"name", NULL}, true, false},
    {"template", &template_changed_event, {"name", NULL}, false, false},
    {"selection", &selection_created_event, {"name", NULL}, true, false},
    {"selection", &selection_changed_event, {"name", NULL}, false, false},
    {"secret", &secret_created_event, {"name", NULL}, true, false},
    {"install", &install_created_event, {NULL, NULL}, true, false},
    {"enrollment", &enrollment_initiated_event, {NULL, NULL}, true, false},
    {"terminal", &terminal_created_event, {NULL, NULL}, true, false},
    {"task", &task_created_event, {NULL, NULL}, true, false},
    {.kind = NULL},
};

static const struct {
    const char *kind;
    const struct event_type *type;
} ends[] = {
    {"node", &node_removed_event},           {"user", &user_deleted_event},
    {"workspace", &workspace_deleted_event}, {"team", &team_deleted_event},
    {"sink", &sink_removed_event},           {"template", &template_deleted_event},
    {"selection", &selection_deleted_event}, {"schedule", &schedule_deleted_event},
    {"secret", &secret_deleted_event},
};

const struct event_type *naming_end(const char *kind)
{
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        if (strcmp(ends[i].kind, kind) == 0)
            return ends[i].type;
    }
    return NULL;
}

static const struct field *field_of(const struct naming *naming, size_t index)
{
    const struct field *field;

    if (naming->names[index] == NULL)
        return NULL;
    field = shape_field(naming->type->shape, text_from(naming->names[index]));
    must(field != NULL);
    return field;
}

struct box_asked {
    const struct field *field;
    bool is_forgotten;
};

static void look_at_box(const struct box_seen *box, void *context)
{
    struct box_asked *asked = context;

    if (box->field == asked->field && box->state == BOX_FORGOTTEN)
        asked->is_forgotten = true;
}

static enum status is_forgotten(
    const struct field *field,
    const struct record *record,
    struct keyring *keyring,
    bool *out,
    struct error *error)
{
    struct box_asked asked = {.field = field};
    enum status status = keyring_try_record(keyring, record, look_at_box, &asked, error);

    *out = asked.is_forgotten;
    return status;
}

static bool
is_same(const struct field *field, const struct record *record, const struct naming_asked *asked)
{
    if (field->kind == KIND_PERSONAL) {
        const struct personal *personal = field_at(field, record->event);
        return bytes_equal(personal->digest, asked->digest);
    }
    return text_equal_ignoring_case(
        *(const struct text *)field_at(field, record->event), asked->name);
}

enum status naming_bears(
    const struct naming *naming,
    const struct record *record,
    const struct naming_asked *asked,
    struct keyring *keyring,
    bool *out_bears,
    bool *out_names,
    struct error *error)
{
    enum status status = STATUS_OK;

    *out_bears = *out_names = false;
    for (size_t i = 0; i < COUNT_OF(naming->names) && record->has_body && !*out_bears; i++) {
        const struct field *field = field_of(naming, i);
        bool is_gone = false;
        if (field == NULL || field_is_absent(field, record->event))
            continue;
        *out_names = true;
        if (!is_same(field, record, asked))
            continue;
        if (field->kind == KIND_PERSONAL)
            status = is_forgotten(field, record, keyring, &is_gone, error);
        if (status != STATUS_OK)
            return status;
        *out_bears = !is_gone;
    }
    return STATUS_OK;
}

struct text naming_shown(const struct naming *naming, const struct record *record)
{
    for (size_t i = 0; i < COUNT_OF(naming->names) && record->has_body; i++) {
        const struct field *field = field_of(naming, i);
        if (field != NULL && field->kind == KIND_TEXT && !field_is_absent(field, record->event))
            return *(const struct text *)field_at(field, record->event);
    }
    return (struct text){NULL, 0};
}
