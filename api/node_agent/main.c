/*
 * fleetledger-agent: the program on a node that claims tasks and runs them. Its table of commands.
 *
 *   enrol once:  bootstrap | enroll | register ─► identity
 *   then:        run ─► tasks, each by "keep" or "root-helper"
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/agent.h"
#include "api/node_agent/enrollment.h"
#include "api/node_agent/keeper.h"
#include "api/node_agent/log_scan.h"
#include "api/node_agent/root_helper.h"
#include "api/node_agent/root_update.h"
#include "api/node_agent/update_fetch.h"
#include "api/node_agent/update_program.h"
#include "api/node_agent/update_trial.h"
#include "api/node_agent/update_watch.h"
#include "core/base/build_info.h"
#include "core/base/log.h"
#include "core/cli/cli.h"
#include "core/shape/shape_json.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_BYTES = 32 << 20, LARGEST_TEXT = 1 << 20, EXIT_TROUBLE = 2, SETTINGS_READ = 2 };

struct bootstrap_input {
    struct text bootstrap_token;
    struct opt_bool non_interactive;
};
static const struct field bootstrap_input_fields[] = {
    {TEXT(bootstrap_input, bootstrap_token), .flags = REQUIRED | TRIM, .min = 8, .max = 1024,
     .doc = "Token of the install command."},
    {BOOL(bootstrap_input, non_interactive), .doc = "Accepted for older scripts; it never asks."},
};
static const struct shape bootstrap_input_shape = SHAPE(bootstrap_input, "Which install it is.");

struct enroll_input {
    struct text email;
};
static const struct field enroll_input_fields[] = {
    {TEXT(enroll_input, email), .flags = REQUIRED | TRIM, .min = 3, .max = 254,
     .doc = "Email address of whoever asks."},
};
static const struct shape enroll_input_shape = SHAPE(enroll_input, "Who asks.");

struct register_input {
    struct text enrollment_token;
};
static const struct field register_input_fields[] = {
    {TEXT(register_input, enrollment_token), .flags = REQUIRED | TRIM, .min = 1, .max = 1024,
     .doc = "Token that all agents of the installation share."},
};
static const struct shape register_input_shape = SHAPE(register_input, "What lets it in.");

struct helper_input {
    struct text verb;
};
static const struct field helper_input_fields[] = {
    {TEXT(helper_input, verb), .flags = REQUIRED, .min = 1, .max = 32,
     .doc = "What is to be done: task, terminal, operation, packages, log-scan, profile, update or "
            "update-back."},
};
static const struct shape helper_input_shape = SHAPE(helper_input, "What is to be done as root.");

static int complain(const struct error *error)
{
    fprintf(stderr, "fleetledger-agent: %s\n", error->text);
    return EXIT_TROUBLE;
}

static int print(struct text out)
{
    bool is_written = fwrite(out.data, 1, out.size, stdout) == out.size && fflush(stdout) == 0;

    return is_written ? EXIT_SUCCESS : EXIT_TROUBLE;
}

/* Becoming a node. */

static int admit(const struct cli_call *call, const struct identity *identity)
{
    const struct agent_settings *settings = call->settings;
    char id[UUID_TEXT_SIZE];
    struct error error;

    if (identity_save(text_c(call->arena, settings->state_directory), identity, &error) !=
        STATUS_OK)
        return complain(&error);
    uuid_print(identity->node_id, id);
    fprintf(stderr, "This machine is node %s of %.*s.\n", id, TEXT_ARGS(identity->api_url));
    return EXIT_SUCCESS;
}

static int run_bootstrap(const struct cli_call *call)
{
    const struct bootstrap_input *input = call->input;
    struct identity identity;
    struct error error;

    if (enrollment_by_install(
            call->settings, input->bootstrap_token, call->arena, &identity, &error) != STATUS_OK)
        return complain(&error);
    return admit(call, &identity);
}

static void tell_token(struct text token)
{
    fprintf(
        stderr,
        "An administrator now has to approve this request, within ten minutes:\n\n    %.*s\n\n",
        TEXT_ARGS(token));
}

static int run_enroll(const struct cli_call *call)
{
    const struct enroll_input *input = call->input;
    struct identity identity;
    struct error error;

    if (enrollment_by_person(
            call->settings, input->email, tell_token, call->arena, &identity, &error) != STATUS_OK)
        return complain(&error);
    return admit(call, &identity);
}

static int run_register(const struct cli_call *call)
{
    const struct register_input *input = call->input;
    struct identity identity;
    struct error error;

    if (enrollment_by_shared_token(
            call->settings, input->enrollment_token, call->arena, &identity, &error) != STATUS_OK)
        return complain(&error);
    return admit(call, &identity);
}

/* Being one. */

/* How this program was started; for the one that takes its place. */
static char *const *own_arguments;

