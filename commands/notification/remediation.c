/*
 * What the orders about dead letters share: input, answer and all that is decided but the event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "core/base/must.h"

static const struct field remediation_fields[] = {
    {LIST_OF(remediation, ids, KIND_UUID), .tag = 1, .flags = REQUIRED, .max = 1000,
     .doc = "Ids of dead letters; repeated ids count once."},
};
const struct shape remediation_shape = SHAPE(remediation, "Dead letters to requeue or give up.");

static const struct field remediated_view_fields[] = {
    {BOOL(remediated_view, success), .tag = 1, .flags = REQUIRED, .doc = "Always true on success."},
    {INT64(remediated_view, affected), .tag = 2, .flags = REQUIRED,
     .doc = "Number of dead letters that were changed."},
};
const struct shape remediated_view_shape =
    SHAPE(remediated_view, "Number of dead letters that were changed.");

static enum status
must_be_dead(const struct decision *decision, const struct list *letters, struct error *error)
{
    const struct uuid *ids = letters->items;

    if (letters->count == 0)
        return decision_refuse(error, &refused_no_dead_letter_named);
    for (size_t i = 0; i < letters->count; i++) {
        if (delivery_of(decision, ids[i]).status.is != DELIVERY_DEAD)
            return decision_refuse(error, &refused_no_dead_letter);
    }
    return STATUS_OK;
}

/* Does it stand among the first `count`? Then it was dealt with already. */
static bool is_among(const struct uuid *ids, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(ids[i], id))
            return true;
    }
    return false;
}

enum status remediation_emit(
    struct decision *decision,
    const struct remediation *order,
    const struct event_type *type,
    struct error *error)
{
    const struct uuid *ids = order->ids.items;
    enum status status = must_be_dead(decision, &order->ids, error);

    must(type->shape->size == sizeof(*ids));
    for (size_t i = 0; status == STATUS_OK && i < order->ids.count; i++) {
        if (!is_among(ids, i, ids[i]))
            decision_emit(decision, type, ids[i], UUID_NONE, &ids[i]);
    }
    return status;
}

void remediation_answer(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct remediated_view *view = answer;

    (void)input;
    (void)arena;
    *view = (struct remediated_view){OPT_TRUE, (int64_t)decision->emitted};
}
