/*
 * Telling one row of the outbox: who, what words, which way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "api/outbound/templates.h"
#include "api/token.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/seal.h"

#include <string.h>

enum { LONGEST_BODY = 200, LONGEST_CAUSE = 300 };

/* News is told within a day or not at all. */
static const int64_t news_us = 86400LL * US_PER_S;

/* What the link ends with, as whoever gets it back will check. */
static enum status token_of(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct token_use use = {
        due->kind.is == OUTBOX_MAIL_INVITATION ? "invite" : "reset", due->subject_id};

    return token_make(sender->keyring, &use, arena, out, error);
}

static bool is_to_oneself(const struct due *due)
{
    return due->kind.is == OUTBOX_MAIL_INVITATION || due->kind.is == OUTBOX_MAIL_RESET;
}

/* Everybody who is to be told; addresses in the arena. */
struct audience {
    const struct recipient *people;
    size_t count;
};
static enum status audience_of(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct audience *out,
    struct error *error)
{
    struct event_audience event = {
        due->workspace_id, opt_bool_of(due->severity.is == SEVERITY_CRITICAL)};
    struct enrollment_audience enrollment = {due->user_id};
    bool is_event = due->kind.is == OUTBOX_MAIL_EVENT;
    struct list rows = {NULL, 0};
    struct recipient *one = arena_one(arena, struct recipient);
    enum status status;

    if (is_to_oneself(due)) {
        one->email = due->email;
        *out = (struct audience){one, due->email.size > 0 ? 1 : 0};
        return STATUS_OK;
    }
    status = reader_query(
        &sender->reader, is_event ? &event_recipients_sql : &enrollment_recipients_sql,
        is_event ? (const void *)&event : (const void *)&enrollment, arena, &rows, error);
    *out = (struct audience){rows.items, rows.count};
    return status;
}

static struct text home_of(const struct settings *settings)
{
    struct text url = settings->web_app_url;

    return text_ends_with(url, text_lit("/")) ? text_slice(url, 0, url.size - 1) : url;
}

/* The same for each attempt, so that a mailbox can tell a repeat. */
static struct text
message_id_of(const struct settings *settings, const struct due *due, struct arena *arena)
{
    struct text from = settings->smtp_from_email;
    size_t at = text_find(from, '@', 0);
    char id[UUID_TEXT_SIZE];

    uuid_print(due->id, id);
    return text_format(arena, "%s@%.*s", id, TEXT_ARGS(text_slice(from, at + 1, from.size)));
}

static enum status send_mail(
    struct sender *sender,
    const struct mail_content *content,
    struct mail_message *mail,
    struct arena *arena,
    struct error *error)
{
    const struct settings *settings = sender->settings;
    const struct mail_server server = {
        .host = settings->smtp_host,
        .port = settings->smtp_port,
        .is_secure = opt_bool_is_true(settings->smtp_secure),
        .requires_tls = settings_requires_mail_tls(settings),
        .username = settings->smtp_username,
        .password = settings->smtp_password,
    };

    mail->from_name = settings->smtp_from_name;
    mail->from_address = settings->smtp_from_email;
    mail->subject = content->subject;
    mail->plain = mail_content_as_text(arena, content);
    mail->html = mail_content_as_html(arena, content);
    mail->date = timestamp_now();
    return outbound_send(sender->outbound, &server, mail, error);
}

/* What the provider most often means when it does not like the sender. */
static const char *hint_for(const struct error *error)
{
    bool is_about_sender = strcmp(error->code, "550") == 0 || strcmp(error->code, "553") == 0 ||
                           strcmp(error->code, "554") == 0 ||
                           strcasestr(error->text, "sender") != NULL ||
                           strcasestr(error->text, "from") != NULL;

    return is_about_sender ? " Verify SMTP_FROM_EMAIL and the sender identity/domain with your "
                             "email provider."
                           : "";
}

static enum delivery_outcome mail_failed(enum status status, struct error *error)
{
    struct error cause = *error;

    struct text said = text_first_bytes(text_from(cause.text), LONGEST_CAUSE);

    error_set(
        error, cause.status, "Email delivery failed: %.*s.%s", TEXT_ARGS(said), hint_for(&cause));
    return status == STATUS_INVALID ? DELIVERY_PERMANENT : DELIVERY_RETRY;
}