static int run_agent(const struct cli_call *call)
{
    const struct agent_settings *settings = call->settings;
    const char *state = text_c(call->arena, settings->state_directory);
    const struct update_watch watch = {
        .program = update_program_own(call->arena),
        .state_directory = state,
        .arguments = own_arguments,
        .trial_seconds = settings->update_trial_seconds,
    };
    struct identity identity;
    struct error error;
    bool is_to_begin_anew = false;
    enum status status = identity_load(state, call->arena, &identity, &error);

    if (status == STATUS_NOT_FOUND)
        (void)error_set(
            &error, STATUS_NOT_FOUND,
            "this machine is no node yet: run fleetledger-agent bootstrap, enroll or register first");
    if (status == STATUS_OK) {
        update_watch_resume(&watch);
        status = agent_run(settings, &identity, &is_to_begin_anew, &error);
    }
    if (status != STATUS_OK)
        return complain(&error);
    if (is_to_begin_anew)
        update_watch_begin_anew(&watch); /* what it returns from has failed */
    else
        update_trial_note_stopped(state, true);
    return is_to_begin_anew ? EXIT_TROUBLE : EXIT_SUCCESS;
}

/* {"status":"handoff","targetId":…}: what the task's result is. */
static int print_handoff(const struct update_order *order)
{
    AUTO_BUF out = {0};
    AUTO_BUF members = {0};

    buf_init(&out, LARGEST_TEXT);
    buf_init(&members, LARGEST_TEXT);
    shape_json_write(&update_order_shape, order, &members);
    buf_add_c(&out, "{\"status\":\"handoff\",");
    buf_add_text(&out, text_slice(buf_text(&members), 1, members.size));
    buf_add_char(&out, '\n');
    return print(buf_text(&out));
}

static enum status
read_update(const struct cli_call *call, struct update_order *out, struct error *error)
{
    struct work_order asked;
    enum status status = keeper_read_order(call->arena, &asked, error);

    if (status == STATUS_OK && asked.arguments.count != 1)
        status = error_set(error, STATUS_INVALID, "the order names no version");
    if (status == STATUS_OK)
        status = shape_json_read(
            &update_order_shape, *(const struct text *)asked.arguments.items, call->arena, out,
            error);
    return status;
}

/* The agent, whose child this is, begins anew once it is told. */
static int run_update(const struct cli_call *call)
{
    const struct agent_settings *settings = call->settings;
    struct identity identity;
    const struct asking asking = {settings, &identity};
    struct update_order order;
    struct error error;
    enum status status = read_update(call, &order, &error);

    if (status == STATUS_OK)
        status = identity_load(
            text_c(call->arena, settings->state_directory), call->arena, &identity, &error);
    if (status == STATUS_OK)
        status =
            update_fetch(&asking, &order, update_program_own(call->arena), call->arena, &error);
    if (status != STATUS_OK)
        return complain(&error);
    if (print_handoff(&order) != EXIT_SUCCESS)
        return EXIT_TROUBLE;
    return kill(getppid(), UPDATE_REPLACED_SIGNAL) == 0 ? EXIT_SUCCESS : EXIT_TROUBLE;
}

static int run_count_start(const struct cli_call *call)
{
    const struct agent_settings *settings = call->settings;
    struct error error;

    return update_watch_count_start(text_c(call->arena, settings->state_directory), &error) ==
                   STATUS_OK
               ? EXIT_SUCCESS
               : complain(&error);
}

static int run_keep(const struct cli_call *call)
{
    struct work_order order;
    struct error error;
    int code;

    if (keeper_read_order(call->arena, &order, &error) != STATUS_OK)
        return complain(&error);
    code = keeper_run(&order, &error);
    if (code == KEEPER_NOT_STARTED)
        complain(&error);
    return code;
}

/* What stands in the order is the request. */
static int scan_log(const struct cli_call *call)
{
    AUTO_BUF out = {0};
    const char *const *rest;
    struct work_order order;
    struct error error;
    const struct text *request;

    buf_init(&out, LOG_SCAN_BYTES);
    if (keeper_read_order(call->arena, &order, &error) != STATUS_OK)
        return complain(&error);
    request = order.arguments.items;
    if (log_scan_gather(request[0], call->arena, &out, &rest, &error) != STATUS_OK)
        return complain(&error);
    if (print(buf_text(&out)) != EXIT_SUCCESS || rest == NULL)
        return rest == NULL ? EXIT_SUCCESS : EXIT_TROUBLE;
    union { /* execv() takes char *const[] for history's sake and changes nothing */
        const char *const *ours;
        char *const *theirs;
    } argv = {.ours = rest};
    execv(argv.ours[0], argv.theirs);
    fprintf(stderr, "fleetledger-agent: %s cannot be run\n", argv.ours[0]);
    return EXIT_TROUBLE;
}

/* On the terminal that is standard input already. */
static int run_root_shell(void)
{
    static char bash[] = "-bash";
    static char sh[] = "-sh";
    static char *const as_bash[] = {bash, NULL};
    static char *const as_sh[] = {sh, NULL};

    (void)setenv("HOME", "/root", 1);
    (void)!chdir("/root");
    execv("/bin/bash", as_bash);
    execv("/bin/sh", as_sh);
    fprintf(stderr, "fleetledger-agent: there is no shell\n");
    return EXIT_TROUBLE;
}

