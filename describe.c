/*
 * fleetledger describe: reference pages from the tables that the program runs on, so that documents
 * cannot lag. docs/reference holds them all; a test compares.
 *
 *   tables (events, audit rules, commands, routes, settings, …) ──► page ──► stdout or a file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "describe.h"

#include "api/asyncapi.h"
#include "api/openapi.h"
#include "api/platform/metric.h"
#include "api/reference.h"
#include "api/refusals.h"
#include "api/settings.h"
#include "commands/reference.h"
#include "core/base/arena.h"
#include "core/config/config.h"
#include "eventlog/reference.h"
#include "migrations/tables.h"
#include "projections/audit.h"
#include "replay/exit_codes.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST_PAGE = 64 << 20 };

struct page {
    const char *file;  /* below docs/reference; NULL: not among all */
    const char *title; /* NULL: no Markdown */
    const char *intro;
    void (*print)(struct buf *out);
    void (*print_cli)(const struct cli *cli, struct buf *out); /* instead: of the command line */
};

enum page_name {
    EVENTS,
    AUDIT,
    COMMANDS,
    ROUTES,
    OPENAPI,
    ASYNCAPI,
    LISTS,
    TABLES,
    CONFIG,
    METRICS,
    REFUSALS,
    COMMAND_LINE,
    MAN,
    CATALOG,
    ALL,
};

static const char *const page_names[] = {
    [EVENTS] = "events",   [AUDIT] = "audit",       [COMMANDS] = "commands",
    [ROUTES] = "routes",   [OPENAPI] = "openapi",   [ASYNCAPI] = "asyncapi",
    [LISTS] = "lists",     [TABLES] = "tables",     [CONFIG] = "config",
    [METRICS] = "metrics", [REFUSALS] = "refusals", [COMMAND_LINE] = "command-line",
    [MAN] = "man",         [CATALOG] = "catalog",   [ALL] = "all",
    [ALL + 1] = NULL,
};

static const struct field describe_input_fields[] = {
    {ENUM(describe_input, page, page_names), .flags = REQUIRED, .doc = "Page to print."},
    {TEXT(describe_input, directory), .min = 1, .max = 4000,
     .doc = "Directory to write the page into, as a file, instead of printing it."},
};
const struct shape describe_input_shape =
    SHAPE(describe_input, "What is to be printed, and where.");

static void print_config(struct buf *out)
{
    buf_add_char(out, '\n');
    config_describe(&settings_config, out);
}

static void print_metrics(struct buf *out)
{
    const struct metric *metric;

    buf_add_c(out, "\n| Metric | Kind | Meaning |\n|---|---|---|\n");
    for (size_t i = 0; (metric = metric_at(i)) != NULL; i++)
        buf_printf(out, "| `%s` | %s | %s |\n", metric->name, metric->kind, metric->help);
}

static void print_refusals(struct buf *out)
{
    reference_refusals(out);
    buf_add_c(
        out, "\n## Requests\n\nWhatever the command.\n\n| Code | Status | Text | Remedy |\n"
             "|---|---|---|---|\n");
    for (const struct refusal *row = request_refusals; row->code != NULL; row++)
        reference_refusal(row, out);
    buf_add_c(
        out, "\n## Failures\n\nWhere no refusal of its own says more, a failure has the code of "
             "its status.\n\n| Code | Status | Phrase |\n|---|---|---|\n");
    for (int i = STATUS_OK + 1; i < STATUS_COUNT; i++) {
        enum status status = (enum status)i;
        buf_printf(
            out, "| `%s` | %d | %s |\n", status_code(status), status_http(status),
            status_phrase(status));
    }
}

static void start_line(struct buf *out, int depth)
{
    buf_printf(out, "\n%*s", 2 * depth, "");
}

/* From the quote at `i` to behind the one that ends the text. */
static size_t add_quoted(struct text json, size_t i, struct buf *out)
{
    size_t end = i + 1;

    while (end < json.size && json.data[end] != '"')
        end += json.data[end] == '\\' ? 2 : 1;
    buf_add_text(out, text_slice(json, i, end + 1 - i));
    return end + 1;
}

/* One member a line, so that a change of the contract is a readable difference. */
static void add_indented(struct text json, struct buf *out)
{
    int depth = 0;

    for (size_t i = 0; i < json.size;) {
        char c = json.data[i];
        bool is_end = c == '}' || c == ']';
        bool is_start = c == '{' || c == '[';
        if (c == '"') {
            i = add_quoted(json, i, out);
            continue;
        }
        depth += is_start ? 1 : is_end ? -1 : 0;
        if (is_end && json.data[i - 1] != '{' && json.data[i - 1] != '[')
            start_line(out, depth);
        buf_add_char(out, c);
        i++;
        if (c == ',' || (is_start && json.data[i] != '}' && json.data[i] != ']'))
            start_line(out, depth);
        else if (c == ':')
            buf_add_char(out, ' ');
    }
    buf_add_char(out, '\n');
}

static void print_openapi(struct buf *out)
{
    AUTO_ARENA arena = arena_new(LARGEST_PAGE);

    add_indented(openapi_print(arena), out);
}

