/*
 * The life of the private PostgreSQL.
 *
 *   cluster_start: directory -> binaries -> data -> [none of ours runs] -> postgres -> it answers
 *   cluster_supervise:  died?  -> [none of ours runs] -> postgres
 *   cluster_make_anew:  stop -> data out of the way -> initdb -> postgres; back where that fails
 *   cluster_stop:  SIGINT (fast) -> 10 s -> SIGQUIT (immediate) -> 5 s -> SIGKILL
 *
 * When we are killed the server gets SIGINT from the kernel, so it stops by itself; the next start
 * waits for that. The lock on the home directory keeps a second one of us away.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cluster/cluster.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/set_aside.h"
#include "core/base/timestamp.h"
#include "core/cluster/cluster_internal.h"
#include "core/db/db.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    START_TIMEOUT_US = 60 * US_PER_S,
    LONGEST_SOCKET_DIRECTORY = 107 - 14, /* sun_path without "/.s.PGSQL.5432" */
    LARGEST_LOG = 4 << 20,
    SOON_US = 30 * US_PER_S,
    MOST_EARLY_ENDS = 3,
};

struct cluster {
    struct arena *arena; /* everything below */
    struct cluster_setup setup;
    const char *socket_directory;
    bool is_synced;
    bool socket_is_elsewhere; /* a directory of our own below /tmp */
    const char *socket_lock;
    const char *socket_setting;
    const char *program;
    const char *pidfile; /* postmaster.pid */
    const char *log_before;
    const char *conninfo;
    pid_t pid; /* 0 when it does not run */
    int64_t launched_us;
    int early_ends;             /* times in a row that it ended soon after it was started */
    struct set_aside_name kept; /* of data that were damaged; empty: none */
    int64_t made_anew_us;       /* how long that took */
};

static enum status clear_the_way(const struct cluster *cluster, struct error *error)
{
    return cluster_end_leftovers(&cluster->setup, cluster->pidfile, cluster->socket_lock, error);
}

static enum status launch(struct cluster *cluster, struct error *error)
{
    /* The data can be made again, so there is nothing to archive or to ship. Logged errors carry
     * neither the statement nor the row: both may be somebody's data. */
    /* clang-format off */
    const char *const argv[] = {
        cluster->program, "-D", cluster->setup.data,
        "-c", cluster->socket_setting,
        "-c", "unix_socket_permissions=0700",
        "-c", "listen_addresses=",
        "-c", "port=5432",
        "-c", cluster->is_synced ? "fsync=on" : "fsync=off",
        "-c", cluster->is_synced ? "full_page_writes=on" : "full_page_writes=off",
        "-c", "shared_buffers=64MB",
        "-c", "wal_level=minimal",
        "-c", "max_wal_senders=0",
        "-c", "jit=off",
        "-c", "log_destination=stderr",
        "-c", "logging_collector=off",
        "-c", "log_min_error_statement=panic",
        "-c", "log_error_verbosity=terse",
        "-c", "log_line_prefix=%m [%p] %e ",
        "-c", "log_timezone=UTC",
        "-c", "timezone=UTC",
        NULL};
    /* clang-format on */
    struct child_order order = {
        .argv = argv,
        .log = cluster->setup.log,
        .user = cluster->setup.user,
        .death_signal = SIGINT,
    };
    pid_t pid;

    if (cluster_log_end(cluster->setup.log) > LARGEST_LOG)
        rename(cluster->setup.log, cluster->log_before);
    pid = child_start(&order);
    if (pid < 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable", "no process for PostgreSQL");
    cluster->pid = pid;
    cluster->launched_us = monotonic_us();
    return STATUS_OK;
}

static enum status choose_socket_directory(struct cluster *cluster, struct error *error)
{
    char elsewhere[PATH_MAX];

    cluster->socket_directory = cluster->setup.directory;
    if (strlen(cluster->setup.directory) <= LONGEST_SOCKET_DIRECTORY &&
        cluster_path_is_plain(cluster->setup.directory))
        return STATUS_OK;
    snprintf(elsewhere, sizeof(elsewhere), "/tmp/%s-XXXXXX", cluster->setup.settings->name);
    if (mkdtemp(elsewhere) == NULL)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "no directory for PostgreSQL's socket could be made below /tmp");
    cluster->socket_directory = text_copy(cluster->arena, text_from(elsewhere)).data;
    cluster->socket_is_elsewhere = true;
    if (cluster->setup.user.is_other &&
        lchown(elsewhere, cluster->setup.user.uid, cluster->setup.user.gid) != 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "%s could not be given to PostgreSQL's user", elsewhere);
    return STATUS_OK;
}

static enum status make_database_once(struct cluster *cluster, struct db *db, struct error *error)
{
    const char *name = cluster->setup.settings->name;
    struct text version;
    struct text found;
    int64_t number = 0;
    enum status status = db_value(db, cluster->arena, "show server_version_num", &version, error);

