/*
 * Orders about signing, and what comes of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/signing_order.h"

#include "api/control_order.h"
#include "commands/platform/platform_commands.h"
#include "core/files/file_read.h"
#include "core/shape/shape_json.h"

#include <string.h>

enum { CHECKPOINT_BYTES = 8000, WEEK_S = 7 * 24 * 3600, LONGEST_S = 366 * 24 * 3600 };

static const struct field rotate_key_input_fields[] = {
    {INT64(rotate_key_input, overlap_seconds), .flags = HAS_FALLBACK, .min = 0, .max = LONGEST_S,
     .fallback = WEEK_S, .doc = "Seconds for which the former key signs, too."},
};
const struct shape rotate_key_input_shape =
    SHAPE(rotate_key_input, "How long both keys sign checkpoints.");

static const struct field declare_origin_input_fields[] = {
    {TEXT(declare_origin_input, reason), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 500,
     .doc = "Reason, which the ledger records."},
    {TEXT(declare_origin_input, checkpoint), .min = 1, .max = 4000,
     .doc = "File with a checkpoint that others have kept, which the ledger does not continue."},
};
const struct shape declare_origin_input_shape =
    SHAPE(declare_origin_input, "Why the ledger does not continue what was signed.");

/* What the command is told, without what the server adds. */
struct declare_order {
    struct text reason;
    struct text seen;
};
static const struct field declare_order_fields[] = {
    {TEXT(declare_order, reason), .doc = "Reason, for the record."},
    {TEXT(declare_order, seen), .flags = OMIT_ABSENT, .doc = "Checkpoint that others have kept."},
};
static const struct shape declare_order_shape = SHAPE(declare_order, "What is declared.");

struct control_order signing_order_rotate(struct arena *arena, const struct rotate_key_input *input)
{
    return control_order_make(&rotate_signing_key_command, &rotate_key_input_shape, input, arena);
}

/* As it was fetched or saved: the whole file, which is small. */
static enum status
read_checkpoint(const char *path, struct arena *arena, struct text *out, struct error *error)
{
    enum status status = file_read(arena, text_from(path), CHECKPOINT_BYTES, out, error);

    if (status == STATUS_OK && out->size == 0)
        status = error_set(
            error, STATUS_INVALID, "%s is no checkpoint, as /api/v1/ledger/checkpoint shows it",
            path);
    if (status != STATUS_OK && error != NULL)
        error_context(error, "--checkpoint");
    return status;
}

enum status signing_order_declare(
    struct arena *arena,
    const struct declare_origin_input *input,
    struct control_order *out,
    struct error *error)
{
    struct declare_order order = {.reason = input->reason};
    enum status status = STATUS_OK;

    if (text_is_present(input->checkpoint))
        status = read_checkpoint(text_c(arena, input->checkpoint), arena, &order.seen, error);
    if (status == STATUS_OK)
        *out = control_order_make(&declare_origin_command, &declare_order_shape, &order, arena);
    return status;
}

enum status signing_order_print_rotated(
    struct text answer, struct arena *arena, struct buf *key, struct buf *told, struct error *error)
{
    struct rotated_signing_key rotated;
    char until[TIMESTAMP_TEXT_SIZE];
    enum status status =
        shape_json_read(rotate_signing_key_command.answer, answer, arena, &rotated, error);

    if (status != STATUS_OK)
        return status;
    timestamp_print(rotated.overlap_until, until);
    buf_printf(key, "%.*s\n", TEXT_ARGS(rotated.key));
    buf_printf(
        told,
        "Checkpoints are signed by another key from now on, and by the former one until %s.\n"
        "Give the new key to everybody who verifies; GET /api/v1/ledger/key names both meanwhile.\n",
        until);
    return STATUS_OK;
}

enum status signing_order_print_declared(
    struct text answer, struct arena *arena, struct buf *key, struct buf *told, struct error *error)
{
    struct declared_origin declared;
    enum status status =
        shape_json_read(declare_origin_command.answer, answer, arena, &declared, error);

    if (status != STATUS_OK)
        return status;
    buf_printf(key, "%.*s\n", TEXT_ARGS(declared.key));
    buf_printf(
        told,
        "The ledger is %.*s from now on. The next start takes writes and signs under that origin.\n"
        "Give the new key to everybody who verifies, and tell them why.\n",
        TEXT_ARGS(declared.origin));
    return STATUS_OK;
}
