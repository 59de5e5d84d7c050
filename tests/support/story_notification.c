/*
 * The part of a story that is about what is told: deliveries of mails, and channels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_notification.h"

#include "eventlog/events/channel_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/notification_events.h"

static void as_system(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
}

static void as_admin(struct test_ledger *ledger, const struct cast *cast)
{
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin, .session = make_id(2)};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

/* Something that must be mailed, in the outbox; gives its delivery. */
static struct uuid given_letter(struct test_ledger *ledger, unsigned n)
{
    static const uint8_t digest[32] = {8};
    const struct password_reset_requested requested = {
        make_id(1), make_id(5000 + n), {digest, sizeof(digest)}, {1772550000123000}};

    return given_event(ledger, &password_reset_requested_event, make_id(1), UUID_NONE, &requested);
}

static void given_failure(struct test_ledger *ledger, struct uuid delivery, bool is_final)
{
    const struct delivery_failed failed = {
        .outbox_id = delivery,
        .error = text_lit("550 nobody \"here\""),
        .is_final = opt_bool_of(is_final),
        .next_attempt_at = {is_final ? 0 : 1772550000123000},
        .attempts = is_final ? 8 : 1};

    given_event(ledger, &delivery_failed_event, delivery, UUID_NONE, &failed);
}

static void given_deliveries(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{

    struct uuid waiting = given_letter(ledger, 3 * chapter);
    struct delivery_succeeded succeeded = {given_letter(ledger, 3 * chapter + 1), UUID_NONE};
    struct delivery_requeued requeued = {given_letter(ledger, 3 * chapter + 2)};
    struct delivery_dropped dropped = {requeued.outbox_id};

    as_system(ledger);
    given_failure(ledger, waiting, false);
    given_event(ledger, &delivery_succeeded_event, succeeded.outbox_id, UUID_NONE, &succeeded);
    given_failure(ledger, requeued.outbox_id, true);
    as_admin(ledger, cast);
    given_event(ledger, &delivery_requeued_event, requeued.outbox_id, UUID_NONE, &requeued);
    as_system(ledger);
    given_failure(ledger, dropped.outbox_id, true);
    as_admin(ledger, cast);
    given_event(ledger, &delivery_dropped_event, dropped.outbox_id, UUID_NONE, &dropped);
}

static struct channel_created make_channel(const struct cast *cast, unsigned n)
{
    static const struct text types[] = {TEXT_OF("task.*"), TEXT_OF("node.offline")};
    static const struct quiet_hours hours = {
        TEXT_OF("22:00"), TEXT_OF("07:00"), TEXT_OF("Europe/Berlin")};

    return (struct channel_created){
        {
            .channel_id = make_id(n),
            .workspace_id = cast->workspace,
            .name = text_lit("On call; \"night\""),
            .kind = {CHANNEL_WEBHOOK},
            .host = text_lit("https://hooks.example.com"),
            .is_enabled = OPT_TRUE,
            .types = {types, 2},
            .quiet_hours = &hours,
            .key_id = make_id(n + 1000),
        },
        {.text = text_lit("https://hooks.example.com/services/s3cret")},
    };
}

/* What is tried fails first, then arrives. */
static void given_tried(struct test_ledger *ledger, const struct cast *cast, struct uuid channel_id)
{
    const struct channel_tested tested = {channel_id, cast->workspace};
    struct uuid delivery =
        given_event(ledger, &channel_tested_event, channel_id, cast->workspace, &tested);
    const struct delivery_failed failed = {
        .outbox_id = delivery,
        .error = text_lit("The receiver answered 503"),
        .is_final = OPT_FALSE,
        .next_attempt_at = {1772550000123000},
        .attempts = 1,
        .channel_id = channel_id,
    };
    const struct delivery_succeeded succeeded = {delivery, channel_id};

    given_event(ledger, &delivery_failed_event, delivery, cast->workspace, &failed);
    given_event(ledger, &delivery_succeeded_event, delivery, cast->workspace, &succeeded);
}

static void given_digest(
    struct test_ledger *ledger, const struct cast *cast, struct uuid channel_id, unsigned n)
{
    const struct channel_tested tested = {channel_id, cast->workspace};
    const struct channel_quieted quieted = {channel_id, {1772550000123000}};
    struct uuid ids[2];
    struct digest_made made = {
        .digest_id = make_id(n),
        .channel_id = channel_id,
        .workspace_id = cast->workspace,
        .delivery_ids = {ids, 2},
        .event_ids = {ids, 2},
        .events = 2,
        .warnings = 1,
        .criticals = 0,
    };

    for (size_t i = 0; i < 2; i++)
        ids[i] = given_event(ledger, &channel_tested_event, channel_id, cast->workspace, &tested);
    given_event(ledger, &channel_quieted_event, channel_id, cast->workspace, &quieted);
    given_event(ledger, &digest_made_event, made.digest_id, cast->workspace, &made);
}

static void
given_end_of_others(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    const struct channel_created off = make_channel(cast, 8700 + 2 * chapter);
    const struct channel_created gone = make_channel(cast, 8701 + 2 * chapter);
    const struct channel_switched_off switched_off = {
        .channel_id = off.definition.channel_id,
        .workspace_id = cast->workspace,
        .name = off.definition.name,
        .failing_since = {1772550000123000},
        .failures = 24,
        .error = text_lit("The receiver answered 503"),
    };
    const struct channel_deleted deleted = {gone.definition.channel_id, cast->workspace, OPT_FALSE};
    const struct notification_tested tested = {cast->workspace, {NOTIFICATION_EMAIL}, cast->admin};

    given_event(ledger, &channel_created_event, off.definition.channel_id, cast->workspace, &off);
    given_event(
        ledger, &channel_switched_off_event, off.definition.channel_id, cast->workspace,
        &switched_off);
    given_event(ledger, &channel_created_event, gone.definition.channel_id, cast->workspace, &gone);
    given_tried(ledger, cast, gone.definition.channel_id);
    given_event(ledger, &channel_deleted_event, deleted.channel_id, cast->workspace, &deleted);
    given_event(
        ledger, &notification_tested_event, make_id(8680 + chapter), cast->workspace, &tested);
}

/* The platform's own: it takes nothing, which is told to no workspace. All but the first are deleted, since every event
 * of every workspace asks them. */
static void given_platforms(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    struct channel_created created = make_channel(cast, 91000 + chapter);
    const struct channel_switched_off off = {
        .channel_id = created.definition.channel_id,
        .workspace_id = make_id(3),
        .name = created.definition.name,
        .failing_since = {1772550000123000},
        .failures = 24,
        .error = text_lit("The receiver answered 503"),
    };
    const struct channel_deleted deleted = {created.definition.channel_id, make_id(3), OPT_FALSE};

    created.definition.workspace_id = make_id(3);
    created.definition.workspace_ids = (struct list){&cast->workspace, 1};
    given_event(ledger, &channel_created_event, off.channel_id, UUID_NONE, &created);
    given_event(ledger, &channel_switched_off_event, off.channel_id, UUID_NONE, &off);
    if (chapter > 0)
        given_event(ledger, &channel_deleted_event, off.channel_id, UUID_NONE, &deleted);
}

void given_story_of_notification(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    const struct channel_created created = make_channel(cast, 8600 + chapter);
    struct channel_changed changed = {
        created.definition, {.text = text_lit("https://hooks.example.com/services/an0ther")}};
    const struct channel_key_rotated rotated = {
        created.definition.channel_id, make_id(8660 + chapter), {1772550000123000}};

    given_deliveries(ledger, cast, chapter);
    as_admin(ledger, cast);
    changed.definition.digest_seconds = 60;
    given_event(
        ledger, &channel_created_event, created.definition.channel_id, cast->workspace, &created);
    given_event(
        ledger, &channel_changed_event, created.definition.channel_id, cast->workspace, &changed);
    given_event(
        ledger, &channel_key_rotated_event, created.definition.channel_id, cast->workspace,
        &rotated);
    given_tried(ledger, cast, created.definition.channel_id);
    given_digest(ledger, cast, created.definition.channel_id, 8640 + chapter);
    given_end_of_others(ledger, cast, chapter);
    given_platforms(ledger, cast, chapter);
}
