/*
 * The log of the private PostgreSQL, read for what to say when it does not start. The file lies
 * in a directory of a less trusted user, so nothing is followed and nothing but a file is read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cluster/cluster_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAIL_BYTES = 400 };

off_t cluster_log_end(const char *log)
{
    struct stat st;

    return lstat(log, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
}

static struct text read_tail(struct arena *arena, const char *log, off_t from)
{
    int file = open(log, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct text tail = {arena_take(arena, TAIL_BYTES + 1), 0};
    struct stat st;

    if (file < 0)
        return tail;
    if (fstat(file, &st) == 0 && S_ISREG(st.st_mode)) {
        off_t start = st.st_size - TAIL_BYTES > from ? st.st_size - TAIL_BYTES : from;
        char *out = arena_take(arena, TAIL_BYTES + 1);
        ssize_t size = pread(file, out, TAIL_BYTES, start);
        tail = (struct text){out, size > 0 ? (size_t)size : 0};
        if (start > from)
            text_cut(&tail, '\n');
    }
    close(file);
    return tail;
}

/* "… [123] 58P01 FATAL:": the prefix is ours (cluster.c). */
static bool is_of_class(struct text line, const char *class)
{
    struct text before = text_cut(&line, ']');
    struct text state = text_slice(line, 1, 5);

    return text_contains(before, text_lit("[")) && state.size == 5 &&
           text_starts_with(state, text_from(class));
}

bool cluster_log_tells(const char *log, off_t from, const char *class)
{
    AUTO_ARENA arena = arena_new(4 * TAIL_BYTES + 4096);
    struct text rest = read_tail(arena, log, from);

    while (text_is_present(rest)) {
        if (is_of_class(text_cut(&rest, '\n'), class))
            return true;
    }
    return false;
}

const char *cluster_log_tail(struct arena *arena, const char *log, off_t from)
{
    struct text tail = text_trim(read_tail(arena, log, from));
    char *line = arena_take(arena, tail.size + 1);

    for (size_t i = 0; i < tail.size; i++)
        line[i] = (unsigned char)tail.data[i] < ' ' ? ' ' : tail.data[i];
    line[tail.size] = '\0';
    return line;
}
