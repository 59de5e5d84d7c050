/*
 * The upgrader: one thread that carries out what people order of upgrades of this program.
 *
 *   ledger ──a step was ordered──► [upgrader] ─┬─ download: releases ─► digest, signature ─► laid ready, tried out
 *                                              └─ apply: the new program prepares the read models ─► is chosen ─►
 *                                                 this program ends in order, the new one begins
 *   writer ◄──settle_upgrade──────┘
 *
 * What a step was at when the process ended is begun again at the next start; an apply is over when the program that
 * starts is the one that was wanted, or when it is the one before, which tells why.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_UPGRADE_UPGRADER_H
#define API_UPGRADE_UPGRADER_H

#include "api/release/releases.h"
#include "commands/writer.h"
#include "core/base/build_info.h"
#include "core/base/uuid.h"

struct upgrader;

struct upgrader_parts {
    const struct settings *settings;
    const char *home;
    const struct build_info *build;
    struct releases *releases; /* of this program */
    struct writer *writer;
    void (*begin_anew)(
        void *
            context); /* asks for it: this program is to end, and to be started again. Any thread */
    void *context;
};

/* What the parts point to outlives it. Given to the caller. */
struct upgrader *upgrader_new(const struct upgrader_parts *parts);
void upgrader_free(struct upgrader *upgrader); /* accepts NULL */

/* Runs until upgrader_stop(), which breaks off what is under way: before the writer stops. */
void upgrader_run(void *context);              /* the thread's; `context` is the upgrader */
void upgrader_stop(struct upgrader *upgrader); /* accepts NULL */

/* The writer's thread: perhaps a step was ordered. */
void upgrader_committed(struct upgrader *upgrader, const struct record *records, size_t count);

/* How far the step is that is being carried out; all absent where none is. Any thread. */
struct upgrade_phase {
    struct uuid upgrade_id;
    const char *status;  /* as the contract calls it */
    const char *message; /* in words */
    struct timestamp began_at;
};
struct upgrade_phase upgrader_phase(struct upgrader *upgrader);

#endif