static enum delivery_outcome
tell_by_mail(struct sender *sender, const struct due *due, struct arena *arena, struct error *error)
{
    const struct settings *settings = sender->settings;
    struct mail_message mail = {.message_id = message_id_of(settings, due, arena)};
    struct audience audience = {NULL, 0};
    struct text token = {NULL, 0};
    struct mail_content content;
    enum status status;

    if (settings->smtp_host.size == 0) {
        error_set(
            error, STATUS_UNAVAILABLE, "Email delivery is not configured for this environment.");
        return DELIVERY_PERMANENT;
    }
    if (audience_of(sender, due, arena, &audience, error) != STATUS_OK ||
        (is_to_oneself(due) && token_of(sender, due, arena, &token, error) != STATUS_OK))
        return DELIVERY_ABORTED;
    if (audience.count == 0)
        return DELIVERY_DONE;
    _Static_assert(sizeof(struct recipient) == sizeof(struct text), "an address and nothing else");
    mail.to = &audience.people->email;
    mail.to_count = audience.count;
    templates_mail(arena, due, token, home_of(settings), &content);
    status = send_mail(sender, &content, &mail, arena, error);
    return status == STATUS_OK ? DELIVERY_DONE : mail_failed(status, error);
}

/* It becomes a part of a path. */
static bool is_bot_token(struct text token)
{
    for (size_t i = 0; i < token.size; i++) {
        char c = token.data[i];
        bool is_fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == ':' || c == '_' || c == '-';
        if (!is_fine)
            return false;
    }
    return token.size > 0;
}

static enum delivery_outcome telegram_failed(
    const struct due *due,
    const struct web_answer *answer,
    struct arena *arena,
    struct error *error)
{
    char id[UUID_TEXT_SIZE];
    struct text body = text_first_bytes(text_cleaned(arena, answer->body), LONGEST_BODY);

    uuid_print(due->workspace_id, id);
    error_set(
        error, STATUS_UNAVAILABLE, "Telegram API error for workspace %s: %d %.*s", id,
        answer->status, TEXT_ARGS(body));
    return DELIVERY_RETRY;
}

/* Absent where the workspace has none, or its key was destroyed. */
static enum status bot_token_of(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct kept_box kept = {
        .box = due->bot_token_box,
        .event_id = due->bot_token_event_id,
        .shape = workspace_changed_event.shape,
        .tag = BOT_TOKEN_TAG,
    };

    return keyring_open_box(sender->keyring, &kept, arena, out, error);
}

static enum delivery_outcome tell_by_telegram(
    struct sender *sender, const struct due *due, struct arena *arena, struct error *error)
{
    const struct settings *settings = sender->settings;
    struct text base = settings->telegram_api_url;
    struct web_answer answer;
    struct text token;
    struct text url;

    if (bot_token_of(sender, due, arena, &token, error) != STATUS_OK)
        return DELIVERY_RETRY;
    if (!is_bot_token(token)) {
        error_set(error, STATUS_INVALID, "The workspace has no token of a Telegram bot");
        return DELIVERY_PERMANENT;
    }
    if (text_ends_with(base, text_lit("/")))
        base.size--;
    url = text_format(arena, "%.*s/bot%.*s/sendMessage", TEXT_ARGS(base), TEXT_ARGS(token));
    if (outbound_post_json(
            sender->outbound, url, templates_telegram(arena, due, home_of(settings)), arena,
            &answer, error) != STATUS_OK)
        return DELIVERY_RETRY;
    if (answer.status < 200 || answer.status > 299)
        return telegram_failed(due, &answer, arena, error);
    return DELIVERY_DONE;
}

/* An old event is no news: after a long pause, or in a program that did not send before, only what
 * an operator asks for again is told. */
static bool is_stale(const struct due *due, struct timestamp now)
{
    if (timestamp_is_present(due->expires_at))
        return due->expires_at.us <= now.us;
    return due->next_attempt_at.us + news_us <= now.us;
}

enum delivery_outcome delivery_send(
    struct sender *sender, const struct due *due, struct arena *arena, struct error *error)
{
    bool is_event = due->kind.is == OUTBOX_MAIL_EVENT || due->kind.is == OUTBOX_TELEGRAM_EVENT;

    if (is_stale(due, timestamp_now())) {
        error_set(error, STATUS_GONE, "It was too late to tell it");
        return DELIVERY_PERMANENT;
    }
    if (is_event && !text_is_present(due->workspace_name))
        return DELIVERY_DONE; /* the workspace is gone, and who was to be told with it */
    if (due->kind.is == OUTBOX_TELEGRAM_EVENT)
        return tell_by_telegram(sender, due, arena, error);
    return tell_by_mail(sender, due, arena, error);
}
