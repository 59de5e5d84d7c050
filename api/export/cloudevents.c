/*
 * CloudEvents 1.0 in JSON, structured: an object a line. `source` is the ledger, `id` the event, so that
 * what is told twice is known; `sequence` orders them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"
#include "api/export/members.h"
#include "core/shape/shape_json.h"

#include <stdio.h>
#include <string.h>

/* A reference of RFC 3986: the ledger's name as a path, what may not stand there escaped. */
static struct text make_source(struct text name, struct arena *arena)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    AUTO_BUF out = {0};

    buf_init(&out, 4 + 3 * name.size);
    buf_add_char(&out, '/');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] != '\0' && strchr(plain, name.data[i]) != NULL)
            buf_add_char(&out, name.data[i]);
        else
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)name.data[i]);
    }
    return text_copy(arena, buf_text(&out));
}

static void add_extensions(struct members *members, const struct export_line *line)
{
    const struct recorded_event *view = &line->event->view;
    char sequence[24];

    (void)snprintf(sequence, sizeof(sequence), "%020lld", (long long)view->position);
    members_add_c(members, "sequence", sequence);
    members_add_id(members, "workspace", view->workspace);
    members_add_id(members, "correlation", view->correlation);
    members_add_id(members, "causation", view->causation);
    members_add_text(members, "leafhash", line->event->leaf_hash);
}

void export_add_cloudevent(const struct export_line *line, struct buf *out)
{
    const struct recorded_event *view = &line->event->view;
    struct members members = members_begin(out);
    char at[TIMESTAMP_TEXT_SIZE];
    AUTO_BUF data = {0};

    buf_init(&data, EXPORT_MOST_BYTES);
    shape_json_write(&exported_event_shape, line->event, &data);
    timestamp_print(view->recorded_at, at);
    members_add_c(&members, "specversion", "1.0");
    members_add_id(&members, "id", view->event_id);
    members_add_text(&members, "source", make_source(line->origin_name, line->arena));
    members_add_text(
        &members, "type", text_format(line->arena, "fleetledger.%.*s", TEXT_ARGS(view->type)));
    members_add_id(&members, "subject", view->stream);
    members_add_c(&members, "time", at);
    add_extensions(&members, line);
    members_add_c(&members, "datacontenttype", "application/json");
    members_add_json(&members, "data", buf_text(&data));
    members_close(&members);
}
