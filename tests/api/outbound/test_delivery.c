/*
 * Telling rows of the outbox, to servers that keep what they are told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "core/base/encode.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/seal.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/mail_sink.h"
#include "tests/support/web_sink.h"

#include <string.h>

static struct mail_sink *mails;
static struct web_sink *posts;
static struct arena *arena;
static struct keyring *keyring;
static struct settings settings;
static struct sender sender;
static struct outbound *outbound;
static struct error error;

static void set_up(void)
{
    mails = mail_sink_new();
    posts = web_sink_new();
    arena = arena_new(16 << 20);
    expect_ok(
        keyring_open(make_directory(), text_lit("sixteen signs or more"), false, &keyring, &error),
        &error);
    settings = (struct settings){
        .smtp_host = text_lit("127.0.0.1"),
        .smtp_port = mail_sink_port(mails),
        .smtp_from_email = text_lit("noreply@fleet.example"),
        .smtp_from_name = text_lit("Fleetledger"),
        .web_app_url = text_lit("https://fleet.example/"),
        .telegram_api_url = text_format(arena, "http://127.0.0.1:%d/", web_sink_port(posts)),
    };
    sender = (struct sender){.settings = &settings, .keyring = keyring};
    outbound = outbound_new(&outbound_usual_limits);
}

static void tear_down(void)
{
    outbound_free(outbound);
    keyring_close(keyring);
    arena_free(arena);
    web_sink_free(posts);
    mail_sink_free(mails);
}

/* As the sender prepares it and a lane carries it. */
static enum delivery_outcome tell_row(const struct due *due)
{
    struct parcel parcel;
    struct parcel_result result;
    enum delivery_outcome outcome = delivery_prepare(&sender, due, arena, &parcel, &error);

    if (outcome != DELIVERY_READY)
        return outcome;
    parcel_send(outbound, &parcel, arena, &result);
    error = result.error;
    return result.outcome;
}

static struct due make_due(enum outbox_kind kind)
{
    return (struct due){
        .id = {{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 2}},
        .event_id = {{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 4}},
        .kind = {(int64_t)kind},
        .subject_id = {{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 3}},
        .next_attempt_at = timestamp_now(),
        .email = text_lit("ada@example.com"),
        .name = text_lit("Ada"),
        .workspace_name = text_lit("Acme"),
        .chat_id = text_lit("-100"),
        .event_type = text_lit("node.offline"),
        .severity = {SEVERITY_WARNING},
        .message = text_lit("gone"),
    };
}

/* With the token sealed, as the event that set it has it. */
static struct due make_message(struct text token)
{
    struct due due = make_due(OUTBOX_TELEGRAM_EVENT);
    struct workspace_changed changed = {
        .workspace_id = due.id, .automation_telegram_bot_token.text = token};

    due.bot_token_event_id = due.subject_id;
    expect_ok(
        keyring_seal(
            keyring, workspace_changed_event.shape, due.bot_token_event_id, UUID_NONE, arena,
            &changed, &error),
        &error);
    expect_ok(keyring_commit(keyring, &error), &error);
    due.bot_token_box = changed.automation_telegram_bot_token.box;
    return due;
}

static struct due make_invitation(void)
{
    struct due due = make_due(OUTBOX_MAIL_INVITATION);

    due.expires_at = timestamp_plus_us(timestamp_now(), 60LL * US_PER_S);
    return due;
}

static struct text token_for(const char *purpose, struct uuid id)
{
    uint8_t key[32];
    uint8_t message[64];
    struct digest token;

    expect_ok(keyring_installation_key(keyring, KEY_TOKEN, key, &error), &error);
    memcpy(message, purpose, strlen(purpose));
    memcpy(message + strlen(purpose), id.bytes, sizeof(id.bytes));
    token = hmac_sha256(
        (struct bytes){key, sizeof(key)},
        (struct bytes){message, strlen(purpose) + sizeof(id.bytes)});
    return base64url_encode(arena, (struct bytes){token.bytes, DIGEST_SIZE});
}

static void an_invitation_goes_to_the_account_with_its_token(void)
{
    struct due due = make_invitation();
    struct text link;

    expect_int64(tell_row(&due), DELIVERY_DONE);
    expect(mail_sink_wait(mails, 1));
    expect(strcmp(mail_sink_mail(mails, 0)->to, "ada@example.com") == 0);
    link = text_format(
        arena, "https://fleet.example/invite/%.*s\r\n",
        TEXT_ARGS(token_for("invite", due.subject_id)));
    expect(text_contains(text_from(mail_sink_mail(mails, 0)->data), link));
    expect(
        strstr(
            mail_sink_mail(mails, 0)->data,
            "Message-ID: <01900000-0000-7000-8000-000000000002@fleet.example>\r\n") != NULL);
}

