/*
 * The first checkpoint of each epoch: whoever follows keeps them as its leader does, and so can prove an epoch to a server
 * that knows only the keys of the time when that began.
 *
 *   checkpoints.mdb ──► [here] ──► follower ──► its checkpoints.mdb
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/follower.h"
#include "core/shape/shape_pack.h"
#include "eventlog/checkpoints.h"
#include "eventlog/signer.h"

enum { ANSWER_BYTES = 1 << 20 };

struct follower_epochs_input {
    int64_t from;
};
static const struct field follower_epochs_input_fields[] = {
    {INT64(follower_epochs_input, from), .flags = HAS_FALLBACK, .min = 1, .max = INT64_MAX,
     .fallback = 1, .doc = "Epoch from which on."},
};
const struct shape follower_epochs_input_shape =
    SHAPE(follower_epochs_input, "Epochs that are wanted.");

/* As many as fit one answer; the follower asks for the rest. */
static enum status
read_firsts(struct call *call, struct first_checkpoints *out, struct error *error)
{
    const struct follower_epochs_input *input = call->input;
    struct first_checkpoint *firsts =
        arena_array(call->arena, MOST_FIRST_CHECKPOINTS, sizeof(*firsts));
    int64_t epoch = input->from;
    size_t count = 0;
    size_t bytes = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && count < MOST_FIRST_CHECKPOINTS &&
           bytes + NOTE_MAX_BYTES < ANSWER_BYTES) {
        status =
            signer_next_first(call->services->signer, &epoch, call->arena, &firsts[count], error);
        if (status == STATUS_OK)
            bytes += firsts[count++].note.size;
    }
    *out = (struct first_checkpoints){{firsts, count}};
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

void follower_epochs_handle(struct call *call)
{
    struct first_checkpoints firsts;
    struct error error;

    if (read_firsts(call, &firsts, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    buf_init(&call->storage, 2 * ANSWER_BYTES);
    shape_pack(&first_checkpoints_shape, &firsts, &call->storage);
    call_answer_text(call, 200, "application/octet-stream", buf_text(&call->storage));
}
