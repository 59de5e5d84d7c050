/*
 * The certificate of an erasure. It says what is so when it is asked for, from ledger and keys, and gives a
 * receipt for each event that it rests on, so that nobody has to believe it.
 *
 *   writer ──position──► [here] ─► ledger: person_erased, user_deleted, key_destroyed …  ─► receipts
 *                               └► keys.mdb: is each key gone, and overwritten?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/evidence.h"
#include "api/privacy/privacy_hooks.h"
#include "commands/privacy/privacy_commands.h"
#include "core/base/encode.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum { MOST_EVENTS = MOST_ERASED_KEYS + 2, RECORD_ARENA = 8 << 20 };

struct certified_event {
    int64_t position;
    struct text type;
    struct text key_id;
    struct text receipt;
};
static const struct field certified_event_fields[] = {
    {INT64(certified_event, position), .flags = REQUIRED, .doc = "Position of the event."},
    {TEXT(certified_event, type), .flags = REQUIRED, .doc = "Type of the event."},
    {TEXT(certified_event, key_id), .flags = OMIT_ABSENT,
     .doc = "Id of the key that it says was destroyed."},
    {TEXT(certified_event, receipt),
     .doc = "Receipt (C2SP tlog-proof) with the entry; null until a checkpoint covers the event, "
            "which takes about a second."},
};
static const struct shape certified_event_shape =
    SHAPE(certified_event, "An event that a certificate rests on.");

struct certificate {
    struct uuid subject_id;
    struct timestamp erased_at;
    struct uuid ordered_by_user_id;
    struct text reason;
    struct text rule;
    struct list events; /* of struct certified_event */
    int64_t keys_destroyed;
    int64_t keys_left;
    struct opt_bool is_overwritten;
    struct timestamp key_backups_until;
    struct list remains; /* of struct text */
};
static const struct field certificate_fields[] = {
    {UUID(certificate, subject_id), .flags = REQUIRED, .doc = "Id of the person."},
    {TIMESTAMP(certificate, erased_at), .flags = REQUIRED, .doc = "Time of the erasure."},
    {UUID(certificate, ordered_by_user_id),
     .doc = "Person who ordered it; null: an operator of the machine."},
    {TEXT(certificate, reason), .flags = REQUIRED, .doc = "Reason that was given."},
    {TEXT(certificate, rule), .flags = REQUIRED, .doc = "Rule that it was done by."},
    {OBJECTS(certificate, events, certified_event), .flags = REQUIRED,
     .doc = "Events that say so, each with its receipt."},
    {INT64(certificate, keys_destroyed), .flags = REQUIRED,
     .doc = "Keys of the person in keys.mdb that are gone."},
    {INT64(certificate, keys_left), .flags = REQUIRED,
     .doc =
         "Keys of the person that are there still; order the erasure again where this is not 0."},
    {BOOL(certificate, is_overwritten), .flags = REQUIRED,
     .doc =
         "Whether unused parts of keys.mdb were overwritten since, so that nothing of the keys is "
         "left in the file."},
    {TIMESTAMP(certificate, key_backups_until), .flags = REQUIRED,
     .doc = "Time at which the last backup that may hold a key is gone, by KEY_BACKUP_DAYS."},
    {LIST_OF(certificate, remains, KIND_TEXT), .flags = REQUIRED,
     .doc = "What the erasure does not reach."},
};
const struct shape certificate_shape =
    SHAPE(certificate, "What became of everything that was known of a person.");

