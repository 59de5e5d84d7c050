/*
 * The row of terminals: a key from a screen to the agent and its echo back, each on the ledger before it goes
 * on, and output as fast as the server takes it from one agent.
 *
 *   screen ── terminal.input ──► server ──► agent ── terminal.output ──► server ──► screen
 *
 * Beside a key: the same messages over sockets that only send them back. Beside output: the same bytes,
 * appended to a file and synced, as many at a time as the server takes from a socket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "tests/bench/bare_sockets.h"
#include "tests/bench/crowd.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    KEYS = 1000,
    KEYS_QUICKLY = 20,
    KEY_EVERY_MS = 10,      /* the server takes 600 in 5 s from a screen */
    SESSIONS = 20,          /* one after the other: a transcript holds 10 MiB */
    CHUNKS = 320,           /* of a session */
    CHUNK_BYTES = 30 << 10, /* about as much as our agent sends at once */
    CHUNK_SIGNS = CHUNK_BYTES / 3 * 4,
    UNDER_WAY = 32, /* as many messages as a socket may have */
    LEAST_MB = 20
};

struct stage {
    const struct bench *bench;
    struct site *site;
    struct workload workload;
    struct socket_client agent;
    struct socket_client screen;
    struct text session; /* id, in the arena */
};

/* A session that the agent has opened; `out_token` lets a screen come to it. */
static enum status open_session(struct stage *stage, struct text *out_token, struct error *error)
{
    struct arena *arena = stage->bench->arena;
    struct text body;
    struct text heard;
    enum status status = site_ask(
        stage->site,
        &(struct site_request){
            .method = "POST",
            .path = text_format(
                arena, "/api/v1/workspaces/%.*s/nodes/%.*s/terminal-sessions",
                TEXT_ARGS(stage->workload.workspace), TEXT_ARGS(stage->workload.nodes[0].id)),
            .body = text_lit("{\"cols\":80,\"rows\":24}")},
        201, &body, error);

    if (status != STATUS_OK)
        return status;
    stage->session = text_copy(arena, http_json_string(body, "id"));
    *out_token = text_copy(arena, http_json_string(body, "terminalConnectToken"));
    status =
        socket_client_await(&stage->agent, "42/agent-realtime,[\"terminal.start\"", &heard, error);
    if (status == STATUS_OK)
        status = socket_client_say(
            &stage->agent,
            text_format(
                arena,
                "42/agent-realtime,1[\"terminal.opened\",{\"type\":\"terminal.opened\","
                "\"sessionId\":\"%.*s\",\"cols\":80,\"rows\":24}]",
                TEXT_ARGS(stage->session)),
            error);
    if (status == STATUS_OK)
        status = socket_client_await(&stage->agent, "43/agent-realtime,1", &heard, error);
    return status;
}

static enum status open_screen(struct stage *stage, struct text token, struct error *error)
{
    struct arena *arena = stage->bench->arena;
    struct text heard;
    enum status status =
        socket_client_open(&stage->screen, stage->site->port, SOCKET_CLIENT_PATH, error);

    if (status == STATUS_OK)
        status = socket_client_join(
            &stage->screen, "/terminal",
            text_format(arena, "{\"token\":\"%.*s\"}", TEXT_ARGS(token)).data, error);
    if (status == STATUS_OK)
        status = socket_client_say(
            &stage->screen,
            text_format(
                arena, "42/terminal,1[\"terminal.attach\",{\"sessionId\":\"%.*s\"}]",
                TEXT_ARGS(stage->session)),
            error);
    if (status == STATUS_OK)
        status = socket_client_await(&stage->screen, "43/terminal,1[{\"ok\":true", &heard, error);
    return status;
}

struct keys {
    struct text typed;  /* what the screen says */
    struct text echoed; /* what the agent says */
};

/* One key through the server and back. */
static enum status press(struct stage *stage, const struct keys *keys, struct error *error)
{
    struct text heard;
    enum status status = socket_client_say(&stage->screen, keys->typed, error);

