/*
 * Asking, page by page, and printing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/question.h"

#include "api/evidence/home_call.h"
#include "api/refusals.h"
#include "api/route.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "core/run/prompt.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "core/shape/shape_rows.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { LARGEST_ANSWER = 64 << 20, PAGE_ARENA_BYTES = 256 << 20, MOST_OF_A_PAGE = 1000 };
enum { USUAL_ROWS = 100, NEWS_MS = 1000, RETRY_MS = 5000, LONGEST_TOKEN = 4000 };

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

enum { OUTPUT_TABLE = 1, OUTPUT_WIDE, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_CSV, OUTPUT_ID };
static const char *const output_names[] = {"table", "wide", "json", "jsonl", "csv", "id", NULL};

static const struct field question_options_fields[] = {
    {ENUM(question_options, output, output_names), .flags = HAS_FALLBACK, .fallback = OUTPUT_TABLE,
     .doc = "How the answer is printed: a table, one with all columns, the API's JSON, a row of it "
            "on each line, CSV, or ids alone."},
    {TEXT(question_options, url), .flags = ONE_LINE, .min = 1, .max = 2000,
     .doc = "Server to ask, in place of the home; or FLEETLEDGER_URL."},
    {TEXT(question_options, token_file), .min = 1, .max = 4000,
     .doc =
         "File whose first line is an access token; or FLEETLEDGER_TOKEN, else it is asked for at "
         "the terminal."},
    {TEXT(question_options, ca_file), .min = 1, .max = 4000,
     .doc = "Certificates of the authorities that are trusted, in place of the system's."},
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
    {UUID(placed_options, workspace),
     .doc = "Workspace that it is in, for whoever may read no more than that."},
};
const struct shape placed_options_shape =
    SHAPE_WITH(placed_options, "How it is asked.", .base = &question_options_shape);

/* What is being asked. */
struct asking {
    const struct question_asked *asked;
    const struct question *question;
    const struct question_options *options;
    struct arena *arena; /* for all of it */
    struct fetch *fetch; /* or */
    struct home_call *home;
    struct text after;    /* where the next page begins; absent: as was asked */
    int64_t left;         /* rows that are wanted still */
    int64_t begins_at;    /* position; INT64_ABSENT: as was asked */
    bool is_oldest_first; /* because it is followed */
    bool is_followed;
    struct rows rows;
};

static const struct route *find_route(const struct question *question)
{
    for (const struct route *route = evidence_routes; route->method != NULL; route++) {
        if (text_is(text_from(route->path), question->path))
            return route;
    }
    must(false && "a question names a route");
    return NULL;
}

static const struct shape *input_of(const struct question *question)
{
    return find_route(question)->input_shape;
}

/* Paths. */

static struct text given(const struct asking *asking, const char *name)
{
    const struct question_asked *asked = asking->asked;

    for (size_t i = 0; i < asked->param_count; i++) {
        if (text_is(asked->params[i].name, name))
            return asked->params[i].value;
    }
    return (struct text){NULL, 0};
}

static void add_query(struct buf *out, bool *has_query, const char *name, struct text value)
{
    buf_add_char(out, *has_query ? '&' : '?');
    buf_add_c(out, name);
    buf_add_char(out, '=');
    encode_percent(out, value);
    *has_query = true;
}

static struct text workspace_of(const struct asking *asking)
{
    const struct placed_options *placed = asking->asked->options;
    char printed[UUID_TEXT_SIZE];

    if (asking->question->has_pages)
        return given(asking, "workspace");
    if (asking->question->is_of_all || !uuid_is_present(placed->workspace))
        return (struct text){NULL, 0};
    uuid_print(placed->workspace, printed);
    return text_copy(asking->arena, text_from(printed));
}

/* ":position" is what was given for it. */
static void add_place(const struct asking *asking, struct buf *out)
{
    struct text rest = text_from(asking->question->path);
    struct text workspace = workspace_of(asking);

    buf_add_c(out, "/api/v1");
    if (text_is_present(workspace)) {
        buf_add_c(out, "/workspaces/");
        encode_percent(out, workspace);
    }
    (void)text_cut(&rest, '/');
    while (text_is_present(rest)) {
        struct text part = text_cut(&rest, '/');
        buf_add_char(out, '/');
        if (part.size > 0 && part.data[0] == ':')
            encode_percent(
                out, given(asking, text_c(asking->arena, text_slice(part, 1, part.size - 1))));
        else
            buf_add_text(out, part);
    }
}

/* What this program says itself, page by page. */
static bool is_ours(const struct asking *asking, struct text name)
{
    if (!asking->question->has_pages)
        return false;
    return text_is(name, "workspace") || text_is(name, "limit") ||
           (text_is(name, "after") && text_is_present(asking->after)) ||
           (text_is(name, "order") && asking->is_oldest_first) ||
           (text_is(name, "fromPosition") && asking->begins_at != INT64_ABSENT);
}

static bool is_in_path(const struct asking *asking, struct text name)
{
    const struct field *field = shape_field(input_of(asking->question), name);

    return field != NULL && (field->flags & FROM_PATH) != 0;
}

