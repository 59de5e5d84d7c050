/*
 * Starting the server, and asking it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/site.h"

#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/cluster/cluster.h"
#include "core/db/db.h"
#include "tests/bench/processes.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_SETTINGS = 32,
    MOST_ARGUMENTS = 4,
    START_S = 3600,
    RUN_S = 1800,
    ANSWER_S = 60,
    IDLE_S = 20,
    LONGEST_REQUEST = 1 << 20
};

#define A_MONTH "2592000"

static const char *const usual_settings[] = {
    "PORT=0",
    "RATE_LIMIT_PER_MINUTE=0",
    "LOG_LEVEL=warning",
    "ADMIN_EMAIL=" SITE_ADMIN_EMAIL,
    "ADMIN_PASSWORD=" SITE_ADMIN_PASSWORD,
    "SECRETS_ENCRYPTION_KEY=" SITE_SECRET,
    "AGENT_ENROLLMENT_TOKEN=" SITE_ENROLLMENT_TOKEN,
    "AGENT_HEARTBEAT_TIMEOUT_SECONDS=" A_MONTH,
    "AGENT_TASK_CLAIM_LEASE_SECONDS=" A_MONTH,
    "AGENT_STALE_QUEUED_TASK_TIMEOUT_SECONDS=" A_MONTH,
    "AGENT_STALE_RUNNING_TASK_TIMEOUT_SECONDS=" A_MONTH,
};

static const char *const *environment_of(const struct site_order *order, struct arena *arena)
{
    static const char *const passed_on[] = {"PATH", "TMPDIR", "LANG"};
    const char **environment = arena_array(arena, MOST_SETTINGS, sizeof(*environment));
    size_t count = 0;

    environment[count++] = text_format(arena, "FLEETLEDGER_HOME=%s", order->home->path).data;
    for (size_t i = 0; i < COUNT_OF(usual_settings); i++)
        environment[count++] = usual_settings[i];
    if (order->database != NULL)
        environment[count++] = text_format(arena, "DATABASE_URL=%s", order->database).data;
    for (size_t i = 0; order->settings != NULL && order->settings[i] != NULL; i++) {
        must(count + COUNT_OF(passed_on) + 1 < MOST_SETTINGS);
        environment[count++] = order->settings[i];
    }
    for (size_t i = 0; i < COUNT_OF(passed_on); i++) {
        const char *value = getenv(passed_on[i]);
        if (value != NULL)
            environment[count++] = text_format(arena, "%s=%s", passed_on[i], value).data;
    }
    return environment;
}

/* The port that the log names, or 0. */
static int port_in_log(const char *path)
{
    FILE *log = fopen(path, "re");
    char line[512];
    int port = 0;

    while (log != NULL && port == 0 && fgets(line, sizeof(line), log) != NULL) {
        if (sscanf(line, "Fleetledger serves at http://127.0.0.1:%d\n", &port) != 1)
            port = 0;
    }
    if (log != NULL)
        fclose(log);
    return port;
}

static bool listens(struct site *site)
{
    site->port = port_in_log(site->log);
    return site->port != 0;
}

static bool is_ready(struct site *site)
{
    static const struct site_request request = {.method = "GET", .path = TEXT_OF("/health/ready")};
    struct error ignored;
    struct text body;
    bool ready = site_ask(site, &request, 200, &body, &ignored) == STATUS_OK;

    if (!ready)
        http_client_close(&site->client);
    return ready;
}

static enum status
wait_until(struct site *site, bool (*is_so)(struct site *site), struct error *error)
{
    int64_t until_us = monotonic_us() + START_S * (int64_t)US_PER_S;

    while (!is_so(site)) {
        if (program_has_ended(site->server)) {
            site->server = 0;
            return error_set(
                error, STATUS_UNAVAILABLE, "the server ended while it started: see %s", site->log);
        }
        if (monotonic_us() > until_us)
            return error_set(
                error, STATUS_TIMED_OUT, "the server was not ready in time: see %s", site->log);
        program_wait_a_little();
    }
    return STATUS_OK;
}

static const char *program_beside(struct arena *arena)
{
    char path[PATH_MAX] = "";
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

    must(size > 0);
    path[size] = '\0';
    return text_format(arena, "%s/fleetledger", dirname(path)).data;
}

static enum status launch(
    const struct site_order *order,
    const char *const *arguments,
    const char *log,
    struct arena *arena,
    pid_t *out,
    struct error *error)
{
    const char *argv[MOST_ARGUMENTS + 2] = {order->program};

    if (argv[0] == NULL)
        argv[0] = program_beside(arena);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        must(i < MOST_ARGUMENTS);
        argv[i + 1] = arguments[i];
    }
    remove(log);
    return program_start(argv, environment_of(order, arena), log, out, error);
}

enum status site_run(
    const struct site_order *order,
    const char *const *arguments,
    const char *log,
    struct arena *arena,
    struct error *error)
{
    pid_t program = 0;
    enum status status = launch(order, arguments, log, arena, &program, error);

    if (status == STATUS_OK)
        status = program_wait(program, RUN_S, error);
    if (status != STATUS_OK)
        error_context(error, "fleetledger %s (see %s)", arguments[0], log);
    return status;
}

enum status site_schema(const struct site *site, const char **out, struct error *error)
{
    struct db *db = NULL;
    struct text schema = {NULL, 0};
    enum status status = db_open(site->conninfo, 10, 0, &db, error);

