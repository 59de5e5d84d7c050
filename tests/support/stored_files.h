/*
 * What a file store holds, for the tests of its kinds.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORED_FILES_H
#define TESTS_SUPPORT_STORED_FILES_H

#include "core/base/arena.h"
#include "core/files/file_store.h"
#include "tests/support/expect.h"

static inline void
given_stored_file(struct file_store *store, const char *name, struct text content)
{
    struct error error = {0};

    expect_ok(file_store_put(store, text_from(name), bytes_of_text(content), &error), &error);
}

static inline struct text
stored_content(struct file_store *store, struct arena *arena, const char *name)
{
    struct error error = {0};
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    expect_ok(file_store_get(store, text_from(name), &out, &error), &error);
    return text_copy(arena, buf_text(&out));
}

static inline void add_stored_line(const struct stored_file *file, void *context)
{
    buf_printf(context, "%.*s %llu\n", TEXT_ARGS(file->name), (unsigned long long)file->size);
}

/* "<name> <size>" of each file, a line each. */
static inline struct text
stored_list(struct file_store *store, struct arena *arena, const char *prefix)
{
    struct error error = {0};
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    expect_ok(file_store_list(store, text_from(prefix), add_stored_line, &out, &error), &error);
    return text_copy(arena, buf_text(&out));
}

/* Of an empty store. */
static inline void expect_listed_in_order(struct file_store *store, struct arena *arena)
{
    given_stored_file(store, "a/2", text_lit("22"));
    given_stored_file(store, "a-1", text_lit("1"));
    given_stored_file(store, "a/10", text_lit("1010"));
    given_stored_file(store, "b", text_lit(""));
    expect_text(stored_list(store, arena, ""), "a-1 1\na/10 4\na/2 2\nb 0\n");
    expect_text(stored_list(store, arena, "a"), "a-1 1\na/10 4\na/2 2\n");
    expect_text(stored_list(store, arena, "a/1"), "a/10 4\n");
    expect_text(stored_list(store, arena, "c"), "");
}

#endif
