/*
 * Ledger-Epoch, on the way in and out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/epoch.h"

#include "eventlog/leadership.h"

static int64_t epoch_of(const struct services *services)
{
    const struct leadership *leadership = services->leadership;

    return leadership == NULL ? 0 : atomic_load(&leadership->epoch);
}

struct text epoch_print(const struct services *services, struct arena *arena)
{
    int64_t epoch = epoch_of(services);

    if (epoch == 0)
        return (struct text){NULL, 0};
    return text_format(arena, "%lld", (long long)epoch);
}

struct text epoch_text(const struct call *call)
{
    return epoch_print(call->services, call->arena);
}

bool epoch_refuses(struct call *call)
{
    struct text header = http_header(call->request, "Ledger-Epoch");
    int64_t epoch = epoch_of(call->services);
    int64_t seen = 0;
    struct error error;

    if (!text_is_present(header))
        return false;
    if (!text_to_int64(text_trim(header), &seen) || seen < 0)
        error_set_code(
            &error, STATUS_INVALID, "invalid_header",
            "Ledger-Epoch must be a whole number, as an answer named it.");
    else if (seen > epoch)
        error_set_code(
            &error, STATUS_UNAVAILABLE, "older_epoch",
            "This server's ledger is of epoch %lld, older than %lld, which another server leads.",
            (long long)epoch, (long long)seen);
    else
        return false;
    call_answer_error(call, &error);
    return true;
}
