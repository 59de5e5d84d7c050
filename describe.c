/*
 * fleetledger describe: reference pages from the tables that the program runs on, so that documents
 * cannot lag. docs/reference holds them all; a test compares.
 *
 *   tables (events, audit rules, commands, routes, settings, …) ──► page ──► stdout or a file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "describe.h"

#include "api/openapi.h"
#include "api/platform/metric.h"
#include "api/reference.h"
#include "api/settings.h"
#include "commands/reference.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
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
    const char *name;
    const char *file;  /* below docs/reference; NULL: not among all */
    const char *title; /* NULL: no Markdown */
    const char *intro;
    void (*print)(struct buf *out);
};

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

static const struct page pages[] = {
    {"events", "events.md", "Events",
     "What the ledger records. A released event keeps its meaning for ever: fields may be added,\n"
     "anything else is a new schema. How bodies are stored: [format](../format.md).",
     reference_events},
    {"audit", "audit.md", "Audit trail",
     "What each event leaves in the audit trail, besides who did it, when, from which address and\n"
     "with which user agent. Entries of the list *none* are kept for investigations; no route shows\n"
     "them yet.",
     audit_describe},
    {"commands", "commands.md", "Commands",
     "What may be ordered or asked. All run on one thread, in one order, against the newest state.",
     commands_describe},
    {"routes", "routes.md", "Routes",
     "Who may call what. *read* answers come from the read model once it reflects the change,\n"
     "*state* answers from the write model, without PostgreSQL; *own* ones are made by the route\n"
     "itself. Inputs and answers: [openapi.json](openapi.json).",
     reference_routes},
    {"openapi", "openapi.json", NULL, NULL, print_openapi},
    {"lists", "lists.md", "Lists",
     "What the routes' lists read: whose rows, by which parameters, in which order. A statement\n"
     "holds only the predicates that were asked for; here are those with all of them.",
     reference_describe_lists},
    {"tables", "tables.md", "Tables",
     "The read models in PostgreSQL. They follow from the ledger: a set of them can be dropped and\n"
     "is made anew by `fleetledger replay`.",
     tables_describe},
    {"config", "config.md", "Settings", "How the program is configured.", print_config},
    {"metrics", "metrics.md", "Metrics", "What `/metrics` prints, in Prometheus' text format.",
     print_metrics},
    {"refusals", "refusals.md", "Refusals",
     "Why an order is refused: the stable code, the status of the answer, and what helps. An\n"
     "ellipsis stands for what the text names.",
     print_refusals},
    {"catalog", NULL, NULL, NULL, catalog_print},
};

static bool render(const struct page *page, struct buf *out)
{
    if (page->title != NULL)
        buf_printf(
            out,
            "# %s\n\n%s\n\nPrinted by `fleetledger describe %s`; `./dev docs` prints it anew.\n",
            page->title, page->intro, page->name);
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

static int print_page(const struct page *page, const char *directory)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_PAGE);
    if (!render(page, &out)) {
        errno = EFBIG;
        return complain("cannot print", page->name);
    }
    if (directory != NULL && page->file != NULL)
        return write_file(directory, page->file, &out);
    return write_all(stdout, &out) ? EXIT_HOLDS : complain("cannot print", page->name);
}

/* To a directory all pages; to stdout those that can stand one after another. */
static int print_pages(const char *directory)
{
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        bool is_wanted = directory != NULL ? pages[i].file != NULL : pages[i].title != NULL;
        int code = is_wanted ? print_page(&pages[i], directory) : EXIT_HOLDS;
        if (code != EXIT_HOLDS)
            return code;
    }
    return EXIT_HOLDS;
}

static int refuse_usage(const char *sentence, const char *about)
{
    fprintf(stderr, "fleetledger: %s%s; describe takes one of", sentence, about);
    for (size_t i = 0; i < COUNT_OF(pages); i++)
        fprintf(stderr, " %s", pages[i].name);
    fprintf(stderr, " all, and --directory DIR to write files.\n");
    return EXIT_TROUBLE;
}

int describe_run(int count, char **args)
{
    static const char flag[] = "--directory";
    const char *wanted = NULL;
    const char *directory = NULL;

    for (int i = 0; i < count; i++) {
        if (strcmp(args[i], flag) == 0 && i + 1 < count)
            directory = args[++i];
        else if (strncmp(args[i], "--directory=", sizeof(flag)) == 0)
            directory = args[i] + sizeof(flag);
        else if (args[i][0] == '-' || wanted != NULL)
            return refuse_usage("describe does not understand ", args[i]);
        else
            wanted = args[i];
    }
    if (wanted == NULL)
        return refuse_usage("describe was not told what", "");
    if (strcmp(wanted, "all") == 0)
        return print_pages(directory);
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        if (strcmp(wanted, pages[i].name) == 0)
            return print_page(&pages[i], directory);
    }
    return refuse_usage("there is no page called ", wanted);
}
