/*
 * The benchmarks: ./dev bench. Figures beside their limits, measured in the same run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/rows.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { EXIT_MEASURED = 0, EXIT_FAILED = 1, EXIT_MISUSED = 2, ARENA_BYTES = 64 << 20 };

/* In the order in which they are measured. */
static const struct row *const rows[] = {&http_row,
                                         &lists_row,
                                         &search_row,
                                         &selectors_row,
                                         &waiting_row,
                                         &timers_row,
                                         &schedules_row,
                                         &schedules_idle_row,
                                         &runs_row,
                                         &sign_ins_row,
                                         &sessions_row,
                                         &sockets_row,
                                         &broadcast_row,
                                         &agents_row,
                                         &terminal_row,
                                         &writer_row,
                                         &signer_row,
                                         &rebuild_row,
                                         &start_row,
                                         &verify_row,
                                         &timeline_row,
                                         &evidence_row,
                                         &export_row,
                                         &replicas_row,
                                         &followers_row,
                                         &backup_row,
                                         &restore_row,
                                         &erase_row,
                                         NULL};

static void print_help(FILE *file)
{
    fprintf(file, "usage: fleetledger-bench [row…] [options]\n\nRows, all unless named:\n");
    for (size_t i = 0; rows[i] != NULL; i++)
        fprintf(
            file, "\n  %-9s %s\n  %-9s beside %s\n", rows[i]->name, rows[i]->doc, "",
            rows[i]->limit);
    fprintf(file, "\nOptions:\n\n%s", options_help);
}

static bool is_wanted(const struct options *options, const struct row *row)
{
    bool found = options->row_names[0] == NULL;

    for (char *const *name = options->row_names; *name != NULL; name++)
        found = found || strcmp(*name, row->name) == 0;
    return found;
}

static enum status check_names(const struct options *options, struct error *error)
{
    for (char *const *name = options->row_names; *name != NULL; name++) {
        size_t i = 0;

        while (rows[i] != NULL && strcmp(rows[i]->name, *name) != 0)
            i++;
        if (rows[i] == NULL)
            return error_set(error, STATUS_INVALID, "there is no row \"%s\"", *name);
    }
    return STATUS_OK;
}

static enum status measure(struct bench *bench, struct error *error)
{
    enum status status = STATUS_OK;

    *bench->conditions = conditions_of(bench->place->path, bench->arena);
    report_set_conditions(bench->report, bench->conditions);
    for (size_t i = 0; status == STATUS_OK && rows[i] != NULL; i++) {
        if (!is_wanted(bench->options, rows[i]))
            continue;
        report_begin_row(bench->report, rows[i]->name, rows[i]->doc, rows[i]->limit);
        status = rows[i]->measure(bench, error);
    }
    return status;
}

/* Rows with thousands of connections, here and in the server that inherits it. */
static void allow_many_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static int run(const struct options *options, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct place place;
    struct bench bench = {
        .options = options,
        .place = &place,
        .arena = arena,
        .report = report_new(arena, !options->is_quick),
        .conditions = arena_one(arena, struct conditions),
    };

    allow_many_files();
    if (place_make(options->directory, &place, error) != STATUS_OK ||
        measure(&bench, error) != STATUS_OK)
        return EXIT_FAILED;
    report_print(bench.report, options->is_json);
    return EXIT_MEASURED;
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error = {0};
    int code = EXIT_MISUSED;

    if (options_read(argc, argv, &options, &error) == STATUS_OK &&
        check_names(&options, &error) == STATUS_OK)
        code = EXIT_MEASURED;
    if (code == EXIT_MEASURED && options.wants_help)
        print_help(stdout);
    else if (code == EXIT_MEASURED)
        code = run(&options, &error);
    if (code != EXIT_MEASURED)
        fprintf(stderr, "fleetledger-bench: %s\n", error.text);
    if (code == EXIT_MISUSED)
        print_help(stderr);
    return code;
}
