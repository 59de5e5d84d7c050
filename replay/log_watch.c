/*
 * Looks at a log, one after the other.
 *
 * Where something does not hold, it is looked at once more from the first entry on, from the server alone: so
 * that a copy which was damaged here is not taken for a fault of the server, and another history is told from
 * damage.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/log_watch.h"

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/set_aside.h"
#include "core/outbound/fetch.h"
#include "eventlog/log_identity.h"
#include "eventlog/tile.h"
#include "eventlog/tile_check.h"
#include "replay/log_copy.h"
#include "replay/log_epochs.h"
#include "replay/log_source.h"
#include "replay/progress_bar.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 20 };

struct log_watch {
    struct fetch *fetch;
    struct log_copy *copy;
    struct log_source *source;
    struct note_keys keys;
    struct log_identity named; /* by the name of the keys, without an epoch */
    int64_t key_epoch;         /* of that name */
    struct log_epochs epochs;  /* of the ledger, up to `known` */
    int64_t patience_us;
    struct arena *arena;    /* of the last look */
    struct tile_walk *walk; /* to `known`, once a look held */
    struct checkpoint known;
    char known_origin[NOTE_NAME_MAX + 1];
    int64_t known_epoch;
    bool has_known;
    bool has_walked;
    struct text contradiction;
    struct progress_bar bar;
    struct log_epochs walked; /* by the walk under way */
    uint64_t size;            /* that the bar leads to */
};

/* The tree. */

static enum status read_tile(void *context, const char *path, struct buf *out, struct error *error)
{
    struct log_watch *watch = context;
    struct tile tile;

    size_t before = out->size;
    bool has_entries = tile_parse(text_from(path + strlen("tile/")), &tile) && tile.is_of_entries;
    enum status status;

    if (has_entries)
        progress_bar_show(&watch->bar, tile.index * TILE_WIDTH, watch->size);
    status = log_source_read(watch->source, path, out, error);
    if (status == STATUS_OK && has_entries)
        log_epochs_note(
            &watch->walked, tile.index * TILE_WIDTH,
            (struct bytes){buf_bytes(out).data + before, out->size - before});
    return status;
}

static enum status walk_to(
    struct log_watch *watch,
    const struct checkpoint *checkpoint,
    bool is_direct,
    struct error *error)
{
    const struct tile_source source = {read_tile, watch};
    enum status status;

    watch->size = checkpoint->size;
    watch->walked = watch->epochs;
    log_source_aim(watch->source, checkpoint->size, is_direct);
    progress_bar_begin(&watch->bar, "checking", 0);
    status = tile_walk_to(
        watch->walk, &source, checkpoint, watch->has_known ? &watch->known : NULL, error);
    progress_bar_clear(&watch->bar);
    return status;
}

/* From the first entry, and from the server alone. */
static enum status
walk_anew(struct log_watch *watch, const struct checkpoint *checkpoint, struct error *error)
{
    struct tile_walk *before = watch->walk;
    struct log_epochs epochs_before = watch->epochs;
    enum status status;

    watch->epochs = (struct log_epochs){.size = 0};
    watch->walk = tile_walk_new();
    status = walk_to(watch, checkpoint, true, error);
    if (status == STATUS_OK) {
        tile_walk_free(before);
        return status;
    }
    tile_walk_free(watch->walk);
    watch->walk = before;
    watch->epochs = epochs_before;
    return status;
}

static enum status check(
    struct log_watch *watch,
    const struct checkpoint *next,
    struct log_sight *out,
    struct error *error)
{
    struct set_aside_name ignored;
    enum status status = walk_to(watch, next, false, error);

    if (status != STATUS_CORRUPT || !(watch->has_walked || log_source_used_copy(watch->source)))
        return status;
    status = walk_anew(watch, next, error);
    if (status != STATUS_OK || watch->copy == NULL)
        return status;
    /* The next look fetches all of it again. */
    out->is_copy_renewed = true;
    tile_walk_free(watch->walk);
    watch->walk = tile_walk_new();
    return set_aside(log_copy_directory(watch->copy), "tile", &ignored, error);
}

/* Checkpoints. */

static enum status fetch_note(
    struct log_watch *watch, struct text *out, struct timestamp *out_signed_at, struct error *error)
{
    AUTO_BUF note = {0};
    enum status status;

    buf_init(&note, NOTE_MAX_BYTES);
    status = fetch_get(watch->fetch, text_lit(LOG_PATH "checkpoint"), &note, error);
    if (status != STATUS_OK)
        return status;
    *out = text_copy(watch->arena, buf_text(&note));
    *out_signed_at = fetch_last_modified(watch->fetch);
    return STATUS_OK;
}

