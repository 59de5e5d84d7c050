/*
 * The ledger by itself: every entry, body and hash.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/evlog.h"
#include "replay/verify_internal.h"

void verify_ledger(const struct verify *verify, struct talk *talk)
{
    const struct evlog_settings settings = {.home = verify->home, .is_read_only = true};
    struct evlog *log = NULL;
    struct fault fault = {0};
    enum status status = evlog_open(&settings, &log, &fault);
    uint64_t size = 0;

    if (status == STATUS_OK)
        size = evlog_size(log);
    if (status == STATUS_OK)
        status = evlog_verify(log, talk_progress, talk, &fault);
    if (status == STATUS_OK)
        talk_verdict(talk, VERDICT_OK, size, "every entry, body and hash of the tree");
    else
        talk_verdict(talk, verdict_of(status), size, "%s", fault.text);
    evlog_close(log);
}
