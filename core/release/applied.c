/*
 * Files of an applied release, and entering it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/release/applied.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/crypto/crypto.h"
#include "core/release/release.h"
#include "core/shape/shape_json.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES = 16 << 10, ARENA_BYTES = 1 << 20, MOST_DIRECTORIES = 100, DIGEST_DIGITS = 64 };

/* In the environment of a program that was entered. */
static const char installed_path[] = "FLEETLEDGER_INSTALLED";
static const char installed_commit[] = "FLEETLEDGER_INSTALLED_COMMIT";

static const char *const file_names[] = {
    "program", "release-manifest.json", "release-manifest.json.sig"};
enum { THE_PROGRAM, THE_DOCUMENT, THE_SIGNATURE };

static const struct field applied_fields[] = {
    {TEXT(applied, version), .tag = 1, .flags = REQUIRED, .max = 64,
     .doc = "Version of the release."},
    {TEXT(applied, sha256), .tag = 2, .flags = REQUIRED, .min = DIGEST_DIGITS, .max = DIGEST_DIGITS,
     .doc = "SHA-256 of its program."},
    {TEXT(applied, over), .tag = 3, .flags = REQUIRED, .max = 255,
     .doc = "Commit of the installed program that it runs in place of."},
    {INT64(applied, starts), .tag = 4, .flags = REQUIRED, .doc = "How often it was started."},
    {BOOL(applied, is_proven), .tag = 5, .doc = "Whether it came up."},
    {UUID(applied, order), .tag = 7, .flags = REQUIRED, .doc = "Upon which order it was chosen."},
    {TEXT(applied, problem), .tag = 6, .max = ERROR_TEXT_SIZE,
     .doc = "Why it does not run; absent where it does."},
};
static const struct shape applied_shape = SHAPE(applied, "The release that was applied.");

static const char *place_of(const char *home, struct arena *arena)
{
    return text_format(arena, "%s/releases", home).data;
}

static const char *path_of(const char *home, struct text sha256, int file, struct arena *arena)
{
    return text_format(arena, "%s/releases/%.*s/%s", home, TEXT_ARGS(sha256), file_names[file])
        .data;
}

static const char *choice_of(const char *home, struct arena *arena)
{
    return text_format(arena, "%s/releases/applied.json", home).data;
}

const char *applied_program(const char *home, struct text sha256, struct arena *arena)
{
    return path_of(home, sha256, THE_PROGRAM, arena);
}

/* The choice. */

static bool is_digest(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        if (strchr("0123456789abcdef", t.data[i]) == NULL)
            return false;
    }
    return t.size == DIGEST_DIGITS;
}

enum status
applied_read(const char *home, struct arena *arena, struct applied *out, struct error *error)
{
    struct text content = {NULL, 0};
    enum status status = files_read(choice_of(home, arena), FILE_BYTES, arena, &content, error);

    if (status == STATUS_OK)
        status = shape_json_read(&applied_shape, content, arena, out, error);
    if (status == STATUS_OK && !is_digest(out->sha256))
        status = error_set(error, STATUS_INVALID, "applied.json names no digest");
    return status;
}

static enum status save(const char *home, const struct applied *applied, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    AUTO_BUF out = {0};

    buf_init(&out, FILE_BYTES);
    shape_json_write(&applied_shape, applied, &out);
    buf_add_char(&out, '\n');
    return files_replace(choice_of(home, arena), buf_text(&out), error);
}

enum status applied_choose(const char *home, const struct applied *choice, struct error *error)
{
    return save(home, choice, error);
}

void applied_prove(const char *home)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct applied applied = {.starts = 0};
    struct error error;

    if (!applied_is_entered() || applied_read(home, arena, &applied, &error) != STATUS_OK ||
        opt_bool_is_true(applied.is_proven))
        return;
    applied.is_proven = OPT_TRUE;
    if (save(home, &applied, &error) != STATUS_OK)
        log_warning("upgrade.not_proven", log_cause(&error));
}

bool applied_is_on_trial(const char *home)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct applied applied = {.starts = 0};

    return applied_is_entered() && applied_read(home, arena, &applied, NULL) == STATUS_OK &&
           !opt_bool_is_true(applied.is_proven);
}

