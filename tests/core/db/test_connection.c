/*
 * A connection on which something goes wrong, at each call in turn, of the socket's and of libpq's:
 * it never gives one tenant another's rows, never says that something failed which happened, and
 * is never used again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/db/db.h"
#include "tests/core/db/libpq_faults.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"
#include "tests/support/socket_faults.h"

#include <stdio.h>

enum { TENANTS = 2, ROWS_EACH = 3, MOST_CALLS = 500, SHORT_ANSWER_MS = 200 };

struct owned {
    struct uuid id;
    int64_t tenant;
};
static const struct field owned_fields[] = {
    {UUID(owned, id), .tag = 1, .doc = "Its key."},
    {INT64(owned, tenant), .tag = 2, .doc = "Whose it is."},
};
static const struct shape owned_shape = SHAPE(owned, "A row of a tenant's.");
static const struct table owned_table = {.name = "owned", .area = "test", .shape = &owned_shape};
static const struct table copied_table = {.name = "copied", .area = "test", .shape = &owned_shape};

static const struct sql rows_of_tenant = {
    .name = "rows_of_tenant",
    .text = "select id, tenant from owned where tenant = :tenant",
    .params = &owned_shape,
    .row = &owned_shape,
};

static const char *database;
static struct arena *arena;
static struct error error;
static struct db *db;        /* that things happen to */
static struct db *bystander; /* that sees what is stored */
static bool was_lost;
static int64_t copies_known;
static int64_t copies_unknown;
static const char *failing; /* what fails, and at which call */
static uint64_t failing_call;

static struct uuid id_of(int64_t tenant, int64_t n)
{
    return (struct uuid){{(uint8_t)tenant, (uint8_t)n, 0, 0, 0, 0, 0x70, 0, 0x80}};
}

static void open_connection(void)
{
    expect_ok(db_open(database, 5, 0, &db, &error), &error);
    db_answer_within(db, SHORT_ANSWER_MS);
}

static void close_connection(void)
{
    db_close(db);
    db = NULL;
}

static void set_up(void)
{
    if (database == NULL)
        database = make_database();
    arena = arena_new(16 << 20);
    copies_known = 0;
    copies_unknown = 0;
    expect_ok(db_open(database, 5, 0, &bystander, &error), &error);
    expect_ok(
        db_script(
            bystander,
            "drop table if exists owned, copied;"
            "create table owned (id uuid primary key, tenant bigint);"
            "create table copied (id uuid, tenant bigint)",
            &error),
        &error);
    for (int64_t tenant = 1; tenant <= TENANTS; tenant++) {
        for (int64_t n = 0; n < ROWS_EACH; n++) {
            const struct owned row = {id_of(tenant, n), tenant};
            const void *rows[] = {&row};
            expect_ok(db_insert(bystander, &owned_table, rows, 1, arena, &error), &error);
        }
    }
    open_connection();
}

static void tear_down(void)
{
    (void)socket_faults_end();
    (void)libpq_faults_end();
    if (failing != NULL)
        printf("%s, call %llu: ", failing, (unsigned long long)failing_call);
    failing = NULL;
    close_connection();
    db_close(bystander);
    arena_free(arena);
}

static int64_t stored(const char *table)
{
    struct text value = {NULL, 0};
    int64_t count = -1;
    const char *query = text_format(arena, "select count(*) from %s", table).data;

    expect_ok(db_value(bystander, arena, query, &value, &error), &error);
    expect(text_to_int64(value, &count));
    return count;
}

/* What was asked is answered whole, and with nobody else's; or the connection is lost. */
static void expect_own_rows(enum status status, const void *items, size_t count, int64_t tenant)
{
    const struct owned *rows = items;

    if (status != STATUS_OK)
        return;
    expect_int64(count, ROWS_EACH);
    for (size_t i = 0; i < count; i++)
        expect_int64(rows[i].tenant, tenant);
}

static enum status ask(int64_t tenant)
{
    const struct owned wanted = {.tenant = tenant};
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_query(db, &rows_of_tenant, &wanted, arena, &rows, &count, &error);

    expect_own_rows(status, rows, count, tenant);
    return status;
}

