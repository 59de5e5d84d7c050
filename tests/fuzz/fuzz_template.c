/*
 * Templates of strangers: a pattern, a payload and values, one a line. Whatever they are, filling in gives JSON
 * or refuses, and the command of a shell.exec never has a value in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template_lookup.h"
#include "core/base/must.h"
#include "core/shape/json_check.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "core/unicode/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct json read_object(struct text line, struct arena *arena)
{
    struct json object = {{"{}", 2}};
    struct text compact;
    struct error error;

    if (json_compact(line, arena, &compact, &error) == STATUS_OK && compact.data[0] == '{')
        object.text = compact;
    return object;
}

/* A command has as many quotation marks and braces of ours as it has placeholders; a value would bring its mark. */
static void expect_no_value(struct text payload, struct arena *arena)
{
    struct text command = json_peek_text(arena, json_peek_member(arena, payload, "command"));

    must(!text_contains(command, text_lit("\x01")));
}

/* All that is a text in the values says that it is one. */
static bool is_marked(struct text template, struct text values)
{
    return !text_contains(template, text_lit("\\u0001")) &&
           text_contains(values, text_lit("\\u0001"));
}

static void fill_in(
    const struct template_definition *template,
    struct text type,
    struct text values,
    struct arena *arena)
{
    struct json payload;
    struct error error;

    if (template_fill(arena, template, type, values, &payload, &error) != STATUS_OK)
        return;
    must(json_is_valid(payload.text));
    if (text_is(type, "shell.exec") && is_marked(template->payload.text, values))
        expect_no_value(payload.text, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    struct text rest = {(const char *)data, size};
    struct text source = text_cut(&rest, '\n');
    struct text payload = text_cut(&rest, '\n');
    struct error error;
    struct template_parameter parameters[] = {
        {.name = TEXT_OF("a"), .type = {PARAMETER_TEXT}},
        {.name = TEXT_OF("n"), .type = {PARAMETER_NUMBER}, .fallback = {TEXT_OF("1")}},
    };
    struct template_definition template = {
        .payload = read_object(payload, arena), .parameters = {parameters, 2}};
    struct json values = read_object(rest, arena);

    if (text_is_clean_utf8(source) && source.size <= PARAMETER_LONGEST_PATTERN &&
        pattern_check(source, &error) == STATUS_OK) {
        if (text_is_clean_utf8(payload))
            (void)pattern_matches(source, text_first_bytes(payload, 4096));
        parameters[0].pattern = source;
    }
    fill_in(&template, text_lit("shell.exec"), values.text, arena);
    fill_in(&template, text_lit("custom"), values.text, arena);
    arena_free(arena);
    return 0;
}
