/*
 * A letter as it travels: headers, then the same words twice, as text and as HTML.
 *
 *   headers · boundary · text/plain · boundary · text/html · boundary
 *
 * Each part is sent as it is where it is ASCII with short lines, and quoted-printable (RFC 2045)
 * otherwise. Headers that are not ASCII become encoded words (RFC 2047).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/outbound/outbound_internal.h"

#include <string.h>

enum {
    LONGEST_ADDRESS = 254,
    LONGEST_LINE = 990, /* RFC 5321 allows 998 */
    LONGEST_QUOTED = 72,
    WORD_BYTES = 42, /* of an encoded word, which may have 75 characters in all */
    LARGEST_HEADER = 255
};

struct text mail_message_id(struct arena *arena, struct uuid id, struct text from_address)
{
    size_t at = text_find(from_address, '@', 0);
    char printed[UUID_TEXT_SIZE];

    uuid_print(id, printed);
    return text_format(
        arena, "%s@%.*s", printed, TEXT_ARGS(text_slice(from_address, at + 1, from_address.size)));
}

bool outbound_address_is_sound(struct text address)
{
    size_t at = text_find(address, '@', 0);

    if (address.size == 0 || address.size > LONGEST_ADDRESS || at == 0 || at + 1 >= address.size)
        return false;
    for (size_t i = 0; i < address.size; i++) {
        unsigned char c = (unsigned char)address.data[i];
        if (c <= ' ' || c == 127 || strchr("<>(),;:\\\"[]", c) != NULL)
            return false;
    }
    return text_find(address, '@', at + 1) == address.size;
}

static bool is_plain_ascii(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c < ' ' || c > 126)
            return false;
    }
    return true;
}

/* At most `most` bytes of it, never half a character. */
static struct text cut_whole(struct text t, size_t most)
{
    size_t size = t.size < most ? t.size : most;

    while (size > 0 && size < t.size && ((unsigned char)t.data[size] & 0xC0) == 0x80)
        size--;
    return text_slice(t, 0, size);
}

/* One line of a header: control characters, line ends among them, are blanks. */
static struct text one_line(struct arena *arena, struct text t)
{
    struct text cut = cut_whole(t, LARGEST_HEADER);
    char *out = arena_take(arena, cut.size + 1);

    for (size_t i = 0; i < cut.size; i++) {
        unsigned char c = (unsigned char)cut.data[i];
        out[i] = c < ' ' || c == 127 ? ' ' : cut.data[i];
    }
    return (struct text){out, cut.size};
}

static void add_encoded_words(struct buf *out, struct arena *arena, struct text value)
{
    while (value.size > 0) {
        struct text piece = cut_whole(value, WORD_BYTES);
        if (piece.size == 0) /* it was no UTF-8: cut anywhere */
            piece = text_slice(value, 0, WORD_BYTES);
        value = text_slice(value, piece.size, value.size);
        buf_printf(out, "=?utf-8?B?%.*s?=", TEXT_ARGS(base64_encode(arena, bytes_of_text(piece))));
        if (value.size > 0)
            buf_add_c(out, "\r\n ");
    }
}

static void add_subject(struct buf *out, struct arena *arena, struct text subject)
{
    struct text line = one_line(arena, subject);

    buf_add_c(out, "Subject: ");
    if (is_plain_ascii(line))
        buf_add_text(out, line);
    else
        add_encoded_words(out, arena, line);
    buf_add_c(out, "\r\n");
}

/* A name in double quotes, or in encoded words. */
static void add_name(struct buf *out, struct arena *arena, struct text name)
{
    struct text line = one_line(arena, name);

    if (!is_plain_ascii(line)) {
        add_encoded_words(out, arena, line);
        return;
    }
    buf_add_char(out, '"');
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '"' || line.data[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, line.data[i]);
    }
    buf_add_char(out, '"');
}

static void add_from(struct buf *out, struct arena *arena, const struct mail_message *mail)
{
    buf_add_c(out, "From: ");
    if (mail->from_name.size > 0) {
        add_name(out, arena, mail->from_name);
        buf_add_char(out, ' ');
    }
    buf_printf(out, "<%.*s>\r\n", TEXT_ARGS(mail->from_address));
}

static void add_headers(struct buf *out, struct arena *arena, const struct mail_message *mail)
{
    char date[30];

    /* Mail wants an offset where HTTP wants GMT. */
    timestamp_print_http(mail->date, date);
    buf_printf(out, "Date: %.25s +0000\r\n", date);
    add_from(out, arena, mail);
    buf_add_c(out, "To: ");
    for (size_t i = 0; i < mail->to_count; i++)
        buf_printf(out, "%s<%.*s>", i == 0 ? "" : ",\r\n ", TEXT_ARGS(mail->to[i]));
    buf_add_c(out, "\r\n");
    add_subject(out, arena, mail->subject);
    buf_printf(out, "Message-ID: <%.*s>\r\n", TEXT_ARGS(one_line(arena, mail->message_id)));
    buf_add_c(out, "Auto-Submitted: auto-generated\r\n"); /* RFC 3834: no absence notes, please */
    buf_add_c(out, "MIME-Version: 1.0\r\n");
}

