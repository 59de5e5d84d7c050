/*
 * What a route does once its input is read: ask, or submit and show.
 *
 *   query:    wait until visible ─► select ─► answer
 *   command:  prepare ─► submit ─► state answer
 *                               └► wait until visible ─► select ─► answer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/steps.h"
#include "core/crypto/crypto.h"
#include "core/run/queue.h"
#include "eventlog/ledger_read.h"

enum { BEHIND_TOO_FAR_US = 2000000, LONGEST_KEY = 200 };

static void narrow(struct call *call, const struct query *query, void *input)
{
    if (query->narrow != NULL)
        query->narrow(call, input);
}

static void show_query(struct call *call)
{
    narrow(call, call->route->query, call->input);
    call_answer_query(call, call->route->status, call->route->query, call->input);
}

/* Ledger-Min-Size: the caller has seen that much already and wants no less. */
static bool has_min_size(struct call *call)
{
    uint64_t size = ledger_size(call->server->log);
    struct text header = http_header(call->request, "Ledger-Min-Size");
    int64_t wanted = 0;
    struct error error;

    if (!text_is_present(header))
        return true;
    if (!text_to_int64(text_trim(header), &wanted) || wanted < 0) {
        error_set_code(
            &error, STATUS_INVALID, "invalid_header",
            "Ledger-Min-Size must be a whole number, as Ledger-Size was.");
        call_answer_error(call, &error);
        return false;
    }
    if ((uint64_t)wanted > size) {
        error_set_code(
            &error, STATUS_STALE, "ledger_too_small",
            "This server's ledger has size %llu, less than the %lld asked for.",
            (unsigned long long)size, (long long)wanted);
        call_answer_error(call, &error);
        return false;
    }
    return true;
}

static void run_query(struct call *call)
{
    call_wait_visible(call, ledger_size(call->server->log), show_query);
}

bool call_can_be_shown(struct call *call)
{
    const struct progress *progress = call->server->progress;
    struct error error;

    if (!progress->is_stopped && progress->is_connected &&
        progress_lag_us(progress, ledger_size(call->server->log)) <= BEHIND_TOO_FAR_US)
        return true;
    error_set_code(
        &error, STATUS_UNAVAILABLE, "read_model_unavailable",
        "The read model is not up to date at the moment, so nothing was changed. Try again.");
    call_answer_error(call, &error);
    return false;
}

/* By the id of what the command was about, and whatever the path named: a command that found
 * nothing to do is about nothing else. */
static void show_subject(struct call *call)
{
    const struct query *query = call->route->shows;
    const struct field *id = shape_field(query->input, text_from(call->route->shows_id));
    void *input = arena_take(call->arena, query->input->size);
    struct error error;

    shape_clear(query->input, input);
    if (shape_path_read(
            query->input, call->path_params, call->path_param_count, call->arena, input, &error) !=
        STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (uuid_is_present(call->submission.subject))
        *(struct uuid *)field_in(id, input) = call->submission.subject;
    narrow(call, query, input);
    call_answer_query(call, call->route->status, query, input);
}

void call_answer_refusal(struct call *call)
{
    const struct error *error = &call->submission.error;

    if (error->status == STATUS_UNAUTHENTICATED || error->status == STATUS_FORBIDDEN)
        monitor_note_refusal(call->server->monitor, call, error->code);
    call_answer_error(call, error);
}

static void on_committed(struct call *call)
{
    const struct route *route = call->route;
    const struct submission *submission = &call->submission;

    if (submission->status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    if (route->shows != NULL && route->answer == NULL) {
        call_wait_visible(call, submission->size, show_subject);
        return;
    }
    call->ledger_size = submission->size;
    if (route->answer != NULL)
        route->answer(call, submission->answer);
    else
        call_answer_shape(call, route->status, route->command->answer, submission->answer);
}

/* What makes a repeat the same request: method, target, body, and an agent's credential, because
 * that is only looked at where a command is decided, and a repeat is not. */
static struct bytes request_digest(struct call *call)
{
    const struct http_request *request = call->request;
    struct bytes pieces[] = {
        bytes_of_text(request->method), {(const uint8_t *)" ", 1},
        bytes_of_text(request->target), {(const uint8_t *)"\n", 1},
        bytes_of_text(request->body),   {call->credential.bytes, 0},
    };
    struct digest *digest = arena_one(call->arena, struct digest);

    if (call->route->who == WHO_AGENT)
        pieces[COUNT_OF(pieces) - 1].size = DIGEST_SIZE;
    *digest = sha256_of(pieces, COUNT_OF(pieces));
    return (struct bytes){digest->bytes, DIGEST_SIZE};
}

static enum status read_conditions(struct call *call, struct error *error)
{
    struct submission *submission = &call->submission;
    struct text key = text_trim(http_header(call->request, "Idempotency-Key"));
    struct text if_match = http_header(call->request, "If-Match");

    if (key.size > LONGEST_KEY || !text_is_clean_utf8(key))
        return error_set_code(
            error, STATUS_INVALID, "invalid_header",
            "Idempotency-Key must be text of at most %d characters.", LONGEST_KEY);
    if (key.size > 0) {
        submission->idempotency_key = key;
        submission->request_digest = request_digest(call);
    }
    if (!entity_tag_revision(if_match, &submission->expected_revision))
        return error_set_code(
            error, STATUS_INVALID, "invalid_header",
            "If-Match must be an entity tag that this server gave.");
    if (submission->expected_revision == INT64_ABSENT)
        return STATUS_OK;
    for (size_t i = 0; i < call->path_param_count; i++) {
        if (!uuid_parse(call->path_params[i].value, &submission->expected_stream))
            return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status fill_submission(struct call *call, struct error *error)
{
    struct submission *submission = &call->submission;

    submission_init(submission, call->route->command);
    submission->input = call->input;
    submission->arena = call->arena;
    submission->actor = call->actor;
    submission->correlation = call->correlation;
    submission->origin.address.text = call->request->remote_address;
    submission->origin.user_agent.text =
        text_slice(http_header(call->request, "User-Agent"), 0, 500);
    if (!text_is_clean_utf8(submission->origin.user_agent.text))
        submission->origin.user_agent.text = (struct text){NULL, 0};
    keyring_digest_personal(call->server->keyring, &origin_shape, call->arena, &submission->origin);
    if (call->input != NULL)
        keyring_digest_personal(
            call->server->keyring, call->route->command->input, call->arena, call->input);
    return read_conditions(call, error);
}

static void run_command(struct call *call)
{
    const struct route *route = call->route;
    struct error error;

    if (route->shows != NULL && !call_can_be_shown(call))
        return;
    if (fill_submission(call, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (route->prepare != NULL && !route->prepare(call, call->input))
        return;
    call_submit(call, on_committed);
}

void run_call(struct call *call)
{
    const struct route *route = call->route;

    if (text_is(text_from(route->method), "GET") && !has_min_size(call))
        return;
    if (route->handle != NULL)
        route->handle(call);
    else if (route->query != NULL)
        run_query(call);
    else
        run_command(call);
}
