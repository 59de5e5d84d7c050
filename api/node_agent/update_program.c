/*
 * Staging, swapping, going back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_program.h"

#include "api/node_agent/files.h"
#include "api/node_agent/one_run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER_BYTES = 4096, TRY_S = 10 };

const char *update_program_own(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

    return size < 0 ? "/usr/local/bin/fleetledger-agent"
                    : text_copy(arena, (struct text){path, (size_t)size}).data;
}

static bool make_path(const char *program, const char *ending, char out[PATH_MAX])
{
    return snprintf(out, PATH_MAX, "%s%s", program, ending) < PATH_MAX;
}

/* The directory that it lies in. */
static void place_of(const char *program, char out[PATH_MAX])
{
    const char *slash = strrchr(program, '/');
    int size = slash == NULL || slash == program ? 1 : (int)(slash - program);

    snprintf(out, PATH_MAX, "%.*s", size, slash == NULL ? "." : program);
}

bool update_program_is_ours(const char *program)
{
    char place[PATH_MAX];

    place_of(program, place);
    return access(place, W_OK) == 0;
}

static enum status sync_beside(const char *program, struct error *error)
{
    char place[PATH_MAX];

    place_of(program, place);
    return files_sync_directory(place, error);
}

/* "fleetledger-agent 1.4.0 (commit …)" */
static enum status try_out(const char *program, struct text version, struct error *error)
{
    const char *argv[] = {program, "version", NULL};
    const struct one_run run = {.argv = argv, .most_seconds = TRY_S};
    AUTO_BUF answer = {0};
    struct text said;
    int code = -1;

    buf_init(&answer, ANSWER_BYTES);
    if (one_run(&run, &answer, &code, error) != STATUS_OK || code != 0)
        return error_set(
            error, STATUS_INVALID, "the new program does not start, or does not say its version");
    said = buf_text(&answer);
    (void)text_cut(&said, ' ');
    said = text_is_present(said) ? text_trim(text_cut(&said, ' ')) : text_lit("");
    if (text_equal(said, version))
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID, "the new program says that it is version %.*s",
        TEXT_ARGS(text_first_bytes(said, 64)));
}

static enum status write_program(const char *path, struct text content, struct error *error)
{
    int file;
    size_t written = 0;
    bool is_written;

    (void)unlink(path);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0755);
    if (file < 0)
        return files_fail(error, "write", path, errno);
    while (written < content.size) {
        ssize_t put = write(file, content.data + written, content.size - written);
        if (put < 0)
            break;
        written += (size_t)put;
    }
    is_written = written == content.size && fchmod(file, 0755) == 0 && fsync(file) == 0;
    if (!is_written)
        files_fail(error, "write", path, errno);
    close(file);
    return is_written ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status update_program_stage(
    const char *program, struct text content, struct text version, struct error *error)
{
    char staged[PATH_MAX];
    enum status status;

    if (!make_path(program, ".new", staged))
        return files_fail(error, "write", program, ENAMETOOLONG);
    status = write_program(staged, content, error);
    if (status == STATUS_OK)
        status = try_out(staged, version, error);
    if (status != STATUS_OK)
        (void)unlink(staged);
    return status;
}

enum status update_program_swap(const char *program, struct error *error)
{
    char staged[PATH_MAX];
    char old[PATH_MAX];

    if (!make_path(program, ".new", staged) || !make_path(program, ".old", old))
        return files_fail(error, "replace", program, ENAMETOOLONG);
    if (unlink(old) != 0 && errno != ENOENT)
        return files_fail(error, "remove", old, errno);
    if (link(program, old) != 0)
        return files_fail(error, "keep", old, errno);
    if (rename(staged, program) != 0)
        return files_fail(error, "replace", program, errno);
    return sync_beside(program, error);
}

enum status update_program_go_back(const char *program, struct error *error)
{
    char old[PATH_MAX];

    if (!make_path(program, ".old", old))
        return files_fail(error, "put back", program, ENAMETOOLONG);
    if (rename(old, program) != 0)
        return files_fail(error, "put back", old, errno);
    return sync_beside(program, error);
}
