/*
 * The private PostgreSQL: it starts, keeps what it holds, comes back, and cleans up after itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "core/db/db.h"
#include "tests/support/expect.h"

#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct cluster *cluster;
static struct arena *arena;
static struct error error;
static const char *home; /* one for all tests: initdb takes a second */

static struct cluster_settings settings = {
    .name = "house_2",
    .alternative = "name another by DATABASE_URL",
    .loss = "its rows are made again",
};

static void given_a_home(void)
{
    if (home == NULL)
        home = make_directory();
    settings.home = home;
    arena = arena_new(1 << 20);
    cluster = NULL;
    error = (struct error){0};
}

static void stop_the_cluster(void)
{
    cluster_stop(cluster);
    arena_free(arena);
}

static enum status start_in(const char *directory)
{
    settings.home = directory;
    return cluster_start(&settings, &cluster, &error);
}

/* Runs a script, then asks for a value. */
static enum status ask(const char *script, const char *query, struct text *out)
{
    struct db *db = NULL;
    enum status status = db_open(cluster_conninfo(cluster), 5, 0, &db, &error);

    if (status == STATUS_OK)
        status = db_script(db, script, &error);
    if (status == STATUS_OK)
        status = db_value(db, arena, query, out, &error);
    db_close(db);
    return status;
}

static void expect_answer(const char *script, const char *query, const char *wanted)
{
    struct text value = {NULL, 0};

    expect_ok(ask(script, query, &value), &error);
    expect_text(value, wanted);
}

static pid_t server_pid(void)
{
    FILE *file = fopen(text_format(arena, "%s/postgres/data/postmaster.pid", home).data, "r");
    char line[32] = "";
    int64_t pid = 0;

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof(line), file) == NULL)
        line[0] = '\0';
    fclose(file);
    return text_to_int64(text_trim(text_from(line)), &pid) ? (pid_t)pid : 0;
}

static void it_starts_in_an_empty_home_with_a_database_of_the_name_it_is_given(void)
{
    expect_ok(start_in(home), &error);
    expect_answer("", "select current_database() || ' ' || current_setting('fsync')", "house_2 on");
    expect_answer("", "show server_encoding", "UTF8");
    expect_answer("", "show listen_addresses", "");
    expect(!cluster_supervise(cluster));
}

static void what_it_holds_survives_a_stop(void)
{
    expect_ok(start_in(home), &error);
    expect_answer("drop table if exists kept; create table kept as select 7 as n", "select 1", "1");
    cluster_stop(cluster);
    expect_int64(server_pid(), 0);
    cluster = NULL;
    expect_ok(start_in(home), &error);
    expect_answer("", "select n from kept", "7");
}

static void expect_nobody_else_may_enter(const char *path)
{
    struct stat st;

    expect(stat(path, &st) == 0);
    expect_int64(st.st_mode & 077, 0);
    expect(st.st_uid != 0);
}

static void its_directory_is_closed_and_it_never_runs_as_root(void)
{
    expect_ok(start_in(home), &error);
    expect_nobody_else_may_enter(text_format(arena, "%s/postgres", home).data);
    expect_nobody_else_may_enter(text_format(arena, "%s/postgres/data", home).data);
    if (getuid() == 0) {
        struct stat st;
        expect(stat(text_format(arena, "/proc/%d", (int)server_pid()).data, &st) == 0);
        expect(st.st_uid != 0);
    }
}

static void a_server_that_died_is_started_again(void)
{
    struct text value = {NULL, 0};
    enum status status = STATUS_UNAVAILABLE;
    int restarts = 0;

    expect_ok(start_in(home), &error);
    expect_int64(kill(server_pid(), SIGKILL), 0);
    for (int i = 0; i < 2000 && (restarts == 0 || status != STATUS_OK); i++) {
        struct timespec turn = {0, 10000000};
        nanosleep(&turn, NULL);
        restarts += cluster_supervise(cluster);
        if (restarts > 0)
            status = ask("", "select 'back'", &value);
    }
    expect(restarts > 0);
    expect_ok(status, &error);
    expect_text(value, "back");
}

