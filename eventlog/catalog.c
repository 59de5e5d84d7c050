/*
 * Every area's events: a new area is a line here. A name is looked for in the area that it begins
 * with first, because most do ("task.created"); so the search stays short as areas are added.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/event_type.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/notification_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/rolling_events.h"
#include "eventlog/events/rollout_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/secret_events.h"
#include "eventlog/events/selection_events.h"
#include "eventlog/events/sink_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/template_events.h"
#include "eventlog/events/terminal_events.h"
#include "eventlog/events/upgrade_events.h"
#include "eventlog/events/workspace_events.h"

#include <string.h>

/* clang-format off */
const struct event_area event_catalog[] = {
    {"platform",     platform_event_types},
    {"identity",     identity_event_types},
    {"workspace",    workspace_event_types},
    {"node",         node_event_types},
    {"task",         task_event_types},
    {"notification", notification_event_types},
    {"terminal",     terminal_event_types},
    {"sink",         sink_event_types},
    {"privacy",      privacy_event_types},
    {"template",     template_event_types},
    {"schedule",     schedule_event_types},
    {"rolling",      rolling_event_types},
    {"rollout",      rollout_event_types},
    {"selection",    selection_event_types},
    {"upgrade",      upgrade_event_types},
    {"secret",       secret_event_types},
    {"authority",    authority_event_types},
    {NULL, NULL},
};
/* clang-format on */

static const struct event_type *type_in(const struct event_area *area, struct text name)
{
    for (size_t i = 0; area->types[i] != NULL; i++) {
        const char *candidate = area->types[i]->name;
        if (strncmp(candidate, name.data, name.size) == 0 && candidate[name.size] == '\0')
            return area->types[i];
    }
    return NULL;
}

const struct event_type *event_type_named(struct text name)
{
    struct text prefix = text_slice(name, 0, text_find(name, '.', 0));
    const struct event_type *type = NULL;

    if (name.size == 0 || memchr(name.data, '\0', name.size) != NULL)
        return NULL;
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        if (text_is(prefix, area->name))
            type = type_in(area, name);
    }
    for (const struct event_area *area = event_catalog; type == NULL && area->name != NULL; area++)
        type = type_in(area, name);
    return type;
}
