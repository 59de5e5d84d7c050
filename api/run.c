/*
 * What a route does once its input is read: ask, or submit and show.
 *
 *   page, row, query:  wait until all is shown ─► select ─► answer
 *   shown:             before_submit ─► submit ─► wait until it is shown ─► select ─► answer
 *   state:             before_submit ─► submit ─► render
 *   handler:           its own code
 *
 * Where it is a look at evidence, that is on record first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/run.h"

#include "api/evidence/look.h"
#include "api/list_follow.h"
#include "api/select.h"
#include "eventlog/ledger_read.h"

static void show(struct call *call)
{
    const struct route *route = call->route;
    enum route_kind kind = route_kind(route);

    call->least_size = call->shown_size;
    if (kind == ROUTE_PAGE)
        select_answer_page(call, route->status, route->lists);
    else if (kind == ROUTE_ROW)
        select_answer_row(call, route->status, route->reads, UUID_NONE);
    else
        call_answer_query(call, route->status, route->query, call->input);
}

/* Ledger-Min-Size: the caller has seen that much already and wants no less. False: malformed, and answered. */
static bool read_min_size(struct call *call, uint64_t *out)
{
    struct text header = http_header(call->request, "Ledger-Min-Size");
    int64_t wanted = 0;
    struct error error;

    *out = 0;
    if (!text_is_present(header))
        return true;
    if (text_to_int64(text_trim(header), &wanted) && wanted >= 0) {
        *out = (uint64_t)wanted;
        return true;
    }
    error_set_code(
        &error, STATUS_INVALID, "invalid_header",
        "Ledger-Min-Size must be a whole number, as Ledger-Size was.");
    call_answer_error(call, &error);
    return false;
}

static void refuse_size(struct call *call, uint64_t wanted)
{
    struct error error;

    error_set_code(
        &error, STATUS_STALE, "ledger_too_small",
        "This server's ledger has size %llu, less than the %llu asked for.",
        (unsigned long long)ledger_size(call->services->ledger), (unsigned long long)wanted);
    call_answer_error(call, &error);
}

/* By the id of what the command was about, and whatever the path named: a command that found
 * nothing to do is about nothing else. */
static void show_subject(struct call *call)
{
    call->least_size = call->shown_size;
    select_answer_row(call, call->route->status, call->route->shows, call->submission.subject);
}

static void answer_state(struct call *call)
{
    const struct route *route = call->route;
    const struct submission *submission = &call->submission;

    if (route->render != NULL)
        route->render(call, submission->answer);
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
    if (route_kind(route) == ROUTE_SHOWN) {
        call_wait_shown(call, submission->size, show_subject);
        return;
    }
    call->ledger_size = submission->size;
    if (route->lane != LANE_LOOP)
        call_to_lane(call, route->lane, answer_state);
    else if (call_is_large(call))
        call_to_lane(call, LANE_LARGE, answer_state);
    else
        answer_state(call);
}

static void run_command(struct call *call)
{
    const struct route *route = call->route;

    if (route->shows != NULL && !call_can_be_shown(call))
        return;
    if (route->before_submit != NULL && !route->before_submit(call, call->input))
        return;
    call_submit_route(call, route->command, call->input, on_committed);
}

static void run_handler(struct call *call)
{
    const struct route *route = call->route;

    if (route->lane == LANE_LOOP)
        route->handle(call);
    else if (!call_try_lane(call, route->lane, route->handle))
        call_answer_busy(call);
}

static void run_route(struct call *call)
{
    const struct route *route = call->route;

    switch (route_kind(route)) {
    case ROUTE_PAGE:
        if (list_follow_is_wanted(call))
            call_wait_head(call, list_follow_begin);
        else
            call_wait_head(call, show);
        return;
    case ROUTE_ROW:
    case ROUTE_QUERY:
        call_wait_head(call, show);
        return;
    case ROUTE_SHOWN:
    case ROUTE_STATE:
        run_command(call);
        return;
    case ROUTE_HANDLER:
        run_handler(call);
        return;
    }
}

static void run_now(struct call *call)
{
    if (call->route->is_look)
        look_begin(call, run_route);
    else
        run_route(call);
}

/* Waited long enough. */
static void run_if_reached(struct call *call)
{
    if (call->shown_size > ledger_size(call->services->ledger))
        refuse_size(call, call->shown_size);
    else
        run_now(call);
}

void run_call(struct call *call)
{
    bool is_get = text_is(text_from(call->route->method), "GET");
    uint64_t wanted = 0;

    if (is_get && !read_min_size(call, &wanted))
        return;
    if (wanted <= ledger_size(call->services->ledger))
        run_now(call);
    else if (call->services->following != NULL)
        call_wait_size(call, wanted, run_if_reached); /* its leader may have it, and we soon */
    else
        refuse_size(call, wanted);
}
