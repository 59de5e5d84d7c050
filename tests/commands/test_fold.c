/*
 * Folding: the same records give the same model, however often and from wherever they are folded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/identity/identity.h"
#include "commands/node/connection_commands.h"
#include "commands/node/node.h"
#include "commands/platform/platform_commands.h"
#include "commands/task/task_commands.h"
#include "commands/terminal/terminal.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/terminal_events.h"
#include "tests/support/fixture.h"

#include <string.h>

enum { ARENA_BYTES = 64 << 20, MOST_RECORDS = 256 };

static struct bytes digest_of(struct fixture *fixture, const char *text)
{
    struct digest digest = sha256(bytes_of_text(text_from(text)));

    return bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

static struct uuid workspace_of(struct fixture *fixture, struct uuid node_id)
{
    struct node node;

    must(model_load(fixture->model, &node_aggregate, node_id, fixture->arena, &node));
    return node.workspace_id;
}

static struct uuid given(struct fixture *fixture, const struct command *command, const void *input)
{
    struct submission *submission = given_order(fixture, command, input);

    must(submission->status == STATUS_OK);
    return submission->subject;
}

/* A connected node, a session on it with two chunks, which has ended. Its id. */
static struct uuid given_a_terminal_that_was_used(struct fixture *fixture, struct uuid node_id)
{
    struct uuid connection = {{0x31}};
    struct connect_agent connect = {
        .node_id = node_id,
        .connection = connection,
        .credential_digest = digest_of(fixture, "credential")};
    struct create_terminal create = {
        .workspace_id = workspace_of(fixture, node_id), .node_id = node_id, .cols = 80, .rows = 24};
    struct report_terminal_output output = {
        .direction = {1}, .payload = bytes_of_text(text_lit("hello"))};
    struct report_terminal_exited exited = {.exit_code = 0};

    given(fixture, &connect_agent_command, &connect);
    output.report.session_id = given(fixture, &create_terminal_command, &create);
    output.report.node_id = node_id;
    output.report.connection = connection;
    exited.report = output.report;
    given(fixture, &report_terminal_output_command, &output);
    given(fixture, &report_terminal_output_command, &output);
    given(fixture, &report_terminal_exited_command, &exited);
    return output.report.session_id;
}

static void given_a_task_that_ran(struct fixture *fixture, struct uuid node_id)
{
    struct bytes credential = digest_of(fixture, "credential");
    struct create_task create = {.node_id = node_id, .type = text_lit("packageList")};
    struct uuid task_id = given(fixture, &create_task_command, &create);
    struct claim_task claim = {.node_id = node_id, .credential_digest = credential};
    struct start_task start = {
        .node_id = node_id, .credential_digest = credential, .task_id = task_id};
    struct log_task log = {
        .node_id = node_id,
        .credential_digest = credential,
        .task_id = task_id,
        .stream = text_lit("stdout"),
        .line = text_lit("hello")};
    struct complete_task complete = {
        .node_id = node_id, .credential_digest = credential, .task_id = task_id, .status = {1}};

    given(fixture, &claim_task_command, &claim);
    given(fixture, &start_task_command, &start);
    given(fixture, &log_task_command, &log);
    given(fixture, &complete_task_command, &complete);
}

/* A little of everything, keyed commands among it. */
static struct fixture *make_busy_house(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *keyed =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "default"));
    struct register_agent agent = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct uuid node_id;

    fixture->policy.enrollment_digest = agent.enrollment_digest = digest_of(fixture, "enrollment");
    fixture->policy.claim_lease_us = INT64_C(60) * US_PER_S;
    agent.credential_digest = digest_of(fixture, "credential");
    given(fixture, &open_ledger_command, opening());
    keyed->command_id = (struct uuid){{6}};
    keyed->request_digest = digest_of(fixture, "request");
    writer_execute(fixture->writer, keyed);
    node_id = given(fixture, &register_agent_command, &agent);
    for (int i = 0; i < 3; i++)
        given_a_task_that_ran(fixture, node_id);
    given_a_terminal_that_was_used(fixture, node_id);
    return fixture;
}

static struct model *make_model(void)
{
    struct model *model = NULL;
    struct error error;

    must(model_open(make_directory(), fold_fingerprint(), &model, &error) == STATUS_OK);
    return model;
}

