/*
 * The keys against the ledger: are they this ledger's, does every box open, and is every key that is
 * gone destroyed on record?
 *
 *   position 0 ─► own keys, verifier key     events ─► boxes ─► opens · forgotten · lost · damaged
 *   checkpoints.mdb ─► signed by the keys of their time (verify_signed.h)
 *   grants of roles ─► signed by the product root keys of their time (verify_grants.h)
 *
 * Lost boxes are counted and are no difference, as a backup of keys.mdb may be older than the ledger; a key
 * that the record says was destroyed, and that is there or only missing, is one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "replay/verify_grants.h"
#include "replay/verify_internal.h"
#include "replay/verify_signed.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { AT_ONCE = 1000, BUDGET_BYTES = 8 << 20, ARENA_BYTES = 256 << 20, KEY_BYTES = 16 + 8 };

/* A key that a box or a destruction names. */
struct key_seen {
    struct uuid subject;
    uint8_t id[8];
    uint64_t opens;
    uint64_t forgotten;
    uint64_t lost;
    bool is_destroyed; /* on record */
};

struct checking {
    struct child_report *report;
    struct ledger *log;
    struct keyring *keyring;
    struct map *keys; /* digest of subject and id → struct key_seen, owned */
    uint64_t at;      /* position of the record that is looked at */
    uint64_t size;    /* that is looked at: what the ledger's part has seen */
    uint64_t boxes;
    uint64_t lost;
    struct signed_history history;
    struct grants_checked grants;
    struct arena *arena; /* of the records at hand */
};

static struct key_seen *key_of(struct checking *checking, struct uuid subject, const uint8_t id[8])
{
    uint8_t name[KEY_BYTES];
    struct digest digest;
    struct uuid key;
    struct key_seen *seen;

    memcpy(name, subject.bytes, sizeof(subject.bytes));
    memcpy(name + sizeof(subject.bytes), id, 8);
    digest = sha256((struct bytes){name, sizeof(name)});
    key = uuid_v8(digest.bytes);
    seen = map_get(checking->keys, key);
    if (seen != NULL)
        return seen;
    seen = heap_new(sizeof(*seen));
    seen->subject = subject;
    memcpy(seen->id, id, 8);
    must(map_put(checking->keys, key, seen) == NULL);
    return seen;
}

static void on_box(const struct box_seen *box, void *context)
{
    struct checking *checking = context;
    struct key_seen *key;

    checking->boxes++;
    if (box->state == BOX_DAMAGED) {
        child_report_found(
            checking->report, "the box of %s in the event at position %llu does not fit its key",
            box->field->name, (unsigned long long)checking->at);
        return;
    }
    key = key_of(checking, box->subject, box->key_id);
    key->opens += box->state == BOX_OPENS;
    key->forgotten += box->state == BOX_FORGOTTEN;
    key->lost += box->state == BOX_LOST;
}

static void note_destroyed(struct uuid subject, const uint8_t *key_id, void *context)
{
    key_of(context, subject, key_id)->is_destroyed = true;
}

static void check_first(struct checking *checking, const struct record *record)
{
    const struct ledger_opened *opened =
        record->type == &ledger_opened_event ? record->event : NULL;
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    uint8_t verifier[32];

    if (opened == NULL) {
        child_report_found(checking->report, "position 0 is not platform.ledger_opened");
        return;
    }
    keyring_own_ids(checking->keyring, ids);
    keyring_verifier_key(checking->keyring, verifier);
    if (!bytes_equal(opened->key_ids, (struct bytes){ids, sizeof(ids)}))
        child_report_found(checking->report, "the installation's own keys are another ledger's");
    if (!bytes_equal(opened->verifier_key, (struct bytes){verifier, sizeof(verifier)}))
        child_report_found(
            checking->report,
            "the seed of checkpoints does not give the verifier key of position 0");
}

static enum status
check_record(struct checking *checking, const struct record *record, struct error *error)
{
    enum status status;

    checking->at = record->position.value;
    if (checking->at == 0)
        check_first(checking, record);
    if (record->type != NULL && record->type->each_destroyed != NULL)
        record->type->each_destroyed(record->event, note_destroyed, checking);
    signed_history_note(&checking->history, record);
    status = verify_grants_note(&checking->grants, record, checking->arena, error);
    if (status != STATUS_OK)
        return status;
    return keyring_try_record(checking->keyring, record, on_box, checking, error);
}

static enum status check_records(struct checking *checking, struct error *error)
{
    uint64_t size = checking->size;
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record *records = heap_array(AT_ONCE, sizeof(*records));
    enum status status = STATUS_OK;

    checking->arena = arena;

    for (uint64_t at = 0; at < size && status == STATUS_OK;) {
        size_t count = 0;
        arena_reset(arena);
        status = ledger_read(
            checking->log, (struct position){at}, AT_ONCE, BUDGET_BYTES, arena, records, &count,
            error);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = check_record(checking, &records[i], error);
        at += count;
        child_report_progress(at, size, checking->report);
    }
    heap_free(records);
    return status;
}

