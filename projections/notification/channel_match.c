/*
 * Matching system events: workspace, severity, type, labels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/notification/channel_match.h"

#include "core/label/selector.h"
#include "core/shape/list.h"
#include "migrations/notification/channels.h"
#include "migrations/platform/events.h"

static bool is_of_severity(const struct list *severities, struct enum_value severity)
{
    const struct enum_value *items = severities->items;

    for (size_t i = 0; i < severities->count; i++) {
        if (items[i].is == severity.is)
            return true;
    }
    return severities->items == NULL;
}

/* "task.*" is all that begins with "task.". */
static bool is_of_type(const struct list *types, struct text type)
{
    const struct text *items = types->items;

    for (size_t i = 0; i < types->count; i++) {
        struct text family = items[i];
        if (text_equal(family, type))
            return true;
        if (!text_ends_with(family, text_lit("*")))
            continue;
        family.size--;
        if (text_starts_with(type, family))
            return true;
    }
    return types->items == NULL;
}

/* What the platform has to say is of no workspace, and told by all of its channels. */
static bool is_of_workspaces(const struct list *workspace_ids, struct uuid workspace_id)
{
    return workspace_ids->items == NULL || !uuid_is_present(workspace_id) ||
           list_has_uuid(workspace_ids, workspace_id);
}

/* One that is none any more matches nothing. */
static bool is_selected(struct text text, struct json labels, struct arena *arena)
{
    struct selector selector;
    struct text why;

    if (!text_is_present(text))
        return true;
    return text_is_present(labels.text) && selector_read(text, arena, &selector, &why) &&
           selector_matches(&selector, label_set_read(arena, labels));
}

bool channel_tells(
    const struct channel_row *channel,
    const struct event_row *event,
    struct json labels,
    struct arena *arena)
{
    return opt_bool_is_true(channel->is_enabled) &&
           is_of_workspaces(&channel->workspace_ids, event->workspace_id) &&
           is_of_severity(&channel->severities, event->severity) &&
           is_of_type(&channel->types, event->type) &&
           is_selected(channel->selector, labels, arena);
}

bool channel_gathers(const struct channel_row *channel, bool is_critical)
{
    return channel->digest_seconds > 0 || (channel->quiet_hours != NULL && !is_critical);
}
