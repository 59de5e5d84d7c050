/*
 * The writer: group commit, answers after it, a full disk, a failed commit, a restart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/writer.h"
#include "commands/writer_internal.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/leadership.h"
#include "eventlog/store/ledger_internal.h"
#include "tests/support/failing.h"
#include "tests/support/fixture.h"

#include <string.h>

enum { MANY = 100 };

/* What done() saw when it was called. */
struct seen {
    struct fixture *fixture;
    uint64_t size;
    uint64_t announced;
    int calls;
};

static void look(struct submission *submission)
{
    struct seen *seen = submission->owner;

    seen->size = ledger_size(seen->fixture->log);
    seen->announced = seen->fixture->announced;
    seen->calls++;
}

static struct submission *
given_waiting(struct fixture *fixture, const char *slug, struct seen *seen)
{
    struct submission *submission =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, slug));

    *seen = (struct seen){.fixture = fixture};
    submission->done = look;
    submission->owner = seen;
    expect(writer_submit(fixture->writer, submission));
    return submission;
}

static const char *numbered(struct fixture *fixture, int n)
{
    return text_format(fixture->arena, "w%d", n).data;
}

static void nothing_is_answered_before_it_is_on_the_ledger(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen;
    struct submission *submission;

    start_writer(fixture);
    submission = given_waiting(fixture, "a", &seen);
    finish_writer(fixture);
    expect_ok(submission->status, &submission->error);
    expect_int64(seen.calls, 1);
    expect_int64(submission->emitted, 2);
    expect_int64(submission->first.value, 0);
    expect_int64(submission->size, 2);
    expect_int64(submission->revision, 1);
    expect_int64(seen.size, 2);
    expect_int64(seen.announced, 2);
    fixture_close(fixture);
}

static void commands_that_wait_together_share_one_commit(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *submissions[MANY];
    struct seen seen[MANY];

    for (int i = 0; i < MANY; i++)
        submissions[i] = given_waiting(fixture, numbered(fixture, i), &seen[i]);
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(writer_stats(fixture->writer).batches, 1);
    expect_int64(writer_stats(fixture->writer).commands, MANY);
    expect_int64(writer_stats(fixture->writer).events, 2 * MANY);
    expect_int64(ledger_stats(fixture->log).commits, 1);
    for (int i = 0; i < MANY; i++) {
        expect_ok(submissions[i]->status, &submissions[i]->error);
        expect_int64(submissions[i]->first.value, 2 * i);
        expect_int64(seen[i].size, 2 * MANY);
    }
    fixture_close(fixture);
}

static void a_batch_does_not_grow_without_end(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen[4 * MANY];

    for (int i = 0; i < 4 * MANY; i++)
        given_waiting(fixture, numbered(fixture, i), &seen[i]);
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(writer_stats(fixture->writer).batches, 2);
    expect_int64(writer_stats(fixture->writer).last_batch_events, 8 * MANY - 512);
    expect_int64(ledger_size(fixture->log), 8 * MANY);
    fixture_close(fixture);
}

static enum status emit_large(struct decision *decision, const void *input, struct error *error)
{
    const struct refusal_recorded *recorded = input;

    (void)error;
    decision_emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, recorded);
    return STATUS_OK;
}
static const struct command large_command = {.name = "large", .decide = emit_large};

/* A mebibyte: who sends much holds up the others for one such batch only. */
static void a_batch_holds_a_mebibyte_and_what_brings_it_there(void)
{
    static char large[300000];
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct refusal_recorded input = {.code = {memset(large, 'x', sizeof(large)), sizeof(large)}};

    for (int i = 0; i < 8; i++)
        expect(writer_submit(fixture->writer, make_order(fixture, &large_command, &input)));
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(ledger_size(fixture->log), 8);
    expect_int64(writer_stats(fixture->writer).batches, 2);
    expect_int64(writer_stats(fixture->writer).last_batch_events, 4);
    fixture_close(fixture);
}

static void each_command_sees_what_the_ones_before_it_in_the_batch_have_done(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen[2];
    struct submission *first = given_waiting(fixture, "same", &seen[0]);
    struct submission *second = given_waiting(fixture, "same", &seen[1]);

    start_writer(fixture);
    finish_writer(fixture);
    expect_ok(first->status, &first->error);
    expect_status(second->status, STATUS_CONFLICT, &second->error);
    expect_text(text_from(second->error.code), "slug_taken");
    fixture_close(fixture);
}

