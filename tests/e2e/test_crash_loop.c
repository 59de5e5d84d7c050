/*
 * The server is killed, failed and delayed under load, again and again, each time at another point of
 * its way (core/base/failpoint.tbl.h). Whatever it acknowledged is there after each start, a repeat
 * never does anything twice, what runs can be ended, all parts agree; and in the end an independent
 * reader finds on the ledger exactly what was promised.
 *
 *   start with a plan ─► load until it has acted ─► killed or stopped
 *        ▲                                                   │
 *        └── verify ◄── stopped ◄── asked, finished ◄── start without one
 *
 * FLEETLEDGER_E2E_CYCLES says how many times, FLEETLEDGER_E2E_SEED repeats a run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/db/db.h"
#include "replay/exit_codes.h"
#include "tests/e2e/account.h"
#include "tests/e2e/machine.h"
#include "tests/e2e/plan.h"
#include "tests/e2e/witness.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    CYCLES = 12,
    LIFE_CYCLES = 50,
    ENOUGH_CYCLES = 60, /* for every point to have been drawn */
    WITNESSES = 4,
    MACHINES = 2,
    LEAST_MS = 50,
    MOST_MS = 400,
    PATIENCE_MS = 4000, /* for a plan to act */
    LOOK_MS = 10
};

static struct site *site;
static struct witness *witnesses[WITNESSES];
static struct machine *machines[MACHINES];
static struct client admin;
static const char *database;
static struct plans *plans;
static struct plan_tally tally;
static uint64_t seed;
static size_t unrecorded; /* sign-ins that were let through while nothing could be written */

static int64_t number_from(const char *setting, int64_t otherwise)
{
    const char *value = getenv(setting);

    if (value != NULL)
        must(text_to_int64(text_from(value), &otherwise) && otherwise > 0);
    return otherwise;
}

static void given_fleet(void)
{
    struct agent agents[MACHINES];
    const char *workspace;

    unrecorded = 0;
    database = make_database();
    site = given_site(database);
    given_setting(site, "AGENT_STALE_QUEUED_TASK_TIMEOUT_SECONDS", "86400");
    given_setting(
        site, "SMTP_HOST", "127.0.0.1"); /* whose door stays closed: mail is tried in vain */
    given_setting(site, "SMTP_PORT", "9");
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "acme");
    agents[0] = given_agent(&admin, workspace, "web-1");
    agents[1] = given_agent(&admin, workspace, "web-2");
    for (unsigned i = 0; i < MACHINES; i++)
        machines[i] = make_machine(&agents[i], i);
    for (unsigned i = 0; i < WITNESSES; i++)
        witnesses[i] = make_witness(&admin, agents, i);
    must(stop_server(site) == 0);
}

static void end_fleet(void)
{
    for (unsigned i = 0; i < WITNESSES; i++) {
        end_witness(witnesses[i]);
        witnesses[i] = NULL;
    }
    for (unsigned i = 0; i < MACHINES; i++) {
        end_machine(machines[i]);
        machines[i] = NULL;
    }
    end_sites();
}

static void tear_down(void)
{
    end_fleet();
    plans_free(plans);
    plans = NULL;
}

static void wait_ms(int64_t ms)
{
    const struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    nanosleep(&span, NULL);
}

static struct text log_now(struct arena *arena)
{
    return contents_of(arena, site->log);
}

static bool has_acted(const struct plan *plan)
{
    AUTO_ARENA arena = arena_new(64 << 20);

    return plan_has_acted(plan, log_now(arena));
}

/* Read models are made anew, and switched to, where there are none. */
static void given_no_read_models(void)
{
    struct db *db = NULL;

    must(db_open(database, 10, 0, &db, NULL) == STATUS_OK);
    must(db_script(db, "drop schema fleetledger cascade", NULL) == STATUS_OK);
    db_close(db);
}

static void given_plan(const struct plan *plan)
{
    must(truncate(site->log, 0) == 0); /* of this cycle only */
    given_setting(site, "FLEETLEDGER_FAILPOINTS", plan->text);
    if (plan->point == FAILPOINT_SWITCH)
        given_no_read_models();
}

static void when_everybody_works(void)
{
    for (unsigned i = 0; i < WITNESSES; i++)
        given_orders(witnesses[i]);
    for (unsigned i = 0; i < MACHINES; i++)
        given_work(machines[i]);
}

