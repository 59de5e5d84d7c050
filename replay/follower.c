/*
 * The thread that pulls, one stretch after the other.
 *
 *   fetch ─► signed? larger? ─► continues ours? ─► decode ─► keys ─► writer ─► shown checkpoint ─┐
 *     ▲                                                                                         │
 *     └── at the end: waits at the leader ◄──── error: later, and later again ◄─────────────────┘
 *                                               other history: ends
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/follower.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "core/run/queue.h"
#include "eventlog/leadership.h"
#include "eventlog/signer.h"
#include "replay/follower_batch.h"
#include "replay/herald.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    PULL_ARENA = 256 << 20,
    IDENTITY_ARENA = 64 << 10,
    WAIT_MS = 5000, /* at the leader, for its next checkpoint */
    FIRST_PAUSE_MS = 100,
    LONGEST_PAUSE_MS = 10000,
    LEAST_BYTES = 1 << 10
};

struct follower {
    const struct leader *leader;
    const char *home;
    struct ledger *log;
    struct keyring *keyring;
    struct writer *writer;
    struct signer *signer;
    struct following *following;
    const struct leadership *leadership;
    struct fetch *fetch;
    struct arena *arena;       /* of one stretch */
    struct tree_growth growth; /* of the ledger as it is */
    struct arena *identity_arena;
    struct log_identity identity; /* of the same */
    struct queue *wakeup;         /* carries nothing: it is only closed */
    struct queue *outcomes;       /* of the writer */
    int64_t epochs_known;         /* so far the first checkpoints of epochs were asked for */
    int64_t most_bytes;           /* of a stretch: as much as the network carries in one piece */
    int pause_ms;
    bool was_refused; /* by a former leader that it has told, the last time */
};

/* Checkpoints: who may have signed them. */

/* Under the origin that a checkpoint has. */
static enum status
keys_of(struct follower *follower, struct text origin, struct note_keys *out, struct error *error)
{
    const struct log_key *keys = follower->identity.keys.items;
    struct note_keys given = {.count = 0};

    out->count = 0;
    for (size_t i = 0; i < follower->identity.keys.count && out->count < NOTE_MOST_KEYS; i++)
        out->keys[out->count++] = note_key_of(origin, keys[i].verifier_key);
    if (!text_is_present(follower->leader->key))
        return STATUS_OK;
    if (!note_keys_parse(follower->arena, follower->leader->key, &given))
        return error_set_code(
            error, STATUS_INVALID, "key_malformed",
            "FLEETLEDGER_FOLLOW_KEY is no verifier key, as fleetledger admit-follower prints it");
    for (size_t i = 0; i < given.count && out->count < NOTE_MOST_KEYS; i++) {
        if (text_equal(given.keys[i].name, origin))
            out->keys[out->count++] = given.keys[i];
    }
    return STATUS_OK;
}

static enum status not_signed(const struct follower *follower, struct error *error)
{
    return error_set_code(
        error, STATUS_CORRUPT, "not_signed",
        "what %.*s shows as its checkpoint is signed by no key that the ledger names as one of %.*s",
        TEXT_ARGS(follower->leader->url), TEXT_ARGS(follower->identity.origin));
}

/* Of the epoch that we are in, or a later one, which our ledger is to name by the time that it has that size. One
 * of an earlier epoch comes from a leader that was replaced. */
static enum status judge_epoch(
    const struct follower *follower, const struct checkpoint *checkpoint, struct error *error)
{
    const struct log_identity *identity = &follower->identity;
    int64_t their_epoch = 0;
    int64_t epoch = 0;

    if (!log_identity_epoch(identity, checkpoint->origin, &their_epoch) ||
        !log_identity_epoch(identity, identity->origin, &epoch))
        return not_signed(follower, error);
    if (their_epoch >= epoch)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CONFLICT, "leader_superseded",
        "%.*s leads epoch %lld of the ledger, which ended at size %lld: name the server that leads "
        "epoch %lld with FLEETLEDGER_FOLLOW",
        TEXT_ARGS(follower->leader->url), (long long)their_epoch, (long long)identity->since,
        (long long)epoch);
}

static enum status read_checkpoint(
    struct follower *follower,
    const struct ledger_range *range,
    struct checkpoint *out,
    struct error *error)
{
    struct note_keys keys;
    uint64_t size = follower->growth.size;
    enum status status;

