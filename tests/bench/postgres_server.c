/*
 * initdb, pg_basebackup and postgres, by the unprivileged user "postgres" where we are root, which
 * PostgreSQL refuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/postgres_server.h"

#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/db/db.h"
#include "tests/bench/program.h"
#include "tests/support/listen.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 24, MAKE_S = 300, START_S = 60, NEWEST_VERSION = 40, OLDEST_VERSION = 15 };

#define BINARIES "/usr/lib/postgresql/%d/bin"

static const char *program_path(struct arena *arena, const char *name)
{
    for (int version = NEWEST_VERSION; version >= OLDEST_VERSION; version--) {
        const char *path = text_format(arena, BINARIES "/%s", version, name).data;
        if (access(path, X_OK) == 0)
            return path;
    }
    return name;
}

static enum status start(
    const struct postgres_server *server,
    const char *program,
    const char *const *arguments,
    pid_t *out,
    struct error *error)
{
    static const char *const as_other[] = {
        "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL"};
    const char *argv[MOST_ARGUMENTS] = {NULL};
    size_t count = 0;

    for (size_t i = 0; geteuid() == 0 && i < COUNT_OF(as_other); i++)
        argv[count++] = as_other[i];
    argv[count++] = program_path(server->arena, program);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        must(count + 1 < MOST_ARGUMENTS);
        argv[count++] = arguments[i];
    }
    return program_start(
        argv, NULL, text_format(server->arena, "%s.log", server->place.path).data, out, error);
}

static enum status make(
    struct postgres_server *server,
    const char *program,
    const char *const *arguments,
    struct error *error)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;
    pid_t process = 0;
    enum status status = STATUS_OK;

    if (user != NULL && chown(server->place.path, user->pw_uid, user->pw_gid) != 0)
        status =
            error_set(error, STATUS_UNAVAILABLE, "%s cannot be given away", server->place.path);
    if (status == STATUS_OK)
        status = start(server, program, arguments, &process, error);
    return status == STATUS_OK ? program_wait(process, MAKE_S, error) : status;
}

static const char *data_of(const struct postgres_server *server)
{
    return text_format(server->arena, "%s/data", server->place.path).data;
}

static void take_port(struct postgres_server *server)
{
    int fd = listen_anywhere(&server->port);

    close(fd);
}

static enum status wait_until_it_answers(struct postgres_server *server, struct error *error)
{
    int64_t until_us = monotonic_us() + START_S * (int64_t)US_PER_S;
    struct db *db = NULL;
    enum status status;

    while ((status = db_open(postgres_server_url(server, "postgres"), 2, 0, &db, error)) !=
               STATUS_OK &&
           monotonic_us() < until_us)
        program_wait_a_little();
    db_close(db);
    return status;
}

static enum status run(struct postgres_server *server, struct error *error)
{
    struct arena *arena = server->arena;
    const char *const arguments[] = {
        "-D", data_of(server),
        "-c", text_format(arena, "port=%d", server->port).data,
        "-c", text_format(arena, "unix_socket_directories=%s", server->place.path).data,
        "-c", "listen_addresses=127.0.0.1",
        NULL};
    enum status status = start(server, "postgres", arguments, &server->process, error);

    return status == STATUS_OK ? wait_until_it_answers(server, error) : status;
}

const char *postgres_server_url(const struct postgres_server *server, const char *database)
{
    return text_format(server->arena, "postgres://fleet@127.0.0.1:%d/%s", server->port, database)
        .data;
}

enum status postgres_server_begin(
    struct postgres_server *server,
    const struct place *place,
    const char *name,
    struct arena *arena,
    struct error *error)
{
    enum status status;

    *server = (struct postgres_server){.arena = arena};
    take_port(server);
    status = place_make_empty(place, name, &server->place, error);
    if (status == STATUS_OK)
        status = make(
            server, "initdb",
            (const char *const[]){
                "-D", data_of(server), "-U", "fleet", "-A", "trust", "-E", "UTF8", "--locale=C",
                "--no-sync", NULL},
            error);
    return status == STATUS_OK ? run(server, error) : status;
}

enum status postgres_server_replicate(
    struct postgres_server *server,
    const struct postgres_server *primary,
    const char *name,
    struct error *error)
{
    struct arena *arena = primary->arena;
    struct place around;
    enum status status;

    *server = (struct postgres_server){.arena = arena};
    take_port(server);
    status = place_make(text_format(arena, "%s/..", primary->place.path).data, &around, error);
    if (status == STATUS_OK)
        status = place_make_empty(&around, name, &server->place, error);
    if (status == STATUS_OK)
        status = make(
            server, "pg_basebackup",
            (const char *const[]){
                "-h", "127.0.0.1", "-p", text_format(arena, "%d", primary->port).data, "-U",
                "fleet", "-D", data_of(server), "-R", "-X", "stream", "-c", "fast", "--no-sync",
                NULL},
            error);
    return status == STATUS_OK ? run(server, error) : status;
}

void postgres_server_stop(struct postgres_server *server)
{
    if (server->arena == NULL)
        return;
    program_interrupt(server->process);
    place_remove(&server->place);
}
