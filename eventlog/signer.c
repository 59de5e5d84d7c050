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
#include "eventlog/ledger.h"
#include "eventlog/signed_past.h"
#include "eventlog/signing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { SIGN_ARENA = 1 << 20, IDENTITY_ARENA = 64 << 10 };
static const int64_t look_every_us = US_PER_S;
static const int64_t usual_gap_us = 50 * US_PER_MS; /* each one is synced */
static const int64_t sign_every_us = INT64_C(3600) * US_PER_S;

/* What is signed next: both as of one commit. */
struct head {
    struct log_identity identity;
    uint64_t size;
};

/* What was signed last. */
struct newest {
    struct signed_checkpoint shown; /* in the arena */
    size_t key_count;               /* that were to sign it */
};

struct signer {
    struct ledger *log;
    struct keyring *keyring;
    struct checkpoints *kept;
    struct queue *wakeup; /* carries nothing: it is only closed */
    int64_t gap_us;
    bool is_read_only;
    atomic_bool is_awaited; /* the next checkpoint */
    void (*shown)(void *context);
    void *context;
    bool has_failed;   /* the last time; the signer's thread */
    bool misses_a_key; /* of an overlap; the signer's thread */
    int64_t
        first_of; /* epoch whose first checkpoint is kept, as far as is known; the signer's thread */

    /* Fixed once opened. */
    bool is_contradicted; /* the ledger is not the one that was signed: … */
    struct arena *why_arena;
    struct text contradicted; /* … here */
    struct error why;

    pthread_mutex_t lock;
    struct arena *head_arena; /* of the head's identity */
    struct head head;
    struct arena *newest_arena; /* NULL: none yet */
    struct newest newest;       /* only the signer's thread changes it */
};

/* Takes what `identity` says, in an arena of its own. */
static void set_head(struct signer *signer, const struct log_identity *identity, uint64_t size)
{
    struct arena *arena = arena_new(IDENTITY_ARENA);
    struct arena *former;
    struct head head = {.size = size};

    shape_copy(&log_identity_shape, arena, identity, &head.identity);
    pthread_mutex_lock(&signer->lock);
    former = signer->head_arena;
    signer->head_arena = arena;
    signer->head = head;
    pthread_mutex_unlock(&signer->lock);
    arena_free(former);
}

static struct head get_head(struct signer *signer, struct arena *arena)
{
    struct head head;

    pthread_mutex_lock(&signer->lock);
    head.size = signer->head.size;
    shape_copy(&log_identity_shape, arena, &signer->head.identity, &head.identity);
    pthread_mutex_unlock(&signer->lock);
    return head;
}

void signer_identity(struct signer *signer, struct arena *arena, struct log_identity *out)
{
    *out = get_head(signer, arena).identity;
}

static void fold_identity(struct signer *signer, const struct record *records, size_t count)
{
    AUTO_ARENA arena = arena_new(IDENTITY_ARENA);
    struct head head = get_head(signer, arena);

    for (size_t i = 0; i < count; i++)
        log_identity_fold(arena, &records[i], &head.identity);
    set_head(signer, &head.identity, records[count - 1].position.value + 1);
}

void signer_committed(struct signer *signer, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (log_identity_concerns(&records[i])) {
            fold_identity(signer, records, count);
            return;
        }
    }
    pthread_mutex_lock(&signer->lock);
    signer->head.size = records[count - 1].position.value + 1;
    pthread_mutex_unlock(&signer->lock);
    if (atomic_load(&signer->is_awaited))
        queue_wake(signer->wakeup);
}

enum status signer_catch_up(struct signer *signer, struct error *error)
{
    AUTO_ARENA arena = arena_new(SIGN_ARENA);
    enum status status = STATUS_OK;

    for (uint64_t at = signer->head.size; status == STATUS_OK && at < ledger_size(signer->log);
         at++) {
        struct record record;

        arena_reset(arena);
        status = ledger_read_one(signer->log, (struct position){at}, arena, &record, error);
        if (status == STATUS_OK)
            signer_committed(signer, &record, 1);
    }
    return status;
}

