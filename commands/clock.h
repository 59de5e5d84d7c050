/*
 * The wall clock, watched: events are stamped with it, so a clock that is set wrong would stamp
 * evidence wrong. Pure; the writer's thread.
 *
 *   wall − boot time = the same, for as long as nobody sets the clock
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_CLOCK_H
#define COMMANDS_CLOCK_H

#include "core/base/timestamp.h"

struct clock_watch {
    int64_t offset_us; /* wall − boot time, when the watch began */
    uint64_t behind_us;
    bool is_behind; /* of the ledger, by more than is harmless */
    bool has_jumped;
};

struct clock_watch clock_watch_begin(struct timestamp wall, int64_t boot_us);

/* Looks again; `last` is the ledger's newest moment. True when there is something new to warn
 * about: the clock fell behind, or jumped. Once it has jumped it stays so. */
bool clock_watch_look(
    struct clock_watch *watch, struct timestamp wall, int64_t boot_us, struct timestamp last);

#endif
