/*
 * The budget of recorded refusals: evidence, but nobody may fill the ledger by being refused. It is
 * asked first, where the call is: what goes beyond it costs two words of memory, and no more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "api/own_command.h"
#include "commands/platform/platform_commands.h"
#include "core/base/heap.h"
#include "eventlog/keyed_digest.h"

enum { PER_SECOND = 100, PER_ADDRESS = 10, LONGEST_METHOD = 16, NOTE_BYTES = 1 << 16 };
enum { COUNT_BITS = 8 };

/* Takes one of what a second has, for whoever is quick enough. */
static bool take_one(second_budget *budget, uint_fast64_t second, uint_fast64_t most)
{
    uint_fast64_t seen = atomic_load(budget);
    uint_fast64_t spent;

    do {
        spent = seen >> COUNT_BITS == second ? seen & ((1 << COUNT_BITS) - 1) : 0;
        if (spent >= most)
            return false;
    } while (!atomic_compare_exchange_weak(budget, &seen, second << COUNT_BITS | (spent + 1)));
    return true;
}

static void count_only(struct refusal_budget *budget)
{
    int_fast64_t none = 0;

    atomic_compare_exchange_strong(&budget->since_us, &none, timestamp_now().us);
    atomic_fetch_add(&budget->uncounted, 1);
}

/* FNV-1a. */
static size_t slot_of(struct text address)
{
    uint32_t value = 2166136261U;

    for (size_t i = 0; i < address.size; i++)
        value = (value ^ (uint8_t)address.data[i]) * 16777619U;
    return (value ^ value >> 15) % REFUSAL_SLOTS;
}

bool refusal_budget_take(struct refusal_budget *budget, struct text address, int64_t second)
{
    if (take_one(&budget->by_address[slot_of(address)], (uint_fast64_t)second, PER_ADDRESS) &&
        take_one(&budget->overall, (uint_fast64_t)second, PER_SECOND))
        return true;
    count_only(budget);
    return false;
}

/* One refusal on its way to the monitor, with memory of its own. */
struct refusal_note {
    struct loop_message message; /* first */
    struct monitor *monitor;
    struct arena *arena;
    struct refused_call refusal;
};

static void free_note(struct refusal_note *note)
{
    arena_free(note->arena);
    heap_free(note);
}

static bool record(struct refusal_note *note)
{
    const struct refused_call *refusal = &note->refusal;
    const struct record_refusal input = {
        .code = refusal->code,
        .method = text_slice(refusal->method, 0, LONGEST_METHOD),
        .route = refusal->route,
    };
    struct own_command own = {
        .command = &record_refusal_command,
        .input = &input,
        .actor = refusal->actor,
        .correlation = refusal->correlation,
        .now = timestamp_now(),
        .origin.address.text = refusal->address,
    };

    keyed_digest_personal(note->monitor->keyring, &origin_shape, own.now, note->arena, &own.origin);
    return own_command_submit(note->monitor->writer, &own);
}

static void refusal_note_run(struct loop_message *message)
{
    struct refusal_note *note = (struct refusal_note *)message;

    if (!record(note))
        count_only(&note->monitor->budget);
    free_note(note);
}

void monitor_note_refusal(struct monitor *monitor, const struct refused_call *refusal)
{
    struct refusal_note *note;
    struct arena *arena;

    if (monitor->is_following ||
        !refusal_budget_take(&monitor->budget, refusal->address, monotonic_us() / US_PER_S))
        return;
    note = heap_new(sizeof(*note));
    arena = arena_new(NOTE_BYTES);
    *note = (struct refusal_note){
        .message.run = refusal_note_run,
        .monitor = monitor,
        .arena = arena,
        .refusal =
            {
                .code = text_copy(arena, refusal->code),
                .method = text_copy(arena, refusal->method),
                .route = text_copy(arena, refusal->route),
                .address = text_copy(arena, refusal->address),
                .correlation = refusal->correlation,
                .actor = refusal->actor,
            },
    };
    if (!loop_post(monitor->loop, &note->message))
        free_note(note);
}

void refusals_summarise(struct monitor *monitor)
{
    struct refusal_budget *budget = &monitor->budget;
    int_fast64_t count = atomic_load(&budget->uncounted);
    struct summarise_refusals order = {{atomic_load(&budget->since_us)}, timestamp_now(), count};

    if (count == 0)
        return;
    if (!timestamp_is_present(order.since))
        order.since = order.until;
    if (!monitor_submit(monitor, &summarise_refusals_command, &order))
        return;
    atomic_store(&budget->since_us, 0);
    atomic_fetch_sub(&budget->uncounted, count);
}
