/*
 * Making a parcel of one row of the outbox: who, what words, which way; here of mails and of Telegram.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "api/outbound/templates.h"
#include "api/token.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/seal.h"

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

/* A test goes to whoever asked for it. */
static bool is_to_one(const struct due *due)
{
    return is_to_oneself(due) ||
           (due->kind.is == OUTBOX_MAIL_EVENT && !uuid_is_present(due->event_id));
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
    const struct event_audience event = {
        due->workspace_id, opt_bool_of(due->severity.is == SEVERITY_CRITICAL)};
    const struct enrollment_audience enrollment = {due->user_id};
    const struct of_one channel = {due->channel_id};
    struct recipient *one = arena_one(arena, struct recipient);
    struct list rows = {NULL, 0};
    enum status status;

    if (is_to_one(due)) {
        one->email = due->email;
        *out = (struct audience){one, due->email.size > 0 ? 1 : 0};
        return STATUS_OK;
    }
    if (due->kind.is == OUTBOX_MAIL_EVENT)
        status = reader_query(&sender->reader, &event_recipients_sql, &event, arena, &rows, error);
    else if (due->kind.is == OUTBOX_MAIL_CHANNEL)
        status =
            reader_query(&sender->reader, &channel_recipients_sql, &channel, arena, &rows, error);
    else
        status = reader_query(
            &sender->reader, &enrollment_recipients_sql, &enrollment, arena, &rows, error);
    *out = (struct audience){rows.items, rows.count};
    return status;
}

static struct text home_of(const struct settings *settings)
{
    struct text url = settings->web_app_url;

    return text_ends_with(url, text_lit("/")) ? text_slice(url, 0, url.size - 1) : url;
}

/* A letter with these words, to whoever is in the audience. */
static void fill_mail(
    const struct settings *settings,
    const struct due *due,
    const struct mail_content *content,
    struct arena *arena,
    struct parcel *parcel)
{
    parcel->server = (struct mail_server){
        .host = settings->smtp_host,
        .port = settings->smtp_port,
        .is_secure = opt_bool_is_true(settings->smtp_secure),
        .requires_tls =
            settings_mail_requires_tls(settings->smtp_require_tls, settings->smtp_username),
        .username = settings->smtp_username,
        .password = settings->smtp_password,
    };
    parcel->mail = (struct mail_message){
        .from_name = settings->smtp_from_name,
        .from_address = settings->smtp_from_email,
        .to = parcel->mail.to,
        .to_count = parcel->mail.to_count,
        .subject = content->subject,
        .plain = mail_content_as_text(arena, content),
        .html = mail_content_as_html(arena, content),
        .date = timestamp_now(),
        .message_id = mail_message_id(arena, due->id, settings->smtp_from_email),
    };
}

static enum delivery_outcome prepare_mail(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error)
{
    const struct settings *settings = sender->settings;
    struct audience audience = {NULL, 0};
    struct list told = {NULL, 0};
    struct text token = {NULL, 0};
    struct mail_content content;

    if (settings->smtp_host.size == 0) {
        error_set(
            error, STATUS_UNAVAILABLE, "Email delivery is not configured for this environment.");
        return DELIVERY_PERMANENT;
    }
    if (audience_of(sender, due, arena, &audience, error) != STATUS_OK ||
        delivery_told(sender, due, arena, &told, error) != STATUS_OK ||
        (is_to_oneself(due) && token_of(sender, due, arena, &token, error) != STATUS_OK))
        return DELIVERY_ABORTED;
    if (audience.count == 0)
        return DELIVERY_DONE;
    _Static_assert(sizeof(struct recipient) == sizeof(struct text), "an address and nothing else");
    parcel->mail.to = &audience.people->email;
    parcel->mail.to_count = audience.count;
    templates_mail(arena, due, &told, token, home_of(settings), &content);
    fill_mail(settings, due, &content, arena, parcel);
    return DELIVERY_READY;
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

static enum delivery_outcome prepare_telegram(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error)
{
    const struct settings *settings = sender->settings;
    struct text base = settings->telegram_api_url;
    struct text token;