void signer_hurry(struct signer *signer)
{
    bool has_news;

    if (signer == NULL)
        return;
    atomic_store(&signer->is_awaited, true);
    pthread_mutex_lock(&signer->lock);
    has_news = signer->head.size > signer->newest.shown.size;
    pthread_mutex_unlock(&signer->lock);
    if (has_news)
        queue_wake(signer->wakeup);
}

/* What is shown of a note that is kept: takes the arena that it lies in. */
static void publish(struct signer *signer, struct arena *arena, const struct newest *newest)
{
    struct arena *former;

    pthread_mutex_lock(&signer->lock);
    former = signer->newest_arena;
    signer->newest_arena = arena;
    signer->newest = *newest;
    pthread_mutex_unlock(&signer->lock);
    arena_free(former);
    if (signer->shown != NULL)
        signer->shown(signer->context);
}

/* What is kept, and still holds, is shown again. */
static void show_again(
    struct signer *signer,
    const struct log_identity *identity,
    const struct kept_checkpoint *kept,
    const struct said *said)
{
    struct arena *arena = arena_new(SIGN_ARENA);
    struct newest newest = {
        .shown =
            {.note = text_copy(arena, kept->note),
             .keys = text_copy(arena, said->keys),
             .size = said->checkpoint.size,
             .signed_at = kept->signed_at},
        .key_count = log_identity_signing(identity, kept->signed_at),
    };

    publish(signer, arena, &newest);
}

static void contradict(
    struct signer *signer,
    const struct signer_settings *settings,
    struct text note,
    const struct error *why)
{
    signer->why_arena = arena_new(SIGN_ARENA);
    signer->contradicted = text_copy(signer->why_arena, note);
    signer->why = *why;
    signer->is_contradicted = true;
    if (settings->is_declaring || settings->is_read_only)
        return;
    log_error("signer.contradicted", log_cause(why));
    ledger_stop(signer->log, why);
}

/* Other histories may be read, but nothing is built on them. */
static enum status
look_back(struct signer *signer, const struct signer_settings *settings, struct error *error)
{
    AUTO_ARENA arena = arena_new(SIGN_ARENA);
    const struct signed_past past = {settings->log, settings->keyring, settings->identity};
    struct kept_checkpoint kept;
    struct said said;
    struct error why;
    enum status status = checkpoints_newest(signer->kept, arena, &kept, error);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK && signer->is_read_only)
        status = ledger_refresh(signer->log, error); /* beside a server it has gone on */
    if (status != STATUS_OK)
        return status;
    status = signed_past_check(&past, arena, kept.note, &said, &why);
    if (status == STATUS_OK)
        show_again(signer, settings->identity, &kept, &said);
    if (status == STATUS_CONFLICT || status == STATUS_INVALID) {
        contradict(signer, settings, kept.note, &why);
        return STATUS_OK;
    }
    if (status == STATUS_STALE)
        return STATUS_OK;
    if (status != STATUS_OK)
        *error = why;
    return status;
}

enum status
signer_open(const struct signer_settings *settings, struct signer **out, struct error *error)
{
    struct signer *signer = heap_new(sizeof(*signer));
    enum status status;

    signer->log = settings->log;
    signer->keyring = settings->keyring;
    signer->is_read_only = settings->is_read_only;
    signer->gap_us = settings->gap_us == 0 ? usual_gap_us : settings->gap_us;
    signer->shown = settings->shown;
    signer->context = settings->context;
    signer->wakeup = queue_new(1);
    must(pthread_mutex_init(&signer->lock, NULL) == 0);
    set_head(signer, settings->identity, ledger_size(settings->log));
    status = checkpoints_open(settings->home, settings->is_read_only, &signer->kept, error);
    if (status == STATUS_OK)
        status = look_back(signer, settings, error);
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
    arena_free(signer->head_arena);
    arena_free(signer->newest_arena);
    arena_free(signer->why_arena);
    heap_free(signer);
}

/* Signing. */

