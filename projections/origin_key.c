/*
 * Keys of origins, made of the names that their boxes begin with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/origin_key.h"

#include "eventlog/events/privacy_events.h"

/* A key by one id: its subject and id are longer than that. */
static struct uuid one_id_of(struct bytes name)
{
    return rows_key(&name, 1);
}

/* Both boxes are sealed under it, and begin with its name. */
struct uuid origin_key(const struct origin *origin)
{
    const struct personal *sealed;

    if (origin == NULL)
        return UUID_NONE;
    sealed = text_is_present(origin->address.text) ? &origin->address : &origin->user_agent;
    if (!text_is_present(sealed->text) || sealed->box.size < EVENT_KEY_BYTES)
        return UUID_NONE;
    return one_id_of((struct bytes){sealed->box.data, EVENT_KEY_BYTES});
}

void origin_erase(
    struct rows *rows, const struct table *table, const struct origins_dropped *dropped)
{
    struct bytes keys = dropped->keys;

    for (size_t at = 0; at + EVENT_KEY_BYTES <= keys.size; at += EVENT_KEY_BYTES)
        rows_erase_by(
            rows, table, "origin_key", one_id_of((struct bytes){keys.data + at, EVENT_KEY_BYTES}));
}