static bool is_equal(const struct model *a, const struct model *b)
{
    struct digest one = model_digest(a);
    struct digest other = model_digest(b);

    return memcmp(one.bytes, other.bytes, DIGEST_SIZE) == 0;
}

static void expect_caught_up(struct fixture *fixture, struct model *model, uint64_t size)
{
    struct error error;

    expect_ok(fold_catch_up(model, fixture->log, size, NULL, NULL, &error), &error);
    expect_int64(model_size(model), size);
}

static void folding_from_zero_gives_what_was_folded_live(void)
{
    struct fixture *fixture = make_busy_house();
    struct model *model = make_model();

    expect_caught_up(fixture, model, ledger_size(fixture->log));
    expect(is_equal(model, fixture->model));
    model_close(model);
    fixture_close(fixture);
}

static void folding_in_two_parts_gives_the_same_wherever_the_parts_meet(void)
{
    struct fixture *fixture = make_busy_house();
    uint64_t size = ledger_size(fixture->log);

    for (uint64_t cut = 1; cut < size; cut++) {
        struct model *model = make_model();
        expect_caught_up(fixture, model, cut);
        expect_caught_up(fixture, model, size);
        expect(is_equal(model, fixture->model));
        model_close(model);
    }
    fixture_close(fixture);
}

/* Folds all, with the bodies of this type as if they had been dropped. Returns how many those are. */
static size_t given_folded_without_bodies_of(
    struct fixture *fixture, const struct event_type *dropped, struct model *model)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct fold fold = {.model = model, .arena = arena};
    struct record records[MOST_RECORDS];
    struct error error;
    size_t count = 0;
    size_t dropped_count = 0;

    must(
        ledger_read(
            fixture->log, (struct position){0}, MOST_RECORDS, SIZE_MAX, fixture->arena, records,
            &count, &error) == STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        if (records[i].type == dropped) {
            void *absent = arena_take(fixture->arena, records[i].type->shape->size);
            shape_clear(records[i].type->shape, absent);
            records[i].event = absent;
            records[i].body = (struct body){0};
            records[i].has_body = false;
            dropped_count++;
        }
        fold_record(&fold, &records[i]);
    }
    return dropped_count;
}

static void bodies_of_any_type_that_may_be_dropped_are_not_missed(void)
{
    struct fixture *fixture = make_busy_house();

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (const struct event_type *const *type = area->types; *type != NULL; type++) {
            struct model *model;
            if (!(*type)->is_droppable)
                continue;
            model = make_model();
            expect(given_folded_without_bodies_of(fixture, *type, model) > 0);
            expect(is_equal(model, fixture->model));
            model_close(model);
        }
    }
    fixture_close(fixture);
}

/* The first timer of a kind, due or not. */
static struct timer timer_of(struct fixture *fixture, int64_t kind)
{
    struct timer timer = {.kind = kind};

    must(model_next_timer(fixture->model, &timer, &timer));
    return timer;
}

/* Both chunks of the only session, as the chain has them. */
static struct drop_transcript order_to_drop(struct fixture *fixture)
{
    struct terminal terminal;
    struct uuid session_id;
    struct record counted;
    int64_t *positions = arena_array(fixture->arena, 2, sizeof(*positions));

    must(model_next_link(
        fixture->model, LINK_EXPIRED_TRANSCRIPT, UUID_NONE, UUID_NONE, &session_id, NULL));
    must(model_load(fixture->model, &terminal_aggregate, session_id, fixture->arena, &terminal));
    counted = record_at(fixture, (uint64_t)terminal.drop_size - 1);
    positions[0] = terminal.drop_size - 2;
    positions[1] = ((const struct terminal_counted *)counted.event)->previous_size - 2;
    return (struct drop_transcript){session_id, {positions, 2}, 0};
}

static void bodies_dropped_on_record_are_gone_and_everything_folds_to_the_same(void)
{
    struct fixture *fixture = make_busy_house();
    struct model *model = make_model();
    struct timer timer = timer_of(fixture, TIMER_TRANSCRIPT);
    struct drop_transcript order;
    struct record before;
    struct record after;
    uint64_t at;

    given(fixture, &expire_transcript_command, &timer);
    order = order_to_drop(fixture);
    at = (uint64_t)((const int64_t *)order.positions.items)[0];
    before = record_at(fixture, at);
    given(fixture, &drop_transcript_command, &order);
    after = record_at(fixture, at);
    expect(before.has_body && !after.has_body);
    expect(shape_equal(&entry_shape, &before.entry, &after.entry));
    expect(!bytes_are_present(((const struct terminal_recorded *)after.event)->data));
    expect_caught_up(fixture, model, ledger_size(fixture->log));
    expect(is_equal(model, fixture->model));
    model_close(model);
    fixture_close(fixture);
}