static bool is_due(const struct signer *signer, const struct head *head, struct timestamp now)
{
    const struct newest *newest = &signer->newest;

    if (signer->is_contradicted || head->size == 0)
        return false;
    return head->size > newest->shown.size ||
           now.us - newest->shown.signed_at.us >= sign_every_us ||
           log_identity_signing(&head->identity, now) != newest->key_count;
}

/* The keys of an epoch's beginning may be rotated away: what they signed proves it to whoever led before. */
static enum status keep_first(
    struct signer *signer,
    const struct log_identity *identity,
    struct text note,
    struct error *error)
{
    struct first_checkpoint first = {.since = identity->since, .note = note};
    enum status status;

    if (!log_identity_epoch(identity, identity->origin, &first.epoch) ||
        first.epoch == signer->first_of)
        return STATUS_OK;
    status = checkpoints_keep_first(signer->kept, &first, error);
    if (status == STATUS_OK)
        signer->first_of = first.epoch;
    return status;
}

static enum status keep(
    struct signer *signer,
    const struct log_identity *identity,
    const struct newest *newest,
    struct error *error)
{
    const struct kept_checkpoint kept = {newest->shown.note, newest->shown.signed_at};
    enum status status = failpoint_pass(FAILPOINT_SIGN, error);

    if (status == STATUS_OK)
        status = keep_first(signer, identity, newest->shown.note, error);
    if (status == STATUS_OK)
        status = checkpoints_keep(signer->kept, &kept, error);
    if (status == STATUS_OK)
        failpoint_reach(FAILPOINT_SIGNED);
    return status;
}

/* Of an overlap: said once. */
static void note_missing(struct signer *signer, size_t missing)
{
    if (missing > 0 && !signer->misses_a_key)
        log_warning("signer.key_missing", log_int64("keys", (int64_t)missing));
    signer->misses_a_key = missing > 0;
}

static enum status sign(
    struct signer *signer,
    struct arena *arena,
    const struct head *head,
    struct newest *out,
    struct error *error)
{
    struct timestamp now = ledger_now(signer->log);
    struct checkpoint checkpoint = {.origin = head->identity.origin, .size = head->size};
    struct signed_note made;
    enum status status = ledger_root(signer->log, head->size, &checkpoint.root, error);

    if (status == STATUS_OK)
        status =
            signing_sign(signer->keyring, &head->identity, &checkpoint, now, arena, &made, error);
    if (status != STATUS_OK)
        return status;
    note_missing(signer, made.missing);
    *out = (struct newest){
        .shown = {.note = made.note, .keys = made.keys, .size = head->size, .signed_at = now},
        .key_count = log_identity_signing(&head->identity, now),
    };
    return keep(signer, &head->identity, out, error);
}

enum status signer_sign(struct signer *signer, struct error *error)
{
    struct arena *arena = arena_new(SIGN_ARENA);
    struct head head = get_head(signer, arena);
    struct newest newest;
    enum status status = STATUS_OK;

    if (is_due(signer, &head, ledger_now(signer->log))) {
        status = sign(signer, arena, &head, &newest, error);
        if (status == STATUS_OK) {
            publish(signer, arena, &newest);
            return STATUS_OK;
        }
    }
    arena_free(arena);
    return status;
}

enum status signer_adopt(
    struct signer *signer, struct text note, struct timestamp signed_at, struct error *error)
{
    struct arena *arena = arena_new(SIGN_ARENA);
    struct head head = get_head(signer, arena);
    const struct signed_past past = {signer->log, signer->keyring, &head.identity};
    struct newest newest = {.key_count = 0};
    struct said said;
    enum status status = signed_past_check(&past, arena, note, &said, error);

    if (status == STATUS_OK) {
        newest.shown = (struct signed_checkpoint){
            .note = text_copy(arena, note),
            .keys = said.keys,
            .size = said.checkpoint.size,
            .signed_at = signed_at,
        };
        status = keep(signer, &head.identity, &newest, error);
    }
    if (status == STATUS_OK)
        publish(signer, arena, &newest);
    else
        arena_free(arena);
    return status;
}

