/*
 * The body of a message in a chat: what its channel says that is said, or the usual words. Whatever is filled in is
 * escaped, so that no name of a machine calls everybody or hides a link.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/posts.h"
#include "core/base/buf.h"
#include "core/base/placeholder.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/channel_events.h"
#include "eventlog/events/workspace_events.h"

enum { LARGEST_WORDS = 64 << 10 };

static const char usual_text[] = "{{severity}} *{{type}}* in {{workspace}}: {{message}}";

/* As Slack wants what is no markup. */
static void add_escaped(struct buf *out, struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        switch (value.data[i]) {
        case '&':
            buf_add_c(out, "&amp;");
            break;
        case '<':
            buf_add_c(out, "&lt;");
            break;
        case '>':
            buf_add_c(out, "&gt;");
            break;
        default:
            buf_add_char(out, value.data[i]);
        }
    }
}

static struct text severity_of(struct enum_value severity)
{
    const char *name = enum_name(severity_names, severity);

    return text_from(name == NULL ? "info" : name);
}

static struct text clock_of(struct arena *arena, struct timestamp at)
{
    char out[TIMESTAMP_TEXT_SIZE];

    timestamp_print(at, out);
    return text_copy(arena, text_from(out));
}

static struct text
value_of(const struct due *due, enum channel_placeholder which, struct arena *arena)
{
    switch (which) {
    case SAYS_TYPE:
        return due->event_type;
    case SAYS_SEVERITY:
        return severity_of(due->severity);
    case SAYS_MESSAGE:
        return due->message;
    case SAYS_NODE:
        return text_is_present(due->node_name) ? due->node_name : text_lit("-");
    case SAYS_WORKSPACE:
        return due_place(due);
    case SAYS_TIME:
        return clock_of(arena, due->detected_at);
    case SAYS_NOTHING:
        break;
    }
    return text_lit("");
}

static void add_event(struct buf *out, const struct due *due, struct arena *arena)
{
    struct text text =
        text_is_present(due->channel_text) ? due->channel_text : text_from(usual_text);
    struct placeholder found;
    size_t at = 0;

    while (placeholder_next(text, &at, &found)) {
        buf_add_text(out, found.before);
        add_escaped(out, value_of(due, channel_placeholder_of(found.name), arena));
    }
    buf_add_text(out, text_slice(text, at, text.size - at));
}

static void
add_digest(struct buf *out, const struct due *due, const struct list *told, struct arena *arena)
{
    const struct told *events = told->items;

    buf_printf(out, "*%lld events* in ", (long long)due->events);
    add_escaped(out, due_place(due));
    buf_printf(
        out, ": %lld critical, %lld warnings", (long long)due->criticals, (long long)due->warnings);
    for (size_t i = 0; i < told->count; i++) {
        buf_add_char(out, '\n');
        buf_add_text(out, clock_of(arena, events[i].time));
        buf_printf(out, " %s *", severity_of(events[i].severity).data);
        add_escaped(out, events[i].type);
        buf_add_c(out, "* ");
        add_escaped(out, events[i].message);
    }
    if (due->events > (int64_t)told->count)
        buf_printf(out, "\nand %lld more", (long long)(due->events - (int64_t)told->count));
}

struct text posts_chat_body(const struct due *due, const struct list *told, struct arena *arena)
{
    AUTO_BUF words = {0};
    AUTO_BUF out = {0};

    buf_init(&words, LARGEST_WORDS);
    buf_init(&out, 2 * LARGEST_WORDS + 64);
    if (due_is_digest(due))
        add_digest(&words, due, told, arena);
    else
        add_event(&words, due, arena);
    buf_add_c(&out, "{\"text\":");
    json_write_text(&out, buf_text(&words));
    buf_add_char(&out, '}');
    return text_copy(arena, buf_text(&out));
}