    if (!checkpoint_parse(follower->arena, range->note, out))
        return not_signed(follower, error);
    status = keys_of(follower, out->origin, &keys, error);
    if (status != STATUS_OK)
        return status;
    if (!checkpoint_verify(follower->arena, range->note, &keys, out))
        return not_signed(follower, error);
    status = judge_epoch(follower, out, error);
    if (status != STATUS_OK)
        return status;
    if (out->size < size)
        return error_set_code(
            error, STATUS_CORRUPT, "ledger_rolled_back",
            "the leader's ledger was of size %llu when it was last seen, and is of size %llu now",
            (unsigned long long)size, (unsigned long long)out->size);
    return STATUS_OK;
}

/* The writer. */

struct handover {
    struct queue_item item; /* first */
    struct submission submission;
    struct queue *outcomes;
};

/* The writer's thread. */
static void on_done(struct submission *submission)
{
    struct handover *handover = submission->owner;

    must(queue_put_always(handover->outcomes, &handover->item));
}

static enum status
hand_over(struct follower *follower, const struct adoption *adoption, struct error *error)
{
    struct handover handover = {
        .submission = {.adoption = adoption, .done = on_done}, .outcomes = follower->outcomes};
    struct queue_item *taken = NULL;

    handover.submission.owner = &handover;
    if (!writer_submit(follower->writer, &handover.submission))
        return error_set_code(error, STATUS_UNAVAILABLE, "busy", "the writer takes nothing more");
    while (taken == NULL) /* the writer answers all that it took, to its end */
        taken = queue_take(follower->outcomes, US_PER_S);
    must(taken == &handover.item);
    if (handover.submission.status != STATUS_OK)
        *error = handover.submission.error;
    return handover.submission.status;
}

static void fold_identity(struct follower *follower, const struct adoption *adoption)
{
    struct log_identity identity = follower->identity;
    struct arena *arena;
    bool concerns = false;

    for (size_t i = 0; i < adoption->count && !concerns; i++)
        concerns = log_identity_concerns(&adoption->records[i]);
    if (!concerns)
        return;
    for (size_t i = 0; i < adoption->count; i++)
        log_identity_fold(follower->arena, &adoption->records[i], &identity);
    arena = arena_new(IDENTITY_ARENA);
    shape_copy(&log_identity_shape, arena, &identity, &follower->identity);
    arena_free(follower->identity_arena);
    follower->identity_arena = arena;
}

static enum status adopt(
    struct follower *follower,
    const struct ledger_range *range,
    const struct tree_growth *grown,
    struct error *error)
{
    struct adoption adoption;
    enum status status = follower_decode(
        range, ledger_last_timestamp(follower->log), follower->arena, &adoption, error);

    if (status == STATUS_OK)
        status = follower_fetch_keys(
            follower->fetch, follower->keyring, &adoption, follower->arena, error);
    if (status == STATUS_OK)
        status = hand_over(follower, &adoption, error);
    if (status != STATUS_OK)
        return status;
    follower->growth = *grown;
    fold_identity(follower, &adoption);
    return STATUS_OK;
}

/* A stretch. */

/* Proofs lead to a checkpoint that is shown: one that our ledger reaches, and whose origin it names by then. */
static enum status show(
    struct follower *follower,
    const struct ledger_range *range,
    const struct checkpoint *checkpoint,
    struct error *error)
{
    struct signed_checkpoint shown;

    if (follower->growth.size != checkpoint->size)
        return STATUS_OK;
    if (!text_equal(checkpoint->origin, follower->identity.origin))
        return not_signed(follower, error);
    if (signer_newest(follower->signer, follower->arena, &shown) &&
        text_equal(shown.note, range->note))
        return STATUS_OK;
    return signer_adopt(follower->signer, range->note, range->signed_at, error);
}

