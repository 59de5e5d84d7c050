/*
 * The questions, and asking them page by page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/question.h"

#include "api/evidence/question_internal.h"
#include "api/evidence/resolve.h"
#include "api/refusals.h"
#include "core/base/buf.h"
#include "core/base/nearest.h"
#include "core/shape/json_peek.h"
#include "eventlog/event_type.h"

#include <poll.h>

enum { MOST_OF_A_PAGE = 1000, USUAL_ROWS = 100, NEWS_MS = 1000, RETRY_MS = 5000 };

static const char event_columns[] =
    "position recordedAt type outcome actor.kind actor.id workspace stream correlation";

const struct question timeline_question = {
    .path = "/timeline",
    .rows = "events",
    .columns = event_columns,
    .id = "position",
    .has_pages = true};
const struct question event_question = {.path = "/events/:position", .id = "position"};
const struct question event_causes_question = {
    .path = "/events/:position/causes",
    .rows = "causes event effects before after",
    .columns = event_columns,
    .id = "position"};
const struct question event_receipt_question = {
    .path = "/ledger/receipts/:position", .is_of_all = true, .is_text = true};
const struct question history_question = {
    .path = "/entities/:kind/:id/history",
    .rows = "events",
    .columns = event_columns,
    .id = "position",
    .has_pages = true};

const struct question state_question = {.path = "/entities/:kind/:id/state", .id = "id"};
const struct question difference_question = {
    .path = "/entities/:kind/:id/difference",
    .rows = "fields",
    .columns = "field before after isSealed",
    .id = "field"};
const struct question explain_question = {
    .path = "/entities/:kind/:id/explain",
    .rows = "steps",
    .columns =
        "event.position event.recordedAt event.type event.actor.kind event.actor.id effect fields",
    .id = "event.position"};

static const char *const output_names[] = {"table", "wide", "json", "jsonl", "csv", "id", NULL};

static const struct field question_options_fields[] = {
    {ENUM(question_options, output, output_names), .flags = HAS_FALLBACK, .fallback = OUTPUT_TABLE,
     .doc = "How the answer is printed: a table, one with all columns, the API's JSON, a row of it "
            "on each line, CSV, or ids alone."},
    SOURCE_ROWS,
};
const struct shape question_options_shape = SHAPE(question_options, "How it is asked.");

static const struct field paged_options_fields[] = {
    {BOOL(paged_options, show_cursor),
     .doc =
         "Print on standard error, on a line of its own, where to go on: after the last row, and "
         "with --follow after each page."},
    {BOOL(paged_options, follow),
     .doc = "Go on with what is recorded from now on, or since where --since, --from-position or "
            "--after-cursor begin."},
};
const struct shape paged_options_shape =
    SHAPE_WITH(paged_options, "How it is asked.", .base = &question_options_shape);

static const struct field placed_options_fields[] = {
    {TEXT(placed_options, workspace), .flags = ONE_LINE, .min = 1, .max = 254,
     .doc = "Workspace that it is in, for whoever may read no more than that."},
};
const struct shape placed_options_shape =
    SHAPE_WITH(placed_options, "How it is asked.", .base = &question_options_shape);

static const struct field timeline_asked_fields[] = {NODE_ROW(timeline_asked)};
const struct shape timeline_asked_shape = SHAPE_WITH(
    timeline_asked,
    "Events that are asked for, by when they were recorded.",
    .base = &timeline_input_shape);

static void show_cursor(const struct asking *asking, struct arena *arena, struct text answer)
{
    const struct paged_options *options = asking->asked->options;
    struct text later = json_peek_text(arena, json_peek_member(arena, answer, "later"));
    struct text next = json_peek_text(arena, json_peek_member(arena, answer, "next"));
    struct text cursor = text_is_present(later) ? later : next;

    if (opt_bool_is_true(options->show_cursor) && text_is_present(cursor)) {
        fprintf(asking->asked->err, "%.*s\n", TEXT_ARGS(cursor));
        fflush(asking->asked->err);
    }
}

/* One page, printed; `*out_next` is absent behind the last. */
static enum status print_page(struct asking *asking, bool *out_is_last, struct error *error)
{
    AUTO_ARENA arena = arena_new(QUESTION_ARENA_BYTES);
    int64_t limit = asking->left < MOST_OF_A_PAGE ? asking->left : MOST_OF_A_PAGE;
    int64_t rows = 0;
    struct text answer;
    struct text next;
    enum status status = question_ask(asking, limit, arena, &answer, error);

