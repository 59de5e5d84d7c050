/*
 * Tables of the platform's events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/platform_events.h"

static const struct field ledger_opened_fields[] = {
    {UUID(ledger_opened, installation_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the installation."},
    {TEXT(ledger_opened, origin_name), .tag = 2, .flags = REQUIRED, .max = 255,
     .doc = "Name of the ledger in its checkpoints."},
    {BYTES(ledger_opened, verifier_key), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "Ed25519 public key that verifies its checkpoints."},
    {BYTES(ledger_opened, key_ids), .tag = 4, .flags = REQUIRED, .max = 64,
     .doc =
         "Ids of the installation's own keys, by which keys.mdb is known to belong to the ledger."},
};
EVENT(
    ledger_opened,
    EVT_LEDGER_OPENED,
    "platform.ledger_opened",
    "The ledger was opened; the first event of every installation.");

static const struct field refusal_recorded_fields[] = {
    {TEXT(refusal_recorded, code), .tag = 1, .flags = REQUIRED, .max = 64,
     .doc = "Code of the refusal."},
    {TEXT(refusal_recorded, method), .tag = 2, .flags = REQUIRED, .max = 16,
     .doc = "Method of the request."},
    {TEXT(refusal_recorded, route), .tag = 3, .flags = REQUIRED, .max = 200,
     .doc = "Path pattern of the route."},
};
EVENT(
    refusal_recorded,
    EVT_REFUSAL_RECORDED,
    "platform.refusal_recorded",
    "A request was refused for a reason that matters to security.");

static const struct field refusals_summarised_fields[] = {
    {TIMESTAMP(refusals_summarised, since), .tag = 1, .flags = REQUIRED,
     .doc = "Start of the period."},
    {TIMESTAMP(refusals_summarised, until), .tag = 2, .flags = REQUIRED,
     .doc = "End of the period."},
    {INT64(refusals_summarised, count), .tag = 3, .flags = REQUIRED,
     .doc = "Number of refusals in the period."},
};
EVENT(
    refusals_summarised,
    EVT_REFUSALS_SUMMARISED,
    "platform.refusals_summarised",
    "Refusals that were counted instead of recorded one by one.");

static const struct field key_destroyed_fields[] = {
    {UUID(key_destroyed, subject), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the person or other subject whose key it was."},
    {BYTES(key_destroyed, key_id), .tag = 2, .flags = REQUIRED, .max = 8,
     .doc = "Id of the key, as the boxes that it sealed name it."},
};
static void each_destroyed(const void *event, event_key *each, void *context)
{
    const struct key_destroyed *destroyed = event;

    if (destroyed->key_id.size == 8)
        each(destroyed->subject, destroyed->key_id.data, context);
}
#define DESTROYED                                                                                  \
    "A data key was destroyed: what it sealed is forgotten, in every copy of the ledger."
EVENT_WITH(
    key_destroyed,
    EVT_KEY_DESTROYED,
    "platform.key_destroyed",
    DESTROYED,
    SHAPE(key_destroyed, DESTROYED),
    .schema = 1,
    .each_destroyed = each_destroyed);

static const struct field key_encryption_key_rotated_fields[] = {
    {BYTES(key_encryption_key_rotated, key_id), .tag = 1, .flags = REQUIRED, .max = 8,
     .doc = "Id of the key-encryption key, a digest of it."},
    {INT64(key_encryption_key_rotated, rows), .tag = 2, .flags = REQUIRED,
     .doc = "Number of keys that were wrapped anew."},
};
EVENT(
    key_encryption_key_rotated,
    EVT_KEY_ENCRYPTION_KEY_ROTATED,
    "platform.key_encryption_key_rotated",
    "All keys are wrapped under another key-encryption key.");

static const struct field signing_key_rotated_fields[] = {
    {BYTES(signing_key_rotated, verifier_key), .tag = 1, .flags = REQUIRED, .max = 32,
     .doc = "Ed25519 public key that verifies checkpoints from now on."},
    {TIMESTAMP(signing_key_rotated, overlap_until), .tag = 2, .flags = REQUIRED,
     .doc = "Time until which the key before it signs, too."},
};
EVENT(
    signing_key_rotated,
    EVT_SIGNING_KEY_ROTATED,
    "platform.signing_key_rotated",
    "Checkpoints are signed by another key, and for a while by the one before it, too.");

static const struct field origin_declared_fields[] = {
    {TEXT(origin_declared, origin), .tag = 1, .flags = REQUIRED, .max = 255,
     .doc = "Name of the ledger in its checkpoints from now on."},
    {TEXT(origin_declared, former_origin), .tag = 2, .flags = REQUIRED, .max = 255,
     .doc = "Name in the newest checkpoint, which this ledger does not continue."},
    {INT64(origin_declared, size), .tag = 3, .flags = REQUIRED,
     .doc = "Size of the ledger that the checkpoint is of."},
    {BYTES(origin_declared, root), .tag = 4, .flags = REQUIRED, .max = 32,
     .doc = "Root in that checkpoint."},
    {TEXT(origin_declared, note), .tag = 5, .flags = REQUIRED, .max = 8000,
     .doc = "The checkpoint as it was signed."},
    {TEXT(origin_declared, reason), .tag = 6, .flags = REQUIRED, .max = 500,
     .doc = "Reason that the operator gave."},
};
EVENT(
    origin_declared,
    EVT_ORIGIN_DECLARED,
    "platform.origin_declared",
    "The ledger goes on under another name, because it does not continue what was signed.");

static const struct field restore_anchor_fields[] = {
    {TEXT(restore_anchor, origin), .tag = 1, .flags = REQUIRED, .max = 255,
     .doc = "Name of the ledger in the checkpoint."},
    {INT64(restore_anchor, size), .tag = 2, .flags = REQUIRED,
     .doc = "Size of the ledger that it is of."},
    {BYTES(restore_anchor, root), .tag = 3, .flags = REQUIRED, .max = 32, .doc = "Root in it."},
    {BOOL(restore_anchor, holds), .tag = 4, .flags = REQUIRED,
     .doc = "Whether the restored ledger continues it."},
};
const struct shape restore_anchor_shape =
    SHAPE(restore_anchor, "A checkpoint that a restored ledger was held against.");

static const struct field log_restored_fields[] = {
    {INT64(log_restored, size), .tag = 1, .flags = REQUIRED,
     .doc = "Number of events that were put back."},
    {TEXT(log_restored, backup), .tag = 2, .flags = REQUIRED, .max = 255,
     .doc = "Name of the manifest of the backup."},
    {OBJECTS(log_restored, anchors, restore_anchor), .tag = 3, .flags = REQUIRED, .max = 100,
     .doc = "Checkpoints that the ledger was held against."},
    {LIST_OF(log_restored, dropped, KIND_INT64), .tag = 4, .flags = REQUIRED, .max = 100000,
     .doc = "Positions of bodies that were not put back, because events which were not put back "
            "either had dropped them."},
};
static struct list restored_without(const void *event)
{
    return ((const struct log_restored *)event)->dropped;
}
EVENT_WITH(
    log_restored,
    EVT_LOG_RESTORED,
    "platform.log_restored",
    "The ledger was put back from a backup: what was recorded behind its events is gone.",
    SHAPE(
        log_restored,
        "The ledger was put back from a backup: what was recorded behind its events is gone."),
    .schema = 1,
    .dropped = restored_without);

static const struct field drill_recorded_fields[] = {
    {TEXT(drill_recorded, backup), .tag = 1, .max = 255,
     .doc = "Name of the manifest of the backup; absent where none could be restored."},
    {INT64(drill_recorded, size), .tag = 2, .flags = REQUIRED,
     .doc = "Number of events that came back."},
    {INT64(drill_recorded, head), .tag = 3, .flags = REQUIRED,
     .doc = "Number of events that there were."},
    {INT64(drill_recorded, recovery_point_us), .tag = 4, .flags = REQUIRED,
     .doc = "Age in microseconds of the oldest event that would have been lost; 0: none would."},
    {INT64(drill_recorded, recovery_us), .tag = 5, .flags = REQUIRED,
     .doc = "Time in microseconds until everything could be read again."},
    {LIST_OF(drill_recorded, findings, KIND_TEXT), .tag = 6, .flags = REQUIRED, .max = 100,
     .doc = "What did not hold; none where all did."},
};
EVENT(
    drill_recorded,
    EVT_DRILL_RECORDED,
    "platform.drill_recorded",
    "A backup was restored elsewhere, and what came of it compared with what there is.");

static const struct field look_recorded_fields[] = {
    {TEXT(look_recorded, route), .tag = 1, .flags = REQUIRED, .max = 200,
     .doc = "Path pattern of the route."},
    {JSON(look_recorded, filter), .tag = 2, .flags = REQUIRED, .max = 4096,
     .doc = "What was asked for, by parameter; what is personal in it as a keyed digest."},
    {TIMESTAMP(look_recorded, kept_at), .tag = 3,
     .doc =
         "When it was, where nothing could be recorded at the time: it was kept in a file of the "
         "home until it could."},
};
EVENT(
    look_recorded,
    EVT_LOOK_RECORDED,
    "platform.look_recorded",
    "Somebody looked at evidence: the first look of a session with that filter in ten minutes.");

static const struct field counted_look_fields[] = {
    {UUID(counted_look, command_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the order that recorded the look, which its event has."},
    {INT64(counted_look, count), .tag = 2, .flags = REQUIRED,
     .doc = "How often it was looked in the period."},
};
const struct shape counted_look_shape = SHAPE(counted_look, "A look that was repeated.");

static const struct field looks_counted_fields[] = {
    {TIMESTAMP(looks_counted, since), .tag = 1, .flags = REQUIRED, .doc = "Start of the period."},
    {TIMESTAMP(looks_counted, until), .tag = 2, .flags = REQUIRED, .doc = "End of the period."},
    {OBJECTS(looks_counted, looks, counted_look), .tag = 3, .flags = REQUIRED, .max = 100,
     .doc = "Looks that were repeated in it."},
    {INT64(looks_counted, further), .tag = 4, .flags = REQUIRED,
     .doc = "Number of looks with still other filters, which were not recorded each."},
};
EVENT(
    looks_counted,
    EVT_LOOKS_COUNTED,
    "platform.looks_counted",
    "What somebody's looks at evidence came to in ten minutes.");

static const struct field fields_opened_fields[] = {
    {INT64(fields_opened, position), .tag = 1, .flags = REQUIRED,
     .doc = "Position of the event whose personal fields were opened."},
};
EVENT(
    fields_opened,
    EVT_FIELDS_OPENED,
    "platform.fields_opened",
    "Personal fields of an event were opened for somebody; recorded before they were shown.");

static const struct field follower_admitted_fields[] = {
    {UUID(follower_admitted, follower_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the follower."},
    {TEXT(follower_admitted, name), .tag = 2, .flags = REQUIRED, .max = 100,
     .doc = "Name of the follower."},
    {BYTES(follower_admitted, token_digest), .tag = 3, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Keyed digest of its token."},
};
EVENT(
    follower_admitted,
    EVT_FOLLOWER_ADMITTED,
    "platform.follower_admitted",
    "Another server may follow this one: it is given the ledger and the wrapped keys.");

static const struct field follower_revoked_fields[] = {
    {UUID(follower_revoked, follower_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the follower."},
};
EVENT(
    follower_revoked,
    EVT_FOLLOWER_REVOKED,
    "platform.follower_revoked",
    "A server follows this one no longer: its token opens nothing from now on.");

static const struct field leader_promoted_fields[] = {
    {TEXT(leader_promoted, origin), .tag = 1, .flags = REQUIRED, .max = 255,
     .doc = "Name of the ledger in its checkpoints from now on: that of the new epoch."},
    {TEXT(leader_promoted, former_origin), .tag = 2, .flags = REQUIRED, .max = 255,
     .doc = "Name in its checkpoints until now."},
    {INT64(leader_promoted, size), .tag = 3, .flags = REQUIRED,
     .doc = "Size of what was followed, and is gone on with."},
    {BYTES(leader_promoted, root), .tag = 4, .flags = REQUIRED, .max = 32,
     .doc = "Root of the ledger of that size."},
    {TEXT(leader_promoted, note), .tag = 5, .flags = REQUIRED, .max = 8000,
     .doc = "The newest checkpoint of the former leader, as it was signed."},
    {TEXT(leader_promoted, former_leader), .tag = 6, .flags = REQUIRED, .max = 4096,
     .doc = "URL of the former leader."},
    {TEXT(leader_promoted, confirmed_by), .tag = 7, .flags = REQUIRED, .max = 200,
     .doc = "Who has made sure that the former leader is down."},
    {TEXT(leader_promoted, reason), .tag = 8, .flags = REQUIRED, .max = 500,
     .doc = "Reason that the operator gave."},
    {LIST_OF(leader_promoted, dropped, KIND_INT64), .tag = 9, .flags = REQUIRED, .max = 100000,
     .doc = "Positions of bodies that the former leader had dropped by events which are none of "
            "this ledger."},
};
static struct list promoted_without(const void *event)
{
    return ((const struct leader_promoted *)event)->dropped;
}
EVENT_WITH(
    leader_promoted,
    EVT_LEADER_PROMOTED,
    "platform.leader_promoted",
    "A follower leads from here on: a new epoch of the ledger.",
    SHAPE(leader_promoted, "A follower leads from here on: a new epoch of the ledger."),
    .schema = 1,
    .dropped = promoted_without);

static const struct field setting_change_fields[] = {
    {TEXT(setting_change, name), .tag = 1, .flags = REQUIRED, .max = SETTING_LONGEST_NAME,
     .doc = "Name of the setting in the environment."},
    {TEXT(setting_change, value), .tag = 2, .max = SETTING_LONGEST_VALUE,
     .doc = "Its value; absent of a secret, and where it is unset."},
    {TEXT(setting_change, former), .tag = 3, .max = SETTING_LONGEST_VALUE,
     .doc = "Its value before; absent of a secret, and where it was not set."},
    {BOOL(setting_change, is_secret), .tag = 4, .flags = REQUIRED,
     .doc = "Whether it is a secret, whose value stands sealed in an event of its own."},
    {BOOL(setting_change, is_unset), .tag = 5, .flags = REQUIRED,
     .doc = "Whether it is as if it had never been set."},
    {BOOL(setting_change, is_of_home), .tag = 6, .flags = REQUIRED,
     .doc = "Whether it says where this home has its things, so that no other home takes it over."},
};
const struct shape setting_change_shape =
    SHAPE(setting_change, "A setting that is another thing from the next start on.");

static const struct field settings_changed_fields[] = {
    {OBJECTS(settings_changed, changes, setting_change), .tag = 1, .flags = REQUIRED, .min = 1,
     .max = 100, .doc = "What was changed."},
};
EVENT(
    settings_changed,
    EVT_SETTINGS_CHANGED,
    "platform.settings_changed",
    "Settings of the server are other ones from its next start on.");

enum { INSTALLATION_TAG = 1 };

static const struct field setting_sealed_fields[] = {
    {UUID(setting_sealed, installation_id), .tag = INSTALLATION_TAG, .flags = REQUIRED,
     .doc = "Id of the installation, under whose key the value is sealed."},
    {TEXT(setting_sealed, name), .tag = 2, .flags = REQUIRED, .max = SETTING_LONGEST_NAME,
     .doc = "Name of the setting in the environment."},
    {PERSONAL(setting_sealed, value), .tag = SETTING_VALUE_TAG, .flags = SECRET,
     .max = SETTING_LONGEST_VALUE, .doc = "The value, sealed."},
};
EVENT_WITH(
    setting_sealed,
    EVT_SETTING_SEALED,
    "platform.setting_sealed",
    "A secret setting has another value from the next start on.",
    SHAPE_WITH(
        setting_sealed,
        "A secret setting has another value from the next start on.",
        .subject_tag = INSTALLATION_TAG),
    .schema = 1);

static const struct field restart_requested_fields[] = {
    {UUID(restart_requested, boot), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the run of the server that is to end."},
};
EVENT(
    restart_requested,
    EVT_RESTART_REQUESTED,
    "platform.restart_requested",
    "The server is to end in order, and to begin again.");

const struct event_type *const platform_event_types[] = {
    &ledger_opened_event,       &refusal_recorded_event,
    &refusals_summarised_event, &key_destroyed_event,
    &signing_key_rotated_event, &origin_declared_event,
    &export_made_event,         &log_restored_event,
    &drill_recorded_event,      &look_recorded_event,
    &looks_counted_event,       &fields_opened_event,
    &follower_admitted_event,   &follower_revoked_event,
    &leader_promoted_event,     &key_encryption_key_rotated_event,
    &settings_changed_event,    &setting_sealed_event,
    &restart_requested_event,   NULL,
};
