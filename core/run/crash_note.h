/*
 * A file that a process leaves behind when it dies of a fault of its own (SIGSEGV, SIGBUS, SIGABRT),
 * and of nothing else: whoever starts next looks closer at what may have killed it.
 *
 *   crash_note_arm ─► … fault ─► the file ─► [next start] crash_note_is_there ─► mended ─► crash_note_clear
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_CRASH_NOTE_H
#define CORE_RUN_CRASH_NOTE_H

#include "core/base/attributes.h"

#include <stdbool.h>

/* From now on a fault makes the file, then whatever was to happen happens. False when the path (copied)
 * is too long. Once in a process, its main thread. */
MUST_USE bool crash_note_arm(const char *path);

bool crash_note_is_there(const char *path);
void crash_note_clear(const char *path);

#endif
