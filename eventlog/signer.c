/*
 * Signing, and what was signed last.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/signer.h"

#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/queue.h"
#include "eventlog/checkpoints.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { KEY_TEXT_SIZE = NOTE_NAME_MAX + 64 };
static const int64_t look_every_us = US_PER_S;
static const int64_t sign_every_us = INT64_C(3600) * US_PER_S;

struct signer {
    struct ledger *log;
    struct keyring *keyring;
    struct checkpoints *kept;
    struct queue *wakeup; /* carries nothing: it is only closed */
    bool is_contradicted; /* the ledger is not the one that was signed */
    bool has_failed;      /* the last time; the signer's thread */

    char origin[NOTE_NAME_MAX + 1]; /* of position 0; empty until it is there */
    uint8_t seed[32];
    char key[KEY_TEXT_SIZE];

    pthread_mutex_t lock;
    char *note; /* the newest; NULL: none yet */
    struct timestamp signed_at;
    uint64_t size; /* that it is of; only the signer's thread changes these three */
};

static struct note_key verifier(const struct signer *signer)
{
    struct note_key key = {.name = text_from(signer->origin)};

    ed25519_public(signer->seed, key.public_key);
    return key;
}

/* The ledger's name for ever, and the key that position 0 promises. */
static enum status learn_identity(struct signer *signer, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct ledger_opened *opened;
    struct record record;
    struct note_key key;
    enum status status = ledger_read_one(signer->log, (struct position){0}, arena, &record, error);

    if (status == STATUS_OK && (record.type != &ledger_opened_event || !record.has_body))
        status =
            error_set(error, STATUS_CORRUPT, "position 0 does not say what the ledger is called");
    if (status != STATUS_OK)
        return status;
    opened = record.event;
    if (!note_name_is_valid(opened->origin_name))
        return error_set(
            error, STATUS_INVALID, "the ledger's name %.*s cannot stand in a checkpoint",
            TEXT_ARGS(opened->origin_name));
    status = keyring_installation_key(signer->keyring, KEY_SIGNING, signer->seed, error);
    if (status != STATUS_OK)
        return status;
    memcpy(signer->origin, opened->origin_name.data, opened->origin_name.size);
    key = verifier(signer);
    snprintf(signer->key, sizeof(signer->key), "%.*s", TEXT_ARGS(note_key_text(arena, &key)));
    return STATUS_OK;
}

static void publish(struct signer *signer, const struct kept_checkpoint *kept, uint64_t size)
{
    pthread_mutex_lock(&signer->lock);
    heap_free(signer->note);
    signer->note = heap_copy(kept->note.data);
    signer->signed_at = kept->signed_at;
    signer->size = size;
    pthread_mutex_unlock(&signer->lock);
}

/* Does what was said last still hold? STATUS_CONFLICT when not. */
static enum status check_kept(
    struct signer *signer,
    struct arena *arena,
    const struct kept_checkpoint *kept,
    struct error *error)
{
    struct note_key key = verifier(signer);
    struct checkpoint said;
    struct digest root;
    struct text text;
    enum status status;

    if (!note_verify(arena, kept->note, &key, &text) || !checkpoint_parse(arena, text, &said) ||
        !text_equal(said.origin, key.name))
        return error_set(
            error, STATUS_CONFLICT, "the newest checkpoint was not signed for this ledger");
    if (said.size > ledger_size(signer->log))
        return error_set(
            error, STATUS_CONFLICT,
            "a checkpoint of size %llu was signed, and the ledger has only %llu events",
            (unsigned long long)said.size, (unsigned long long)ledger_size(signer->log));
    status = ledger_root(signer->log, said.size, &root, error);
    if (status == STATUS_OK && memcmp(root.bytes, said.root.bytes, DIGEST_SIZE) != 0)
        return error_set(
            error, STATUS_CONFLICT,
            "the first %llu events are not those whose root was signed in a checkpoint",
            (unsigned long long)said.size);
    if (status == STATUS_OK)
        publish(signer, kept, said.size);
    return status;
}

