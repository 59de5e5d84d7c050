/*
 * The file of a trial.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_trial.h"

#include "core/base/buf.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/shape/shape_json.h"

#include <errno.h>
#include <unistd.h>

enum { LARGEST_FILE = 16 << 10, ARENA_BYTES = 64 << 10 };

static const struct field update_trial_fields[] = {
    {UUID(update_trial, target_id), .tag = 1, .flags = REQUIRED,
     .doc = "What the server is told about."},
    {TEXT(update_trial, target_version), .tag = 2, .flags = REQUIRED, .max = 64,
     .doc = "Version that is to be."},
    {TEXT(update_trial, problem), .tag = 3, .max = 1000,
     .doc = "Why the former program is back; absent while the new one is on trial."},
    {BOOL(update_trial, is_stopped), .tag = 4,
     .doc = "Whether the new one was stopped in order, before the server had heard it."},
    {INT64(update_trial, starts), .tag = 5, .flags = HAS_FALLBACK,
     .doc = "Times that the new one was started since it was last stopped in order."},
};
static const struct shape update_trial_shape = SHAPE(update_trial, "A new program on trial.");

static const char *path_of(const char *state_directory, struct arena *arena)
{
    return text_format(arena, "%s/update.json", state_directory).data;
}

enum status update_trial_load(
    const char *state_directory, struct arena *arena, struct update_trial *out, struct error *error)
{
    const char *path = path_of(state_directory, arena);
    struct text content;
    enum status status = files_read(path, LARGEST_FILE, arena, &content, error);

    if (status == STATUS_OK)
        status = shape_json_read(&update_trial_shape, content, arena, out, error);
    return status;
}

enum status update_trial_save(
    const char *state_directory, const struct update_trial *trial, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_FILE);
    shape_json_write(&update_trial_shape, trial, &out);
    buf_add_char(&out, '\n');
    return files_replace(path_of(state_directory, arena), buf_text(&out), error);
}

enum status update_trial_end(const char *state_directory, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *path = path_of(state_directory, arena);

    if (unlink(path) != 0 && errno != ENOENT)
        return files_fail(error, "remove", path, errno);
    return files_sync_directory(state_directory, error);
}

static bool load_on(const char *state_directory, struct arena *arena, struct update_trial *out)
{
    return update_trial_load(state_directory, arena, out, NULL) == STATUS_OK &&
           !text_is_present(out->problem);
}

bool update_trial_is_on(const char *state_directory)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct update_trial trial;

    return load_on(state_directory, arena, &trial);
}

bool update_trial_is_stopped(const char *state_directory)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct update_trial trial;

    return load_on(state_directory, arena, &trial) && opt_bool_is_true(trial.is_stopped);
}

void update_trial_note_stopped(const char *state_directory, bool is_stopped)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct update_trial trial;
    struct error error;

    if (!load_on(state_directory, arena, &trial) ||
        opt_bool_is_true(trial.is_stopped) == is_stopped)
        return;
    trial.is_stopped = opt_bool_of(is_stopped);
    if (is_stopped)
        trial.starts = 0; /* it begins, and ends in order */
    if (update_trial_save(state_directory, &trial, &error) != STATUS_OK)
        log_error("update.not_noted", log_cause(&error));
}
