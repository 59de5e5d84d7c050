/*
 * The table of sub-commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings.h"
#include "core/base/log.h"
#include "core/cluster/cluster.h"
#include "describe.h"
#include "projections/data_dir.h"
#include "replay/exit_codes.h"
#include "replay/replay.h"
#include "replay/verify.h"
#include "serve.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Flags of verify itself, taken before settings are read. */
struct options {
    bool is_ledger_only;
    bool is_json;
};

struct subcommand {
    const char *name;
    const char *usage;
    const char *help;
    int (*run)(const struct settings *settings, const struct options *options, struct arena *arena);
    int (*run_raw)(int count, char **args); /* instead: reads its own arguments */
};

static struct data_dir_settings data_dir_of(const struct settings *settings, struct arena *arena)
{
    return (struct data_dir_settings){
        .path = text_c(arena, settings->home),
        .conninfo = settings_conninfo(settings, arena),
        .secret = settings->secrets_encryption_key,
        .reserve_bytes = (size_t)settings->reserve_bytes,
    };
}

static int
run_serve(const struct settings *settings, const struct options *options, struct arena *arena)
{
    struct data_dir_settings data_dir = data_dir_of(settings, arena);

    (void)options;
    return serve_run(settings, &data_dir, arena);
}

static int
run_replay(const struct settings *settings, const struct options *options, struct arena *arena)
{
    struct data_dir_settings data_dir = data_dir_of(settings, arena);

    (void)options;
    return replay_run(&data_dir);
}

static int
run_prepare(const struct settings *settings, const struct options *options, struct arena *arena)
{
    struct data_dir_settings data_dir = data_dir_of(settings, arena);

    (void)options;
    return replay_prepare(&data_dir);
}

static int
run_verify(const struct settings *settings, const struct options *options, struct arena *arena)
{
    struct data_dir_settings data_dir = data_dir_of(settings, arena);
    struct verify_options verify = {options->is_ledger_only, options->is_json};

    return verify_run(&data_dir, &verify);
}

static const struct subcommand subcommands[] = {
    {"serve", "serve [settings]", "Serves the API until it is told to stop.", run_serve, NULL},
    {"replay", "replay [settings]",
     "Rebuilds all read models from the ledger beside the serving ones, then switches.", run_replay,
     NULL},
    {"prepare", "prepare [settings]",
     "Builds this program's read models while another version serves.", run_prepare, NULL},
    {"verify", "verify [--ledger-only] [--json] [settings]",
     "Checks ledger, write model, index and every read-model row; names what differs.", run_verify,
     NULL},
    {"describe",
     "describe events|audit|commands|routes|openapi|lists|tables|config|metrics|refusals|catalog|all",
     "Prints the reference pages.", NULL, describe_run},
};

static void print_usage(FILE *out)
{
    fprintf(out, "usage: fleetledger <sub-command> [--setting=value ...]\n\n");
    for (size_t i = 0; i < COUNT_OF(subcommands); i++)
        fprintf(out, "  %-9s %s\n", subcommands[i].name, subcommands[i].help);
    fprintf(
        out,
        "\nSettings are environment variables or flags: PORT=3000 or --port=3000;\n"
        "'fleetledger describe config' lists them all. '<sub-command> --help' says more.\n"
        "Exit codes: 0 done and all holds; 1 verify found damage or a difference;\n"
        "2 usage, settings or surroundings: not done, or not all was checked; 130 interrupted.\n");
}

static int print_help(const struct subcommand *subcommand)
{
    printf("usage: fleetledger %s\n\n%s\n", subcommand->usage, subcommand->help);
    printf(
        "\nSettings: see 'fleetledger describe config'.\n"
        "Exit codes: 0 done and all holds; 1 verify found damage or a difference;\n"
        "2 usage, settings or surroundings: not done, or not all was checked; 130 interrupted.\n");
    return EXIT_HOLDS;
}

/* Takes out the flags that are no settings; gives how many arguments are left. */
static int take_options(int count, char **args, struct options *options)
{
    int kept = 0;

    for (int i = 0; i < count; i++) {
        if (strcmp(args[i], "--ledger-only") == 0)
            options->is_ledger_only = true;
        else if (strcmp(args[i], "--json") == 0)
            options->is_json = true;
        else
            args[kept++] = args[i];
    }
    return kept;
}

/* As root, a home that the embedded PostgreSQL's user cannot reach is of no use. */
static void settle_home(struct settings *settings, struct arena *arena)
{
    static const char usual[] = "/var/lib/fleetledger";
    char working[PATH_MAX];
    struct text home = settings->home;

    if (text_is_present(settings_conninfo(settings, arena)))
        return;
    if (home.data[0] != '/' && getcwd(working, sizeof(working)) != NULL)
        home = text_format(arena, "%s/%.*s", working, TEXT_ARGS(home));
    if (cluster_can_live_in(text_c(arena, home)))
        return;
    fprintf(
        stderr,
        "fleetledger: PostgreSQL does not run as root and cannot reach %.*s; using %s instead.\n"
        "Set FLEETLEDGER_HOME to another directory, or DATABASE_URL, to change that.\n",
        TEXT_ARGS(home), usual);
    settings->home = text_from(usual);
}

static void set_log_level(struct text name)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (text_is(name, names[i]))
            log_set_level((enum log_level)i);
    }
}

static int run_with_settings(const struct subcommand *subcommand, int count, char **args)
{
    AUTO_ARENA arena = arena_new(16 << 20);
    struct options options = {false, false};
    struct settings settings;
    const char *const *ignored = NULL;
    size_t ignored_count = 0;
    struct error error;

    if (subcommand->run == run_verify)
        count = take_options(count, args, &options);
    if (config_read(
            &settings_config, count, args, arena, &settings, &ignored, &ignored_count, &error) !=
        STATUS_OK) {
        fprintf(stderr, "fleetledger: %s\n", error.text);
        return EXIT_TROUBLE;
    }
    set_log_level(settings.log_level);
    settle_home(&settings, arena);
    for (size_t i = 0; i < ignored_count; i++)
        log_warning("settings.ignored", log_c("name", ignored[i]));
    return subcommand->run(&settings, &options, arena);
}

static bool wants_help(int count, char **args)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(args[i], "--help") == 0 || strcmp(args[i], "-h") == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "help";

    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_usage(stdout);
        return EXIT_HOLDS;
    }
    for (size_t i = 0; i < COUNT_OF(subcommands); i++) {
        const struct subcommand *subcommand = &subcommands[i];
        if (strcmp(name, subcommand->name) != 0)
            continue;
        if (wants_help(argc - 2, argv + 2))
            return print_help(subcommand);
        if (subcommand->run_raw != NULL)
            return subcommand->run_raw(argc - 2, argv + 2);
        return run_with_settings(subcommand, argc - 2, argv + 2);
    }
    fprintf(stderr, "fleetledger: there is no sub-command '%s'\n\n", name);
    print_usage(stderr);
    return EXIT_TROUBLE;
}