static void a_refusal_waits_for_the_commit_of_its_batch_too(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen[2];

    given_waiting(fixture, "same", &seen[0]);
    given_waiting(fixture, "same", &seen[1]);
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(seen[1].size, 2);
    expect_int64(writer_stats(fixture->writer).refusals, 1);
    fixture_close(fixture);
}

static void a_full_queue_takes_nothing_more(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){.queue_limit = 1});
    struct seen seen;
    struct submission *second =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));

    given_waiting(fixture, "a", &seen);
    expect(!writer_submit(fixture->writer, second));
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(seen.calls, 1);
    expect_int64(ledger_size(fixture->log), 2);
    fixture_close(fixture);
}

static void a_stopped_writer_takes_nothing_more(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *late =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));

    start_writer(fixture);
    finish_writer(fixture);
    expect(!writer_submit(fixture->writer, late));
    fixture_close(fixture);
}

static void a_full_disk_refuses_writes_and_still_answers_questions(void)
{
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.reserve_bytes = SIZE_MAX / 2});
    struct query_access question = {.user_id = {{1}}};
    struct submission *order =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    struct submission *asked = given_order(fixture, &query_access_command, &question);

    expect_status(order->status, STATUS_FULL, &order->error);
    expect_ok(asked->status, &asked->error);
    expect(asked->answer != NULL);
    expect_int64(ledger_size(fixture->log), 0);
    expect(writer_stats(fixture->writer).is_refusing_writes);
    fixture_close(fixture);
}

static void what_a_full_disk_refused_has_not_happened(void)
{
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.reserve_bytes = SIZE_MAX / 2});
    struct submission *again;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    again = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_status(again->status, STATUS_FULL, &again->error);
    fixture_close(fixture);
}

/* A person of that address; the submission that made them. */
static struct submission *given_person(struct fixture *fixture, const char *email)
{
    struct register_admin *order = arena_one(fixture->arena, struct register_admin);

    order->email.text = text_from(email);
    order->name.text = text_lit("Ada");
    order->password.text = text_lit("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA");
    keyed_digest_personal(
        fixture->keyring, register_admin_command.input, timestamp_now(), fixture->arena, order);
    return given_order(fixture, &register_admin_command, order);
}

static int64_t session_version_of(struct fixture *fixture, struct uuid person)
{
    struct query_sign_in question = {.user_id = person};
    const struct sign_in_lookup *facts =
        given_order(fixture, &query_sign_in_command, &question)->answer;

    return facts->session_version;
}

static void on_a_full_disk_people_still_sign_in_and_it_is_counted(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct uuid ada = given_person(fixture, "ada@example.com")->subject;
    struct sign_in right = {
        .user_id = ada, .session_version = session_version_of(fixture, ada), .session_id = ada};
    struct fail_sign_in wrong = {ada, {ada.bytes, 16}, {.is = FAILURE_PASSWORD}};
    uint64_t size = ledger_size(fixture->log);
    struct submission *signed_in;
    struct submission *failed;

    fixture->writer->settings.log->reserve_bytes = SIZE_MAX / 2;
    fixture->writer->settings.log->reserve.is_short = true;
    signed_in = given_order(fixture, &sign_in_command, &right);
    failed = given_order(fixture, &fail_sign_in_command, &wrong);
    expect_ok(signed_in->status, &signed_in->error);
    expect_ok(failed->status, &failed->error);
    expect_int64(signed_in->emitted, 0);
    expect_int64(ledger_size(fixture->log), size);
    expect_int64(writer_stats(fixture->writer).unrecorded, 2);
    fixture_close(fixture);
}

static enum store_fault fill_next_put(void *context, bool is_commit)
{
    struct failing *failing = context;

    if (is_commit || failing->left == 0)
        return STORE_FAULT_NONE;
    failing->left--;
    return STORE_FAULT_FULL;
}

