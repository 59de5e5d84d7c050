/*
 * Witnesses as threads; they never check, because a failed check ends a test on its own thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/witness.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/run/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MOST_NOTES = 100000, RUSH = 20, MOST_TRIES = 1000, ARENA_BYTES = 16 << 20 };

struct witness {
    struct client client;
    struct agent agents[2];
    unsigned number;
    struct note *notes;
    size_t count;
    size_t asked; /* notes before this one have been asked about */
    size_t sign_ins;
    char complaint[512];
    atomic_bool is_silenced;
    struct thread *thread;
};

struct witness *
make_witness(const struct client *admin, const struct agent agents[2], unsigned number)
{
    struct witness *witness = heap_new(sizeof(*witness));

    witness->client = *admin;
    witness->client.arena = arena_new(ARENA_BYTES);
    memcpy(witness->agents, agents, sizeof(witness->agents));
    witness->number = number;
    witness->notes = heap_array(MOST_NOTES, sizeof(*witness->notes));
    return witness;
}

void end_witness(struct witness *witness)
{
    if (witness == NULL)
        return;
    thread_join(witness->thread);
    arena_free(witness->client.arena);
    heap_free(witness->notes);
    heap_free(witness);
}

/* Mostly tasks; a cancellation only of a task that was promised. */
static enum order order_at(const struct witness *witness, size_t index)
{
    const struct note *before = index == 0 ? NULL : &witness->notes[index - 1];

    if (index % 16 == 3)
        return ORDER_PERSON;
    if (index % 4 == 0)
        return ORDER_NODE;
    if (index % 8 == 6 && before->order == ORDER_TASK && before->id[0] != '\0')
        return ORDER_CANCEL;
    return ORDER_TASK;
}

static struct reply order(struct witness *witness, size_t index)
{
    const struct note *note = &witness->notes[index];
    const char *workspace = witness->agents[0].workspace;
    struct client keyed = with(&witness->client, "Idempotency-Key: %s\r\n", note->name);

    switch (note->order) {
    case ORDER_NODE:
        return ask(
            &keyed, "POST",
            body(&keyed, "{'hostname':'%s','os':'Debian','arch':'amd64'}", note->name),
            "/workspaces/%s/nodes", workspace);
    case ORDER_TASK:
        return create_task(&keyed, &witness->agents[index % 2], note->name);
    case ORDER_PERSON:
        return ask(
            &keyed, "POST",
            body(&keyed, "{'name':'%s','email':'%s@fleet.example'}", note->name, note->name),
            "/users");
    case ORDER_CANCEL:
        break;
    }
    return cancel_task(&keyed, &witness->agents[0], witness->notes[index - 1].id, note->name);
}

static void complain(struct witness *witness, size_t index, const char *what, struct reply reply)
{
    snprintf(
        witness->complaint, sizeof(witness->complaint), "%s %s: %d %.*s", what,
        witness->notes[index].name, reply.status,
        (int)(reply.body.size < 300 ? reply.body.size : 300),
        reply.body.data == NULL ? "" : reply.body.data);
}

static bool is_done(struct reply reply, struct text id)
{
    return (reply.status == 200 || reply.status == 201) && id.size == UUID_TEXT_SIZE - 1;
}

static void order_next(struct witness *witness)
{
    size_t index = witness->count;
    struct note *note = &witness->notes[index];
    struct reply reply;
    struct text id;

    must(index < MOST_NOTES);
    arena_reset(witness->client.arena);
    snprintf(note->name, sizeof(note->name), "w%u-%zu", witness->number, index);
    note->order = order_at(witness, index);
    witness->count++;
    reply = order(witness, index);
    id = value_at(&witness->client, reply, "id");
    if (reply.status == 0)
        witness->is_silenced = true;
    else if (is_done(reply, id))
        memcpy(note->id, id.data, UUID_TEXT_SIZE);
    else if (reply.status == 503)
        wait_a_little();
    else
        complain(witness, index, "an order was refused:", reply);
}

static void sign_in(struct witness *witness)
{
    struct client anyone = {.site = witness->client.site, .arena = witness->client.arena};
    struct reply reply =
        ask(&anyone, "POST",
            body(&anyone, "{'email':'%s','password':'%s'}", ADMIN_EMAIL, ADMIN_PASSWORD),
            "/auth/login");

    if (reply.status == 200)
        witness->sign_ins++;
}

static void keep_ordering(void *context)
{
    struct witness *witness = context;

    if (witness->number == 0)
        sign_in(witness);
    for (size_t given = 0; !witness->is_silenced; given++) {
        order_next(witness);
        if (given > RUSH)
            wait_a_little(); /* what is ordered must be asked about, and verified */
    }
}

void given_orders(struct witness *witness)
{
    must(witness->thread == NULL);
    witness->is_silenced = false;
    witness->thread = thread_start("witness", keep_ordering, witness);
}

void given_silence(struct witness *witness)
{
    witness->is_silenced = true;
    thread_join(witness->thread);
    witness->thread = NULL;
}

/* Of people there are lists only; the repeat and the ledger tell of them. */
static void ask_for(struct witness *witness, size_t index)
{
    static const char *const collections[] = {
        [ORDER_NODE] = "nodes", [ORDER_TASK] = "tasks", [ORDER_CANCEL] = "tasks"};
    const struct note *note = &witness->notes[index];
    struct reply reply;

    if (note->order == ORDER_PERSON)
        return;
    reply =
        ask(&witness->client, "GET", NULL, "/workspaces/%s/%s/%s", witness->agents[0].workspace,
            collections[note->order], note->id);
    if (reply.status != 200 || !text_is(value_at(&witness->client, reply, "id"), note->id))
        complain(witness, index, "promised, and not there:", reply);
}

static void ask_again(struct witness *witness, size_t index)
{
    struct note *note = &witness->notes[index];
    struct reply reply = order(witness, index);
    struct text id = value_at(&witness->client, reply, "id");

    for (int tries = 0; reply.status == 503 && tries < MOST_TRIES; tries++) {
        wait_a_little();
        reply = order(witness, index);
        id = value_at(&witness->client, reply, "id");
    }
    if (!is_done(reply, id))
        complain(witness, index, "a repeat was refused:", reply);
    else if (note->id[0] != '\0' && !text_is(id, note->id))
        complain(witness, index, "a repeat did it once more:", reply);
    else
        memcpy(note->id, id.data, UUID_TEXT_SIZE);
}

static void ask_about_all(void *context)
{
    struct witness *witness = context;

    for (; witness->asked < witness->count && witness->complaint[0] == '\0'; witness->asked++) {
        arena_reset(witness->client.arena);
        if (witness->notes[witness->asked].id[0] != '\0')
            ask_for(witness, witness->asked);
        ask_again(witness, witness->asked);
    }
}

void begin_to_ask(struct witness *witness)
{
    must(witness->thread == NULL);
    witness->thread = thread_start("witness", ask_about_all, witness);
}

const char *asked(struct witness *witness)
{
    thread_join(witness->thread);
    witness->thread = NULL;
    return witness->complaint;
}

const struct note *notes_of(const struct witness *witness, size_t *out_count)
{
    *out_count = witness->count;
    return witness->notes;
}

size_t sign_ins_of(const struct witness *witness)
{
    return witness->sign_ins;
}
