/*
 * The parts of the embedded PostgreSQL: the user it runs as, the child processes, the binaries
 * and the first initdb. Used by cluster.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_DB_CLUSTER_INTERNAL_H
#define CORE_DB_CLUSTER_INTERNAL_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <sys/types.h>

enum { LEAST_POSTGRES_VERSION = 15 };

/* As whom the server runs. PostgreSQL refuses to be root. */
struct server_user {
    uid_t uid;
    gid_t gid;
    bool is_other; /* we are root and the child must become this user */
};

/* The paths of a cluster, all in the arena of its owner. */
struct cluster_paths {
    const char *home;      /* resolved */
    const char *directory; /* <home>/postgres, mode 0700, the server user's; holds the socket */
    const char *data;      /* <home>/postgres/data */
    const char *log;       /* <home>/postgres/server.log */
    const char *binaries;  /* the folder of initdb and postgres */
};

/* The owner of `directory` where it exists and is not root's; else "postgres", else "nobody";
 * ourselves when we are not root. */
MUST_USE enum status
server_user_choose(const char *directory, struct server_user *out, struct error *error);

/* Makes `directory` (mode 0700) the user's and makes sure that the user gets there. A home of
 * ours that nobody else may enter is opened for that user's group, which is less than for all. */
MUST_USE enum status directory_prepare(
    const struct cluster_paths *paths, const struct server_user *user, struct error *error);

/* Finds PostgreSQL of at least LEAST_POSTGRES_VERSION, of the data's own version when there are
 * data already. */
MUST_USE enum status
binaries_find(struct arena *arena, const char *data, const char **out, struct error *error);

/* initdb into a folder beside `data`, which then takes its place: data are whole or absent. */
MUST_USE enum status data_make(
    struct arena *arena,
    const struct cluster_paths *paths,
    const struct server_user *user,
    struct error *error);

/* What a server writes about itself into postmaster.pid. */
struct pidfile {
    pid_t pid;
    struct text socket_directory; /* in the arena; absent while it starts */
};

/* False when there is no such file, or it is none. */
MUST_USE bool pidfile_read(struct arena *arena, const char *path, struct pidfile *out);

/* Is this process a PostgreSQL server on these data? Numbers are used again, most of all where
 * each start of a container begins to count from 1. */
bool is_server_on(const char *data, uid_t uid, pid_t pid);

/* A path that stands in a setting and in a conninfo as it is. */
bool is_plain_path(const char *path);

/* In the arena. */
struct text conninfo_of(struct arena *arena, const char *socket_directory, const char *database);

/* A program to run in a session of its own, as another user, with nothing of ours: no signals, no
 * descriptors, no environment (it carries secrets). */
struct child_order {
    const char *const *argv; /* absolute program first, NULL-ended */
    const char *log;         /* gets what it prints, opened as that user */
    struct server_user user;
    int death_signal; /* what it gets when the thread that starts it ends */
};

/* Process id, or -1. */
pid_t child_start(const struct child_order *order);

/* Has it ended (and, if so, how)? `out_exit` may be NULL; it is 0 for success. */
bool child_has_ended(pid_t pid, int *out_exit);

/* The same, waiting. */
bool child_ends_within(pid_t pid, int timeout_ms, int *out_exit);

/* As that user: the length of the first part of an absolute path that cannot be entered, or 0
 * when all can. -1: could not even try. */
int path_blocked_at(const char *path, const struct server_user *user);

void sleep_ms(int ms);

/* Where the log ends now; 0 when there is none. */
off_t log_end(const char *log);

/* The last lines written after `from`, as one line in the arena; "" when there are none. */
const char *log_tail(struct arena *arena, const char *log, off_t from);

#endif