static void print_asyncapi(struct buf *out)
{
    AUTO_ARENA arena = arena_new(LARGEST_PAGE);

    add_indented(asyncapi_print(arena), out);
}

static const struct page pages[] = {
    [EVENTS] =
        {"events.md", "Events",
         "What the ledger records. A released event keeps its meaning for ever: fields may be added,\n"
         "anything else is a new schema. How bodies are stored: [format](../format.md).",
         reference_events, NULL},
    [AUDIT] =
        {"audit.md", "Audit trail",
         "What each event leaves in the audit trail, besides who did it, when, from which address and\n"
         "with which user agent. Entries of the list *none* are kept for investigations; no route shows\n"
         "them yet.",
         audit_describe, NULL},
    [COMMANDS] =
        {"commands.md", "Commands",
         "What may be ordered or asked. All run on one thread, in one order, against the newest state.",
         commands_describe, NULL},
    [ROUTES] =
        {"routes.md", "Routes",
         "Who may call what. *read* answers come from the read model once it reflects the change,\n"
         "*state* answers from the write model, without PostgreSQL; *own* ones are made by the route\n"
         "itself. Inputs and answers: [openapi.json](openapi.json).",
         reference_routes, NULL},
    [OPENAPI] = {"openapi.json", NULL, NULL, print_openapi, NULL},
    [ASYNCAPI] = {"asyncapi.json", NULL, NULL, print_asyncapi, NULL},
    [LISTS] =
        {"lists.md", "Lists",
         "What the routes' lists read: whose rows, by which parameters, in which order. A statement\n"
         "holds only the predicates that were asked for; here are those with all of them.",
         reference_describe_lists, NULL},
    [TABLES] =
        {"tables.md", "Tables",
         "The read models in PostgreSQL. They follow from the ledger: a set of them can be dropped and\n"
         "is made anew by `fleetledger replay`.",
         tables_describe, NULL},
    [CONFIG] = {"config.md", "Settings", "How the program is configured.", print_config, NULL},
    [METRICS] =
        {"metrics.md", "Metrics", "What `/metrics` prints, in Prometheus' text format.",
         print_metrics, NULL},
    [REFUSALS] =
        {"refusals.md", "Refusals",
         "Why an order is refused: the stable code, the status of the answer, and what helps. An\n"
         "ellipsis stands for what the text names.",
         print_refusals, NULL},
    [COMMAND_LINE] =
        {"command-line.md", "Command line",
         "One program, `fleetledger`, with commands. Settings are flags too: [config](config.md).",
         NULL, cli_describe},
    [MAN] = {NULL, NULL, NULL, NULL, cli_write_man},
    [CATALOG] = {NULL, NULL, NULL, catalog_print, NULL},
};

static bool render(const struct cli *cli, enum page_name name, struct buf *out)
{
    const struct page *page = &pages[name];

    if (page->title != NULL)
        buf_printf(
            out,
            "# %s\n\n%s\n\nPrinted by `fleetledger describe %s`; `./dev docs` prints it anew.\n",
            page->title, page->intro, page_names[name]);
    if (page->print_cli != NULL)
        page->print_cli(cli, out);
    else
        page->print(out);
    return !buf_is_full(out);
}

static int complain(const char *what, const char *about)
{
    fprintf(stderr, "fleetledger: %s %s: %s\n", what, about, strerrordesc_np(errno));
    return EXIT_TROUBLE;
}

static bool write_all(FILE *file, const struct buf *out)
{
    return fwrite(out->data, 1, out->size, file) == out->size && fflush(file) == 0;
}

static int write_file(const char *directory, const char *name, const struct buf *out)
{
    char path[PATH_MAX];
    FILE *file;
    bool is_written;

    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        return complain("cannot make", directory);
    if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return complain("cannot write into", directory);
    }
    file = fopen(path, "we");
    if (file == NULL)
        return complain("cannot write", path);
    is_written = write_all(file, out);
    is_written = fclose(file) == 0 && is_written;
    return is_written ? EXIT_HOLDS : complain("cannot write", path);
}

static int print_page(const struct cli *cli, enum page_name name, const char *directory)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PAGE);
    if (!render(cli, name, &out)) {
        errno = EFBIG;
        return complain("cannot print", page_names[name]);
    }
    if (directory != NULL && pages[name].file != NULL)
        return write_file(directory, pages[name].file, &out);
    return write_all(stdout, &out) ? EXIT_HOLDS : complain("cannot print", page_names[name]);
}

/* To a directory all pages; to stdout those that can stand one after another. */
static int print_pages(const struct cli *cli, const char *directory)
{
    for (int name = EVENTS; name < ALL; name++) {
        bool is_wanted = directory != NULL ? pages[name].file != NULL : pages[name].title != NULL;
        int code = is_wanted ? print_page(cli, (enum page_name)name, directory) : EXIT_HOLDS;
        if (code != EXIT_HOLDS)
            return code;
    }
    return EXIT_HOLDS;
}

int describe_run(const struct cli *cli, const struct describe_input *input)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    enum page_name name = (enum page_name)(input->page.is - 1);
    const char *directory =
        text_is_present(input->directory) ? text_c(arena, input->directory) : NULL;

    return name == ALL ? print_pages(cli, directory) : print_page(cli, name, directory);
}