/* Laying ready. */

static void remove_release(const char *home, struct text sha256)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    for (int file = 0; file < (int)COUNT_OF(file_names); file++)
        (void)unlink(path_of(home, sha256, file, arena));
    (void)rmdir(text_format(arena, "%s/releases/%.*s", home, TEXT_ARGS(sha256)).data);
}

/* What was laid ready before, but for the one that runs: nobody asks for it any more. */
static void remove_others(const char *home, struct text kept)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    DIR *directory = opendir(place_of(home, arena));
    const struct dirent *entry;

    if (directory == NULL)
        return;
    for (int i = 0; i < MOST_DIRECTORIES && (entry = readdir(directory)) != NULL; i++) {
        struct text name = text_from(entry->d_name);
        if (is_digest(name) && !text_equal(name, kept))
            remove_release(home, name);
    }
    (void)closedir(directory);
}

static enum status try_out(
    const char *path, const struct program_claim *claim, struct text commit, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct program_name name = {.version = {NULL, 0}};
    enum status status = program_try(path, arena, &name, error);

    if (status != STATUS_OK ||
        (text_equal(name.version, claim->version) && text_equal(name.commit, commit)))
        return status;
    return error_set(
        error, STATUS_INVALID,
        "the new program says that it is version %.*s of commit %.*s, and not %.*s of %.*s",
        TEXT_ARGS(text_first_bytes(name.version, 64)), TEXT_ARGS(text_first_bytes(name.commit, 64)),
        TEXT_ARGS(claim->version), TEXT_ARGS(text_first_bytes(commit, 64)));
}

/* Absent where none is. */
static struct text chosen(const char *home, struct arena *arena)
{
    struct applied applied = {.sha256 = {NULL, 0}};
    enum status status = applied_read(home, arena, &applied, NULL);

    return status == STATUS_OK ? applied.sha256 : (struct text){NULL, 0};
}

static struct text digest_of(struct text content, struct arena *arena)
{
    struct digest digest = sha256(bytes_of_text(content));

    return hex_encode(arena, (struct bytes){digest.bytes, sizeof(digest.bytes)});
}

enum status applied_lay_ready(
    const char *home,
    const struct program_claim *claim,
    struct text commit,
    struct text content,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text sha256 = digest_of(content, arena);
    const char *program = applied_program(home, sha256, arena);
    enum status status;

    remove_others(home, chosen(home, arena));
    status = files_make_directory(
        text_format(arena, "%s/releases/%.*s", home, TEXT_ARGS(sha256)).data, error);
    if (status == STATUS_OK)
        status = program_write(program, content, error);
    if (status == STATUS_OK)
        status = files_replace(path_of(home, sha256, THE_DOCUMENT, arena), claim->document, error);
    if (status == STATUS_OK)
        status =
            files_replace(path_of(home, sha256, THE_SIGNATURE, arena), claim->signature, error);
    if (status == STATUS_OK)
        status = try_out(program, claim, commit, error);
    if (status != STATUS_OK)
        remove_release(home, sha256);
    return status;
}

/* Entering. */

bool applied_is_entered(void)
{
    return getenv(installed_path) != NULL;
}

struct text applied_installed_commit(struct text own_commit)
{
    const char *commit = getenv(installed_commit);

    return commit == NULL ? own_commit : text_from(commit);
}

/* What another user may write is not run: they would be this one. */
static enum status must_be_own(const char *path, struct error *error)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return files_fail(error, "read", path, errno);
    if (st.st_uid == geteuid() && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return STATUS_OK;
    return error_set(
        error, STATUS_FORBIDDEN, "%.200s is not a file that this user alone can write", path);
}

