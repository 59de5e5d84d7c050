/*
 * Asking for it, and doing it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/root_update.h"

#include "api/node_agent/update_program.h"
#include "core/base/buf.h"
#include "core/base/files.h"
#include "core/release/program.h"
#include "core/release/release.h"
#include "core/run/one_run.h"
#include "core/shape/shape_json.h"

#include <sys/stat.h>

enum { ORDER_PARTS = 4, LARGEST_KEY = 1024, ANSWER_BYTES = 4096, ASK_S = 60 };

const char root_update_key_file[] = "/etc/fleetledger-agent/release-key";

/* Doing it, as root. */

static enum status
read_key(const char *key_file, struct arena *arena, struct text *out, struct error *error)
{
    struct stat st;

    if (stat(key_file, &st) != 0 || st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(
            error, STATUS_FORBIDDEN, "there is no %s that only root can write", key_file);
    return files_read(key_file, LARGEST_KEY, arena, out, error);
}

enum status root_update(
    const struct work_order *asked,
    const char *key_file,
    const char *program,
    struct arena *arena,
    struct error *error)
{
    const struct text *parts = asked->arguments.items;
    struct program_claim claim;
    struct text key = {NULL, 0};
    struct text wanted = {NULL, 0};
    struct text content = {NULL, 0};
    enum status status = read_key(key_file, arena, &key, error);

    if (status == STATUS_OK && asked->arguments.count != ORDER_PARTS)
        status = error_set(error, STATUS_INVALID, "the order is not for this verb");
    if (status != STATUS_OK)
        return status;
    claim = (struct program_claim){parts[1], parts[2], parts[3]};
    status = program_signed_digest(text_trim(key), &claim, arena, &wanted, error);
    if (status == STATUS_OK)
        status =
            files_read(text_c(arena, parts[0]), RELEASE_ARTIFACT_BYTES, arena, &content, error);
    if (status == STATUS_OK && !release_has_digest(content, wanted))
        status = error_set(error, STATUS_FORBIDDEN, "the program is not the one that was signed");
    if (status == STATUS_OK)
        status = update_program_stage(program, content, claim.version, error);
    return status == STATUS_OK ? update_program_swap(program, error) : status;
}

enum status root_update_back(struct arena *arena, struct error *error)
{
    const char *program = update_program_kept_of(arena, error);

    return program == NULL ? STATUS_INVALID : update_program_go_back(program, error);
}

/* Asking for it. */

enum status
root_update_ask(const char *program, const char *verb, struct list parts, struct error *error)
{
    const struct work_order order = {.arguments = parts};
    const char *argv[] = {"/usr/bin/sudo", "-n", "--", program, "root-helper", verb, NULL};
    struct one_run run = {.argv = argv, .most_seconds = ASK_S};
    AUTO_BUF input = {0};
    AUTO_BUF said = {0};
    enum status status;
    int code = -1;

    buf_init(&input, WORK_ORDER_BYTES);
    buf_init(&said, ANSWER_BYTES);
    shape_json_write(&work_order_shape, &order, &input);
    buf_add_char(&input, '\n');
    if (buf_is_full(&input))
        return error_set(error, STATUS_TOO_LARGE, "the document of the release is too large");
    run.input = buf_text(&input);
    status = one_run(&run, &said, &code, error);
    if (status != STATUS_OK || code == 0)
        return status;
    return error_set(
        error, STATUS_FORBIDDEN,
        "the program is root's, who does not replace it (give the install script a --release-key): "
        "%.*s",
        TEXT_ARGS(text_first_bytes(text_trim(buf_text(&said)), 200)));
}