/* Once an epoch: the leader may have first checkpoints that we have not, as later ones were shown when we came. */
static enum status keep_firsts(struct follower *follower, struct error *error)
{
    int64_t epoch = atomic_load(&follower->leadership->epoch);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && follower->epochs_known < epoch) {
        struct first_checkpoints given = {{NULL, 0}};
        const struct first_checkpoint *firsts;

        status = follower_fetch_epochs(
            follower->fetch, follower->epochs_known + 1, follower->arena, &given, error);
        firsts = given.checkpoints.items;
        for (size_t i = 0; i < given.checkpoints.count && status == STATUS_OK; i++)
            status = signer_adopt_first(follower->signer, &firsts[i], error);
        if (status == STATUS_OK)
            follower->epochs_known =
                given.checkpoints.count == 0 ? epoch : firsts[given.checkpoints.count - 1].epoch;
    }
    return status;
}

static void publish(struct follower *follower, const struct checkpoint *checkpoint)
{
    struct following *following = follower->following;
    bool is_complete = follower->growth.size == checkpoint->size;

    atomic_store(&following->leader_size, checkpoint->size);
    if (is_complete)
        atomic_store(&following->complete_us, monotonic_us());
    atomic_store(&following->is_complete, is_complete);
    atomic_store(&following->is_connected, true);
}

static enum status take(struct follower *follower, struct ledger_range *range, struct error *error)
{
    struct tree_growth grown = follower->growth;
    struct checkpoint checkpoint;
    enum status status = read_checkpoint(follower, range, &checkpoint, error);

    if (status == STATUS_OK)
        status = ledger_range_check(range, &checkpoint, &grown, error);
    if (status == STATUS_OK && range->events.size > 0)
        status = adopt(follower, range, &grown, error);
    if (status == STATUS_OK)
        status = show(follower, range, &checkpoint, error);
    if (status == STATUS_OK && follower->growth.size == checkpoint.size)
        status = keep_firsts(follower, error);
    if (status == STATUS_OK)
        publish(follower, &checkpoint);
    return status;
}

/* The leader's note, and why it is none of ours: the first stays. What we have kept is in checkpoints.mdb. */
static void
keep_contradiction(const struct follower *follower, struct text note, const struct error *why)
{
    char path[PATH_MAX];
    FILE *file;

    if (snprintf(path, sizeof(path), "%s/contradiction", follower->home) >= (int)sizeof(path) ||
        access(path, F_OK) == 0)
        return;
    file = fopen(path, "we");
    if (file == NULL ||
        fprintf(file, "%s: %s\n\n%.*s", why->code, why->text, TEXT_ARGS(note)) < 0 ||
        fflush(file) != 0 || fsync(fileno(file)) != 0)
        log_error("follower.contradiction_not_kept", log_c("file", path));
    if (file != NULL && fclose(file) != 0)
        log_error("follower.contradiction_not_kept", log_c("file", path));
}

static void
contradict(struct follower *follower, const struct ledger_range *range, const struct error *why)
{
    log_error("follower.contradicted", log_cause(why));
    keep_contradiction(follower, range->note, why);
    follower->following->why = *why;
    atomic_store(&follower->following->is_contradicted, true);
}

/* What tells of another history; whatever else fails may be better next time. */
static bool is_contradiction(const struct error *error)
{
    static const char *const codes[] = {
        "not_signed", "ledger_rolled_back", "ledger_forked", "evidence_damaged"};

    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (error->status == STATUS_CORRUPT && strcmp(error->code, codes[i]) == 0)
            return true;
    }
    return false;
}

/* It should take no more changes; where it does not hear, it is told the next time. */
static void tell_former(struct follower *follower, struct text their_note)
{
    const struct herald_parts parts = {follower->log, follower->signer, follower->leadership};
    struct checkpoint theirs = {.size = 0};
    int64_t epoch = 0;
    struct error error = {0};
    bool was_refused = follower->was_refused;
    bool was_told;

    must(checkpoint_parse(follower->arena, their_note, &theirs));
    must(log_identity_epoch(&follower->identity, theirs.origin, &epoch));
    was_told = herald_tell(&parts, epoch, follower->fetch, &error) == STATUS_OK;
    follower->was_refused = !was_told && herald_is_refusal(follower->fetch, &error);
    if (was_told)
        log_info("leader.former_told", log_c("former_leader", follower->following->url));
    else if (follower->was_refused && !was_refused)
        log_error(
            "leader.former_not_told", log_c("former_leader", follower->following->url),
            log_cause(&error));
}

/* What is cut on its way is lost whole, so that less is asked for next: else a network that is slow, or cuts again and again,
 * would carry the same beginning for ever. */
