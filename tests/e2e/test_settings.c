/*
 * Settings that people change over HTTP: they count from the next start on, which people ask for; the environment goes
 * before them; secrets are shown nowhere; a record that fits no more keeps no server from starting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/control.h"
#include "tests/e2e/client.h"
#include "tests/e2e/people.h"
#include "tests/e2e/planted.h"
#include "tests/support/mail_sink.h"
#include "tests/support/postgres.h"

#include <string.h>

#define SETTINGS "/platform-settings"
#define MASK     "••••••••"

#define MAIL                                                                                       \
    "{'smtpHost':'%s','smtpPort':%d,'smtpSecure':false,'smtpUsername':'','smtpPassword':'" MASK    \
    "','fromEmail':'fleet@example.com','fromName':'Fleet','webAppUrl':'http://localhost:3001'}"

static const char *const planted[] = {"planted-mail-password", "planted-agent-token", NULL};

static struct site *site;
static struct client admin;
static const char *database;

static void given_a_server(void)
{
    if (site != NULL)
        return;
    database = make_database();
    site = given_site(database);
    given_running(site);
    given_setting(site, "PORT", text_format(site->arena, "%d", site->port).data);
    expect_int64(stop_server(site), 0);
    given_running(site);
    admin = given_admin(site);
}

static struct text shown(const char *path)
{
    return value_at(&admin, ask(&admin, "GET", NULL, SETTINGS), path);
}

#define DATABASE                                                                                   \
    "'database':{'host':'','port':5432,'username':'','password':'','database':'',"                 \
    "'synchronize':false,'logging':false,'ssl':false}"
#define REDIS                                                                                      \
    "'redis':{'enabled':true,'url':'','host':'','port':6379,'password':'','db':0,'keyPrefix':''}"

/* The whole of it, as dashboards send it. */
static struct reply
when_changed(const char *mail_host, const char *mail_password, const char *token, int cpu)
{
    const char *sent = body(
        &admin,
        "{'app':{'corsOrigin':'*','swaggerEnabled':true,'swaggerPath':'docs'}," DATABASE "," REDIS
        ",'auth':{'jwtSecret':'" MASK "','jwtExpiresIn':'1d','bcryptSaltRounds':14},'agents':{"
        "'heartbeatTimeoutSeconds':90,'offlineCheckIntervalSeconds':30,"
        "'realtimePingTimeoutSeconds':45,'realtimePingCheckIntervalSeconds':5,"
        "'taskClaimLeaseSeconds':60,'staleTaskCheckIntervalSeconds':15,"
        "'staleQueuedTaskTimeoutSeconds':120,'staleRunningTaskTimeoutSeconds':1800,"
        "'enableRealtimeTaskDispatch':false,'enrollmentToken':'%s','highCpuThreshold':%d},"
        "'mail':{'smtpHost':'%s','smtpPort':587,'smtpSecure':false,'smtpUsername':'',"
        "'smtpPassword':'%s','fromEmail':'noreply@fleetledger.example','fromName':'Fleetledger',"
        "'webAppUrl':'http://localhost:3001'}}",
        token, cpu, mail_host, mail_password);

    return ask(&admin, "PATCH", sent, SETTINGS);
}

static void when_restarted(void)
{
    struct client anybody = {site, admin.arena, NULL};
    struct text before = value_at(&anybody, ask(&anybody, "GET", NULL, "/health"), "bootId");
    struct reply first = ask(&admin, "POST", NULL, SETTINGS "/restart");
    struct reply health;

    expect_answer(first, 202);
    expect_value(&admin, first, "scope", "process");
    do {
        wait_a_little();
        health = ask(&anybody, "GET", NULL, "/health");
    } while (health.status != 200 || text_equal(value_at(&anybody, health, "bootId"), before));
    expect_soon(ask(&anybody, "GET", NULL, "/health/ready").status == 200);
}

