/*
 * The boundaries that a request, an event or a row crosses. One row: name, as it is called in a plan,
 * the actions that make sense there, where. Included with FAILPOINT_ROW defined; see failpoint.h.
 * SPDX-License-Identifier: Apache-2.0
 */
/* clang-format off */
FAILPOINT_ROW(PARSE,          "parse",          KILL | FAIL | DELAY, "a request is whole, and not yet handed over")
FAILPOINT_ROW(AUTHORIZE,      "authorize",      KILL | FAIL | DELAY, "before the caller's rights are looked at")
FAILPOINT_ROW(DECIDE,         "decide",         KILL | FAIL | DELAY, "before a command is decided")
FAILPOINT_ROW(KEYS,           "keys",           KILL | FAIL | DELAY, "before new keys are stored")
FAILPOINT_ROW(KEYS_STORED,    "keys_stored",    KILL | DELAY,        "after that, and before what they seal")
FAILPOINT_ROW(APPEND,         "append",         KILL | FAIL | DELAY, "before a batch is written")
FAILPOINT_ROW(HASH,           "hash",           KILL | FAIL | DELAY, "before the hashes of one event")
FAILPOINT_ROW(COMMIT,         "commit",         KILL | FAIL | DELAY, "before a batch is committed")
FAILPOINT_ROW(COMMITTED,      "committed",      KILL | FAIL | DELAY, "after that, and before anybody knows")
FAILPOINT_ROW(SIGN,           "sign",           KILL | FAIL | DELAY, "a checkpoint is signed, and not yet kept")
FAILPOINT_ROW(SIGNED,         "signed",         KILL | DELAY,        "after that, and before anybody is shown it")
FAILPOINT_ROW(DESTROY,        "destroy",        KILL | FAIL | DELAY, "before a key is destroyed, whose end is on record")
FAILPOINT_ROW(DESTROYED,      "destroyed",      KILL | DELAY,        "after that, and before what is left of it is overwritten")
FAILPOINT_ROW(WIPED,          "wiped",          KILL | DELAY,        "after that, and before it is noted")
FAILPOINT_ROW(MODEL,          "model",          KILL | FAIL | DELAY, "before the write model is committed")
FAILPOINT_ROW(INDEX,          "index",          KILL | FAIL | DELAY, "before the index is committed")
FAILPOINT_ROW(TELEMETRY,      "telemetry",      KILL | FAIL | DELAY, "before samples are committed")
FAILPOINT_ROW(PROJECT,        "project",        KILL | FAIL | DELAY, "before events are applied to rows")
FAILPOINT_ROW(ROWS,           "rows",           KILL | FAIL | DELAY, "before rows and position are committed")
FAILPOINT_ROW(SWITCH,         "switch",         KILL | FAIL | DELAY, "before a set of tables becomes the one served")
FAILPOINT_ROW(READ,           "read",           KILL | FAIL | DELAY, "before rows are read for an answer")
FAILPOINT_ROW(ANSWER,         "answer",         KILL | DELAY,        "a command has committed, and is not yet answered")
FAILPOINT_ROW(SEND,           "send",           KILL | DELAY,        "before an answer is sent")
FAILPOINT_ROW(BACKUP,         "backup",         KILL | FAIL | DELAY, "before a file of a backup is stored, and before what is over is removed")
FAILPOINT_ROW(RESTORE,        "restore",        KILL | FAIL | DELAY, "before each step of a restore")
FAILPOINT_ROW(PROMOTE,        "promote",        KILL | FAIL | DELAY, "before each step of a promotion")
/* clang-format on */
