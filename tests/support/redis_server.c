/*
 * redis-server, of Debian's package of that name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/redis_server.h"

#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/openssl.h"
#include "tests/support/peer.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

enum { PATIENCE_US = 20000000, STEP_MS = 10 };

#define AUTHENTICATE "*2\r\n$4\r\nAUTH\r\n$18\r\n" REDIS_PASSWORD "\r\n"

static void socket_of(const struct redis_server *server, char out[600])
{
    must(snprintf(out, 600, "%s/redis.sock", server->directory) < 600);
}

void given_redis_place(struct redis_server *server)
{
    *server = (struct redis_server){.pid = 0};
    must(snprintf(server->directory, sizeof(server->directory), "%s", make_directory()) < 500);
}

void given_redis_tls(struct redis_server *server)
{
    char key[600];

    given_redis_place(server);
    must(snprintf(server->certificate, 600, "%s/certificate.pem", server->directory) < 600);
    must(snprintf(key, 600, "%s/key.pem", server->directory) < 600);
    OPENSSL(
        "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-keyout", key,
        "-out", server->certificate);
    must(close(listen_anywhere(&server->tls_port)) == 0);
}

static void write_settings(const struct redis_server *server, char path[600])
{
    FILE *file;

    must(snprintf(path, 600, "%s/redis.conf", server->directory) < 600);
    file = fopen(path, "we");
    must(file != NULL);
    fprintf(
        file,
        "port 0\nunixsocket %s/redis.sock\ndir %s\nsave \"\"\nrequirepass \"%s\"\nlogfile %s/log\n",
        server->directory, server->directory, REDIS_PASSWORD, server->directory);
    if (server->tls_port != 0)
        fprintf(
            file,
            "tls-port %d\nbind 127.0.0.1\ntls-auth-clients no\ntls-cert-file %s\n"
            "tls-key-file %s/key.pem\ntls-ca-cert-file %s\n",
            server->tls_port, server->certificate, server->directory, server->certificate);
    must(fclose(file) == 0);
}

/* In the child; nothing here may allocate. */
NORETURN static void become(const char *settings)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execlp("redis-server", "redis-server", settings, (char *)NULL);
    _exit(127);
}

static bool is_answering(const struct redis_server *server)
{
    char path[600];
    char said[64] = "";
    ssize_t size = 0;
    int peer;

    socket_of(server, path);
    peer = peer_connect_unix(path);
    if (peer < 0)
        return false;
    if (peer_send(peer, AUTHENTICATE))
        size = read(peer, said, sizeof(said) - 1);
    peer_close(peer);
    return size >= 3 && memcmp(said, "+OK", 3) == 0;
}

void given_redis(struct redis_server *server)
{
    int64_t until_us = monotonic_us() + PATIENCE_US;
    char settings[600];

    write_settings(server, settings);
    fflush(stdout);
    server->pid = fork();
    must(server->pid >= 0);
    if (server->pid == 0)
        become(settings);
    while (!is_answering(server)) {
        must(monotonic_us() < until_us && waitpid(server->pid, NULL, WNOHANG) == 0);
        poll(NULL, 0, STEP_MS);
    }
}

void redis_server_url(const struct redis_server *server, char out[700])
{
    must(
        snprintf(
            out, 700, "unix://:p%%40ss%%20word%%2Fof%%3Aredis@%s/redis.sock", server->directory) <
        700);
}

void redis_server_pause(const struct redis_server *server)
{
    must(kill(server->pid, SIGSTOP) == 0);
}

void redis_server_resume(const struct redis_server *server)
{
    must(kill(server->pid, SIGCONT) == 0);
}

void redis_server_kill(struct redis_server *server)
{
    if (server->pid == 0)
        return;
    must(kill(server->pid, SIGKILL) == 0);
    must(waitpid(server->pid, NULL, 0) == server->pid);
    server->pid = 0;
}

void redis_server_say(const struct redis_server *server, const void *commands, size_t size)
{
    char path[600];
    char said[4096];
    int peer;

    socket_of(server, path);
    peer = peer_connect_unix(path);
    must(peer >= 0 && peer_send(peer, AUTHENTICATE));
    must(peer_send_bytes(peer, commands, size));
    peer_end(peer);
    while (read(peer, said, sizeof(said)) > 0)
        ;
    peer_close(peer);
}
