/*
 * Folding which keys are destroyed, whatever event tells it, and telling it again: the record knows better than a
 * keys.mdb that was put back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"

#include <string.h>

enum { KEY_ID_BYTES = 8 };

static struct uuid link_of(const uint8_t key_id[KEY_ID_BYTES])
{
    struct uuid key = UUID_NONE;

    memcpy(key.bytes, key_id, KEY_ID_BYTES);
    return key;
}

static void link_destroyed(struct uuid subject, const uint8_t *key_id, void *context)
{
    struct model *model = context;

    model_link(model, LINK_DESTROYED_SUBJECT, UUID_NONE, subject, 0);
    model_link(model, LINK_DESTROYED_KEY, subject, link_of(key_id), 0);
}

void platform_note_destroyed(struct fold *fold, const struct record *record)
{
    record->type->each_destroyed(record->event, link_destroyed, fold->model);
}

void platform_each_destroyed_key(const struct model *model, event_key *each, void *context)
{
    struct uuid subject = UUID_NONE;

    while (model_next_link(model, LINK_DESTROYED_SUBJECT, UUID_NONE, subject, &subject, NULL)) {
        struct uuid key = UUID_NONE;
        while (model_next_link(model, LINK_DESTROYED_KEY, subject, key, &key, NULL))
            each(subject, key.bytes, context);
    }
}

bool platform_is_key_destroyed(
    const struct model *model, struct uuid subject, const uint8_t key_id[KEY_ID_BYTES])
{
    return model_linked(model, LINK_DESTROYED_KEY, subject, link_of(key_id), NULL);
}
