/*
 * Folding: the same records give the same model, however often and from wherever they are folded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/kinds.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/task/task_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "eventlog/events/task_events.h"
#include "tests/support/house.h"

#include <string.h>

enum { ARENA_BYTES = 64 << 20, MOST_RECORDS = 256 };

static struct bytes digest_of(struct house *house, const char *text)
{
    struct digest digest = sha256(bytes_of_text(text_from(text)));

    return bytes_copy(house->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

static struct uuid given(struct house *house, const struct command *command, const void *input)
{
    struct submission *submission = given_order(house, command, input);

    must(submission->status == STATUS_OK);
    return submission->subject;
}

static void given_a_task_that_ran(struct house *house, struct uuid node_id)
{
    struct bytes credential = digest_of(house, "credential");
    struct create_task create = {.node_id = node_id, .type = text_lit("packageList")};
    struct uuid task_id = given(house, &create_task_command, &create);
    struct claim_task claim = {.node_id = node_id, .credential_digest = credential};
    struct start_task start = {node_id, credential, task_id, {0}};
    struct log_task log = {
        .node_id = node_id,
        .credential_digest = credential,
        .task_id = task_id,
        .stream = text_lit("stdout"),
        .line = text_lit("hello")};
    struct complete_task complete = {
        .node_id = node_id, .credential_digest = credential, .task_id = task_id, .status = {1}};

    given(house, &claim_task_command, &claim);
    given(house, &start_task_command, &start);
    given(house, &log_task_command, &log);
    given(house, &complete_task_command, &complete);
}

/* A little of everything, keyed commands among it. */
static struct house *make_busy_house(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *keyed =
        make_order(house, &create_workspace_command, workspace_called(house, "default"));
    struct register_agent agent = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct uuid node_id;

    house->policy.enrollment_digest = agent.enrollment_digest = digest_of(house, "enrollment");
    house->policy.claim_lease_us = INT64_C(60) * US_PER_S;
    agent.credential_digest = digest_of(house, "credential");
    given(house, &open_ledger_command, opening());
    keyed->idempotency_key = text_lit("key");
    keyed->request_digest = digest_of(house, "request");
    writer_execute(house->writer, keyed);
    node_id = given(house, &register_agent_command, &agent);
    for (int i = 0; i < 3; i++)
        given_a_task_that_ran(house, node_id);
    return house;
}

static struct model *make_model(void)
{
    struct model *model = NULL;
    struct fault fault;

    must(model_open(make_directory(), fold_fingerprint(), &model, &fault) == STATUS_OK);
    return model;
}

static bool is_equal(const struct model *a, const struct model *b)
{
    struct digest one = model_digest(a);
    struct digest other = model_digest(b);

    return memcmp(one.bytes, other.bytes, DIGEST_SIZE) == 0;
}

static void expect_caught_up(struct house *house, struct model *model, uint64_t size)
{
    struct fault fault;

    expect_ok(fold_catch_up(model, house->log, size, NULL, NULL, &fault), &fault);
    expect_whole(model_size(model), size);
}

static void folding_from_zero_gives_what_was_folded_live(void)
{
    struct house *house = make_busy_house();
    struct model *model = make_model();

    expect_caught_up(house, model, evlog_size(house->log));
    expect(is_equal(model, house->model));
    model_close(model);
    close_house(house);
}

static void folding_in_two_parts_gives_the_same_wherever_the_parts_meet(void)
{
    struct house *house = make_busy_house();
    uint64_t size = evlog_size(house->log);

    for (uint64_t cut = 1; cut < size; cut++) {
        struct model *model = make_model();
        expect_caught_up(house, model, cut);
        expect_caught_up(house, model, size);
        expect(is_equal(model, house->model));
        model_close(model);
    }
    close_house(house);
}

/* Folds all, with droppable bodies as if they had been dropped. */
static void given_folded_without_droppable_bodies(struct house *house, struct model *model)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct fold fold = {.model = model, .arena = arena};
    struct record records[MOST_RECORDS];
    struct fault fault;
    size_t count = 0;

    must(
        evlog_read(
            house->log, (struct position){0}, MOST_RECORDS, SIZE_MAX, house->arena, records, &count,
            &fault) == STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        if (records[i].type->is_droppable) {
            void *absent = arena_take(house->arena, records[i].type->shape->size);
            shape_clear(records[i].type->shape, absent);
            records[i].event = absent;
            records[i].body = (struct body){0};
            records[i].has_body = false;
        }
        fold_record(&fold, &records[i]);
    }
}

static void bodies_that_may_be_dropped_are_not_missed(void)
{
    struct house *house = make_busy_house();
    struct model *model = make_model();

    given_folded_without_droppable_bodies(house, model);
    expect(is_equal(model, house->model));
    model_close(model);
    close_house(house);
}

static void a_model_of_another_ledger_is_folded_anew(void)
{
    struct house *house = make_busy_house();
    struct model *model = make_model();
    struct digest other = {{1}};
    struct fault fault;

    model_link(model, LINK_ADMIN, UUID_NONE, (struct uuid){{1}}, 1);
    model_mark(model, 1, other);
    expect_ok(model_commit(model, &fault), &fault);
    expect_caught_up(house, model, evlog_size(house->log));
    expect(is_equal(model, house->model));
    model_close(model);
    close_house(house);
}

static void a_model_ahead_of_its_ledger_is_folded_anew(void)
{
    struct house *house = make_busy_house();
    struct model *model = make_model();
    struct digest root = model_root(house->model);
    struct fault fault;

    model_link(model, LINK_ADMIN, UUID_NONE, (struct uuid){{1}}, 1);
    model_mark(model, evlog_size(house->log) + 1, root);
    expect_ok(model_commit(model, &fault), &fault);
    expect_caught_up(house, model, evlog_size(house->log));
    expect(is_equal(model, house->model));
    model_close(model);
    close_house(house);
}

static void a_model_folded_by_another_program_is_folded_anew(void)
{
    struct house *house = make_busy_house();
    const char *directory = house->directory;
    struct digest other = {{1}};
    struct model *model = NULL;
    struct fault fault;

    close_house(house);
    expect_ok(model_open(directory, other, &model, &fault), &fault);
    expect_whole(model_size(model), 0);
    model_close(model);
    house = open_house(&(struct house_settings){.directory = directory});
    expect_whole(model_size(house->model), evlog_size(house->log));
    close_house(house);
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
    expect_whole(fold.collisions, 1);
    expect(model_holder(model, CLAIM_SLUG, key, &holder));
    expect_whole(holder.bytes[0], 1);
    model_close(model);
}

static const struct test tests[] = {
    TEST(folding_from_zero_gives_what_was_folded_live),
    TEST(folding_in_two_parts_gives_the_same_wherever_the_parts_meet),
    TEST(bodies_that_may_be_dropped_are_not_missed),
    TEST(a_model_of_another_ledger_is_folded_anew),
    TEST(a_model_ahead_of_its_ledger_is_folded_anew),
    TEST(a_model_folded_by_another_program_is_folded_anew),
    TEST(a_claim_that_somebody_else_holds_stays_theirs_and_is_counted),
};

const struct suite test_fold_suite = SUITE("commands/fold", tests);