    if (status == STATUS_OK)
        status = socket_client_await(
            &stage->agent, "42/agent-realtime,[\"terminal.input\"", &heard, error);
    if (status == STATUS_OK)
        status = socket_client_say(&stage->agent, keys->echoed, error);
    if (status == STATUS_OK)
        status =
            socket_client_await(&stage->screen, "42/terminal,[\"terminal.output\"", &heard, error);
    return status;
}

/* Both messages to the sockets that send them back, one after the other. */
static enum status
press_bare(struct socket_client pair[2], const struct keys *keys, struct error *error)
{
    struct text heard;
    enum status status = socket_client_say(&pair[0], keys->typed, error);

    if (status == STATUS_OK)
        status = socket_client_await(&pair[0], "42", &heard, error);
    if (status == STATUS_OK)
        status = socket_client_say(&pair[1], keys->echoed, error);
    if (status == STATUS_OK)
        status = socket_client_await(&pair[1], "42", &heard, error);
    return status;
}

static enum status press_all(
    struct stage *stage,
    struct socket_client pair[2],
    struct series *ours,
    struct series *bare,
    struct error *error)
{
    static const struct timespec between = {.tv_nsec = KEY_EVERY_MS * 1000000};
    struct arena *arena = stage->bench->arena;
    unsigned count = stage->bench->options->is_quick ? KEYS_QUICKLY : KEYS;
    struct keys keys = {
        text_format(
            arena, "42/terminal,[\"terminal.input\",{\"sessionId\":\"%.*s\",\"payload\":\"YQ==\"}]",
            TEXT_ARGS(stage->session)),
        text_format(
            arena,
            "42/agent-realtime,[\"terminal.output\",{\"type\":\"terminal.output\",\"sessionId\":"
            "\"%.*s\",\"direction\":\"stdout\",\"payload\":\"YQ==\"}]",
            TEXT_ARGS(stage->session)),
    };
    enum status status = STATUS_OK;

    for (unsigned i = 0; status == STATUS_OK && i < count; i++) {
        int64_t began_us = monotonic_us();

        status = press(stage, &keys, error);
        series_add(ours, (uint32_t)(monotonic_us() - began_us));
        began_us = monotonic_us();
        if (status == STATUS_OK)
            status = press_bare(pair, &keys, error);
        series_add(bare, (uint32_t)(monotonic_us() - began_us));
        (void)nanosleep(&between, NULL);
    }
    return status;
}

static void add_keys(struct report *report, struct series *ours, struct series *bare)
{
    static const struct {
        const char *name;
        double share;
    } shown[] = {{"p50", 0.5}, {"p99", 0.99}};

    series_sort(ours);
    series_sort(bare);
    report_begin_subject(report, "a key and its echo");
    for (size_t i = 0; i < COUNT_OF(shown); i++) {
        struct samples value = samples_of(series_at(ours, shown[i].share) / 1000.0);
        struct samples limit = samples_of(series_at(bare, shown[i].share) / 1000.0);

        report_add_beside(
            report, shown[i].name, "ms", (struct beside){&value, &limit},
            (struct aim){AIM_NONE, 0});
    }
}

static enum status measure_keys(struct stage *stage, struct error *error)
{
    struct bare_sockets *echo = NULL;
    int port = 0;
    struct socket_client pair[2] = {{.http.fd = -1}, {.http.fd = -1}};
    struct series ours = {0};
    struct series bare = {0};
    struct text token = {NULL, 0};
    enum status status = bare_sockets_start(&echo, &port, error);

