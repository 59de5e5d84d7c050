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

struct show_input {
    int64_t position;
    struct uuid place_id;
    struct text from;
};
static const struct field show_input_fields[] = {
    {INT64(show_input, position), .flags = REQUIRED | FROM_PATH, .max = 99, .doc = "Which one."},
    {UUID(show_input, place_id), .flags = FROM_PATH, .doc = "Where it is."},
    {TEXT(show_input, from), .max = 20, .doc = "Its beginning."},
};
static const struct shape show_input_shape = SHAPE(show_input, "What is shown.");

struct show_options {
    struct enum_value output;
};
static const struct field show_options_fields[] = {
    {ENUM(show_options, output, colours), .flags = HAS_FALLBACK, .fallback = 1, .doc = "How."},
};
static const struct shape show_options_shape = SHAPE(show_options, "How it is shown.");
static const struct cli_flag show_flags[] = {
    {"from", "since", '\0', false},
    {"output", NULL, 'o', false},
    {NULL, NULL, '\0', false},
};

struct give_input {
    struct uuid id;
    struct uuid owner;
};
static const struct field give_input_fields[] = {
    {UUID(give_input, id), .flags = REQUIRED | FROM_PATH, .doc = "What is given."},
    {UUID(give_input, owner), .doc = "To whom."},
};
static const struct shape give_input_shape = SHAPE(give_input, "What is given to whom.");
static const struct cli_flag give_flags[] = {
    {"id", NULL, '\0', true}, {"owner", NULL, '\0', true}, {NULL, NULL, '\0', false}};

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
    {.name = "wall",
     .doc = "Shows a wall.",
     .input = &show_input_shape,
     .arguments = (const char *const[]){"position", NULL},
     .options = &show_options_shape,
     .flags = show_flags,
     .run = run_nothing},
    {.name = "wall cracks", .doc = "Shows its cracks.", .run = run_nothing},
    {.name = "give",
     .doc = "Gives a wall away.",
     .input = &give_input_shape,
     .arguments = (const char *const[]){"id", NULL},
     .options = &show_options_shape,
     .flags = give_flags,
     .run = run_nothing},
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

static void a_noun_may_have_verbs(void)
{
    expect_ok(READ("wall", "cracks"), &error);
    expect(call.command == &commands[3]);
    expect_ok(READ("wall", "7"), &error);
    expect(call.command == &commands[2]);
    EXPECT_REFUSED("there is no command walls; did you mean wall?", "walls", "cracks");
}

static void options_are_read_apart_and_flags_may_have_other_names_and_letters(void)
{
    const struct show_input *input;

    expect_ok(READ("wall", "7", "-o", "blue", "--since=dawn"), &error);
    input = call.input;
    expect_int64(input->position, 7);
    expect_text(input->from, "dawn");
    expect_int64(((const struct show_options *)call.options)->output.is, 3);
    expect_int64(call.param_count, 2);
    expect_text(call.params[0].name, "position");
    expect_text(call.params[1].name, "from");
    EXPECT_REFUSED("there is no flag --from: see \"painter help wall\"", "wall", "--from=dawn");
}

static void what_is_in_paths_comes_by_place_or_not_at_all(void)
{
    EXPECT_REFUSED("wall needs its position: a whole number from 0 to 99", "wall");
    EXPECT_REFUSED("position is \"x\": it must be a whole number from 0 to 99", "wall", "x");
    EXPECT_REFUSED(
        "there is no flag --place-id: see \"painter help wall\"", "wall", "--place-id=7");
}

static void a_field_is_called_what_it_is_given_by(void)
{
    char name[CLI_NAME_SIZE];

    expect(cli_name_of(&commands[2], text_lit("from"), name));
    expect_text(text_from(name), "--since");
    expect(cli_name_of(&commands[2], text_lit("position"), name));
    expect_text(text_from(name), "position");
    expect(cli_name_of(&commands[2], text_lit("output"), name));
    expect_text(text_from(name), "--output");
    expect(!cli_name_of(&commands[2], text_lit("colour"), name));
}

/* Whoever runs the command finds the id; what is no name is read as ever. */
static void names_may_stand_for_ids(void)
{
    const struct give_input *input;
    AUTO_BUF help = {0};

    expect_ok(READ("give", "the wall", "--owner=anna", "--output=blue"), &error);
    input = call.input;
    expect(!uuid_is_present(input->id) && !uuid_is_present(input->owner));
    expect_int64(call.param_count, 2);
    expect_text(call.params[0].value, "the wall");
    expect_text(call.params[1].value, "anna");
    EXPECT_REFUSED("give needs its id: a name or an id", "give", "--owner=anna");
    EXPECT_REFUSED(
        "--output is \"x\": it must be one of red, green, blue", "give", "w", "--output=x");
    buf_init(&help, 1 << 16);
    cli_write_help(&cli, &commands[4], &help);
    expect(text_contains(buf_text(&help), text_lit("To whom. It is a name, an id, or the last")));
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
    static const char *const words[] = {"dry-run", "room-name", "t-port", "green",
                                        "wait",    "cracks",    "since"};

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
    TEST(a_noun_may_have_verbs),
    TEST(options_are_read_apart_and_flags_may_have_other_names_and_letters),
    TEST(what_is_in_paths_comes_by_place_or_not_at_all),
    TEST(a_field_is_called_what_it_is_given_by),
    TEST(names_may_stand_for_ids),
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
