/*
 * The ledger by itself: every entry, body and hash.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/evlog.h"
#include "replay/verify_internal.h"

void verify_ledger(const struct verify *verify, struct child_report *child_report)
{
    const struct evlog_settings settings = {.home = verify->home, .is_read_only = true};
    struct evlog *log = NULL;
    struct error error = {0};
    enum status status = evlog_open(&settings, &log, &error);
    uint64_t size = 0;

    if (status == STATUS_OK)
        size = evlog_size(log);
    if (status == STATUS_OK)
        status = evlog_verify(log, child_report_progress, child_report, &error);
    if (status == STATUS_OK)
        child_report_verdict(
            child_report, VERDICT_OK, size, "every entry, body and hash of the tree");
    else
        child_report_verdict(child_report, verdict_of(status), size, "%s", error.text);
    evlog_close(log);
}