/* By the keys, under the name that they have or that of a later epoch. */
static bool
verify_note(struct log_watch *watch, struct text note, struct checkpoint *out, int64_t *out_epoch)
{
    struct note_keys keys = watch->keys;
    struct checkpoint checkpoint;

    if (!checkpoint_parse(watch->arena, note, &checkpoint) ||
        !log_identity_epoch(&watch->named, checkpoint.origin, out_epoch) ||
        *out_epoch < watch->key_epoch)
        return false;
    for (size_t i = 0; i < keys.count; i++)
        keys.keys[i].name = checkpoint.origin;
    return checkpoint_verify(watch->arena, note, &keys, out);
}

/* The name that a note gives itself, whoever signed it; absent where it has none that can be shown. */
static struct text name_in(struct text note)
{
    struct text rest = note;
    struct text name = text_cut(&rest, '\n');
    bool is_name = note_name_is_valid(name) && text_is_printable(name, false);

    return is_name ? name : (struct text){NULL, 0};
}

static enum status not_signed(const struct log_watch *watch, struct text note, struct error *error)
{
    struct text wanted = watch->keys.keys[0].name;
    struct text name = name_in(note);

    if (text_is_present(name) && !text_equal(name, wanted))
        return error_set_code(
            error, STATUS_CORRUPT, "not_signed", "%s shows a checkpoint of %.*s, not of %.*s",
            fetch_url(watch->fetch), TEXT_ARGS(name), TEXT_ARGS(wanted));
    return error_set_code(
        error, STATUS_CORRUPT, "not_signed",
        "what %s shows as its checkpoint is not signed by the key of %.*s", fetch_url(watch->fetch),
        TEXT_ARGS(wanted));
}

static enum status newest(struct log_watch *watch, struct log_sight *out, struct error *error)
{
    enum status status = fetch_note(watch, &out->note, &out->signed_at, error);

    if (status != STATUS_OK)
        return status;
    watch->contradiction = out->note;
    if (!verify_note(watch, out->note, &out->checkpoint, &out->epoch))
        return not_signed(watch, out->note, error);
    return STATUS_OK;
}

static bool is_older_epoch(const struct log_watch *watch, const struct log_sight *sight)
{
    return watch->has_known && sight->epoch < watch->known_epoch;
}

static bool is_smaller(const struct log_watch *watch, const struct checkpoint *next)
{
    return watch->has_known && next->size < watch->known.size;
}

static bool is_known(const struct log_watch *watch, const struct checkpoint *next)
{
    return watch->has_known && next->size == watch->known.size &&
           memcmp(next->root.bytes, watch->known.root.bytes, DIGEST_SIZE) == 0;
}

/* Two signatures are enough; no tile is needed. */
static enum status
compare(const struct log_watch *watch, const struct log_sight *sight, struct error *error)
{
    const struct checkpoint *next = &sight->checkpoint;
    unsigned long long size = next->size;

    if (is_older_epoch(watch, sight))
        return error_set_code(
            error, STATUS_CORRUPT, "leader_superseded",
            "%s shows a checkpoint of %.*s, whose leader was replaced: that of %s was seen",
            fetch_url(watch->fetch), TEXT_ARGS(next->origin), watch->known_origin);
    if (is_smaller(watch, next))
        return error_set_code(
            error, STATUS_CORRUPT, "ledger_rolled_back",
            "the ledger was of size %llu when it was last seen, and is of size %llu now",
            (unsigned long long)watch->known.size, size);
    if (watch->has_known && next->size == watch->known.size && !is_known(watch, next))
        return error_set_code(
            error, STATUS_CORRUPT, "ledger_forked",
            "two histories were signed: there are two different ledgers of size %llu", size);
    return STATUS_OK;
}

/* The copy. */

/* The partial tiles of a size, which the next one replaces. */
static void remove_partial(struct log_watch *watch, uint64_t size, bool is_of_entries, int level)
{
    const struct tile tile = {
        .is_of_entries = is_of_entries,
        .level = level,
        .index = tile_full_count(level, size),
        .width = tile_partial_width(level, size),
    };

    if (tile.width > 0)
        log_copy_remove(
            watch->copy,
            text_format(watch->arena, "tile/%.*s", TEXT_ARGS(tile_path(watch->arena, &tile))).data);
}

static enum status keep(struct log_watch *watch, const struct log_sight *sight, struct error *error)
{
    uint64_t before = watch->known.size;
    uint64_t now = sight->checkpoint.size;
    enum status status;

    if (watch->copy == NULL)
        return STATUS_OK;
    status = log_copy_write(watch->copy, "checkpoint", sight->note, true, error);
    if (status != STATUS_OK || !watch->has_known || before == now)
        return status;
    remove_partial(watch, before, true, 0);
    for (int level = 0; level < TILE_LEVELS; level++) {
        if (before >> (TILE_HEIGHT * level) != now >> (TILE_HEIGHT * level))
            remove_partial(watch, before, false, level);
    }
    return STATUS_OK;
}

