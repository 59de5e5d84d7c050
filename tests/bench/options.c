/*
 * Options of the benchmarks; each has a bound, so that a run ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/options.h"

#include "core/base/text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const char options_help[] =
    "  --quick      a small, short run of each row: shows that it works, and gives no verdict\n"
    "  --seconds S  length of each measurement of a rate (0.5)\n"
    "  --runs N     measurements of it, of which the median counts (7)\n"
    "  --clients N  only so many clients\n"
    "  --events N   events of generated ledgers (1,000,000)\n"
    "  --rows N     rows of each table that is listed (2,000,000)\n"
    "  --waiting N  agents that wait for work (10,000)\n"
    "  --timers N   timers, or schedules, that are not due (100,000)\n"
    "  --schedules N  schedules that are due in one minute (5,000)\n"
    "  --sockets N  idle sockets (10,000); a tenth of as many hear broadcasts, or are agents\n"
    "  --server F   program that serves: another one, to compare (the one beside this)\n"
    "  --against F  another one, which the row http compares with in the same run\n"
    "  --dir D      where the data go: on the disk to be measured (build/bench)\n"
    "  --json       one JSON object, for programs\n"
    "  --help       this text\n";

static const struct options usual = {
    .seconds = 0.5,
    .runs = 7,
    .events = 1000000,
    .rows = 2000000,
    .waiting = 10000,
    .timers = 100000,
    .schedules = 5000,
    .sockets = 10000,
    .directory = "build/bench",
};
static const struct options quick = {
    .is_quick = true,
    .seconds = 0.05,
    .runs = 1,
    .events = 5000,
    .rows = 3000,
    .waiting = 50,
    .timers = 300,
    .schedules = 100,
    .sockets = 100,
    .directory = "build/bench",
};

enum option_letter {
    LETTER_QUICK = 'q',
    LETTER_SECONDS = 's',
    LETTER_RUNS = 'n',
    LETTER_CLIENTS = 'c',
    LETTER_EVENTS = 'e',
    LETTER_ROWS = 'r',
    LETTER_WAITING = 'w',
    LETTER_TIMERS = 't',
    LETTER_SCHEDULES = 'u',
    LETTER_SOCKETS = 'o',
    LETTER_SERVER = 'p',
    LETTER_AGAINST = 'a',
    LETTER_DIR = 'd',
    LETTER_JSON = 'j',
    LETTER_HELP = 'h'
};

static const struct option known[] = {
    {"quick", no_argument, NULL, LETTER_QUICK},
    {"seconds", required_argument, NULL, LETTER_SECONDS},
    {"runs", required_argument, NULL, LETTER_RUNS},
    {"clients", required_argument, NULL, LETTER_CLIENTS},
    {"events", required_argument, NULL, LETTER_EVENTS},
    {"rows", required_argument, NULL, LETTER_ROWS},
    {"waiting", required_argument, NULL, LETTER_WAITING},
    {"timers", required_argument, NULL, LETTER_TIMERS},
    {"schedules", required_argument, NULL, LETTER_SCHEDULES},
    {"sockets", required_argument, NULL, LETTER_SOCKETS},
    {"server", required_argument, NULL, LETTER_SERVER},
    {"against", required_argument, NULL, LETTER_AGAINST},
    {"dir", required_argument, NULL, LETTER_DIR},
    {"json", no_argument, NULL, LETTER_JSON},
    {"help", no_argument, NULL, LETTER_HELP},
    {NULL, 0, NULL, 0},
};

static enum status
read_int64(const char *name, int64_t least, int64_t most, int64_t *out, struct error *error)
{
    int64_t value = 0;

    if (!text_to_int64(text_from(optarg), &value) || value < least || value > most)
        return error_set(
            error, STATUS_INVALID, "--%s takes a whole number from %lld to %lld", name,
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

static enum status take(int letter, struct options *options, struct error *error)
{
    switch (letter) {
    case LETTER_QUICK:
        return STATUS_OK;
    case LETTER_SECONDS:
        return read_seconds(&options->seconds, error);
    case LETTER_RUNS:
        return read_int64("runs", 1, 25, &options->runs, error);
    case LETTER_CLIENTS:
        return read_int64("clients", 1, 2048, &options->clients, error);
    case LETTER_EVENTS:
        return read_int64("events", 1000, 100000000, &options->events, error);
    case LETTER_ROWS:
        return read_int64("rows", 1000, 100000000, &options->rows, error);
    case LETTER_WAITING:
        return read_int64("waiting", 1, 20000, &options->waiting, error);
    case LETTER_TIMERS:
        return read_int64("timers", 100, 10000000, &options->timers, error);
    case LETTER_SCHEDULES:
        return read_int64("schedules", 1, 5000, &options->schedules, error);
    case LETTER_SOCKETS:
        return read_int64("sockets", 100, 19000, &options->sockets, error);
    case LETTER_SERVER:
        options->server = optarg;
        return STATUS_OK;
    case LETTER_AGAINST:
        options->against = optarg;
        return STATUS_OK;
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

/* Its sizes are where the others start from, wherever it stands. */
static bool is_quick(int argc, char *const *argv)
{
    bool found = false;

    for (int i = 1; i < argc; i++)
        found = found || strcmp(argv[i], "--quick") == 0;
    return found;
}

enum status options_read(int argc, char *const *argv, struct options *out, struct error *error)
{
    struct options options = is_quick(argc, argv) ? quick : usual;
    enum status status = STATUS_OK;
    int letter;

    opterr = 0;
    while (status == STATUS_OK && (letter = getopt_long(argc, argv, "", known, NULL)) != -1)
        status = take(letter, &options, error);
    options.row_names = argv + optind;
    if (status == STATUS_OK)
        *out = options;
    return status;
}
