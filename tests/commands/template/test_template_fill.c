/*
 * Filling templates in, and what values can and cannot do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template_lookup.h"
#include "core/base/buf.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena *arena;
static struct error error;

static const struct text colours[] = {TEXT_OF("red"), TEXT_OF("light blue")};
static const struct template_parameter parameters[] = {
    {.name = TEXT_OF("unit"),
     .type = {PARAMETER_TEXT},
     .required = {1},
     .pattern = TEXT_OF("[a-z]+")},
    {.name = TEXT_OF("free"), .type = {PARAMETER_TEXT}},
    {.name = TEXT_OF("lines"), .type = {PARAMETER_NUMBER}, .fallback = {TEXT_OF("20")}},
    {.name = TEXT_OF("colour"),
     .type = {PARAMETER_CHOICE},
     .choices = {colours, 2},
     .fallback = {TEXT_OF("\"red\"")}},
};

static void set_up(void)
{
    arena = arena_new(64 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static enum status fill(const char *type, const char *payload, const char *values, struct text *out)
{
    const struct template_definition template = {
        .task_type = text_from(type),
        .payload = {text_from(payload)},
        .parameters = {parameters, COUNT_OF(parameters)},
    };
    struct json filled = {{NULL, 0}};
    enum status status =
        template_fill(arena, &template, template.task_type, text_from(values), &filled, &error);

    *out = filled.text;
    return status;
}

static struct text filled(const char *type, const char *payload, const char *values)
{
    struct text out;

    expect_ok(fill(type, payload, values, &out), &error);
    return out;
}

static void values_stand_where_their_placeholders_stood(void)
{
    expect_text(
        filled(
            "packageInstall",
            "{\"names\":[\"{{unit}}\",\"lib{{unit}}-dev\"],\"a\":{\"b\":\"{{colour}}\"},\"purge\":false}",
            "{\"unit\":\"nginx\",\"colour\":\"light blue\"}"),
        "{\"names\":[\"nginx\",\"libnginx-dev\"],\"a\":{\"b\":\"light blue\"},\"purge\":false}");
}

static void a_value_is_written_as_json_wants_it(void)
{
    expect_text(
        filled("custom", "{\"a\":\"{{free}}\"}", "{\"unit\":\"x\",\"free\":\"\\\"},{\\\\\\n\"}"),
        "{\"a\":\"\\\"},{\\\\\\n\"}");
}

static void a_value_is_not_filled_in_again(void)
{
    expect_text(
        filled("custom", "{\"a\":\"{{free}}\"}", "{\"unit\":\"x\",\"free\":\"{{unit}}\"}"),
        "{\"a\":\"{{unit}}\"}");
}

static void a_number_that_stands_alone_stays_a_number(void)
{
    expect_text(
        filled(
            "custom", "{\"a\":\"{{lines}}\",\"b\":\"{{lines}} lines\"}",
            "{\"unit\":\"x\",\"lines\":7}"),
        "{\"a\":7,\"b\":\"7 lines\"}");
    expect_text(filled("custom", "{\"a\":\"{{lines}}\"}", "{\"unit\":\"x\"}"), "{\"a\":20}");
}

static void what_need_not_be_given_has_its_default_or_is_empty(void)
{
    expect_text(
        filled(
            "custom", "{\"a\":\"{{colour}}\",\"b\":\"[{{free}}]\"}",
            "{\"unit\":\"x\",\"colour\":null}"),
        "{\"a\":\"red\",\"b\":\"[]\"}");
}

static void what_is_no_placeholder_stays(void)
{
    expect_text(
        filled(
            "custom", "{\"a\":\"{{{unit}}} {{.Names}} {{ unit }} {{unit}\"}", "{\"unit\":\"x\"}"),
        "{\"a\":\"{x} {{.Names}} {{ unit }} {{unit}\"}");
}

static void a_template_without_parameters_is_taken_as_it_is(void)
{
    const struct template_definition template = {.payload = {TEXT_OF("{\"a\":\"{{b}}\"}")}};
    struct json out;

    expect_ok(
        template_fill(arena, &template, text_lit("custom"), (struct text){0}, &out, &error),
        &error);
    expect_text(out.text, "{\"a\":\"{{b}}\"}");
    expect_status(
        template_fill(arena, &template, text_lit("custom"), text_lit("{\"b\":1}"), &out, &error),
        STATUS_INVALID, &error);
}

static void a_value_that_does_not_do_is_refused_by_name(void)
{
    static const struct {
        const char *values;
        const char *field;
        const char *text;
    } cases[] = {
        {"{}", "parameters.unit", "parameters.unit must be given"},
        {"{\"unit\":null}", "parameters.unit", "parameters.unit must be given"},
        {"{\"unit\":7}", "parameters.unit", "parameters.unit must be a string"},
        {"{\"unit\":\"Nginx\"}", "parameters.unit", "parameters.unit must match [a-z]+"},
        {"{\"unit\":\"\"}", "parameters.unit", "parameters.unit must match [a-z]+"},
        {"{\"unit\":\"x\",\"lines\":\"7\"}", "parameters.lines",
         "parameters.lines must be a number"},
        {"{\"unit\":\"x\",\"lines\":true}", "parameters.lines",
         "parameters.lines must be a number"},
        {"{\"unit\":\"x\",\"colour\":\"green\"}", "parameters.colour",
         "parameters.colour must be one of the choices of the template"},
        {"{\"unit\":\"x\",\"free\":[\"a\"]}", "parameters.free",
         "parameters.free must be a string"},
        {"{\"unit\":\"x\",\"unti\":\"x\"}", "parameters.unti",
         "parameters.unti is no parameter of the template"},
    };
    struct text out;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_status(fill("custom", "{}", cases[i].values, &out), STATUS_INVALID, &error);
        expect_text(text_from(error.field), cases[i].field);
        expect_text(text_from(error.text), cases[i].text);
    }
}

static void a_text_has_at_most_1024_characters(void)
{
    static char values[1100];
    struct text out;

    snprintf(values, sizeof(values), "{\"unit\":\"x\",\"free\":\"%01024d\"}", 0);
    expect_ok(fill("custom", "{}", values, &out), &error);
    snprintf(values, sizeof(values), "{\"unit\":\"x\",\"free\":\"%01025d\"}", 0);
    expect_status(fill("custom", "{}", values, &out), STATUS_INVALID, &error);
    expect_text(text_from(error.field), "parameters.free");
}

static void a_payload_that_would_pass_1_mib_is_refused(void)
{
    static char payload[20000];
    static char values[1100];
    struct text out;
    size_t size = (size_t)snprintf(payload, sizeof(payload), "{\"a\":\"");

    while (size + 16 < sizeof(payload))
        size += (size_t)snprintf(payload + size, sizeof(payload) - size, "{{free}}");
    snprintf(payload + size, sizeof(payload) - size, "\"}");
    snprintf(values, sizeof(values), "{\"unit\":\"x\",\"free\":\"%01024d\"}", 0);
    expect_status(fill("custom", payload, values, &out), STATUS_INVALID, &error);
    expect_text(text_from(error.text), "parameters must not make a payload of over 1 MiB");
}

static void a_command_gets_a_variable_and_its_environment_the_value(void)
{
    expect_text(
        filled(
            "shell.exec",
            "{\"command\":\"systemctl restart {{unit}}\",\"environment\":{\"LANG\":\"C\",\"PARAM_unit\":\"mine\",\"COLOUR\":\"{{colour}}\"},\"timeout_seconds\":\"{{lines}}\"}",
            "{\"unit\":\"nginx\"}"),
        "{\"command\":\"systemctl restart \\\"${PARAM_unit?}\\\"\",\"timeout_seconds\":20,"
        "\"environment\":{\"LANG\":\"C\",\"COLOUR\":\"red\",\"PARAM_unit\":\"nginx\"}}");
}

static void an_environment_that_is_none_is_replaced(void)
{
    expect_text(
        filled(
            "shell.exec", "{\"environment\":7,\"command\":\"tail -n {{lines}}\"}",
            "{\"unit\":\"x\"}"),
        "{\"command\":\"tail -n \\\"${PARAM_lines?}\\\"\",\"environment\":{\"PARAM_lines\":\"20\"}}");
}

/* What a shell makes of a command: what stands in the file OUT then, in the arena. */
static struct text run(const char *shell, const char *directory, struct text payload)
{
    char *command = (char *)(uintptr_t)text_c(
        arena, json_peek_text(arena, json_peek_member(arena, payload, "command")));
    char *argv[] = {(char *)(uintptr_t)shell, (char *)(uintptr_t) "-c", command, NULL};
    char *environment[8] = {
        (char *)(uintptr_t)text_c(arena, text_format(arena, "OUT=%s/out", directory))};
    size_t count = 1;
    struct text name;
    struct text value;
    size_t cursor = 0;
    static char read[4096];
    size_t size = 0;
    posix_spawn_file_actions_t actions;
    FILE *file;
    pid_t pid;