/* Is it, byte by byte, what the key has signed? */
static enum status
check(const struct applied_start *start, const struct applied *applied, struct error *error)
{
    AUTO_ARENA arena = arena_new(APPLIED_MOST_BYTES + RELEASE_ARENA_BYTES);
    const char *program = applied_program(start->home, applied->sha256, arena);
    struct program_claim claim = {.version = applied->version};
    struct text content = {NULL, 0};
    struct text wanted = {NULL, 0};
    enum status status = must_be_own(program, error);

    if (status == STATUS_OK)
        status = files_read(
            path_of(start->home, applied->sha256, THE_DOCUMENT, arena), RELEASE_DOCUMENT_BYTES,
            arena, &claim.document, error);
    if (status == STATUS_OK)
        status = files_read(
            path_of(start->home, applied->sha256, THE_SIGNATURE, arena), RELEASE_SIGNATURE_BYTES,
            arena, &claim.signature, error);
    if (status == STATUS_OK)
        status = program_signed_digest(start->key, &claim, arena, &wanted, error);
    if (status == STATUS_OK)
        status = files_read(program, APPLIED_MOST_BYTES, arena, &content, error);
    if (status == STATUS_OK &&
        !(text_equal(wanted, applied->sha256) && release_has_digest(content, wanted)))
        status =
            error_set(error, STATUS_CORRUPT, "%.200s is not the program that was signed", program);
    return status;
}

static enum status
give_up(const struct applied_start *start, struct applied *applied, const struct error *why)
{
    struct error error;

    applied->problem = text_from(why->text);
    if (save(start->home, applied, &error) != STATUS_OK)
        log_warning("upgrade.not_saved", log_cause(&error));
    return why->status;
}

/* A start that nobody counts could go on for ever. */
static enum status
count_start(const struct applied_start *start, struct applied *applied, struct error *error)
{
    if (opt_bool_is_true(applied->is_proven) || !start->serves)
        return STATUS_OK;
    if (applied->starts >= APPLIED_MOST_STARTS)
        return error_set(
            error, STATUS_UNAVAILABLE, "release %.*s was started %d times and did not come up",
            TEXT_ARGS(applied->version), APPLIED_MOST_STARTS);
    applied->starts++;
    return save(start->home, applied, error);
}

static enum status
enter(const struct applied_start *start, const struct applied *applied, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *program = applied_program(start->home, applied->sha256, arena);
    char own[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", own, sizeof(own) - 1);
    enum status status;

    if (size < 0)
        return files_fail(error, "read", "/proc/self/exe", errno);
    own[size] = '\0';
    if (setenv(installed_path, own, 1) != 0 ||
        setenv(installed_commit, text_c(arena, start->own_commit), 1) != 0)
        return files_fail(error, "start", program, errno);
    (void)execv(program, start->argv);
    status = files_fail(error, "start", program, errno);
    (void)unsetenv(installed_path);
    (void)unsetenv(installed_commit);
    return status;
}

/* Is there one that this program is to make way for? */
static bool is_to_run(const struct applied_start *start, const struct applied *applied)
{
    if (text_is_present(applied->problem))
        return false;
    return start->serves || opt_bool_is_true(applied->is_proven);
}

enum status applied_enter(const struct applied_start *start, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct applied applied = {.starts = 0};
    enum status status = STATUS_OK;

    if (start->key.size == 0 || applied_is_entered() ||
        applied_read(start->home, arena, &applied, NULL) != STATUS_OK ||
        !is_to_run(start, &applied))
        return STATUS_OK;
    if (!text_equal(applied.over, start->own_commit))
        status = error_set(
            error, STATUS_STALE, "another program was installed since release %.*s was applied",
            TEXT_ARGS(applied.version));
    if (status == STATUS_OK)
        status = count_start(start, &applied, error);
    if (status == STATUS_OK)
        status = check(start, &applied, error);
    if (status == STATUS_OK)
        status = enter(start, &applied, error);
    return status == STATUS_OK || !start->serves ? status : give_up(start, &applied, error);
}

void applied_begin_anew(char *const *argv)
{
    const char *installed = getenv(installed_path);
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (installed != NULL && strlen(installed) < sizeof(path))
        size = snprintf(path, sizeof(path), "%s", installed);
    if (size < 0)
        return;
    path[size] = '\0';
    (void)unsetenv(installed_path);
    (void)unsetenv(installed_commit);
    (void)execv(path, argv);
}
