/*
 * Sealed values by version, and the nodes that were given them: what the model holds, kept up with what is recorded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/secret/vault.h"

#include "commands/secret/secret_lookup.h"
#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/secret_events.h"
#include "eventlog/seal.h"

#include <pthread.h>
#include <string.h>

enum { STREAMS = 16, LOAD_ARENA = 1 << 20 };

/* A value as it was sealed. */
struct sealed {
    struct uuid event_id;
    size_t size;
    uint8_t box[];
};

/* Forms of a set of versions, shared by the nodes that were given them. */
struct vault_forms {
    struct uuid set; /* what that set is called */
    size_t users;
    struct mask *mask;
};

struct stream {
    struct uuid id;
    struct mask_carry carry;
};

/* What a node was given. */
struct holder {
    struct uuid *versions; /* rising */
    size_t count;
    size_t room;
    struct vault_forms *forms; /* NULL: not made, since that changed */
    struct stream streams[STREAMS];
    size_t next; /* of the streams: the one that gives way */
};

struct vault {
    struct keyring *keyring;
    pthread_mutex_t lock; /* of all that follows */
    struct map *sealed;   /* by version */
    struct map *holders;  /* by node */
    struct map *forms;    /* by set */
};

static void lock(struct vault *vault)
{
    must(pthread_mutex_lock(&vault->lock) == 0);
}

static void unlock(struct vault *vault)
{
    must(pthread_mutex_unlock(&vault->lock) == 0);
}

static void add_version(void *context, const struct sealed_version *version)
{
    struct vault *vault = context;
    struct sealed *sealed = heap_new(sizeof(*sealed) + version->box.size);

    sealed->event_id = version->event_id;
    sealed->size = version->box.size;
    memcpy(sealed->box, version->box.data, version->box.size);
    heap_free(map_put(vault->sealed, version->version_id, sealed));
}

static void let_go(struct vault *vault, struct vault_forms *forms)
{
    if (forms == NULL || --forms->users > 0)
        return;
    map_remove(vault->forms, forms->set);
    mask_free(forms->mask);
    heap_free(forms);
}

static void forget_forms(struct vault *vault, struct holder *holder)
{
    let_go(vault, holder->forms);
    holder->forms = NULL;
}

/* Where it stands among the holder's, or is to stand. */
static size_t place_of(const struct holder *holder, struct uuid version_id)
{
    size_t place = 0;

    while (place < holder->count &&
           memcmp(holder->versions[place].bytes, version_id.bytes, sizeof(version_id.bytes)) < 0)
        place++;
    return place;
}

static bool has_at(const struct holder *holder, size_t place, struct uuid version_id)
{
    return place < holder->count && uuid_equal(holder->versions[place], version_id);
}

static void add_holder(void *context, struct uuid version_id, struct uuid node_id)
{
    struct vault *vault = context;
    struct holder *holder = map_get(vault->holders, node_id);
    size_t place;

    if (holder == NULL) {
        holder = heap_new(sizeof(*holder));
        must(map_put(vault->holders, node_id, holder) == NULL);
    }
    place = place_of(holder, version_id);
    if (has_at(holder, place, version_id))
        return;
    holder->versions =
        heap_grow(holder->versions, holder->count, &holder->room, sizeof(*holder->versions));
    memmove(
        &holder->versions[place + 1], &holder->versions[place],
        (holder->count - place) * sizeof(*holder->versions));
    holder->versions[place] = version_id;
    holder->count++;
    forget_forms(vault, holder);
}

static void drop_version(struct vault *vault, struct uuid version_id)
{
    struct uuid node_id;
    void *value;
    size_t cursor = 0;

    heap_free(map_remove(vault->sealed, version_id));
    while (map_next(vault->holders, &cursor, &node_id, &value)) {
        struct holder *holder = value;
        size_t place = place_of(holder, version_id);
        if (!has_at(holder, place, version_id))
            continue;
        holder->count--;
        memmove(
            &holder->versions[place], &holder->versions[place + 1],
            (holder->count - place) * sizeof(*holder->versions));
        forget_forms(vault, holder);
    }
}

struct vault *vault_new(struct keyring *keyring, const struct model *model)
{
    AUTO_ARENA arena = arena_new(LOAD_ARENA);
    struct vault *vault = heap_new(sizeof(*vault));

    vault->keyring = keyring;
    must(pthread_mutex_init(&vault->lock, NULL) == 0);
    vault->sealed = map_new();
    vault->holders = map_new();
    vault->forms = map_new();
    secret_each_version(model, arena, add_version, add_holder, vault);
    return vault;
}

static void free_holders(struct vault *vault)
{
    struct uuid node_id;
    void *value;
    size_t cursor = 0;

    while (map_next(vault->holders, &cursor, &node_id, &value)) {
        struct holder *holder = value;
        forget_forms(vault, holder);
        heap_free(holder->versions);
        explicit_bzero(holder, sizeof(*holder));
        heap_free(holder);
    }
    map_free(vault->holders);
}

void vault_free(struct vault *vault)
{
    struct uuid version_id;
    void *sealed;
    size_t cursor = 0;

    if (vault == NULL)
        return;
    free_holders(vault);
    while (map_next(vault->sealed, &cursor, &version_id, &sealed))
        heap_free(sealed);
    map_free(vault->sealed);
    map_free(vault->forms);
    must(pthread_mutex_destroy(&vault->lock) == 0);
    heap_free(vault);
}

static void note_value(
    struct vault *vault,
    const struct record *record,
    struct uuid version_id,
    const struct personal *value)
{
    const struct sealed_version version = {version_id, record->entry.event_id, value->box};

    lock(vault);
    add_version(vault, &version);
    unlock(vault);
}

