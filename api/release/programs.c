/*
 * Fetching programs, and reading them. What is kept is named after its digest. Its digest is made twice, each time
 * against something else: when it was fetched, so that what a publisher lies about is told, and not kept and fetched for
 * ever; and whenever it is read, since what lay on a disk may have been changed there, and agents and root run it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/release/programs.h"

#include "api/release/release_internal.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/files/file_read.h"
#include "core/files/file_store.h"

#include <pthread.h>
#include <sys/stat.h>

enum { MOST_KEPT = 8, ARENA_BYTES = 64 << 10, TOLD_US = 60000000 };

static const struct outbound_limits program_limits = {
    .connect_s = 5, .answer_s = 20, .whole_s = 300};

struct programs {
    size_t most_bytes;
    struct text place; /* where they are kept */
    struct text ca_file;
    struct arena *arena;       /* of the two */
    struct outbound *outbound; /* the releases' thread's */
    pthread_mutex_t lock;      /* of what follows */
    struct arena *wish_arena;
    struct release_artifact wish; /* absent for none */
    struct text failed;           /* SHA-256 of what could not be fetched, in failed_arena … */
    struct arena *failed_arena;
    struct error failure;    /* … and why … */
    int64_t failed_until_us; /* … which is told until then (monotonic) */
};

struct programs *programs_new(const char *home, const struct release_source *source)
{
    struct programs *programs = heap_new(sizeof(*programs));

    programs->arena = arena_new(ARENA_BYTES);
    programs->wish_arena = arena_new(ARENA_BYTES);
    programs->failed_arena = arena_new(ARENA_BYTES);
    programs->place = text_format(programs->arena, "%s/%s", home, source->kept_in);
    programs->ca_file = source->ca_file;
    programs->most_bytes = source->most_bytes;
    programs->outbound = outbound_new(&program_limits);
    must(pthread_mutex_init(&programs->lock, NULL) == 0);
    return programs;
}

void programs_free(struct programs *programs)
{
    if (programs == NULL)
        return;
    outbound_free(programs->outbound);
    arena_free(programs->wish_arena);
    arena_free(programs->failed_arena);
    arena_free(programs->arena);
    must(pthread_mutex_destroy(&programs->lock) == 0);
    heap_free(programs);
}

void programs_cancel(struct programs *programs)
{
    outbound_cancel(programs->outbound);
}

/* Reading. */

static void wish(struct programs *programs, const struct release_artifact *artifact)
{
    must(pthread_mutex_lock(&programs->lock) == 0);
    arena_reset(programs->wish_arena);
    programs->wish = (struct release_artifact){
        .binary_url = text_copy(programs->wish_arena, artifact->binary_url),
        .sha256 = text_copy(programs->wish_arena, artifact->sha256),
    };
    must(pthread_mutex_unlock(&programs->lock) == 0);
}

/* Did fetching it come to nothing just now? */
static bool has_failed(struct programs *programs, struct text sha256, struct error *out)
{
    bool has;

    must(pthread_mutex_lock(&programs->lock) == 0);
    has = monotonic_us() < programs->failed_until_us && text_equal(programs->failed, sha256);
    if (has)
        *out = programs->failure;
    must(pthread_mutex_unlock(&programs->lock) == 0);
    return has;
}

static void note_failure(struct programs *programs, struct text sha256, const struct error *why)
{
    must(pthread_mutex_lock(&programs->lock) == 0);
    arena_reset(programs->failed_arena);
    programs->failed = text_copy(programs->failed_arena, sha256);
    programs->failure = *why;
    programs->failed_until_us = monotonic_us() + TOLD_US;
    must(pthread_mutex_unlock(&programs->lock) == 0);
}

static enum status being_fetched(
    struct programs *programs, const struct release_artifact *artifact, struct error *error)
{
    struct error why;

    if (has_failed(programs, artifact->sha256, &why))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "program_not_fetched",
            "The program could not be fetched from where its publisher has it: %s", why.text);
    wish(programs, artifact);
    return error_set_code(
        error, STATUS_UNAVAILABLE, "program_being_fetched",
        "The program is being fetched from where its publisher has it. Try again in some seconds.");
}

