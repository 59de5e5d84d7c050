/*
 * Sending one mail by SMTP.
 *
 *   connect ─► greeting ─► (TLS) ─► (sign in) ─► MAIL FROM ─► RCPT TO* ─► DATA ─► the last reply
 *
 * What the server refuses with is kept: it tells people more than libcurl can. And what is said to it
 * is heard: where MAIL FROM goes without SMTPUTF8 although an address needs it, the conversation ends
 * before a recipient is named, since libcurl would send the bytes all the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/outbound/outbound_internal.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_REPLY = 300 };

struct sending {
    struct text message;
    size_t sent;
    struct arena *arena;
    struct text reply; /* the newest refusal of the server, as clean text; or absent */
    bool has_foreign;  /* an address has other letters than ASCII */
    bool lacks_utf8;   /* … and the server does not take such */
};

static size_t read_message(char *out, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    struct text piece = text_slice(sending->message, sending->sent, size * count);

    if (piece.size > 0)
        memcpy(out, piece.data, piece.size);
    sending->sent += piece.size;
    return piece.size;
}

/* Clean text of at most LONGEST_REPLY bytes; a character longer, so that the first cut splits none that
 * the second keeps. */
static struct text kept_of(struct arena *arena, struct text said)
{
    struct text first = text_cleaned(arena, text_slice(said, 0, LONGEST_REPLY + 4));

    return text_first_bytes(first, LONGEST_REPLY);
}

static size_t keep_reply(char *line, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    struct text said = text_trim((struct text){line, size * count});

    if (said.size > 3 && (said.data[0] == '4' || said.data[0] == '5'))
        sending->reply = text_copy(sending->arena, kept_of(sending->arena, said));
    return sending->lacks_utf8 ? 0 : size * count;
}

static int hear_command(CURL *curl, curl_infotype kind, char *data, size_t size, void *context)
{
    struct sending *sending = context;
    struct text said = {data, size};

    (void)curl;
    if (kind == CURLINFO_HEADER_OUT && text_starts_with(said, text_lit("MAIL FROM:")))
        sending->lacks_utf8 = sending->has_foreign && !text_contains(said, text_lit(" SMTPUTF8"));
    return 0;
}

static size_t forget(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

/* The URL from its parts, so that no part can become another. NULL where one is refused. */
static CURLU *url_of(const struct mail_server *server, struct arena *arena)
{
    CURLU *url = curl_url();
    const char *port = text_c(arena, text_format(arena, "%lld", (long long)server->port));

    if (url != NULL &&
        curl_url_set(url, CURLUPART_SCHEME, server->is_secure ? "smtps" : "smtp", 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_HOST, text_c(arena, server->host), 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK)
        return url;
    curl_url_cleanup(url);
    return NULL;
}

static bool is_foreign(struct text address)
{
    for (size_t i = 0; i < address.size; i++) {
        if ((unsigned char)address.data[i] >= 0x80)
            return true;
    }
    return false;
}

static struct curl_slist *recipients_of(const struct mail_message *mail, struct arena *arena)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < mail->to_count; i++) {
        struct text one = text_format(arena, "<%.*s>", TEXT_ARGS(mail->to[i]));
        struct curl_slist *longer = curl_slist_append(list, text_c(arena, one));
        if (longer == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

static void
set_server(CURL *curl, const struct mail_server *server, CURLU *url, struct arena *arena)
{
    curl_easy_setopt(curl, CURLOPT_CURLU, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(
        curl, CURLOPT_USE_SSL,
        (long)(server->is_secure || server->requires_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (server->username.size == 0)
        return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, text_c(arena, server->username));
    curl_easy_setopt(curl, CURLOPT_PASSWORD, text_c(arena, server->password));
}

static void
set_message(CURL *curl, const char *from, struct curl_slist *to, struct sending *sending)
{
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, sending);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_reply);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, sending);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, forget);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, hear_command);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, sending);
}

/* "550 5.1.1 nobody" with its code apart, where the server refused. */
static enum status explain(
    struct outbound *outbound, CURLcode code, const struct sending *sending, struct error *error)
{
    const char *said = sending->reply.data;

    if (sending->lacks_utf8)
        return error_set_code(
            error, STATUS_INVALID, "smtputf8_missing",
            "The mail server takes no address with letters other than ASCII (no SMTPUTF8)");
    if (code == CURLE_USE_SSL_FAILED)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "tls_missing",
            "The mail server offers no TLS (STARTTLS), which is required of it");
    if (said == NULL || code == CURLE_OPERATION_TIMEDOUT)
        return outbound_failed(outbound, code, error);
    error_set(error, STATUS_UNAVAILABLE, "%s", said);
    if (error != NULL && strspn(said, "0123456789") >= 3)
        snprintf(error->code, sizeof(error->code), "%.3s", said);
    return STATUS_UNAVAILABLE;
}

/* One conversation. */
static enum status converse(
    struct outbound *outbound,
    const struct mail_server *server,
    const struct mail_message *mail,
    struct sending *sending,
    struct error *error)
{
    struct arena *arena = sending->arena;
    enum status status = mail_message_compose(mail, arena, &sending->message, error);
    const char *from = text_c(arena, text_format(arena, "<%.*s>", TEXT_ARGS(mail->from_address)));
    CURL *curl = outbound_begin(outbound);
    CURLU *url = NULL;
    struct curl_slist *to = NULL;
    CURLcode code;

    if (status != STATUS_OK)
        return status;
    url = url_of(server, arena);
    if (url == NULL)
        return error_set(error, STATUS_INVALID, "The mail server's host is no name or address");
    to = recipients_of(mail, arena);
    set_server(curl, server, url, arena);
    set_message(curl, from, to, sending);
    code = to == NULL ? CURLE_OUT_OF_MEMORY : curl_easy_perform(curl);
    if (code != CURLE_OK)
        status = explain(outbound, code, sending, error);
    outbound_begin(outbound); /* lets go of what is freed here */
    curl_slist_free_all(to);
    curl_url_cleanup(url);
    return status;
}

/* Parts those whom any server can reach from the others. */
static size_t keep_plain(const struct mail_message *mail, struct text *out)
{
    size_t count = 0;

    for (size_t i = 0; i < mail->to_count; i++) {
        if (!is_foreign(mail->to[i]))
            out[count++] = mail->to[i];
    }
    return count;
}

static enum status deliver(
    struct outbound *outbound,
    const struct mail_server *server,
    const struct mail_message *mail,
    struct arena *arena,
    struct error *error)
{
    struct text plain[OUTBOUND_MOST_RECIPIENTS];
    struct mail_message rest = *mail;
    struct sending sending = {.arena = arena};
    enum status status;

    if (mail->to_count > OUTBOUND_MOST_RECIPIENTS)
        return mail_message_compose(mail, arena, &sending.message, error);
    rest.to = plain;
    rest.to_count = keep_plain(mail, plain);
    sending.has_foreign = rest.to_count < mail->to_count || is_foreign(mail->from_address);
    status = converse(outbound, server, mail, &sending, error);
    if (!sending.lacks_utf8 || rest.to_count == 0 || rest.to_count == mail->to_count)
        return status;
    sending = (struct sending){.arena = arena};
    return converse(outbound, server, &rest, &sending, error);
}

enum status outbound_send(
    struct outbound *outbound,
    const struct mail_server *server,
    const struct mail_message *mail,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(8 * OUTBOUND_LARGEST_LETTER);

    return deliver(outbound, server, mail, arena, error);
}
