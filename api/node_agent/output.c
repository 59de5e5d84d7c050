/*
 * Lines of a task's output.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/output.h"

#include "core/base/arena.h"
#include "core/base/timestamp.h"
#include "core/shape/shape_json.h"

enum {
    LONGEST_BYTES = 4 * (OUTPUT_LONGEST_LINE + 1), /* enough to see that it is too long */
    BATCH_CEILING = OUTPUT_BATCH_BYTES + (8 << 20)
};

static const char *const streams[] = {"stdout", "stderr", "system"};
static const struct text cut_mark = TEXT_OF("...[truncated]");
static const struct text batch_begin = TEXT_OF("{\"lines\":[");

/* What is reported of a line. */
struct line_report {
    struct text stream;
    struct text line;
    struct timestamp timestamp;
};
static const struct field line_report_fields[] = {
    {TEXT(line_report, stream), .tag = 1, .doc = "Stream of the line."},
    {TEXT(line_report, line), .tag = 2, .doc = "Text of the line."},
    {TIMESTAMP(line_report, timestamp), .tag = 3, .doc = "Time it was written."},
};
static const struct shape line_report_shape = SHAPE(line_report, "A line of a task's output.");

void output_init(struct output *output, bool keeps_whole)
{
    *output = (struct output){0};
    for (int i = 0; i < 2; i++)
        buf_init(&output->partial[i], LONGEST_BYTES);
    buf_init(&output->kept, OUTPUT_MOST_BYTES);
    buf_init(&output->whole, keeps_whole ? OUTPUT_WHOLE_BYTES : 0);
    buf_init(&output->batch, BATCH_CEILING);
}

void output_fini(struct output *output)
{
    for (int i = 0; i < 2; i++)
        buf_fini(&output->partial[i]);
    buf_fini(&output->kept);
    buf_fini(&output->whole);
    buf_fini(&output->batch);
}

static struct text clipped(struct text line, struct arena *arena)
{
    if (text_length(line) <= OUTPUT_LONGEST_LINE)
        return line;
    line = text_first_characters(line, OUTPUT_LONGEST_LINE - cut_mark.size);
    return text_format(arena, "%.*s%s", TEXT_ARGS(line), cut_mark.data);
}

static void add_to_batch(struct output *output, enum output_stream stream, struct text line)
{
    const struct line_report report = {text_from(streams[stream]), line, timestamp_now()};

    if (output->batched++ == 0) {
        buf_clear(&output->batch);
        buf_add_text(&output->batch, batch_begin);
    } else {
        buf_add_char(&output->batch, ',');
    }
    shape_json_write(&line_report_shape, &report, &output->batch);
}

/* As much of it as there is room for, in whole characters. */
static void keep(struct output *output, enum output_stream stream, struct text line)
{
    size_t room;

    if (stream == OUTPUT_STDERR)
        buf_add_c(&output->kept, "[stderr] ");
    room = output->kept.ceiling - output->kept.size;
    if (line.size + 1 > room) {
        buf_add_text(&output->kept, text_first_bytes(line, room));
        output->kept.is_full = true;
        return;
    }
    buf_add_text(&output->kept, line);
    buf_add_char(&output->kept, '\n');
}

static void end_line(struct output *output, enum output_stream stream)
{
    AUTO_ARENA arena = arena_new(8 * LONGEST_BYTES);
    struct text line = buf_text(&output->partial[stream]);

    if (text_ends_with(line, text_lit("\r")))
        line.size--;
    line = text_cleaned(arena, line.data == NULL ? text_lit("") : line);
    if (!buf_is_full(&output->kept))
        keep(output, stream, line);
    add_to_batch(output, stream, clipped(line, arena));
    buf_clear(&output->partial[stream]);
}

/* Up to the end of the line, or of the bytes. What cannot be part of a reported line is not kept. */
static void feed_part(struct output *output, enum output_stream stream, struct text part)
{
    struct buf *partial = &output->partial[stream];
    size_t room = LONGEST_BYTES - partial->size;

    buf_add_text(partial, text_slice(part, 0, part.size < room ? part.size : room));
}

static bool is_batch_full(const struct output *output)
{
    return output->batched >= OUTPUT_BATCH_LINES || output->batch.size >= OUTPUT_BATCH_BYTES;
}

struct text output_feed(struct output *output, enum output_stream stream, struct text bytes)
{
    while (bytes.size > 0 && !is_batch_full(output)) {
        size_t end = text_find(bytes, '\n', 0);
        if (stream == OUTPUT_STDOUT && output->whole.ceiling > 0)
            buf_add_text(&output->whole, text_slice(bytes, 0, end + 1));
        feed_part(output, stream, text_slice(bytes, 0, end));
        if (end < bytes.size)
            end_line(output, stream);
        bytes = text_slice(bytes, end + 1, bytes.size);
    }
    return bytes;
}

void output_finish(struct output *output)
{
    for (int i = 0; i < 2; i++) {
        if (output->partial[i].size > 0)
            end_line(output, (enum output_stream)i);
    }
}

void output_note(struct output *output, struct text line)
{
    add_to_batch(output, OUTPUT_SYSTEM, line);
}

bool output_take_lines(struct output *output, struct text *out, unsigned *out_count)
{
    if (output->batched == 0)
        return false;
    buf_add_c(&output->batch, "]}");
    *out = buf_text(&output->batch);
    *out_count = output->batched;
    output->batched = 0;
    return true;
}

struct text output_text(const struct output *output)
{
    return buf_text(&output->kept);
}

struct text output_whole(const struct output *output)
{
    if (output->whole.ceiling == 0 || buf_is_full(&output->whole))
        return (struct text){NULL, 0};
    return output->whole.size == 0 ? text_lit("") : buf_text(&output->whole);
}
