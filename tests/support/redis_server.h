/*
 * A real redis-server for tests: on a Unix socket, and where a test asks for it with TLS on the loopback. It ends
 * with the test program, however that ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_REDIS_SERVER_H
#define TESTS_SUPPORT_REDIS_SERVER_H

#include <sys/types.h>

#define REDIS_PASSWORD "p@ss word/of:redis"

struct redis_server {
    pid_t pid;           /* 0: none runs */
    char directory[512]; /* with its files; its socket is "redis.sock" there */
    char certificate[600];
    int tls_port; /* 0: none */
};

/* A directory for it; nothing runs yet. With TLS: a certificate for localhost, which vouches for itself. */
void given_redis_place(struct redis_server *server);
void given_redis_tls(struct redis_server *server);

/* Running, and answering. */
void given_redis(struct redis_server *server);

/* The URL of its socket, with the password. */
void redis_server_url(const struct redis_server *server, char out[700]);

void redis_server_pause(const struct redis_server *server);
void redis_server_resume(const struct redis_server *server);
/* Killed, and gone; also one that is paused, or that never ran. */
void redis_server_kill(struct redis_server *server);

/* Sends commands as they are, and waits until Redis has read them. */
void redis_server_say(const struct redis_server *server, const void *commands, size_t size);

#endif
