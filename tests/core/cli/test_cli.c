/*
 * The command line: what is read from it, what is said of what is not understood, and that help,
 * manual page and completion know every row of the table.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cli/cli.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <stdlib.h>

struct options {
    int64_t port;
    struct opt_bool quiet;
};
static const struct field options_fields[] = {
    {INT64(options, port), .flags = HAS_FALLBACK, .min = 1, .max = 9, .fallback = 3,
     .doc = "Number of the port."},
    {BOOL(options, quiet), .flags = HAS_FALLBACK, .fallback = 2, .doc = "Whether to be quiet."},
};
static const struct shape options_shape = SHAPE(options, "Options.");
static const struct setting rows[] = {{"port", "T_PORT", NULL}, {"quiet", "T_QUIET", NULL}};
static const struct config config = {&options_shape, rows, COUNT_OF(rows), NULL, NULL};

static const char *const colours[] = {"red", "green", "blue", NULL};

struct paint_input {
    struct enum_value colour;
    struct opt_bool dry_run;
    struct text room_name;
};
static const struct field paint_input_fields[] = {
    {ENUM(paint_input, colour, colours), .flags = REQUIRED, .doc = "Colour to take."},
    {BOOL(paint_input, dry_run), .doc = "Only say what would be done."},
    {TEXT(paint_input, room_name), .max = 8, .doc = "Name of the room."},
};
static const struct shape paint_input_shape = SHAPE(paint_input, "What is painted.");

static int run_nothing(const struct cli_call *call)
{
    (void)call;
    return 0;
}

static const struct cli_command commands[] = {
    {.name = "paint",
     .doc = "Paints it's - wall.",
     .more = ".A line for roff \\ to trip over.",
     .input = &paint_input_shape,
     .arguments = (const char *const[]){"colour", NULL},
     .settings = CLI_SETTINGS_LISTED,
     .run = run_nothing},
    {.name = "wait", .doc = "Waits.", .run = run_nothing},
};
static const struct cli_exit exits[] = {{0, "Done."}, {7, "Not done."}};
static const struct cli cli = {
    .program = "painter",
    .purpose = "paints",
    .version = "painter 1",
    .settings = &config,
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .exits = exits,
    .exit_count = COUNT_OF(exits),
};

static struct arena *arena;
static struct cli_call call;
static struct error error;

static void set_up(void)
{
    unsetenv("T_PORT");
    unsetenv("T_QUIET");
    arena = arena_new(1 << 20);
    call = (struct cli_call){.command = NULL};
    error = (struct error){0};
}

static void tear_down(void)
{
    arena_free(arena);
}

enum { MOST_ARGS = 5 };

static enum status read_args(const char *const given[MOST_ARGS])
{
    static char args[MOST_ARGS][64];
    char *pointers[MOST_ARGS];
    int count = 0;

    for (; count < MOST_ARGS && given[count] != NULL; count++) {
        snprintf(args[count], sizeof(args[count]), "%s", given[count]);
        pointers[count] = args[count];
    }
    return cli_read(&cli, count, pointers, arena, &call, &error);
}

#define READ(...) read_args((const char *const[MOST_ARGS]){__VA_ARGS__})

#define EXPECT_REFUSED(sentence, ...)                                                              \
    do {                                                                                           \
        call.command = NULL;                                                                       \
        expect_status(READ(__VA_ARGS__), STATUS_INVALID, &error);                                  \
        expect_text(text_from(error.text), sentence);                                              \
        expect(call.command == NULL);                                                              \
    } while (0)

static void arguments_flags_and_settings_are_told_apart(void)
{
    const struct paint_input *input;
    const struct options *settings;

    expect_ok(READ("paint", "--room-name", "hall", "green", "--t-port=5"), &error);
    input = call.input;
    settings = call.settings;
    expect_int64(input->colour.is, 2);
    expect_text(input->room_name, "hall");
    expect(!opt_bool_is_true(input->dry_run));
    expect_int64(settings->port, 5);
    expect_ok(READ("paint", "--t-port", "6", "--dry-run", "red"), &error);
    input = call.input;
    settings = call.settings;
    expect_int64(input->colour.is, 1);
    expect(opt_bool_is_true(input->dry_run));
    expect_int64(settings->port, 6);
}

static void a_yes_or_no_takes_nothing_from_behind_it(void)
{
    expect_ok(READ("paint", "--t-quiet", "blue"), &error);
    expect(opt_bool_is_true(((const struct options *)call.settings)->quiet));
    expect_int64(((const struct paint_input *)call.input)->colour.is, 3);
}

static void a_command_without_settings_takes_none(void)
{
    expect_ok(READ("wait"), &error);
    expect(call.settings == NULL && call.input == NULL);
    EXPECT_REFUSED("there is no flag --port: see \"painter help wait\"", "wait", "--port=3");
}

static void help_and_version_are_asked_for_anywhere(void)
{
    expect_ok(READ(NULL), &error);
    expect(call.wants_help && call.command == NULL);
    expect_ok(READ("--version"), &error);
    expect(call.wants_version);
    expect_ok(READ("paint", "--help"), &error);
    expect(call.wants_help && call.command == &commands[0]);
    expect_ok(READ("wait", "-h"), &error);
    expect(call.wants_help && call.command == &commands[1]);
}

static void what_is_not_known_is_named_with_what_is_nearest(void)
{
    EXPECT_REFUSED("there is no command piant; did you mean paint?", "piant");
    EXPECT_REFUSED("there is no command sing: see \"painter help\"", "sing");
    EXPECT_REFUSED("there is no flag --dryrun; did you mean --dry-run?", "paint", "--dryrun");
    EXPECT_REFUSED("there is no flag --t-prot; did you mean --t-port?", "paint", "--t-prot=7");
    EXPECT_REFUSED("there is no flag --name; did you mean --room-name?", "paint", "--name=x");
    EXPECT_REFUSED("there is no flag -t-port; did you mean --t-port?", "paint", "-t-port=7");
}

static void what_is_too_much_is_said(void)
{
    EXPECT_REFUSED(
        "paint does not understand \"7\": settings are given as --name=value, such as --port=3001",
        "paint", "red", "7");
    EXPECT_REFUSED("wait does not understand \"long\"", "wait", "long");
}

static void bad_and_missing_values_are_named(void)
{
    EXPECT_REFUSED("paint needs its colour: one of red, green, blue", "paint");
    EXPECT_REFUSED(
        "colour is \"gren\": it must be one of red, green, blue; did you mean green", "paint",
        "gren");
    EXPECT_REFUSED("--room-name needs a value", "paint", "red", "--room-name");
    EXPECT_REFUSED("--room-name needs a value", "paint", "red", "--room-name", "--dry-run");
    EXPECT_REFUSED(
        "--room-name is \"ballrooms\": it must be text of at most 8 characters", "paint", "red",
        "--room-name=ballrooms");
    EXPECT_REFUSED(
        "T_PORT is \"10\" (from --t-port): it must be a whole number from 1 to 9", "paint", "red",
        "--t-port=10");
}

static bool has(const struct buf *out, const char *part)
{
    return text_contains(buf_text(out), text_from(part));
}

static void help_names_arguments_flags_and_settings_with_their_bounds(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    cli_write_help(&cli, &commands[0], &out);
    expect(has(&out, "usage: painter paint COLOUR [--dry-run] [--room-name=ROOM_NAME]"));
    expect(has(&out, "Colour to take. It is one of red, green, blue."));
    expect(has(&out, "--t-port=…  T_PORT"));
    expect(has(&out, "It is a whole number from 1 to 9; usually 3."));
    buf_clear(&out);
    cli_write_help(&cli, NULL, &out);
    expect(has(&out, "  wait             Waits.\n"));
    expect(has(&out, "    7  Not done.\n"));
}

static void the_manual_page_escapes_what_roff_would_take_for_its_own(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    cli_write_man(&cli, &out);
    expect(has(&out, ".B \\-\\-dry\\-run\n"));
    expect(has(&out, "\n\\&.A line for roff \\e to trip over.\n"));
}

static void every_shell_hears_of_every_flag_and_value(void)
{
    static const char *const words[] = {"dry-run", "room-name", "t-port", "green", "wait"};

    for (int shell = CLI_BASH; shell <= CLI_FISH; shell++) {
        AUTO_BUF out = {0};
        buf_init(&out, 1 << 16);
        cli_write_completion(&cli, (enum cli_shell)shell, &out);
        for (size_t i = 0; i < COUNT_OF(words); i++)
            expect(has(&out, words[i]));
    }
}

static const struct test tests[] = {
    TEST(arguments_flags_and_settings_are_told_apart),
    TEST(a_yes_or_no_takes_nothing_from_behind_it),
    TEST(a_command_without_settings_takes_none),
    TEST(help_and_version_are_asked_for_anywhere),
    TEST(what_is_not_known_is_named_with_what_is_nearest),
    TEST(what_is_too_much_is_said),
    TEST(bad_and_missing_values_are_named),
    TEST(help_names_arguments_flags_and_settings_with_their_bounds),
    TEST(the_manual_page_escapes_what_roff_would_take_for_its_own),
    TEST(every_shell_hears_of_every_flag_and_value),
};
const struct suite test_cli_suite =
    SUITE_WITH("core/cli/cli", tests, .set_up = set_up, .tear_down = tear_down);