    if (bot_token_of(sender, due, arena, &token, error) != STATUS_OK)
        return DELIVERY_RETRY;
    if (!is_bot_token(token)) {
        error_set(error, STATUS_INVALID, "The workspace has no token of a Telegram bot");
        return DELIVERY_PERMANENT;
    }
    if (text_ends_with(base, text_lit("/")))
        base.size--;
    parcel->post = (struct web_post){
        .url = text_format(arena, "%.*s/bot%.*s/sendMessage", TEXT_ARGS(base), TEXT_ARGS(token)),
        .content_type = "application/json",
        .body = templates_telegram(arena, due, home_of(settings)),
    };
    return DELIVERY_READY;
}

/* An old event is no news: after a long pause, or in a program that did not send before, only what
 * an operator asks for again is told. */
static bool is_stale(const struct due *due, struct timestamp now)
{
    if (timestamp_is_present(due->expires_at))
        return due->expires_at.us <= now.us;
    return due->next_attempt_at.us + news_us <= now.us;
}

/* Is it told that something happened? */
static bool is_of_event(const struct due *due)
{
    return due->kind.is == OUTBOX_MAIL_EVENT || due->kind.is == OUTBOX_TELEGRAM_EVENT ||
           uuid_is_present(due->channel_id);
}

/* What is about no event, and no digest of several, is a test. */
static struct due with_words(const struct due *due)
{
    struct due worded = *due;

    if (!is_of_event(due) || uuid_is_present(due->event_id))
        return worded;
    worded.detected_at = due->next_attempt_at;
    if (due_is_digest(due))
        return worded;
    worded.event_type = text_lit("notification.test");
    worded.severity.is = SEVERITY_INFO;
    worded.message = text_lit("This is a test: what is told to this place arrives.");
    return worded;
}

static enum delivery_outcome prepare_by_kind(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error)
{
    switch (parcel->kind) {
    case OUTBOX_MAIL_INVITATION:
    case OUTBOX_MAIL_RESET:
    case OUTBOX_MAIL_ENROLLMENT:
    case OUTBOX_MAIL_EVENT:
    case OUTBOX_MAIL_CHANNEL:
        return prepare_mail(sender, due, arena, parcel, error);
    case OUTBOX_TELEGRAM_EVENT:
        return prepare_telegram(sender, due, arena, parcel, error);
    case OUTBOX_WEBHOOK:
    case OUTBOX_CHAT:
        break;
    }
    return delivery_prepare_post(sender, due, arena, parcel, error);
}

/* Its workspace or channel, and who was to be told with it. */
static bool is_gone(const struct due *due)
{
    bool has_no_workspace =
        uuid_is_present(due->of_workspace_id) && !text_is_present(due->workspace_name);

    return is_of_event(due) && (has_no_workspace || (uuid_is_present(due->channel_id) &&
                                                     !text_is_present(due->channel_name)));
}

enum delivery_outcome delivery_prepare(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error)
{
    bool is_by_channel = uuid_is_present(due->channel_id);
    struct due worded;

    *parcel =
        (struct parcel){.kind = (enum outbox_kind)due->kind.is, .workspace_id = due->workspace_id};
    if (is_stale(due, timestamp_now())) {
        error_set(error, STATUS_GONE, "It was too late to tell it");
        return DELIVERY_PERMANENT;
    }
    if (is_gone(due))
        return DELIVERY_DONE;
    if (is_by_channel && !opt_bool_is_true(due->channel_is_enabled)) {
        error_set(error, STATUS_UNAVAILABLE, "The channel is switched off");
        return DELIVERY_PERMANENT;
    }
    worded = with_words(due);
    return prepare_by_kind(sender, &worded, arena, parcel, error);
}
