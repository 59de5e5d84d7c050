/*
 * CSV (RFC 4180) for spreadsheets: every cell is quoted, and one that a spreadsheet would take for a
 * formula begins with an apostrophe.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"

#include <string.h>

const char export_csv_head[] =
    "position,recordedAt,type,outcome,actorKind,actor,session,workspace,stream,revision,eventId,"
    "commandId,correlation,causation,schema,body,bodyDigest,leafHash,sealed,fields\r\n";

static bool begins_a_formula(struct text cell)
{
    return cell.size > 0 && strchr("=+-@\t\r\n", cell.data[0]) != NULL;
}

static void add_cell(struct buf *out, struct text cell)
{
    struct text rest = cell;

    buf_add_char(out, '"');
    if (begins_a_formula(cell))
        buf_add_char(out, '\'');
    while (text_is_present(rest)) {
        struct text part = text_cut(&rest, '"');
        buf_add_text(out, part);
        if (text_is_present(rest))
            buf_add_c(out, "\"\"");
    }
    buf_add_char(out, '"');
}

static void add_next(struct buf *out, struct text cell)
{
    buf_add_char(out, ',');
    add_cell(out, cell);
}

static void add_id(struct buf *out, struct uuid id)
{
    char printed[UUID_TEXT_SIZE] = "";

    if (uuid_is_present(id))
        uuid_print(id, printed);
    add_next(out, text_from(printed));
}

static void add_number(struct buf *out, int64_t number)
{
    buf_printf(out, ",\"%lld\"", (long long)number);
}

static void add_names(struct buf *out, const struct list *names)
{
    const struct text *items = names->items;

    buf_add_c(out, ",\"");
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            buf_add_char(out, ' ');
        buf_add_text(out, items[i]);
    }
    buf_add_char(out, '"');
}

static void add_entry(const struct recorded_event *view, struct buf *out)
{
    char at[TIMESTAMP_TEXT_SIZE];

    timestamp_print(view->recorded_at, at);
    buf_printf(out, "\"%lld\",\"%s\"", (long long)view->position, at);
    add_next(out, view->type);
    add_next(out, text_from(enum_name(outcome_names, view->outcome)));
    add_next(out, text_from(enum_name(actor_kind_names, view->actor->kind)));
    add_id(out, view->actor->id);
    add_id(out, view->actor->session);
    add_id(out, view->workspace);
    add_id(out, view->stream);
    add_number(out, view->revision);
    add_id(out, view->event_id);
    add_id(out, view->command_id);
    add_id(out, view->correlation);
    add_id(out, view->causation);
}

void export_add_csv(const struct export_line *line, struct buf *out)
{
    const struct exported_event *event = line->event;

    add_entry(&event->view, out);
    add_number(out, event->schema);
    add_next(out, text_from(enum_name(exported_body_names, event->body)));
    add_next(out, event->body_digest);
    add_next(out, event->leaf_hash);
    add_names(out, &event->sealed);
    add_next(out, event->fields.text);
}
