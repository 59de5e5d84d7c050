/*
 * Typing what nobody shall see.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/prompt.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

bool prompt_is_possible(void)
{
    return isatty(STDIN_FILENO) == 1;
}

bool prompt_read_line(int file, size_t longest, struct arena *arena, struct text *out)
{
    char *line = arena_take(arena, longest + 2);
    size_t size = 0;
    ssize_t got = 1;

    while (size <= longest && (got = read(file, line + size, 1)) > 0 && line[size] != '\n')
        size++;
    *out = (struct text){line, size};
    return got >= 0 && size <= longest;
}

/* With echo off; it is on again afterwards, whatever happens in between but a kill. */
bool prompt_secret(const char *words, size_t longest, struct arena *arena, struct text *out)
{
    struct termios before;
    struct termios silent;
    bool is_read;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(STDERR_FILENO, "%s: ", words);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    is_read = prompt_read_line(STDIN_FILENO, longest, arena, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    dprintf(STDERR_FILENO, "\n");
    return is_read;
}
