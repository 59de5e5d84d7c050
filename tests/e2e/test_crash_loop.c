/*
 * The server is killed under load, again and again. Whatever it acknowledged is there after each
 * start, a repeat never does anything twice, and in the end an independent reader finds on the
 * ledger exactly what was promised. FLEETLEDGER_E2E_CYCLES says how many times; 30 without it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger.h"
#include "tests/e2e/witness.h"
#include "tests/support/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CYCLES = 30, WITNESSES = 4, LEAST_MS = 20, MOST_MS = 300, BATCH = 500 };

static struct site *site;
static struct witness *witnesses[WITNESSES];

static void given_fleet(void)
{
    struct client admin;
    struct agent agent;

    site = given_site(make_database());
    given_setting(site, "AGENT_STALE_QUEUED_TASK_TIMEOUT_SECONDS", "86400");
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    for (unsigned i = 0; i < WITNESSES; i++)
        witnesses[i] = make_witness(&admin, &agent, i);
}

static void tear_down(void)
{
    for (unsigned i = 0; i < WITNESSES; i++) {
        end_witness(witnesses[i]);
        witnesses[i] = NULL;
    }
    end_sites();
}

static int64_t cycles(void)
{
    int64_t wanted = CYCLES;
    const char *setting = getenv("FLEETLEDGER_E2E_CYCLES");

    if (setting != NULL)
        must(text_to_int64(text_from(setting), &wanted) && wanted > 0);
    return wanted;
}

static void some_time(void)
{
    struct timespec span = {0};
    uint32_t number;

    random_fill(&number, sizeof(number));
    span.tv_nsec = (LEAST_MS + number % (MOST_MS - LEAST_MS)) * 1000000L;
    nanosleep(&span, NULL);
}

static void when_killed_under_load(void)
{
    for (unsigned i = 0; i < WITNESSES; i++)
        given_orders(witnesses[i]);
    some_time();
    kill_server(site);
    for (unsigned i = 0; i < WITNESSES; i++)
        given_silence(witnesses[i]);
}

static void when_killed_while_it_starts(void)
{
    given_starting(site);
    some_time();
    kill_server(site);
}

static void expect_promises_kept(void)
{
    for (unsigned i = 0; i < WITNESSES; i++)
        begin_to_ask(witnesses[i]);
    for (unsigned i = 0; i < WITNESSES; i++)
        expect_text(text_from(asked(witnesses[i])), "");
}

/* How often the ledger tells of each note, in the order of the notes. */
struct tally {
    const struct note *notes;
    size_t count;
    unsigned *told;
    char other[128]; /* something was told under a name with another id, or without a note */
};

/* "w2-17" is note 17 of witness 2. */
static void count_one(struct tally *tallies, struct text name, struct uuid id)
{
    struct text number = name;
    struct text witness = text_cut(&number, '-');
    char printed[UUID_TEXT_SIZE];
    int64_t who = -1;
    int64_t index = -1;

    uuid_print(id, printed);
    if (witness.size != 2 || !text_to_int64(text_slice(witness, 1, 1), &who) ||
        !text_to_int64(number, &index))
        return; /* not of a witness */
    must(who >= 0 && who < WITNESSES && index >= 0);
    if ((size_t)index >= tallies[who].count || strcmp(tallies[who].notes[index].id, printed) != 0)
        snprintf(
            tallies[who].other, sizeof(tallies[who].other), "%.*s as %s, not %s", TEXT_ARGS(name),
            printed, (size_t)index < tallies[who].count ? tallies[who].notes[index].id : "noted");
    else
        tallies[who].told[index]++;
}

static void count_record(struct tally *tallies, const struct record *record, struct arena *arena)
{
    if (record->type == &task_created_event) {
        const struct task_created *created = record->event;
        count_one(tallies, document_at(arena, created->payload.text, "command"), created->task_id);
    } else if (record->type == &node_added_event) {
        const struct node_added *added = record->event;
        count_one(tallies, added->hostname, added->node_id);
    }
}

/* Reads the ledger alone: no server, no model, no read models. */
static void count_all(struct tally *tallies)
{
    struct ledger_settings settings = {.home = site->home, .is_read_only = true};
    struct ledger *log = NULL;
    uint64_t at = 0;
    size_t count = 1;

    must(ledger_open(&settings, &log, NULL) == STATUS_OK);
    while (count > 0) {
        AUTO_ARENA arena = arena_new(64 << 20);
        struct record *records = arena_array(arena, BATCH, sizeof(*records));
        struct position from = {at};

        must(ledger_read(log, from, BATCH, 16 << 20, arena, records, &count, NULL) == STATUS_OK);
        for (size_t i = 0; i < count; i++)
            count_record(tallies, &records[i], arena);
        at += count;
    }
    ledger_close(log);
}

static void expect_ledger_agrees(void)
{
    struct tally tallies[WITNESSES] = {0};
    size_t promises = 0;

    for (unsigned i = 0; i < WITNESSES; i++) {
        tallies[i].notes = notes_of(witnesses[i], &tallies[i].count);
        tallies[i].told = arena_array(site->arena, tallies[i].count + 1, sizeof(unsigned));
    }
    count_all(tallies);
    for (unsigned i = 0; i < WITNESSES; i++) {
        expect_text(text_from(tallies[i].other), "");
        for (size_t n = 0; n < tallies[i].count; n++)
            expect_at(tallies[i].told[n] == 1, __FILE__, __LINE__, tallies[i].notes[n].name);
        promises += tallies[i].count;
    }
    printf("(%zu promises) ", promises);
    expect(promises > (size_t)cycles());
}

static void what_was_acknowledged_survives_every_kill(void)
{
    int64_t wanted = cycles();
    struct program_run verified;

    given_fleet();
    for (int64_t cycle = 1; cycle <= wanted; cycle++) {
        when_killed_under_load();
        if (cycle % 5 == 0)
            when_killed_while_it_starts();
        given_running(site);
        expect_promises_kept();
    }
    expect_int64(stop_server(site), 0);
    verified = RUN(site, "verify");
    expect_text_at(
        verified.exit_code == 0 ? text_lit("") : verified.output, text_lit(""), __FILE__, __LINE__,
        "verify");
    expect_ledger_agrees();
}

static const struct test tests[] = {
    TEST(what_was_acknowledged_survives_every_kill),
};
const struct suite test_crash_loop_suite = SUITE_WITH("crash loop", tests, .tear_down = tear_down);
