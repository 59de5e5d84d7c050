/*
 * Orders about legal holds: read from what was typed, and what comes of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/privacy/hold_order.h"

#include "api/control_order.h"
#include "commands/privacy/privacy_commands.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/privacy_events.h"

#include <inttypes.h>

#define REASON(tag)                                                                                \
    {                                                                                              \
        TEXT(tag, reason),                                                                         \
            .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 500,                             \
            .doc = "Reason, which the ledger records for ever: it must say nothing of a person."   \
    }
static const struct field hold_input_fields[] = {
    {ENUM(hold_input, kind, hold_kind_names), .flags = REQUIRED, .doc = "What it is over."},
    {TEXT(hold_input, target), .flags = REQUIRED | TRIM, .min = 1, .max = 64,
     .doc = "Id of the person, workspace or node; of positions: first-last, as in 100-250."},
    REASON(hold_input),
};
const struct shape hold_input_shape = SHAPE(hold_input, "What is held, and why.");

static const struct field release_hold_input_fields[] = {
    {UUID(release_hold_input, hold), .flags = REQUIRED, .doc = "Id of the hold."},
    REASON(release_hold_input),
};
const struct shape release_hold_input_shape =
    SHAPE(release_hold_input, "Which hold is released, and why.");

/* "100-250" */
static bool read_range(struct text target, struct place_hold *out)
{
    size_t at = text_find(target, '-', 0);
    int64_t first;
    int64_t last;

    if (at >= target.size || !text_to_int64(text_slice(target, 0, at), &first) ||
        !text_to_int64(text_slice(target, at + 1, target.size), &last))
        return false;
    out->first_position = first;
    out->last_position = last;
    return true;
}

enum status hold_order_place(
    struct arena *arena,
    const struct hold_input *input,
    struct control_order *out,
    struct error *error)
{
    struct place_hold order = {
        .kind = input->kind,
        .first_position = INT64_ABSENT,
        .last_position = INT64_ABSENT,
        .reason = input->reason,
    };
    bool is_read = input->kind.is == HOLD_POSITIONS ? read_range(input->target, &order)
                                                    : uuid_parse(input->target, &order.target_id);

    if (!is_read)
        return error_set_field(
            error, "validation_failed", "target",
            "must be an id; of positions, the first and the last, as in 100-250");
    *out = control_order_make(&place_hold_command, place_hold_command.input, &order, arena);
    return STATUS_OK;
}

struct control_order hold_order_release(struct arena *arena, const struct release_hold_input *input)
{
    const struct release_hold order = {input->hold, input->reason};

    return control_order_make(&end_hold_command, end_hold_command.input, &order, arena);
}

enum status hold_order_print(
    struct text answer, struct arena *arena, struct buf *id, struct buf *told, struct error *error)
{
    struct placed_hold placed;
    char shown[UUID_TEXT_SIZE];
    enum status status = shape_json_read(place_hold_command.answer, answer, arena, &placed, error);

    if (status != STATUS_OK)
        return status;
    uuid_print(placed.hold_id, shown);
    buf_printf(id, "%s\n", shown);
    buf_printf(
        told,
        "The hold is in place: nothing is dropped or forgotten of what it is over, until\n"
        "fleetledger release-hold %s --reason=…\n",
        shown);
    return STATUS_OK;
}

struct control_order hold_order_list(struct arena *arena, struct uuid after)
{
    const struct query_holds question = {after};

    return control_order_make(&query_holds_command, query_holds_command.input, &question, arena);
}

static void print_hold(const struct listed_hold *hold, struct buf *out)
{
    char id[UUID_TEXT_SIZE];
    char target[UUID_TEXT_SIZE];

    uuid_print(hold->id, id);
    uuid_print(hold->target_id, target);
    buf_printf(out, "%s %s ", id, hold_kind_names[hold->kind.is - 1]);
    if (hold->kind.is == HOLD_POSITIONS)
        buf_printf(out, "%" PRId64 "-%" PRId64 "\n", hold->first_position, hold->last_position);
    else
        buf_printf(out, "%s\n", target);
}

enum status hold_order_print_page(
    struct text answer,
    struct arena *arena,
    struct buf *out,
    struct uuid *after,
    struct error *error)
{
    struct listed_holds page;
    const struct listed_hold *all;
    enum status status = shape_json_read(query_holds_command.answer, answer, arena, &page, error);

    if (status != STATUS_OK)
        return status;
    all = page.holds.items;
    for (size_t i = 0; i < page.holds.count; i++)
        print_hold(&all[i], out);
    *after = page.holds.count < HOLDS_AT_ONCE ? UUID_NONE : all[page.holds.count - 1].id;
    return STATUS_OK;
}
