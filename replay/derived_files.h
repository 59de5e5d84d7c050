/*
 * The LMDB files that the ledger gives again: opened for a server, or set aside and made anew.
 *
 *   ledger ──fold──► model.mdb     ──index──► index.mdb     telemetry.mdb begins empty
 *
 * A file that cannot be opened is found at once; one whose page ends the process when it is met is found
 * at the next start, which looks at every page after a crash.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_DERIVED_FILES_H
#define REPLAY_DERIVED_FILES_H

#include "core/base/attributes.h"
#include "core/base/error.h"

struct ledger;
struct ledger_index;
struct model;
struct telemetry;

struct derived_files {
    struct model *model;        /* folded as far as the ledger */
    struct ledger_index *index; /* its thread has it catch up */
    struct telemetry *telemetry;
};

/* Opens them in a home whose lock is held; what is damaged is set aside, which is logged with the time
 * that making it again took. STATUS_UNAVAILABLE, code "ledger_missing", when the model is of a ledger
 * and this one is empty. Main thread, once in a process. */
MUST_USE enum status derived_files_open(
    const char *home, struct ledger *log, struct derived_files *out, struct error *error);

/* Destroys again what the record says was destroyed, where an older keys.mdb brought it back; logged. */
struct keyring;
MUST_USE enum status derived_files_settle_keys(
    const struct derived_files *files, struct keyring *keyring, struct error *error);

/* Accepts a half-opened one. */
void derived_files_close(struct derived_files *files);

#endif
