/*
 * The benchmarks: ./dev bench. Figures beside their limits, measured in the same run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/rows.h"

#include <stdio.h>

enum { EXIT_MEASURED = 0, EXIT_FAILED = 1, EXIT_MISUSED = 2 };

static enum status measure(
    const struct options *options,
    const struct place *place,
    struct arena *arena,
    struct report *report,
    struct error *error)
{
    struct conditions *conditions = arena_one(arena, struct conditions);
    struct rebuild_figures *rebuild = arena_one(arena, struct rebuild_figures);
    enum status status = STATUS_OK;

    *conditions = conditions_of(place->path, arena);
    report->conditions = conditions;
    if (options->has_writer) {
        report->writer_limit = text_from(writer_row_limit);
        status = writer_row(options, place, arena, &report->writer, error);
    }
    if (status == STATUS_OK && options->has_rebuild) {
        report->rebuild_limit = text_from(rebuild_row_limit);
        status = rebuild_row(options, place, arena, rebuild, &conditions->postgresql, error);
        report->rebuild = rebuild;
    }
    return status;
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct options options;
    struct place place;
    struct report report = {.rebuild = NULL};
    struct error error = {0};

    if (options_read(argc, argv, &options, &error) != STATUS_OK) {
        fprintf(stderr, "fleetledger-bench: %s\n\n%s", error.text, options_help);
        return EXIT_MISUSED;
    }
    if (options.wants_help) {
        fputs(options_help, stdout);
        return EXIT_MEASURED;
    }
    if (place_make(options.directory, &place, &error) != STATUS_OK ||
        measure(&options, &place, arena, &report, &error) != STATUS_OK) {
        fprintf(stderr, "fleetledger-bench: %s\n", error.text);
        return EXIT_FAILED;
    }
    report_print(&report, options.is_json);
    return EXIT_MEASURED;
}