    while (json_peek_pair(
        arena, json_peek_member(arena, payload, "environment"), &cursor, &name, &value))
        environment[count++] = (char *)(uintptr_t)text_c(
            arena,
            text_format(
                arena, "%.*s=%.*s", TEXT_ARGS(name), TEXT_ARGS(json_peek_text(arena, value))));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory);
    expect(posix_spawn(&pid, shell, &actions, NULL, argv, environment) == 0);
    posix_spawn_file_actions_destroy(&actions);
    expect(waitpid(pid, NULL, 0) == pid);
    file = fopen(environment[0] + 4, "r");
    if (file != NULL) {
        size = fread(read, 1, sizeof(read), file);
        fclose(file);
        unlink(environment[0] + 4);
    }
    return text_copy(arena, (struct text){read, size});
}

static struct text values_of(const char *value)
{
    AUTO_BUF out = {0};

    buf_init(&out, 4096);
    buf_add_c(&out, "{\"unit\":\"x\",\"free\":");
    json_write_text(&out, text_from(value));
    buf_add_c(&out, "}");
    return text_copy(arena, buf_text(&out));
}

static const char *const shells[] = {"/bin/sh", "/bin/bash"};

static void no_value_is_read_as_code_and_each_comes_through_whole(void)
{
    static const char *const hostile[] = {
        "$(echo gotcha >gotcha)",
        "`echo gotcha >gotcha`",
        "'; echo gotcha >gotcha; '",
        "\"; echo gotcha >gotcha; \"",
        "x\necho gotcha >gotcha\n",
        "x; echo gotcha >gotcha",
        "| echo gotcha >gotcha",
        "&& echo gotcha >gotcha",
        "${IFS}$((1+1))",
        "*",
        "~",
        "a  b\tc",
        "\\",
        "'",
        "\"",
        "!!",
        "-n",
        "a=b",
        "\xF0\x9F\x90\x9A",
        "$PARAM_unit",
        "}",
        "?}\"",
    };
    static const char *const commands[] = {
        "{\"command\":\"printf '%s' {{free}} >\\\"$OUT\\\"\"}",
        "{\"command\":\"printf '%s' ''{{free}}\\\"\\\" >\\\"$OUT\\\"\"}",
        "{\"command\":\"x={{free}}; printf '%s' \\\"$x\\\" >\\\"$OUT\\\"\"}",
        "{\"command\":\"f() { printf '%s' \\\"$1\\\"; }; (f {{free}}) >\\\"$OUT\\\"\"}",
    };
    const char *directory = make_directory();
    const char *gotcha = text_format(arena, "%s/gotcha", directory).data;

    for (size_t i = 0; i < COUNT_OF(hostile) * COUNT_OF(commands) * COUNT_OF(shells); i++) {
        const char *value = hostile[i % COUNT_OF(hostile)];
        const char *command = commands[i / COUNT_OF(hostile) % COUNT_OF(commands)];
        const char *shell = shells[i / COUNT_OF(hostile) / COUNT_OF(commands)];
        struct text payload = filled("shell.exec", command, values_of(value).data);
        expect_text(run(shell, directory, payload), value);
        expect(access(gotcha, F_OK) != 0);
    }
}