static void only_bodies_of_the_sessions_own_bytes_can_be_dropped(void)
{
    struct fixture *fixture = make_busy_house();
    struct timer timer = timer_of(fixture, TIMER_TRANSCRIPT);
    struct drop_transcript order;
    int64_t positions[2];
    struct submission *submission;

    given(fixture, &expire_transcript_command, &timer);
    order = order_to_drop(fixture);
    positions[0] = ((const int64_t *)order.positions.items)[0];
    positions[1] = positions[0] + 1; /* terminal.counted */
    order.positions.items = positions;
    submission = given_order(fixture, &drop_transcript_command, &order);
    expect_status(submission->status, STATUS_INVALID, NULL);
    expect_text(text_from(submission->error.code), "body_not_droppable");
    expect(record_at(fixture, (uint64_t)positions[0]).has_body);
    fixture_close(fixture);
}

static void a_model_of_another_ledger_is_folded_anew(void)
{
    struct fixture *fixture = make_busy_house();
    struct model *model = make_model();
    struct digest other = {{1}};
    struct error error;

    model_link(model, LINK_ADMIN, UUID_NONE, (struct uuid){{1}}, 1);
    model_mark(model, 1, other);
    expect_ok(model_commit(model, &error), &error);
    expect_caught_up(fixture, model, ledger_size(fixture->log));
    expect(is_equal(model, fixture->model));
    model_close(model);
    fixture_close(fixture);
}

static void a_model_ahead_of_its_ledger_is_folded_anew(void)
{
    struct fixture *fixture = make_busy_house();
    struct model *model = make_model();
    struct digest root = model_root(fixture->model);
    struct error error;

    model_link(model, LINK_ADMIN, UUID_NONE, (struct uuid){{1}}, 1);
    model_mark(model, ledger_size(fixture->log) + 1, root);
    expect_ok(model_commit(model, &error), &error);
    expect_caught_up(fixture, model, ledger_size(fixture->log));
    expect(is_equal(model, fixture->model));
    model_close(model);
    fixture_close(fixture);
}

static void a_model_folded_by_another_program_is_folded_anew(void)
{
    struct fixture *fixture = make_busy_house();
    const char *directory = fixture->directory;
    struct digest other = {{1}};
    struct model *model = NULL;
    struct error error;

    fixture_close(fixture);
    expect_ok(model_open(directory, other, &model, &error), &error);
    expect_int64(model_size(model), 0);
    model_close(model);
    fixture = fixture_open(&(struct fixture_settings){.directory = directory});
    expect_int64(model_size(fixture->model), ledger_size(fixture->log));
    fixture_close(fixture);
}

static void a_claim_that_somebody_else_holds_stays_theirs_and_is_counted(void)
{
    struct model *model = make_model();
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct fold fold = {.model = model, .arena = arena};
    struct bytes key = bytes_of_text(text_lit("slug"));
    struct uuid holder;

    fold_claim(&fold, CLAIM_SLUG, key, (struct uuid){{1}});
    fold_claim(&fold, CLAIM_SLUG, key, (struct uuid){{2}});
    expect_int64(fold.collisions, 1);
    expect(model_holder(model, CLAIM_SLUG, key, &holder));
    expect_int64(holder.bytes[0], 1);
    model_close(model);
}

static const struct test tests[] = {
    TEST(folding_from_zero_gives_what_was_folded_live),
    TEST(folding_in_two_parts_gives_the_same_wherever_the_parts_meet),
    TEST(bodies_of_any_type_that_may_be_dropped_are_not_missed),
    TEST(bodies_dropped_on_record_are_gone_and_everything_folds_to_the_same),
    TEST(only_bodies_of_the_sessions_own_bytes_can_be_dropped),
    TEST(a_model_of_another_ledger_is_folded_anew),
    TEST(a_model_ahead_of_its_ledger_is_folded_anew),
    TEST(a_model_folded_by_another_program_is_folded_anew),
    TEST(a_claim_that_somebody_else_holds_stays_theirs_and_is_counted),
};

const struct suite test_fold_suite = SUITE("commands/fold", tests);
