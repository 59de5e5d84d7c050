/*
 * Exporting from a server, or from the files of a home. Those are closed while the export is recorded: of a stopped home
 * this very process opens them to write.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_run.h"

#include "api/evidence/home_call.h"
#include "api/evidence/question.h"
#include "api/evidence/resolve.h"
#include "api/export/export_lines.h"
#include "api/export/export_url.h"
#include "api/services.h"
#include "commands/platform/platform_commands.h"
#include "core/base/encode.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_read.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 80 << 20, ORDER_BYTES = 256 << 10 };

static const struct field export_order_fields[] = {NODE_ROW(export_order)};
const struct shape export_order_shape =
    SHAPE_WITH(export_order, "Evidence to export.", .base = &export_input_shape);

static const struct field export_options_fields[] = {
    SOURCE_ROWS,
    {TEXT(export_options, output), .min = 1, .max = 4000,
     .doc = "File to write, which must not be there yet; standard output without."},
    {BOOL(export_options, unrecorded),
     .doc = "Record nothing: for a copy of a home, of which nothing may change."},
};
const struct shape export_options_shape = SHAPE(export_options, "Where an export goes.");

/* An export under way. What it points at lies in the arena. */
struct running {
    const struct export_asked *asked;
    struct export_input input;
    struct text workspace; /* its id; absent: all */
    struct timeline_question question;
    struct tree_growth leaves;
    struct digest root;
    struct digest ledger_root;
    FILE *out;
};

static struct export_source
source_of(const struct running *running, const struct services *services)
{
    return (struct export_source){
        services->ledger, services->index, &running->question.filter, running->question.search.end};
}

static enum status
count_events(struct running *running, const struct services *services, struct error *error)
{
    struct export_source source;
    const struct timeline_sources sources = {
        services->ledger, services->keyring, ledger_now(services->ledger), UUID_NONE};
    uint64_t from;
    enum status status = timeline_filter_read(
        &sources, &running->input.filter, running->asked->arena, &running->question, error);

    if (status != STATUS_OK)
        return status;
    export_settle(services->ledger, &running->question.search);
    source = source_of(running, services);
    for (from = running->question.search.from; from < source.end && status == STATUS_OK;)
        status = export_count_page(&source, &from, &running->leaves, error);
    running->root = tree_growth_root(&running->leaves);
    if (status == STATUS_OK)
        status = ledger_root(services->ledger, source.end, &running->ledger_root, error);
    return status;
}

/* What the ledger is told of it. */
static struct make_export
order_of(const struct running *running, const struct export_filter *filter)
{
    return (struct make_export){
        .format = running->input.format,
        .first = (int64_t)running->question.search.from,
        .end = (int64_t)running->question.search.end,
        .filter = filter,
        .count = (int64_t)running->leaves.size,
        .root = {running->root.bytes, DIGEST_SIZE},
        .ledger_root = {running->ledger_root.bytes, DIGEST_SIZE},
    };
}

static enum status record(const struct running *running, struct error *error)
{
    const struct export_asked *asked = running->asked;
    const struct export_filter filter =
        export_filter_record(&running->question.filter, asked->arena);
    const struct make_export order = order_of(running, &filter);
    struct text answer;
    AUTO_BUF json = {0};

    buf_init(&json, ORDER_BYTES);
    shape_json_write(make_export_command.input, &order, &json);
    return asked->order(
        asked->context,
        &(struct control_order){text_from(make_export_command.name), buf_text(&json)}, &answer,
        error);
}

static enum status write_piece(struct running *running, struct buf *piece, struct error *error)
{
    size_t size = piece->size;
    bool is_written = fwrite(buf_text(piece).data, 1, size, running->out) == size;

    buf_clear(piece);
    return is_written ? STATUS_OK : export_write_failed(error);
}

static enum status
write_events(struct running *running, const struct services *services, struct error *error)
{
    const struct export_source source = source_of(running, services);
    struct export_print print = {
        export_format_of(running->input.format), {.arena = running->asked->arena}};
    uint64_t from = running->question.search.from;
    enum status status =
        log_history_read(&print.history, services->ledger, services->index, source.end, error);
    AUTO_BUF piece = {0};

    buf_init(&piece, PIECE_BYTES);
    buf_add_c(&piece, print.format->head);
    while (status == STATUS_OK && from < source.end) {
        status = export_add_lines(&source, &print, &from, &piece, error);
        if (status == STATUS_OK && piece.size > 0)
            status = write_piece(running, &piece, error);
    }
    if (status == STATUS_OK && piece.size > 0)
        status = write_piece(running, &piece, error);
    if (status == STATUS_OK && fflush(running->out) != 0)
        status = export_write_failed(error);
    return status;
}

