/*
 * Printing an answer: as rows of one of the forms, as members, or as it came.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/question_internal.h"
#include "core/base/buf.h"
#include "core/shape/json_peek.h"

#include <unistd.h>

enum { MOST_PARTS = 8, LONGEST_HEAD = 64 << 10 };

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
    const struct shape *answer = question_route(question)->reply.shape;
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

enum status question_print_begin(struct asking *asking, struct error *error)
{
    AUTO_BUF head = {0};

    choose_rows(asking);
    buf_init(&head, LONGEST_HEAD);
    if (asking->options->output.is == OUTPUT_CSV)
        rows_begin(&asking->rows, &head);
    return write_out(asking, &head, error);
}

enum status
question_print(struct asking *asking, struct text answer, int64_t *out_rows, struct error *error)
{
    AUTO_ARENA arena = arena_new(QUESTION_ARENA_BYTES);
    AUTO_BUF out = {0};
    struct rows_part parts[MOST_PARTS];
    size_t count = parts_of(asking->question, answer, arena, parts);

    *out_rows = count_rows(parts, count);
    buf_init(&out, QUESTION_LARGEST_ANSWER);
    if (*out_rows > 0 || !asking->is_followed)
        write_answer(asking, answer, parts, count, &out);
    asking->rows.goes_on = asking->rows.goes_on || out.size > 0;
    return write_out(asking, &out, error);
}