    if (status != STATUS_OK)
        return status;
    if (!text_to_int64(version, &number) || number < LEAST_POSTGRES_VERSION * 10000)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "the PostgreSQL in %s is older than version %d: install a newer one",
            cluster->setup.binaries, LEAST_POSTGRES_VERSION);
    status = db_value(
        db, cluster->arena,
        text_format(cluster->arena, "select datname from pg_database where datname = '%s'", name)
            .data,
        &found, error);
    if (status != STATUS_OK || text_is_present(found))
        return status;
    return db_script(db, text_format(cluster->arena, "create database %s", name).data, error);
}

/* By its own word; or it ended, and not because somebody wrote a wrong configuration. */
static bool is_damage(const struct cluster *cluster, off_t from, bool has_ended)
{
    const char *log = cluster->setup.log;

    return cluster_log_tells(log, from, "XX") || cluster_log_tells(log, from, "58") ||
           (has_ended && !cluster_log_tells(log, from, "F0"));
}

static enum status wait_until_it_answers(struct cluster *cluster, off_t from, struct error *error)
{
    const char *conninfo =
        cluster_conninfo_of(
            cluster->arena, cluster->socket_directory, cluster->setup.settings->name, "postgres")
            .data;
    int64_t deadline = monotonic_us() + START_TIMEOUT_US;
    struct db *db = NULL;
    enum status status;

    while (db_open(conninfo, 2, 0, &db, error) != STATUS_OK) {
        bool has_ended = child_has_ended(cluster->pid, NULL);
        bool is_damaged = is_damage(cluster, from, has_ended);
        if (has_ended)
            cluster->pid = 0;
        if (child_is_end_asked())
            return error_set_code(
                error, STATUS_TIMED_OUT, "stopped", "interrupted while PostgreSQL started");
        if (has_ended || is_damaged || monotonic_us() >= deadline)
            return error_set_code(
                error, STATUS_UNAVAILABLE, is_damaged ? "database_damaged" : "database_unavailable",
                "PostgreSQL did not start (its log is %s): %s", cluster->setup.log,
                cluster_log_tail(cluster->arena, cluster->setup.log, from));
        child_wait_ms(20);
    }
    status = make_database_once(cluster, db, error);
    db_close(db);
    return status;
}

static enum status find_paths(struct cluster_setup *setup, struct error *error)
{
    const char *home = setup->settings->home;
    char *resolved = realpath(home, NULL);

    if (resolved == NULL)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable", "the home directory %s is missing",
            home);
    setup->home = text_copy(setup->arena, text_from(resolved)).data;
    heap_free(resolved);
    setup->directory = text_format(setup->arena, "%s/postgres", setup->home).data;
    setup->data = text_format(setup->arena, "%s/data", setup->directory).data;
    setup->log = text_format(setup->arena, "%s/server.log", setup->directory).data;
    return STATUS_OK;
}

/* All that a restart needs, so that supervising a server that dies again and again takes no
 * memory. */
static void note_names(struct cluster *cluster)
{
    struct arena *arena = cluster->arena;
    const struct cluster_setup *setup = &cluster->setup;
    const char *name = setup->settings->name;

    cluster->program = text_format(arena, "%s/postgres", setup->binaries).data;
    cluster->pidfile = text_format(arena, "%s/postmaster.pid", setup->data).data;
    cluster->log_before = text_format(arena, "%s.before", setup->log).data;
    cluster->socket_setting =
        text_format(arena, "unix_socket_directories=%s", cluster->socket_directory).data;
    cluster->socket_lock =
        text_format(arena, "%s/.s.PGSQL.5432.lock", cluster->socket_directory).data;
    cluster->conninfo = cluster_conninfo_of(arena, cluster->socket_directory, name, name).data;
}

static enum status set_up(struct cluster_setup *setup, struct error *error)
{
    enum status status = find_paths(setup, error);
    struct stat st;

    if (status == STATUS_OK)
        status = cluster_choose_user(setup->directory, &setup->user, error);
    if (status == STATUS_OK)
        status = cluster_prepare_directory(setup, error);
    if (status == STATUS_OK)
        status = cluster_find_binaries(setup, error);
    setup->had_data = status == STATUS_OK && lstat(setup->data, &st) == 0;
    if (status == STATUS_OK && !setup->had_data)
        status = cluster_make_data(setup, error);
    return status;
}

static void stop_server(struct cluster *cluster)
{
    static const struct {
        int signal;
        int timeout_ms;
    } steps[] = {
        {SIGINT, FAST_STOP_MS},
        {SIGQUIT, IMMEDIATE_STOP_MS},
        {SIGKILL, IMMEDIATE_STOP_MS},
    };

    for (size_t i = 0; i < COUNT_OF(steps) && cluster->pid > 0; i++) {
        kill(cluster->pid, steps[i].signal);
        if (child_ends_within(cluster->pid, steps[i].timeout_ms, NULL))
            cluster->pid = 0;
    }
}

static enum status start_server(struct cluster *cluster, struct error *error)
{
    off_t from = cluster_log_end(cluster->setup.log);
    enum status status = clear_the_way(cluster, error);