    if (status == STATUS_OK)
        status = question_print(asking, answer, &rows, error);
    if (status != STATUS_OK || !asking->question->has_pages)
        return status;
    asking->left -= asking->is_followed ? 0 : rows;
    next = json_peek_text(arena, json_peek_member(arena, answer, "next"));
    *out_is_last = !text_is_present(next) || asking->left <= 0;
    if (asking->is_followed ? rows > 0 : *out_is_last)
        show_cursor(asking, arena, answer);
    if (asking->is_followed)
        next = json_peek_text(arena, json_peek_member(arena, answer, "later"));
    asking->after = text_is_present(next) ? text_copy(asking->arena, next) : next;
    return STATUS_OK;
}

/* JSON is one page, as the API gives it; rows go on until so many are there. */
static enum status print_pages(struct asking *asking, struct error *error)
{
    bool is_last = false;
    enum status status;

    do
        status = print_page(asking, &is_last, error);
    while (status == STATUS_OK && !is_last && asking->question->has_pages &&
           asking->options->output.is != OUTPUT_JSON);
    return status;
}

/* May it be better in a moment? */
static bool is_passing(enum status status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_TIMED_OUT || status == STATUS_TOO_MANY;
}

/* From where it was, again and again. What cannot be asked now is asked again, and said once. */
static enum status follow(struct asking *asking, struct error *error)
{
    bool is_away = false;
    enum status status = STATUS_OK;

    while (status == STATUS_OK || is_passing(status)) {
        bool is_last = true;
        status = print_page(asking, &is_last, error);
        if (is_passing(status) && !is_away)
            fprintf(asking->asked->err, "fleetledger: %s; trying again\n", error->text);
        is_away = status != STATUS_OK;
        if (is_last)
            poll(NULL, 0, is_away ? RETRY_MS : NEWS_MS);
    }
    return status;
}

/* Behind what is there by now. */
static enum status begin_at_the_head(struct asking *asking, struct error *error)
{
    AUTO_ARENA arena = arena_new(QUESTION_ARENA_BYTES);
    struct text answer;
    double size = 0;
    enum status status = question_ask(asking, 1, arena, &answer, error);

    if (status == STATUS_OK &&
        json_peek_number(json_peek_member(arena, answer, "ledgerSize"), &size))
        asking->begins_at = (int64_t)size;
    return status;
}

static enum status begin_following(struct asking *asking, struct error *error)
{
    static const char *const beginnings[] = {"from", "fromPosition", "after", "around"};
    static const char *const ends[] = {"to", "toPosition", "around"};
    bool has_beginning = false;

    for (size_t i = 0; i < COUNT_OF(beginnings); i++)
        has_beginning = has_beginning || text_is_present(question_given(asking, beginnings[i]));
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        if (text_is_present(question_given(asking, ends[i])))
            return error_set_code(
                error, STATUS_INVALID, "invalid_filter",
                "--follow has no end: leave out --until, --to-position and --around");
    }
    if (text_is(question_given(asking, "order"), "newest"))
        return error_set_code(
            error, STATUS_INVALID, "invalid_filter", "--follow goes forward: leave out --order");
    asking->is_followed = true;
    asking->is_oldest_first = true;
    return has_beginning ? STATUS_OK : begin_at_the_head(asking, error);
}

static enum status begin(struct asking *asking, struct error *error)
{
    const struct paged_options *options = asking->asked->options;
    struct text limit = question_given(asking, "limit");

