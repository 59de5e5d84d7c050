/*
 * One part after another, in the order in which they depend on each other. All work happens in an
 * own directory below the home, which a lock keeps from a second verify and which is emptied before
 * and after; so one that was killed leaves nothing for long.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/verify.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/crypto/dsse.h"
#include "projections/data_dir.h"
#include "replay/body_check.h"
#include "replay/exit_codes.h"
#include "replay/verify_elsewhere.h"
#include "replay/verify_internal.h"
#include "replay/workspace.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 64 << 20, MOST_PARTS = 5 };

static const struct field verify_options_fields[] = {
    {BOOL(verify_options, ledger_only), .doc = "Check the ledger alone."},
    {BOOL(verify_options, json), .doc = "Print what was found as JSON."},
    {TEXT(verify_options, root_key), .min = 43, .max = 44, .accepts = dsse_is_key,
     .rule = "--root-key must be an Ed25519 public key: 32 bytes in Base64",
     .doc = "Product root key (Base64) that grants of roles must go back to. Have it from whoever "
            "signs them, not from the server."},
    {TEXT(verify_options, tiles), .min = 1, .max = 4000,
     .doc = "Directory with a copy of a checkpoint and its tiles, to check in place of the home."},
    {TEXT(verify_options, url), .min = 1, .max = 2000,
     .doc = "Address of a server whose ledger is checked in place of the home."},
    {TEXT(verify_options, proof), .min = 1, .max = 4000,
     .doc = "File with a receipt (.tlog-proof), to check in place of the home."},
    {TEXT(verify_options, key), .min = 1, .max = 8000,
     .doc =
         "Key that verifies its checkpoints, as /api/v1/ledger/key shows it; several with blanks "
         "between them, while a ledger changes its key. Have it from its operators, not from the "
         "server that is checked."},
    {TEXT(verify_options, entry), .min = 1, .max = 4000,
     .doc = "File with the entry that the receipt is of, where the receipt does not have it."},
    {TEXT(verify_options, token_file), .min = 1, .max = 4000,
     .doc = "File whose first line is an access token for the server, read anew for each request. "
            "Without it, FLEETLEDGER_TOKEN; neither is needed where LEDGER_PUBLIC is set."},
    {TEXT(verify_options, ca_file), .min = 1, .max = 4000,
     .doc = "File with certificates of authorities (PEM) to trust in place of the system's."},
    {TEXT(verify_options, copy), .min = 1, .max = 4000,
     .doc = "Directory that keeps what was fetched, and the largest checkpoint seen: the next run "
            "fetches only news, and accepts no less. --tiles checks it without the server."},
    {INT64(verify_options, bodies), .min = 1, .max = BODY_CHECK_MOST,
     .doc =
         "Compare so many bodies of the server's events, chosen by chance, with the digests that were "
         "signed, too. It takes a platform auditor's token, and each is a look on record."},
    {BOOL(verify_options, follow), .doc = "Go on watching the server, until something is wrong."},
    {INT64(verify_options, every), .flags = HAS_FALLBACK, .fallback = 5, .min = 1, .max = 3600,
     .doc = "Seconds between two looks."},
    {INT64(verify_options, silence), .flags = HAS_FALLBACK, .fallback = 4500, .min = 1,
     .max = 1000000,
     .doc =
         "Seconds without a new signature that are too long. A server signs every hour at least."},
    {INT64(verify_options, unreachable), .flags = HAS_FALLBACK, .fallback = 300, .min = 0,
     .max = 1000000, .doc = "Seconds without an answer that are too long."},
};
const struct shape verify_options_shape = SHAPE(verify_options, "What is checked, how it is told.");

/* Gives the descriptor that holds the lock. */
static enum status take_workspace(struct verify *verify, int *out_lock, struct error *error)
{
    char real[PATH_MAX];

    if (realpath(verify->settings->path, real) == NULL)
        return error_set(error, STATUS_NOT_FOUND, "the home is gone");
    verify->home = text_copy(verify->arena, text_from(real)).data;
    verify->workspace = text_format(verify->arena, "%s/verify", verify->home).data;
    return workspace_take(verify->workspace, "verify", out_lock, error);
}

static void leave_out(const char *name, struct part *out)
{
    *out = (struct part){.part = text_from(name)};
    part_conclude(
        out, VERDICT_UNCHECKED, 0, text_lit("not checked, because the ledger could not be read"));
}

/* In the order in which they depend on each other. */
static const struct {
    const char *name;
    void (*work)(const struct verify *verify, struct child_report *report); /* NULL: the rows */
} order[MOST_PARTS] = {
    {"ledger", verify_ledger}, {"keys", verify_keys}, {"write model", verify_model},
    {"index", verify_index},   {"read models", NULL},
};

static void check_part(struct verify *verify, size_t number, struct part *out)
{
    int64_t began_us = monotonic_us();

    if (order[number].work == NULL)
        verify_rows(verify, out);
    else
        verify_in_child(verify, order[number].name, order[number].work, out);
    out->seconds = (double)(monotonic_us() - began_us) / US_PER_S;
}

/* Beside a server that goes on, later parts are checked further; what is said of all is one size. */
static void settle_size(struct verify *verify, struct part *part)
{
    if (verify->size == 0)
        verify->size = (uint64_t)part->events;
    else if (part->events > (int64_t)verify->size)
        part->events = (int64_t)verify->size;
}

static size_t check_parts(
    struct verify *verify, const struct verify_options *options, struct part parts[MOST_PARTS])
{
    size_t count = opt_bool_is_true(options->ledger_only) ? 1 : MOST_PARTS;

    for (size_t i = 0; i < count; i++) {
        if (stopping_is_wanted(&verify->stopping, 0))
            return i;
        if (i > 0 && parts[0].verdict.is != VERDICT_OK)
            leave_out(order[i].name, &parts[i]);
        else
            check_part(verify, i, &parts[i]);
        settle_size(verify, &parts[i]);
    }
    return count;
}

static int check(struct verify *verify, const struct verify_options *options, struct error *error)
{
    struct part parts[MOST_PARTS];
    size_t count;
    int lock = -1;

    if (text_is_present(options->root_key))
        must(base64_decode(verify->arena, options->root_key, &verify->root_key));

    if (data_dir_has_ledger(verify->settings, error) != STATUS_OK ||
        take_workspace(verify, &lock, error) != STATUS_OK) {
        fprintf(stderr, "fleetledger verify: %s\n", error->text);
        return EXIT_TROUBLE;
    }
    count = check_parts(verify, options, parts);
    workspace_leave(verify->workspace, lock);
    if (stopping_is_wanted(&verify->stopping, 0)) {
        fprintf(stderr, "fleetledger verify: interrupted\n");
        return EXIT_INTERRUPTED;
    }
    return report_print(parts, count, opt_bool_is_true(options->json));
}

int verify_run(const struct data_dir_settings *settings, const struct verify_options *options)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct verify verify = {.settings = settings, .arena = arena};
    struct error error = {0};
    int code;

    if (verify_is_elsewhere(options))
        return verify_elsewhere(options);
    stopping_begin(&verify.stopping);
    code = check(&verify, options, &error);
    stopping_end(&verify.stopping);
    return code;
}