/* What the record and keys.mdb say of one key must be the same. */
static void compare(struct checking *checking, const struct key_seen *key)
{
    char subject[UUID_TEXT_SIZE];

    uuid_print(key->subject, subject);
    if (key->is_destroyed && key->opens > 0)
        child_report_found(
            checking->report, "a key of %s was destroyed on record, and opens %llu fields", subject,
            (unsigned long long)key->opens);
    if (!key->is_destroyed && key->forgotten > 0)
        child_report_found(
            checking->report, "a key of %s was destroyed, which no event tells", subject);
    if (!key->is_destroyed)
        checking->lost += key->lost;
}

static void compare_all(struct checking *checking)
{
    size_t cursor = 0;
    struct uuid name;
    void *key;

    while (map_next(checking->keys, &cursor, &name, &key))
        compare(checking, key);
}

/* The key that signs next: its seed must be there. */
static enum status check_seed(struct checking *checking, struct error *error)
{
    const struct signed_history *history = &checking->history;
    const struct log_identity *identity;
    const struct log_key *newest;
    uint8_t seed[32];
    enum status status;

    if (history->log.count == 0)
        return STATUS_OK;
    identity = log_history_at(&history->log, history->size);
    newest = identity->keys.items;
    if (identity->keys.count == 0)
        return STATUS_OK; /* check_first() has told of it */
    status = keyring_signing_seed(checking->keyring, newest->verifier_key.data, seed, error);
    crypto_wipe(seed, sizeof(seed));
    if (status != STATUS_NOT_FOUND)
        return status;
    child_report_found(checking->report, "the seed of the key that signs checkpoints is lost");
    return STATUS_OK;
}

static void conclude(struct checking *checking)
{
    unsigned long long boxes = checking->boxes;
    char said[SIGNED_SAID_SIZE];
    char granted[GRANTS_SAID_SIZE];

    if (checking->history.wrong > 0)
        child_report_verdict(
            checking->report, VERDICT_DIFFERS, checking->size,
            "checkpoints.mdb and the ledger do not fit: others may hold what this ledger does not "
            "continue");
    else if (checking->report->found > 0)
        child_report_verdict(
            checking->report, VERDICT_DIFFERS, checking->size,
            "keys.mdb and the ledger do not fit: restore the keys.mdb that belongs to it");
    else if (checking->lost > 0)
        child_report_verdict(
            checking->report, VERDICT_OK, checking->size,
            "%llu of %llu personal fields are lost: keys.mdb never held their keys, or is older; "
            "%s%s",
            (unsigned long long)checking->lost, boxes,
            signed_history_said(&checking->history, said),
            verify_grants_said(&checking->grants, granted));
    else
        child_report_verdict(
            checking->report, VERDICT_OK, checking->size,
            "each of %llu personal fields opens, or was forgotten on record; %s%s", boxes,
            signed_history_said(&checking->history, said),
            verify_grants_said(&checking->grants, granted));
}

static enum status
check(struct checking *checking, const struct verify *verify, struct error *error)
{
    const struct ledger_settings settings = {.home = verify->home, .is_read_only = true};
    enum status status = ledger_open(&settings, &checking->log, error);

    if (status == STATUS_OK)
        status = keyring_open_with(
            &(struct keyring_settings){
                .home = verify->home,
                .secret = verify->settings->secret,
                .former = verify->settings->former_secret,
                .is_read_only = true},
            &checking->keyring, error);
    if (status == STATUS_OK) {
        checking->size = ledger_size(checking->log);
        if (verify->size > 0 && verify->size < checking->size)
            checking->size = verify->size;
        checking->grants.keyring = checking->keyring;
        checking->grants.report = checking->report;
        status = check_records(checking, error);
    }
    if (status == STATUS_OK)
        verify_grants_check_root(&checking->grants, verify->root_key);
    if (status == STATUS_OK)
        compare_all(checking);
    if (status == STATUS_OK)
        status = check_seed(checking, error);
    if (status == STATUS_OK)
        status = signed_history_check(
            &checking->history, verify->home, checking->log, checking->report, error);
    return status;
}

static void end(struct checking *checking)
{
    size_t cursor = 0;
    struct uuid name;
    void *key;

    while (map_next(checking->keys, &cursor, &name, &key))
        heap_free(key);
    map_free(checking->keys);
    arena_free(checking->history.log.arena);
    keyring_close(checking->keyring);
    ledger_close(checking->log);
}

static bool has_keys(const struct verify *verify)
{
    char path[PATH_MAX];
    struct stat file;

    snprintf(path, sizeof(path), "%s/keys.mdb", verify->home);
    return stat(path, &file) == 0 && file.st_size > 0;
}

void verify_keys(const struct verify *verify, struct child_report *child_report)
{
    struct checking checking = {
        .report = child_report,
        .keys = map_new(),
        .history = {.log = {.arena = arena_new(ARENA_BYTES)}}};
    struct error error = {0};
    enum status status = STATUS_OK;

    if (!has_keys(verify))
        status = error_set(
            &error, STATUS_UNAVAILABLE, "keys.mdb is missing or empty: restore it from its backup");
    if (status == STATUS_OK)
        status = check(&checking, verify, &error);
    if (status == STATUS_OK)
        conclude(&checking);
    else
        child_report_verdict(child_report, verdict_of(status), 0, "%s", error.text);
    end(&checking);
}