static enum status fetch(int64_t tenant)
{
    const struct uuid keys[] = {id_of(tenant, 0), id_of(tenant, 1), id_of(tenant, 2)};
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_fetch(db, &owned_table, keys, ROWS_EACH, arena, &rows, &count, &error);

    expect_own_rows(status, rows, count, tenant);
    return status;
}

static enum status value(void)
{
    struct text got = {NULL, 0};
    enum status status = db_value(db, arena, "select 6 * 7", &got, &error);

    if (status == STATUS_OK)
        expect_text(got, "42");
    return status;
}

static enum status copy(void)
{
    const struct owned row = {id_of(1, 0), 1};
    enum status status;
    AUTO_BUF rows = {0};

    buf_init(&rows, 1 << 16);
    db_copy_add(&rows, &copied_table, &row);
    status = db_copy_in(db, &copied_table, &rows, false, &error);
    if (status == STATUS_OK)
        copies_known++;
    else
        copies_unknown++;
    return status;
}

/* A row goes and comes in one transaction, and a second one comes with it. */
static enum status change_together(void)
{
    const struct owned row = {id_of(1, 0), 1};
    const void *rows[] = {&row};
    const void *failed = NULL;
    enum status status = db_pipeline_begin(db, &error);

    if (status != STATUS_OK)
        return status;
    status = db_delete(db, &owned_table, &row.id, 1, arena, &error);
    if (status == STATUS_OK)
        status = db_upsert(db, &owned_table, rows, 1, arena, &error);
    return db_pipeline_end(db, status, &failed, &error);
}

static enum status script(void)
{
    return db_script(db, "begin; select 1; commit", &error);
}

/* What is told as done is stored, and what is told as lost is stored whole or not at all. */
static void expect_stored_as_told(void)
{
    int64_t copied = stored("copied");

    expect(copied >= copies_known && copied <= copies_known + copies_unknown);
    expect_int64(stored("owned"), TENANTS * ROWS_EACH);
}

/* As a connection's owner would: what is lost is replaced. */
static void expect_fine_or_lost(enum status status, int64_t tenant)
{
    if (status == STATUS_OK)
        return;
    expect(status == STATUS_UNAVAILABLE || status == STATUS_TIMED_OUT);
    expect(!db_is_alive(db));
    expect_status(ask(tenant), STATUS_UNAVAILABLE, &error);
    was_lost = true;
    (void)socket_faults_end();
    (void)libpq_faults_end();
    close_connection();
    open_connection();
}

/* Each kind of request, with questions for other rows between. */
static void use_connection(void)
{
    static enum status (*const steps[])(void) = {value, copy, change_together, script};

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        int64_t tenant = 1 + (int64_t)(i % TENANTS);
        expect_fine_or_lost(steps[i](), tenant);
        expect_fine_or_lost(ask(tenant), tenant);
        expect_fine_or_lost(fetch(1 + tenant % TENANTS), tenant);
    }
}

/* Once with all going well, and n times with what `given` makes fail. */
static void expect_right_whatever_fails(const char *what, void (*given)(uint64_t nth))
{
    bool has_fired = true;

    failing = what;
    for (failing_call = 1; has_fired; failing_call++) {
        expect(failing_call < MOST_CALLS);
        was_lost = false;
        given(failing_call);
        use_connection();
        has_fired = socket_faults_end() || libpq_faults_end() || was_lost;
        expect_stored_as_told();
        close_connection();
        open_connection();
        arena_reset(arena);
    }
    failing = NULL;
}

static enum socket_fault fault;

static void given_fault(uint64_t nth)
{
    given_socket_fault(fault, nth);
}

static void expect_right_with(enum socket_fault of_kind)
{
    fault = of_kind;
    expect_right_whatever_fails(socket_fault_name(fault), given_fault);
}

static void a_failing_recv_gives_nobody_another_ones_rows(void)
{
    expect_right_with(FAULT_RECV_NO_MEMORY);
    expect_right_with(FAULT_RECV_RESET);
}
static void an_end_of_the_connection_gives_nobody_another_ones_rows(void)
{
    expect_right_with(FAULT_RECV_END);
}
static void a_failing_send_gives_nobody_another_ones_rows(void)
{
    expect_right_with(FAULT_SEND_NO_BUFFERS);
    expect_right_with(FAULT_SEND_RESET);
}
static void a_failing_poll_gives_nobody_another_ones_rows(void)
{
    expect_right_with(FAULT_POLL_NO_MEMORY);
}
static void a_server_that_hangs_gives_nobody_another_ones_rows(void)
{
    expect_right_with(FAULT_RECV_NOTHING);
}