/* It outlives its note. */
static void keep_origin(struct log_watch *watch, struct text origin)
{
    snprintf(
        watch->known_origin, sizeof(watch->known_origin), "%.*s",
        TEXT_ARGS(text_first_bytes(origin, NOTE_NAME_MAX)));
    watch->known.origin = text_from(watch->known_origin);
}

static enum status read_known(struct log_watch *watch, struct error *error)
{
    AUTO_BUF note = {0};
    enum status status;

    buf_init(&note, NOTE_MAX_BYTES);
    status = log_copy_read(watch->copy, "checkpoint", &note, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (!verify_note(watch, buf_text(&note), &watch->known, &watch->known_epoch))
        return error_set_code(
            error, STATUS_INVALID, "copy_of_another_log",
            "%s/checkpoint is not signed by the key of %.*s: give the key of that log, or another "
            "directory",
            log_copy_directory(watch->copy), TEXT_ARGS(watch->keys.keys[0].name));
    keep_origin(watch, watch->known.origin);
    watch->has_known = true;
    return STATUS_OK;
}

/* All of it. */

enum status log_watch_open(
    const struct log_watch_settings *settings, struct log_watch **out, struct error *error)
{
    struct log_watch *watch = heap_new(sizeof(*watch));
    enum status status = STATUS_OK;

    watch->fetch = settings->fetch;
    watch->copy = settings->copy;
    watch->keys = *settings->keys;
    watch->named.name = log_epochs_name(watch->keys.keys[0].name, &watch->key_epoch);
    watch->patience_us = settings->patience_us;
    watch->arena = arena_new(ARENA_BYTES);
    watch->walk = tile_walk_new();
    watch->source = log_source_new(watch->fetch, watch->copy);
    if (watch->copy != NULL)
        status = read_known(watch, error);
    if (status != STATUS_OK) {
        log_watch_close(watch);
        return status;
    }
    *out = watch;
    return STATUS_OK;
}

void log_watch_close(struct log_watch *watch)
{
    if (watch == NULL)
        return;
    tile_walk_free(watch->walk);
    log_source_free(watch->source);
    arena_free(watch->arena);
    heap_free(watch);
}

/* A later epoch than that of the keys is believed where the ledger itself says that it began by promoting a leader, and
 * goes on with what was seen. */
static enum status check_epoch(
    const struct log_watch *watch,
    const struct log_sight *sight,
    enum status status,
    struct error *error)
{
    bool is_corrupt = status == STATUS_CORRUPT;

    if (sight->epoch == watch->key_epoch || (status != STATUS_OK && !is_corrupt))
        return status;
    if (is_corrupt && watch->has_known && sight->epoch == watch->known_epoch)
        return status;
    if (is_corrupt || sight->epoch - watch->key_epoch > watch->walked.promotions)
        return not_signed(watch, sight->note, error);
    return STATUS_OK;
}

static enum status look(struct log_watch *watch, struct log_sight *out, struct error *error)
{
    enum status status = newest(watch, out, error);

    if (status == STATUS_OK &&
        (is_smaller(watch, &out->checkpoint) || is_older_epoch(watch, out))) {
        (void)poll(NULL, 0, (int)(watch->patience_us / US_PER_MS));
        status = newest(watch, out, error);
    }
    if (status != STATUS_OK)
        return status;
    status = compare(watch, out, error);
    if (status == STATUS_OK && watch->has_walked && is_known(watch, &out->checkpoint))
        return STATUS_OK;
    out->is_new = true;
    if (status == STATUS_OK)
        status = check(watch, &out->checkpoint, out, error);
    status = check_epoch(watch, out, status, error);
    return status == STATUS_OK ? keep(watch, out, error) : status;
}

enum status log_watch_look(struct log_watch *watch, struct log_sight *out, struct error *error)
{
    struct log_sight sight = {.is_new = false};
    enum status status;

    arena_reset(watch->arena);
    watch->contradiction = (struct text){NULL, 0};
    status = look(watch, &sight, error);
    if (status != STATUS_OK)
        return status;
    watch->contradiction = (struct text){NULL, 0};
    watch->known = sight.checkpoint;
    watch->known_epoch = sight.epoch;
    keep_origin(watch, sight.checkpoint.origin);
    if (sight.is_new)
        watch->epochs = watch->walked;
    watch->has_known = true;
    watch->has_walked = !sight.is_copy_renewed;
    *out = sight;
    return STATUS_OK;
}

struct text log_watch_contradiction(const struct log_watch *watch)
{
    return watch->contradiction;
}
