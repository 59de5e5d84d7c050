/*
 * Machines as threads; they never check, because a failed check ends a test on its own thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/machine.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/run/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MOST_JOBS = 100000, MOST_TRIES = 1000, CLAIM_WAIT_MS = 100, ARENA_BYTES = 16 << 20 };

struct machine {
    struct agent agent;
    unsigned number;
    struct job *jobs;
    size_t count;
    size_t finished; /* jobs before this one have ended */
    char complaint[512];
    atomic_bool is_resting;
    struct thread *thread;
};

struct machine *make_machine(const struct agent *agent, unsigned number)
{
    struct machine *machine = heap_new(sizeof(*machine));

    machine->agent = *agent;
    machine->agent.client.arena = arena_new(ARENA_BYTES);
    machine->number = number;
    machine->is_resting = true;
    machine->jobs = heap_array(MOST_JOBS, sizeof(*machine->jobs));
    return machine;
}

void end_machine(struct machine *machine)
{
    if (machine == NULL)
        return;
    thread_join(machine->thread);
    arena_free(machine->agent.client.arena);
    heap_free(machine->jobs);
    heap_free(machine);
}

static void
complain(struct machine *machine, const char *what, const char *task, struct reply reply)
{
    snprintf(
        machine->complaint, sizeof(machine->complaint), "%s %s: %d %.*s", what, task, reply.status,
        (int)(reply.body.size < 300 ? reply.body.size : 300),
        reply.body.data == NULL ? "" : reply.body.data);
}

/* One report, under a key of its own, so that repeating it does nothing twice. */
static struct reply
make_report(struct machine *machine, size_t index, const char *what, const char *body_format)
{
    struct agent keyed = machine->agent;
    const struct job *job = &machine->jobs[index];

    keyed.client = with(
        &machine->agent.client, "Idempotency-Key: m%u-%zu-%s\r\n", machine->number, index, what);
    return report(&keyed, job->task, what, body_format);
}

/* Until it is acknowledged, or refused for good; while it rests it does not insist. True to go on
 * with this job. */
static bool
insist(struct machine *machine, size_t index, const char *what, const char *body, bool *is_told)
{
    struct job *job = &machine->jobs[index];
    bool is_at_work = !machine->is_resting;
    struct reply reply = {0};

    for (int tries = 0; tries < MOST_TRIES && !*is_told && !job->has_ended; tries++) {
        reply = make_report(machine, index, what, body);
        *is_told = reply.status == 200 || reply.status == 201;
        job->has_ended = reply.status >= 400 && reply.status < 500;
        if (reply.status == 0 && is_at_work)
            machine->is_resting = true;
        if (is_at_work && machine->is_resting)
            return *is_told && !job->has_ended;
        if (!*is_told && !job->has_ended && reply.status != 503)
            break;
        if (reply.status == 503)
            wait_a_little();
    }
    if (!*is_told && !job->has_ended)
        complain(machine, what, job->task, reply);
    return *is_told;
}

static void run_job(struct machine *machine, size_t index)
{
    struct job *job = &machine->jobs[index];
    const char *line = text_format(
                           machine->agent.client.arena, "{'stream':'stdout','line':'m%u-%zu'}",
                           machine->number, index)
                           .data;

    if (insist(machine, index, "started", "{}", &job->has_started) &&
        insist(machine, index, "logs", line, &job->has_logged) &&
        insist(
            machine, index, "completed", "{'status':'success','exitCode':0}", &job->has_completed))
        job->has_ended = true;
}

static void claim_next(struct machine *machine)
{
    struct client *client = &machine->agent.client;
    struct reply reply;
    struct text task;

    arena_reset(client->arena);
    if (machine->count % 8 == 0)
        heartbeat(&machine->agent);
    reply = claim(&machine->agent, CLAIM_WAIT_MS);
    task = value_at(client, reply, "task.id");
    if (reply.status == 0)
        machine->is_resting = true;
    else if (reply.status == 503)
        wait_a_little();
    else if (reply.status != 200 && reply.status != 201)
        complain(machine, "a claim was refused", "", reply);
    if (task.size != UUID_TEXT_SIZE - 1)
        return;
    must(machine->count < MOST_JOBS);
    memcpy(machine->jobs[machine->count].task, task.data, UUID_TEXT_SIZE);
    run_job(machine, machine->count++);
}

static void keep_working(void *context)
{
    struct machine *machine = context;

    while (!machine->is_resting)
        claim_next(machine);
}

void given_work(struct machine *machine)
{
    must(machine->thread == NULL);
    machine->is_resting = false;
    machine->thread = thread_start("machine", keep_working, machine);
}

void given_rest(struct machine *machine)
{
    machine->is_resting = true;
    thread_join(machine->thread);
    machine->thread = NULL;
}

static void finish_all(void *context)
{
    struct machine *machine = context;

    for (; machine->finished < machine->count && machine->complaint[0] == '\0';
         machine->finished++) {
        arena_reset(machine->agent.client.arena);
        run_job(machine, machine->finished);
    }
}

void begin_to_finish(struct machine *machine)
{
    must(machine->thread == NULL && machine->is_resting);
    machine->thread = thread_start("machine", finish_all, machine);
}

const char *finished(struct machine *machine)
{
    thread_join(machine->thread);
    machine->thread = NULL;
    return machine->complaint;
}

const struct job *jobs_of(const struct machine *machine, size_t *out_count)
{
    *out_count = machine->count;
    return machine->jobs;
}
