/*
 * Reciting the catalogues of commands and refusals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/reference.h"

#include "commands/command.h"
#include "core/base/buf.h"
#include "core/shape/shape_describe.h"

static void describe_shape(const struct shape *shape, const char *title, struct buf *out)
{
    if (shape == NULL || shape->count == 0)
        return;
    buf_printf(out, "\n%s\n\n", title);
    shape_describe(shape, out);
}

static void describe_command(const struct command *command, struct buf *out)
{
    buf_printf(
        out, "\n### `%s`\n\n%s%s\n", command->name, command->doc,
        command->is_question ? " A question: it changes nothing." : "");
    describe_shape(command->input, "Input:", out);
    describe_shape(command->answer, "Answer:", out);
}

void commands_describe(struct buf *out)
{
    for (const struct command_area *area = command_catalog; area->name != NULL; area++) {
        buf_printf(out, "\n## %s\n", area->name);
        for (size_t i = 0; area->commands[i] != NULL; i++)
            describe_command(area->commands[i], out);
    }
}

/* In the texts each %s stands for an argument. */
static void add_refusal_text(const char *text, struct buf *out)
{
    for (; *text != '\0'; text++) {
        if (text[0] == '%' && text[1] == 's') {
            buf_add_c(out, "…");
            text++;
        } else {
            buf_add_char(out, *text);
        }
    }
}

void reference_refusal(const struct refusal *refusal, struct buf *out)
{
    buf_printf(out, "| `%s` | %d | ", refusal->code, status_http(refusal->status));
    add_refusal_text(refusal->text, out);
    buf_printf(out, " | %s |\n", refusal->remedy);
}

void reference_refusals(struct buf *out)
{
    for (const struct refusal_area *area = refusal_catalog; area->name != NULL; area++) {
        if (area->refusals[0] == NULL)
            continue;
        buf_printf(
            out, "\n## %s\n\n| Code | Status | Text | Remedy |\n|---|---|---|---|\n", area->name);
        for (size_t i = 0; area->refusals[i] != NULL; i++)
            reference_refusal(area->refusals[i], out);
    }
}
