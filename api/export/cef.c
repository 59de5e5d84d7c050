/*
 * CEF (Common Event Format, version 0): the text of a message, which syslog may carry. What is longer than
 * CEF allows its own fields is left out, and said.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"
#include "eventlog/record.h"

#include <string.h>

enum { MOST_FIELDS_BYTES = 4000 }; /* of a custom string */

enum { LOW = 3, HIGH = 7 }; /* severity, of 0 to 10 */

/* Escapes what ends a part of the head, or an extension, and breaks no line. */
static void add_escaped(struct buf *out, struct text t, char special)
{
    for (size_t i = 0; i < t.size; i++) {
        char c = t.data[i];
        if (c == '\\' || c == special)
            buf_add_char(out, '\\');
        if (c == '\n' || c == '\r')
            buf_add_c(out, c == '\n' ? "\\n" : "\\r");
        else
            buf_add_char(out, c);
    }
}

static void add_extension(struct buf *out, const char *key, struct text value)
{
    if (value.size == 0)
        return;
    if (out->data[out->size - 1] != '|')
        buf_add_char(out, ' ');
    buf_printf(out, "%s=", key);
    add_escaped(out, value, '=');
}

static void add_id(struct buf *out, const char *key, struct uuid id)
{
    char printed[UUID_TEXT_SIZE];

    if (!uuid_is_present(id))
        return;
    uuid_print(id, printed);
    add_extension(out, key, text_from(printed));
}

static void add_number(struct buf *out, const char *key, int64_t number)
{
    buf_printf(out, " %s=%lld", key, (long long)number);
}

/* A value of ours under a name of theirs. */
static void add_labelled(struct buf *out, const char *key, const char *label, struct text value)
{
    if (value.size == 0)
        return;
    add_extension(out, key, value);
    buf_printf(out, " %sLabel=%s", key, label);
}

static void add_labelled_id(struct buf *out, const char *key, const char *label, struct uuid id)
{
    char printed[UUID_TEXT_SIZE] = "";

    if (uuid_is_present(id))
        uuid_print(id, printed);
    add_labelled(out, key, label, text_from(printed));
}

static void add_head(const struct export_line *line, struct buf *out)
{
    const struct recorded_event *view = &line->event->view;
    const struct event_type *type = line->record->type;

    buf_add_c(out, "CEF:0|Fleetledger|Fleetledger|1|");
    add_escaped(out, view->type, '|');
    buf_add_char(out, '|');
    add_escaped(
        out, text_from(type == NULL ? "An event of a type that is not known here." : type->doc),
        '|');
    buf_printf(out, "|%d|", view->outcome.is == OUTCOME_REFUSED ? HIGH : LOW);
}

static void add_fields(const struct export_line *line, struct buf *out)
{
    struct text fields = line->event->fields.text;

    if (fields.size > MOST_FIELDS_BYTES)
        add_labelled(
            out, "cs6", "fieldsLeftOut", text_format(line->arena, "%zu bytes", fields.size));
    else
        add_labelled(out, "cs6", "fields", fields);
}

void export_add_cef(const struct export_line *line, struct buf *out)
{
    const struct exported_event *event = line->event;
    const struct recorded_event *view = &event->view;

    add_head(line, out);
    add_id(out, "externalId", view->event_id);
    add_number(out, "rt", view->recorded_at.us / US_PER_MS);
    add_extension(out, "outcome", text_from(enum_name(outcome_names, view->outcome)));
    add_id(out, "suid", view->actor->id);
    add_labelled(
        out, "flexString1", "actorKind", text_from(enum_name(actor_kind_names, view->actor->kind)));
    add_extension(out, "deviceExternalId", line->origin_name);
    add_labelled(
        out, "cn1", "position", text_format(line->arena, "%lld", (long long)view->position));
    add_labelled_id(out, "cs1", "stream", view->stream);
    add_labelled_id(out, "cs2", "workspace", view->workspace);
    add_labelled_id(out, "cs3", "correlation", view->correlation);
    add_labelled(out, "cs4", "leafHash", event->leaf_hash);
    add_labelled(out, "cs5", "body", text_from(enum_name(exported_body_names, event->body)));
    add_fields(line, out);
}
