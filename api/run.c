/*
 * What a route does once its input is read: ask, or submit and show.
 *
 *   query:    wait until visible ─► select ─► answer
 *   command:  prepare ─► submit ─► state answer
 *                               └► wait until visible ─► select ─► answer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/run.h"

#include "eventlog/ledger_read.h"

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
    uint64_t size = ledger_size(call->services->ledger);
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
    call_wait_head(call, show_query);
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

static void answer_state(struct call *call)
{
    const struct route *route = call->route;
    const struct submission *submission = &call->submission;

    if (route->answer != NULL)
        route->answer(call, submission->answer);
    else
        call_answer_shape(call, route->status, route->command->answer, submission->answer);
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
        call_wait_shown(call, submission->size, show_subject);
        return;
    }
    call->ledger_size = submission->size;
    if (route->lane != LANE_LOOP)
        call_to_lane(call, route->lane, answer_state);
    else if (call_is_large(call))
        call_to_lane(call, LANE_PLAIN, answer_state);
    else
        answer_state(call);
}

static void run_command(struct call *call)
{
    const struct route *route = call->route;

    if (route->shows != NULL && !call_can_be_shown(call))
        return;
    if (route->prepare != NULL && !route->prepare(call, call->input))
        return;
    call_submit_route(call, on_committed);
}

static void run_handler(struct call *call)
{
    const struct route *route = call->route;

    if (route->lane == LANE_LOOP)
        route->handle(call);
    else if (!call_try_lane(call, route->lane, route->handle))
        call_answer_busy(call);
}

void run_call(struct call *call)
{
    const struct route *route = call->route;

    if (text_is(text_from(route->method), "GET") && !has_min_size(call))
        return;
    if (route->handle != NULL)
        run_handler(call);
    else if (route->query != NULL)
        run_query(call);
    else
        run_command(call);
}
