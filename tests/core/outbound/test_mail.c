/*
 * Mails, sent to a server that keeps them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/outbound.h"
#include "tests/support/expect.h"
#include "tests/support/mail_sink.h"

#include <string.h>

enum { VERY_LONG_S = 120 };

static struct mail_sink *sink;
static struct outbound *outbound;
static struct error error;

static void set_up(void)
{
    sink = mail_sink_new();
    outbound = outbound_new(&outbound_usual_limits);
}

static void tear_down(void)
{
    outbound_free(outbound);
    mail_sink_free(sink);
}

static struct mail_server make_server(void)
{
    return (struct mail_server){.host = text_lit("127.0.0.1"), .port = mail_sink_port(sink)};
}

static const struct text ada[] = {TEXT_OF("ada@example.com"), TEXT_OF("bob@example.com")};

static struct mail_message make_mail_message(void)
{
    return (struct mail_message){
        .from_name = text_lit("Fleetledger"),
        .from_address = text_lit("noreply@fleetledger.example"),
        .to = ada,
        .to_count = 2,
        .subject = text_lit("Good news"),
        .plain = text_lit("One\n.two\n"),
        .html = text_lit("<p>One</p>\n"),
        .date = {1774198049LL * US_PER_S},
        .message_id = text_lit("0190-abc@fleetledger.example"),
    };
}

static const char *sent(void)
{
    expect(mail_sink_wait(sink, 1));
    return mail_sink_mail(sink, 0)->data;
}

static void a_mail_arrives_with_text_and_html(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();
    const char *data;

    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    data = sent();
    expect(strcmp(mail_sink_mail(sink, 0)->from, "noreply@fleetledger.example") == 0);
    expect(strcmp(mail_sink_mail(sink, 0)->to, "ada@example.com bob@example.com") == 0);
    expect(strstr(data, "Date: Sun, 22 Mar 2026 16:47:29 +0000\r\n") != NULL);
    expect(strstr(data, "From: \"Fleetledger\" <noreply@fleetledger.example>\r\n") != NULL);
    expect(strstr(data, "To: <ada@example.com>,\r\n <bob@example.com>\r\n") != NULL);
    expect(strstr(data, "Subject: Good news\r\n") != NULL);
    expect(strstr(data, "\r\nAuto-Submitted: auto-generated\r\n") != NULL);
    expect(strstr(data, "Message-ID: <0190-abc@fleetledger.example>\r\n") != NULL);
    expect(strstr(data, "Content-Type: text/plain; charset=utf-8\r\n") != NULL);
    expect(strstr(data, "\r\n\r\nOne\r\n..two\r\n") != NULL); /* the dot is doubled on the way */
    expect(strstr(data, "\r\n\r\n<p>One</p>\r\n") != NULL);
    expect(strcmp(mail_sink_mail(sink, 0)->login, "") == 0);
}

static void two_mails_go_by_one_connection(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    mail.subject = text_lit("More news");
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    expect(mail_sink_wait(sink, 2));
    expect(strstr(mail_sink_mail(sink, 1)->data, "Subject: More news\r\n") != NULL);
}

static void who_has_a_login_signs_in(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    server.username = text_lit("ada");
    server.password = text_lit("secret");
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    sent();
    expect(strcmp(mail_sink_mail(sink, 0)->login, "AGFkYQBzZWNyZXQ=") == 0);
}

/* Whoever sits on the line may strip the offer, or refuse what was offered. */
static void a_server_that_must_have_tls_and_has_none_hears_no_password(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    server.requires_tls = true;
    server.username = text_lit("ada");
    server.password = text_lit("secret");
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "tls_missing");
    mail_sink_offer(sink, "STARTTLS");
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "tls_missing");
    expect(!mail_sink_was_told(sink));
    expect_int64(mail_sink_count(sink), 0);
}

static const struct text foreign[] = {
    TEXT_OF("m\xc3\xbcller@example.com"), TEXT_OF("ada@example.com")};

static void foreign_addresses_go_to_servers_that_take_them(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    mail.to = foreign;
    mail_sink_offer(sink, "SMTPUTF8");
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    sent();
    expect_text(
        text_from(mail_sink_mail(sink, 0)->to), "m\xc3\xbcller@example.com ada@example.com");
}

