/*
 * Cursors of the timeline, bounds of time and moments: the first byte chooses. A cursor that is read leaves
 * positions, and makes one that is read to the same; a time back from now does not lie ahead; a moment is a
 * position or a span of time, never both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/moment.h"
#include "api/evidence/time_bound.h"
#include "api/evidence/timeline_filter.h"
#include "core/base/encode.h"
#include "core/base/must.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_cursor(struct arena *arena, struct text cursor)
{
    struct timeline_question question = {.asked = {{0}}};
    struct timeline_question again = {.asked = {{0}}};

    if (!timeline_cursor_read(cursor, arena, &question))
        return;
    must(question.search.from < question.search.end);
    must(timeline_cursor_read(timeline_cursor_make(&question, arena), arena, &again));
    must(again.search.from == question.search.from && again.search.end == question.search.end);
}

static void read_time(struct text text)
{
    const struct timestamp now = {INT64_C(1767268800) * US_PER_S};
    struct timestamp first;
    struct timestamp last;

    if (!time_bound_parse(text, now, &first))
        return;
    must(time_bound_parse_last(text, now, &last));
    must(first.us <= last.us);
    must(text.data[0] != '-' || first.us <= now.us);
}

static void read_moment(struct text text)
{
    const struct timestamp now = {INT64_C(1767268800) * US_PER_S};
    struct moment_name name = {.position = -1};

    if (!moment_parse(text, now, &name)) {
        must(name.position == -1);
        return;
    }
    must(name.position >= 0 || name.position == INT64_ABSENT);
    must(timestamp_is_present(name.first) == (name.position == INT64_ABSENT));
    must(name.first.us <= name.last.us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct bytes rest;

    if (size < 1 || size > 1 << 12)
        return 0;
    rest = (struct bytes){data + 1, size - 1};
    if (data[0] % 4 == 0)
        read_cursor(arena, text_of_bytes(rest));
    else if (data[0] % 4 == 1)
        read_cursor(arena, base64url_encode(arena, rest));
    else if (data[0] % 4 == 2)
        read_time(text_of_bytes(rest));
    else
        read_moment(text_of_bytes(rest));
    return 0;
}
