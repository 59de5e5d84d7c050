/*
 * Every value of JSON in every field of what agents report, by the tables of their commands: no detail
 * refuses a report, for the agent would not send it again. New fields come along by themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "core/shape/shape_check.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"
#include "tests/support/json_values.h"

#include <stdio.h>

#define SAYS_TOKEN                                                                                 \
    "\"agentToken\":\"0123456789abcdef0123456789abcdef\",\"nodeId\":"                              \
    "\"0192f0c1-2345-7678-89ab-cdef01234567\""

enum before { BEFORE_NOTHING, BEFORE_CLAIMED, BEFORE_RUNNING, BEFORE_INSTALL };

struct report {
    const struct command *command;
    enum before before;  /* what it needs */
    const char *members; /* what is enough of it, without braces */
};
static const struct report reports[] = {
    {&claim_task_command, BEFORE_NOTHING, "\"waitMs\":0"},
    {&accept_task_command, BEFORE_CLAIMED, "\"timestamp\":null"},
    {&start_task_command, BEFORE_CLAIMED, "\"timestamp\":null"},
    {&log_task_command, BEFORE_RUNNING, "\"stream\":\"stdout\",\"line\":\"x\""},
    {&complete_task_command, BEFORE_RUNNING, "\"status\":\"success\",\"exitCode\":0"},
    {&report_heartbeat_command, BEFORE_NOTHING, SAYS_TOKEN},
    {&register_agent_command, BEFORE_NOTHING,
     "\"hostname\":\"host-1\",\"enrollmentToken\":\"e\",\"platform\":\"linux\",\"os\":\"linux\","
     "\"arch\":\"amd64\",\"architecture\":\"amd64\""},
    {&consume_install_command, BEFORE_INSTALL, "\"token\":\"12345678\",\"hostname\":\"host-2\""},
};

/* One probe: a report with one member more, which stands between `open` and `close`. */
struct probe {
    struct scenario *s;
    struct arena *arena;
    const struct report *report;
    struct text open;  /* "\"lines\":[{\"line\":\"x\",", or "" at the top */
    const char *close; /* "}]" */
    bool is_exact;     /* what is probed may be refused */
};

static struct uuid given_next_task(struct scenario *s, bool is_running)
{
    static int made;
    struct uuid id;
    char name[32];

    snprintf(name, sizeof(name), "probed task %d", made++);
    id = id_named(name);
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = id, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE),
        HAPPENED(
            task_claimed, .task_id = id, .node_id = N1, .claim_token = id_named("claim"),
            .lease_until = timestamp_plus_us(scenario_now(s), INT64_C(3600) * US_PER_S)));
    if (is_running)
        GIVEN(s, HAPPENED(task_started, .task_id = id, .started_at = scenario_now(s)));
    return id;
}

/* Its token is said by the digest of the probe's number, for each can be used once. */
static struct bytes given_next_install(struct scenario *s)
{
    static int made;
    char name[32];

    snprintf(name, sizeof(name), "probed install %d", made++);
    GIVEN(
        s, HAPPENED(
               install_created, .install_id = id_named(name), .workspace_id = W1,
               .node_name = text_lit("new"), .token_digest = digest_named(s, name),
               .expires_at = timestamp_plus_us(scenario_now(s), INT64_C(3600) * US_PER_S)));
    return digest_named(s, name);
}

static void put(const struct shape *shape, const char *name, void *input, const void *value)
{
    const struct field *field = shape_field(shape, text_from(name));

    if (field != NULL)
        memcpy(field_in(field, input), value, field->size);
}

/* What path, headers and hooks add to the body. */
static void given_the_rest(const struct probe *probe, void *input)
{
    const struct shape *shape = probe->report->command->input;
    struct scenario *s = probe->s;
    struct bytes agent = digest_named(s, "agent 1");
    struct bytes shared = digest_named(s, "enrollment");
    struct uuid node = N1;
    struct uuid task;
    struct bytes install;

    put(shape, "node_id", input, &node);
    put(shape, "credential_digest", input, &agent);
    put(shape, "enrollment_digest", input, &shared);
    if (probe->report->before == BEFORE_INSTALL) {
        install = given_next_install(s);
        put(shape, "token_digest", input, &install);
    } else if (probe->report->before != BEFORE_NOTHING) {
        task = given_next_task(s, probe->report->before == BEFORE_RUNNING);
        put(shape, "task_id", input, &task);
    }
}