static void where_a_server_takes_no_foreign_addresses_the_others_get_the_mail(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    mail.to = foreign;
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    sent();
    expect_int64(mail_sink_count(sink), 1);
    expect_text(text_from(mail_sink_mail(sink, 0)->to), "ada@example.com");
    expect(strstr(mail_sink_mail(sink, 0)->data, "ller@") == NULL);
}

static void a_foreign_address_alone_is_never_sent_raw(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    mail.to = foreign;
    mail.to_count = 1;
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "smtputf8_missing");
    expect(!mail_sink_was_told(sink));
    expect_int64(mail_sink_count(sink), 0);
}

static void line_ends_make_no_header(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();
    const char *data;

    mail.subject = text_lit("Hi\r\nBcc: eve@example.com");
    mail.from_name = text_lit("A \"B\"\nX-Evil: 1");
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    data = sent();
    expect(strstr(data, "Subject: Hi  Bcc: eve@example.com\r\n") != NULL);
    expect(strstr(data, "From: \"A \\\"B\\\" X-Evil: 1\" <") != NULL);
    expect(strstr(data, "\nBcc:") == NULL);
    expect(strstr(data, "\nX-Evil:") == NULL);
}

static void what_is_no_address_is_never_sent(void)
{
    static const struct text bad[] = {
        TEXT_OF("ada@example.com> SIZE=1"),
        TEXT_OF("ada@example.com\r\nDATA"),
        TEXT_OF("ada"),
        TEXT_OF("a@b@c"),
        TEXT_OF("@example.com"),
        TEXT_OF("a,b@example.com"),
    };
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        mail.to = &bad[i];
        mail.to_count = 1;
        expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_INVALID, &error);
    }
    expect_int64(mail_sink_count(sink), 0);
}

static void foreign_letters_are_encoded(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();
    const char *data;

    mail.subject = text_lit("Gr\xc3\xbc\xc3\x9f"
                            "e");
    mail.plain = text_lit("Gr\xc3\xbc\xc3\x9f"
                          "e = 1\n");
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    data = sent();
    expect(strstr(data, "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n") != NULL);
    expect(
        strstr(
            data, "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                  "Gr=C3=BC=C3=9Fe =3D 1\r\n") != NULL);
}

/* A character that the limit of a header would cut in two. */
static void a_long_subject_splits_no_sign(void)
{
    static char subject[400];
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    memset(subject, 'x', 254);
    memcpy(subject + 254, "\xc3\xa9", 3);
    mail.subject = text_from(subject);
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    expect(strstr(sent(), "xxxx\r\n") != NULL);
    expect(strstr(sent(), "=?utf-8") == NULL);
}

static size_t longest_line(const char *data)
{
    size_t longest = 0;

    for (size_t size = 0; *data != '\0'; data++) {
        size = *data == '\n' ? 0 : size + 1;
        longest = size > longest ? size : longest;
    }
    return longest;
}

static void a_line_that_is_too_long_is_folded(void)
{
    static char line[3000];
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    memset(line, 'x', 990);
    mail.plain = text_from(line);
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    expect_int64(longest_line(sent()), 991); /* its return counts */
    memset(line, 'x', 991);
    mail.plain = text_from(line);
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    expect(mail_sink_wait(sink, 2));
    expect(longest_line(mail_sink_mail(sink, 1)->data) < 200);
}

static void a_mail_has_as_many_recipients_as_servers_take(void)
{
    struct text to[OUTBOUND_MOST_RECIPIENTS + 1];
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    for (size_t i = 0; i < COUNT_OF(to); i++)
        to[i] = ada[i % 2];
    mail.to = to;
    mail.to_count = OUTBOUND_MOST_RECIPIENTS + 1;
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_INVALID, &error);
    mail.to_count = 0;
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_INVALID, &error);
    mail.to_count = OUTBOUND_MOST_RECIPIENTS;
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
}

static void one_refused_recipient_does_not_stop_the_others(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    mail_sink_refuse_one(sink, "ada@", "550 nobody of that name");
    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    sent();
    expect(strcmp(mail_sink_mail(sink, 0)->to, "bob@example.com") == 0);
}

static void a_refusal_says_what_the_server_said(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    mail_sink_refuse(sink, "550 5.1.1 nobody of that name");
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.text), "550 5.1.1 nobody of that name");
    expect_text(text_from(error.code), "550");
    expect_int64(mail_sink_count(sink), 0);
}