/* What a template may not say when it is created; but should one be read otherwise than it was meant, then this is
 * what comes of it. */
static void not_even_in_quotation_marks_and_substitutions_is_a_value_read_as_code(void)
{
    static const char *const hostile[] = {
        "$(echo gotcha >gotcha)",      "`echo gotcha >gotcha`",    "'; echo gotcha >gotcha; '",
        "\"; echo gotcha >gotcha; \"", "x\necho gotcha >gotcha\n", "EOF\necho gotcha >gotcha",
    };
    static const char *const commands[] = {
        "{\"command\":\"echo \\\"hello {{free}} there\\\"\"}",
        "{\"command\":\"echo 'hello {{free}} there'\"}",
        "{\"command\":\"echo `echo {{free}}`\"}",
        "{\"command\":\"echo \\\"$(echo \\\"{{free}}\\\")\\\"\"}",
        "{\"command\":\"echo \\\"${OUT:-\\\"{{free}}\\\"}\\\"\"}",
        "{\"command\":\"cat <<EOF\\n{{free}}\\nEOF\\n\"}",
        "{\"command\":\"# it's\\necho '{{free}}'\"}",
        "{\"command\":\"echo \\\\{{free}}\"}",
        "{\"command\":\"case x in {{free}}) ;; esac\"}",
    };
    const char *directory = make_directory();
    const char *gotcha = text_format(arena, "%s/gotcha", directory).data;

    for (size_t i = 0; i < COUNT_OF(hostile) * COUNT_OF(commands) * COUNT_OF(shells); i++) {
        const char *value = hostile[i % COUNT_OF(hostile)];
        const char *command = commands[i / COUNT_OF(hostile) % COUNT_OF(commands)];
        const char *shell = shells[i / COUNT_OF(hostile) / COUNT_OF(commands)];
        run(shell, directory, filled("shell.exec", command, values_of(value).data));
        expect(access(gotcha, F_OK) != 0);
    }
}

