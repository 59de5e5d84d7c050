/*
 * Settling settings, before anything is begun.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "settled.h"

#include "commands/fold.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform.h"
#include "core/base/log.h"
#include "core/cluster/cluster.h"
#include "eventlog/model.h"
#include "replay/derived_files.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

void settled_home(struct settings *settings, struct arena *arena)
{
    static const char usual[] = "/var/lib/fleetledger";
    char working[PATH_MAX];
    struct text home = settings->home;

    if (text_is_present(settings_conninfo(settings, arena)))
        return;
    if (home.data[0] != '/' && getcwd(working, sizeof(working)) != NULL)
        home = text_format(arena, "%s/%.*s", working, TEXT_ARGS(home));
    if (cluster_can_live_in(text_c(arena, home)))
        return;
    fprintf(
        stderr,
        "fleetledger: PostgreSQL does not run as root and cannot reach %.*s; using %s instead.\n"
        "Set FLEETLEDGER_HOME to another directory, or DATABASE_URL, to change that.\n",
        TEXT_ARGS(home), usual);
    settings->home = text_from(usual);
}

struct data_dir_settings settled_data_dir(const struct settings *settings, struct arena *arena)
{
    return (struct data_dir_settings){
        .path = text_c(arena, settings->home),
        .conninfo = settings_conninfo(settings, arena),
        .secret = settings->secrets_encryption_key,
        .former_secret = settings->secrets_encryption_key_former,
        .reserve_bytes = (size_t)settings->reserve_bytes,
    };
}

/* The home as it is on disk; a server that runs in it goes on. */
struct opened {
    struct data_dir data_dir;
    struct derived_files files; /* of the model alone, beside a server */
};

static enum status open_home(
    const struct settings *settings,
    struct arena *arena,
    struct opened *opened,
    struct error *error)
{
    struct data_dir_settings where = settled_data_dir(settings, arena);
    enum status status;

    where.conninfo = text_lit("none"); /* which one it is stands on record, perhaps */
    status = data_dir_open_either(&where, arena, &opened->data_dir, error);
    if (status != STATUS_OK)
        return status;
    if (opened->data_dir.is_owner)
        return derived_files_open(
            opened->data_dir.path, opened->data_dir.log, &opened->files, error);
    return model_open_to_read(
        opened->data_dir.path, fold_fingerprint(), &opened->files.model, error);
}

static enum status read_record(
    const struct settings *settings,
    struct arena *arena,
    struct config_given *given,
    bool *out_has_admin,
    struct error *error)
{
    struct recorded_settings recorded = {.values = {NULL, 0}};
    struct opened opened = {.data_dir = {.path = NULL}};
    enum status status = open_home(settings, arena, &opened, error);

    if (status == STATUS_OK)
        *out_has_admin = identity_has_admin(opened.files.model);
    if (status == STATUS_OK &&
        model_load(opened.files.model, &settings_aggregate, UUID_NONE, arena, &recorded))
        status = settings_record_open(
            &recorded, opened.data_dir.keyring, text_is_present(settings->follow), arena, given,
            error);
    derived_files_close(&opened.files);
    data_dir_close(&opened.data_dir);
    return status;
}

static void warn_of_record(const struct error *why)
{
    log_error(
        "settings.record_left_aside", log_cause(why),
        log_c("meaning", "no setting on record counts: only those of flags and environment do"),
        log_c("remedy", "'fleetledger settings unset <name>' takes one off the record"));
}

static enum status add_record(
    struct cli_call *call, struct settings *settings, bool *out_has_admin, struct error *error)
{
    struct text home = settings->home;
    struct error why = {0};
    enum status status = read_record(settings, call->arena, &call->given, out_has_admin, error);

    if (status != STATUS_OK || call->given.kept_count == 0)
        return status;
    if (config_read(call->cli->settings, &call->given, call->arena, settings, &call->found, &why) !=
        STATUS_OK)
        warn_of_record(&why);
    settings->home = home;
    return STATUS_OK;
}

enum status settled_by_record(struct cli_call *call, struct settings *settings, struct error *error)
{
    const struct data_dir_settings where = settled_data_dir(settings, call->arena);
    bool has_admin = false;
    enum status status = STATUS_OK;

    if (data_dir_has_ledger(&where, NULL) == STATUS_OK)
        status = add_record(call, settings, &has_admin, error);
    if (has_admin || text_is_present(settings->follow))
        settings->setup = OPT_FALSE;
    return status;
}
