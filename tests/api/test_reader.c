/*
 * A worker's connection that is lost at any call in turn: who reads gets the rows that were asked
 * for, from another connection if need be, and never another tenant's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/reader.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"
#include "tests/support/socket_faults.h"

#include <stdio.h>

enum { TENANTS = 2, ROWS_EACH = 3, QUESTIONS = 6, MOST_CALLS = 500, SHORT_ANSWER_MS = 200 };

struct owned {
    int64_t id;
    int64_t tenant;
};
static const struct field owned_fields[] = {
    {INT64(owned, id), .tag = 1, .doc = "Its key."},
    {INT64(owned, tenant), .tag = 2, .doc = "Whose it is."},
};
static const struct shape owned_shape = SHAPE(owned, "A row of a tenant's.");
static const struct sql rows_of_tenant = {
    .name = "rows_of_tenant",
    .text = "select id, tenant from owned where tenant = :tenant",
    .params = &owned_shape,
    .row = &owned_shape,
};

static const char *database;
static struct arena *arena;
static struct error error;
static struct progress progress;
static struct reader reader;
static const char *failing; /* what fails, and at which call */
static uint64_t failing_call;

static void run_script(const char *script)
{
    struct db *db = NULL;

    expect_ok(db_open(database, 5, 0, &db, &error), &error);
    expect_ok(db_script(db, script, &error), &error);
    db_close(db);
}

static void given_set(void)
{
    database = make_database();
    run_script("create schema fleetledger; create table fleetledger.serving (schema text);"
               "insert into fleetledger.serving values ('set_1');"
               "create schema set_1; create table set_1.owned (id bigint, tenant bigint);"
               "insert into set_1.owned select n, t from generate_series(1, 2) t,"
               " generate_series(1, 3) n");
}

static void set_up(void)
{
    if (database == NULL)
        given_set();
    arena = arena_new(16 << 20);
    progress_init(&progress);
    progress.generation = 1;
    progress.is_connected = true;
    reader = (struct reader){.conninfo = database, .progress = &progress};
}

static void tear_down(void)
{
    (void)socket_faults_end();
    if (failing != NULL)
        printf("%s, call %llu: ", failing, (unsigned long long)failing_call);
    failing = NULL;
    reader_close(&reader);
    arena_free(arena);
}

static enum status ask(int64_t tenant)
{
    const struct owned wanted = {.tenant = tenant};
    struct list rows = {NULL, 0};
    enum status status = reader_query(&reader, &rows_of_tenant, &wanted, arena, &rows, &error);

    if (status != STATUS_OK)
        return status;
    expect_int64(rows.count, ROWS_EACH);
    for (size_t i = 0; i < rows.count; i++)
        expect_int64(((const struct owned *)rows.items)[i].tenant, tenant);
    return status;
}

/* One fault at a time, at each of the calls that some questions make. */
static void expect_answers_whatever_fails(enum socket_fault fault)
{
    bool has_fired = true;

    failing = socket_fault_name(fault);
    for (failing_call = 1; has_fired; failing_call++) {
        expect(failing_call < MOST_CALLS);
        expect_ok(ask(1), &error);
        given_socket_fault(fault, failing_call);
        for (int64_t i = 0; i < QUESTIONS; i++)
            expect_ok(ask(1 + i % TENANTS), &error);
        has_fired = socket_faults_end();
        arena_reset(arena);
    }
    failing = NULL;
}

static void a_failing_recv_is_not_seen_by_who_reads(void)
{
    expect_answers_whatever_fails(FAULT_RECV_NO_MEMORY);
    expect_answers_whatever_fails(FAULT_RECV_RESET);
    expect_answers_whatever_fails(FAULT_RECV_END);
}

/* libpq tells nobody of it, so that one is found when the answer does not come in time. */
static void a_failing_send_is_over_with_the_next_try(void)
{
    expect_ok(ask(1), &error);
    db_answer_within(reader.db, SHORT_ANSWER_MS);
    given_socket_fault(FAULT_SEND_NO_BUFFERS, 1);
    expect_status(ask(1), STATUS_TIMED_OUT, &error);
    expect(socket_faults_end());
    expect(reader.db == NULL);
    expect_ok(ask(2), &error);
}

static void a_failing_poll_is_not_seen_by_who_reads(void)
{
    expect_answers_whatever_fails(FAULT_POLL_NO_MEMORY);
}

/* While it connects, too, only the tenant's own rows come, and at the next try they do. */
static void a_fault_while_connecting_is_over_with_the_next_try(void)
{
    bool has_fired = true;

    failing = socket_fault_name(FAULT_RECV_NO_MEMORY);
    for (failing_call = 1; has_fired; failing_call++) {
        enum status status;
        expect(failing_call < MOST_CALLS);
        reader_close(&reader);
        given_socket_fault(FAULT_RECV_NO_MEMORY, failing_call);
        status = ask(1);
        expect(status == STATUS_OK || status == STATUS_UNAVAILABLE);
        expect_ok(ask(2), &error);
        has_fired = socket_faults_end();
        arena_reset(arena);
    }
    failing = NULL;
}

static void a_backend_that_was_ended_is_not_seen_by_who_reads(void)
{
    expect_ok(ask(1), &error);
    run_script("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
               " where datname = current_database() and pid <> pg_backend_pid()");
    expect_ok(ask(2), &error);
}

static void a_set_that_is_not_there_yet_is_told(void)
{
    run_script("delete from fleetledger.serving");
    expect_status(ask(1), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "read_model_unavailable");
    run_script("insert into fleetledger.serving values ('set_1')");
    expect_ok(ask(1), &error);
}

static void without_a_database_nothing_is_asked(void)
{
    reader.conninfo = NULL;
    expect_status(ask(1), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "database_unavailable");
}

static bool is_stopping(void *context)
{
    return *(const bool *)context;
}

/* With a table that is locked, so that the database does not answer. */
static void an_owner_who_stops_does_not_wait_for_the_database(void)
{
    bool stops = true;
    struct db *holder = NULL;

    expect_ok(db_open(database, 5, 0, &holder, &error), &error);
    expect_ok(db_script(holder, "begin; lock set_1.owned", &error), &error);
    reader.is_stopping = is_stopping;
    reader.context = &stops;
    expect_status(ask(1), STATUS_TIMED_OUT, &error);
    expect_text(text_from(error.code), "stopped");
    db_close(holder);
}

static const struct test tests[] = {
    TEST(a_failing_recv_is_not_seen_by_who_reads),
    TEST(a_failing_send_is_over_with_the_next_try),
    TEST(a_failing_poll_is_not_seen_by_who_reads),
    TEST(a_fault_while_connecting_is_over_with_the_next_try),
    TEST(a_backend_that_was_ended_is_not_seen_by_who_reads),
    TEST(a_set_that_is_not_there_yet_is_told),
    TEST(without_a_database_nothing_is_asked),
    TEST(an_owner_who_stops_does_not_wait_for_the_database),
};
const struct suite test_reader_suite =
    SUITE_WITH("api/reader", tests, .set_up = set_up, .tear_down = tear_down);
