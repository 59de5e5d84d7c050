/*
 * The row of broadcasts: new tasks, told to everybody who hears of them, from the request that makes them to
 * the last arrival. Beside it a bare loop that writes a frame of that size to as many connections.
 *
 *   batch of tasks ─► ledger ─► news ─► rooms of each loop ─► sockets ─► crowd, which counts
 *   one buffer ─────────────► send(), send(), … ────────────► sockets ─► crowd
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/http/websocket_frame.h"
#include "core/run/thread.h"
#include "tests/bench/crowd.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"
#include "tests/support/listen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    TASKS = 16,
    FRAMES = 2 * TASKS,
    FRAME_BYTES = 1024,
    LISTENERS_OF_SOCKETS = 10,
    LARGEST_REQUEST = 64 << 10
};

/* Each task is told, and the entry of the feed of events about it. */
#define TOLD     "42/realtime,["
#define CREATED  TOLD "\"task.created\""
#define RECORDED TOLD "\"event.created\""

struct sizes {
    size_t padding;  /* of a command, so that a task's frame has FRAME_BYTES */
    size_t recorded; /* of an event's frame */
};

/* One run of it. */
struct run {
    double per_second; /* messages that arrived */
    double each_us;    /* processor time of who sends, for each of them */
};

/* Tasks whose frames have about the size that is wanted: the command makes up for what they lack. */
static enum status make_tasks(struct workload *workload, size_t padding, struct error *error)
{
    AUTO_BUF body = {0};
    struct text ignored;

    buf_init(&body, LARGEST_REQUEST);
    buf_add_c(&body, "{\"type\":\"shell.exec\",\"payload\":{\"command\":\"true ");
    for (size_t i = 0; i < padding; i++)
        buf_add_char(&body, 'x');
    buf_add_c(&body, "\"},\"nodeIds\":[");
    for (size_t i = 0; i < TASKS; i++)
        buf_printf(&body, "%s\"%.*s\"", i == 0 ? "" : ",", TEXT_ARGS(workload->nodes[i].id));
    buf_add_c(&body, "]}");
    return site_ask(
        workload->site,
        &(struct site_request){
            .method = "POST", .path = text_lit("/api/v1/tasks/batch"), .body = buf_text(&body)},
        201, &ignored, error);
}

/* What a witness hears of two batches: how large the frames are, and how much the first kind lacks. */
static enum status learn_sizes(
    struct workload *workload, struct socket_client *witness, struct sizes *out, struct error *e)
{
    struct text frame = {NULL, 0};
    enum status status = make_tasks(workload, 0, e);

    if (status == STATUS_OK)
        status = socket_client_await(witness, CREATED, &frame, e);
    out->padding = frame.size < FRAME_BYTES ? FRAME_BYTES - frame.size : 0;
    for (unsigned i = 0; status == STATUS_OK && i < TASKS; i++)
        status = socket_client_await(witness, RECORDED, &frame, e);
    out->recorded = frame.size;
    return status;
}

static enum status find_sizes(struct workload *workload, struct sizes *out, struct error *error)
{
    struct crowd witness = {0};
    enum status status = crowd_open_people(&witness, workload->site, 1, error);

    if (status == STATUS_OK)
        status = learn_sizes(workload, &witness.members[0], out, error);
    crowd_close(&witness);
    return status;
}

static enum status loops_us(const struct site *site, double *out, struct error *error)
{
    struct thread_times times;
    enum status status = processes_thread_times(site->server, &times, error);

    *out = status == STATUS_OK ? thread_times_of(&times, "loop") : 0;
    return status;
}

/* Batches, until the time is over. */
static enum status broadcast(
    struct workload *workload,
    struct crowd *crowd,
    size_t padding,
    double seconds,
    struct run *out,
    struct error *error)
{
    uint64_t before = crowd->heard;
    int64_t began_us = monotonic_us();
    double from_us = 0;
    double to_us = 0;
    enum status status = loops_us(workload->site, &from_us, error);

    do {
        if (status == STATUS_OK)
            status = make_tasks(workload, padding, error);
        if (status == STATUS_OK)
            status = crowd_hear_all(crowd, TOLD, (uint64_t)FRAMES * crowd->count, error);
    } while (status == STATUS_OK &&
             (double)(monotonic_us() - began_us) < seconds * (double)US_PER_S);
    out->per_second =
        (double)(crowd->heard - before) * (double)US_PER_S / (double)(monotonic_us() - began_us);
    if (status == STATUS_OK)
        status = loops_us(workload->site, &to_us, error);
    out->each_us = (to_us - from_us) / (double)(crowd->heard - before);
    return status;
}

/* The bare loop, on a thread of its own for each batch. */
struct bare {
    int listener;
    int *peers;
    unsigned count;
    struct websocket_frame *frames[2]; /* of a task, of its event */
    struct crowd crowd;
    double own_us; /* of the threads */
    bool has_failed;
};

static bool write_frame(int peer, struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t sent = send(peer, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        struct pollfd waiting = {.fd = peer, .events = POLLOUT};

        if (sent < 0 && errno == EAGAIN && poll(&waiting, 1, 10000) == 1)
            continue;
        if (sent <= 0)
            return false;
        bytes = (struct bytes){bytes.data + sent, bytes.size - (size_t)sent};
    }
    return true;
}

static void write_batch(void *context)
{
    struct bare *bare = context;

    for (unsigned i = 0; i < FRAMES; i++) {
        struct bytes bytes = websocket_frame_bytes(bare->frames[i % 2]);
        for (unsigned k = 0; k < bare->count; k++)
            bare->has_failed = !write_frame(bare->peers[k], bytes) || bare->has_failed;
    }
    bare->own_us += processes_thread_us();
}