static void changed_settings_count_after_a_restart_over_http(void)
{
    struct reply changed;

    given_a_server();
    expect_text(shown("restartRequired"), "false");
    changed = when_changed("mail.example", planted[0], planted[1], 77);
    expect_answer(changed, 200);
    expect_value(&admin, changed, "restartRequired", "true");
    expect_value(&admin, changed, "mail.smtpPassword", MASK);
    expect_value(&admin, changed, "auth.bcryptSaltRounds", "12");
    expect(planted_in(planted, changed.body) == NULL);
    when_restarted();
    expect_text(shown("restartRequired"), "false");
    expect_text(shown("mail.smtpHost"), "mail.example");
    expect_text(shown("agents.highCpuThreshold"), "77");
    expect_answer(
        ask(&admin, "POST",
            body(
                &admin, "{'hostname':'web-1','os':'linux','arch':'amd64','enrollmentToken':'%s'}",
                planted[1]),
            "/agent/register"),
        201);
}

static void a_mask_that_is_sent_back_keeps_the_secret(void)
{
    given_a_server();
    expect_answer(when_changed("mail.example", planted[0], planted[1], 77), 200);
    expect_answer(when_changed("mail2.example", MASK, MASK, 77), 200);
    expect_text(shown("mail.smtpHost"), "mail2.example");
    expect_text(shown("mail.smtpPassword"), MASK);
    expect_answer(when_changed("mail2.example", "", MASK, 77), 200);
    expect_text(shown("mail.smtpPassword"), "");
    expect_answer(when_changed("mail2.example", MASK, MASK, 77), 200);
    expect_text(shown("mail.smtpPassword"), "");
    expect_text(shown("agents.enrollmentToken"), MASK);
}

static void what_the_environment_sets_is_said_and_not_changed(void)
{
    struct reply refused;

    given_a_server();
    expect_answer(when_changed("mail.example", MASK, MASK, 77), 200);
    expect_int64(stop_server(site), 0);
    given_setting(site, "SMTP_HOST", "of.the.environment.example");
    given_running(site);
    expect_text(shown("mail.smtpHost"), "of.the.environment.example");
    expect_text(shown("held.5"), "mail.smtpHost");
    refused = when_changed("other.example", MASK, MASK, 77);
    expect_answer(refused, 409);
    expect_value(&admin, refused, "code", "setting_held");
    expect_value(&admin, refused, "details.field", "mail.smtpHost");
    expect_answer(when_changed("of.the.environment.example", MASK, MASK, 78), 200);
    expect_text(shown("agents.highCpuThreshold"), "78");
}

static void values_that_the_server_would_not_take_are_refused_with_their_field(void)
{
    struct reply refused;

    given_a_server();
    refused = ask(&admin, "PATCH", "{}", SETTINGS);
    expect_answer(refused, 400);
    expect_value(&admin, refused, "errors.0", "app must be an object");
    refused = when_changed("of.the.environment.example", MASK, MASK, 101);
    expect_answer(refused, 400);
    expect_value(
        &admin, refused, "message", "agents.highCpuThreshold must not be greater than 100");
}

/* That of a letter: a UUID at the sender's domain. */
static void expect_message_id(const char *letter)
{
    const char *id = strstr(letter, "Message-ID: <");
    struct uuid uuid;

    expect(id != NULL);
    id += strlen("Message-ID: <");
    expect(uuid_parse(text_slice(text_from(id), 0, UUID_TEXT_SIZE - 1), &uuid));
    expect(text_starts_with(text_from(id + UUID_TEXT_SIZE - 1), text_lit("@example.com>\r\n")));
}

static void a_mail_server_is_tried_by_a_mail_from_the_sender_to_itself(void)
{
    struct mail_sink *sink = mail_sink_new();
    struct reply refused;

    given_a_server();
    expect_answer(
        ask(&admin, "POST", body(&admin, MAIL, "127.0.0.1", mail_sink_port(sink)),
            SETTINGS "/validate/smtp"),
        200);
    expect(mail_sink_wait(sink, 1));
    expect_text(text_from(mail_sink_mail(sink, 0)->from), "fleet@example.com");
    expect_text(text_from(mail_sink_mail(sink, 0)->to), "fleet@example.com");
    expect_message_id(mail_sink_mail(sink, 0)->data);
    refused = ask(&admin, "POST", body(&admin, MAIL, "", 25), SETTINGS "/validate/smtp");
    expect_answer(refused, 400);
    expect_value(&admin, refused, "message", "SMTP host is required to test email delivery.");
    mail_sink_free(sink);
    refused = ask(&admin, "POST", body(&admin, MAIL, "127.0.0.1", 1), SETTINGS "/validate/smtp");
    expect_answer(refused, 400);
    expect_value(&admin, refused, "code", "smtp_failed");
}