static void when_everybody_rests(void)
{
    for (unsigned i = 0; i < WITNESSES; i++)
        given_silence(witnesses[i]);
    for (unsigned i = 0; i < MACHINES; i++)
        given_rest(machines[i]);
}

static void wait_until_acted(const struct plan *plan)
{
    wait_ms(LEAST_MS + plans_number(plans, MOST_MS - LEAST_MS));
    for (int ms = 0; ms < PATIENCE_MS && !has_acted(plan); ms += LOOK_MS)
        wait_ms(LOOK_MS);
}

static void count_log(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct text log = log_now(arena);

    plan_count(&tally, log);
    unrecorded += text_contains(log, text_lit("writer.left_unrecorded"));
}

/* A start that fails is given up, and said so. */
static void expect_failed_start(const struct plan *plan)
{
    expect(has_acted(plan));
    expect_int64(wait_for_end(site), plan->action == PLAN_KILL ? -SIGKILL : EXIT_TROUBLE);
    count_log();
}

/* Killed by its plan, killed by us, or told to end: each as if it were the last time. */
static void expect_end(const struct plan *plan)
{
    int how = 0;

    if (plan->action == PLAN_KILL && has_acted(plan))
        how = wait_for_end(site);
    else if (plans_number(plans, 2) == 0)
        kill_server(site);
    else
        how = stop_server(site);
    if (how != -SIGKILL || plan->action != PLAN_KILL || !has_acted(plan))
        expect_int64(how, 0);
    count_log();
}

static void when_a_plan_acts_under_load(const struct plan *plan)
{
    given_plan(plan);
    if (given_up_or_dead(site)) {
        when_everybody_works();
        wait_until_acted(plan);
        expect_end(plan);
        when_everybody_rests();
    } else {
        expect_failed_start(plan);
    }
    given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
}

static void when_killed_while_it_starts(void)
{
    given_starting(site);
    wait_ms(LEAST_MS + plans_number(plans, MOST_MS - LEAST_MS));
    kill_server(site);
}

static void expect_promises_kept(void)
{
    for (unsigned i = 0; i < WITNESSES; i++)
        begin_to_ask(witnesses[i]);
    for (unsigned i = 0; i < MACHINES; i++)
        begin_to_finish(machines[i]);
    for (unsigned i = 0; i < WITNESSES; i++)
        expect_text(text_from(asked(witnesses[i])), "");
    for (unsigned i = 0; i < MACHINES; i++)
        expect_text(text_from(finished(machines[i])), "");
}

static void expect_all_parts_agree(void)
{
    struct program_run verified = RUN(site, "verify");

    expect_text_at(
        verified.exit_code == 0 ? text_lit("") : verified.output, text_lit(""), __FILE__, __LINE__,
        "verify");
}

static struct uuid id_of(const char *printed)
{
    struct uuid id;

    must(uuid_parse(text_from(printed), &id));
    return id;
}

/* What the ledger says of promises. */
struct findings {
    size_t promises;
    size_t lost;
    size_t doubled;
};

/* Something was found on the ledger so many times. */
static void judge(
    struct findings *findings, bool was_promised, unsigned found, const char *what, const char *of)
{
    findings->promises += was_promised;
    findings->lost += was_promised && found == 0;
    findings->doubled += found > 1;
    if ((was_promised && found == 0) || found > 1)
        printf(
            "\n  %s of %s: %s, %u times\n", what, of, was_promised ? "promised" : "unknown", found);
}

static const struct events_told *told_of(const struct account *account, const char *id)
{
    static const struct events_told nothing;
    const struct events_told *told = account_of(account, id_of(id));

    return told == NULL ? &nothing : told;
}

/* By now every order has been repeated until it was promised. */
static void
judge_order(struct findings *findings, const struct account *account, const struct note *note)
{
    const struct events_told *told = told_of(account, note->id);

    if (note->order == ORDER_CANCEL) {
        unsigned ends = told->cancelled > 0 ? told->cancelled : told->completed;
        judge(findings, true, ends, "cancellation", note->name);
        return;
    }
    judge(findings, true, told->created, "creation", note->name);
    if (note->order == ORDER_PERSON)
        return; /* whose name is sealed */
    expect_text_at(text_from(told->name), text_from(note->name), __FILE__, __LINE__, "created as");
    judge(findings, true, account_created(account, text_from(note->name)), "name", note->name);
}