/* Every installed host needs a name of its own; reports of others change nothing. */
static void given_the_host_is_gone(struct scenario *s)
{
    struct uuid id = scenario_made(s, 0);

    GIVEN(s, HAPPENED(node_removed, .node_id = id));
}

static void expect_taken(const struct probe *probe, struct text body)
{
    const struct command *command = probe->report->command;
    const struct error *refusal = NULL;
    struct error error = {0};
    void *input = arena_take(probe->arena, command->input->size);
    enum status status;

    shape_clear(command->input, input);
    status = shape_json_read(command->input, body, probe->arena, input, &error);
    if (status == STATUS_OK) {
        expect(shape_unclean(command->input, input) == NULL);
        given_the_rest(probe, input);
        scenario_when(probe->s, command, input);
        status = scenario_status(probe->s, &refusal);
        error = *refusal;
        if (status == STATUS_OK && probe->report->before == BEFORE_INSTALL)
            given_the_host_is_gone(probe->s);
    }
    if (status != STATUS_OK && !(probe->is_exact && status == STATUS_INVALID))
        printf("    %s, sent %.200s\n", command->name, text_c(probe->arena, body));
    if (!probe->is_exact || status != STATUS_INVALID)
        expect_ok(status, &error);
}

static void probe_field(const struct probe *probe, const struct field *field)
{
    struct arena *arena = arena_new(64 << 20);
    struct probe now = *probe;
    struct text value = json_value_sample(arena, 0);
    char name[64];

    now.arena = arena;
    now.is_exact |= (field->flags & EXACT) != 0;
    field_json_name(field, name);
    for (size_t i = 1; text_is_present(value); i++) {
        AUTO_BUF body = {0};
        buf_init(&body, 1 << 20);
        buf_printf(&body, "{%s,%.*s\"%s\":", now.report->members, TEXT_ARGS(now.open), name);
        buf_add_text(&body, value);
        buf_printf(&body, "%s}", now.close);
        expect_taken(&now, buf_text(&body));
        arena_reset(arena);
        value = json_value_sample(arena, i);
    }
    arena_free(arena);
}

/* The required members of an object, so that it is not dropped for them. */
static struct text required_of(struct arena *arena, const struct shape *shape)
{
    struct text out = text_lit("");

    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[64];
        field_json_name(field, name);
        if ((field->flags & REQUIRED) != 0)
            out = text_format(arena, "%.*s\"%s\":\"x\",", TEXT_ARGS(out), name);
    }
    return out;
}

static void probe_shape(const struct probe *probe, const struct shape *shape)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        struct probe inside = *probe;
        char name[64];
        if ((field->flags & SERVER_SET) != 0)
            continue;
        probe_field(probe, field);
        if (field->shape == NULL)
            continue;
        field_json_name(field, name);
        inside.open = text_format(
            probe->arena, "%.*s\"%s\":%s{%.*s", TEXT_ARGS(probe->open), name,
            field->kind == KIND_LIST ? "[" : "",
            TEXT_ARGS(required_of(probe->arena, field->shape)));
        inside.close =
            text_format(probe->arena, "}%s%s", field->kind == KIND_LIST ? "]" : "", probe->close)
                .data;
        probe_shape(&inside, field->shape);
    }
}

static void no_detail_of_any_field_refuses_a_report(void)
{
    for (size_t i = 0; i < COUNT_OF(reports); i++) {
        struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
        struct arena *arena = arena_new(1 << 20);
        struct probe probe = {s, arena, &reports[i], text_lit(""), "", false};

        given_node(s);
        expect(reports[i].command->input->is_lenient);
        probe_shape(&probe, reports[i].command->input);
        arena_free(arena);
    }
}

static void what_no_table_knows_refuses_no_report(void)
{
    static const struct field surplus = {.name = "surplus", .kind = KIND_TEXT};

    for (size_t i = 0; i < COUNT_OF(reports); i++) {
        struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
        struct arena *arena = arena_new(1 << 20);
        struct probe probe = {s, arena, &reports[i], text_lit(""), "", false};

        given_node(s);
        probe.is_exact = reports[i].command->input->refuses_unknown;
        probe_field(&probe, &surplus);
        arena_free(arena);
    }
}

static const struct test tests[] = {
    TEST(no_detail_of_any_field_refuses_a_report),
    TEST(what_no_table_knows_refuses_no_report),
};

const struct suite test_agent_reports_suite = SUITE("commands/agent_reports", tests);
