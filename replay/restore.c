/*
 * Step by step, in a directory aside until all of it is there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/restore.h"

#include "core/base/heap.h"
#include "core/shape/shape_json.h"
#include "replay/exit_codes.h"
#include "replay/restore_internal.h"

#include <stdio.h>

enum { ORDER_BYTES = 256 << 20 };

static const struct field restore_options_fields[] = {
    {TEXT(restore_options, from), .flags = REQUIRED, .min = 1, .max = 4000,
     .doc = "Directory that the backups lie in, or s3://bucket/prefix."},
    {TEXT(restore_options, keys_from), .min = 1, .max = 4000,
     .doc = "Directory of the wrapped keys, where they lie elsewhere."},
    {TEXT(restore_options, home), .min = 1, .max = 4000,
     .doc = "Directory to restore to, missing or empty; else FLEETLEDGER_HOME."},
    {TEXT(restore_options, to), .flags = TRIM, .min = 1, .max = 40,
     .doc = "Position of the last event, or a time: what was recorded up to then. Else all."},
    {TEXT(restore_options, decrypt_with), .min = 1, .max = 4000,
     .doc = "File with the private key (PEM) of encrypted backups."},
    {TEXT(restore_options, secret_key), .min = 1, .max = 4000,
     .doc = "The secret.key of the lost home, where SECRETS_ENCRYPTION_KEY was not set."},
    {TEXT(restore_options, checkpoint), .min = 1, .max = 4000,
     .doc =
         "Newest checkpoint that is known elsewhere: a file, or the address of a server that shows "
         "it."},
    {TEXT(restore_options, ca_file), .min = 1, .max = 4000,
     .doc = "File with certificates of authorities (PEM) to trust in place of the system's."},
    {BOOL(restore_options, json), .doc = "Print what was done as JSON."},
};
const struct shape restore_options_shape = SHAPE(restore_options, "From where, and how far.");

/* What was done, for programs. */
struct restored {
    struct text home;
    struct text backup;
    int64_t size;
    struct timestamp recorded_at;
    int64_t backup_size;
    struct opt_bool contradicted;
    double seconds;
};
static const struct field restored_fields[] = {
    {TEXT(restored, home), .doc = "Directory that was restored."},
    {TEXT(restored, backup), .doc = "Name of the manifest in the store."},
    {INT64(restored, size), .doc = "Number of events that were put back."},
    {TIMESTAMP(restored, recorded_at), .doc = "When the last of them was recorded."},
    {INT64(restored, backup_size), .doc = "Number of events that the backup has."},
    {BOOL(restored, contradicted),
     .doc =
         "Whether a checkpoint is known that the ledger does not continue: then it takes no writes until another "
         "origin is declared."},
    {DOUBLE(restored, seconds), .doc = "Duration in seconds."},
};
static const struct shape restored_shape = SHAPE(restored, "Outcome of a restore.");

/* What is wanted. */

static enum status read_goal(struct restore *restore, struct error *error)
{
    struct text to = restore->options->to;

    restore->goal = (struct backup_goal){.position = INT64_ABSENT};
    if (!text_is_present(to))
        return STATUS_OK;
    if (text_to_int64(to, &restore->goal.position) && restore->goal.position >= 0)
        return STATUS_OK;
    restore->goal.position = INT64_ABSENT;
    if (timestamp_parse_last(to, &restore->goal.time))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "goal_unclear",
        "--to takes the position of an event, or a time as 2026-03-22T16:47:29Z");
}

static enum status open_source(struct restore *restore, struct error *error)
{
    const struct restore_options *options = restore->options;
    struct backup_source *source = &restore->source;
    enum status status = STATUS_OK;

    if (text_is_present(options->decrypt_with))
        status =
            envelope_key_read(text_c(restore->arena, options->decrypt_with), &source->key, error);
    if (status != STATUS_OK)
        return status;
    return backup_stores_open(
        options->from, options->keys_from, FILE_STORE_READ, restore->objects, &source->stores,
        error);
}

static enum status read_manifest(struct restore *restore, struct error *error)
{
    struct backup_manifest_list list;
    enum status status =
        backup_manifest_list(restore->source.stores.data, restore->arena, &list, error);

    if (status != STATUS_OK)
        return status;
    if (list.count == 0)
        return error_set_code(
            error, STATUS_NOT_FOUND, "backup_missing", "%s holds no backup",
            file_store_place(restore->source.stores.data));
    restore->backup = list.names[list.count - 1];
    return backup_manifest_get(
        restore->source.stores.data, restore->backup, restore->arena, &restore->manifest, error);
}

/* All of it. */

