/*
 * The loop behind the load.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/load.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "tests/bench/processes.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { MOST_EVENTS = 64, SILENCE_S = 30, DRAIN_S = 5, LOOK_MS = 100, STEP_MS = 1 };

/* Requests that may be sent since a moment, and those that were; a rate of 0: as many as are answered. */
struct pace {
    double per_second;
    int64_t from_us;
    uint64_t sent;
};

struct load {
    const struct load_protocol *protocol;
    struct load_connection *connections;
    unsigned count;
    int epoll;
    unsigned waiting; /* connections that wait for an answer */
    struct pace pace;
    bool is_over;
    struct load_result *result; /* of the present drive, or NULL */
};

static enum status open_one(struct load *load, struct load_connection *c, struct error *error)
{
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = c};
    enum status status;

    c->fd = -1;
    c->state = heap_new(load->protocol->state_bytes);
    status = load->protocol->open(c, error);
    if (status == STATUS_OK && epoll_ctl(load->epoll, EPOLL_CTL_ADD, c->fd, &interest) != 0)
        status = error_set(error, STATUS_UNAVAILABLE, "too many connections for this process");
    return status;
}

enum status load_open(
    const struct load_protocol *protocol,
    void *context,
    unsigned connections,
    struct load **out,
    struct error *error)
{
    struct load *load = heap_new(sizeof(*load));
    enum status status = STATUS_OK;

    *out = load;
    load->protocol = protocol;
    load->connections = heap_array(connections, sizeof(*load->connections));
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(load->epoll >= 0);
    while (status == STATUS_OK && load->count < connections) {
        struct load_connection *c = &load->connections[load->count];
        c->context = context;
        c->number = load->count++;
        status = open_one(load, c, error);
    }
    return status;
}

void load_pace(struct load *load, double per_second)
{
    load->pace = (struct pace){.per_second = per_second, .from_us = monotonic_us()};
}

static bool is_due(const struct pace *pace)
{
    double seconds;

    if (pace->per_second == 0)
        return true;
    seconds = (double)(monotonic_us() - pace->from_us) / US_PER_S;
    return (double)pace->sent < seconds * pace->per_second;
}

static enum status send_next(struct load *load, struct load_connection *c, struct error *error)
{
    enum status status;

    c->sent_us = monotonic_us();
    status = load->protocol->send(c, &load->is_over, error);
    if (status != STATUS_OK || load->is_over)
        return status;
    c->sent++;
    load->pace.sent++;
    c->is_waiting = true;
    load->waiting++;
    return STATUS_OK;
}

static enum status take(struct load *load, struct load_connection *c, struct error *error)
{
    bool is_whole = false;
    enum status status = load->protocol->receive(c, &is_whole, error);

    if (status != STATUS_OK || !is_whole)
        return status;
    c->is_waiting = false;
    load->waiting--;
    if (load->result == NULL)
        return STATUS_OK;
    load->result->answers++;
    series_add(&load->result->latencies, (uint32_t)(monotonic_us() - c->sent_us));
    return STATUS_OK;
}

/* On all connections that have nothing under way. */
static enum status send_due(struct load *load, struct error *error)
{
    enum status status = STATUS_OK;

    for (unsigned i = 0; status == STATUS_OK && i < load->count && !load->is_over; i++) {
        if (!load->connections[i].is_waiting && is_due(&load->pace))
            status = send_next(load, &load->connections[i], error);
    }
    return status;
}

/* Takes what has come within a tenth of a second, or a step; gives how many connections that were. */
static enum status turn(struct load *load, bool goes_on, int *out_count, struct error *error)
{
    struct epoll_event events[MOST_EVENTS];
    bool is_paced = load->pace.per_second > 0;
    enum status status = STATUS_OK;

    *out_count = epoll_wait(load->epoll, events, MOST_EVENTS, is_paced ? STEP_MS : LOOK_MS);
    for (int i = 0; status == STATUS_OK && i < *out_count; i++) {
        struct load_connection *c = events[i].data.ptr;
        status = take(load, c, error);
        if (status == STATUS_OK && goes_on && !is_paced && !c->is_waiting && !load->is_over)
            status = send_next(load, c, error);
    }
    if (status == STATUS_OK && goes_on && is_paced)
        status = send_due(load, error);
    return status;
}

enum status
load_drive(struct load *load, double seconds, struct load_result *out, struct error *error)
{
    struct load_result unwanted = {.answers = 0};
    double own_us = processes_own_us();
    int64_t began_us = monotonic_us();
    int64_t now_us = began_us;
    int64_t heard_us = began_us;
    enum status status;

    load->result = out == NULL ? &unwanted : out;
    *load->result = (struct load_result){.answers = 0};
    load->is_over = false;
    status = send_due(load, error);
    while (status == STATUS_OK && !load->is_over &&
           (double)(now_us - began_us) < seconds * US_PER_S) {
        int count = 0;
        status = turn(load, true, &count, error);
        now_us = monotonic_us();
        if (count > 0)
            heard_us = now_us;
        else if (status == STATUS_OK && now_us - heard_us > SILENCE_S * (int64_t)US_PER_S)
            status = error_set(error, STATUS_TIMED_OUT, "no answer for %d seconds", SILENCE_S);
    }
    load->result->seconds = (double)(now_us - began_us) / US_PER_S;
    load->result->own_us = processes_own_us() - own_us;
    load->result = NULL;
    load_result_free(&unwanted);
    return status;
}

void load_result_free(struct load_result *result)
{
    series_free(&result->latencies);
}

enum status load_run(
    const struct load_protocol *protocol, void *context, unsigned connections, struct error *error)
{
    struct load *load = NULL;
    enum status status = load_open(protocol, context, connections, &load, error);

    while (status == STATUS_OK && !load->is_over)
        status = load_drive(load, 1, NULL, error);
    load_close(load);
    return status;
}

enum status load_take(struct load *load, unsigned answers, int patience_s, struct error *error)
{
    int64_t until_us = monotonic_us() + patience_s * (int64_t)US_PER_S;
    unsigned before = load->waiting;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && before - load->waiting < answers) {
        int count = 0;
        if (monotonic_us() > until_us)
            return error_set(
                error, STATUS_TIMED_OUT, "%u of %u answers in %d s", before - load->waiting,
                answers, patience_s);
        status = turn(load, false, &count, error);
    }
    return status;
}

void load_abandon(struct load *load)
{
    if (load == NULL)
        return;
    for (unsigned i = 0; i < load->count; i++) {
        load->protocol->close(&load->connections[i]);
        heap_free(load->connections[i].state);
    }
    close(load->epoll);
    heap_free(load->connections);
    heap_free(load);
}

void load_close(struct load *load)
{
    int64_t until_us = monotonic_us() + DRAIN_S * (int64_t)US_PER_S;
    struct error ignored;
    int count = 0;

    while (load != NULL && load->waiting > 0 && monotonic_us() < until_us &&
           turn(load, false, &count, &ignored) == STATUS_OK)
        ;
    load_abandon(load);
}
