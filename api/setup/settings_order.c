/*
 * Orders about settings on record, and what comes of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/settings_order.h"

#include "api/control_order.h"
#include "api/setup/settings_table.h"
#include "commands/platform/platform_commands.h"
#include "core/shape/shape_json.h"

static const struct field unset_setting_input_fields[] = {
    {TEXT(unset_setting_input, name), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 64,
     .doc = "Name of the setting in the environment, as \"fleetledger settings\" lists it."},
};
const struct shape unset_setting_input_shape =
    SHAPE(unset_setting_input, "Which setting is taken off the record.");

struct control_order settings_order_list(struct arena *arena)
{
    const struct query_settings question = {OPT_TRUE};

    return control_order_make(
        &query_settings_command, query_settings_command.input, &question, arena);
}

struct control_order
settings_order_unset(struct arena *arena, const struct unset_setting_input *input)
{
    const struct wanted_setting wanted = {.name = input->name};
    const struct change_settings order = {.wanted = {&wanted, 1}};

    return control_order_make(
        &change_settings_command, change_settings_command.input, &order, arena);
}

enum status settings_order_print(
    struct text answer,
    struct arena *arena,
    struct buf *lines,
    struct buf *told,
    struct error *error)
{
    struct recorded_settings recorded;
    const struct recorded_setting *all;
    enum status status =
        shape_json_read(query_settings_command.answer, answer, arena, &recorded, error);

    if (status != STATUS_OK)
        return status;
    all = recorded.values.items;
    for (size_t i = 0; i < recorded.values.count; i++) {
        struct text value = text_is_present(all[i].value) ? all[i].value : text_lit(SETTINGS_MASK);
        buf_printf(lines, "%.*s=%.*s\n", TEXT_ARGS(all[i].name), TEXT_ARGS(value));
    }
    buf_add_c(
        told, recorded.values.count == 0
                  ? "No setting is on record: those of flags and environment count alone.\n"
                  : "So they are on record; flags and environment go before them. What was changed "
                    "counts from the next start on.\n");
    return STATUS_OK;
}
