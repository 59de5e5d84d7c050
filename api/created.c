/*
 * Showing what one command has made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/created.h"

#include "api/select.h"
#include "eventlog/ledger_read.h"

enum { READ_AT_ONCE = 100, READ_BYTES = 1 << 20 };

/* They are named by what the command has put on the ledger, now or when it was first sent: the events of the
 * kind that came first. */
static enum status read_created(struct call *call, struct list *out, struct error *error)
{
    const struct submission *submission = &call->submission;
    struct record *records = arena_array(call->arena, READ_AT_ONCE, sizeof(*records));
    struct uuid *ids = arena_array(call->arena, submission->emitted, sizeof(*ids));
    const struct event_type *type = NULL;
    struct position from = submission->first;
    uint64_t left = submission->emitted;

    *out = (struct list){ids, 0};
    while (left > 0) {
        size_t limit = left < READ_AT_ONCE ? (size_t)left : READ_AT_ONCE;
        size_t count = 0;
        enum status status = ledger_read(
            call->services->ledger, from, limit, READ_BYTES, call->arena, records, &count, error);
        if (status != STATUS_OK)
            return status;
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++) {
            if (type == NULL)
                type = records[i].type;
            if (records[i].type == type)
                ids[out->count++] = records[i].entry.stream;
        }
        from.value += count;
        left -= count;
    }
    return STATUS_OK;
}

static void show_created(struct call *call)
{
    struct list ids;
    struct error error;

    if (read_created(call, &ids, &error) == STATUS_OK)
        select_answer_rows(call, call->route->status, call->route->shows, &ids);
    else
        call_answer_error(call, &error);
}

void created_answer(struct call *call, const void *answer)
{
    (void)answer;
    call_wait_shown(call, call->submission.size, show_created);
}
