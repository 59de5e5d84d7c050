/*
 * Rows of keys.mdb, wrapped as they lie there: the installation's own, or those that a follower has met boxes
 * of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/follower.h"
#include "core/base/encode.h"
#include "core/shape/shape_pack.h"
#include "eventlog/keyring_copy.h"

enum { MOST_NAMES = 64, LONGEST_NAMES = MOST_NAMES * 2 * KEY_ROW_NAME_SIZE };

struct follower_keys_input {
    struct text names;
};
static const struct field follower_keys_input_fields[] = {
    {TEXT(follower_keys_input, names), .flags = ONE_LINE, .min = 2 * KEY_ROW_NAME_SIZE,
     .max = LONGEST_NAMES,
     .doc =
         "Names of rows in hexadecimal, joined, at most 64; absent: the installation's own rows."},
};
const struct shape follower_keys_input_shape = SHAPE(follower_keys_input, "Rows that are wanted.");

static enum status read_rows(struct call *call, struct key_rows *out, struct error *error)
{
    const struct follower_keys_input *input = call->input;
    struct bytes names;

    if (!text_is_present(input->names))
        return keyring_own_rows(call->services->keyring, call->arena, out, error);
    if (!hex_decode(call->arena, input->names, &names) || names.size % KEY_ROW_NAME_SIZE != 0)
        return error_set_code(
            error, STATUS_INVALID, "validation_failed",
            "names must be names of 24 bytes each, in hexadecimal");
    return keyring_named_rows(call->services->keyring, names, call->arena, out, error);
}

void follower_keys_handle(struct call *call)
{
    struct key_rows rows;
    struct error error;

    if (read_rows(call, &rows, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    buf_init(&call->storage, KEY_ROWS_BYTES);
    shape_pack(&key_rows_shape, &rows, &call->storage);
    call_answer_text(call, 200, "application/octet-stream", buf_text(&call->storage));
}
