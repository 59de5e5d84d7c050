/*
 * Looking for the events that begin epochs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/log_epochs.h"

#include "core/base/arena.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/log_identity.h"
#include "eventlog/record.h"

enum { ENTRY_ARENA = 1 << 20 };

static bool cut_entry(struct bytes *rest, struct bytes *out)
{
    size_t size = rest->size < 2 ? 0 : (size_t)rest->data[0] << 8 | rest->data[1];

    if (rest->size < 2 || size > rest->size - 2)
        return false;
    *out = (struct bytes){rest->data + 2, size};
    *rest = (struct bytes){rest->data + 2 + size, rest->size - 2 - size};
    return true;
}

void log_epochs_note(struct log_epochs *epochs, uint64_t first, struct bytes bundle)
{
    AUTO_ARENA arena = arena_new(ENTRY_ARENA);
    struct bytes packed;

    for (uint64_t at = first; cut_entry(&bundle, &packed); at++) {
        struct entry entry = {.type = {NULL, 0}};

        if (at < epochs->size)
            continue;
        arena_reset(arena);
        if (entry_decode((struct position){at}, packed, arena, &entry, NULL) != STATUS_OK)
            return;
        if (text_is(entry.type, leader_promoted_event.name))
            epochs->promotions++;
        if (text_is(entry.type, origin_declared_event.name))
            epochs->promotions = 0;
        epochs->size = at + 1;
    }
}

struct text log_epochs_name(struct text name, int64_t *out_epoch)
{
    struct log_identity identity = {.name = name};

    for (size_t at = 0; at < name.size; at++) {
        if (name.data[at] == '/')
            identity.name = text_slice(name, 0, at);
    }
    if (log_identity_epoch(&identity, name, out_epoch))
        return identity.name;
    *out_epoch = 0;
    return name;
}
