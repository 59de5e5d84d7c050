/*
 * Which of the three, by which key; and what came of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/verify_elsewhere.h"

#include "core/files/file_read.h"
#include "eventlog/receipt.h"
#include "eventlog/record.h"
#include "eventlog/tile_check.h"
#include "replay/exit_codes.h"
#include "replay/log_copy.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 4 << 20 };

bool verify_is_elsewhere(const struct verify_options *options)
{
    return text_is_present(options->tiles) || text_is_present(options->url) ||
           text_is_present(options->proof) || text_is_present(options->copy) ||
           opt_bool_is_true(options->follow) || options->bodies != INT64_ABSENT;
}

/* A copy in a directory. */

static enum status read_checkpoint(
    struct log_copy *copy,
    struct arena *arena,
    const struct note_keys *keys,
    struct checkpoint *out,
    struct error *error)
{
    AUTO_BUF note = {0};
    enum status status;

    buf_init(&note, NOTE_MAX_BYTES);
    status = log_copy_read(copy, "checkpoint", &note, error);
    if (status != STATUS_OK)
        return status;
    if (!checkpoint_verify(arena, text_copy(arena, buf_text(&note)), keys, out))
        return error_set_code(
            error, STATUS_CORRUPT, "not_signed", "checkpoint is not signed by the key of %.*s",
            TEXT_ARGS(keys->keys[0].name));
    return STATUS_OK;
}

enum status verify_tiles(
    const struct verify_options *options,
    const struct note_keys *keys,
    struct arena *arena,
    struct error *error)
{
    struct log_copy *copy = NULL;
    struct checkpoint checkpoint;
    enum status status = log_copy_open(options->tiles, LOG_COPY_READ, &copy, error);

    if (status == STATUS_OK)
        status = read_checkpoint(copy, arena, keys, &checkpoint, error);
    if (status == STATUS_OK)
        status = tile_check(&(struct tile_source){log_copy_read, copy}, &checkpoint, error);
    log_copy_close(copy);
    if (status == STATUS_OK)
        verified_print(
            options,
            &(struct verified){
                .checkpoint = &checkpoint,
                .position = UINT64_MAX,
                .sentence = text_format(
                    arena, "%.*s of size %llu: checkpoint, every entry and every tile hold",
                    TEXT_ARGS(checkpoint.origin), (unsigned long long)checkpoint.size),
            });
    return status;
}

/* A receipt. */

static enum status find_entry(
    const struct verify_options *options,
    struct arena *arena,
    const struct receipt *receipt,
    struct bytes *out,
    struct error *error)
{
    struct text entry = text_of_bytes(receipt->entry);
    enum status status = STATUS_OK;

    if (text_is_present(options->entry))
        status = file_read(arena, options->entry, ENTRY_MAX_BYTES, &entry, error);
    if (status == STATUS_OK && !text_is_present(entry))
        return error_set_code(
            error, STATUS_INVALID, "entry_missing",
            "the receipt does not have the entry that it is of: name a file with it by --entry");
    *out = bytes_of_text(entry);
    return status;
}

/* What it is that was proven; absent for an event of another kind of ledger. */
static struct text
describe_entry(struct arena *arena, const struct receipt *receipt, struct bytes packed)
{
    struct position position = {receipt->index};
    char at[TIMESTAMP_TEXT_SIZE];
    char id[UUID_TEXT_SIZE];
    struct entry entry;

    if (entry_decode(position, packed, arena, &entry, NULL) != STATUS_OK)
        return (struct text){NULL, 0};
    timestamp_print(entry.recorded_at, at);
    uuid_print(entry.event_id, id);
    return text_format(arena, "\nevent %s, %.*s, recorded at %s", id, TEXT_ARGS(entry.type), at);
}

enum status verify_proof(
    const struct verify_options *options,
    const struct note_keys *keys,
    struct arena *arena,
    struct error *error)
{
    struct checkpoint checkpoint;
    struct receipt receipt;
    struct bytes entry = {NULL, 0};
    struct text text = {NULL, 0};
    enum status status = file_read(arena, options->proof, RECEIPT_MAX_BYTES, &text, error);

    if (status == STATUS_OK)
        status = receipt_parse(arena, text, &receipt, error);
    if (status == STATUS_OK)
        status = find_entry(options, arena, &receipt, &entry, error);
    if (status == STATUS_OK)
        status = receipt_check(arena, &receipt, entry, keys, &checkpoint, error);
    if (status != STATUS_OK)
        return status;
    verified_print(
        options,
        &(struct verified){
            .checkpoint = &checkpoint,
            .position = receipt.index,
            .sentence = text_format(
                arena,
                "%.*s, position %llu: the event is on the ledger of size %llu that was signed%.*s",
                TEXT_ARGS(checkpoint.origin), (unsigned long long)receipt.index,
                (unsigned long long)checkpoint.size,
                TEXT_ARGS(describe_entry(arena, &receipt, entry))),
        });
    return STATUS_OK;
}

/* All of them. */

static enum status one_of(const struct verify_options *options, struct error *error)
{
    int count = text_is_present(options->tiles) + text_is_present(options->url) +
                text_is_present(options->proof);
    bool is_kept = text_is_present(options->copy) || opt_bool_is_true(options->follow);

    if (count > 1)
        return error_set_code(
            error, STATUS_INVALID, "too_much_asked", "give one of --tiles, --url and --proof");
    if (is_kept && !text_is_present(options->url))
        return error_set_code(
            error, STATUS_INVALID, "url_missing",
            "--copy and --follow are of a server: give --url");
    if (options->bodies != INT64_ABSENT &&
        (!text_is_present(options->url) || opt_bool_is_true(options->follow)))
        return error_set_code(
            error, STATUS_INVALID, "too_much_asked",
            "--bodies is of one look at a server: give --url, and leave out --follow");
    if (opt_bool_is_true(options->ledger_only))
        return error_set_code(
            error, STATUS_INVALID, "too_much_asked", "--ledger-only is of a home");
    if (!text_is_present(options->key))
        return error_set_code(
            error, STATUS_INVALID, "key_missing",
            "without --key nothing is proven: have the key of the ledger from its operators");
    return STATUS_OK;
}

static enum status
check(const struct verify_options *options, struct arena *arena, struct error *error)
{
    struct note_keys keys;
    enum status status = one_of(options, error);

    if (status != STATUS_OK)
        return status;
    if (!note_keys_parse(arena, options->key, &keys))
        return error_set_code(
            error, STATUS_INVALID, "key_malformed",
            "--key is no verifier key: it is <name>+<8 hexadecimal digits>+<Base64>; several are "
            "of one name, with blanks between them");
    if (text_is_present(options->tiles))
        return verify_tiles(options, &keys, arena, error);
    if (text_is_present(options->proof))
        return verify_proof(options, &keys, arena, error);
    return verify_url(options, &keys, error);
}

int verify_elsewhere(const struct verify_options *options)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error;
    enum status status = check(options, arena, &error);

    if (status != STATUS_OK)
        verified_complain(options, &error);
    else if (fflush(stdout) != 0)
        return EXIT_TROUBLE;
    return exit_code_for(status);
}
