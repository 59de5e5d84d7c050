/*
 * Opening and closing a writer's house.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/house.h"

#include "commands/fold.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/alloc.h"
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

enum { ARENA_BYTES = 256 << 20, QUEUE_LIMIT = 4096, LEAST_RESERVE = 1 };

static void count_records(const struct record *records, size_t count, void *context)
{
    struct house *house = context;

    (void)records;
    house->announced += count;
}

static void open_storage(struct house *house, const struct house_settings *settings)
{
    struct evlog_settings log_settings = {
        .home = house->directory,
        .reserve_bytes = settings->reserve_bytes == 0 ? LEAST_RESERVE : settings->reserve_bytes};
    struct fault fault;

    must(ledger_open(&log_settings, settings->mishaps, &house->log, &fault) == STATUS_OK);
    must(
        keyring_open(
            house->directory, text_lit("a secret of tests"), false, &house->keyring, &fault) ==
        STATUS_OK);
    must(model_open(house->directory, fold_fingerprint(), &house->model, &fault) == STATUS_OK);
    must(
        fold_catch_up(house->model, house->log, evlog_size(house->log), NULL, NULL, &fault) ==
        STATUS_OK);
}

struct house *open_house(const struct house_settings *settings)
{
    struct house *house = heap_new(sizeof(*house));
    struct writer_settings writer = {.queue_limit = settings->queue_limit};

    house->directory = settings->directory == NULL ? make_directory() : settings->directory;
    house->arena = arena_new(ARENA_BYTES);
    open_storage(house, settings);
    writer.log = house->log;
    writer.model = house->model;
    writer.keyring = house->keyring;
    writer.policy = &house->policy;
    writer.committed = count_records;
    writer.context = house;
    if (writer.queue_limit == 0)
        writer.queue_limit = QUEUE_LIMIT;
    house->writer = writer_new(&writer);
    return house;
}

void close_house(struct house *house)
{
    writer_free(house->writer);
    model_close(house->model);
    keyring_close(house->keyring);
    evlog_close(house->log);
    arena_free(house->arena);
    heap_free(house);
}

static void run(void *context)
{
    writer_run(context);
}

void start_writer(struct house *house)
{
    house->thread = thread_start("writer", run, house->writer);
}

void finish_writer(struct house *house)
{
    writer_stop(house->writer);
    thread_join(house->thread);
    house->thread = NULL;
}

struct submission *make_order(struct house *house, const struct command *command, const void *input)
{
    struct submission *submission = arena_one(house->arena, struct submission);

    submission_init(submission, command);
    submission->input = input;
    submission->arena = house->arena;
    submission->actor = (struct actor){.kind = ACTOR_USER, .id = {{7}}, .session = {{9}}};
    return submission;
}

struct submission *
given_order(struct house *house, const struct command *command, const void *input)
{
    struct submission *submission = make_order(house, command, input);

    writer_execute(house->writer, submission);
    return submission;
}

struct record record_at(struct house *house, uint64_t position)
{
    struct record record;
    struct fault fault;

    must(
        evlog_read_one(house->log, (struct position){position}, house->arena, &record, &fault) ==
        STATUS_OK);
    return record;
}

const struct open_ledger *opening(void)
{
    static const uint8_t key[32] = {1};
    static const struct open_ledger order = {TEXT_OF("audit.example.com"), {key, sizeof(key)}};

    return &order;
}

const struct create_workspace *workspace_called(struct house *house, const char *slug)
{
    struct create_workspace *order = arena_one(house->arena, struct create_workspace);

    order->name = text_lit("A workspace");
    order->slug = text_from(slug);
    order->default_timezone = text_lit("UTC");
    return order;
}
