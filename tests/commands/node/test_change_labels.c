/*
 * Labels of nodes: by operators, by agents, and which nodes a selector matches.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/connection_commands.h"
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "core/base/buf.h"
#include "core/label/selector.h"
#include "core/shape/alteration.h"
#include "tests/support/fleet.h"

#include <stdio.h>

#define CHANGED(text)  HAPPENED(node_labels_changed, .node_id = N1, .changes = JSON_OF(text))
#define REPORTED(text) HAPPENED(node_labels_reported, .node_id = N1, .changes = JSON_OF(text))
#define JSON_OF(text)                                                                              \
    {                                                                                              \
        TEXT_OF(text)                                                                              \
    }

static enum status status_of(const struct scenario *s)
{
    const struct error *error;

    return scenario_status(s, &error);
}

static struct scenario *given_a_node(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    return s;
}

static void when_changed(struct scenario *s, struct text labels)
{
    WHEN(s, change_labels, .workspace_id = W1, .id = N1, .labels = {labels});
}

static void when_reported(struct scenario *s, const char *labels)
{
    WHEN(
        s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .labels = {text_from(labels)});
}

static void labels_are_given_and_taken_away(void)
{
    struct scenario *s = given_a_node();

    when_changed(s, text_lit("{\"env\":\"prod\",\"rack\":\"\"}"));
    THEN_EMITTED(s, CHANGED("{\"env\":\"prod\",\"rack\":\"\"}"));
    when_changed(s, text_lit("{\"rack\":null,\"tier\":\"db\"}"));
    THEN_EMITTED(s, CHANGED("{\"tier\":\"db\",\"rack\":null}"));
}

static void only_what_is_another_value_is_an_event(void)
{
    struct scenario *s = given_a_node();

    GIVEN(s, CHANGED("{\"env\":\"prod\",\"tier\":\"db\"}"));
    when_changed(s, text_lit("{\"env\":\"prod\",\"gone\":null}"));
    THEN_NOTHING(s);
    when_changed(s, text_lit("{}"));
    THEN_NOTHING(s);
    when_changed(s, text_lit("{\"env\":\"prod\",\"tier\":\"web\"}"));
    THEN_EMITTED(s, CHANGED("{\"tier\":\"web\"}"));
}

static void a_key_must_be_one_of_people(void)
{
    struct scenario *s = given_a_node();
    const struct error *error;

    when_changed(s, text_lit("{\"Env\":\"prod\"}"));
    THEN_REFUSED(
        s, INVALID,
        "The key Env of a label must be at most 63 small letters, digits, \".\", \"_\" and \"-\", "
        "the first a letter or digit.");
    (void)scenario_status(s, &error);
    expect_text(text_from(error->field), "labels.Env");
    expect_text(text_from(error->code), "label_key_invalid");
    when_changed(s, text_lit("{\"agent/os\":\"bsd\"}"));
    THEN_REFUSED(
        s, INVALID,
        "The key agent/os of a label must be at most 63 small letters, digits, \".\", \"_\" and "
        "\"-\", the first a letter or digit.");
}

static void a_value_must_be_a_short_word(void)
{
    static const char *const bad[] = {"\"a b\"", "1", "true", "{}", "[\"a\"]"};
    struct scenario *s = given_a_node();

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char labels[64];
        snprintf(labels, sizeof(labels), "{\"env\":%s}", bad[i]);
        when_changed(s, text_from(labels));
        THEN_REFUSED(
            s, INVALID,
            "The value of label env must be a string of at most 63 letters, digits, \".\", \"_\" "
            "and \"-\".");
    }
}

/* {"<prefix>0":"", …}, borrowed from the buffer. */
static struct text numbered(struct buf *out, const char *prefix, int count)
{
    buf_init(out, 1 << 16);
    for (int i = 0; i < count; i++)
        buf_printf(out, "%s\"%s%d\":\"\"", i == 0 ? "{" : ",", prefix, i);
    buf_add_char(out, '}');
    return buf_text(out);
}

