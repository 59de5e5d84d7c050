/*
 * The ledger by itself: every entry, body and hash.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger.h"
#include "replay/verify_internal.h"

void verify_ledger(const struct verify *verify, struct child_report *child_report)
{
    const struct ledger_settings settings = {.home = verify->home, .is_read_only = true};
    struct ledger *log = NULL;
    struct error error = {0};
    enum status status = ledger_open(&settings, &log, &error);
    uint64_t size = 0;

    if (status == STATUS_OK)
        size = ledger_size(log);
    if (status == STATUS_OK)
        status = ledger_verify(log, child_report_progress, child_report, &error);
    if (status == STATUS_OK)
        child_report_verdict(
            child_report, VERDICT_OK, size, "every entry, body and hash of the tree");
    else
        child_report_verdict(child_report, verdict_of(status), size, "%s", error.text);
    ledger_close(log);
}
