/*
 * The projector's connection is lost at any call in turn: what is stored is what the ledger says, as
 * often as it happens, and no event is blamed for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "eventlog/events/node_events.h"
#include "projections/build.h"
#include "projections/sets.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"
#include "tests/support/socket_faults.h"
#include "tests/support/story.h"

#include <stdio.h>

enum { MOST_CALLS = 2000, FEW_EVENTS = 20, REBUILD_STRIDE = 11, REBUILT_CHAPTERS = 3 };
enum { BATCH = 8, CULPRIT = 5 }; /* events of a batch of which one is refused, and which */

static struct projected *p;
static struct db *db; /* that things happen to, and the set that it writes */
static struct build *beside;
static const char *failing; /* what fails, and at which call */
static uint64_t failing_call;

static void set_up(void)
{
    p = make_projected();
    given_opening(p->ledger);
}

static void close_beside(void)
{
    build_close(beside);
    db_close(db);
    beside = NULL;
    db = NULL;
}

static void tear_down(void)
{
    (void)socket_faults_end();
    if (failing != NULL)
        printf("%s, call %llu: ", failing, (unsigned long long)failing_call);
    failing = NULL;
    close_beside();
    end_projected(p);
}

/* The backend of a connection that was lost may hold the set's lock for a moment. */
static enum status open_beside(struct error *error)
{
    int64_t until = monotonic_us() + 30 * (int64_t)US_PER_S;
    enum status status = db_open(p->conninfo, 10, 0, &db, error);

    if (status != STATUS_OK)
        return status;
    do
        status = build_open(db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, error);
    while (status == STATUS_CONFLICT && monotonic_us() < until);
    return status;
}

static void expect_open(void)
{
    struct error error;

    expect_ok(open_beside(&error), &error);
}

/* One thing that may fail, and with a new connection goes on where it stood. */
static void expect_done(enum status (*attempt)(struct error *error))
{
    struct error error;
    enum status status = attempt(&error);

    if (status == STATUS_OK)
        return;
    expect_status(status, STATUS_UNAVAILABLE, &error);
    expect(!db_is_alive(db));
    close_beside();
    expect_open();
    expect_ok(attempt(&error), &error);
}

static enum status step_to_the_head(struct error *error)
{
    enum status status = STATUS_OK;
    size_t applied = 1;

    while (status == STATUS_OK && applied > 0)
        status = build_step(beside, FEW_EVENTS, &applied, error);
    return status;
}

static enum status rebuild(struct error *error)
{
    return build_rebuild(beside, ledger_size(p->ledger->log), NULL, NULL, error);
}

static void expect_same_rows(void)
{
    given_applied(p);
    expect_text(digest_of(p, "set_beside"), digest_of(p, "set_test").data);
}

/* A chapter for each call that may fail: every second one from the first on, as two kinds of faults take turns. */
static void expect_steps_right(enum socket_fault fault, uint64_t first_call)
{
    bool has_fired = true;

    failing = socket_fault_name(fault);
    expect_open();
    expect_done(rebuild);
    for (failing_call = first_call; has_fired; failing_call += 2) {
        expect(failing_call < MOST_CALLS);
        given_chapter(p->ledger, (unsigned)failing_call);
        given_committed(p->ledger);
        given_socket_fault(fault, failing_call);
        expect_done(step_to_the_head);
        has_fired = socket_faults_end();
        expect_int64(build_size(beside), ledger_size(p->ledger->log));
    }
    expect_same_rows();
    failing = NULL;
}

static void steps_whose_connection_fails_give_the_right_rows(void)
{
    expect_steps_right(FAULT_RECV_NO_MEMORY, 1);
}

static void steps_whose_connection_ends_give_the_right_rows(void)
{
    expect_steps_right(FAULT_RECV_END, 2);
}

static void given_no_set_beside(void)
{
    struct error error;
    bool was_dropped = false;

    expect_ok(sets_drop(p->db, "set_beside", &was_dropped, &error), &error);
}

static void a_rebuild_whose_connection_fails_gives_the_right_rows(void)
{
    bool has_fired = true;

    failing = socket_fault_name(FAULT_RECV_NO_MEMORY);
    for (unsigned i = 0; i < REBUILT_CHAPTERS; i++)
        given_chapter(p->ledger, i);
    given_applied(p);
    for (failing_call = 1; has_fired; failing_call += REBUILD_STRIDE) {
        expect(failing_call < MOST_CALLS);
        expect_open();
        given_socket_fault(FAULT_RECV_NO_MEMORY, failing_call);
        expect_done(rebuild);
        has_fired = socket_faults_end();
        expect_same_rows();
        close_beside();
        given_no_set_beside();
    }
    failing = NULL;
}

/* Nodes, of which the table beside refuses one. Its position. */
static uint64_t given_refused_batch(void)
{
    const struct uuid workspace = make_cast(0).workspace;
    uint64_t size = ledger_size(p->ledger->log);
    struct error error;

    for (unsigned i = 0; i < BATCH; i++) {
        struct uuid id = make_id(100000 + (unsigned)failing_call * BATCH + i);
        const struct node_added added = {
            .node_id = id,
            .workspace_id = workspace,
            .name = i == CULPRIT ? text_lit("culprit") : text_lit("sound"),
            .hostname = text_lit("host"),
            .os = text_lit("linux"),
            .arch = text_lit("amd64"),
            .source = {SOURCE_OPERATOR},
        };
        given_event(p->ledger, &node_added_event, id, workspace, &added);
    }
    given_committed(p->ledger);
    expect_ok(
        db_script(
            p->db,
            "alter table set_beside.nodes\n"
            "add constraint refused check (name <> 'culprit') not valid",
            &error),
        &error);
    return size + CULPRIT;
}

static void given_none_refused(void)
{
    struct error error;

    expect_ok(
        db_script(p->db, "alter table set_beside.nodes drop constraint refused", &error), &error);
}

/* Whatever fails meanwhile: when the database is there again, the culprit is named. */
static void expect_culprit_named(uint64_t culprit)
{
    struct error error;
    enum status status = step_to_the_head(&error);

    if (status == STATUS_UNAVAILABLE) {
        expect(!db_is_alive(db));
        close_beside();
        expect_open();
        status = step_to_the_head(&error);
    }
    expect_status(status, STATUS_INTERNAL, &error);
    expect_text(text_from(error.code), "projection_failed");
    expect_int64(build_size(beside), culprit);
}

static void a_connection_that_fails_while_a_refused_batch_is_divided_blames_no_event(void)
{
    bool has_fired = true;

    failing = socket_fault_name(FAULT_RECV_NO_MEMORY);
    given_chapter(p->ledger, 0);
    given_committed(p->ledger);
    expect_open();
    expect_done(rebuild);
    for (failing_call = 1; has_fired; failing_call++) {
        uint64_t culprit = given_refused_batch();
        expect(failing_call < MOST_CALLS);
        given_socket_fault(FAULT_RECV_NO_MEMORY, failing_call);
        expect_culprit_named(culprit);
        has_fired = socket_faults_end();
        given_none_refused();
        expect_done(step_to_the_head);
    }
    expect_same_rows();
    failing = NULL;
}

static const struct test tests[] = {
    TEST(steps_whose_connection_fails_give_the_right_rows),
    TEST(steps_whose_connection_ends_give_the_right_rows),
    TEST(a_connection_that_fails_while_a_refused_batch_is_divided_blames_no_event),
    TEST(a_rebuild_whose_connection_fails_gives_the_right_rows),
};
const struct suite test_faults_suite =
    SUITE_WITH("projections/faults", tests, .set_up = set_up, .tear_down = tear_down);
