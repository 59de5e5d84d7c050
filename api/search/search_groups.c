/*
 * The groups of a search.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search_groups.h"

#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"

#define NEWEST      "100"
#define NEWEST_MANY "50" /* of what there may be very many rows of */
#define LIKE        " like " SEARCH_ASKED("pattern")

const struct search_group search_groups[SEARCH_GROUPS + 1] = {
    {.name = "nodes",
     .table = "nodes",
     .kind = SEARCH_NODE,
     .text_column = "id",
     .own_text = "nodes.search",
     .newest = NEWEST,
     .also = "lower(nodes.label_words) like " SEARCH_ASKED("word") " or lower(nodes.os)" LIKE
                                                                   " or lower(nodes.arch)" LIKE,
     .title = "nodes.name",
     .subtitle = "nodes.hostname || ' · ' || nodes.os || '/' || nodes.arch"},
    {.name = "tasks",
     .table = "tasks",
     .kind = SEARCH_TASK,
     .newest = NEWEST_MANY,
     .reads = "tasks.id, tasks.created_at, tasks.text_id, tasks.node_id, tasks.status",
     .text_column = "text_id",
     .halves = "is_internal",
     .is_of_node = true,
     .names_column = "status",
     .names = task_status_names,
     .joins = "left join nodes on nodes.id = tasks.node_id",
     .title = "coalesce(tasks.payload ->> 'title', tasks.payload ->> 'name',\n"
              "    tasks.payload ->> 'label', tasks.payload ->> 'command', tasks.type)",
     .subtitle = "tasks.status || ' · ' || coalesce(nodes.name, tasks.node_id::text)"},
    {.name = "scheduled_tasks",
     .table = "scheduled_tasks",
     .kind = SEARCH_SCHEDULE,
     .newest = NEWEST,
     .text_column = "id",
     .is_of_node = true,
     .joins = "left join nodes on nodes.id = scheduled_tasks.node_id",
     .title = "scheduled_tasks.name",
     .subtitle =
         "case when scheduled_tasks.enabled then 'enabled' else 'disabled' end || ' · ' ||\n"
         "    coalesce(nodes.name, scheduled_tasks.node_id::text, '')"},
    {.name = "templates",
     .table = "templates",
     .kind = SEARCH_TEMPLATE,
     .newest = NEWEST,
     .text_column = "id",
     .title = "templates.name",
     .subtitle = "templates.description"},
    {.name = "rolling_runs",
     .table = "rolling_runs",
     .kind = SEARCH_RUN,
     .newest = NEWEST,
     .text_column = "id",
     .title = "rolling_runs.name",
     .subtitle = "rolling_runs.status"},
    {.name = "events",
     .table = "events",
     .kind = SEARCH_EVENT,
     .newest = NEWEST_MANY,
     .text_column = "text_id",
     .names_column = "severity",
     .names = severity_names,
     .title = "events.type",
     .subtitle = "events.severity || ' · ' || events.message"},
    {.name = "members",
     .table = "memberships",
     .kind = SEARCH_PERSON,
     .newest = NEWEST,
     .text_column = "user_id",
     .also = "memberships.role" LIKE,
     .joins = "left join users on users.id = memberships.user_id",
     .title = "coalesce(users.name, memberships.user_id::text)",
     .subtitle = "concat_ws(' · ', users.email, memberships.role)"},
    {.name = "teams",
     .table = "teams",
     .kind = SEARCH_TEAM,
     .newest = NEWEST,
     .text_column = "id",
     .title = "teams.name",
     .subtitle = "teams.description"},
    {.name = NULL},
};