/* A job's reports, and what began has ended. */
static void judge_job(
    struct findings *findings,
    const struct account *account,
    const struct job *job,
    const char *line)
{
    const struct events_told *told = told_of(account, job->task);

    expect_at(told->claimed >= 1, __FILE__, __LINE__, line);
    judge(findings, job->has_started, told->started, "start", line);
    judge(findings, job->has_logged, account_logged(account, text_from(line)), "line", line);
    judge(findings, job->has_completed, told->completed, "completion", line);
    expect_at(
        told->started == 0 || told->completed == 1 || told->cancelled == 1, __FILE__, __LINE__,
        line);
}

static void compare_with_ledger(struct findings *findings)
{
    struct account *account = account_read(site->home);
    size_t sign_ins = 0;
    size_t count;

    for (unsigned i = 0; i < WITNESSES; i++) {
        const struct note *notes = notes_of(witnesses[i], &count);

        for (size_t n = 0; n < count; n++)
            judge_order(findings, account, &notes[n]);
        sign_ins += sign_ins_of(witnesses[i]);
    }
    for (unsigned i = 0; i < MACHINES; i++) {
        const struct job *jobs = jobs_of(machines[i], &count);

        for (size_t n = 0; n < count; n++) {
            char line[32];
            snprintf(line, sizeof(line), "m%u-%zu", i, n);
            judge_job(findings, account, &jobs[n], line);
        }
    }
    expect(account_sign_ins(account) + unrecorded >= sign_ins);
    findings->promises += sign_ins;
    account_free(account);
}

static void print_sum(int64_t cycles, const struct findings *findings)
{
    printf(
        "\n  crash: %lld cycles (seed %llu), %s; kills %u, errors %u, delays %u; "
        "acknowledged %zu, lost %zu, doubled %zu\n  ",
        (long long)cycles, (unsigned long long)seed,
        plan_never_reached(&tally) == NULL ? "all points hit" : "not all points hit",
        plan_total(&tally, PLAN_KILL), plan_total(&tally, PLAN_ERROR),
        plan_total(&tally, PLAN_DELAY), findings->promises, findings->lost, findings->doubled);
}

static void run_cycle(int64_t cycle)
{
    struct plan plan = plans_next(plans);

    printf("\n  %lld: %s ", (long long)cycle, plan.text);
    when_a_plan_acts_under_load(&plan);
    if (cycle % 5 == 0)
        when_killed_while_it_starts();
    given_running(site);
    expect_promises_kept();
    expect_int64(stop_server(site), 0);
    expect_all_parts_agree();
}

/* An installation's life: the larger it is, the longer it takes to verify, so there are several. */
static void run_life(int64_t from, int64_t to, struct findings *findings)
{
    given_fleet();
    for (int64_t cycle = from; cycle < to; cycle++)
        run_cycle(cycle + 1);
    compare_with_ledger(findings);
    end_fleet();
}

static void what_was_acknowledged_survives_every_kill_error_and_delay(void)
{
    int64_t cycles = number_from("FLEETLEDGER_E2E_CYCLES", CYCLES);
    struct findings findings = {0};

    random_fill(&seed, sizeof(seed));
    seed = (uint64_t)number_from("FLEETLEDGER_E2E_SEED", (int64_t)(seed >> 33));
    printf("(seed %llu) ", (unsigned long long)seed);
    plans = plans_new(seed);
    for (int64_t from = 0; from < cycles; from += LIFE_CYCLES)
        run_life(from, from + LIFE_CYCLES < cycles ? from + LIFE_CYCLES : cycles, &findings);
    print_sum(cycles, &findings);
    expect_int64(findings.lost, 0);
    expect_int64(findings.doubled, 0);
    expect(findings.promises > (size_t)cycles);
    if (cycles >= ENOUGH_CYCLES)
        expect_text(text_from(plan_never_reached(&tally)), NULL);
}

static const struct test tests[] = {
    TEST(what_was_acknowledged_survives_every_kill_error_and_delay),
};
const struct suite test_crash_loop_suite = SUITE_WITH("crash loop", tests, .tear_down = tear_down);