/* Space that was there when it was asked for can be gone when it is needed. */
static void after_a_batch_that_found_no_space_writing_goes_on(void)
{
    struct failing ledger = {{fill_next_put, &ledger}, 0};
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.fault_injection = &ledger.injection});
    struct submission *order;

    ledger.left = 1;
    order = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_status(order->status, STATUS_FULL, &order->error);
    expect(order->answer == NULL);
    expect_int64(ledger_size(fixture->log), 0);
    order = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_ok(order->status, &order->error);
    expect(!writer_stats(fixture->writer).is_stopped);
    fixture_close(fixture);
}

static void after_a_failed_commit_questions_and_sign_ins_go_on(void)
{
    struct failing ledger;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.fault_injection = failing_at_will(&ledger)});
    struct uuid ada = given_person(fixture, "ada@example.com")->subject;
    struct query_sign_in question = {.user_id = ada};
    struct sign_in right = {
        .user_id = ada, .session_version = session_version_of(fixture, ada), .session_id = ada};
    struct submission *lost;
    struct submission *asked;
    struct submission *late;

    ledger.left = 1;
    lost = given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    asked = given_order(fixture, &query_sign_in_command, &question);
    late = given_order(fixture, &create_workspace_command, workspace_called(fixture, "c"));
    expect_status(lost->status, STATUS_UNAVAILABLE, &lost->error);
    expect_text(text_from(lost->error.code), "outcome_unknown");
    expect(lost->answer == NULL);
    expect_ok(asked->status, &asked->error);
    expect(opt_bool_is_true(((const struct sign_in_lookup *)asked->answer)->is_active));
    expect_status(late->status, STATUS_UNAVAILABLE, &late->error);
    expect_text(text_from(late->error.code), "ledger_stopped");
    expect_int64(given_order(fixture, &sign_in_command, &right)->status, STATUS_OK);
    expect(writer_stats(fixture->writer).is_refusing_writes);
    expect_int64(writer_stats(fixture->writer).unrecorded, 1);
    expect_int64(model_size(fixture->model), ledger_size(fixture->log));
    fixture_close(fixture);
}

static void what_a_failed_batch_had_folded_is_forgotten(void)
{
    struct failing ledger;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.fault_injection = failing_at_will(&ledger)});
    struct uuid ada = given_person(fixture, "ada@example.com")->subject;
    struct seen seen;
    struct query_access question = {.user_id = ada};
    struct submission *asked = make_order(fixture, &query_access_command, &question);
    struct digest before = model_digest(fixture->model);
    struct digest after;
    struct error error;

    given_waiting(fixture, "lost", &seen);
    asked->done = NULL;
    expect(writer_submit(fixture->writer, asked));
    expect_ok(model_commit(fixture->model, &error), &error); /* the writer's thread may have it */
    ledger.left = 1;
    start_writer(fixture);
    finish_writer(fixture);
    expect_ok(asked->status, &asked->error);
    expect_int64(asked->size, ledger_size(fixture->log));
    after = model_digest(fixture->model);
    expect(memcmp(after.bytes, before.bytes, DIGEST_SIZE) == 0);
    fixture_close(fixture);
}

static void after_keys_that_could_not_be_stored_what_is_sealed_is_read_still(void)
{
    struct failing keys;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.key_faults = failing_at_will(&keys)});
    struct uuid ada = given_person(fixture, "ada@example.com")->subject;
    struct query_sign_in question = {.user_id = ada};
    uint64_t size = ledger_size(fixture->log);
    struct submission *lost;
    const struct sign_in_lookup *facts;
    struct user_registered opened;
    struct error error;

    keys.left = 1;
    lost = given_person(fixture, "bob@example.com");
    expect_status(lost->status, STATUS_UNAVAILABLE, &lost->error);
    expect_int64(ledger_size(fixture->log), size);
    expect(writer_stats(fixture->writer).is_stopped);
    facts = given_order(fixture, &query_sign_in_command, &question)->answer;
    opened = (struct user_registered){.user_id = facts->user_id, .password = facts->password};
    expect_ok(
        keyring_open_fields(
            fixture->keyring, user_registered_event.shape, facts->password_event_id, fixture->arena,
            &opened, &error),
        &error);
    expect_text(opened.password.text, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA");
    fixture_close(fixture);
}