static enum status write_home(struct running *running, struct error *error)
{
    const struct export_asked *asked = running->asked;
    struct home_call *home = NULL;
    enum status status = home_call_open(asked->home, asked->secret, asked->settings, &home, error);

    if (status == STATUS_OK)
        status = write_events(running, home_call_services(home), error);
    home_call_close(home);
    return status;
}

static void tell_made(const struct running *running)
{
    const struct export_asked *asked = running->asked;
    struct text root = hex_encode(asked->arena, (struct bytes){running->root.bytes, DIGEST_SIZE});

    fprintf(
        asked->err, "%llu events of the positions from %llu up to %llu, of root %.*s.\n",
        (unsigned long long)running->leaves.size, (unsigned long long)running->question.search.from,
        (unsigned long long)running->question.search.end, TEXT_ARGS(root));
    if (opt_bool_is_true(asked->options->unrecorded))
        fprintf(asked->err, "This export stands on no record.\n");
}

/* A file of one's own, or where lines go without one. */
static enum status open_output(struct running *running, const char *path, struct error *error)
{
    running->out = path == NULL ? running->asked->out : fopen(path, "wxe");
    if (running->out != NULL)
        return STATUS_OK;
    error_set_code(
        error, errno == EEXIST ? STATUS_CONFLICT : STATUS_INVALID, "not_written",
        "%s cannot be made: %s", path, strerrordesc_np(errno));
    error_field(error, "output");
    return error->status;
}

static enum status
close_output(struct running *running, const char *path, enum status status, struct error *error)
{
    if (path == NULL)
        return status;
    if (fclose(running->out) != 0 && status == STATUS_OK)
        status = export_write_failed(error);
    if (status != STATUS_OK)
        (void)unlink(path);
    return status;
}

/* Ids in place of names; whoever is asked for them is asked for the export, too. */
static enum status read_input(struct running *running, struct source *source, struct error *error)
{
    const struct export_asked *asked = running->asked;
    struct resolving resolving = {
        .source = source,
        .params = resolve_copy(asked->params, asked->param_count, asked->arena),
        .count = asked->param_count,
        .arena = asked->arena,
        .err = asked->err,
    };
    enum status status = resolve_names(&resolving, error);

    if (status != STATUS_OK)
        return status;
    running->workspace = resolving.workspace;
    shape_clear(&export_input_shape, &running->input);
    return shape_params_read(
        &export_input_shape, resolving.params, resolving.count, asked->arena, &running->input,
        error);
}

static enum status
open_source(const struct export_asked *asked, struct source **out, struct error *error)
{
    const struct source_settings settings = {
        .home = asked->home,
        .secret = asked->secret,
        .settings = asked->settings,
        .limits = &export_url_limits};

    return source_open(&asked->options->source, &settings, out, error);
}

static enum status run_on_url(struct running *running, struct source *source, struct error *error)
{
    const struct export_asked *asked = running->asked;
    const struct export_url url = {
        .fetch = source_fetch(source),
        .input = &running->input,
        .workspace = running->workspace,
        .out = running->out,
        .err = asked->err,
        .arena = asked->arena,
    };

    if (!opt_bool_is_true(asked->options->unrecorded))
        return export_from_url(&url, error);
    error_set_code(
        error, STATUS_INVALID, "invalid_filter",
        "what a server exports is always on record: leave out --unrecorded");
    error_field(error, "unrecorded");
    return STATUS_INVALID;
}

/* What was counted. */
static enum status run_on_home(struct running *running, struct error *error)
{
    enum status status = STATUS_OK;

    if (!opt_bool_is_true(running->asked->options->unrecorded))
        status = record(running, error);
    if (status == STATUS_OK)
        status = write_home(running, error);
    if (status == STATUS_OK)
        tell_made(running);
    return status;
}

/* The home is not kept open: this very process may open it to write. */
static enum status run(struct running *running, struct error *error)
{
    struct source *source = NULL;
    bool is_server = source_is_server(&running->asked->options->source);
    enum status status = open_source(running->asked, &source, error);

    if (status == STATUS_OK)
        status = read_input(running, source, error);
    if (status == STATUS_OK && is_server)
        status = run_on_url(running, source, error);
    else if (status == STATUS_OK)
        status = count_events(running, home_call_services(source_home(source)), error);
    source_close(source);
    return status == STATUS_OK && !is_server ? run_on_home(running, error) : status;
}

enum status export_run(const struct export_asked *asked, struct error *error)
{
    struct running running = {.asked = asked};
    const char *path = text_is_present(asked->options->output)
                           ? text_c(asked->arena, asked->options->output)
                           : NULL;
    enum status status = open_output(&running, path, error);

    if (status != STATUS_OK)
        return status;
    status = run(&running, error);
    return close_output(&running, path, status, error);
}
