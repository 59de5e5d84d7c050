/*
 * Reading a password that is to be set.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/new_password.h"

#include "api/identity/password_steps.h"
#include "core/base/buf.h"
#include "core/crypto/crypto.h"
#include "core/run/prompt.h"
#include "core/shape/shape_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST_INPUT = 8192 };

static const struct field reset_password_input_fields[] = {
    {TEXT(reset_password_input, email), .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .doc = "Email address of the account."},
    {TEXT(reset_password_input, password_file), .min = 1, .max = 4000,
     .doc = "File whose first line is the new password."},
    {BOOL(reset_password_input, disable_second_factor),
     .doc = "Ask for no second factor any more: for whoever has lost it."},
};
const struct shape reset_password_input_shape =
    SHAPE(reset_password_input, "Whose password is set, and from where it comes.");

static bool prompt(const char *words, struct arena *arena, struct text *out)
{
    return prompt_secret(words, LONGEST_PASSWORD, arena, out);
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
    bool is_read = file >= 0 && prompt_read_line(file, LONGEST_PASSWORD, arena, out);
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

static enum status
read_password(const char *path, struct arena *arena, struct text *out, struct error *error)
{
    bool is_typed = path == NULL && prompt_is_possible();
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

/* As the command reads it. */
static struct text
input_of(struct arena *arena, const struct reset_password_input *input, struct text password)
{
    struct text hash = password_hash(arena, password);
    bool disables = opt_bool_is_true(input->disable_second_factor);
    AUTO_BUF json = {0};

    buf_init(&json, LARGEST_INPUT);
    buf_add_c(&json, "{\"email\":");
    json_write_text(&json, input->email);
    buf_printf(
        &json, ",\"password\":\"%.*s\",\"disablesFactor\":%s}", TEXT_ARGS(hash),
        disables ? "true" : "false");
    return text_copy(arena, buf_text(&json));
}

enum status new_password_order(
    struct arena *arena,
    const struct reset_password_input *input,
    struct control_order *out,
    struct error *error)
{
    const char *file =
        text_is_present(input->password_file) ? text_c(arena, input->password_file) : NULL;
    struct text password = {NULL, 0};
    enum status status = read_password(file, arena, &password, error);

    if (status == STATUS_OK)
        *out = (struct control_order){
            .name = text_lit("set_password"), .input = input_of(arena, input, password)};
    return status;
}