static struct text print_number(struct arena *arena, int64_t number)
{
    return text_format(arena, "%lld", (long long)number);
}

static void write_path(const struct asking *asking, int64_t limit, struct buf *out)
{
    const struct question_asked *asked = asking->asked;
    bool has_query = false;

    add_place(asking, out);
    for (size_t i = 0; i < asked->param_count; i++) {
        struct text name = asked->params[i].name;
        if (!is_ours(asking, name) && !is_in_path(asking, name))
            add_query(out, &has_query, text_c(asking->arena, name), asked->params[i].value);
    }
    if (!asking->question->has_pages)
        return;
    add_query(out, &has_query, "limit", print_number(asking->arena, limit));
    if (asking->is_oldest_first)
        add_query(out, &has_query, "order", text_lit("oldest"));
    if (asking->begins_at != INT64_ABSENT)
        add_query(out, &has_query, "fromPosition", print_number(asking->arena, asking->begins_at));
    if (text_is_present(asking->after))
        add_query(out, &has_query, "after", asking->after);
}

/* The answer, which is JSON whoever gave it. */
static enum status
ask(const struct asking *asking,
    int64_t limit,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    AUTO_BUF path = {0};
    AUTO_BUF answer = {0};
    struct text checked;
    enum status status;

    buf_init(&path, 64 << 10);
    buf_init(&answer, LARGEST_ANSWER);
    write_path(asking, limit, &path);
    status = asking->fetch != NULL ? fetch_get(asking->fetch, buf_text(&path), &answer, error)
                                   : home_call_get(asking->home, buf_text(&path), &answer, error);
    if (status != STATUS_OK)
        return status;
    *out = text_copy(arena, buf_text(&answer));
    if (asking->question->is_text || json_compact(*out, arena, &checked, NULL) == STATUS_OK)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "foreign_answer",
        "%s answers what is no JSON: is the address right?",
        asking->fetch == NULL ? "The home" : fetch_url(asking->fetch));
}

/* Printing. */

static enum status write_out(const struct asking *asking, struct buf *text, struct error *error)
{
    FILE *out = asking->asked->out;
    bool is_written = text->size == 0 || fwrite(text->data, 1, text->size, out) == text->size;

    if (is_written && fflush(out) == 0 && !buf_is_full(text))
        return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, "the answer cannot be written to standard output");
}

static bool is_on_terminal(const struct asking *asking)
{
    return isatty(fileno(asking->asked->out)) == 1;
}

static const struct shape *shape_of_rows(const struct question *question)
{
    const struct shape *answer = find_route(question)->reply.shape;
    struct text rest = text_from(question->rows);

    return text_is_present(rest) ? shape_field(answer, text_cut(&rest, ' '))->shape : answer;
}

static void choose_rows(struct asking *asking)
{
    const struct question *question = asking->question;
    struct rows *rows = &asking->rows;
    bool has_many =
        question->rows != NULL && text_contains(text_from(question->rows), text_lit(" "));

    rows->form = is_on_terminal(asking) ? ROWS_TABLE : ROWS_TABS;
    rows->tag_name = has_many ? "relation" : NULL;
    if (question->is_text)
        return;
    rows->columns = rows_columns(shape_of_rows(question), asking->arena);
    switch (asking->options->output.is) {
    case OUTPUT_TABLE:
        if (question->columns != NULL)
            rows->columns = rows_columns_named(question->columns, asking->arena);
        break;
    case OUTPUT_JSONL:
        rows->form = ROWS_JSONL;
        break;
    case OUTPUT_CSV:
        rows->form = ROWS_CSV;
        break;
    case OUTPUT_ID:
        rows->form = ROWS_TABS;
        rows->tag_name = NULL;
        rows->columns = rows_columns_named(question->id, asking->arena);
        break;
    }
}

enum { MOST_PARTS = 8 };

static size_t parts_of(
    const struct question *question,
    struct text answer,
    struct arena *arena,
    struct rows_part parts[MOST_PARTS])
{
    struct text rest = text_from(question->rows);
    size_t count = 0;

    if (!text_is_present(rest)) {
        parts[0] = (struct rows_part){text_lit(""), answer};
        return 1;
    }
    while (text_is_present(rest) && count < MOST_PARTS) {
        struct text name = text_cut(&rest, ' ');
        parts[count++] =
            (struct rows_part){name, json_peek_member(arena, answer, text_c(arena, name))};
    }
    return count;
}

static int64_t count_rows(const struct rows_part *parts, size_t count)
{
    int64_t rows = 0;

    for (size_t i = 0; i < count; i++) {
        struct text row;
        size_t cursor = 0;
        while (json_peek_item(parts[i].json, &cursor, &row))
            rows++;
    }
    return rows;
}

static void write_answer(
    const struct asking *asking,
    struct text answer,
    const struct rows_part *parts,
    size_t count,
    struct buf *out)
{
    int64_t output = asking->options->output.is;