/* May it stand as it is? */
static bool is_seven_bit(struct text body)
{
    size_t column = 0;

    for (size_t i = 0; i < body.size; i++) {
        unsigned char c = (unsigned char)body.data[i];
        column = c == '\n' ? 0 : column + 1;
        if (column > LONGEST_LINE || c > 126 || (c < ' ' && c != '\n' && c != '\t'))
            return false;
    }
    return true;
}

static void add_seven_bit(struct buf *out, struct text body)
{
    for (size_t i = 0; i < body.size; i++) {
        if (body.data[i] == '\n')
            buf_add_char(out, '\r');
        buf_add_char(out, body.data[i]);
    }
}

/* Blanks at the end of a line are quoted too, or a relay might take them away. */
static bool must_be_quoted(struct text body, size_t i)
{
    unsigned char c = (unsigned char)body.data[i];
    bool ends_line = i + 1 == body.size || body.data[i + 1] == '\n';

    return c == '=' || c > 126 || (c < ' ' && c != '\t') || ((c == ' ' || c == '\t') && ends_line);
}

static void add_quoted_printable(struct buf *out, struct text body)
{
    size_t column = 0;

    for (size_t i = 0; i < body.size; i++) {
        if (body.data[i] == '\n') {
            buf_add_c(out, "\r\n");
            column = 0;
            continue;
        }
        if (column >= LONGEST_QUOTED) {
            buf_add_c(out, "=\r\n");
            column = 0;
        }
        if (must_be_quoted(body, i)) {
            buf_printf(out, "=%02X", (unsigned)(unsigned char)body.data[i]);
            column += 3;
        } else {
            buf_add_char(out, body.data[i]);
            column++;
        }
    }
}

static void add_part(struct buf *out, struct text boundary, const char *type, struct text body)
{
    bool is_plain = is_seven_bit(body);

    buf_printf(out, "--%.*s\r\n", TEXT_ARGS(boundary));
    buf_printf(out, "Content-Type: %s; charset=utf-8\r\n", type);
    buf_printf(
        out, "Content-Transfer-Encoding: %s\r\n\r\n", is_plain ? "7bit" : "quoted-printable");
    if (is_plain)
        add_seven_bit(out, body);
    else
        add_quoted_printable(out, body);
    buf_add_c(out, "\r\n");
}

static enum status check(const struct mail_message *mail, struct error *error)
{
    if (!outbound_address_is_sound(mail->from_address))
        return error_set(error, STATUS_INVALID, "The sender is no address");
    if (mail->to_count == 0 || mail->to_count > OUTBOUND_MOST_RECIPIENTS)
        return error_set(
            error, STATUS_INVALID, "A mail has between 1 and %d recipients",
            OUTBOUND_MOST_RECIPIENTS);
    for (size_t i = 0; i < mail->to_count; i++) {
        if (!outbound_address_is_sound(mail->to[i]))
            return error_set(error, STATUS_INVALID, "A recipient is no address");
    }
    return STATUS_OK;
}

/* No line of a body begins with it: it has random-looking digits of the letter's own id, and parts
 * that hold it all the same are refused. */
static struct text boundary_of(struct arena *arena, const struct mail_message *mail)
{
    struct text id = one_line(arena, mail->message_id);
    AUTO_BUF out = {0};

    buf_init(&out, 64);
    buf_add_c(&out, "=_");
    for (size_t i = 0; i < id.size && i < 36; i++) {
        char c = id.data[i];
        bool is_simple = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
        buf_add_char(&out, is_simple ? c : '_');
    }
    return text_copy(arena, buf_text(&out));
}

enum status mail_message_compose(
    const struct mail_message *mail, struct arena *arena, struct text *out, struct error *error)
{
    struct text boundary = boundary_of(arena, mail);
    enum status status = check(mail, error);
    AUTO_BUF message = {0};

    if (status != STATUS_OK)
        return status;
    if (text_contains(mail->plain, boundary) || text_contains(mail->html, boundary))
        return error_set(error, STATUS_INVALID, "The mail holds its own boundary");
    buf_init(&message, OUTBOUND_LARGEST_LETTER);
    add_headers(&message, arena, mail);
    buf_printf(
        &message, "Content-Type: multipart/alternative;\r\n boundary=\"%.*s\"\r\n\r\n",
        TEXT_ARGS(boundary));
    add_part(&message, boundary, "text/plain", mail->plain);
    add_part(&message, boundary, "text/html", mail->html);
    buf_printf(&message, "--%.*s--\r\n", TEXT_ARGS(boundary));
    if (buf_is_full(&message))
        return error_set(error, STATUS_INVALID, "The mail is larger than a mail may be");
    *out = text_copy(arena, buf_text(&message));
    return STATUS_OK;
}
