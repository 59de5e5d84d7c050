/*
 * What the machine says of itself: name, system, versions.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_MACHINE_H
#define API_NODE_AGENT_MACHINE_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

struct machine_location {
    struct text provider;
    struct text source;
    struct text region;
    struct text zone;
    double latitude;
    double longitude;
};
extern const struct shape machine_location_shape;

struct machine {
    struct text os;
    struct text arch;
    struct text agent_version;
    struct text platform_version; /* "Debian GNU/Linux 12 (bookworm)" */
    struct text kernel_version;
    const struct machine_location *location; /* NULL: nobody has said it */
};
extern const struct shape machine_shape;

struct agent_settings;

/* In the arena; where it is, the settings say. */
void machine_read(const struct agent_settings *settings, struct arena *arena, struct machine *out);

/* Its name, in small letters. */
struct text machine_hostname(struct arena *arena);

#endif