static void what_a_killed_run_left_behind_is_replaced(void)
{
    pid_t run = fork();
    int how = 0;
    pid_t left;

    if (run == 0) {
        struct cluster *never_stopped = NULL;
        _exit(cluster_start(&settings, &never_stopped, &error) == STATUS_OK ? 0 : 1);
    }
    expect(waitpid(run, &how, 0) == run);
    expect(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    left = server_pid();
    expect_ok(start_in(home), &error);
    expect(server_pid() != left);
    expect_answer("", "select 1", "1");
}

static void a_live_server_of_ours_is_stopped_and_replaced(void)
{
    struct cluster *first = NULL;
    pid_t first_pid;

    expect_ok(cluster_start(&settings, &first, &error), &error);
    first_pid = server_pid();
    expect_ok(start_in(home), &error);
    cluster_stop(first);
    expect(server_pid() != first_pid);
    expect_answer("", "select 1", "1");
}

static pid_t backend_of(struct db *db)
{
    struct text value = {NULL, 0};
    int64_t pid = 0;

    expect_ok(db_value(db, arena, "select pg_backend_pid()", &value, &error), &error);
    expect(text_to_int64(value, &pid));
    return (pid_t)pid;
}

static void a_server_that_is_frozen_is_ended_with_its_backends_and_replaced(void)
{
    struct cluster *first = NULL;
    struct db *db = NULL;
    enum status status;

    expect_ok(cluster_start(&settings, &first, &error), &error);
    expect_ok(db_open(cluster_conninfo(first), 5, 0, &db, &error), &error);
    expect_int64(kill(backend_of(db), SIGSTOP), 0);
    expect_int64(kill(server_pid(), SIGSTOP), 0);
    status = start_in(home);
    db_close(db);
    cluster_stop(first);
    expect_ok(status, &error);
    expect_answer("", "select 1", "1");
}

/* A run that makes its data is killed after so long. */
static void given_run_killed_after(const char *fresh, int ms)
{
    struct timespec span = {ms / 1000, (long)(ms % 1000) * 1000000};
    pid_t run = fork();

    if (run == 0) {
        struct cluster *never = NULL;
        settings.home = fresh;
        _exit(cluster_start(&settings, &never, &error) == STATUS_OK ? 0 : 1);
    }
    nanosleep(&span, NULL);
    kill(run, SIGKILL);
    waitpid(run, NULL, 0);
}

static size_t unfinished_data(const char *fresh)
{
    DIR *all = opendir(text_format(arena, "%s/postgres", fresh).data);
    size_t count = 0;

    for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all))
        count += text_starts_with(text_from(entry->d_name), text_lit("data.new"));
    closedir(all);
    return count;
}

static void a_run_that_was_killed_while_it_made_its_data_is_followed_at_once_by_another(void)
{
    static const int delays_ms[] = {30, 150, 400};

    for (size_t i = 0; i < COUNT_OF(delays_ms); i++) {
        const char *fresh = make_directory();
        given_run_killed_after(fresh, delays_ms[i]);
        expect_ok(start_in(fresh), &error);
        expect_answer("", "select 1", "1");
        expect_int64(unfinished_data(fresh), 0);
        cluster_stop(cluster);
        cluster = NULL;
    }
}

static void an_innocent_process_with_the_number_of_an_old_server_is_left_alone(void)
{
    const char *pidfile = text_format(arena, "%s/postgres/data/postmaster.pid", home).data;
    pid_t innocent;
    bool is_alive;
    enum status status;
    FILE *file;

    expect_ok(start_in(home), &error);
    cluster_stop(cluster);
    cluster = NULL;
    innocent = fork();
    if (innocent == 0) {
        pause();
        _exit(0);
    }
    file = fopen(pidfile, "w");
    fprintf(file, "%d\n", (int)innocent);
    fclose(file);
    status = start_in(home);
    is_alive = waitpid(innocent, NULL, WNOHANG) == 0;
    kill(innocent, SIGKILL);
    waitpid(innocent, NULL, 0);
    expect_ok(status, &error);
    expect(is_alive);
    expect_answer("", "select 1", "1");
}

static void a_home_with_a_long_and_odd_name_works(void)
{
    char name[100];
    const char *long_home;

    memset(name, 'x', sizeof(name) - 1);
    memcpy(name, "it's, \"odd\" ", 12);
    name[sizeof(name) - 1] = '\0';
    long_home = text_format(arena, "%s/%s", home, name).data;
    expect_int64(chmod(home, 0755), 0);
    expect_int64(mkdir(long_home, 0700), 0);
    expect_ok(start_in(long_home), &error);
    expect_answer("", "select 1", "1");
}

static enum status join(struct text *out)
{
    char real[PATH_MAX];

    settings.home = realpath(home, real);
    return cluster_join(&settings, arena, out, &error);
}

static void who_joins_gets_to_the_server_that_runs(void)
{
    struct text joined = {NULL, 0};

    expect_ok(start_in(home), &error);
    expect_ok(join(&joined), &error);
    expect_text(joined, cluster_conninfo(cluster));
}

enum { SERVICE_USER = 65534 };

