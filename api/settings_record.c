/*
 * Opening settings on record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings_record.h"

#include "eventlog/events/platform_events.h"
#include "eventlog/seal.h"

static enum status open_one(
    const struct recorded_setting *recorded,
    struct keyring *keyring,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct kept_box kept = {
        .box = recorded->box,
        .event_id = recorded->event_id,
        .shape = setting_sealed_event.shape,
        .tag = SETTING_VALUE_TAG,
    };

    *out = recorded->value;
    if (!bytes_are_present(recorded->box))
        return STATUS_OK;
    return keyring_open_box(keyring, &kept, arena, out, error);
}

enum status settings_record_open(
    const struct recorded_settings *recorded,
    struct keyring *keyring,
    bool is_following,
    struct arena *arena,
    struct config_given *out,
    struct error *error)
{
    const struct recorded_setting *all = recorded->values.items;
    struct kept_setting *kept = arena_array(arena, recorded->values.count + 1, sizeof(*kept));
    enum status status = STATUS_OK;
    size_t count = 0;

    for (size_t i = 0; i < recorded->values.count && status == STATUS_OK; i++) {
        struct text value = {NULL, 0};
        if (is_following && opt_bool_is_true(all[i].is_of_home))
            continue;
        status = open_one(&all[i], keyring, arena, &value, error);
        if (status == STATUS_OK && text_is_present(value))
            kept[count++] = (struct kept_setting){all[i].name, value};
    }
    if (status != STATUS_OK)
        return status;
    out->kept = kept;
    out->kept_count = count;
    return STATUS_OK;
}
