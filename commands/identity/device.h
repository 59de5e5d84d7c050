/*
 * Devices that people trust: what deciding knows of one.
 *
 *   (none) ──device_trusted──► trusted ──devices_ended──► (none)
 *
 * It stands for the second factor, never for the password, and no longer than what its person signs in by stays as it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_DEVICE_H
#define COMMANDS_IDENTITY_DEVICE_H

#include "commands/identity/device_commands.h"
#include "commands/identity/identity.h"

struct device {
    struct uuid user_id;
    struct bytes digest;
    struct timestamp trusted_until; /* its timer's */
};
extern const struct aggregate device_aggregate;

/* False where it is trusted no more, or never was. */
bool device_load(const struct decision *decision, struct uuid device_id, struct device *out);

/* The person's device with a token of this digest; absent where there is none that is trusted now. */
struct uuid
device_trusted_by(const struct decision *decision, struct uuid user_id, struct bytes digest);

/* Emits that these, or all of a person's, are trusted no more; the ids live as long as the decision. */
void device_emit_ended(
    struct decision *decision, struct uuid user_id, struct list device_ids, enum device_end end);
void device_emit_all_ended(struct decision *decision, struct uuid user_id, enum device_end end);

/* Folding. */
void device_fold(struct fold *fold, const struct record *record);

extern const struct refusal refused_device_missing;
extern const struct refusal refused_devices_too_many;
extern const struct refusal refused_device_trust_off;

#endif
