/*
 * An export of a server: made, fetched, and held against its promise.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_url.h"

#include "api/export/export_check.h"
#include "core/outbound/fetch.h"
#include "core/outbound/outbound.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <errno.h>
#include <string.h>

enum { LARGEST_ORDER = 64 << 10, LARGEST_VIEW = 1 << 20 };

const struct outbound_limits export_url_limits = {
    .connect_s = 10, .answer_s = 600, .whole_s = 86400};

/* Of what POST answers. */
struct made {
    struct text id;
    struct export_promise promise;
    double first;
    double end;
};

/* What comes, on its way. */
struct taking {
    const struct export_url *asked;
    struct export_check *check;
    struct error *error; /* why it was not taken */
    enum status status;
};

static void add_member(struct buf *out, const struct field *field, const void *input)
{
    char name[64];

    field_json_name(field, name);
    buf_printf(out, "%s\"%s\":", out->size == 1 ? "" : ",", name);
    shape_json_write_field(field, input, out);
}

/* What is asked for; whose it is stands in the path. */
static void write_order(const struct export_url *asked, struct buf *out)
{
    const struct shape *shape = &export_input_shape;

    buf_add_char(out, '{');
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        bool is_scope = strcmp(field->name, "workspace") == 0;
        if ((field->flags & (FROM_PATH | SERVER_SET)) == 0 && !is_scope &&
            !field_is_absent(field, asked->input))
            add_member(out, field, asked->input);
    }
    buf_add_char(out, '}');
}

static struct text path_of(const struct export_url *asked, struct text below)
{
    if (text_is_present(asked->workspace))
        return text_format(
            asked->arena, "/api/v1/workspaces/%.*s/exports%.*s", TEXT_ARGS(asked->workspace),
            TEXT_ARGS(below));
    return text_format(asked->arena, "/api/v1/exports%.*s", TEXT_ARGS(below));
}

static bool
find_number(const struct export_url *asked, struct text view, const char *name, double *out)
{
    return json_peek_number(json_peek_member(asked->arena, view, name), out) && *out >= 0 &&
           *out < 9007199254740992.0;
}

static enum status
read_made(const struct export_url *asked, struct text answer, struct made *out, struct error *error)
{
    struct text view = {NULL, 0};
    struct uuid id;
    double count = 0;

    if (json_compact(answer, asked->arena, &view, NULL) == STATUS_OK) {
        out->id = json_peek_text(asked->arena, json_peek_member(asked->arena, view, "id"));
        out->promise.root =
            json_peek_text(asked->arena, json_peek_member(asked->arena, view, "root"));
        if (uuid_parse(out->id, &id) && text_is_present(out->promise.root) &&
            find_number(asked, view, "count", &count) &&
            find_number(asked, view, "firstPosition", &out->first) &&
            find_number(asked, view, "endPosition", &out->end)) {
            out->promise.count = (int64_t)count;
            return STATUS_OK;
        }
    }
    return error_set_code(
        error, STATUS_UNAVAILABLE, "foreign_answer",
        "%s does not answer as this program does: is the address right?", fetch_url(asked->fetch));
}

static enum status make(const struct export_url *asked, struct made *out, struct error *error)
{
    AUTO_BUF order = {0};
    AUTO_BUF answer = {0};
    enum status status;

    buf_init(&order, LARGEST_ORDER);
    buf_init(&answer, LARGEST_VIEW);
    write_order(asked, &order);
    status = fetch_post(
        asked->fetch, path_of(asked, (struct text){NULL, 0}), buf_text(&order), &answer, error);
    return status == STATUS_OK ? read_made(asked, buf_text(&answer), out, error) : status;
}

enum status export_write_failed(struct error *error)
{
    return error_set_code(
        error, STATUS_INTERNAL, "not_written", "the export could not be written: %s",
        strerrordesc_np(errno));
}

static bool take(struct bytes piece, void *context)
{
    struct taking *taking = context;

    taking->status = export_check_take(taking->check, piece, taking->error);
    if (taking->status == STATUS_OK &&
        fwrite(piece.data, 1, piece.size, taking->asked->out) != piece.size)
        taking->status = export_write_failed(taking->error);
    return taking->status == STATUS_OK;
}

static enum status
fetch_content(const struct export_url *asked, const struct made *made, struct error *error)
{
    struct taking taking = {
        .asked = asked, .check = export_check_new(export_format_of(asked->input->format))};
    struct error why = {.status = STATUS_OK};
    const struct fetch_taker taker = {take, &taking};
    struct text below = text_format(asked->arena, "/%.*s/content", TEXT_ARGS(made->id));
    enum status status;

    taking.error = &why;
    status = fetch_take(asked->fetch, path_of(asked, below), &taker, error);
    if (taking.status != STATUS_OK) {
        status = taking.status;
        *error = why;
    }
    if (status == STATUS_OK)
        status = export_check_end(taking.check, &made->promise, error);
    export_check_free(taking.check);
    if (status == STATUS_OK && fflush(asked->out) != 0)
        return export_write_failed(error);
    return status;
}

enum status export_from_url(const struct export_url *asked, struct error *error)
{
    struct made made = {.first = 0};
    enum status status = make(asked, &made, error);

    if (status != STATUS_OK)
        return status;
    status = fetch_content(asked, &made, error);
    if (status != STATUS_OK) {
        error_context(error, "export %.*s", TEXT_ARGS(made.id));
        return status;
    }
    fprintf(
        asked->err,
        "%lld events of the positions from %.0f up to %.0f, of root %.*s: what came is what is on "
        "record as export %.*s.\n",
        (long long)made.promise.count, made.first, made.end, TEXT_ARGS(made.promise.root),
        TEXT_ARGS(made.id));
    return STATUS_OK;
}
