/*
 * JSON Lines for Timesketch: message, datetime and timestamp_desc, which it asks for, and flat attributes,
 * which it searches.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"
#include "api/export/members.h"

static struct text join_sealed(const struct export_line *line)
{
    const struct text *names = line->event->sealed.items;
    struct text joined = {NULL, 0};

    for (size_t i = 0; i < line->event->sealed.count; i++)
        joined = text_format(
            line->arena, "%.*s%s%.*s", TEXT_ARGS(joined), i == 0 ? "" : " ", TEXT_ARGS(names[i]));
    return joined;
}

static void add_attributes(struct members *members, const struct export_line *line)
{
    const struct exported_event *event = line->event;
    const struct recorded_event *view = &event->view;

    members_add_int64(members, "position", view->position);
    members_add_text(members, "event_type", view->type);
    members_add_c(members, "outcome", enum_name(outcome_names, view->outcome));
    members_add_c(members, "actor_kind", enum_name(actor_kind_names, view->actor->kind));
    members_add_id(members, "actor", view->actor->id);
    members_add_id(members, "session", view->actor->session);
    members_add_id(members, "workspace", view->workspace);
    members_add_id(members, "stream", view->stream);
    members_add_int64(members, "revision", view->revision);
    members_add_id(members, "event_id", view->event_id);
    members_add_id(members, "command_id", view->command_id);
    members_add_id(members, "correlation", view->correlation);
    members_add_id(members, "causation", view->causation);
    members_add_c(members, "body", enum_name(exported_body_names, event->body));
    members_add_text(members, "body_digest", event->body_digest);
    members_add_text(members, "leaf_hash", event->leaf_hash);
    members_add_text(members, "sealed", join_sealed(line));
    members_add_text(members, "fields", event->fields.text);
    members_add_text(members, "ledger", line->origin_name);
}

void export_add_timesketch(const struct export_line *line, struct buf *out)
{
    const struct recorded_event *view = &line->event->view;
    struct members members = members_begin(out);
    char at[TIMESTAMP_TEXT_SIZE];

    timestamp_print(view->recorded_at, at);
    members_add_text(&members, "message", export_message(line));
    members_add_c(&members, "datetime", at);
    members_add_int64(&members, "timestamp", view->recorded_at.us);
    members_add_c(&members, "timestamp_desc", "Recorded");
    members_add_c(&members, "data_type", "fleetledger:event");
    add_attributes(&members, line);
    members_close(&members);
}