static enum status
fetch_range(struct follower *follower, struct ledger_range *out, struct error *error)
{
    const struct range_wanted wanted = {&follower->growth, WAIT_MS, follower->most_bytes};
    enum status status =
        follower_fetch_range(follower->fetch, &wanted, follower->arena, out, error);

    if (status == STATUS_OK && follower->most_bytes < LEDGER_RANGE_USUAL)
        follower->most_bytes *= 2;
    if (status != STATUS_OK && text_is(text_from(error->code), "unreachable") &&
        follower->most_bytes > LEAST_BYTES)
        follower->most_bytes /= 8;
    return status;
}

static enum status pull(struct follower *follower, struct error *error)
{
    struct ledger_range range = {.from = 0};
    enum status status;

    arena_reset(follower->arena);
    status = fetch_range(follower, &range, error);
    if (status == STATUS_OK)
        status = take(follower, &range, error);
    if (status != STATUS_OK && is_contradiction(error))
        contradict(follower, &range, error);
    if (status != STATUS_OK && strcmp(error->code, "leader_superseded") == 0)
        tell_former(follower, range.note);
    return status;
}

/* True when it may go on. */
static bool pause_after(struct follower *follower, const struct error *error)
{
    bool was_connected = atomic_exchange(&follower->following->is_connected, false);

    if (queue_is_closed(follower->wakeup))
        return false;
    if (was_connected || follower->pause_ms == 0)
        log_warning("follower.leader_lost", log_cause(error));
    follower->pause_ms = follower->pause_ms == 0 ? FIRST_PAUSE_MS : 2 * follower->pause_ms;
    if (follower->pause_ms > LONGEST_PAUSE_MS)
        follower->pause_ms = LONGEST_PAUSE_MS;
    queue_take(follower->wakeup, (int64_t)follower->pause_ms * US_PER_MS);
    return !queue_is_closed(follower->wakeup);
}

void follower_run(void *context)
{
    struct follower *follower = context;

    while (!queue_is_closed(follower->wakeup) && !follower->following->is_contradicted) {
        struct error error = {0};

        if (pull(follower, &error) == STATUS_OK) {
            if (follower->pause_ms > 0)
                log_info("follower.leader_back", log_c("leader", follower->following->url));
            follower->pause_ms = 0;
        } else if (follower->following->is_contradicted || !pause_after(follower, &error)) {
            return;
        }
    }
}

void follower_stop(struct follower *follower)
{
    if (follower == NULL)
        return;
    queue_close(follower->wakeup);
    fetch_cancel(follower->fetch);
}

enum status
follower_new(const struct follower_settings *settings, struct follower **out, struct error *error)
{
    const struct leader *leader = settings->leader;
    const struct fetch_server server = {
        .url = leader->url, .token_file = leader->token_file, .ca_file = leader->ca_file};
    struct follower *follower = heap_new(sizeof(*follower));
    enum status status;

    follower->leader = leader;
    follower->home = settings->home;
    follower->log = settings->log;
    follower->keyring = settings->keyring;
    follower->writer = settings->writer;
    follower->signer = settings->signer;
    follower->following = settings->following;
    follower->leadership = settings->leadership;
    follower->arena = arena_new(PULL_ARENA);
    follower->most_bytes = LEDGER_RANGE_USUAL;
    follower->identity_arena = arena_new(IDENTITY_ARENA);
    follower->wakeup = queue_new(1);
    follower->outcomes = queue_new(1);
    shape_copy(
        &log_identity_shape, follower->identity_arena, settings->identity, &follower->identity);
    status = ledger_growth(settings->log, &follower->growth, error);
    if (status == STATUS_OK)
        status = fetch_open(&server, &follower->fetch, error);
    if (status != STATUS_OK) {
        follower_free(follower);
        return status;
    }
    follower->following->url = fetch_url(follower->fetch);
    *out = follower;
    return STATUS_OK;
}

void follower_free(struct follower *follower)
{
    if (follower == NULL)
        return;
    fetch_close(follower->fetch);
    queue_free(follower->wakeup);
    queue_free(follower->outcomes);
    arena_free(follower->identity_arena);
    arena_free(follower->arena);
    heap_free(follower);
}
