/*
 * One way for all three: look, open, and where that fails for damage set aside and open again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/derived_files.h"

#include "commands/fold.h"
#include "commands/platform/platform.h"
#include "core/base/log.h"
#include "core/base/timestamp.h"
#include "core/run/crash_note.h"
#include "eventlog/damage.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_index.h"
#include "eventlog/seal.h"
#include "eventlog/telemetry.h"

#include <limits.h>
#include <stdio.h>

enum { KEYS_AT_ONCE = 1000 };

struct opening {
    const char *home;
    struct ledger *log;
    struct derived_files *files;
    bool is_thorough; /* the last run died of a fault */
};

/* The root of the ledger's beginning tells whether the model is folded from it; a model that is ahead of
 * a ledger restored from its backup is folded anew. */
static enum status fill_model(const struct opening *opening, struct error *error)
{
    struct model *model = opening->files->model;

    if (ledger_size(opening->log) == 0 && model_size(model) > 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "ledger_missing",
            "ledger.mdb in %s is empty, but model.mdb was folded from %llu events: restore ledger.mdb "
            "from its backup",
            opening->home, (unsigned long long)model_size(model));
    return fold_catch_up(model, opening->log, ledger_size(opening->log), NULL, NULL, error);
}

static enum status open_model(const struct opening *opening, struct error *error)
{
    return model_open(opening->home, fold_fingerprint(), &opening->files->model, error);
}

static enum status open_index(const struct opening *opening, struct error *error)
{
    return ledger_index_open(opening->home, opening->log, false, &opening->files->index, error);
}

static enum status open_telemetry(const struct opening *opening, struct error *error)
{
    return telemetry_open(opening->home, &opening->files->telemetry, error);
}

static const struct derived_kind {
    const char *name;
    enum status (*open)(const struct opening *opening, struct error *error);
    enum status (*fill)(
        const struct opening *opening, struct error *error); /* NULL: later, or never */
} kinds[] = {
    {"model.mdb", open_model, fill_model},
    {"index.mdb", open_index, NULL},
    {"telemetry.mdb", open_telemetry, NULL},
};

static void say_set_aside(
    const struct derived_kind *kind, const struct set_aside_name *kept, const struct error *why)
{
    log_warning(
        "derived.set_aside", log_c("file", kind->name), log_c("kept_as", kept->text),
        log_cause(why));
}

/* Fills `kept` when the file was set aside. */
static enum status open_whole(
    const struct opening *opening,
    const struct derived_kind *kind,
    struct set_aside_name *kept,
    struct error *error)
{
    struct error why = {0};
    enum status status =
        damage_set_aside(opening->home, kind->name, opening->is_thorough, kept, &why);

    if (status == STATUS_OK && kept->text[0] == '\0')
        status = kind->open(opening, &why);
    if (status == STATUS_CORRUPT)
        status = set_aside(opening->home, kind->name, kept, error);
    else if (status != STATUS_OK && error != NULL)
        *error = why;
    if (status != STATUS_OK || kept->text[0] == '\0')
        return status;
    say_set_aside(kind, kept, &why);
    return kind->open(opening, error);
}

static enum status
open_one(const struct opening *opening, const struct derived_kind *kind, struct error *error)
{
    struct set_aside_name kept = {""};
    int64_t began_us = monotonic_us();
    enum status status = open_whole(opening, kind, &kept, error);

    if (status == STATUS_OK && kind->fill != NULL)
        status = kind->fill(opening, error);
    if (status == STATUS_OK && kept.text[0] != '\0')
        log_info(
            "derived.made_again", log_c("file", kind->name),
            log_int64("ms", (monotonic_us() - began_us) / US_PER_MS));
    return status;
}

enum status derived_files_open(
    const char *home, struct ledger *log, struct derived_files *out, struct error *error)
{
    struct opening opening = {.home = home, .log = log, .files = out};
    char note[PATH_MAX];
    enum status status = STATUS_OK;

    *out = (struct derived_files){.model = NULL};
    if (snprintf(note, sizeof(note), "%s/crashed", home) >= (int)sizeof(note) ||
        !crash_note_arm(note))
        return error_set(error, STATUS_UNAVAILABLE, "the name of the home is too long");
    opening.is_thorough = crash_note_is_there(note);
    for (size_t i = 0; i < COUNT_OF(kinds) && status == STATUS_OK; i++)
        status = open_one(&opening, &kinds[i], error);
    if (status == STATUS_OK)
        crash_note_clear(note);
    return status;
}

void derived_files_close(struct derived_files *files)
{
    ledger_index_close(files->index);
    telemetry_close(files->telemetry);
    model_close(files->model);
    *files = (struct derived_files){.model = NULL};
}

struct settling {
    struct keyring *keyring;
    uint8_t names[KEYS_AT_ONCE * KEY_ROW_NAME_SIZE];
    size_t size;
    enum status status;
    uint64_t brought_back;
    struct error *error;
};

static void settle(struct settling *settling)
{
    uint64_t were_there = 0;

    if (settling->status == STATUS_OK)
        settling->status = keyring_destroy(
            settling->keyring, (struct bytes){settling->names, settling->size}, &were_there,
            settling->error);
    settling->brought_back += were_there;
    settling->size = 0;
}

static void add_name(struct uuid subject, const uint8_t *key_id, void *context)
{
    struct settling *settling = context;

    keyring_row_name(subject, key_id, settling->names + settling->size);
    settling->size += KEY_ROW_NAME_SIZE;
    if (settling->size == sizeof(settling->names))
        settle(settling);
}

enum status derived_files_settle_keys(
    const struct derived_files *files, struct keyring *keyring, struct error *error)
{
    struct settling settling = {.keyring = keyring, .status = STATUS_OK, .error = error};

    platform_each_destroyed_key(files->model, add_name, &settling);
    settle(&settling);
    if (settling.brought_back > 0)
        log_warning("keys.destroyed_again", log_int64("count", (int64_t)settling.brought_back));
    return settling.status;
}