static void a_node_has_so_many_labels_beside_those_of_its_agent(void)
{
    struct scenario *s = given_a_node();
    AUTO_BUF most = {0};
    AUTO_BUF more = {0};

    GIVEN(s, REPORTED("{\"agent/os\":\"linux\"}"));
    when_changed(s, numbered(&more, "k", LABEL_MOST_OWN + 1));
    THEN_REFUSED(
        s, CONFLICT, "A node can have at most 64 labels, beside those that its agent reports.");
    when_changed(s, numbered(&most, "k", LABEL_MOST_OWN));
    expect_int64(status_of(s), STATUS_OK);
    when_changed(s, text_lit("{\"one\":\"more\"}"));
    THEN_REFUSED(
        s, CONFLICT, "A node can have at most 64 labels, beside those that its agent reports.");
    when_changed(s, text_lit("{\"one\":\"more\",\"k0\":null}"));
    THEN_EMITTED(s, CHANGED("{\"one\":\"more\",\"k0\":null}"));
}

static void nothing_is_changed_of_a_node_elsewhere_or_in_an_archived_workspace(void)
{
    struct scenario *s = given_a_node();

    given_archived_workspace(s);
    WHEN(s, change_labels, .workspace_id = W2, .id = N1, .labels = JSON_OF("{\"a\":\"b\"}"));
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", N1));
    given_another_node(s, N2, W2, "web-2");
    WHEN(s, change_labels, .workspace_id = W2, .id = N2, .labels = JSON_OF("{\"a\":\"b\"}"));
    expect_int64(status_of(s), STATUS_CONFLICT);
}

static void given_online(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
}

static void an_agent_reports_labels_below_its_prefix(void)
{
    struct scenario *s = given_a_node();

    given_online(s);
    GIVEN(s, CHANGED("{\"os\":\"mine\"}"));
    when_reported(s, "{\"os\":\"linux\",\"zone\":\"eu-1\"}");
    THEN_EMITTED(s, REPORTED("{\"agent/os\":\"linux\",\"agent/zone\":\"eu-1\"}"));
    when_reported(s, "{\"os\":\"linux\",\"zone\":\"eu-1\"}");
    THEN_NOTHING(s);
    when_reported(s, NULL);
    THEN_NOTHING(s);
    when_reported(s, "{\"zone\":\"eu-2\"}");
    THEN_EMITTED(s, REPORTED("{\"agent/zone\":\"eu-2\",\"agent/os\":null}"));
    when_reported(s, "{}");
    THEN_EMITTED(s, REPORTED("{\"agent/zone\":null}"));
}

static void a_connection_and_a_registration_bring_labels_too(void)
{
    struct scenario *s = given_a_node();

    WHEN(
        s, connect_agent, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .connection = T1, .labels = JSON_OF("{\"os\":\"linux\"}"));
    expect_int64(status_of(s), STATUS_OK);
    when_reported(s, "{\"os\":\"linux\"}");
    THEN_NOTHING(s);
}

static void what_cannot_be_a_label_is_altered_and_noted(void)
{
    static const struct alteration altered[] = {
        {TEXT_OF("labels.OS Name"), {1}}, {TEXT_OF("labels.x"), {1}},    {TEXT_OF("labels.-"), {3}},
        {TEXT_OF("labels.list"), {3}},    {TEXT_OF("labels.none"), {3}},
    };
    struct scenario *s = given_a_node();

    given_online(s);
    when_reported(
        s,
        "{\"OS Name\":\"linux\",\"x\":\"a b\",\"-\":\"y\",\"list\":[1],\"none\":null,\"cpus\":4}");
    THEN_EMITTED(
        s, HAPPENED(
               node_labels_reported, .node_id = N1,
               .changes = JSON_OF(
                   "{\"agent/cpus\":\"4\",\"agent/os-name\":\"linux\",\"agent/x\":\"a_b\"}"),
               .altered = {altered, COUNT_OF(altered)}));
}

