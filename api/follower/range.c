/*
 * The next stretch of the ledger, under the newest checkpoint: at once where there is one, else as soon as the
 * next checkpoint is signed.
 *
 *   worker   ACKNOWLEDGE_AFTER: it holds what it asks from (eventlog/holders.h)
 *   loop     behind the newest checkpoint? ── no ──► waits for the signer, or until its time is over
 *   worker   ledger_range_copy, path to the checkpoint ─► msgpack
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/follower.h"
#include "core/base/encode.h"
#include "core/shape/shape_pack.h"
#include "eventlog/holders.h"
#include "eventlog/leadership.h"
#include "eventlog/ledger_proof.h"
#include "eventlog/ledger_range.h"
#include "eventlog/signer.h"

#include <string.h>

enum { LONGEST_WAIT_MS = 10000 };

struct follower_range_input {
    int64_t from;
    int64_t wait_ms;
    struct text root;
    int64_t most_bytes;
};
static const struct field follower_range_input_fields[] = {
    {INT64(follower_range_input, from), .flags = REQUIRED, .min = 0, .max = INT64_MAX,
     .doc = "Position from which on: the size of the ledger that the follower has."},
    {INT64(follower_range_input, wait_ms), .flags = HAS_FALLBACK, .min = 0, .max = LONGEST_WAIT_MS,
     .fallback = 0,
     .doc = "Milliseconds to wait for a checkpoint of more than that; then nothing is answered but "
            "the newest one."},
    {TEXT(follower_range_input, root), .flags = ONE_LINE, .min = 2 * DIGEST_SIZE,
     .max = 2 * DIGEST_SIZE,
     .doc = "Root, in hexadecimal, of the ledger that the follower holds durably."},
    {INT64(follower_range_input, most_bytes), .flags = HAS_FALLBACK, .min = 1,
     .max = LEDGER_RANGE_USUAL, .fallback = LEDGER_RANGE_USUAL,
     .doc = "Bytes of events, about; a command that is larger comes whole all the same."},
};
const struct shape follower_range_input_shape =
    SHAPE(follower_range_input, "What the follower has.");

static bool newest(struct call *call, struct signed_checkpoint *out)
{
    struct error error;

    if (signer_newest(call->services->signer, call->arena, out))
        return true;
    error_set_code(
        &error, STATUS_UNAVAILABLE, "not_signed_yet",
        "No checkpoint has been signed yet. Try again in a second.");
    call_answer_error(call, &error);
    return false;
}

static struct bytes path_of(struct arena *arena, const struct proof *proof)
{
    uint8_t *joined = arena_take(arena, proof->count * DIGEST_SIZE + 1);

    for (size_t i = 0; i < proof->count; i++)
        memcpy(joined + i * DIGEST_SIZE, proof->hashes[i].bytes, DIGEST_SIZE);
    return (struct bytes){joined, proof->count * DIGEST_SIZE};
}

/* Beyond the checkpoint there is nothing to prove: whoever asks sees that it is too small for them. */
static enum status read_range(
    struct call *call,
    const struct signed_checkpoint *checkpoint,
    struct buf *events,
    struct ledger_range *out,
    struct error *error)
{
    struct ledger *ledger = call->services->ledger;
    const struct follower_range_input *input = call->input;
    struct ledger_stretch stretch = {
        (uint64_t)input->from, checkpoint->size, (size_t)input->most_bytes};
    struct proof proof;
    enum status status;

    *out = (struct ledger_range){
        .from = input->from, .note = checkpoint->note, .signed_at = checkpoint->signed_at};
    if (stretch.next > checkpoint->size)
        return STATUS_OK;
    status = ledger_range_copy(ledger, &stretch, events, error);
    if (status == STATUS_OK)
        status = ledger_consistency(ledger, stretch.next, checkpoint->size, &proof, error);
    if (status != STATUS_OK)
        return status;
    out->events = buf_bytes(events);
    out->path = path_of(call->arena, &proof);
    return STATUS_OK;
}

static void answer_range(struct call *call)
{
    struct signed_checkpoint checkpoint;
    struct ledger_range range;
    AUTO_BUF events = {0};
    struct error error;

    if (!newest(call, &checkpoint))
        return;
    buf_init(&events, LEDGER_RANGE_ANSWER);
    if (read_range(call, &checkpoint, &events, &range, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    buf_init(&call->storage, LEDGER_RANGE_ANSWER + NOTE_MAX_BYTES);
    shape_pack(&ledger_range_shape, &range, &call->storage);
    call_answer_text(call, 200, "application/octet-stream", buf_text(&call->storage));
}

static void on_signed(struct call *call, bool is_signed)
{
    (void)is_signed;
    call_to_lane(call, LANE_PLAIN, answer_range);
}

static void answer_or_wait(struct call *call)
{
    const struct follower_range_input *input = call->input;
    struct signed_checkpoint checkpoint;
    struct error error;

    if (leadership_is_superseded(call->services->leadership, &error)) {
        call_answer_error(call, &error);
        return;
    }
    if (!newest(call, &checkpoint))
        return;
    if (checkpoint.size > (uint64_t)input->from || input->wait_ms == 0) {
        call_to_lane(call, LANE_PLAIN, answer_range);
    } else {
        signer_hurry(call->services->signer);
        call_wait_called(
            call, loop_context_next_checkpoint, call->arrived_us + input->wait_ms * US_PER_MS,
            on_signed);
    }
}

/* Does the follower hold the first events of this ledger, and no others? */
static bool holds_ours(struct call *call, const struct follower_range_input *input)
{
    uint64_t size = (uint64_t)input->from;
    struct digest ours;
    struct bytes root;

    return text_is_present(input->root) && hex_decode(call->arena, input->root, &root) &&
           size <= ledger_size(call->services->ledger) &&
           ledger_root(call->services->ledger, size, &ours, NULL) == STATUS_OK &&
           bytes_equal(root, (struct bytes){ours.bytes, DIGEST_SIZE});
}

/* By a worker: what it asks from is what it has synced. */
static void note_held(struct call *call)
{
    const struct follower_range_input *input = call->input;
    const struct services *services = call->services;

    if (holds_ours(call, input) &&
        holders_note(services->holders, call->follower, (uint64_t)input->from, monotonic_us())) {
        for (size_t i = 0; i < services->loop_count; i++)
            loop_context_announce_held(services->loops[i]);
    }
    call_to_loop(call, answer_or_wait);
}

void follower_range_handle(struct call *call)
{
    if (holders_wanted(call->services->holders) > 0)
        call_to_lane(call, LANE_PLAIN, note_held);
    else
        answer_or_wait(call);
}
