/*
 * The writer as the server runs it (ledger, keys, model, its own thread), and one driver's thread
 * that plays all clients: it keeps one submission of each outstanding.
 *
 *   driver ──writer_submit──► writer ──done──► answered ──► driver: note, next command
 *
 * Enrolment comes first; the clock starts when every client has a node.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/writer_run.h"

#include "commands/fold.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/run/thread.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/seal.h"
#include "eventlog/signer.h"
#include "tests/bench/client.h"

#include <stdatomic.h>

enum { QUEUE_LIMIT = 4096, SETUP_ARENA = 1 << 20, PATIENCE_US = 10 * US_PER_S };

struct stage {
    struct ledger *log;
    struct keyring *keyring;
    struct model *model;
    struct writer *writer;
    struct signer *signer; /* or NULL */
    struct policy policy;
    struct fleet fleet;
    struct digest enrollment;
    struct queue *answered;
    struct client *clients;
    unsigned client_count;
    unsigned outstanding;
    unsigned enrolled;
    bool is_over;
    uint64_t commands;        /* that count */
    atomic_bool is_measuring; /* read by the writer's thread */
    struct writer_result *result;
};

static void on_committed(const struct record *records, size_t count, void *context)
{
    struct stage *stage = context;
    struct writer_result *result = stage->result;

    if (stage->signer != NULL)
        signer_committed(stage->signer, records, count);
    if (!atomic_load(&stage->is_measuring))
        return;
    if (result->batches.count == 0)
        result->first = records[0].position.value;
    series_add(&result->batches, (uint32_t)count);
}

/* The writer's thread: only hands over. */
static void on_done(struct submission *submission)
{
    struct stage *stage = submission->owner;
    bool is_taken = queue_put_always(stage->answered, &submission->item);

    must(is_taken);
}

static enum status open_signer(struct stage *stage, const char *home, struct error *error)
{
    static const struct log_identity none = {.name = {NULL, 0}};
    const struct signer_settings settings = {
        .home = home, .log = stage->log, .keyring = stage->keyring, .identity = &none};

    return signer_open(&settings, &stage->signer, error);
}

static enum status
open_stage(struct stage *stage, const struct writer_order *order, struct error *error)
{
    const char *home = order->home;
    struct ledger_settings settings = {.home = home};
    enum status status = ledger_open(&settings, &stage->log, error);

    if (status == STATUS_OK)
        status = keyring_open(home, text_lit("benchmark"), false, &stage->keyring, error);
    if (status == STATUS_OK)
        status = model_open(home, fold_fingerprint(), &stage->model, error);
    if (status == STATUS_OK && order->is_signing)
        status = open_signer(stage, home, error);
    return status;
}

static void make_writer(struct stage *stage)
{
    struct writer_settings settings = {
        .log = stage->log,
        .model = stage->model,
        .keyring = stage->keyring,
        .policy = &stage->policy,
        .queue_limit = QUEUE_LIMIT,
        .committed = on_committed,
        .context = stage,
    };

    stage->enrollment = sha256(bytes_of_text(text_lit("enrollment")));
    stage->policy = (struct policy){
        .claim_lease_us = INT64_C(60) * US_PER_S,
        .stale_queued_us = INT64_C(120) * US_PER_S,
        .stale_running_us = INT64_C(1800) * US_PER_S,
        .heartbeat_timeout_us = INT64_C(90) * US_PER_S,
        .high_cpu_threshold = 90,
        .high_cpu_repeat_us = INT64_C(300) * US_PER_S,
        .install_token_us = INT64_C(900) * US_PER_S,
        .enrollment_digest = {stage->enrollment.bytes, DIGEST_SIZE},
    };
    stage->writer = writer_new(&settings);
}

static enum status execute(
    struct stage *stage,
    const struct command *command,
    const void *input,
    struct uuid *out_subject,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(SETUP_ARENA);
    struct submission submission;

    submission_init(&submission, command);
    submission.input = input;
    submission.arena = arena;
    submission.actor = (struct actor){.kind = ACTOR_SYSTEM};
    writer_execute(stage->writer, &submission);
    if (submission.status != STATUS_OK) {
        *error = submission.error;
        return submission.status;
    }
    *out_subject = submission.subject;
    return STATUS_OK;
}

static enum status begin_ledger(struct stage *stage, struct error *error)
{
    AUTO_ARENA arena = arena_new(SETUP_ARENA);
    uint8_t key[32];
    uint8_t key_ids[KEYRING_OWN_IDS_SIZE];
    struct open_ledger opening = {
        text_lit("ledger.example/bench"), {key, sizeof(key)}, {key_ids, sizeof(key_ids)}};
    struct register_admin admin = {
        .email.text = text_lit("admin@example.com"),
        .name.text = text_lit("Ada"),
        .password.text = text_lit("not a password"),
    };
    struct uuid subject;
    enum status status;

    keyring_verifier_key(stage->keyring, key);
    keyring_own_ids(stage->keyring, key_ids);
    status = execute(stage, &open_ledger_command, &opening, &subject, error);
    if (status != STATUS_OK)
        return status;
    keyed_digest_personal(
        stage->keyring, register_admin_command.input, timestamp_now(), arena, &admin);
    status = execute(stage, &register_admin_command, &admin, &subject, error);
    if (status != STATUS_OK)
        return status;
    stage->fleet = (struct fleet){
        .keyring = stage->keyring,
        .operator= {ACTOR_USER, subject, subject},
        .enrollment_digest = stage->policy.enrollment_digest,
    };
    return STATUS_OK;
}