static void what_is_too_long_or_too_many_is_cut(void)
{
    struct scenario *s = given_a_node();
    AUTO_ARENA arena = arena_new(1 << 20);
    AUTO_BUF many = {0};
    char longest[128];

    given_online(s);
    snprintf(longest, sizeof(longest), "{\"k\":\"%070d\"}", 7);
    when_reported(s, longest);
    expect_int64(status_of(s), STATUS_OK);
    snprintf(longest, sizeof(longest), "{\"k\":\"%063d\"}", 0);
    when_reported(s, longest);
    THEN_NOTHING(s);
    numbered(&many, "k", LABEL_MOST_REPORTED + 5);
    when_reported(s, many.data);
    expect_int64(status_of(s), STATUS_OK);
    {
        const struct decision asks = {.model = scenario_model(s), .arena = arena};
        expect_int64(node_labels(&asks, N1).count, LABEL_MOST_REPORTED);
    }
}

static size_t count_selected(const struct scenario *s, const char *text, size_t most)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct decision asks = {.model = scenario_model(s), .arena = arena};
    struct text why = {NULL, 0};
    struct selector selector;

    expect(selector_read(text_from(text), arena, &selector, &why));
    return node_select(&asks, W1, &selector, most).count;
}

static void a_selector_finds_nodes_of_its_workspace_by_their_labels(void)
{
    struct scenario *s = given_a_node();

    given_another_node(s, N2, W1, "web-2");
    given_workspace_called(s, W2, "other");
    given_another_node(s, T1, W2, "web-3");
    GIVEN(
        s, CHANGED("{\"env\":\"prod\"}"), REPORTED("{\"agent/os\":\"linux\"}"),
        HAPPENED(node_labels_changed, .node_id = T1, .changes = JSON_OF("{\"env\":\"prod\"}")));
    expect_int64(count_selected(s, "env=prod", 10), 1);
    expect_int64(count_selected(s, "env=prod,agent/os", 10), 1);
    expect_int64(count_selected(s, "env!=prod", 10), 1);
    expect_int64(count_selected(s, "!nothing", 10), 2);
    expect_int64(count_selected(s, "!nothing", 1), 2);
    expect_int64(count_selected(s, "!nothing", 0), 1);
    expect_int64(count_selected(s, "env=test", 10), 0);
}

static void labels_go_with_their_node(void)
{
    struct scenario *s = given_a_node();

    GIVEN(s, CHANGED("{\"env\":\"prod\"}"), HAPPENED(node_removed, .node_id = N1));
    given_another_node(s, N1, W1, "web-1");
    expect_int64(count_selected(s, "env=prod", 10), 0);
    GIVEN(s, HAPPENED(node_removed, .node_id = N1), CHANGED("{\"env\":\"prod\"}"));
    given_another_node(s, N1, W1, "web-1");
    expect_int64(count_selected(s, "env=prod", 10), 0);
}

static const struct test tests[] = {
    TEST(labels_are_given_and_taken_away),
    TEST(only_what_is_another_value_is_an_event),
    TEST(a_key_must_be_one_of_people),
    TEST(a_value_must_be_a_short_word),
    TEST(a_node_has_so_many_labels_beside_those_of_its_agent),
    TEST(nothing_is_changed_of_a_node_elsewhere_or_in_an_archived_workspace),
    TEST(an_agent_reports_labels_below_its_prefix),
    TEST(a_connection_and_a_registration_bring_labels_too),
    TEST(what_cannot_be_a_label_is_altered_and_noted),
    TEST(what_is_too_long_or_too_many_is_cut),
    TEST(a_selector_finds_nodes_of_its_workspace_by_their_labels),
    TEST(labels_go_with_their_node),
};

const struct suite test_change_labels_suite = SUITE("commands/node/change_labels", tests);
