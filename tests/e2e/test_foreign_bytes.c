/*
 * What other people's servers answer goes a long way: into an error, an event, a row, a log line. No
 * byte of it stops any of them.
 *
 *   SMTP reply, Telegram's JSON ──► sender ──► ledger ──► outbox in PostgreSQL ──► everybody's reads
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "tests/e2e/people.h"
#include "tests/support/mail_sink.h"
#include "tests/support/postgres.h"
#include "tests/support/web_sink.h"

#include <stdio.h>
#include <string.h>

enum { BYTES_AT_ONCE = 32 };

static struct mail_sink *mails;
static struct web_sink *posts;
static struct site *site;
static struct client admin;

static const char *port_text(int port)
{
    return text_format(site->arena, "%d", port).data;
}

static void set_up(void)
{
    mails = mail_sink_new();
    posts = web_sink_new();
    site = given_site(make_database());
    given_setting(site, "SMTP_HOST", "127.0.0.1");
    given_setting(site, "SMTP_PORT", port_text(mail_sink_port(mails)));
    given_setting(
        site, "TELEGRAM_API_URL",
        text_format(site->arena, "http://127.0.0.1:%d", web_sink_port(posts)).data);
    given_running(site);
    admin = given_admin(site);
}

static void tear_down(void)
{
    end_sites();
    web_sink_free(posts);
    mail_sink_free(mails);
}

/* Every byte that can stand in a line, some at a time; the last ones begin a character that never
 * ends. */
static const char *line_with_bytes(const char *start, int first)
{
    AUTO_BUF line = {0};

    buf_init(&line, 512);
    buf_add_c(&line, start);
    for (int byte = first; byte < first + BYTES_AT_ONCE; byte++) {
        if (byte != '\0' && byte != '\r' && byte != '\n')
            buf_add_char(&line, (char)byte);
    }
    return text_copy(site->arena, buf_text(&line)).data;
}

static int64_t size_of(const struct reply *reply)
{
    int64_t size = 0;

    (void)!text_to_int64(header_of(reply, "Ledger-Size"), &size);
    return size;
}

/* The read models show more than `size`: the outcome has come all the way. */
static bool shows_more_than(int64_t size, const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    return reply.status == 200 && size_of(&reply) > size;
}

static void no_reply_of_a_mail_server_stops_anything(void)
{
    for (int first = 0; first < 256; first += BYTES_AT_ONCE) {
        struct reply invited;
        mail_sink_refuse(mails, line_with_bytes("550 5.1.1 ", first));
        invited =
            ask(&admin, "POST", body(&admin, "{'email':'ada.%d@example.com','name':'Ada'}", first),
                "/users");
        expect_answer(invited, 201);
        expect_soon(shows_more_than(size_of(&invited), "/users"));
    }
    expect(mail_sink_was_told(mails));
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

static void no_answer_of_telegram_stops_anything(void)
{
    const char *workspace = given_workspace(&admin, "acme");
    struct agent agent = given_agent(&admin, workspace, "web-1");

    expect_answer(
        ask(&admin, "PATCH",
            body(
                &admin, "{'automationTelegramEnabled':true,'automationTelegramBotToken':'12:ab',"
                        "'automationTelegramChatId':'-100',"
                        "'automationTelegramLevels':['info','warning','critical']}"),
            "/workspaces/%s", workspace),
        200);
    for (int first = 0; first < 256; first += BYTES_AT_ONCE) {
        struct reply entered;
        web_sink_answer(
            posts, "400 Bad Request", line_with_bytes("{\"description\":\"\\u0000", first));
        entered =
            ask(&admin, "POST", body(&admin, "{'reason':'byte %d'}", first),
                "/workspaces/%s/nodes/%s/maintenance/enable", workspace, agent.node);
        expect_answer(entered, 201);
        expect(web_sink_wait(posts, (size_t)(first / BYTES_AT_ONCE) + 1));
        expect_soon(shows_more_than(size_of(&entered), "/nodes"));
    }
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

static const struct test tests[] = {
    TEST(no_reply_of_a_mail_server_stops_anything),
    TEST(no_answer_of_telegram_stops_anything),
};

const struct suite test_foreign_bytes_suite =
    SUITE_WITH("e2e/foreign_bytes", tests, .set_up = set_up, .tear_down = tear_down);