static void a_failing_call_of_libpq_gives_nobody_another_ones_rows(void)
{
    expect_right_whatever_fails("libpq", given_libpq_fault);
}

static void a_server_that_hangs_is_given_up_in_time(void)
{
    int64_t since = monotonic_us();

    expect_status(db_script(db, "select pg_sleep(30)", &error), STATUS_TIMED_OUT, &error);
    expect(monotonic_us() - since < 10 * (int64_t)US_PER_S);
    expect_text(text_from(error.code), "database_timed_out");
    expect(!db_is_alive(db));
}

static bool always(void *context)
{
    (void)context;
    return true;
}

static void an_owner_who_stops_does_not_wait_for_the_server(void)
{
    int64_t since = monotonic_us();

    db_answer_within(db, 60000);
    db_stop_when(db, always, NULL);
    expect_status(db_script(db, "select pg_sleep(30)", &error), STATUS_TIMED_OUT, &error);
    expect(monotonic_us() - since < 10 * (int64_t)US_PER_S);
    expect_text(text_from(error.code), "stopped");
    expect(!db_is_alive(db));
}

static void what_was_given_up_is_ended_by_the_server(void)
{
    static const char left[] = "select count(*) from pg_stat_activity where query like "
                               "'select pg_sleep(97)%' and pid <> pg_backend_pid()";
    int64_t until = monotonic_us() + 30 * (int64_t)US_PER_S;
    struct text count = {NULL, 0};

    expect_status(db_script(db, "select pg_sleep(97)", &error), STATUS_TIMED_OUT, &error);
    do
        expect_ok(db_value(bystander, arena, left, &count, &error), &error);
    while (!text_is(count, "0") && monotonic_us() < until);
    expect_text(count, "0");
}

static void an_answer_of_another_kind_ends_the_connection(void)
{
    static const struct sql gives_rows = {.name = "gives_rows", .text = "select 1"};

    expect_status(
        db_query(db, &gives_rows, NULL, arena, NULL, NULL, &error), STATUS_UNAVAILABLE, &error);
    expect(!db_is_alive(db));
}

static void a_script_that_wants_to_copy_ends_the_connection(void)
{
    expect_status(db_script(db, "copy owned from stdin", &error), STATUS_UNAVAILABLE, &error);
    expect(!db_is_alive(db));
}

static void a_statement_that_the_server_forgot_ends_the_connection(void)
{
    expect_ok(ask(1), &error);
    expect_ok(db_script(db, "deallocate all", &error), &error);
    expect_status(ask(1), STATUS_UNAVAILABLE, &error);
    expect(!db_is_alive(db));
}

static void a_refused_statement_leaves_the_connection_as_it_was(void)
{
    expect_status(db_script(db, "select nothing", &error), STATUS_INTERNAL, &error);
    expect(db_is_alive(db));
    expect_ok(ask(2), &error);
}

static const struct test tests[] = {
    TEST(a_failing_recv_gives_nobody_another_ones_rows),
    TEST(an_end_of_the_connection_gives_nobody_another_ones_rows),
    TEST(a_failing_send_gives_nobody_another_ones_rows),
    TEST(a_failing_poll_gives_nobody_another_ones_rows),
    TEST(a_server_that_hangs_gives_nobody_another_ones_rows),
    TEST(a_failing_call_of_libpq_gives_nobody_another_ones_rows),
    TEST(a_server_that_hangs_is_given_up_in_time),
    TEST(an_owner_who_stops_does_not_wait_for_the_server),
    TEST(what_was_given_up_is_ended_by_the_server),
    TEST(an_answer_of_another_kind_ends_the_connection),
    TEST(a_script_that_wants_to_copy_ends_the_connection),
    TEST(a_statement_that_the_server_forgot_ends_the_connection),
    TEST(a_refused_statement_leaves_the_connection_as_it_was),
};

const struct suite test_connection_suite =
    SUITE_WITH("core/db/connection", tests, .set_up = set_up, .tear_down = tear_down);