    if (status == STATUS_OK)
        status = launch(cluster, error);
    if (status == STATUS_OK)
        status = wait_until_it_answers(cluster, from, error);
    return status;
}

/* Fresh data, where the old ones have been moved out of the way. */
static enum status start_fresh(struct cluster *cluster, struct error *error)
{
    enum status status = cluster_make_data(&cluster->setup, error);

    return status == STATUS_OK ? start_server(cluster, error) : status;
}

/* Where fresh data do not come up either, the old ones were not what is wrong: they come back. */
static void give_back(const struct cluster *cluster, const struct set_aside_name *kept)
{
    char from[PATH_MAX];
    struct set_aside_name useless;

    if (snprintf(from, sizeof(from), "%s/%s", cluster->setup.directory, kept->text) >=
        (int)sizeof(from))
        return;
    if (set_aside(cluster->setup.directory, "data", &useless, NULL) == STATUS_OK ||
        access(cluster->setup.data, F_OK) != 0)
        rename(from, cluster->setup.data);
}

enum status cluster_make_anew(struct cluster *cluster, struct error *error)
{
    int64_t began_us = monotonic_us();
    struct set_aside_name kept;
    enum status status;

    stop_server(cluster);
    status = set_aside(cluster->setup.directory, "data", &kept, error);
    if (status != STATUS_OK)
        return status;
    status = start_fresh(cluster, error);
    if (status == STATUS_OK) {
        cluster->kept = kept;
        cluster->made_anew_us = monotonic_us() - began_us;
    } else {
        stop_server(cluster);
        give_back(cluster, &kept);
    }
    cluster->early_ends = 0;
    return status;
}

/* Data that were there before and keep the server from starting are not needed: they are set aside. */
static enum status bring_up(struct cluster *cluster, struct error *error)
{
    enum status status = set_up(&cluster->setup, error);

    if (status == STATUS_OK)
        status = choose_socket_directory(cluster, error);
    if (status != STATUS_OK)
        return status;
    note_names(cluster);
    status = start_server(cluster, error);
    if (status != STATUS_OK && cluster->setup.had_data && error != NULL &&
        text_is(text_from(error->code), "database_damaged")) {
        struct error why = *error;
        status = cluster_make_anew(cluster, error);
        if (status != STATUS_OK)
            *error = why;
    }
    return status;
}

/* It stands in SQL and in a conninfo as it is. */
static bool name_is_plain(const char *name)
{
    return name[0] != '\0' && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void keep_settings(struct cluster *cluster, const struct cluster_settings *settings)
{
    struct cluster_settings *kept = arena_one(cluster->arena, struct cluster_settings);

    *kept = *settings;
    kept->home = text_copy(cluster->arena, text_from(settings->home)).data;
    kept->name = text_copy(cluster->arena, text_from(settings->name)).data;
    kept->alternative = text_copy(cluster->arena, text_from(settings->alternative)).data;
    kept->loss = text_copy(cluster->arena, text_from(settings->loss)).data;
    cluster->setup = (struct cluster_setup){.settings = kept, .arena = cluster->arena};
}

enum status
cluster_start(const struct cluster_settings *settings, struct cluster **out, struct error *error)
{
    struct cluster *cluster = heap_new(sizeof(*cluster));
    enum status status;

    must(name_is_plain(settings->name));
    cluster->arena = arena_new(1 << 20);
    keep_settings(cluster, settings);
    cluster->is_synced = !settings->is_disposable;
    status = bring_up(cluster, error);
    if (status != STATUS_OK) {
        cluster_stop(cluster);
        return status;
    }
    *out = cluster;
    return STATUS_OK;
}

const char *cluster_conninfo(const struct cluster *cluster)
{
    return cluster->conninfo;
}

const char *cluster_set_aside(const struct cluster *cluster)
{
    return cluster->kept.text;
}

int64_t cluster_made_anew_ms(const struct cluster *cluster)
{
    return cluster->made_anew_us / US_PER_MS;
}

bool cluster_supervise(struct cluster *cluster)
{
    struct error error;
    bool is_early = monotonic_us() < cluster->launched_us + SOON_US;

    if (cluster->pid > 0 && !child_has_ended(cluster->pid, NULL))
        return false;
    cluster->pid = 0;
    cluster->early_ends = is_early ? cluster->early_ends + 1 : 0;
    if (cluster->early_ends > MOST_EARLY_ENDS)
        return cluster_make_anew(cluster, &error) == STATUS_OK;
    /* What fails here is tried again at the next call; whoever needs the database says that it
     * is away. */
    return clear_the_way(cluster, &error) == STATUS_OK && launch(cluster, &error) == STATUS_OK;
}

void cluster_stop(struct cluster *cluster)
{
    if (cluster == NULL)
        return;
    stop_server(cluster);
    if (cluster->socket_is_elsewhere)
        rmdir(cluster->socket_directory);
    arena_free(cluster->arena);
    heap_free(cluster);
}