static void note_delivered(struct vault *vault, const struct secret_delivered *delivered)
{
    lock(vault);
    add_holder(vault, delivered->version_id, delivered->node_id);
    unlock(vault);
}

static void note_destroyed(struct vault *vault, const struct secret_version_destroyed *destroyed)
{
    lock(vault);
    drop_version(vault, destroyed->version_id);
    unlock(vault);
}

static void note(struct vault *vault, const struct record *record)
{
    switch ((enum secret_event)record->type->id) {
    case EVT_SECRET_CREATED: {
        const struct secret_created *created = record->event;
        note_value(vault, record, created->version_id, &created->value);
        break;
    }
    case EVT_SECRET_ROTATED: {
        const struct secret_rotated *rotated = record->event;
        note_value(vault, record, rotated->version_id, &rotated->value);
        break;
    }
    case EVT_SECRET_DELIVERED:
        note_delivered(vault, record->event);
        break;
    case EVT_SECRET_VERSION_DESTROYED:
        note_destroyed(vault, record->event);
        break;
    case EVT_SECRET_CHANGED:
    case EVT_SECRET_DELETED:
        break;
    }
}

void vault_committed(struct vault *vault, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (event_type_area(records[i].type) == AREA_SECRET)
            note(vault, &records[i]);
    }
}

/* Locked. */
static enum status open_version(
    struct vault *vault,
    struct uuid version_id,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct sealed *sealed = map_get(vault->sealed, version_id);
    struct kept_box kept = {.shape = secret_created_event.shape, .tag = SECRET_VALUE_TAG};
    enum status status;

    *out = (struct text){NULL, 0};
    if (sealed == NULL)
        return error_set(error, STATUS_CORRUPT, "a version of a secret is not there");
    kept.box = (struct bytes){sealed->box, sealed->size};
    kept.event_id = sealed->event_id;
    status = keyring_open_box(vault->keyring, &kept, arena, out, error);
    if (status == STATUS_OK && !text_is_present(*out))
        return error_set(
            error, STATUS_CORRUPT, "the key of a version of a secret is not among the keys");
    return status;
}

enum status vault_open(
    struct vault *vault,
    struct uuid version_id,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    enum status status;

    lock(vault);
    status = open_version(vault, version_id, arena, out, error);
    unlock(vault);
    return status;
}

static enum status
make_mask(struct vault *vault, const struct holder *holder, struct mask *mask, struct error *error)
{
    AUTO_ARENA arena = arena_new((size_t)4 * SECRET_LONGEST_VALUE);
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < holder->count; i++) {
        struct text value;
        arena_reset(arena);
        status = open_version(vault, holder->versions[i], arena, &value, error);
        if (status == STATUS_OK)
            mask_add(mask, value);
    }
    return status;
}

static enum status settle_forms(struct vault *vault, struct holder *holder, struct error *error)
{
    const struct bytes all = {
        (const uint8_t *)holder->versions, holder->count * sizeof(*holder->versions)};
    struct uuid set = uuid_v8(sha256_of(&all, 1).bytes);
    struct vault_forms *forms = map_get(vault->forms, set);
    struct mask *mask;
    enum status status;

    if (forms == NULL) {
        mask = mask_new();
        status = make_mask(vault, holder, mask, error);
        if (status != STATUS_OK) {
            mask_free(mask);
            return status;
        }
        forms = heap_new(sizeof(*forms));
        *forms = (struct vault_forms){.set = set, .mask = mask};
        must(map_put(vault->forms, set, forms) == NULL);
    }
    forms->users++;
    holder->forms = forms;
    return STATUS_OK;
}

enum status vault_take_forms(
    struct vault *vault, struct uuid node_id, struct vault_forms **out, struct error *error)
{
    struct holder *holder;
    enum status status = STATUS_OK;

    *out = NULL;
    lock(vault);
    holder = map_get(vault->holders, node_id);
    if (holder != NULL && holder->count > 0) {
        if (holder->forms == NULL)
            status = settle_forms(vault, holder, error);
        *out = holder->forms;
        if (status == STATUS_OK)
            holder->forms->users++;
    }
    unlock(vault);
    return status;
}

void vault_put_forms(struct vault *vault, struct vault_forms *forms)
{
    lock(vault);
    let_go(vault, forms);
    unlock(vault);
}

const struct mask *vault_mask(const struct vault_forms *forms)
{
    return forms->mask;
}

static struct stream *stream_of(struct holder *holder, struct uuid stream)
{
    for (size_t i = 0; holder != NULL && i < STREAMS; i++) {
        if (uuid_equal(holder->streams[i].id, stream))
            return &holder->streams[i];
    }
    return NULL;
}

struct mask_carry vault_carry(struct vault *vault, struct uuid node_id, struct uuid stream)
{
    struct mask_carry carry = {0, 0};
    const struct stream *found;

    lock(vault);
    found = stream_of(map_get(vault->holders, node_id), stream);
    if (found != NULL)
        carry = found->carry;
    unlock(vault);
    return carry;
}

void vault_keep_carry(
    struct vault *vault, struct uuid node_id, struct uuid stream, struct mask_carry carry)
{
    struct holder *holder;
    struct stream *kept;

    lock(vault);
    holder = map_get(vault->holders, node_id);
    kept = stream_of(holder, stream);
    if (kept == NULL && holder != NULL)
        kept = &holder->streams[holder->next++ % STREAMS];
    if (kept != NULL)
        *kept = (struct stream){stream, carry};
    unlock(vault);
}