static void write_to(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");

    must(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

static void map_user(pid_t pid)
{
    const char *map = text_format(arena, "%d %d 1", SERVICE_USER, SERVICE_USER).data;

    write_to(text_format(arena, "/proc/%d/uid_map", (int)pid).data, map);
    write_to(text_format(arena, "/proc/%d/gid_map", (int)pid).data, map);
}

/* As systemd starts a service with PrivateUsers=. 0 where the system makes no such namespace. */
static pid_t given_process_in_a_namespace_of_its_own(const char *directory)
{
    int ends[2];
    char letter = 0;
    pid_t child;

    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        if (unshare(CLONE_NEWUSER) == 0 && write(ends[1], "u", 1) == 1 &&
            read(ends[1], &letter, 1) == 1 &&
            setresgid(SERVICE_USER, SERVICE_USER, SERVICE_USER) == 0 &&
            setresuid(SERVICE_USER, SERVICE_USER, SERVICE_USER) == 0 && chdir(directory) == 0)
            execlp("sleep", "sleep", "600", NULL);
        _exit(1);
    }
    close(ends[1]);
    if (read(ends[0], &letter, 1) == 1) {
        map_user(child);
        must(write(ends[0], "m", 1) == 1 && read(ends[0], &letter, 1) == 0); /* it runs sleep */
    } else {
        waitpid(child, NULL, 0);
        child = 0;
    }
    close(ends[0]);
    return child;
}

static int join_as_service(void)
{
    struct text joined = {NULL, 0};
    pid_t child = fork();
    int exit_status = -1;

    if (child == 0)
        _exit(
            setresuid(SERVICE_USER, SERVICE_USER, SERVICE_USER) == 0 ? (int)join(&joined)
                                                                     : STATUS_COUNT);
    waitpid(child, &exit_status, 0);
    return exit_status;
}

static void expect_joined_while_it_runs(pid_t server, const char *data)
{
    int while_it_runs;

    write_to(
        text_format(arena, "%s/postmaster.pid", data).data,
        text_format(arena, "%d\n%s\n0\n5432\n%s/postgres\n\n", (int)server, data, home).data);
    while_it_runs = join_as_service();
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    expect_int64(while_it_runs, STATUS_OK);
    expect(join_as_service() != STATUS_OK);
}

static void a_server_that_its_unit_hides_can_be_joined(void)
{
    const char *shared = home;
    const char *data;
    pid_t server;

    if (getuid() != 0)
        return;
    home = make_directory();
    data = text_format(arena, "%s/postgres/data", home).data;
    expect_int64(chmod(home, 0755), 0);
    expect_int64(mkdir(text_format(arena, "%s/postgres", home).data, 0755), 0);
    expect_int64(mkdir(data, 0755), 0);
    expect_int64(chown(data, SERVICE_USER, SERVICE_USER), 0);
    server = given_process_in_a_namespace_of_its_own(data);
    if (server != 0)
        expect_joined_while_it_runs(server, data);
    home = shared;
}

static void nobody_joins_a_server_that_does_not_run(void)
{
    struct text joined = {NULL, 0};

    expect_ok(start_in(home), &error);
    cluster_stop(cluster);
    cluster = NULL;
    expect_status(join(&joined), STATUS_UNAVAILABLE, &error);
    expect(!text_is_present(joined));
    settings.home = "/nowhere";
    expect_status(cluster_join(&settings, arena, &joined, &error), STATUS_UNAVAILABLE, &error);
}

static void a_missing_home_is_named(void)
{
    expect_status(start_in("/nowhere/at/all"), STATUS_UNAVAILABLE, &error);
    expect(text_contains(text_from(error.text), text_lit("/nowhere/at/all")));
}

static void a_home_that_its_user_cannot_reach_is_refused_with_a_remedy(void)
{
    const char *closed = make_directory();
    const char *inner = text_format(arena, "%s/inner", closed).data;

    if (getuid() != 0)
        return;
    expect_int64(mkdir(inner, 0755), 0);
    expect_status(start_in(inner), STATUS_UNAVAILABLE, &error);
    expect(text_contains(text_from(error.text), text_format(arena, "may not enter %s:", closed)));
    expect(text_contains(text_from(error.text), text_from(settings.alternative)));
}

static void a_server_that_does_not_start_shows_the_end_of_its_log(void)
{
    const char *conf = text_format(arena, "%s/postgres/data/postgresql.conf", home).data;
    const char *aside = text_format(arena, "%s.aside", conf).data;
    enum status status;
    FILE *file;

    expect_ok(start_in(home), &error);
    cluster_stop(cluster);
    cluster = NULL;
    expect_int64(rename(conf, aside), 0);
    file = fopen(conf, "w");
    fprintf(file, "no_such_setting = on\n");
    fclose(file);
    chmod(conf, 0644);
    status = start_in(home);
    rename(aside, conf);
    expect_status(status, STATUS_UNAVAILABLE, &error);
    expect(text_contains(text_from(error.text), text_lit("no_such_setting")));
}

/* Waits, blocked, as the signals of a program that looks for them do. */
static void given_a_pending_end(sigset_t *before)
{
    sigset_t end;

    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    expect(pthread_sigmask(SIG_BLOCK, &end, before) == 0);
    raise(SIGTERM);
}

static void take_the_end(const sigset_t *before)
{
    const struct timespec now = {0};
    sigset_t end;

    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    expect_int64(sigtimedwait(&end, NULL, &now), SIGTERM);
    expect(pthread_sigmask(SIG_SETMASK, before, NULL) == 0);
}

static void a_start_ends_when_the_program_is_asked_to(void)
{
    const char *fresh = make_directory();
    sigset_t before;

    given_a_pending_end(&before);
    expect_status(start_in(fresh), STATUS_TIMED_OUT, &error);
    expect_text(text_from(error.code), "stopped");
    take_the_end(&before);
    expect_ok(start_in(fresh), &error);
}

static void move_away(const char *part)
{
    const char *path = text_format(arena, "%s/postgres/data/%s", settings.home, part).data;

    expect_int64(rename(path, text_format(arena, "%s.away", path).data), 0);
}

/* Each part in turn is gone at the next start: new data, and the old ones kept. */
static void data_that_lack_a_part_are_set_aside_and_made_anew(void)
{
    static const char *const parts[] = {"global/pg_control", "PG_VERSION", "base"};

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        expect_ok(start_in(home), &error);
        expect_answer("create table if not exists kept (n int)", "select 1", "1");
        cluster_stop(cluster);
        cluster = NULL;
        move_away(parts[i]);
        expect_ok(start_in(home), &error);
        expect(strncmp(cluster_set_aside(cluster), "data.damaged-", 13) == 0);
        expect(cluster_made_anew_ms(cluster) > 0);
        expect_answer("select 1", "select count(*) from pg_tables where tablename = 'kept'", "0");
        cluster_stop(cluster);
        cluster = NULL;
    }
}

