/*
 * Sending one parcel, and what its receiver's answer means.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/parcel.h"

#include <string.h>

enum { LONGEST_BODY = 200, LONGEST_CAUSE = 300 };

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
send_mail(struct outbound *outbound, const struct parcel *parcel, struct error *error)
{
    enum status status = outbound_send(outbound, &parcel->server, &parcel->mail, error);

    return status == STATUS_OK ? DELIVERY_DONE : mail_failed(status, error);
}

static enum delivery_outcome
telegram_failed(const struct parcel *parcel, int status, struct text said, struct error *error)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(parcel->workspace_id, id);
    error_set(
        error, STATUS_UNAVAILABLE, "Telegram API error for workspace %s: %d %.*s", id, status,
        TEXT_ARGS(said));
    return DELIVERY_RETRY;
}

/* Where the receiver says that it will never take it, or is another one by now, trying again cannot help. */
static enum delivery_outcome channel_failed(int status, struct text said, struct error *error)
{
    bool is_busy = status == 408 || status == 425 || status == 429;

    if (status >= 300 && status <= 399)
        error_set(
            error, STATUS_UNAVAILABLE,
            "The receiver answered %d: redirections are not followed; set its new address", status);
    else
        error_set(
            error, STATUS_UNAVAILABLE, "The receiver answered %d%s%.*s", status,
            said.size > 0 ? ": " : "", TEXT_ARGS(said));
    return status >= 500 || is_busy ? DELIVERY_RETRY : DELIVERY_PERMANENT;
}

static void send_post(
    struct outbound *outbound,
    const struct parcel *parcel,
    struct arena *arena,
    struct parcel_result *out)
{
    struct web_answer answer;
    struct text said;

    if (outbound_post(outbound, &parcel->post, arena, &answer, &out->error) != STATUS_OK) {
        out->outcome = strcmp(out->error.code, "address_not_allowed") == 0 ? DELIVERY_PERMANENT
                                                                           : DELIVERY_RETRY;
        return;
    }
    out->retry_after_s = answer.retry_after_s;
    said = text_first_bytes(text_cleaned(arena, answer.body), LONGEST_BODY);
    if (answer.status >= 200 && answer.status <= 299)
        out->outcome = DELIVERY_DONE;
    else if (parcel->kind == OUTBOX_TELEGRAM_EVENT)
        out->outcome = telegram_failed(parcel, answer.status, said, &out->error);
    else
        out->outcome = channel_failed(answer.status, said, &out->error);
}

void parcel_send(
    struct outbound *outbound,
    const struct parcel *parcel,
    struct arena *arena,
    struct parcel_result *out)
{
    *out = (struct parcel_result){.outcome = DELIVERY_RETRY};
    if (parcel->mail.to_count > 0)
        out->outcome = send_mail(outbound, parcel, &out->error);
    else
        send_post(outbound, parcel, arena, out);
}