static enum status
accept_one(struct socket_client *client, unsigned number, void *context, struct error *error)
{
    struct bare *bare = context;

    (void)client;
    bare->peers[number] = accept(bare->listener, NULL, NULL);
    if (bare->peers[number] < 0)
        return error_set(error, STATUS_UNAVAILABLE, "accept: %s", strerrordesc_np(errno));
    bare->count = number + 1;
    return STATUS_OK;
}

static struct websocket_frame *make_frame(size_t size)
{
    AUTO_BUF payload = {0};

    buf_init(&payload, LARGEST_REQUEST);
    buf_add_c(&payload, CREATED);
    while (payload.size < size)
        buf_add_char(&payload, 'x');
    return websocket_frame_new(WEBSOCKET_TEXT, buf_text(&payload));
}

static enum status
open_bare(struct bare *bare, unsigned listeners, const struct sizes *sizes, struct error *error)
{
    struct crowd_entry entry = {.enter = accept_one, .context = bare};

    *bare = (struct bare){
        .listener = listen_anywhere(&entry.port),
        .peers = heap_array(listeners, sizeof(*bare->peers)),
        .frames = {make_frame(FRAME_BYTES), make_frame(sizes->recorded)},
    };
    return crowd_open(&bare->crowd, listeners, &entry, error);
}

static void close_bare(struct bare *bare)
{
    crowd_close(&bare->crowd);
    for (unsigned i = 0; i < bare->count; i++)
        close(bare->peers[i]);
    close(bare->listener);
    websocket_frame_release(bare->frames[0]);
    websocket_frame_release(bare->frames[1]);
    heap_free(bare->peers);
}

static enum status
write_bare(struct bare *bare, double seconds, struct run *out, struct error *error)
{
    uint64_t before = bare->crowd.heard;
    int64_t began_us = monotonic_us();
    enum status status = STATUS_OK;

    bare->own_us = 0;
    do {
        struct thread *writer = thread_start("bare loop", write_batch, bare);

        status = crowd_hear_all(&bare->crowd, TOLD, (uint64_t)FRAMES * bare->count, error);
        thread_join(writer);
    } while (status == STATUS_OK && !bare->has_failed &&
             (double)(monotonic_us() - began_us) < seconds * (double)US_PER_S);
    if (status == STATUS_OK && bare->has_failed)
        status = error_set(error, STATUS_UNAVAILABLE, "the bare loop could not write");
    out->per_second = (double)(bare->crowd.heard - before) * (double)US_PER_S /
                      (double)(monotonic_us() - began_us);
    out->each_us = bare->own_us / (double)(bare->crowd.heard - before);
    return status;
}

struct runs {
    struct samples per_second;
    struct samples bare_per_second;
    struct samples each_us;
    struct samples bare_each_us;
};

static enum status measure_run(
    const struct bench *bench,
    struct workload *workload,
    struct crowd *crowd,
    const struct sizes *sizes,
    struct runs *out,
    struct error *error)
{
    struct bare bare;
    struct run ours = {0};
    struct run limit = {0};
    enum status status = open_bare(&bare, crowd->count, sizes, error);

    if (status == STATUS_OK)
        status = broadcast(workload, crowd, sizes->padding, bench->options->seconds, &ours, error);
    if (status == STATUS_OK)
        status = write_bare(&bare, bench->options->seconds, &limit, error);
    samples_add(&out->per_second, ours.per_second);
    samples_add(&out->each_us, ours.each_us);
    samples_add(&out->bare_per_second, limit.per_second);
    samples_add(&out->bare_each_us, limit.each_us);
    close_bare(&bare);
    return status;
}

static enum status
measure_site(const struct bench *bench, struct site *site, void *context, struct error *error)
{
    struct runs *out = context;
    unsigned listeners = (unsigned)bench->options->sockets / LISTENERS_OF_SOCKETS;
    struct workload workload;
    struct crowd crowd = {0};
    struct sizes sizes = {0};
    enum status status = site_sign_in(site, error);

    if (status == STATUS_OK)
        status = workload_make(&workload, site, TASKS, error);
    if (status == STATUS_OK)
        status = find_sizes(&workload, &sizes, error);
    if (status == STATUS_OK)
        status = crowd_open_people(&crowd, site, listeners, error);
    for (int64_t i = 0; status == STATUS_OK && i < bench->options->runs; i++)
        status = measure_run(bench, &workload, &crowd, &sizes, out, error);
    crowd_close(&crowd);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct runs runs = {.per_second = {.count = 0}};
    enum status status = site_measure(bench, measure_site, &runs, error);

    if (status != STATUS_OK)
        return status;
    report_begin_subject(
        bench->report, "1 KiB to %lld", (long long)bench->options->sockets / LISTENERS_OF_SOCKETS);
    report_add_beside(
        bench->report, "arrivals", "/s", (struct beside){&runs.per_second, &runs.bare_per_second},
        (struct aim){AIM_RATIO_AT_LEAST, 0.6});
    report_add_beside(
        bench->report, "sender each", "us", (struct beside){&runs.each_us, &runs.bare_each_us},
        (struct aim){AIM_NONE, 0});
    return STATUS_OK;
}

const struct row broadcast_row = {
    .name = "broadcast",
    .doc = "new tasks told to all who hear of them, from the request to the last arrival: messages "
           "that arrive, processor time of the server's loops for each",
    .limit = "a bare loop that writes prepared frames of the same sizes to as many connections",
    .measure = measure,
};
