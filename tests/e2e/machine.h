/*
 * Machines: agents that claim tasks as fast as they can, run them in no time, and note what was
 * acknowledged to them. After a crash they bring to its end whatever they had begun.
 *
 *   claim ──► started ──► logs ("m0-17") ──► completed
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_MACHINE_H
#define TESTS_E2E_MACHINE_H

#include "core/base/uuid.h"
#include "tests/e2e/people.h"

/* A task that was handed over, and which of its reports were acknowledged. */
struct job {
    char task[UUID_TEXT_SIZE];
    bool has_started;
    bool has_logged;
    bool has_completed;
    bool has_ended; /* nothing more will be accepted of it: completed, cancelled, or taken back */
};

struct machine;

struct machine *make_machine(const struct agent *agent, unsigned number);
void end_machine(struct machine *machine); /* accepts NULL */

/* On a thread of its own: works until the server is gone, or until given_rest(). */
void given_work(struct machine *machine);
void given_rest(struct machine *machine);

/* On a thread of its own: every job that is not ended comes to its end. */
void begin_to_finish(struct machine *machine);
/* What does not hold, as a sentence; "" when all does. */
const char *finished(struct machine *machine);

/* All jobs; the line of number n that machine m logs is "m<m>-<n>". */
const struct job *jobs_of(const struct machine *machine, size_t *out_count);

#endif
