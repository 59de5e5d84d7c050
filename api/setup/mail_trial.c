/*
 * One mail by core/outbound, with limits of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/mail_trial.h"

#include "api/settings.h"
#include "core/base/random.h"
#include "core/outbound/outbound.h"

static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 5, .whole_s = 10};

static enum status send_one(
    const struct mail_settings *mail,
    struct opt_bool requires_tls,
    struct arena *arena,
    struct error *error)
{
    const struct mail_server server = {
        .host = mail->smtp_host,
        .port = mail->smtp_port,
        .is_secure = opt_bool_is_true(mail->smtp_secure),
        .requires_tls = settings_mail_requires_tls(requires_tls, mail->smtp_username),
        .username = mail->smtp_username,
        .password = mail->smtp_password,
    };
    const struct mail_message message = {
        .from_name = mail->from_name,
        .from_address = mail->from_email,
        .to = &mail->from_email,
        .to_count = 1,
        .subject = text_lit("Fleetledger SMTP validation"),
        .plain = text_lit("This mail server takes mails of Fleetledger.\n"),
        .html = text_lit("<p>This mail server takes mails of Fleetledger.</p>\n"),
        .date = timestamp_now(),
        .message_id = mail_message_id(arena, uuid_new(), mail->from_email),
    };
    struct outbound *outbound = outbound_new(&limits);
    enum status status = outbound_send(outbound, &server, &message, error);

    outbound_free(outbound);
    return status;
}

enum status mail_trial(
    const struct mail_settings *mail,
    struct opt_bool requires_tls,
    struct arena *arena,
    struct error *error)
{
    struct error why = {0};

    if (mail->smtp_host.size == 0)
        return error_set_code(
            error, STATUS_INVALID, "smtp_host_missing",
            "SMTP host is required to test email delivery.");
    if (send_one(mail, requires_tls, arena, &why) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "smtp_failed", "SMTP validation failed: %s", why.text);
}