    if (status == STATUS_OK)
        status = db_value(
            db, site->arena, "select schemaname from pg_tables where tablename = 'tasks'", &schema,
            error);
    db_close(db);
    if (status == STATUS_OK && !text_is_present(schema))
        return error_set(error, STATUS_NOT_FOUND, "the server has no read models");
    if (status == STATUS_OK)
        *out = text_c(site->arena, schema);
    return status;
}

enum status site_begin(
    struct site *site, const struct site_order *order, struct arena *arena, struct error *error)
{
    static const char *const serve[] = {"serve", NULL};
    enum status status;

    *site = (struct site){.arena = arena, .client.fd = -1};
    site->log = text_format(arena, "%s.log", order->home->path).data;
    status = launch(order, serve, site->log, arena, &site->server, error);
    return status == STATUS_OK ? wait_until(site, listens, error) : status;
}

enum status site_await(struct site *site, const struct site_order *order, struct error *error)
{
    struct text conninfo = {0};
    enum status status = wait_until(site, is_ready, error);

    site->conninfo = order->database;
    if (status != STATUS_OK || order->database != NULL)
        return status;
    status = cluster_join(
        &(struct cluster_settings){.home = order->home->path, .name = "fleetledger"}, site->arena,
        &conninfo, error);
    if (status != STATUS_OK)
        return status;
    site->conninfo = text_c(site->arena, conninfo);
    site->postgres = processes_child(site->server, "postgres");
    return STATUS_OK;
}

enum status site_start(
    struct site *site, const struct site_order *order, struct arena *arena, struct error *error)
{
    enum status status = site_begin(site, order, arena, error);

    return status == STATUS_OK ? site_await(site, order, error) : status;
}

void site_stop(struct site *site)
{
    http_client_close(&site->client);
    program_stop(site->server);
    site->server = 0;
}

enum status site_sign_in(struct site *site, struct error *error)
{
    static const struct site_request request = {
        .method = "POST",
        .path = TEXT_OF("/api/v1/auth/login"),
        .body = TEXT_OF("{\"email\":\"" SITE_ADMIN_EMAIL "\",\"password\":\"" SITE_ADMIN_PASSWORD
                        "\"}"),
    };
    struct text body = {NULL, 0};
    enum status status = site_ask(site, &request, 200, &body, error);

    if (status == STATUS_OK)
        site->admin = text_format(
            site->arena, "Authorization: Bearer %.*s\r\n",
            TEXT_ARGS(http_json_string(body, "accessToken")));
    return status;
}

void site_write_request(const struct site_request *request, struct buf *out)
{
    buf_printf(
        out, "%s %.*s HTTP/1.1\r\nHost: bench\r\n%.*s", request->method, TEXT_ARGS(request->path),
        TEXT_ARGS(request->headers));
    if (text_is_present(request->body))
        buf_printf(
            out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", request->body.size);
    buf_add_c(out, "\r\n");
    buf_add_text(out, request->body);
}

/* The server closes connections that idle for a minute. */
static enum status refresh(struct site *site, struct error *error)
{
    int64_t now_us = monotonic_us();
    bool is_old = site->client.fd < 0 || now_us - site->asked_us > IDLE_S * (int64_t)US_PER_S;

    site->asked_us = now_us;
    if (!is_old)
        return STATUS_OK;
    http_client_close(&site->client);
    return http_client_open(&site->client, site->port, error);
}

enum status site_exchange(
    struct site *site,
    const struct site_request *request,
    struct http_answer *out,
    struct error *error)
{
    struct site_request asked = *request;
    AUTO_BUF written = {0};
    enum status status;

    if (!text_is_present(asked.headers))
        asked.headers = site->admin;
    buf_init(&written, LONGEST_REQUEST);
    site_write_request(&asked, &written);
    status = refresh(site, error);
    if (status == STATUS_OK)
        status = http_client_send(&site->client, buf_text(&written), error);
    if (status == STATUS_OK)
        status = http_client_wait(&site->client, ANSWER_S * (int64_t)US_PER_S, out, error);
    return status;
}

enum status site_fetch(
    struct site *site,
    const struct site_request *request,
    int wanted,
    struct http_answer *out,
    struct error *error)
{
    struct http_answer answer = {0};
    enum status status = site_exchange(site, request, &answer, error);

    if (status == STATUS_OK && answer.status != wanted)
        status = error_set(
            error, STATUS_INVALID, "%s %.*s: answered %d, wanted %d: %.*s", request->method,
            TEXT_ARGS(request->path), answer.status, wanted,
            (int)(answer.body.size < 200 ? answer.body.size : 200), answer.body.data);
    if (status == STATUS_OK)
        *out = answer;
    return status;
}

enum status site_ask(
    struct site *site,
    const struct site_request *request,
    int wanted,
    struct text *out_body,
    struct error *error)
{
    struct http_answer answer = {0};
    enum status status = site_fetch(site, request, wanted, &answer, error);

    if (status == STATUS_OK)
        *out_body = answer.body;
    return status;
}

enum status site_measure(
    const struct bench *bench,
    enum status (*measure)(
        const struct bench *bench, struct site *site, void *context, struct error *error),
    void *context,
    struct error *error)
{
    struct place home;
    struct site site = {.client.fd = -1};
    enum status status = place_make_empty(bench->place, "site", &home, error);

    if (status != STATUS_OK)
        return status;
    status = site_start(
        &site, &(struct site_order){.program = bench->options->server, .home = &home}, bench->arena,
        error);
    if (status == STATUS_OK)
        status = measure(bench, &site, context, error);
    site_stop(&site);
    place_remove(&home);
    return status;
}
