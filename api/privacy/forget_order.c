/*
 * The order to forget a person, and what comes of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/privacy/forget_order.h"

#include "api/control_order.h"
#include "commands/privacy/privacy_commands.h"
#include "core/shape/shape_json.h"

#include <inttypes.h>

static const struct field forget_input_fields[] = {
    {UUID(forget_input, user), .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(forget_input, reason), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 500,
     .doc = "Reason, which the ledger records for ever: it must say nothing of the person."},
};
const struct shape forget_input_shape = SHAPE(forget_input, "Who is forgotten, and why.");

/* What the command is told, without what the server adds. */
struct told_order {
    struct uuid subject_id;
    struct text reason;
};
static const struct field told_order_fields[] = {
    {UUID(told_order, subject_id), .doc = "Id of the person."},
    {TEXT(told_order, reason), .doc = "Reason, for the record."},
};
static const struct shape told_order_shape = SHAPE(told_order, "Who is erased.");

struct control_order forget_order(struct arena *arena, const struct forget_input *input)
{
    const struct told_order order = {input->user, input->reason};

    return control_order_make(&forget_person_command, &told_order_shape, &order, arena);
}

enum status forget_order_print(
    struct text answer,
    struct arena *arena,
    struct buf *position,
    struct buf *told,
    struct error *error)
{
    struct erased_person erased;
    char id[UUID_TEXT_SIZE];
    enum status status =
        shape_json_read(forget_person_command.answer, answer, arena, &erased, error);

    if (status != STATUS_OK)
        return status;
    if (uuid_is_present(erased.hold_id)) {
        uuid_print(erased.hold_id, id);
        return decision_refuse(error, &refused_subject_held, id);
    }
    uuid_print(erased.subject_id, id);
    buf_printf(position, "%" PRId64 "\n", erased.position);
    buf_printf(
        told,
        "Person %s is erased, as the event at position %" PRId64 " says. Read models and index\n"
        "drop the person as soon as they reach it: at once beside a running server, else at its next\n"
        "start. GET /api/v1/privacy/subjects/%s/certificate certifies it.\n",
        id, erased.position, id);
    return STATUS_OK;
}