    if (status == STATUS_OK)
        status = socket_client_open(&pair[0], port, BARE_SOCKETS_PATH, error);
    if (status == STATUS_OK)
        status = socket_client_open(&pair[1], port, BARE_SOCKETS_PATH, error);
    if (status == STATUS_OK)
        status = open_session(stage, &token, error);
    if (status == STATUS_OK)
        status = open_screen(stage, token, error);
    if (status == STATUS_OK)
        status = press_all(stage, pair, &ours, &bare, error);
    if (status == STATUS_OK)
        add_keys(stage->bench->report, &ours, &bare);
    series_free(&ours);
    series_free(&bare);
    socket_client_close(&pair[0]);
    socket_client_close(&pair[1]);
    bare_sockets_stop(echo);
    return status;
}

struct flood {
    double mb_per_second;
    double limit_mb_per_second;
    int64_t most[2]; /* bytes of its memory in the first half of it, and in the second */
};

/* A session's output, the last chunk of it acknowledged: then all is on the ledger. */
static enum status write_session(struct stage *stage, int64_t *most, struct error *error)
{
    static char signs[CHUNK_SIGNS];
    AUTO_BUF message = {0};
    struct text heard = {NULL, 0};
    enum status status = STATUS_OK;

    memset(signs, 'Q', sizeof(signs));
    buf_init(&message, 2 * CHUNK_SIGNS);
    for (unsigned i = 1; status == STATUS_OK && i <= CHUNKS; i++) {
        int64_t bytes;

        buf_clear(&message);
        buf_printf(
            &message,
            "42/agent-realtime,%s[\"terminal.output\",{\"type\":\"terminal.output\",\"sessionId\":"
            "\"%.*s\",\"direction\":\"stdout\",\"payload\":\"",
            i == CHUNKS ? "7" : "", TEXT_ARGS(stage->session));
        buf_add(&message, signs, sizeof(signs));
        buf_add_c(&message, "\"}]");
        status = socket_client_say(&stage->agent, buf_text(&message), error);
        bytes = processes_private_bytes(stage->site->server);
        *most = bytes > *most ? bytes : *most;
    }
    if (status == STATUS_OK)
        status = socket_client_await(&stage->agent, "43/agent-realtime,7", &heard, error);
    if (status == STATUS_OK && !text_contains(heard, text_lit("\"ok\":true")))
        status = error_set(error, STATUS_INVALID, "output was refused: %.*s", TEXT_ARGS(heard));
    return status;
}

/* Is all of it in the transcript? */
static enum status check_session(struct stage *stage, struct error *error)
{
    struct text body;
    int64_t bytes = 0;
    enum status status = site_ask(
        stage->site,
        &(struct site_request){
            .method = "GET",
            .path = text_format(
                stage->bench->arena, "/api/v1/workspaces/%.*s/terminal-sessions/%.*s",
                TEXT_ARGS(stage->workload.workspace), TEXT_ARGS(stage->session))},
        200, &body, error);

    if (status == STATUS_OK && (!text_to_int64(http_json_string(body, "transcriptBytes"), &bytes) ||
                                bytes < (int64_t)CHUNKS * CHUNK_BYTES))
        status = error_set(
            error, STATUS_INVALID, "only %lld bytes of output are in the transcript",
            (long long)bytes);
    return status;
}

static enum status append_synced(int fd, const char *chunk, struct error *error)
{
    for (unsigned i = 0; i < UNDER_WAY; i++) {
        if (write(fd, chunk, CHUNK_BYTES) != CHUNK_BYTES)
            return error_set(error, STATUS_UNAVAILABLE, "write: %s", strerrordesc_np(errno));
    }
    if (fdatasync(fd) != 0)
        return error_set(error, STATUS_UNAVAILABLE, "fdatasync: %s", strerrordesc_np(errno));
    return STATUS_OK;
}

