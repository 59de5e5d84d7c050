/*
 * Settings on record: those that people have changed while the server ran, as they are read at its start. Flags and
 * environment go before them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETTINGS_RECORD_H
#define API_SETTINGS_RECORD_H

#include "api/settings.h"
#include "commands/platform/platform_commands.h"

struct keyring;

/* What a process was started with. */
struct settings_given {
    const struct settings *settings;
    const char *const *held; /* see config_found; NULL: nothing is held */
};

/* Each with its value, secrets opened, in the arena. A follower leaves those aside that say where its leader has its
 * things, and so is left aside whose key was lost. */
MUST_USE enum status settings_record_open(
    const struct recorded_settings *recorded,
    struct keyring *keyring,
    bool is_following,
    struct arena *arena,
    struct config_given *out,
    struct error *error);

#endif