static void a_shell_that_was_not_given_the_environment_stops(void)
{
    const char *directory = make_directory();

    for (size_t i = 0; i < COUNT_OF(shells); i++)
        expect_text(
            run(shells[i], directory,
                text_lit(
                    "{\"command\":\"rm -f /nowhere/\\\"${PARAM_free?}\\\" 2>&1; echo on >$OUT\"}")),
            "");
}

static const struct test tests[] = {
    TEST(values_stand_where_their_placeholders_stood),
    TEST(a_value_is_written_as_json_wants_it),
    TEST(a_value_is_not_filled_in_again),
    TEST(a_number_that_stands_alone_stays_a_number),
    TEST(what_need_not_be_given_has_its_default_or_is_empty),
    TEST(what_is_no_placeholder_stays),
    TEST(a_template_without_parameters_is_taken_as_it_is),
    TEST(a_value_that_does_not_do_is_refused_by_name),
    TEST(a_text_has_at_most_1024_characters),
    TEST(a_payload_that_would_pass_1_mib_is_refused),
    TEST(a_command_gets_a_variable_and_its_environment_the_value),
    TEST(an_environment_that_is_none_is_replaced),
    TEST(no_value_is_read_as_code_and_each_comes_through_whole),
    TEST(not_even_in_quotation_marks_and_substitutions_is_a_value_read_as_code),
    TEST(a_shell_that_was_not_given_the_environment_stops),
};

const struct suite test_template_fill_suite =
    SUITE_WITH("commands/template/template_fill", tests, .set_up = set_up, .tear_down = tear_down);
