/*
 * Erase a person: the account is deleted, and every key that sealed something of theirs destroyed, all in
 * one command. Entries stay, with ids that say nothing of anybody.
 *
 *   api ──erase_person──► [here] ──person_erased, user_deleted, key_destroyed …──► ledger
 *                                          writer, once that is committed ─► keys.mdb
 *                                or erasure_refused, where a legal hold is over the person, or what they did
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/platform/platform_lookup.h"
#include "commands/privacy/privacy.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"

static const struct field erase_person_fields[] = {
    {UUID(erase_person, subject_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
    {TEXT(erase_person, reason), .tag = 2, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 500,
     .doc = "Reason, which stays on record for ever: it must say nothing of the person."},
    {BYTES(erase_person, key_ids), .tag = 3, .flags = SERVER_SET,
     .max = MOST_ERASED_KEYS * ERASED_KEY_ID_BYTES, .doc = "Ids of the person's keys, joined."},
};
static const struct shape erase_person_shape = SHAPE(erase_person, "Person to erase.");

/* The same from an operator of the machine, who has no path to name the person in. */
static const struct field forget_person_fields[] = {
    {UUID(erase_person, subject_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(erase_person, reason), .tag = 2, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = 500, .doc = "Reason, which stays on record for ever."},
    {BYTES(erase_person, key_ids), .tag = 3, .flags = SERVER_SET,
     .max = MOST_ERASED_KEYS * ERASED_KEY_ID_BYTES, .doc = "Ids of the person's keys, joined."},
};
static const struct shape forget_person_shape = {
    .name = "forget_person",
    .doc = "Person to forget.",
    .size = sizeof(struct erase_person),
    .fields = forget_person_fields,
    .count = COUNT_OF(forget_person_fields)};

static const struct field erased_person_fields[] = {
    {UUID(erased_person, subject_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(erased_person, position), .tag = 2,
     .doc = "Position of the event that says that the person was erased."},
    {UUID(erased_person, hold_id), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Hold because of which the order was refused, on record."},
};
static const struct shape erased_person_shape =
    SHAPE(erased_person, "A person who was erased, or not.");

static const struct field query_erased_person_fields[] = {
    {UUID(query_erased_person, subject_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
};
static const struct shape query_erased_person_shape =
    SHAPE(query_erased_person, "Person who may have been erased.");

static enum status
check(const struct decision *decision, struct uuid subject_id, struct error *error)
{
    if (uuid_equal(decision->actor.id, subject_id))
        return decision_refuse(error, &refused_erasing_self);
    if (user_is_last_admin(decision, subject_id))
        return decision_refuse(error, &refused_erasing_last_admin);
    return user_check_deletable(decision, subject_id, error);
}

/* The order succeeds, because it leaves something on record: its answer says that it was refused. */
static void refuse(struct decision *decision, const struct erase_person *order, struct uuid hold_id)
{
    const struct erasure_refused refused = {
        order->subject_id, hold_id, order->reason, text_lit("hold")};

    decision_emit_refusal(decision, &erasure_refused_event, order->subject_id, UUID_NONE, &refused);
}

static void emit_keys(struct decision *decision, const struct erase_person *order)
{
    struct bytes ids = order->key_ids;

    for (size_t at = 0; at + ERASED_KEY_ID_BYTES <= ids.size; at += ERASED_KEY_ID_BYTES) {
        const struct key_destroyed destroyed = {
            order->subject_id, {ids.data + at, ERASED_KEY_ID_BYTES}};
        if (!platform_is_key_destroyed(decision->model, order->subject_id, ids.data + at))
            decision_emit(decision, &key_destroyed_event, order->subject_id, UUID_NONE, &destroyed);
    }
}

static void
erase(struct decision *decision, const struct erase_person *order, bool is_there, bool is_erased)
{
    const struct user_deleted deleted = {order->subject_id};
    const struct person_erased erased = {order->subject_id, order->reason, text_lit("request")};

    if (!is_erased)
        decision_emit(decision, &person_erased_event, order->subject_id, UUID_NONE, &erased);
    if (is_there)
        user_emit_groups_left(decision, order->subject_id);
    if (is_there)
        decision_emit(decision, &user_deleted_event, order->subject_id, UUID_NONE, &deleted);
    emit_keys(decision, order);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct erase_person *order = input;
    struct uuid hold = privacy_hold_over_person(decision, order->subject_id);
    bool is_active;
    bool is_there = user_is_there(decision, order->subject_id, &is_active);
    bool is_erased = privacy_is_erased(decision->model, order->subject_id, NULL);
    enum status status = STATUS_OK;

    if (!is_there && !is_erased && !user_was_there(decision, order->subject_id))
        return decision_refuse(
            error, &refused_subject_missing, decision_show(decision, order->subject_id));
    if (is_there)
        status = check(decision, order->subject_id, error);
    if (status != STATUS_OK)
        return status;
    if (uuid_is_present(hold))
        refuse(decision, order, hold);
    else
        erase(decision, order, is_there, is_erased);
    return STATUS_OK;
}

static void fill(const struct decision *decision, struct uuid subject_id, void *answer)
{
    struct erased_person *erased = answer;
    uint64_t position;

    erased->subject_id = subject_id;
    if (privacy_is_erased(decision->model, subject_id, &position))
        erased->position = (int64_t)position;
}

static void
answer_order(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct erase_person *order = input;
    struct erased_person *erased = answer;

    (void)arena;
    fill(decision, order->subject_id, erased);
    if (erased->position != (int64_t)decision->first.value) /* a hold that was placed since */
        erased->hold_id = privacy_hold_over_person(decision, order->subject_id);
}

static void answer_question(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_erased_person *question = input;

    (void)arena;
    fill(decision, question->subject_id, answer);
}

const struct command erase_person_command = {
    .name = "erase_person",
    .doc =
        "Erases a person: deletes the account and destroys the keys of all that was sealed of them.",
    .input = &erase_person_shape,
    .decide = decide,
    .answer = &erased_person_shape,
    .answer_from = answer_order,
};

const struct command forget_person_command = {
    .name = "forget_person",
    .doc = "Erases a person, by order of an operator of the machine.",
    .input = &forget_person_shape,
    .decide = decide,
    .answer = &erased_person_shape,
    .answer_from = answer_order,
};

const struct command query_erased_person_command = {
    .name = "query_erased_person",
    .doc = "Looks up whether a person was erased.",
    .input = &query_erased_person_shape,
    .answer = &erased_person_shape,
    .answer_from = answer_question,
    .is_question = true,
};
