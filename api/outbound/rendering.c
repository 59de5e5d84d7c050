/*
 * Rendering notices. Whatever comes from people or machines is escaped in HTML, and put on one
 * line in text, so that nobody can pretend to be another part of the mail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/rendering.h"

#include "core/base/buf.h"

enum { LARGEST_RENDERING = 256 << 10 };

/* A line stays a line. */
static void add_line(struct buf *out, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.data[i];
        buf_add_char(out, c < ' ' ? ' ' : t.data[i]);
    }
}

struct text mail_content_as_text(struct arena *arena, const struct mail_content *content)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_RENDERING);
    buf_add_c(&out, "Fleetledger\n");
    add_line(&out, content->title);
    buf_add_c(&out, "\n\n");
    if (content->name.size > 0) {
        buf_add_c(&out, "Hello ");
        add_line(&out, content->name);
        buf_add_c(&out, ",\n\n");
    }
    for (size_t i = 0; i < content->paragraph_count; i++) {
        add_line(&out, content->paragraphs[i]);
        buf_add_c(&out, "\n\n");
    }
    buf_printf(&out, "%s: %.*s\n\n", content->action, TEXT_ARGS(content->link));
    for (size_t i = 0; i < content->detail_count; i++) {
        buf_printf(&out, "%s: ", content->details[i].label);
        add_line(&out, content->details[i].value);
        buf_add_c(&out, "\n");
    }
    if (content->footnote.size > 0) {
        buf_add_c(&out, "\n");
        add_line(&out, content->footnote);
        buf_add_c(&out, "\n");
    }
    buf_printf(&out, "\nOpen Fleetledger: %.*s\n", TEXT_ARGS(content->home));
    return text_copy(arena, buf_text(&out));
}

void rendering_add_html(struct buf *out, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        switch (t.data[i]) {
        case '&':
            buf_add_c(out, "&amp;");
            break;
        case '<':
            buf_add_c(out, "&lt;");
            break;
        case '>':
            buf_add_c(out, "&gt;");
            break;
        case '"':
            buf_add_c(out, "&quot;");
            break;
        case '\'':
            buf_add_c(out, "&#39;");
            break;
        default:
            buf_add_char(out, t.data[i]);
        }
    }
}

static const char *colour_of(enum tone tone)
{
    switch (tone) {
    case TONE_DEFAULT:
        return "#2563eb";
    case TONE_WARNING:
        return "#d97706";
    case TONE_CRITICAL:
        return "#dc2626";
    }
    return "";
}

static void add_head(struct buf *out, const struct mail_content *content)
{
    buf_add_c(
        out, "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"></head>\n"
             "<body style=\"margin:0;padding:24px;font-family:sans-serif;color:#111827\">\n"
             "<div style=\"max-width:560px;margin:0 auto\">\n");
    buf_printf(
        out,
        "<p><span style=\"background:%s;color:#ffffff;padding:4px 10px;border-radius:4px\">"
        "Fleetledger</span></p>\n<h1 style=\"font-size:22px\">",
        colour_of(content->tone));
    rendering_add_html(out, content->title);
    buf_add_c(out, "</h1>\n");
}

static void add_paragraph(struct buf *out, struct text t)
{
    buf_add_c(out, "<p>");
    rendering_add_html(out, t);
    buf_add_c(out, "</p>\n");
}

static void add_action(struct buf *out, const struct mail_content *content)
{
    buf_add_c(out, "<p><a href=\"");
    rendering_add_html(out, content->link);
    buf_printf(
        out,
        "\"\nstyle=\"background:%s;color:#ffffff;padding:10px 18px;border-radius:4px;"
        "text-decoration:none\">%s</a></p>\n<p>Or copy this link:<br>\n",
        colour_of(content->tone), content->action);
    rendering_add_html(out, content->link);
    buf_add_c(out, "</p>\n");
}

static void add_details(struct buf *out, const struct mail_content *content)
{
    buf_add_c(out, "<table cellpadding=\"6\">\n");
    for (size_t i = 0; i < content->detail_count; i++) {
        buf_printf(out, "<tr><th align=\"left\">%s</th><td>", content->details[i].label);
        rendering_add_html(out, content->details[i].value);
        buf_add_c(out, "</td></tr>\n");
    }
    buf_add_c(out, "</table>\n");
}

static void add_foot(struct buf *out, const struct mail_content *content)
{
    if (content->footnote.size > 0)
        add_paragraph(out, content->footnote);
    buf_add_c(out, "<p><a href=\"");
    rendering_add_html(out, content->home);
    buf_add_c(out, "\">Open Fleetledger</a></p>\n</div>\n</body>\n</html>\n");
}

struct text mail_content_as_html(struct arena *arena, const struct mail_content *content)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_RENDERING);
    add_head(&out, content);
    if (content->name.size > 0)
        add_paragraph(&out, text_format(arena, "Hello %.*s,", TEXT_ARGS(content->name)));
    for (size_t i = 0; i < content->paragraph_count; i++)
        add_paragraph(&out, content->paragraphs[i]);
    add_action(&out, content);
    add_details(&out, content);
    add_foot(&out, content);
    return text_copy(arena, buf_text(&out));
}
