/*
 * Flags of the benchmarks; each has a bound, so that a run ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const char options_help[] =
    "usage: fleetledger-bench [options]\n"
    "\n"
    "Two rows, each beside its limit in the same run:\n"
    "  writer   durable commands a second through the writer's thread, at 1, 32 and 512 waiting\n"
    "           clients, beside raw LMDB that stores the same bytes and hashes in the same batches\n"
    "  rebuild  a generated ledger folded into a fresh set of read models, in events a second,\n"
    "           beside COPY and CREATE INDEX of exactly the same rows\n"
    "\n"
    "  --row writer|rebuild  only this row\n"
    "  --events N            events of the rebuilt ledger (1,000,000)\n"
    "  --seconds S           length of each measurement of the writer (0.5)\n"
    "  --runs N              measurements of the writer, of which the median counts (7)\n"
    "  --clients N           only so many waiting clients\n"
    "  --dir D               where the data go: on the disk to be measured (build/bench)\n"
    "  --json                one JSON object, for programs\n"
    "  --help                this text\n";

enum flag_letter {
    LETTER_ROW = 'r',
    LETTER_EVENTS = 'e',
    LETTER_SECONDS = 's',
    LETTER_RUNS = 'n',
    LETTER_CLIENTS = 'c',
    LETTER_DIR = 'd',
    LETTER_JSON = 'j',
    LETTER_HELP = 'h'
};

static const struct option flags[] = {
    {"row", required_argument, NULL, LETTER_ROW},
    {"events", required_argument, NULL, LETTER_EVENTS},
    {"seconds", required_argument, NULL, LETTER_SECONDS},
    {"runs", required_argument, NULL, LETTER_RUNS},
    {"clients", required_argument, NULL, LETTER_CLIENTS},
    {"dir", required_argument, NULL, LETTER_DIR},
    {"json", no_argument, NULL, LETTER_JSON},
    {"help", no_argument, NULL, LETTER_HELP},
    {NULL, 0, NULL, 0},
};

static enum status
read_int64(const char *flag, int64_t least, int64_t most, int64_t *out, struct error *error)
{
    int64_t value = 0;

    if (!text_to_int64(text_from(optarg), &value) || value < least || value > most)
        return error_set(
            error, STATUS_INVALID, "--%s takes a whole number from %lld to %lld", flag,
            (long long)least, (long long)most);
    *out = value;
    return STATUS_OK;
}

static enum status read_seconds(double *out, struct error *error)
{
    char *end = NULL;
    double value = strtod(optarg, &end);

    if (end == optarg || *end != '\0' || !(value >= 0.05 && value <= 60))
        return error_set(error, STATUS_INVALID, "--seconds takes a number from 0.05 to 60");
    *out = value;
    return STATUS_OK;
}

static enum status read_row(struct options *options, struct error *error)
{
    options->has_writer = strcmp(optarg, "writer") == 0;
    options->has_rebuild = strcmp(optarg, "rebuild") == 0;
    if (!options->has_writer && !options->has_rebuild)
        return error_set(error, STATUS_INVALID, "--row takes writer or rebuild");
    return STATUS_OK;
}

static enum status take(int letter, struct options *options, struct error *error)
{
    switch (letter) {
    case LETTER_ROW:
        return read_row(options, error);
    case LETTER_EVENTS:
        return read_int64("events", 1000, 100000000, &options->events, error);
    case LETTER_SECONDS:
        return read_seconds(&options->seconds, error);
    case LETTER_RUNS:
        return read_int64("runs", 1, 25, &options->runs, error);
    case LETTER_CLIENTS:
        return read_int64("clients", 1, 2048, &options->clients, error);
    case LETTER_DIR:
        options->directory = optarg;
        return STATUS_OK;
    case LETTER_JSON:
        options->is_json = true;
        return STATUS_OK;
    case LETTER_HELP:
        options->wants_help = true;
        return STATUS_OK;
    default:
        return error_set(
            error, STATUS_INVALID, "an option that is not known, or that lacks its value");
    }
}

enum status options_read(int argc, char *const *argv, struct options *out, struct error *error)
{
    struct options options = {
        .has_writer = true,
        .has_rebuild = true,
        .events = 1000000,
        .seconds = 0.5,
        .runs = 7,
        .directory = "build/bench",
    };
    enum status status = STATUS_OK;
    int letter;

    opterr = 0;
    while (status == STATUS_OK && (letter = getopt_long(argc, argv, "", flags, NULL)) != -1)
        status = take(letter, &options, error);
    if (status == STATUS_OK && optind < argc)
        status = error_set(error, STATUS_INVALID, "\"%s\" is no option", argv[optind]);
    if (status == STATUS_OK)
        *out = options;
    return status;
}