static void a_reset_has_a_token_of_its_own(void)
{
    struct due due = make_invitation();
    struct text link;

    due.kind.is = OUTBOX_MAIL_RESET;
    expect_int64(tell_row(&due), DELIVERY_DONE);
    expect(mail_sink_wait(mails, 1));
    link = text_format(
        arena, "https://fleet.example/reset-password/%.*s\r\n",
        TEXT_ARGS(token_for("reset", due.subject_id)));
    expect(text_contains(text_from(mail_sink_mail(mails, 0)->data), link));
}

static void what_a_mail_server_refuses_is_tried_again(void)
{
    struct due due = make_invitation();

    mail_sink_refuse(mails, "452 full");
    expect_int64(tell_row(&due), DELIVERY_RETRY);
    expect_text(text_from(error.text), "Email delivery failed: 452 full.");
    mail_sink_refuse(mails, "550 sender unknown");
    expect_int64(tell_row(&due), DELIVERY_RETRY);
    expect_text(
        text_from(error.text),
        "Email delivery failed: 550 sender unknown. Verify SMTP_FROM_EMAIL and the sender"
        " identity/domain with your email provider.");
}

static void without_a_mail_server_there_is_no_hope(void)
{
    struct due due = make_invitation();

    settings.smtp_host = (struct text){NULL, 0};
    expect_int64(tell_row(&due), DELIVERY_PERMANENT);
    expect_text(text_from(error.text), "Email delivery is not configured for this environment.");
}

static void what_expired_is_not_told(void)
{
    struct due due = make_invitation();

    due.expires_at = timestamp_plus_us(timestamp_now(), -1);
    expect_int64(tell_row(&due), DELIVERY_PERMANENT);
    expect_int64(mail_sink_count(mails), 0);
}

static void old_news_is_not_told(void)
{
    struct due due = make_message(text_lit("12:ab"));

    due.next_attempt_at = timestamp_plus_us(timestamp_now(), -86401LL * US_PER_S);
    expect_int64(tell_row(&due), DELIVERY_PERMANENT);
}

static void an_event_goes_to_the_bot_of_the_workspace(void)
{
    struct due due = make_message(text_lit("12:ab"));

    expect_int64(tell_row(&due), DELIVERY_DONE);
    expect(web_sink_wait(posts, 1));
    expect(strncmp(web_sink_request(posts, 0), "POST /bot12:ab/sendMessage HTTP/1.1\r\n", 37) == 0);
    expect(strstr(web_sink_request(posts, 0), "\"chat_id\":\"-100\"") != NULL);
}

static void an_error_of_telegram_is_tried_again(void)
{
    struct due due = make_message(text_lit("12:ab"));

    web_sink_answer(posts, "403 Forbidden", "kicked");
    expect_int64(tell_row(&due), DELIVERY_RETRY);
    expect_text(
        text_from(error.text),
        "Telegram API error for workspace 00000000-0000-0000-0000-000000000000: 403 kicked");
}

/* One wrong sign at a time. */
static void a_bot_token_cannot_lead_elsewhere(void)
{
    static const char *const wrong[] = {"",    "1/a", "1.a", "1?a", "1#a",
                                        "1%a", "1 a", "1@a", "1\na"};

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct due due = make_message(text_from(wrong[i]));
        expect_at(tell_row(&due) == DELIVERY_PERMANENT, __FILE__, __LINE__, wrong[i]);
    }
}

static void a_bot_whose_key_was_destroyed_is_none(void)
{
    struct due due = make_message(text_lit("12:ab"));

    expect_ok(forget_subject(keyring, due.id, &error), &error);
    expect_int64(tell_row(&due), DELIVERY_PERMANENT);
}

static void a_damaged_token_is_tried_again_and_says_so(void)
{
    struct due due = make_message(text_lit("12:ab"));

    due.bot_token_event_id = due.id;
    expect_int64(tell_row(&due), DELIVERY_RETRY);
    expect_text(
        text_from(error.text), "the box of \"automation_telegram_bot_token\" does not fit its key");
}

static void nobody_is_told_of_a_workspace_that_is_gone(void)
{
    struct due due = make_message(text_lit("12:ab"));

    due.of_workspace_id = due.id;
    due.workspace_name = (struct text){NULL, 0};
    web_sink_answer(posts, "500 Oops", "");
    expect_int64(tell_row(&due), DELIVERY_DONE);
}

static const struct test tests[] = {
    TEST(an_invitation_goes_to_the_account_with_its_token),
    TEST(a_reset_has_a_token_of_its_own),
    TEST(what_a_mail_server_refuses_is_tried_again),
    TEST(without_a_mail_server_there_is_no_hope),
    TEST(what_expired_is_not_told),
    TEST(old_news_is_not_told),
    TEST(an_event_goes_to_the_bot_of_the_workspace),
    TEST(an_error_of_telegram_is_tried_again),
    TEST(a_bot_token_cannot_lead_elsewhere),
    TEST(a_bot_whose_key_was_destroyed_is_none),
    TEST(a_damaged_token_is_tried_again_and_says_so),
    TEST(nobody_is_told_of_a_workspace_that_is_gone),
};

const struct suite test_delivery_suite =
    SUITE_WITH("api/outbound/telling", tests, .set_up = set_up, .tear_down = tear_down);