struct certificate_question {
    struct uuid subject_id;
};
static const struct field certificate_question_fields[] = {
    {UUID(certificate_question, subject_id), .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
};
const struct shape certificate_question_shape =
    SHAPE(certificate_question, "Person who was erased.");

static const char *const remains[] = {
    "The entries of the ledger, with ids that say nothing of anybody, and keyed digests of addresses.",
    "Backups of keys.mdb until keyBackupsUntil, as configured: what they hold opens with a copy of the "
    "ledger and the key-encryption key.",
    "Files of PostgreSQL until VACUUM FULL and its log is recycled; no table shows it any more.",
    "What was sent on to sinks, exported with personal fields, mailed, or logged by the program, wherever "
    "that is kept.",
    "What people typed elsewhere: names in tasks, scripts, terminals and reasons.",
};

static struct list what_remains(struct arena *arena)
{
    struct text *items = arena_array(arena, COUNT_OF(remains), sizeof(*items));

    for (size_t i = 0; i < COUNT_OF(remains); i++)
        items[i] = text_from(remains[i]);
    return (struct list){items, COUNT_OF(remains)};
}

static void add_receipt(
    struct call *call,
    const struct signed_checkpoint *newest,
    uint64_t position,
    struct certified_event *out)
{
    struct error error;

    if (position < newest->size &&
        evidence_receipt(call, (struct position){position}, newest, &out->receipt, &error) !=
            STATUS_OK)
        out->receipt = (struct text){NULL, 0};
}

static struct certified_event
certify(struct call *call, const struct signed_checkpoint *newest, const struct record *record)
{
    struct certified_event event = {
        .position = (int64_t)record->position.value,
        .type = text_copy(call->arena, record->entry.type)};

    if (record->type == &key_destroyed_event)
        event.key_id =
            hex_encode(call->arena, ((const struct key_destroyed *)record->event)->key_id);
    add_receipt(call, newest, record->position.value, &event);
    return event;
}

/* All of one command. */
static enum status
add_events(struct call *call, uint64_t first, struct certificate *certificate, struct error *error)
{
    AUTO_ARENA scratch = arena_new(RECORD_ARENA);
    struct certified_event *events = arena_array(call->arena, MOST_EVENTS, sizeof(*events));
    struct signed_checkpoint newest = {.size = 0};
    struct uuid command = UUID_NONE;
    size_t count = 0;
    enum status status = STATUS_OK;

    (void)!signer_newest(call->services->signer, call->arena, &newest); /* none: of size 0 */
    while (count < MOST_EVENTS && first + count < ledger_size(call->services->ledger)) {
        struct record record;
        arena_reset(scratch);
        status = ledger_read_one(
            call->services->ledger, (struct position){first + count}, scratch, &record, error);
        if (status != STATUS_OK || (count > 0 && !uuid_equal(record.entry.command_id, command)))
            break;
        command = record.entry.command_id;
        events[count++] = certify(call, &newest, &record);
    }
    certificate->events = (struct list){events, count};
    return status;
}

static void count_key(const uint8_t key_id[8], bool is_destroyed, void *context)
{
    struct certificate *certificate = context;

    (void)key_id;
    certificate->keys_destroyed += is_destroyed;
    certificate->keys_left += !is_destroyed;
}

static enum status
read_keys(struct call *call, struct certificate *certificate, struct error *error)
{
    struct keyring *keyring = call->services->keyring;
    enum status status =
        keyring_each_key(keyring, certificate->subject_id, count_key, certificate, error);

    certificate->is_overwritten =
        opt_bool_of(keyring_is_wiped(keyring) && certificate->keys_left == 0);
    return status;
}

static enum status
read_event(struct call *call, uint64_t position, struct certificate *out, struct error *error)
{
    struct record record;
    const struct person_erased *erased;
    enum status status = ledger_read_one(
        call->services->ledger, (struct position){position}, call->arena, &record, error);

    if (status != STATUS_OK)
        return status;
    if (record.type != &person_erased_event)
        return error_set(error, STATUS_CORRUPT, "no erasure is where the write model has it");
    erased = record.event;
    *out = (struct certificate){
        .subject_id = erased->subject_id,
        .erased_at = record.entry.recorded_at,
        .ordered_by_user_id =
            record.entry.actor_kind == ACTOR_USER ? record.entry.actor_id : UUID_NONE,
        .reason = erased->reason,
        .rule = erased->rule,
        .key_backups_until = timestamp_plus_us(
            record.entry.recorded_at,
            call->services->settings->key_backup_days * 24 * 3600 * US_PER_S),
        .remains = what_remains(call->arena),
    };
    return STATUS_OK;
}

/* Nobody was erased, or not by this order. */
static void refuse(struct call *call, const struct refusal *refusal, struct uuid id)
{
    char shown[UUID_TEXT_SIZE];
    struct error error;

    uuid_print(id, shown);
    decision_refuse(&error, refusal, shown);
    call_answer_error(call, &error);
}

static void certify_erasure(struct call *call, const struct erased_person *erased)
{
    struct certificate certificate;
    struct error error;
    enum status status = read_event(call, (uint64_t)erased->position, &certificate, &error);

    if (status == STATUS_OK)
        status = add_events(call, (uint64_t)erased->position, &certificate, &error);
    if (status == STATUS_OK)
        status = read_keys(call, &certificate, &error);
    if (status == STATUS_OK)
        call_answer_shape(call, 200, &certificate_shape, &certificate);
    else
        call_answer_error(call, &error);
}

void certificate_answer(struct call *call, const void *answer)
{
    const struct erased_person *erased = answer;

    if (uuid_is_present(erased->hold_id))
        refuse(call, &refused_subject_held, erased->hold_id);
    else if (erased->position == INT64_ABSENT)
        refuse(call, &refused_subject_not_erased, erased->subject_id);
    else
        certify_erasure(call, erased);
}

static void show(struct call *call)
{
    certificate_answer(call, call->submission.answer);
}

static void on_answered(struct call *call)
{
    if (call->submission.status != STATUS_OK)
        call_answer_refusal(call);
    else
        call_to_lane(call, LANE_PLAIN, show);
}

void certificate_handle(struct call *call)
{
    const struct certificate_question *asked = call->input;
    struct query_erased_person *question = arena_one(call->arena, struct query_erased_person);

    question->subject_id = asked->subject_id;
    call_submit(call, &query_erased_person_command, question, on_answered);
}
