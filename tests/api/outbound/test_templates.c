/*
 * What mails and messages say, word by word.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/posts.h"
#include "api/outbound/templates.h"
#include "eventlog/events/channel_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"

static struct arena *arena;
static const struct list none;
static struct mail_content content;
static const struct text home = TEXT_OF("https://fleet.example");

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct due make_person(enum outbox_kind kind)
{
    return (struct due){
        .kind = {(int64_t)kind},
        .email = text_lit("ada@example.com"),
        .name = text_lit("Ada"),
        .expires_at = {1774198049LL * US_PER_S},
    };
}

static struct due make_event(void)
{
    return (struct due){
        .kind = {OUTBOX_MAIL_EVENT},
        .workspace_name = text_lit("Acme & <Co>"),
        .chat_id = text_lit("-100"),
        .event_type = text_lit("node.offline"),
        .severity = {SEVERITY_WARNING},
        .message = text_lit("Node \"web\"\nis <gone>"),
        .detected_at = {1774198049LL * US_PER_S},
        .node_id = {{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}},
        .node_name = text_lit("web"),
    };
}

static void an_invitation_greets_and_leads_to_its_token(void)
{
    struct due due = make_person(OUTBOX_MAIL_INVITATION);

    templates_mail(arena, &due, &none, text_lit("t0ken"), home, &content);
    expect_text(content.subject, "You have been invited to Fleetledger");
    expect_text(
        mail_content_as_text(arena, &content),
        "Fleetledger\n"
        "You have been invited to Fleetledger\n"
        "\n"
        "Hello Ada,\n"
        "\n"
        "An administrator made an account for you. Choose a password to activate it.\n"
        "\n"
        "Activate account: https://fleet.example/invite/t0ken\n"
        "\n"
        "Account email: ada@example.com\n"
        "Invite expires: Sun, 22 Mar 2026 16:47:29 GMT\n"
        "\n"
        "If you did not expect this mail, you can ignore it.\n"
        "\n"
        "Open Fleetledger: https://fleet.example\n");
}

static void a_reset_leads_to_its_token(void)
{
    struct due due = make_person(OUTBOX_MAIL_RESET);
    struct text text;

    templates_mail(arena, &due, &none, text_lit("t0ken"), home, &content);
    text = mail_content_as_text(arena, &content);
    expect_text(content.subject, "Reset your Fleetledger password");
    expect(text_contains(
        text, text_lit("Reset password: https://fleet.example/reset-password/"
                       "t0ken\n")));
    expect(text_contains(text, text_lit("Reset link expires: Sun, 22 Mar 2026 16:47:29 GMT\n")));
}

static void an_enrollment_says_who_asks(void)
{
    struct due due = make_person(OUTBOX_MAIL_ENROLLMENT);
    struct text text;

    due.hostname = text_lit("web-9");
    due.requested_by = text_lit("eve@example.com");
    templates_mail(arena, &due, &none, (struct text){NULL, 0}, home, &content);
    text = mail_content_as_text(arena, &content);
    expect_text(content.subject, "[Fleetledger] Enrollment pending for web-9");
    expect(text_contains(text, text_lit("Requested by: eve@example.com\nKnown operator: No\n")));
    expect(!text_contains(text, text_lit("Hello")));
}

static void an_event_names_workspace_and_node_each_on_a_line(void)
{
    struct due due = make_event();

    templates_mail(arena, &due, &none, (struct text){NULL, 0}, home, &content);
    expect_text(content.subject, "[Fleetledger] WARNING event: node.offline");
    expect_text(
        mail_content_as_text(arena, &content), "Fleetledger\n"
                                               "Event detected: node.offline\n"
                                               "\n"
                                               "Something happened in the workspace Acme & <Co>.\n"
                                               "\n"
                                               "Node \"web\" is <gone>\n"
                                               "\n"
                                               "Open Fleetledger: https://fleet.example\n"
                                               "\n"
                                               "Severity: WARNING\n"
                                               "Workspace: Acme & <Co>\n"
                                               "Node: web (01900000-0000-7000-8000-000000000001)\n"
                                               "Detected at: Sun, 22 Mar 2026 16:47:29 GMT\n"
                                               "\n"
                                               "Open Fleetledger: https://fleet.example\n");
}

static void a_node_that_is_gone_is_its_id_and_none_is_not_available(void)
{
    struct due due = make_event();

    due.node_name = (struct text){NULL, 0};
    templates_mail(arena, &due, &none, (struct text){NULL, 0}, home, &content);
    expect(text_contains(
        mail_content_as_text(arena, &content),
        text_lit("Node: 01900000-0000-7000-8000-000000000001\n")));
    due.node_id = UUID_NONE;
    templates_mail(arena, &due, &none, (struct text){NULL, 0}, home, &content);
    expect(text_contains(mail_content_as_text(arena, &content), text_lit("Node: n/a\n")));
}

static void html_escapes_whatever_comes_from_outside(void)
{
    struct due due = make_event();
    struct text html;

    templates_mail(arena, &due, &none, (struct text){NULL, 0}, home, &content);
    html = mail_content_as_html(arena, &content);
    expect(text_contains(html, text_lit("Acme &amp; &lt;Co&gt;")));
    expect(text_contains(html, text_lit("Node &quot;web&quot;\nis &lt;gone&gt;")));
    expect(!text_contains(html, text_lit("<gone>")));
    expect(text_contains(html, text_lit("<a href=\"https://fleet.example\"")));
}

static void telegram_gets_labels_and_a_link(void)
{
    struct due due = make_event();

    expect_text(
        templates_telegram(arena, &due, home),
        "{\"chat_id\":\"-100\",\"text\":\"<b>\xf0\x9f\x9f\xa0 Fleetledger Event</b>\\n\\n"
        "<b>Type:</b> node.offline\\n<b>Workspace:</b> Acme &amp; &lt;Co&gt;\\n"
        "<b>Severity:</b> WARNING\\n"
        "<b>Node:</b> web (01900000-0000-7000-8000-000000000001)\\n\\n"
        "<code>Node &quot;web&quot;\\nis &lt;gone&gt;</code>\\n\\n"
        "<a href=\\\"https://fleet.example\\\">Open Dashboard</a>\",\"parse_mode\":\"HTML\"}");
}

/* However many there were, and however long what they say is: of the first ten at most a thousand characters each. */
static void a_digest_of_a_thousand_is_one_message_of_bounded_size(void)
{
    struct due due = make_event();
    struct told first[DIGEST_MOST_SHOWN];
    struct list told = {first, COUNT_OF(first)};
    struct text body;

    due.kind.is = OUTBOX_WEBHOOK;
    due.events = 1000;
    due.warnings = 600;
    due.criticals = 400;
    for (size_t i = 0; i < COUNT_OF(first); i++)
        first[i] = (struct told){
            .id = due.node_id,
            .type = due.event_type,
            .severity = due.severity,
            .message = text_format(arena, "%01000d", 0),
            .time = due.detected_at,
            .node_id = due.node_id,
            .node_name = due.node_name,
        };
    body = posts_webhook_body(&due, &told, arena);
    expect(text_contains(body, text_lit("\"events\":1000,\"warnings\":600,\"criticals\":400")));
    expect(text_ends_with(body, text_lit("]}}")));
    expect(body.size < 16 << 10);
    expect(posts_chat_body(&due, &told, arena).size < 16 << 10);
}

static const struct test tests[] = {
    TEST(an_invitation_greets_and_leads_to_its_token),
    TEST(a_reset_leads_to_its_token),
    TEST(an_enrollment_says_who_asks),
    TEST(an_event_names_workspace_and_node_each_on_a_line),
    TEST(a_node_that_is_gone_is_its_id_and_none_is_not_available),
    TEST(html_escapes_whatever_comes_from_outside),
    TEST(telegram_gets_labels_and_a_link),
    TEST(a_digest_of_a_thousand_is_one_message_of_bounded_size),
};

const struct suite test_templates_suite =
    SUITE_WITH("api/outbound/templates", tests, .set_up = set_up, .tear_down = tear_down);