/* As many bytes as a session has, appended to a file. */
static enum status write_bare(const struct stage *stage, double *out_seconds, struct error *error)
{
    const struct place file = place_below(stage->bench->place, "appended");
    char *chunk = heap_new(CHUNK_BYTES);
    int fd = open(file.path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    int64_t began_us = monotonic_us();
    enum status status = STATUS_OK;

    if (fd < 0)
        status = error_set(error, STATUS_UNAVAILABLE, "open: %s", strerrordesc_np(errno));
    for (unsigned i = 0; status == STATUS_OK && i < CHUNKS; i += UNDER_WAY)
        status = append_synced(fd, chunk, error);
    *out_seconds += (double)(monotonic_us() - began_us) / (double)US_PER_S;
    if (fd >= 0)
        close(fd);
    (void)unlink(file.path);
    heap_free(chunk);
    return status;
}

static enum status flood(struct stage *stage, struct flood *out, struct error *error)
{
    unsigned sessions = stage->bench->options->is_quick ? 2 : SESSIONS;
    double megabytes = (double)sessions * CHUNKS * CHUNK_BYTES / 1e6;
    double seconds = 0;
    double limit_seconds = 0;
    struct text token;
    enum status status = STATUS_OK;

    for (unsigned i = 0; status == STATUS_OK && i < sessions; i++) {
        int64_t began_us;

        status = open_session(stage, &token, error);
        began_us = monotonic_us();
        if (status == STATUS_OK)
            status = write_session(stage, &out->most[i >= sessions / 2 ? 1 : 0], error);
        seconds += (double)(monotonic_us() - began_us) / (double)US_PER_S;
        if (status == STATUS_OK)
            status = check_session(stage, error);
        if (status == STATUS_OK)
            status = write_bare(stage, &limit_seconds, error);
    }
    out->mb_per_second = megabytes / seconds;
    out->limit_mb_per_second = megabytes / limit_seconds;
    return status;
}

static enum status measure_flood(struct stage *stage, struct error *error)
{
    struct report *report = stage->bench->report;
    struct flood figures = {0};
    struct samples rate;
    struct samples limit;
    struct samples memory;
    struct samples memory_before;
    enum status status = flood(stage, &figures, error);

    if (status != STATUS_OK)
        return status;
    rate = samples_of(figures.mb_per_second);
    limit = samples_of(figures.limit_mb_per_second);
    memory = samples_of((double)figures.most[1] / (1 << 20));
    memory_before = samples_of((double)figures.most[0] / (1 << 20));
    report_begin_subject(report, "output without end");
    report_add_beside(
        report, "recorded", "MB/s", (struct beside){&rate, &limit},
        (struct aim){AIM_VALUE_AT_LEAST, LEAST_MB});
    report_add_beside(
        report, "most memory", "MiB", (struct beside){&memory, &memory_before},
        (struct aim){AIM_RATIO_AT_MOST, 1.1});
    return STATUS_OK;
}

static enum status
measure_site(const struct bench *bench, struct site *site, void *context, struct error *error)
{
    struct stage *stage = context;
    enum status status = site_sign_in(site, error);

    (void)bench; /* the stage has it */
    stage->site = site;
    if (status == STATUS_OK)
        status = workload_make(&stage->workload, stage->site, 1, error);
    if (status == STATUS_OK)
        status = socket_client_open(&stage->agent, stage->site->port, SOCKET_CLIENT_PATH, error);
    if (status == STATUS_OK)
        status = crowd_enter_agent(&stage->agent, &stage->workload.nodes[0], error);
    if (status == STATUS_OK)
        status = measure_keys(stage, error);
    if (status == STATUS_OK)
        status = measure_flood(stage, error);
    socket_client_close(&stage->screen);
    socket_client_close(&stage->agent);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage stage = {.bench = bench, .agent.http.fd = -1, .screen.http.fd = -1};

    return site_measure(bench, measure_site, &stage, error);
}

const struct row terminal_row = {
    .name = "terminal",
    .doc =
        "a terminal with a simulated agent: a key and its echo, both on the ledger before they "
        "go on; output as fast as the server takes it, and its private memory in the second half of that",
    .limit =
        "a key: the same messages, sent back by a server of the same socket layer; output: the "
        "bytes, appended to a file and synced; memory: that in the first half",
    .measure = measure,
};
