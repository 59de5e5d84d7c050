/*
 * Believing a key and nobody else; writing a program and asking it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/release/program.h"

#include "core/base/buf.h"
#include "core/base/files.h"
#include "core/base/must.h"
#include "core/release/release.h"
#include "core/run/one_run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { ANSWER_BYTES = 4096, TRY_S = 10 };

struct text program_arch(struct arena *arena)
{
    static const char *const names[][2] = {{"x86_64", "amd64"}, {"aarch64", "arm64"}};
    struct utsname system;

    must(uname(&system) == 0);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i][0], system.machine) == 0)
            return text_from(names[i][1]);
    }
    return text_copy(arena, text_from(system.machine));
}

enum status program_signed_digest(
    struct text key,
    const struct program_claim *claim,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    uint8_t bytes[RELEASE_KEY_SIZE];
    const struct release_artifact *artifact = NULL;
    const struct release *release;

    if (!release_key_read(key, bytes) ||
        !release_is_signed(bytes, claim->document, claim->signature))
        return error_set(
            error, STATUS_FORBIDDEN,
            "the release is not signed by the key that this machine trusts");
    release = release_find(release_read_all(claim->document, arena), claim->version);
    if (release != NULL)
        artifact = release_artifact_for(release, program_arch(arena));
    if (artifact == NULL)
        return error_set(
            error, STATUS_FORBIDDEN, "what was signed names no such program for this machine");
    *out = artifact->sha256;
    return STATUS_OK;
}

enum status program_write(const char *path, struct text content, struct error *error)
{
    int file;
    size_t written = 0;
    enum status status = STATUS_OK;

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
    if (written < content.size || fchmod(file, 0755) != 0 || fsync(file) != 0)
        status = files_fail(error, "write", path, errno);
    close(file);
    return status;
}

/* "name 1.4.0 (commit 1a2b3c4d5e6f; …)" */
static void read_name(struct text said, struct arena *arena, struct program_name *out)
{
    static const struct text before_commit = TEXT_OF("(commit ");
    struct text rest = text_cut(&said, '\n');

    (void)text_cut(&rest, ' ');
    out->version = text_is_present(rest) ? text_copy(arena, text_cut(&rest, ' ')) : text_lit("");
    out->commit = (struct text){NULL, 0};
    if (!text_is_present(rest) || !text_starts_with(rest, before_commit))
        return;
    rest = text_slice(rest, before_commit.size, rest.size - before_commit.size);
    out->commit = text_copy(arena, text_slice(rest, 0, text_find(rest, ';', 0)));
}

enum status
program_try(const char *path, struct arena *arena, struct program_name *out, struct error *error)
{
    const char *argv[] = {path, "version", NULL};
    const struct one_run run = {.argv = argv, .most_seconds = TRY_S};
    AUTO_BUF answer = {0};
    int code = -1;

    buf_init(&answer, ANSWER_BYTES);
    if (one_run(&run, &answer, &code, error) != STATUS_OK || code != 0)
        return error_set(
            error, STATUS_INVALID, "the new program does not start, or does not say its version");
    read_name(buf_text(&answer), arena, out);
    return STATUS_OK;
}