static void a_model_that_could_not_be_committed_is_folded_again_and_writing_goes_on(void)
{
    struct failing model;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.model_faults = failing_at_will(&model)});
    struct submission *after;

    model.left = 1;
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_int64(writer_stats(fixture->writer).failed_saves, 1);
    after = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_status(after->status, STATUS_CONFLICT, &after->error);
    after = given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    expect_ok(after->status, &after->error);
    expect_int64(model_size(fixture->model), ledger_size(fixture->log));
    expect(!writer_stats(fixture->writer).is_refusing_writes);
    fixture_close(fixture);
}

static void a_model_that_cannot_be_saved_is_tried_again_within_two_minutes(void)
{
    struct failing model;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.model_faults = failing_at_will(&model)});
    int64_t before_us = fixture->writer->save_after_us;

    for (int i = 0; i < 10; i++) {
        model.left = 1;
        given_order(
            fixture, &create_workspace_command,
            workspace_called(
                fixture, text_c(fixture->arena, text_format(fixture->arena, "w%d", i))));
        expect(fixture->writer->save_after_us > before_us);
        expect(fixture->writer->save_after_us <= INT64_C(120) * US_PER_S);
    }
    expect_int64(writer_stats(fixture->writer).failed_saves, 10);
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "after"));
    expect_int64(fixture->writer->save_after_us, before_us);
    fixture_close(fixture);
}

static void a_model_that_cannot_be_opened_refuses_everything_until_it_can(void)
{
    struct failing model;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.model_faults = failing_at_will(&model)});
    struct query_access question = {.user_id = {{1}}};
    struct submission *asked;

    model.left = 2; /* its commit, and the one that opening it makes */
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect(writer_stats(fixture->writer).is_model_lost);
    asked = given_order(fixture, &query_access_command, &question);
    expect_status(asked->status, STATUS_UNAVAILABLE, &asked->error);
    expect_text(text_from(asked->error.code), "model_lost");
    asked = given_order(fixture, &query_access_command, &question);
    expect_ok(asked->status, &asked->error);
    expect(!writer_stats(fixture->writer).is_model_lost);
    expect_int64(model_size(fixture->model), ledger_size(fixture->log));
    fixture_close(fixture);
}

static void after_a_failed_commit_a_restart_goes_on_with_what_is_on_the_ledger(void)
{
    struct failing ledger;
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.fault_injection = failing_at_will(&ledger)});
    const char *directory = fixture->directory;
    struct submission *again;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    ledger.left = 1;
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    fixture_close(fixture);
    fixture = fixture_open(&(struct fixture_settings){.directory = directory});
    again = given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    expect_ok(again->status, &again->error);
    expect_int64(again->first.value, 2);
    fixture_close(fixture);
}

static void the_model_is_committed_when_the_writer_ends(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    const char *directory = fixture->directory;
    struct model *model = NULL;
    struct seen seen;
    struct error error;

    start_writer(fixture);
    given_waiting(fixture, "a", &seen);
    finish_writer(fixture);
    fixture_close(fixture);
    expect_ok(model_open(directory, fold_fingerprint(), &model, &error), &error);
    expect_int64(model_size(model), 2);
    model_close(model);
}

/* Leases, time-outs and silences are judged by this time. */
static void time_goes_on_where_the_clock_is_behind_the_ledger(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *early =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "early"));
    struct timestamp first;
    struct timestamp second;

    early->now = timestamp_plus_us(timestamp_now(), 7200LL * US_PER_S);
    writer_execute(fixture->writer, early);
    first = record_at(fixture, early->first.value).entry.recorded_at;
    expect(first.us >= early->now.us);
    while (ledger_now(fixture->log).us < first.us + 20 * US_PER_MS) {
    }
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "late"));
    second = ledger_last_timestamp(fixture->log);
    expect(second.us >= first.us + 20 * US_PER_MS);
    expect(second.us < first.us + 3600LL * US_PER_S);
    fixture_close(fixture);
}

/* Writes down who commits, in order. */
struct commits {
    char order[64];
    size_t count;
};
struct committer {
    struct store_fault_injection injection;
    struct commits *commits;
    char letter;
};

static enum store_fault note_commit(void *context, bool is_commit)
{
    struct committer *committer = context;
    struct commits *commits = committer->commits;