enum status programs_read(
    struct programs *programs,
    const struct release_artifact *artifact,
    struct text directory,
    struct buf *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(programs->most_bytes + ARENA_BYTES);
    struct text name = release_last_segment(artifact->binary_url);
    struct text program;
    bool is_kept = !text_is_present(directory);
    struct text path =
        is_kept ? text_format(
                      arena, "%.*s/%.*s", TEXT_ARGS(programs->place), TEXT_ARGS(artifact->sha256))
                : text_format(arena, "%.*s/%.*s", TEXT_ARGS(directory), TEXT_ARGS(name));
    bool is_read = file_read(arena, path, programs->most_bytes, &program, error) == STATUS_OK;

    if (is_read && release_has_digest(program, artifact->sha256)) {
        buf_add_text(out, program);
        return STATUS_OK;
    }
    if (is_kept)
        return being_fetched(programs, artifact, error);
    return error_set_code(
        error, STATUS_INVALID, "program_differs",
        "%.300s in the directory of releases is not the program that its manifest names: its SHA-256 must "
        "be %.*s.",
        text_c(arena, name), TEXT_ARGS(artifact->sha256));
}

/* Fetching. */

static bool take_wish(struct programs *programs, struct arena *arena, struct release_artifact *out)
{
    must(pthread_mutex_lock(&programs->lock) == 0);
    *out = (struct release_artifact){
        .binary_url = text_copy(arena, programs->wish.binary_url),
        .sha256 = text_copy(arena, programs->wish.sha256),
    };
    programs->wish = (struct release_artifact){.sha256 = {NULL, 0}};
    must(pthread_mutex_unlock(&programs->lock) == 0);
    return text_is_present(out->sha256);
}

struct kept {
    struct arena *arena;
    struct text names[MOST_KEPT];
    size_t count;
};

static void note_kept(const struct stored_file *file, void *context)
{
    struct kept *kept = context;

    if (kept->count < MOST_KEPT)
        kept->names[kept->count++] = text_copy(kept->arena, file->name);
}

/* They can be fetched again: when there is no more room for them, all of them go. */
static enum status make_room(struct file_store *store, struct arena *arena, struct error *error)
{
    struct kept kept = {.arena = arena};
    enum status status = file_store_list(store, text_lit(""), note_kept, &kept, error);

    if (kept.count < MOST_KEPT)
        return status;
    for (size_t i = 0; i < kept.count && status == STATUS_OK; i++)
        status = file_store_remove(store, kept.names[i], error);
    return status;
}

static enum status keep(
    const struct programs *programs,
    const struct release_artifact *artifact,
    struct bytes program,
    struct arena *arena,
    struct error *error)
{
    struct file_store *store = NULL;
    enum status status =
        file_store_directory_open(programs->place, FILE_STORE_WRITE, &store, error);

    if (status == STATUS_OK)
        status = make_room(store, arena, error);
    if (status == STATUS_OK)
        status = file_store_put(store, artifact->sha256, program, error);
    file_store_close(store);
    return status;
}

static enum status fetch(
    struct programs *programs,
    const struct release_artifact *artifact,
    struct arena *arena,
    struct error *error)
{
    const struct web_get get = {
        .url = artifact->binary_url,
        .user_agent = RELEASE_USER_AGENT,
        .ca_file = programs->ca_file};
    AUTO_BUF program = {0};
    enum status status;

    buf_init(&program, programs->most_bytes);
    status = outbound_get(programs->outbound, &get, &program, error);
    if (status != STATUS_OK)
        return status;
    if (!release_has_digest(buf_text(&program), artifact->sha256))
        return error_set(
            error, STATUS_CORRUPT, "its SHA-256 is not %.*s", TEXT_ARGS(artifact->sha256));
    return keep(programs, artifact, buf_bytes(&program), arena, error);
}

void programs_fetch_wanted(struct programs *programs)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct release_artifact wanted;
    struct error error;

    if (!take_wish(programs, arena, &wanted))
        return;
    if (fetch(programs, &wanted, arena, &error) == STATUS_OK) {
        log_info("release.program_fetched", log_text("sha256", wanted.sha256));
        return;
    }
    log_warning(
        "release.program_not_fetched", log_text("url", wanted.binary_url), log_cause(&error));
    note_failure(programs, wanted.sha256, &error);
}
