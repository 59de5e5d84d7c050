/*
 * What was signed of the ledger: kept again, and held against what was restored. The newest that is kept is what the
 * server looks at when it starts, so it signs nothing that contradicts it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/files/file_read.h"
#include "core/outbound/fetch.h"
#include "eventlog/checkpoints.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "eventlog/signed_past.h"
#include "replay/log_source.h"
#include "replay/restore_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum status read_checkpoint(struct restore *restore, struct text *out, struct error *error)
{
    const struct fetch_server server = {
        .url = restore->options->checkpoint, .ca_file = restore->options->ca_file};
    struct fetch *fetch = NULL;
    AUTO_BUF note = {0};
    enum status status;

    if (!text_contains(server.url, text_lit("://"))) {
        status = file_read(restore->arena, server.url, NOTE_MAX_BYTES, out, error);
        if (status != STATUS_OK && error != NULL)
            error_context(error, "--checkpoint");
        return status;
    }
    buf_init(&note, NOTE_MAX_BYTES);
    status = fetch_open(&server, &fetch, error);
    if (status == STATUS_OK)
        status = fetch_get(fetch, text_lit(LOG_PATH "checkpoint"), &note, error);
    fetch_close(fetch);
    *out = text_copy(restore->arena, buf_text(&note));
    return status;
}

/* Does the restored ledger continue it? What was signed under a former origin says nothing of it. */
static enum status judge(
    struct restore *restore,
    const struct signed_past *past,
    struct text note,
    bool *out_holds,
    struct error *error)
{
    struct restore_anchor *anchor = &restore->anchors[restore->anchor_count];
    struct checkpoint said = {.size = 0};
    struct said held;
    struct error why = {0};
    enum status status = signed_past_check(past, restore->arena, note, &held, &why);

    *out_holds = status != STATUS_CONFLICT;
    if (status != STATUS_OK && status != STATUS_CONFLICT && status != STATUS_STALE) {
        *error = why;
        return status;
    }
    must(
        checkpoint_parse(restore->arena, note, &said) &&
        restore->anchor_count < RESTORE_MOST_ANCHORS);
    *anchor = (struct restore_anchor){
        .origin = said.origin,
        .size = (int64_t)said.size,
        .root = bytes_copy(restore->arena, (struct bytes){said.root.bytes, DIGEST_SIZE}),
        .holds = opt_bool_of(*out_holds),
    };
    restore->anchor_count++;
    if (!*out_holds)
        restore->is_contradicted = true;
    return STATUS_OK;
}

/* One that is newer than all that are kept, or that contradicts, is kept as the newest: the server looks at that
 * one when it starts. */
static enum status judge_given(
    struct restore *restore,
    const struct signed_past *past,
    struct checkpoints *kept,
    const struct kept_checkpoint *newest,
    struct error *error)
{
    struct kept_checkpoint given = {.signed_at = timestamp_now()};
    struct checkpoint said;
    struct checkpoint known;
    bool holds = true;
    enum status status = read_checkpoint(restore, &given.note, error);

    if (status == STATUS_OK)
        status = judge(restore, past, given.note, &holds, error);
    if (status != STATUS_OK) {
        error_context(error, "--checkpoint");
        return status;
    }
    if (!checkpoint_parse(restore->arena, given.note, &said) ||
        !checkpoint_parse(restore->arena, newest->note, &known))
        return error_set(error, STATUS_CORRUPT, "the backup holds what is no checkpoint");
    if (holds && said.size <= known.size)
        return STATUS_OK;
    return checkpoints_keep(kept, &given, error);
}

static enum status
judge_kept(struct restore *restore, const struct signed_past *past, struct error *error)
{
    struct checkpoints *kept = NULL;
    struct kept_checkpoint newest = {.signed_at = {0}};
    bool holds = false;
    enum status status = checkpoints_open(restore->aside, false, &kept, error);

    if (status == STATUS_OK)
        status = checkpoints_newest(kept, restore->arena, &newest, error);
    if (status == STATUS_NOT_FOUND)
        status = error_set_code(
            error, STATUS_CORRUPT, "not_signed", "the backup has no checkpoints that were signed");
    if (status == STATUS_OK)
        status = judge(restore, past, newest.note, &holds, error);
    if (status == STATUS_OK && text_is_present(restore->options->checkpoint))
        status = judge_given(restore, past, kept, &newest, error);
    checkpoints_close(kept);
    return status;
}

/* A backup may be of a time before the key-encryption key was rotated. */
enum status restore_open_keys(struct restore *restore, struct keyring **out, struct error *error)
{
    return keyring_open_with(
        &(struct keyring_settings){
            .home = restore->aside,
            .secret = restore->settings->secret,
            .former = restore->settings->former_secret,
            .is_read_only = true},
        out, error);
}

enum status restore_hold_against(struct restore *restore, struct ledger *log, struct error *error)
{
    struct keyring *keyring = NULL;
    struct signed_past past = {.log = log, .identity = &restore->facts.identity};
    enum status status = restore_open_keys(restore, &keyring, error);

    past.keyring = keyring;
    if (status == STATUS_OK)
        status = judge_kept(restore, &past, error);
    keyring_close(keyring);
    return status;
}