static enum status put_on_record(struct restore *restore, struct error *error)
{
    const struct log_restored restored = {
        .size = (int64_t)restore->facts.size,
        .backup = restore->backup,
        .anchors = {restore->anchors, restore->anchor_count},
        .dropped =
            {restore->dropped == NULL ? (const void *)"" : restore->dropped,
             restore->dropped_count},
    };
    struct data_dir_settings home = *restore->settings;
    AUTO_BUF json = {0};
    enum status status = failpoint_pass(FAILPOINT_RESTORE, error);

    home.path = restore->aside;
    buf_init(&json, ORDER_BYTES);
    shape_json_write(log_restored_event.shape, &restored, &json);
    if (status == STATUS_OK)
        status = restore->record(&home, buf_text(&json), restore->arena, error);
    return status;
}

static enum status check_backup(struct restore *restore, struct error *error)
{
    enum status status = read_goal(restore, error);

    if (status == STATUS_OK)
        status = restore_expect_unused(restore, error);
    if (status == STATUS_OK)
        status = open_source(restore, error);
    if (status == STATUS_OK)
        status = read_manifest(restore, error);
    if (status == STATUS_OK)
        status = backup_check(
            &restore->source, &restore->manifest, &restore->goal, restore->arena, &restore->facts,
            error);
    return status;
}

static enum status make_home(struct restore *restore, struct error *error)
{
    enum status status = restore_begin(restore, error);

    if (status == STATUS_OK)
        status = restore_put_keys(restore, error);
    if (status == STATUS_OK)
        status = restore_put_ledger(restore, error);
    if (status == STATUS_OK)
        status = put_on_record(restore, error);
    return status == STATUS_OK ? restore_put_in_place(restore, error) : status;
}

static void say_what_was_done(const struct restore *restore, double seconds)
{
    const struct restored done = {
        .home = text_from(restore->home),
        .backup = restore->backup,
        .size = (int64_t)restore->facts.size,
        .recorded_at = restore->facts.at,
        .backup_size = restore->manifest.size,
        .contradicted = opt_bool_of(restore->is_contradicted),
        .seconds = seconds,
    };
    char at[TIMESTAMP_TEXT_SIZE];
    AUTO_BUF out = {0};

    if (opt_bool_is_true(restore->options->json)) {
        buf_init(&out, 1 << 16);
        shape_json_write(&restored_shape, &done, &out);
        printf("%s\n", out.data);
        return;
    }
    timestamp_print(done.recorded_at, at);
    printf(
        "%s is restored: %lld events, the last of them recorded at %s.\n", restore->home,
        (long long)done.size, at);
    if (restore->is_contradicted)
        printf(
            "A checkpoint was signed that this ledger does not continue: events are lost. It serves reads "
            "only, until\n\"fleetledger declare-origin --reason=…\" has it go on as another log, on "
            "record.\n");
    else
        printf(
            "It continues every checkpoint that it was held against, and the server may start.\n");
}

/* Without a slash at its end. */
static const char *home_of(const struct restore *restore)
{
    struct text path = restore->options->home;

    if (!text_is_present(path))
        path = text_from(restore->settings->path);
    while (path.size > 1 && path.data[path.size - 1] == '/')
        path.size--;
    return text_c(restore->arena, path);
}

int restore_run(
    const struct data_dir_settings *settings,
    const struct restore_options *options,
    const struct object_store_settings *objects,
    restore_recorder *record)
{
    AUTO_ARENA arena = arena_new(MANIFEST_ARENA_BYTES);
    struct restore restore = {
        .options = options,
        .objects = objects,
        .settings = settings,
        .record = record,
        .arena = arena,
        .aside_at = -1};
    int64_t began_us = monotonic_us();
    struct error error = {0};
    enum status status;

    restore.home = home_of(&restore);
    restore.aside = text_format(arena, "%s.restoring", restore.home).data;
    backup_source_init(&restore.source);
    stopping_begin(&restore.stopping);
    status = check_backup(&restore, &error);
    if (status == STATUS_OK)
        status = make_home(&restore, &error);
    stopping_end(&restore.stopping);
    restore_end(&restore, status == STATUS_OK);
    if (status == STATUS_OK)
        say_what_was_done(&restore, (double)(monotonic_us() - began_us) / US_PER_S);
    else
        fprintf(stderr, "fleetledger restore: %s\n  why: %s\n", error.text, error.code);
    backup_facts_fini(&restore.facts);
    backup_source_fini(&restore.source);
    heap_free(restore.dropped);
    if (status == STATUS_OK)
        return fflush(stdout) == 0 ? EXIT_HOLDS : EXIT_TROUBLE;
    return restore.stopping.is_wanted ? EXIT_INTERRUPTED : exit_code_for(status);
}
