/*
 * Opening and closing a writer's house.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/fixture.h"

#include "commands/fold.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/store/ledger_internal.h"
#include "eventlog/store/model_internal.h"

enum { ARENA_BYTES = 256 << 20, QUEUE_LIMIT = 4096, LEAST_RESERVE = 1 };

static void count_records(const struct record *records, size_t count, void *context)
{
    struct fixture *fixture = context;

    (void)records;
    fixture->announced += count;
}

static void open_storage(struct fixture *fixture, const struct fixture_settings *settings)
{
    struct ledger_settings log_settings = {
        .home = fixture->directory,
        .reserve_bytes = settings->reserve_bytes == 0 ? LEAST_RESERVE : settings->reserve_bytes};
    struct error error;

    must(
        ledger_open_with(&log_settings, settings->fault_injection, &fixture->log, &error) ==
        STATUS_OK);
    must(
        keyring_open_with(
            &(struct keyring_settings){
                .home = fixture->directory,
                .secret = text_lit("a secret of tests"),
                .fault_injection = settings->key_faults},
            &fixture->keyring, &error) == STATUS_OK);
    must(
        model_open_with(
            fixture->directory, fold_fingerprint(), settings->model_faults, &fixture->model,
            &error) == STATUS_OK);
    must(
        fold_catch_up(
            fixture->model, fixture->log, ledger_size(fixture->log), NULL, NULL, &error) ==
        STATUS_OK);
    if (settings->has_index)
        must(
            ledger_index_open(fixture->directory, fixture->log, false, &fixture->index, &error) ==
            STATUS_OK);
}

struct fixture *fixture_open(const struct fixture_settings *settings)
{
    struct fixture *fixture = heap_new(sizeof(*fixture));
    struct writer_settings writer = {
        .queue_limit = settings->queue_limit,
        .is_following = settings->is_following,
        .leadership = settings->leadership};

    fixture->directory = settings->directory == NULL ? make_directory() : settings->directory;
    fixture->arena = arena_new(ARENA_BYTES);
    open_storage(fixture, settings);
    writer.log = fixture->log;
    writer.model = fixture->model;
    writer.keyring = fixture->keyring;
    writer.policy = &fixture->policy;
    fixture->history = ledger_history_of(fixture->log, fixture->index);
    if (fixture->index != NULL)
        writer.history = &fixture->history.history;
    writer.committed = count_records;
    writer.context = fixture;
    if (writer.queue_limit == 0)
        writer.queue_limit = QUEUE_LIMIT;
    fixture->writer = writer_new(&writer);
    return fixture;
}

void fixture_close(struct fixture *fixture)
{
    writer_free(fixture->writer);
    ledger_index_close(fixture->index);
    model_close(fixture->model);
    keyring_close(fixture->keyring);
    ledger_close(fixture->log);
    arena_free(fixture->arena);
    heap_free(fixture);
}

static void run(void *context)
{
    writer_run(context);
}

void start_writer(struct fixture *fixture)
{
    fixture->thread = thread_start("writer", run, fixture->writer);
}

void finish_writer(struct fixture *fixture)
{
    writer_stop(fixture->writer);
    thread_join(fixture->thread);
    fixture->thread = NULL;
}

struct submission *
make_order(struct fixture *fixture, const struct command *command, const void *input)
{
    struct submission *submission = arena_one(fixture->arena, struct submission);

    submission_init(submission, command);
    submission->input = input;
    submission->arena = fixture->arena;
    submission->actor = (struct actor){.kind = ACTOR_USER, .id = {{7}}, .session = {{9}}};
    return submission;
}

struct submission *
given_order(struct fixture *fixture, const struct command *command, const void *input)
{
    struct submission *submission = make_order(fixture, command, input);

    writer_execute(fixture->writer, submission);
    return submission;
}

void given_indexed(struct fixture *fixture)
{
    size_t added = 1;
    struct error error;

    while (added > 0)
        must(ledger_index_catch_up(fixture->index, 1000, &added, &error) == STATUS_OK);
}

struct record record_at(struct fixture *fixture, uint64_t position)
{
    struct record record;
    struct error error;

    must(
        ledger_read_one(
            fixture->log, (struct position){position}, fixture->arena, &record, &error) ==
        STATUS_OK);
    return record;
}

const struct open_ledger *opening(void)
{
    static const uint8_t key[32] = {1};
    static const struct open_ledger order = {
        TEXT_OF("audit.example.com"), {key, sizeof(key)}, {key, sizeof(key)}};

    return &order;
}

const struct create_workspace *workspace_called(struct fixture *fixture, const char *slug)
{
    struct create_workspace *order = arena_one(fixture->arena, struct create_workspace);

    order->name = text_lit("A workspace");
    order->slug = text_from(slug);
    order->default_timezone = text_lit("UTC");
    return order;
}
