/*
 * Keys and ledger, put aside: but for what was dropped or destroyed at any time that the backup knows of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "eventlog/home_rows.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/seal.h"
#include "replay/backup_range.h"
#include "replay/restore_internal.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SECRET_KEY_BYTES = 32 };

static bool is_destroyed(struct bytes key, void *context)
{
    return backup_facts_destroyed(context, key);
}

static enum status put_rows(
    struct restore *restore,
    struct file_store *store,
    enum home_file file,
    const struct list *parts,
    struct error *error)
{
    const struct home_rows_filter filter = {is_destroyed, &restore->facts};
    const struct backup_part *all = parts->items;
    AUTO_BUF rows = {0};
    enum status status = failpoint_pass(FAILPOINT_RESTORE, error);

    buf_init(&rows, RANGE_MAX_BYTES);
    for (size_t i = 0; i < parts->count && status == STATUS_OK; i++) {
        status = backup_load_rows(&restore->source, store, &all[i], &rows, error);
        if (status == STATUS_OK)
            status = home_rows_put(
                restore->aside, file, buf_bytes(&rows), file == HOME_KEYS ? &filter : NULL, error);
    }
    return status;
}

static enum status copy_secret_key(struct restore *restore, struct error *error)
{
    const char *from = text_c(restore->arena, restore->options->secret_key);
    uint8_t bytes[SECRET_KEY_BYTES + 1];
    FILE *file = fopen(from, "re");
    size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof(bytes), file);
    int to = -1;
    bool is_written = false;

    if (file != NULL)
        (void)fclose(file);
    if (size == SECRET_KEY_BYTES)
        to = openat(restore->aside_at, "secret.key", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to >= 0)
        is_written = write(to, bytes, size) == (ssize_t)size && fsync(to) == 0;
    if (to >= 0)
        close(to);
    crypto_wipe(bytes, sizeof(bytes));
    if (size != SECRET_KEY_BYTES)
        return error_set_code(
            error, STATUS_INVALID, "wrong_secret",
            "%s is no secret.key of a home: that has 32 bytes", from);
    return is_written ? STATUS_OK : restore_system_error(error, restore->aside, "written to");
}

/* The secret is the operator's to bring: it is said here, before anything else is written, that it fits. */
static enum status try_secret(struct restore *restore, struct error *error)
{
    struct keyring *keyring = NULL;
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    struct error why = {0};
    bool has_secret = text_is_present(restore->settings->secret);
    bool fits;

    if (!has_secret && !text_is_present(restore->options->secret_key))
        return error_set_code(
            error, STATUS_INVALID, "wrong_secret",
            "the keys of a backup are wrapped: set SECRETS_ENCRYPTION_KEY as the lost home had it, or name "
            "its secret.key by --secret-key");
    if (restore_open_keys(restore, &keyring, &why) != STATUS_OK)
        return error_set_code(
            error, STATUS_INVALID, "wrong_secret", "%s does not open the keys of the backup: %s",
            has_secret ? "SECRETS_ENCRYPTION_KEY" : "the secret.key", why.text);
    keyring_own_ids(keyring, ids);
    keyring_close(keyring);
    fits = bytes_equal(restore->facts.own_key_ids, (struct bytes){ids, sizeof(ids)});
    return fits ? STATUS_OK
                : error_set_code(
                      error, STATUS_CORRUPT, "keys_foreign",
                      "the keys of the backup are those of another ledger");
}

enum status restore_put_keys(struct restore *restore, struct error *error)
{
    enum status status = STATUS_OK;

    if (!text_is_present(restore->settings->secret) &&
        text_is_present(restore->options->secret_key))
        status = copy_secret_key(restore, error);
    if (status == STATUS_OK)
        status = put_rows(
            restore, restore->source.stores.keys, HOME_KEYS, &restore->manifest.keys, error);
    return status == STATUS_OK ? try_secret(restore, error) : status;
}

/* The ledger. */

static void note_dropped(struct restore *restore, uint64_t at)
{
    restore->dropped = heap_grow(
        restore->dropped, restore->dropped_count, &restore->dropped_room,
        sizeof(*restore->dropped));
    restore->dropped[restore->dropped_count++] = (int64_t)at;
}

