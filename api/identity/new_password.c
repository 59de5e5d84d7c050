/*
 * Reading a password that is to be set.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/new_password.h"

#include "api/identity/password_steps.h"
#include "core/base/buf.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LARGEST_INPUT = 8192 };

/* Up to the end of the line, or of the file. False when it is too long or cannot be read. */
static bool read_line(int file, struct arena *arena, struct text *out)
{
    char *line = arena_take(arena, LONGEST_PASSWORD + 2);
    size_t size = 0;
    ssize_t got = 1;

    while (size <= LONGEST_PASSWORD && (got = read(file, line + size, 1)) > 0 && line[size] != '\n')
        size++;
    *out = (struct text){line, size};
    return got >= 0 && size <= LONGEST_PASSWORD;
}

/* With echo off; it is on again afterwards, whatever happens in between but a kill. */
static bool prompt(const char *words, struct arena *arena, struct text *out)
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
    is_read = read_line(STDIN_FILENO, arena, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    dprintf(STDERR_FILENO, "\n");
    return is_read;
}

static enum status read_typed(struct arena *arena, struct text *out, struct error *error)
{
    struct text again;

    if (!prompt("New password", arena, out) || !prompt("Once more", arena, &again))
        return error_set(error, STATUS_INVALID, "no password was typed");
    if (!text_equal(*out, again))
        return error_set(error, STATUS_INVALID, "the two passwords differ; nothing was changed");
    return STATUS_OK;
}

static enum status
read_from(const char *path, struct arena *arena, struct text *out, struct error *error)
{
    int file = path == NULL ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool is_read = file >= 0 && read_line(file, arena, out);
    int cause = errno;

    if (file > STDIN_FILENO)
        close(file);
    if (is_read)
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID, "no password could be read from %s: %s",
        path == NULL ? "standard input" : path,
        file < 0 ? strerrordesc_np(cause) : "its first line is too long");
}

enum status
new_password_read(const char *path, struct arena *arena, struct text *out, struct error *error)
{
    bool is_typed = path == NULL && isatty(STDIN_FILENO) == 1;
    enum status status =
        is_typed ? read_typed(arena, out, error) : read_from(path, arena, out, error);

    if (status != STATUS_OK)
        return status;
    if (text_length(*out) < LEAST_PASSWORD)
        return error_set(
            error, STATUS_INVALID, "a password has at least %d characters; nothing was changed",
            LEAST_PASSWORD);
    return STATUS_OK;
}

struct text new_password_input(struct arena *arena, struct text email, struct text password)
{
    struct text hash = password_hash(arena, password);
    AUTO_BUF json = {0};

    buf_init(&json, LARGEST_INPUT);
    buf_add_c(&json, "{\"email\":");
    json_write_text(&json, email);
    buf_printf(&json, ",\"password\":\"%.*s\"}", TEXT_ARGS(hash));
    return text_copy(arena, buf_text(&json));
}