static void settings_are_listed_and_unset_on_the_machine_itself(void)
{
    struct program_run run;

    given_a_server();
    expect_answer(when_changed("of.the.environment.example", planted[0], planted[1], 81), 200);
    run = RUN(site, "settings");
    expect_int64(run.exit_code, 0);
    expect(text_contains(run.output, text_lit("AGENT_HIGH_CPU_THRESHOLD=81\n")));
    expect(text_contains(run.output, text_lit("SMTP_PASSWORD=" MASK "\n")));
    expect(planted_in(planted, run.output) == NULL);
    run = RUN(site, "settings", "unset", "AGENT_HIGH_CPU_THRESHOLD");
    expect_int64(run.exit_code, 0);
    expect(!text_contains(run.output, text_lit("AGENT_HIGH_CPU_THRESHOLD")));
    expect_text(shown("agents.highCpuThreshold"), "90");
}

/* As another version of the program might have taken it. */
static void given_a_record_that_does_not_fit(void)
{
    const struct control_order order = {
        text_lit("change_settings"),
        text_lit("{\"wanted\":[{\"name\":\"SMTP_PORT\",\"value\":\"banana\"}]}"),
    };
    struct text answer;
    struct error error;

    expect_ok(control_send(site->home, &order, site->arena, &answer, &error), &error);
}

static void a_record_that_does_not_fit_keeps_no_server_from_starting(void)
{
    given_a_server();
    expect_answer(when_changed("of.the.environment.example", MASK, MASK, 82), 200);
    given_a_record_that_does_not_fit();
    expect_int64(stop_server(site), 0);
    given_running(site);
    expect(text_contains(
        contents_of(site->arena, site->log), text_lit("\"settings.record_left_aside\"")));
    expect_text(shown("agents.highCpuThreshold"), "90");
    expect_int64(stop_server(site), 0);
    expect_int64(RUN(site, "settings", "unset", "SMTP_PORT").exit_code, 0);
    given_running(site);
    expect_text(shown("agents.highCpuThreshold"), "82");
}

static void no_secret_is_in_any_file_or_table(void)
{
    given_a_server();
    expect_answer(when_changed("of.the.environment.example", planted[0], planted[1], 79), 200);
    expect_int64(stop_server(site), 0);
    expect(!planted_is_below(planted, site->home));
    expect(!planted_is_below(planted, site->log));
    expect(!planted_is_in_tables(planted, database));
    given_running(site);
    expect_holds(site);
}

enum { TESTS = 8 };

static void tear_down(void)
{
    static size_t ended;

    if (++ended < TESTS && expect_failures() == 0)
        return;
    end_sites();
    site = NULL;
}

static const struct test tests[TESTS] = {
    TEST(changed_settings_count_after_a_restart_over_http),
    TEST(a_mask_that_is_sent_back_keeps_the_secret),
    TEST(what_the_environment_sets_is_said_and_not_changed),
    TEST(values_that_the_server_would_not_take_are_refused_with_their_field),
    TEST(a_mail_server_is_tried_by_a_mail_from_the_sender_to_itself),
    TEST(settings_are_listed_and_unset_on_the_machine_itself),
    TEST(a_record_that_does_not_fit_keeps_no_server_from_starting),
    TEST(no_secret_is_in_any_file_or_table),
};
extern const struct suite test_settings_suite;
const struct suite test_settings_suite = SUITE_WITH("e2e/settings", tests, .tear_down = tear_down);
