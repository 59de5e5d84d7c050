/*
 * The words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/templates.h"

#include "core/base/buf.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/workspace_events.h"

enum { LARGEST_MESSAGE = 64 << 10 };

static struct text date(struct arena *arena, struct timestamp at)
{
    char out[30];

    timestamp_print_http(at, out);
    return text_copy(arena, text_from(out));
}

static void add_paragraph(struct mail_content *content, struct text paragraph)
{
    content->paragraphs[content->paragraph_count++] = paragraph;
}

static void add_detail(struct mail_content *content, const char *label, struct text value)
{
    content->details[content->detail_count++] = (struct detail){label, value};
}

static void word_invitation(
    struct arena *arena, const struct due *due, struct text token, struct mail_content *content)
{
    content->subject = text_lit("You have been invited to Fleetledger");
    content->title = content->subject;
    content->name = due->name;
    add_paragraph(
        content, text_lit("An administrator made an account for you. Choose a password to activate "
                          "it."));
    content->action = "Activate account";
    content->link =
        text_format(arena, "%.*s/invite/%.*s", TEXT_ARGS(content->home), TEXT_ARGS(token));
    add_detail(content, "Account email", due->email);
    add_detail(content, "Invite expires", date(arena, due->expires_at));
    content->footnote = text_lit("If you did not expect this mail, you can ignore it.");
}

static void word_reset(
    struct arena *arena, const struct due *due, struct text token, struct mail_content *content)
{
    content->subject = text_lit("Reset your Fleetledger password");
    content->title = content->subject;
    content->name = due->name;
    add_paragraph(
        content, text_lit("Somebody asked for a new password of your account. Choose one by the "
                          "link below."));
    content->action = "Reset password";
    content->link =
        text_format(arena, "%.*s/reset-password/%.*s", TEXT_ARGS(content->home), TEXT_ARGS(token));
    add_detail(content, "Account email", due->email);
    add_detail(content, "Reset link expires", date(arena, due->expires_at));
    content->footnote =
        text_lit("If it was not you, ignore this mail: your password stays as it is.");
}

static void
word_enrollment(struct arena *arena, const struct due *due, struct mail_content *content)
{
    content->subject =
        text_format(arena, "[Fleetledger] Enrollment pending for %.*s", TEXT_ARGS(due->hostname));
    content->tone = TONE_WARNING;
    content->title = text_format(arena, "Enrollment pending for %.*s", TEXT_ARGS(due->hostname));
    add_paragraph(
        content, text_lit("A machine asks to be admitted as a node. Approve it only if you know "
                          "it."));
    content->action = "Open Fleetledger";
    content->link = content->home;
    add_detail(content, "Hostname", due->hostname);
    add_detail(content, "Requested by", due->requested_by);
    add_detail(
        content, "Known operator",
        uuid_is_present(due->user_id) ? text_lit("Yes") : text_lit("No"));
    add_detail(content, "Request expires", date(arena, due->expires_at));
}

static struct text severity_of(const struct due *due)
{
    static const char *const loud[] = {"INFO", "WARNING", "CRITICAL"};
    int64_t n = due->severity.is;

    return text_from(n >= SEVERITY_INFO && n <= SEVERITY_CRITICAL ? loud[n - 1] : "INFO");
}

static struct text node_of(struct arena *arena, const struct due *due)
{
    char id[UUID_TEXT_SIZE];

    if (!uuid_is_present(due->node_id))
        return text_lit("n/a");
    uuid_print(due->node_id, id);
    if (due->node_name.size == 0)
        return text_copy(arena, text_from(id));
    return text_format(arena, "%.*s (%s)", TEXT_ARGS(due->node_name), id);
}

static enum tone tone_of(const struct due *due)
{
    if (due->severity.is == SEVERITY_CRITICAL)
        return TONE_CRITICAL;
    return due->severity.is == SEVERITY_WARNING ? TONE_WARNING : TONE_DEFAULT;
}

static void word_event(struct arena *arena, const struct due *due, struct mail_content *content)
{
    struct text severity = severity_of(due);

    content->subject = text_format(
        arena, "[Fleetledger] %.*s event: %.*s", TEXT_ARGS(severity), TEXT_ARGS(due->event_type));
    content->tone = tone_of(due);
    content->title = text_format(arena, "Event detected: %.*s", TEXT_ARGS(due->event_type));
    add_paragraph(
        content, text_is_present(due->workspace_name)
                     ? text_format(
                           arena, "Something happened in the workspace %.*s.",
                           TEXT_ARGS(due->workspace_name))
                     : text_lit("Something happened on the platform."));
    add_paragraph(content, due->message);
    content->action = "Open Fleetledger";
    content->link = content->home;
    add_detail(content, "Severity", severity);
    add_detail(content, "Workspace", due_place(due));
    add_detail(content, "Node", node_of(arena, due));
    add_detail(content, "Detected at", date(arena, due->detected_at));
}

static void word_digest(
    struct arena *arena,
    const struct due *due,
    const struct list *told,
    struct mail_content *content)
{
    const struct told *events = told->items;

    content->subject = text_format(
        arena, "[Fleetledger] %lld events in %.*s", (long long)due->events,
        TEXT_ARGS(due_place(due)));
    content->tone =
        due->criticals > 0 ? TONE_CRITICAL : (due->warnings > 0 ? TONE_WARNING : TONE_DEFAULT);
    content->title = text_format(
        arena, "%lld events: %lld critical, %lld warnings", (long long)due->events,
        (long long)due->criticals, (long long)due->warnings);
    for (size_t i = 0; i < told->count; i++)
        add_paragraph(
            content, text_format(
                         arena, "%.*s, %.*s: %.*s", TEXT_ARGS(date(arena, events[i].time)),
                         TEXT_ARGS(events[i].type), TEXT_ARGS(events[i].message)));
    if (due->events > (int64_t)told->count)
        add_paragraph(
            content,
            text_format(arena, "and %lld more.", (long long)(due->events - (int64_t)told->count)));
    content->action = "Open Fleetledger";
    content->link = content->home;
    add_detail(content, "Workspace", due_place(due));
}

void templates_mail(
    struct arena *arena,
    const struct due *due,
    const struct list *told,
    struct text token,
    struct text home,
    struct mail_content *out)
{
    *out = (struct mail_content){.home = home};
    switch ((enum outbox_kind)due->kind.is) {
    case OUTBOX_MAIL_INVITATION:
        word_invitation(arena, due, token, out);
        break;
    case OUTBOX_MAIL_RESET:
        word_reset(arena, due, token, out);
        break;
    case OUTBOX_MAIL_ENROLLMENT:
        word_enrollment(arena, due, out);
        break;
    case OUTBOX_MAIL_EVENT:
    case OUTBOX_TELEGRAM_EVENT:
    case OUTBOX_MAIL_CHANNEL:
    case OUTBOX_WEBHOOK:
    case OUTBOX_CHAT:
        if (due_is_digest(due))
            word_digest(arena, due, told, out);
        else
            word_event(arena, due, out);
        break;
    }
}

static const char *sign_of(const struct due *due)
{
    switch (tone_of(due)) {
    case TONE_DEFAULT:
        return "\xf0\x9f\x94\xb5";
    case TONE_WARNING:
        return "\xf0\x9f\x9f\xa0";
    case TONE_CRITICAL:
        return "\xf0\x9f\x94\xb4";
    }
    return "";
}

static void add_label(struct buf *out, const char *label, struct text value)
{
    buf_printf(out, "<b>%s:</b> ", label);
    rendering_add_html(out, value);
    buf_add_char(out, '\n');
}

struct text templates_telegram(struct arena *arena, const struct due *due, struct text home)
{
    AUTO_BUF words = {0};
    AUTO_BUF out = {0};

    buf_init(&words, LARGEST_MESSAGE);
    buf_init(&out, 2 * LARGEST_MESSAGE);
    buf_printf(&words, "<b>%s Fleetledger Event</b>\n\n", sign_of(due));
    add_label(&words, "Type", due->event_type);
    add_label(&words, "Workspace", due->workspace_name);
    add_label(&words, "Severity", severity_of(due));
    add_label(&words, "Node", node_of(arena, due));
    buf_add_c(&words, "\n<code>");
    rendering_add_html(&words, due->message);
    buf_add_c(&words, "</code>\n\n<a href=\"");
    rendering_add_html(&words, home);
    buf_add_c(&words, "\">Open Dashboard</a>");
    buf_add_c(&out, "{\"chat_id\":");
    json_write_text(&out, due->chat_id);
    buf_add_c(&out, ",\"text\":");
    json_write_text(&out, buf_text(&words));
    buf_add_c(&out, ",\"parse_mode\":\"HTML\"}");
    return text_copy(arena, buf_text(&out));
}