    if (asking->question->is_text) {
        buf_add_text(out, answer);
    } else if (output == OUTPUT_JSON) {
        buf_add_text(out, answer);
        buf_add_char(out, '\n');
    } else if (
        asking->question->rows == NULL && (output == OUTPUT_TABLE || output == OUTPUT_WIDE)) {
        rows_add_members(asking->rows.form, answer, out);
    } else {
        rows_add(&asking->rows, parts, count, out);
    }
}

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

/* Pages. */

/* One page, printed; `*out_next` is absent behind the last. */
static enum status print_page(struct asking *asking, bool *out_is_last, struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    AUTO_BUF out = {0};
    int64_t limit = asking->left < MOST_OF_A_PAGE ? asking->left : MOST_OF_A_PAGE;
    struct rows_part parts[MOST_PARTS];
    struct text answer;
    struct text next;
    size_t count;
    enum status status = ask(asking, limit, arena, &answer, error);

    if (status != STATUS_OK)
        return status;
    count = parts_of(asking->question, answer, arena, parts);
    buf_init(&out, LARGEST_ANSWER);
    if (count_rows(parts, count) > 0 || !asking->is_followed)
        write_answer(asking, answer, parts, count, &out);
    asking->rows.goes_on = asking->rows.goes_on || out.size > 0;
    status = write_out(asking, &out, error);
    if (status != STATUS_OK || !asking->question->has_pages)
        return status;
    asking->left -= asking->is_followed ? 0 : count_rows(parts, count);
    next = json_peek_text(arena, json_peek_member(arena, answer, "next"));
    *out_is_last = !text_is_present(next) || asking->left <= 0;
    if (asking->is_followed ? count_rows(parts, count) > 0 : *out_is_last)
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
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    struct text answer;
    double size = 0;
    enum status status = ask(asking, 1, arena, &answer, error);

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
        has_beginning = has_beginning || text_is_present(given(asking, beginnings[i]));
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        if (text_is_present(given(asking, ends[i])))
            return error_set_code(
                error, STATUS_INVALID, "invalid_filter",
                "--follow has no end: leave out --until, --to-position and --around");
    }
    if (text_is(given(asking, "order"), "newest"))
        return error_set_code(
            error, STATUS_INVALID, "invalid_filter", "--follow goes forward: leave out --order");
    asking->is_followed = true;
    asking->is_oldest_first = true;
    return has_beginning ? STATUS_OK : begin_at_the_head(asking, error);
}

static enum status begin(struct asking *asking, struct error *error)
{
    const struct paged_options *options = asking->asked->options;
    struct text limit = given(asking, "limit");

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
    AUTO_BUF head = {0};
    enum status status = begin(asking, error);

    if (status != STATUS_OK)
        return status;
    choose_rows(asking);
    buf_init(&head, 64 << 10);
    if (asking->options->output.is == OUTPUT_CSV)
        rows_begin(&asking->rows, &head);
    status = write_out(asking, &head, error);
    if (status != STATUS_OK)
        return status;
    return asking->is_followed ? follow(asking, error) : print_pages(asking, error);
}

static struct text url_of(const struct question_asked *asked)
{
    const struct question_options *options = asked->options;
    const char *usual = getenv("FLEETLEDGER_URL");

    if (text_is_present(options->url))
        return options->url;
    return usual == NULL || *usual == '\0' ? (struct text){NULL, 0} : text_from(usual);
}

bool question_has_url(const struct question_asked *asked)
{
    return text_is_present(url_of(asked));
}

/* From whoever sits at the terminal, where neither file nor environment has one. */
static enum status ask_for_token(const struct asking *asking, struct error *error)
{
    struct text token;

    if (text_is_present(asking->options->token_file) || getenv("FLEETLEDGER_TOKEN") != NULL ||
        !prompt_is_possible())
        return STATUS_OK;
    if (prompt_secret("Access token", LONGEST_TOKEN, asking->arena, &token) &&
        setenv("FLEETLEDGER_TOKEN", text_c(asking->arena, token), 1) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "unauthenticated",
        "no access token was typed: name a file that holds one with --token-file");
}

static enum status open_source(struct asking *asking, struct error *error)
{
    const struct question_asked *asked = asking->asked;
    const struct fetch_server server = {
        .url = url_of(asked),
        .token_file = asking->options->token_file,
        .ca_file = asking->options->ca_file};

    if (question_has_url(asked)) {
        enum status status = ask_for_token(asking, error);
        return status == STATUS_OK ? fetch_open(&server, &asking->fetch, error) : status;
    }
    return home_call_open(asked->home, asked->secret, asked->settings, &asking->home, error);
}

enum status question_run(const struct question_asked *asked, struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    struct asking asking = {
        .asked = asked,
        .question = asked->question,
        .options = asked->options,
        .arena = arena,
    };
    enum status status = open_source(&asking, error);

    if (status == STATUS_OK)
        status = print_all(&asking, error);
    fetch_close(asking.fetch);
    home_call_close(asking.home);
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
};

const char *question_remedy(struct text code)
{
    for (size_t i = 0; i < COUNT_OF(remedies); i++) {
        if (text_is(code, remedies[i].code))
            return remedies[i].remedy;
    }
    return refusals_remedy(code);
}
