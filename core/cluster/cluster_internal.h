/*
 * What the files of the private PostgreSQL share: its setting up, the file by which its process is
 * found again, and its log.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CLUSTER_CLUSTER_INTERNAL_H
#define CORE_CLUSTER_CLUSTER_INTERNAL_H

#include "core/cluster/child.h"
#include "core/cluster/cluster.h"

enum { LEAST_POSTGRES_VERSION = 15 };

/* How long a server may take to stop. */
enum { FAST_STOP_MS = 10000, IMMEDIATE_STOP_MS = 5000 };

/* A cluster being set up: where it lies and who it runs as. The paths are in the arena. */
struct cluster_setup {
    const struct cluster_settings *settings; /* borrowed */
    struct arena *arena;
    const char *home;      /* resolved */
    const char *directory; /* <home>/postgres, mode 0700, the server user's; holds the socket */
    const char *data;      /* <home>/postgres/data */
    const char *log;       /* <home>/postgres/server.log */
    const char *binaries;  /* the folder of initdb and postgres */
    bool had_data;         /* before this start */
    struct child_user user;
};

/* The owner of `directory` where it exists and is not root's; else "postgres", else "nobody";
 * ourselves when we are not root. */
MUST_USE enum status
cluster_choose_user(const char *directory, struct child_user *out, struct error *error);

/* Makes `directory` (mode 0700) the user's and makes sure that the user gets there. A home of
 * ours that nobody else may enter is opened for that user's group, which is less than for all. */
MUST_USE enum status
cluster_prepare_directory(const struct cluster_setup *setup, struct error *error);

/* Finds PostgreSQL of at least LEAST_POSTGRES_VERSION, of the data's own version when there are
 * data already. */
MUST_USE enum status cluster_find_binaries(struct cluster_setup *setup, struct error *error);

/* initdb into a folder beside `data`, which then takes its place: data are whole or absent. */
MUST_USE enum status cluster_make_data(const struct cluster_setup *setup, struct error *error);

/* What a server writes about itself into postmaster.pid. */
struct pidfile {
    pid_t pid;
    struct text socket_directory; /* in the arena; absent while it starts */
};

/* False when there is no such file, or it is none. */
MUST_USE bool pidfile_read(struct arena *arena, const char *path, struct pidfile *out);

/* Is this process a PostgreSQL server on these data? Numbers are used again, most of all where
 * each start of a container begins to count from 1. */
bool cluster_is_server(const char *data, uid_t uid, pid_t pid);

/* Ends what an earlier run left behind, whatever it takes, and removes marks where PostgreSQL would
 * take an innocent process for its owner. */
MUST_USE enum status cluster_end_leftovers(
    const struct cluster_setup *setup,
    const char *pidfile_path,
    const char *socket_lock,
    struct error *error);

/* A path that stands in a setting and in a conninfo as it is. */
bool cluster_path_is_plain(const char *path);

/* Conninfo of a database of the cluster whose owner is `name`, in the arena. */
struct text cluster_conninfo_of(
    struct arena *arena, const char *socket_directory, const char *name, const char *database);

/* Where the log ends now; 0 when there is none. */
off_t cluster_log_end(const char *log);

/* Does one of the last lines after `from` have a SQLSTATE of this class ("XX")? */
bool cluster_log_tells(const char *log, off_t from, const char *class);

/* The last lines written after `from`, as one line in the arena; "" when there are none. */
const char *cluster_log_tail(struct arena *arena, const char *log, off_t from);

#endif