static void make_clients(struct stage *stage, unsigned count)
{
    stage->answered = queue_new(QUEUE_LIMIT);
    stage->clients = heap_array(count, sizeof(*stage->clients));
    stage->client_count = count;
    for (unsigned i = 0; i < count; i++)
        client_init(&stage->clients[i], &stage->fleet, i);
}

static enum status submit(struct stage *stage, struct client *client, struct error *error)
{
    client_order(client);
    client->submission.owner = stage;
    client->submission.done = on_done;
    client->submitted_us = monotonic_us();
    if (!writer_submit(stage->writer, &client->submission))
        return error_set(error, STATUS_INTERNAL, "the writer takes no more submissions");
    stage->outstanding++;
    return STATUS_OK;
}

static enum status take_answer(struct stage *stage, struct client *client, struct error *error)
{
    int64_t took_us = monotonic_us() - client->submitted_us;
    bool is_enrolment = client->step == STEP_ENROL;
    enum status status;

    stage->outstanding--;
    if (stage->is_over)
        return STATUS_OK;
    status = client_learn(client, error);
    if (status != STATUS_OK)
        return status;
    stage->enrolled += is_enrolment;
    if (atomic_load_explicit(&stage->is_measuring, memory_order_relaxed)) {
        series_add(&stage->result->latencies, (uint32_t)took_us);
        stage->commands++;
    }
    return submit(stage, client, error);
}

/* Answers of one batch come together. */
static enum status take_answers(struct stage *stage, struct error *error)
{
    struct queue_item *item = queue_take_all(stage->answered, PATIENCE_US);
    enum status status = STATUS_OK;

    if (item == NULL)
        return error_set(error, STATUS_TIMED_OUT, "the writer does not answer");
    while (item != NULL) {
        struct client *client = (struct client *)item;
        item = item->next;
        if (status == STATUS_OK)
            status = take_answer(stage, client, error);
        else
            stage->outstanding--;
    }
    return status;
}

static enum status drive(struct stage *stage, double seconds, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t began_us;
    int64_t now_us;

    for (unsigned i = 0; status == STATUS_OK && i < stage->client_count; i++)
        status = submit(stage, &stage->clients[i], error);
    while (status == STATUS_OK && stage->enrolled < stage->client_count)
        status = take_answers(stage, error);
    atomic_store(&stage->is_measuring, true);
    began_us = now_us = monotonic_us();
    while (status == STATUS_OK && (double)(now_us - began_us) < seconds * US_PER_S) {
        status = take_answers(stage, error);
        now_us = monotonic_us();
    }
    atomic_store(&stage->is_measuring, false);
    stage->result->commands_per_second =
        (double)stage->commands * US_PER_S / (double)(now_us - began_us);
    return status;
}

/* What is still under way must come back before its memory goes. */
static void drain(struct stage *stage)
{
    struct error ignored;

    stage->is_over = true;
    while (stage->outstanding > 0 && take_answers(stage, &ignored) == STATUS_OK)
        ;
}

static void run_writer(void *writer)
{
    writer_run(writer);
}

static void run_signer(void *signer)
{
    signer_run(signer);
}

static uint64_t signed_size(struct signer *signer)
{
    AUTO_ARENA arena = arena_new(SETUP_ARENA);
    struct signed_checkpoint newest;

    return signer_newest(signer, arena, &newest) ? newest.size : 0;
}

/* The clients', while writer and signer have their threads. */
static enum status drive_beside(struct stage *stage, double seconds, struct error *error)
{
    struct thread *writer = thread_start("writer", run_writer, stage->writer);
    struct thread *signer =
        stage->signer == NULL ? NULL : thread_start("signer", run_signer, stage->signer);
    enum status status = drive(stage, seconds, error);

    drain(stage);
    writer_stop(stage->writer);
    thread_join(writer);
    if (stage->signer != NULL)
        signer_stop(stage->signer);
    thread_join(signer);
    stage->result->signed_size = signed_size(stage->signer);
    return status;
}

static void close_stage(struct stage *stage)
{
    for (unsigned i = 0; i < stage->client_count; i++)
        client_fini(&stage->clients[i]);
    heap_free(stage->clients);
    writer_free(stage->writer);
    if (stage->answered != NULL)
        queue_free(stage->answered);
    signer_close(stage->signer);
    model_close(stage->model);
    keyring_close(stage->keyring);
    ledger_close(stage->log);
}

enum status
writer_run_measured(const struct writer_order *order, struct writer_result *out, struct error *f)
{
    struct stage stage = {.result = out};
    enum status status = open_stage(&stage, order, f);

    *out = (struct writer_result){0};
    if (status == STATUS_OK) {
        make_writer(&stage);
        status = begin_ledger(&stage, f);
    }
    if (status == STATUS_OK) {
        make_clients(&stage, order->clients);
        status = drive_beside(&stage, order->seconds, f);
    }
    close_stage(&stage);
    return status;
}

void writer_result_free(struct writer_result *result)
{
    series_free(&result->batches);
    series_free(&result->latencies);
}