/* Latin-1, and a character that the limit would cut in two. */
static void a_refusal_that_is_no_utf8_is_cleaned_and_cut_by_characters(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();
    char long_reply[400] = "550 ";

    mail_sink_refuse(sink, "550 5.1.1 inconnu: caf\xe9");
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.text), "550 5.1.1 inconnu: caf\xef\xbf\xbd");
    memset(long_reply + 4, 'x', 295);
    memcpy(long_reply + 299, "\xc3\xa9", 3);
    mail_sink_refuse(sink, long_reply);
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect_int64(strlen(error.text), 299);
    expect(error.text[298] == 'x');
}

static void a_closed_port_is_a_failure(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    mail_sink_free(sink);
    sink = NULL;
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect(strlen(error.text) > 0);
}

/* A call with one short limit, by which alone it can end. */
static void
expect_given_up(const struct outbound_limits *limits, const char *silent_at, int pause_ms)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();
    struct outbound *impatient = outbound_new(limits);

    mail_sink_fall_silent(sink, silent_at);
    mail_sink_slow_down(sink, pause_ms);
    expect_status(outbound_send(impatient, &server, &mail, &error), STATUS_TIMED_OUT, &error);
    outbound_free(impatient);
}

static void a_server_that_says_nothing_is_given_up(void)
{
    const struct outbound_limits limits = {.connect_s = 1, .answer_s = VERY_LONG_S, VERY_LONG_S};

    expect_given_up(&limits, "", 0);
}

static void a_server_that_says_nothing_any_more_is_given_up(void)
{
    const struct outbound_limits limits = {VERY_LONG_S, .answer_s = 1, VERY_LONG_S};

    expect_given_up(&limits, "MAIL FROM:", 0);
    expect_given_up(&limits, "DATA", 0);
    expect_given_up(&limits, ".", 0);
}

/* Each reply comes soon enough; all of them together do not. */
static void a_server_that_takes_its_time_at_every_step_is_given_up(void)
{
    const struct outbound_limits limits = {VERY_LONG_S, VERY_LONG_S, .whole_s = 1};

    expect_given_up(&limits, NULL, 600);
}

static void what_is_cancelled_ends_soon(void)
{
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    outbound_cancel(outbound);
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_UNAVAILABLE, &error);
    expect_int64(mail_sink_count(sink), 0);
}

static void a_mail_that_is_too_large_is_refused(void)
{
    static char large[OUTBOUND_LARGEST_LETTER];
    struct mail_server server = make_server();
    struct mail_message mail = make_mail_message();

    memset(large, 'x', sizeof(large));
    mail.plain = (struct text){large, sizeof(large)};
    expect_status(outbound_send(outbound, &server, &mail, &error), STATUS_INVALID, &error);
}

static const struct test tests[] = {
    TEST(a_mail_arrives_with_text_and_html),
    TEST(two_mails_go_by_one_connection),
    TEST(who_has_a_login_signs_in),
    TEST(a_server_that_must_have_tls_and_has_none_hears_no_password),
    TEST(foreign_addresses_go_to_servers_that_take_them),
    TEST(where_a_server_takes_no_foreign_addresses_the_others_get_the_mail),
    TEST(a_foreign_address_alone_is_never_sent_raw),
    TEST(line_ends_make_no_header),
    TEST(what_is_no_address_is_never_sent),
    TEST(foreign_letters_are_encoded),
    TEST(a_long_subject_splits_no_sign),
    TEST(a_line_that_is_too_long_is_folded),
    TEST(a_mail_has_as_many_recipients_as_servers_take),
    TEST(one_refused_recipient_does_not_stop_the_others),
    TEST(a_refusal_says_what_the_server_said),
    TEST(a_refusal_that_is_no_utf8_is_cleaned_and_cut_by_characters),
    TEST(a_closed_port_is_a_failure),
    TEST(a_server_that_says_nothing_is_given_up),
    TEST(a_server_that_says_nothing_any_more_is_given_up),
    TEST(a_server_that_takes_its_time_at_every_step_is_given_up),
    TEST(what_is_cancelled_ends_soon),
    TEST(a_mail_that_is_too_large_is_refused),
};
const struct suite test_mail_suite =
    SUITE_WITH("core/outbound/mail", tests, .set_up = set_up, .tear_down = tear_down);
