/*
 * An index of a ledger that a test makes, and what is found in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_EVENTLOG_MAKE_INDEX_H
#define TESTS_EVENTLOG_MAKE_INDEX_H

#include "eventlog/ledger_index.h"
#include "tests/eventlog/make_ledger.h"

static inline struct ledger_index *make_index(const char *directory, struct ledger *log)
{
    struct ledger_index *index = NULL;
    struct error error;

    expect_ok(ledger_index_open(directory, log, false, &index, &error), &error);
    return index;
}

static inline size_t catch_up(struct ledger_index *index, size_t limit)
{
    struct error error;
    size_t added = 0;

    expect_ok(ledger_index_catch_up(index, limit, &added, &error), &error);
    return added;
}

/* The positions found, as "3 8 13 ". */
static inline const char *
found(struct arena *arena, struct ledger_index *index, struct ledger_index_query query)
{
    const struct position *positions = NULL;
    size_t count = 0;
    struct error error;
    struct buf text;
    const char *result;

    expect_ok(ledger_index_find(index, &query, arena, &positions, &count, &error), &error);
    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%llu ", (unsigned long long)positions[i].value);
    result = text_c(arena, buf_text(&text));
    buf_fini(&text);
    return result;
}

#define EXPECT_FOUND(wanted, ...)                                                                  \
    expect_text(text_from(found(arena, index, (struct ledger_index_query){__VA_ARGS__})), wanted)

static inline struct bytes bytes_of_id(const struct uuid *id)
{
    return (struct bytes){id->bytes, sizeof(id->bytes)};
}

#endif