static int run_root_helper(const struct cli_call *call)
{
    struct text verb = ((const struct helper_input *)call->input)->verb;
    struct work_order asked;
    struct work_order order;
    struct error error;
    int code;

    if (text_is(verb, "log-scan"))
        return scan_log(call);
    if (text_is(verb, "terminal"))
        return run_root_shell();
    if (text_is(verb, "update-back"))
        return root_update_back(call->arena, &error) == STATUS_OK ? EXIT_SUCCESS : complain(&error);
    if (keeper_read_order(call->arena, &asked, &error) != STATUS_OK)
        return complain(&error);
    if (text_is(verb, "update"))
        return root_update(
                   &asked, root_update_key_file, update_program_own(call->arena), call->arena,
                   &error) == STATUS_OK
                   ? EXIT_SUCCESS
                   : complain(&error);
    if (text_is(verb, "profile"))
        return root_helper_apply(&asked, &error) == STATUS_OK ? EXIT_SUCCESS : complain(&error);
    if (root_helper_order(verb, &asked, call->arena, &order, &error) != STATUS_OK)
        return complain(&error);
    code = keeper_run(&order, &error);
    if (code == KEEPER_NOT_STARTED)
        complain(&error);
    return code;
}

static int run_version(const struct cli_call *call)
{
    printf("%s\n", call->cli->version);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_TROUBLE;
}

static const struct cli_command commands[] = {
    {.name = "run",
     .doc = "Claims tasks and runs them until it is told to stop.",
     .more = "SIGTERM and SIGINT end it: its tasks are ended first, and their ends told.",
     .settings = CLI_SETTINGS_LISTED,
     .run = run_agent},
    {.name = "bootstrap",
     .doc = "Makes this machine a node, by the token of a one-click install.",
     .input = &bootstrap_input_shape,
     .settings = CLI_SETTINGS,
     .run = run_bootstrap},
    {.name = "enroll",
     .doc = "Asks for this machine to be admitted, and waits until an administrator says yes.",
     .input = &enroll_input_shape,
     .settings = CLI_SETTINGS,
     .run = run_enroll},
    {.name = "register",
     .doc = "Makes this machine a node, by the token that all agents share.",
     .input = &register_input_shape,
     .settings = CLI_SETTINGS,
     .run = run_register},
    {.name = "keep",
     .doc = "Runs the program that standard input orders, and ends it with standard input.",
     .more = "For the agent's own use: each of its tasks is kept by one.",
     .run = run_keep},
    {.name = "update",
     .doc = "Puts another version of the agent in place, which standard input orders.",
     .more = "For the agent's own use.",
     .settings = CLI_SETTINGS,
     .run = run_update},
    {.name = "count-start",
     .doc = "Counts a start of a new version on trial; after three the former one is put back.",
     .more = "For the service manager: the former program runs it before each start.",
     .settings = CLI_SETTINGS,
     .run = run_count_start},
    {.name = "log-scan",
     .doc = "Prints the part of a log that standard input asks for.",
     .more = "For the agent's own use.",
     .run = scan_log},
    {.name = "root-helper",
     .doc = "Does one of a few things as root.",
     .more = "For the agent's own use, by sudo; the order is read from standard input.",
     .input = &helper_input_shape,
     .arguments = (const char *const[]){"verb", NULL},
     .run = run_root_helper},
    {.name = "version", .doc = "Prints version, commit and build.", .run = run_version},
};

static const struct cli_exit exits[] = {
    {EXIT_SUCCESS, "Done."},
    {EXIT_TROUBLE, "Not done: usage, settings or surroundings."},
};

static int print_help(const struct cli *cli, const struct cli_command *command)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_TEXT);
    cli_write_help(cli, command, &out);
    return print(buf_text(&out));
}

/* Read twice: the first reading says where further settings are. */
static enum status read_call(
    const struct cli *cli,
    int count,
    char *const *args,
    struct cli_call *out,
    struct arena *arena,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (int pass = 1; pass <= SETTINGS_READ && status == STATUS_OK; pass++) {
        status = cli_read(cli, count, args, arena, out, error);
        if (status == STATUS_OK && out->settings != NULL && pass < SETTINGS_READ)
            status = agent_settings_load(
                text_c(arena, ((const struct agent_settings *)out->settings)->config_file), arena,
                error);
    }
    return status;
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct cli cli = {
        .program = "fleetledger-agent",
        .purpose = "the agent of Fleetledger, which runs on each machine of a fleet",
        .version = text_format(
                       arena, "fleetledger-agent %s (commit %s; %s)", build_info.version,
                       build_info.commit, build_info.build)
                       .data,
        .settings = &agent_settings_config,
        .commands = commands,
        .command_count = COUNT_OF(commands),
        .exits = exits,
        .exit_count = COUNT_OF(exits),
    };
    struct cli_call call;
    struct error error;

    own_arguments = argv;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (read_call(&cli, argc - 1, argv + 1, &call, arena, &error) != STATUS_OK)
        return complain(&error);
    if (call.wants_help)
        return print_help(&cli, call.command);
    if (call.wants_version)
        return run_version(&call);
    if (call.settings != NULL)
        log_set_level_named(((const struct agent_settings *)call.settings)->log_level);
    return call.command->run(&call);
}