/* Other histories may be read, but nothing is built on them. */
static enum status look_back(struct signer *signer, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct kept_checkpoint kept;
    struct error why;
    enum status status = checkpoints_newest(signer->kept, arena, &kept, error);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK && ledger_size(signer->log) > 0)
        status = learn_identity(signer, error);
    if (status != STATUS_OK)
        return status;
    status = check_kept(signer, arena, &kept, &why);
    if (status != STATUS_CONFLICT) {
        if (status != STATUS_OK)
            *error = why;
        return status;
    }
    log_error("signer.contradicted", log_cause(&why));
    signer->is_contradicted = true;
    ledger_stop(signer->log, &why);
    return STATUS_OK;
}

enum status
signer_open(const struct signer_settings *settings, struct signer **out, struct error *error)
{
    struct signer *signer = heap_new(sizeof(*signer));
    enum status status;

    signer->log = settings->log;
    signer->keyring = settings->keyring;
    signer->wakeup = queue_new(1);
    must(pthread_mutex_init(&signer->lock, NULL) == 0);
    status = checkpoints_open(settings->home, &signer->kept, error);
    if (status == STATUS_OK)
        status = look_back(signer, error);
    if (status != STATUS_OK) {
        signer_close(signer);
        return status;
    }
    *out = signer;
    return STATUS_OK;
}

void signer_close(struct signer *signer)
{
    if (signer == NULL)
        return;
    checkpoints_close(signer->kept);
    queue_free(signer->wakeup);
    pthread_mutex_destroy(&signer->lock);
    crypto_wipe(signer->seed, sizeof(signer->seed));
    heap_free(signer->note);
    heap_free(signer);
}

static bool is_due(const struct signer *signer, uint64_t size, struct timestamp now)
{
    if (signer->is_contradicted || size == 0)
        return false;
    return size > signer->size || now.us - signer->signed_at.us >= sign_every_us;
}

static enum status sign(struct signer *signer, uint64_t size, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct checkpoint checkpoint = {.origin = text_from(signer->origin), .size = size};
    struct kept_checkpoint kept = {.signed_at = ledger_now(signer->log)};
    enum status status = ledger_root(signer->log, size, &checkpoint.root, error);

    if (status != STATUS_OK)
        return status;
    kept.note =
        note_sign(arena, checkpoint_text(arena, &checkpoint), checkpoint.origin, signer->seed);
    status = failpoint_pass(FAILPOINT_SIGN, error);
    if (status == STATUS_OK)
        status = checkpoints_keep(signer->kept, &kept, error);
    if (status != STATUS_OK)
        return status;
    failpoint_reach(FAILPOINT_SIGNED);
    publish(signer, &kept, size);
    return STATUS_OK;
}

enum status signer_sign(struct signer *signer, struct error *error)
{
    uint64_t size = ledger_size(signer->log);
    enum status status = STATUS_OK;

    if (!is_due(signer, size, ledger_now(signer->log)))
        return STATUS_OK;
    if (signer->origin[0] == '\0')
        status = learn_identity(signer, error);
    return status == STATUS_OK ? sign(signer, size, error) : status;
}

void signer_run(struct signer *signer)
{
    while (!queue_is_closed(signer->wakeup)) {
        struct error error;
        bool has_failed = signer_sign(signer, &error) != STATUS_OK;

        if (has_failed && !signer->has_failed)
            log_error("signer.failed", log_cause(&error));
        signer->has_failed = has_failed;
        queue_take(signer->wakeup, look_every_us);
    }
}

void signer_stop(struct signer *signer)
{
    queue_close(signer->wakeup);
}

bool signer_newest(struct signer *signer, struct arena *arena, struct signed_checkpoint *out)
{
    bool is_there;

    pthread_mutex_lock(&signer->lock);
    is_there = signer->note != NULL;
    if (is_there)
        *out = (struct signed_checkpoint){
            .note = text_copy(arena, text_from(signer->note)),
            .key = text_copy(arena, text_from(signer->key)),
            .size = signer->size,
            .signed_at = signer->signed_at,
        };
    pthread_mutex_unlock(&signer->lock);
    return is_there;
}