/* Of an epoch that was given up since, as an older ledger was put back, there may be one that does not hold. */
static bool is_of_this_ledger(struct signer *signer, const struct first_checkpoint *first)
{
    AUTO_ARENA arena = arena_new(SIGN_ARENA);
    struct head head = get_head(signer, arena);
    struct checkpoint checkpoint;
    struct digest root;
    int64_t epoch;

    return checkpoint_parse(arena, first->note, &checkpoint) &&
           log_identity_epoch(&head.identity, checkpoint.origin, &epoch) && epoch == first->epoch &&
           checkpoint.size > (uint64_t)first->since &&
           checkpoint.size <= ledger_size(signer->log) &&
           ledger_root(signer->log, checkpoint.size, &root, NULL) == STATUS_OK &&
           memcmp(root.bytes, checkpoint.root.bytes, DIGEST_SIZE) == 0;
}

enum status
signer_adopt_first(struct signer *signer, const struct first_checkpoint *first, struct error *error)
{
    if (!is_of_this_ledger(signer, first))
        return STATUS_OK;
    return checkpoints_keep_first(signer->kept, first, error);
}

enum status signer_next_first(
    struct signer *signer,
    int64_t *epoch,
    struct arena *arena,
    struct first_checkpoint *out,
    struct error *error)
{
    struct first_checkpoint first;
    enum status status;

    do {
        status = checkpoints_next_first(signer->kept, epoch, arena, &first, error);
    } while (status == STATUS_OK && !is_of_this_ledger(signer, &first));
    if (status == STATUS_OK)
        *out = first;
    return status;
}

/* A wake-up during the gap is kept until it is over. */
static void rest(struct signer *signer)
{
    const struct timespec gap = {.tv_nsec = (long)(signer->gap_us * 1000)};

    nanosleep(&gap, NULL);
    queue_take(signer->wakeup, look_every_us - signer->gap_us);
}

void signer_run(struct signer *signer)
{
    while (!queue_is_closed(signer->wakeup)) {
        struct error error;
        uint64_t before = signer->newest.shown.size;
        bool has_failed = signer_sign(signer, &error) != STATUS_OK;

        if (signer->newest.shown.size != before)
            atomic_store(&signer->is_awaited, false);

        if (has_failed && !signer->has_failed)
            log_error("signer.failed", log_cause(&error));
        signer->has_failed = has_failed;
        rest(signer);
    }
}

void signer_stop(struct signer *signer)
{
    queue_close(signer->wakeup);
}

bool signer_newest(struct signer *signer, struct arena *arena, struct signed_checkpoint *out)
{
    const struct signed_checkpoint *shown;
    bool is_there;

    if (signer == NULL)
        return false;
    shown = &signer->newest.shown;
    pthread_mutex_lock(&signer->lock);
    is_there = signer->newest_arena != NULL;
    if (is_there)
        *out = (struct signed_checkpoint){
            .note = text_copy(arena, shown->note),
            .keys = text_copy(arena, shown->keys),
            .size = shown->size,
            .signed_at = shown->signed_at,
        };
    pthread_mutex_unlock(&signer->lock);
    return is_there;
}

bool signer_is_contradicted(const struct signer *signer, struct text *note, struct error *why)
{
    if (signer == NULL || !signer->is_contradicted)
        return false;
    if (note != NULL)
        *note = signer->contradicted;
    if (why != NULL)
        *why = signer->why;
    return true;
}

enum status
signer_look_at(struct signer *signer, struct text note, bool *out_holds, struct error *error)
{
    AUTO_ARENA arena = arena_new(SIGN_ARENA);
    struct head head = get_head(signer, arena);
    const struct signed_past past = {signer->log, signer->keyring, &head.identity};
    struct said said;
    enum status status = signed_past_check(&past, arena, note, &said, error);

    *out_holds = status != STATUS_CONFLICT;
    return status == STATUS_CONFLICT || status == STATUS_STALE ? STATUS_OK : status;
}