    if (is_commit && commits->count + 1 < sizeof(commits->order))
        commits->order[commits->count++] = committer->letter;
    return STORE_FAULT_NONE;
}

static const struct store_fault_injection *
noting(struct committer *committer, struct commits *commits, char letter)
{
    *committer = (struct committer){{note_commit, committer}, commits, letter};
    return &committer->injection;
}

/* Keys before what they seal, the model after what it was folded from. */
static void keys_are_committed_first_then_the_ledger_then_the_model(void)
{
    struct commits commits = {.count = 0};
    struct committer keys;
    struct committer ledger;
    struct committer model;
    struct fixture *fixture = fixture_open(&(struct fixture_settings){
        .key_faults = noting(&keys, &commits, 'k'),
        .fault_injection = noting(&ledger, &commits, 'l'),
        .model_faults = noting(&model, &commits, 'm')});

    commits = (struct commits){.count = 0};
    given_person(fixture, "ada@example.com");
    expect_text(text_from(commits.order), "klm");
    commits = (struct commits){.count = 0};
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_text(text_from(commits.order), "lm");
    fixture_close(fixture);
}

static enum status find_nothing(struct decision *decision, const void *input, struct error *error)
{
    (void)decision;
    (void)input;
    (void)error;
    return STATUS_OK;
}
static const struct command asking_command = {
    .name = "asking", .decide = find_nothing, .may_come_to_nothing = true};

/* The role that its state says is one that the leader may have changed. */
static void who_leads_no_more_says_of_nothing_that_it_is_done(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct leadership leadership = {.is_superseded = false};
    struct change_member same = {.role = {MEMBER_OWNER}};
    struct submission *said;

    same.workspace_id =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"))->subject;
    same.membership_id = record_at(fixture, 1).entry.stream;
    fixture->writer->settings.leadership = &leadership;
    said = given_order(fixture, &change_member_command, &same);
    expect_ok(said->status, &said->error);
    expect_int64(said->emitted, 0);
    error_set_code(&leadership.why, STATUS_UNAVAILABLE, "superseded", "another one leads");
    atomic_store(&leadership.is_superseded, true);
    said = given_order(fixture, &change_member_command, &same);
    expect_status(said->status, STATUS_UNAVAILABLE, &said->error);
    expect_text(text_from(said->error.code), "superseded");
    said = given_order(fixture, &asking_command, NULL);
    expect_ok(said->status, &said->error);
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(nothing_is_answered_before_it_is_on_the_ledger),
    TEST(commands_that_wait_together_share_one_commit),
    TEST(a_batch_does_not_grow_without_end),
    TEST(a_batch_holds_a_mebibyte_and_what_brings_it_there),
    TEST(each_command_sees_what_the_ones_before_it_in_the_batch_have_done),
    TEST(a_refusal_waits_for_the_commit_of_its_batch_too),
    TEST(a_full_queue_takes_nothing_more),
    TEST(a_stopped_writer_takes_nothing_more),
    TEST(a_full_disk_refuses_writes_and_still_answers_questions),
    TEST(what_a_full_disk_refused_has_not_happened),
    TEST(keys_are_committed_first_then_the_ledger_then_the_model),
    TEST(on_a_full_disk_people_still_sign_in_and_it_is_counted),
    TEST(after_a_batch_that_found_no_space_writing_goes_on),
    TEST(a_model_that_cannot_be_saved_is_tried_again_within_two_minutes),
    TEST(after_a_failed_commit_questions_and_sign_ins_go_on),
    TEST(what_a_failed_batch_had_folded_is_forgotten),
    TEST(after_keys_that_could_not_be_stored_what_is_sealed_is_read_still),
    TEST(a_model_that_could_not_be_committed_is_folded_again_and_writing_goes_on),
    TEST(a_model_that_cannot_be_opened_refuses_everything_until_it_can),
    TEST(after_a_failed_commit_a_restart_goes_on_with_what_is_on_the_ledger),
    TEST(the_model_is_committed_when_the_writer_ends),
    TEST(time_goes_on_where_the_clock_is_behind_the_ledger),
    TEST(who_leads_no_more_says_of_nothing_that_it_is_done),
};

const struct suite test_writer_suite = SUITE("commands/writer", tests);