/* Marks of bodies that are dropped, one an event of a range at most. */
struct marks {
    uint64_t *by; /* u64be */
    size_t count;
};

/* Whatever the backup knows to be dropped is not put back; by an event that is put back, or in the name of the
 * first one after it. */
static void
drop_known(struct restore *restore, uint64_t at, struct stored_event *event, struct marks *marks)
{
    uint64_t by;

    if (!backup_facts_dropped(&restore->facts, at, &by))
        return;
    if (by >= restore->facts.size) {
        note_dropped(restore, at);
        by = restore->facts.size;
    }
    marks->by[marks->count] = htobe64(by);
    event->body = (struct bytes){(const uint8_t *)&marks->by[marks->count], sizeof(by)};
    marks->count++;
}

static enum status append_range(
    struct restore *restore,
    struct ledger *log,
    const struct backup_range *range,
    struct bytes rest,
    struct error *error)
{
    size_t most = (size_t)(range->to - range->from);
    struct stored_event *events = heap_array(most, sizeof(*events));
    struct marks marks = {.by = heap_array(most, sizeof(*marks.by))};
    uint64_t at = (uint64_t)range->from;
    size_t count = 0;
    enum status status;

    while (count < most && at < restore->facts.size && stored_event_next(&rest, &events[count])) {
        drop_known(restore, at, &events[count], &marks);
        count++;
        at++;
    }
    status = ledger_append_stored(log, events, count, error);
    heap_free(events);
    heap_free(marks.by);
    return status;
}

static enum status append_ranges(struct restore *restore, struct ledger *log, struct error *error)
{
    const struct backup_range *ranges = restore->manifest.ranges.items;
    AUTO_BUF events = {0};
    enum status status = STATUS_OK;

    buf_init(&events, RANGE_MAX_BYTES);
    progress_bar_begin(&restore->progress, "restoring", 0);
    for (size_t i = 0; i < restore->manifest.ranges.count && status == STATUS_OK &&
                       ledger_size(log) < restore->facts.size;
         i++) {
        status = failpoint_pass(FAILPOINT_RESTORE, error);
        if (status == STATUS_OK && stopping_is_wanted(&restore->stopping, 0))
            status = error_set_code(
                error, STATUS_UNAVAILABLE, "stopped", "stopped; nothing was restored");
        if (status == STATUS_OK)
            status = backup_load_range(&restore->source, &ranges[i], &events, error);
        if (status == STATUS_OK)
            status = append_range(restore, log, &ranges[i], buf_bytes(&events), error);
        if (!opt_bool_is_true(restore->options->json))
            progress_bar_show(&restore->progress, ledger_size(log), restore->facts.size);
    }
    progress_bar_clear(&restore->progress);
    return status;
}

static enum status expect_root(struct restore *restore, struct ledger *log, struct error *error)
{
    struct digest root;
    enum status status = STATUS_OK;

    if (ledger_size(log) == restore->facts.size)
        status = ledger_root(log, restore->facts.size, &root, error);
    if (status != STATUS_OK)
        return status;
    if (ledger_size(log) == restore->facts.size &&
        memcmp(root.bytes, restore->facts.root.bytes, DIGEST_SIZE) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "backup_damaged",
        "what was put back is not what was checked: the store changed meanwhile");
}

enum status restore_put_ledger(struct restore *restore, struct error *error)
{
    const struct ledger_settings settings = {
        .home = restore->aside, .reserve_bytes = restore->settings->reserve_bytes};
    struct ledger *log = NULL;
    enum status status = ledger_open(&settings, &log, error);

    if (status == STATUS_OK)
        status = append_ranges(restore, log, error);
    if (status == STATUS_OK)
        status = expect_root(restore, log, error);
    if (status == STATUS_OK)
        status = put_rows(
            restore, restore->source.stores.data, HOME_CHECKPOINTS, &restore->manifest.checkpoints,
            error);
    if (status == STATUS_OK)
        status = restore_hold_against(restore, log, error);
    ledger_close(log);
    return status;
}
