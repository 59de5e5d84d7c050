/*
 * Staging, swapping, going back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_program.h"

#include "core/base/files.h"
#include "core/release/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 64 << 10 };

const char *update_program_own(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

    return size < 0 ? "/usr/local/bin/fleetledger-agent"
                    : text_copy(arena, (struct text){path, (size_t)size}).data;
}

const char *update_program_kept_of(struct arena *arena, struct error *error)
{
    struct text own = text_from(update_program_own(arena));
    struct text ending = text_lit(".old");

    if (text_ends_with(own, ending))
        return text_c(arena, text_slice(own, 0, own.size - ending.size));
    (void)error_set(error, STATUS_INVALID, "this program was not kept of another one");
    return NULL;
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

static enum status try_out(const char *program, struct text version, struct error *error)
{
    AUTO_ARENA arena = arena_new(NAME_BYTES);
    struct program_name name = {.version = {NULL, 0}};
    enum status status = program_try(program, arena, &name, error);

    if (status != STATUS_OK || text_equal(name.version, version))
        return status;
    return error_set(
        error, STATUS_INVALID, "the new program says that it is version %.*s",
        TEXT_ARGS(text_first_bytes(name.version, 64)));
}

enum status update_program_stage(
    const char *program, struct text content, struct text version, struct error *error)
{
    char staged[PATH_MAX];
    enum status status;

    if (!make_path(program, ".new", staged))
        return files_fail(error, "write", program, ENAMETOOLONG);
    status = program_write(staged, content, error);
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