static void data_are_given_back_where_new_ones_do_not_come_up_either(void)
{
    const char *control = text_format(arena, "%s/postgres/data/global/pg_control", home).data;
    const char *away = text_format(arena, "%s.away", control).data;
    struct stat st;

    expect_ok(start_in(home), &error);
    cluster_stop(cluster);
    cluster = NULL;
    expect_int64(rename(control, away), 0);
    settings.name = "pg_refused"; /* by initdb */
    expect(start_in(home) != STATUS_OK);
    settings.name = "house_2";
    expect_int64(lstat(away, &st), 0);
    expect_int64(rename(away, control), 0);
    expect_ok(start_in(home), &error);
    expect_text(text_from(cluster_set_aside(cluster)), "");
    expect_int64(cluster_made_anew_ms(cluster), 0);
}

static void data_can_be_made_anew_while_it_runs_under_the_same_name(void)
{
    const char *conninfo;

    expect_ok(start_in(home), &error);
    conninfo = text_copy(arena, text_from(cluster_conninfo(cluster))).data;
    expect_answer("create table before (n int)", "select 1", "1");
    expect_ok(cluster_make_anew(cluster, &error), &error);
    expect_text(text_from(cluster_conninfo(cluster)), conninfo);
    expect_answer("select 1", "select count(*) from pg_tables where tablename = 'before'", "0");
}

static const struct test tests[] = {
    TEST(data_that_lack_a_part_are_set_aside_and_made_anew),
    TEST(data_are_given_back_where_new_ones_do_not_come_up_either),
    TEST(data_can_be_made_anew_while_it_runs_under_the_same_name),
    TEST(it_starts_in_an_empty_home_with_a_database_of_the_name_it_is_given),
    TEST(what_it_holds_survives_a_stop),
    TEST(its_directory_is_closed_and_it_never_runs_as_root),
    TEST(a_server_that_died_is_started_again),
    TEST(what_a_killed_run_left_behind_is_replaced),
    TEST(a_live_server_of_ours_is_stopped_and_replaced),
    TEST(a_server_that_is_frozen_is_ended_with_its_backends_and_replaced),
    TEST(a_run_that_was_killed_while_it_made_its_data_is_followed_at_once_by_another),
    TEST(an_innocent_process_with_the_number_of_an_old_server_is_left_alone),
    TEST(a_home_with_a_long_and_odd_name_works),
    TEST(who_joins_gets_to_the_server_that_runs),
    TEST(nobody_joins_a_server_that_does_not_run),
    TEST(a_server_that_its_unit_hides_can_be_joined),
    TEST(a_missing_home_is_named),
    TEST(a_home_that_its_user_cannot_reach_is_refused_with_a_remedy),
    TEST(a_server_that_does_not_start_shows_the_end_of_its_log),
    TEST(a_start_ends_when_the_program_is_asked_to),
};
const struct suite test_cluster_suite = SUITE_WITH(
    "core/cluster/cluster", tests, .set_up = given_a_home, .tear_down = stop_the_cluster);
