/*
 * The budget of recorded refusals: evidence, but nobody may fill the ledger by being refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "api/own_command.h"
#include "commands/platform/platform_commands.h"
#include "core/base/alloc.h"
#include "core/crypto/crypto.h"
#include "eventlog/keyed_digest.h"

#include <string.h>

enum { PER_SECOND = 100, PER_ADDRESS = 10, LONGEST_METHOD = 16, NOTE_BYTES = 1 << 16 };

static void start_second(struct refusal_budget *budget, int64_t second)
{
    budget->second = second;
    budget->spent = 0;
    map_clear(budget->spent_by_address);
}

/* Counts are kept as pointers that are never followed: a map of small numbers. */
static bool has_room(struct refusal_budget *budget, struct uuid address)
{
    int64_t second = monotonic_us() / US_PER_S;
    uintptr_t spent;

    if (second != budget->second)
        start_second(budget, second);
    spent = (uintptr_t)map_get(budget->spent_by_address, address);
    if (budget->spent >= PER_SECOND || spent >= PER_ADDRESS)
        return false;
    budget->spent++;
    map_put(budget->spent_by_address, address, (void *)(spent + 1));
    return true;
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
    struct refusal_budget *budget = &note->monitor->budget;
    struct digest digest = sha256(bytes_of_text(note->refusal.address));
    struct uuid address;

    memcpy(address.bytes, digest.bytes, sizeof(address.bytes));
    if (!has_room(budget, address) || !record(note)) {
        if (budget->uncounted == 0)
            budget->since = timestamp_now();
        budget->uncounted++;
    }
    free_note(note);
}

void monitor_note_refusal(struct monitor *monitor, const struct refused_call *refusal)
{
    struct refusal_note *note = heap_new(sizeof(*note));
    struct arena *arena = arena_new(NOTE_BYTES);

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
    struct summarise_refusals order = {budget->since, timestamp_now(), budget->uncounted};

    if (budget->uncounted == 0)
        return;
    if (monitor_submit(monitor, &summarise_refusals_command, &order))
        budget->uncounted = 0;
}

void refusals_free(struct monitor *monitor)
{
    map_free(monitor->budget.spent_by_address);
}
