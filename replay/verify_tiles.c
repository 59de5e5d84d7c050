/*
 * The files of a directory, as a log.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/verify_tiles.h"

#include "eventlog/tile_check.h"
#include "replay/exit_codes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20, BLOCK_BYTES = 65536 };

/* Where the files are. */
struct copy {
    const char *directory;
};

static enum status read_whole(int file, const char *path, struct buf *out, struct error *error)
{
    char block[BLOCK_BYTES];
    ssize_t size = 0;

    while ((size = read(file, block, sizeof(block))) > 0 && !buf_is_full(out))
        buf_add(out, block, (size_t)size);
    if (size < 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "%s cannot be read: %s", path, strerrordesc_np(errno));
    if (buf_is_full(out))
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged", "%s is larger than it may be", path);
    return STATUS_OK;
}

static enum status
read_in_directory(void *context, const char *path, struct buf *out, struct error *error)
{
    char whole[PATH_MAX];
    enum status status;
    int file;

    snprintf(whole, sizeof(whole), "%s/%s", ((const struct copy *)context)->directory, path);
    file = open(whole, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set(
            error, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE,
            "%s cannot be opened: %s", whole, strerrordesc_np(errno));
    status = read_whole(file, path, out, error);
    close(file);
    return status;
}

static enum status read_checkpoint(
    const struct tile_source *source,
    struct arena *arena,
    const struct note_key *key,
    struct checkpoint *out,
    struct error *error)
{
    AUTO_BUF note = {0};
    struct text text;
    enum status status;

    buf_init(&note, NOTE_MAX_BYTES);
    status = source->read(source->context, "checkpoint", &note, error);
    if (status != STATUS_OK)
        return status;
    if (!note_verify(arena, text_copy(arena, buf_text(&note)), key, &text) ||
        !checkpoint_parse(arena, text, out) || !text_equal(out->origin, key->name))
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged",
            "checkpoint is not signed by the key of %.*s", TEXT_ARGS(key->name));
    return STATUS_OK;
}

static enum status
check(const char *directory, struct text vkey, struct arena *arena, struct error *error)
{
    struct copy copy = {directory};
    const struct tile_source source = {read_in_directory, &copy};
    struct checkpoint checkpoint;
    struct note_key key;
    enum status status;

    if (!note_key_parse(arena, text_trim(vkey), &key))
        return error_set(
            error, STATUS_INVALID,
            "--key is no verifier key: it is <name>+<8 hexadecimal digits>+<Base64>");
    status = read_checkpoint(&source, arena, &key, &checkpoint, error);
    if (status == STATUS_OK)
        status = tile_check(&source, &checkpoint, error);
    if (status == STATUS_OK)
        printf(
            "%.*s of size %llu: checkpoint, every entry and every tile hold\n",
            TEXT_ARGS(checkpoint.origin), (unsigned long long)checkpoint.size);
    return status;
}

int verify_tiles(struct text directory, struct text key)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error;
    enum status status = check(text_copy(arena, directory).data, key, arena, &error);

    if (status == STATUS_OK)
        return fflush(stdout) == 0 ? EXIT_HOLDS : EXIT_TROUBLE;
    fprintf(stderr, "fleetledger verify: %s\n", error.text);
    return status == STATUS_CORRUPT ? EXIT_DIFFERS : EXIT_TROUBLE;
}