    asking->left = USUAL_ROWS;
    asking->begins_at = INT64_ABSENT;
    if (!asking->question->has_pages)
        return STATUS_OK;
    if (text_is_present(limit) && (!text_to_int64(limit, &asking->left) || asking->left < 1))
        asking->left = 1;
    if (opt_bool_is_true(options->follow)) {
        asking->left = MOST_OF_A_PAGE;
        return begin_following(asking, error);
    }
    return STATUS_OK;
}

static enum status print_all(struct asking *asking, struct error *error)
{
    enum status status = begin(asking, error);

    if (status == STATUS_OK)
        status = question_print_begin(asking, error);
    if (status != STATUS_OK)
        return status;
    return asking->is_followed ? follow(asking, error) : print_pages(asking, error);
}

/* Asking for a type that no event has finds nothing, in silence; another program may know it. */
static void doubt_type(const struct asking *asking)
{
    struct text type = question_given(asking, "type");
    struct nearest nearest = nearest_to(type);
    bool is_known = !text_is_present(type);
    char family[NEAREST_SIZE];

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        snprintf(family, sizeof(family), "%s.*", area->name);
        nearest_try(&nearest, family);
        is_known = is_known || text_is(type, family);
        for (size_t i = 0; area->types[i] != NULL; i++) {
            nearest_try(&nearest, area->types[i]->name);
            is_known = is_known || text_is(type, area->types[i]->name);
        }
    }
    if (!is_known)
        fprintf(
            asking->asked->err,
            "fleetledger: no event that is known here has the type %.*s%s%s%s\n", TEXT_ARGS(type),
            nearest.best[0] == '\0' ? "" : "; did you mean ", nearest.best,
            nearest.best[0] == '\0' ? "" : "?");
}

/* What stands for an id that is none. */
static enum status resolve(struct asking *asking, struct error *error)
{
    const struct question_asked *asked = asking->asked;
    const struct placed_options *placed = asked->options;
    struct resolving resolving = {
        .source = asking->source,
        .params = resolve_copy(asked->params, asked->param_count, asking->arena),
        .count = asked->param_count,
        .arena = asking->arena,
        .err = asked->err,
    };
    enum status status;

    if (!asking->question->has_pages && !asking->question->is_of_all)
        resolving.workspace = placed->workspace;
    status = resolve_names(&resolving, error);
    asking->params = resolving.params;
    asking->param_count = resolving.count;
    asking->workspace = resolving.workspace;
    return status;
}

enum status question_run(const struct question_asked *asked, struct error *error)
{
    AUTO_ARENA arena = arena_new(QUESTION_ARENA_BYTES);
    struct asking asking = {
        .asked = asked,
        .question = asked->question,
        .options = asked->options,
        .arena = arena,
    };
    const struct source_settings settings = {
        .home = asked->home, .secret = asked->secret, .settings = asked->settings};
    enum status status = source_open(&asking.options->source, &settings, &asking.source, error);

    if (status == STATUS_OK)
        status = resolve(&asking, error);
    if (status == STATUS_OK)
        doubt_type(&asking);
    if (status == STATUS_OK)
        status = print_all(&asking, error);
    source_close(asking.source);
    return status;
}

/* What only clients meet. */
static const struct {
    const char *code;
    const char *remedy;
} remedies[] = {
    {"unreachable", "Is the server running, and is that its address?"},
    {"unauthenticated", "Sign in, and give the new access token."},
    {"forbidden", "Ask for the role platform_auditor, or name your --workspace."},
    {"ledger_missing", "Or ask a server, with --url."},
    {"name_unknown",
     "Names are those on record, now or once: host names of nodes, e-mail addresses of people, "
     "slugs of workspaces, names of teams. Or give the id."},
    {"invalid_cursor", "Take it from --show-cursor of a run with the same flags."},
    {"not_written", "Name another file with --output, on a disk that has room."},
    {"export_damaged",
     "Export again; if that does not hold either, whoever answers changes what is on record."},
    {"name_ambiguous", "Give one of these ids, or its last digits."},
};

const char *question_remedy(struct text code)
{
    for (size_t i = 0; i < COUNT_OF(remedies); i++) {
        if (text_is(code, remedies[i].code))
            return remedies[i].remedy;
    }
    return refusals_remedy(code);
}
