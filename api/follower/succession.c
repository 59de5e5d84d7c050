/*
 * Another server leads: whoever brings the proof is believed, as it is signed. From then on this server takes no
 * changes, and says why.
 *
 *   new leader, or one of its followers ──POST──► [here] ──► <home>/superseded ──► writer, health, followers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/follower.h"
#include "core/base/log.h"
#include "eventlog/leadership.h"
#include "eventlog/ledger_read.h"
#include "eventlog/signer.h"

struct succession_outcome {
    int64_t epoch;
    struct opt_bool is_superseded;
};
static const struct field succession_outcome_fields[] = {
    {INT64(succession_outcome, epoch), .flags = REQUIRED, .doc = "Epoch of this server's ledger."},
    {BOOL(succession_outcome, is_superseded), .flags = REQUIRED,
     .doc = "Whether another server leads, as this one knows by now."},
};
const struct shape succession_outcome_shape =
    SHAPE(succession_outcome, "What this server makes of it.");

static enum status learn(struct call *call, struct error *error)
{
    const struct services *services = call->services;
    const struct succession *succession = call->input;
    struct leadership *leadership = services->leadership;
    struct log_identity identity;
    struct succeeded proved = {.epoch = 0};
    bool was_superseded = leadership_is_superseded(leadership, NULL);
    enum status status;

    signer_identity(services->signer, call->arena, &identity);
    status = succession_check(succession, services->ledger, &identity, call->arena, &proved, error);
    if (status != STATUS_OK || proved.epoch == 0)
        return status;
    status =
        leadership_supersede(leadership, succession, &proved, ledger_size(services->ledger), error);
    if (status == STATUS_OK && !was_superseded)
        log_error("leader.superseded", log_cause(&leadership->why));
    return status;
}

void follower_succession_handle(struct call *call)
{
    const struct leadership *leadership = call->services->leadership;
    struct error error;

    if (learn(call, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    call_answer_shape(
        call, 200, &succession_outcome_shape,
        &(struct succession_outcome){
            .epoch = atomic_load(&leadership->epoch),
            .is_superseded = opt_bool_of(leadership_is_superseded(leadership, NULL)),
        });
}
