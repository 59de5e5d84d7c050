/*
 * Channels: set up, changed, given another key, tried, deleted; digests and quiet hours; switched off after long failure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"
#include "core/crypto/crypto.h"
#include "core/time/timezone.h"
#include "eventlog/events/notification_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#include <stdio.h>

#define C1 id_named("channel 1")
#define D1 id_named("delivery 1")
#define OF(id, how)                                                                                \
    .channel_id = id, .workspace_id = W1, .name = text_lit("On call"), .kind = {how},              \
    .host = text_lit("https://hooks.example.com"), .is_enabled = OPT_TRUE
#define WEBHOOK OF(C1, CHANNEL_WEBHOOK)
#define ORDER                                                                                      \
    .workspace_id = W1, .name = text_lit("On call"), .is_enabled = OPT_TRUE,                       \
    .digest_seconds = INT64_ABSENT
#define URL text_lit("https://hooks.example.com/s3cret")

static const struct quiet_hours night = {
    TEXT_OF("22:00"), TEXT_OF("07:00"), TEXT_OF("Europe/Berlin")};

static struct scenario *given_a_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    return s;
}

static struct scenario *given_a_webhook(const char *now)
{
    struct scenario *s = scenario_at(now);

    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               channel_created, {WEBHOOK, .quiet_hours = &night},
               sealed(s, "https://hooks.example.com/s3cret")));
    return s;
}

/* About the channel as it is. */
static void order(struct scenario *s, const struct command *command)
{
    scenario_when(s, command, &(const struct channel_order){W1, C1});
}

static void expect_field(struct scenario *s, const char *field)
{
    const struct error *error;

    (void)scenario_status(s, &error);
    expect_text(text_from(error->field), field);
}

static void a_webhook_gets_a_key_and_tells_each_event_by_itself(void)
{
    struct scenario *s = given_a_workspace();

    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL);
    THEN_EMITTED(
        s, HAPPENED(
               channel_created,
               {OF(scenario_made(s, 0), CHANNEL_WEBHOOK), .key_id = scenario_made(s, 1)},
               sealed(s, "https://hooks.example.com/s3cret")));
}

static void what_people_read_is_gathered_unless_they_say_otherwise(void)
{
    struct scenario *s = given_a_workspace();

    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_CHAT}, .url = URL);
    THEN_EMITTED(
        s, HAPPENED(
               channel_created, {OF(scenario_made(s, 0), CHANNEL_CHAT), .digest_seconds = 30},
               sealed(s, "https://hooks.example.com/s3cret")));
}

static void an_address_is_one_of_the_web_and_names_no_user(void)
{
    static const char *const wrong[] = {
        "ftp://hooks.example.com/",
        "https://",
        "https:///path",
        "https://me:pw@hooks.example.com/",
        "https://hooks example.com/",
        "//hooks.example.com"};
    struct scenario *s = given_a_workspace();

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        WHEN(s, create_channel, ORDER, .kind = {CHANNEL_CHAT}, .url = text_from(wrong[i]));
        THEN_REFUSED(
            s, INVALID, "url must be https://host/path or http://host/path, without a user");
        expect_field(s, "url");
    }
}

static void a_mail_goes_to_members_only(void)
{
    struct scenario *s = given_a_workspace();
    const struct uuid people[] = {U2};

    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_MAIL});
    THEN_REFUSED(
        s, INVALID,
        "userIds must name at least one member of the workspace; of the platform a platform admin");
    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_MAIL}, .user_ids = {people, 1});
    THEN_REFUSED(s, INVALID, "userIds must be members of the workspace");
    given_member(s, id_named("membership 2"), W1, U2, MEMBER_VIEWER);
    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_MAIL}, .user_ids = {people, 1}, .url = URL);
    THEN_REFUSED(s, INVALID, "url must not be given: a mail goes to userIds");
    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_MAIL}, .user_ids = {people, 1});
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_OK);
}

static void what_nothing_could_match_is_refused_by_field(void)
{
    struct scenario *s = given_a_workspace();
    const struct text types[] = {TEXT_OF("task failed")};
    const struct quiet_hours late = {TEXT_OF("25:00"), TEXT_OF("07:00"), TEXT_OF("UTC")};
    const struct quiet_hours nowhere = {TEXT_OF("22:00"), TEXT_OF("07:00"), TEXT_OF("Mars")};

    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL, .types = {types, 1});
    expect_field(s, "types");
    WHEN(
        s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL,
        .selector = text_lit("env=prod,"));
    expect_field(s, "selector");
    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL, .quiet_hours = &late);
    expect_field(s, "quietHours");
    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL, .quiet_hours = &nowhere);
    expect_field(s, "quietHours.timezone");
    WHEN(
        s, create_channel, ORDER, .kind = {CHANNEL_CHAT}, .url = URL,
        .text = text_lit("{{type}} {{secret}}"));
    expect_field(s, "text");
}

static void a_workspace_has_at_most_16_channels(void)
{
    struct scenario *s = given_a_workspace();
    struct channel_created created = {{WEBHOOK}, sealed(s, "https://hooks.example.com/s3cret")};

    for (uint8_t i = 0; i < MOST_CHANNELS; i++) {
        created.definition.channel_id.bytes[0] = i;
        scenario_given(s, &(struct happened){&channel_created_event, &created, OUTCOME_DONE}, 1);
    }
    WHEN(s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL);
    THEN_REFUSED(s, CONFLICT, "A workspace can have at most 16 channels.");
}

static void what_is_not_given_stays(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");

    WHEN(s, change_channel, .workspace_id = W1, .channel_id = C1, .digest_seconds = 60);
    THEN_EMITTED(
        s, HAPPENED(
               channel_changed, {WEBHOOK, .quiet_hours = &night, .digest_seconds = 60},
               {.box = {NULL, 0}}));
    WHEN(s, change_channel, .workspace_id = W1, .channel_id = C1, .digest_seconds = 60);
    THEN_NOTHING(s);
    WHEN(
        s, change_channel, .workspace_id = W1, .channel_id = C1, .digest_seconds = INT64_ABSENT,
        .given = 1 << 9);
    THEN_EMITTED(s, HAPPENED(channel_changed, {WEBHOOK, .digest_seconds = 60}, {.box = {NULL, 0}}));
    WHEN(s, change_channel, .workspace_id = W2, .channel_id = C1, .digest_seconds = 60);
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_NOT_FOUND);
}

static void the_former_key_of_a_webhook_signs_for_a_day(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");

    order(s, &rotate_channel_key_command);
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_OK);
    THEN_EMITTED(
        s,
        HAPPENED(
            channel_key_rotated, .channel_id = C1, .key_id = scenario_made(s, 0),
            .former_until = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(86400) * US_PER_S)));
}

static void a_test_is_a_delivery_that_has_the_events_id(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");

    order(s, &test_channel_command);
    THEN_EMITTED(s, HAPPENED(channel_tested, .channel_id = C1, .workspace_id = W1));
    expect(uuid_is_present(ANSWER(s, tested_view)->delivery_id));
    WHEN(
        s, change_channel, .workspace_id = W1, .channel_id = C1, .is_enabled = OPT_FALSE,
        .digest_seconds = INT64_ABSENT);
    order(s, &test_channel_command);
    THEN_REFUSED(s, CONFLICT, "The channel is switched off.");
}

#define GATHERED                                                                                   \
    .channel_id = C1, .delivery_ids = {&(const struct uuid){{7}}, 1},                              \
    .event_ids = {&(const struct uuid){{8}}, 1}

static void in_quiet_hours_only_what_is_critical_is_told(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T23:00:00Z"); /* 00:00 in Berlin */

    WHEN(s, make_digest, GATHERED, .is_critical = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(channel_quieted, .channel_id = C1, .until = at("2026-03-23T06:00:00Z")));
    WHEN(s, make_digest, GATHERED, .criticals = 1, .is_critical = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(
               digest_made, .digest_id = scenario_made(s, 0), .channel_id = C1, .workspace_id = W1,
               .delivery_ids = {&(const struct uuid){{7}}, 1},
               .event_ids = {&(const struct uuid){{8}}, 1}, .events = 1, .criticals = 1));
}

static void a_thousand_that_waited_become_one(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");
    struct uuid ids[DIGEST_MOST_DELIVERIES];

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = (struct uuid){{1, (uint8_t)(i >> 8), (uint8_t)i}};
    WHEN(
        s, make_digest, .channel_id = C1, .delivery_ids = {ids, COUNT_OF(ids)},
        .event_ids = {ids, DIGEST_MOST_SHOWN}, .warnings = 1000, .is_critical = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(
               digest_made, .digest_id = scenario_made(s, 0), .channel_id = C1, .workspace_id = W1,
               .delivery_ids = {ids, COUNT_OF(ids)}, .event_ids = {ids, DIGEST_MOST_SHOWN},
               .events = 1000, .warnings = 1000));
}

/* The clocks are put forward in the night of 29 March. */
static void quiet_hours_go_by_the_clocks_of_their_zone(void)
{
    struct scenario *s = given_a_webhook("2026-03-29T04:59:00Z"); /* 06:59 in Berlin */

    WHEN(s, make_digest, GATHERED, .is_critical = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(channel_quieted, .channel_id = C1, .until = at("2026-03-29T05:00:00Z")));
    scenario_pass(s, 60);
    WHEN(s, make_digest, GATHERED, .is_critical = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(
               digest_made, .digest_id = scenario_made(s, 0), .channel_id = C1, .workspace_id = W1,
               .delivery_ids = {&(const struct uuid){{7}}, 1},
               .event_ids = {&(const struct uuid){{8}}, 1}, .events = 1));
}

static struct uuid delivery_named(int n)
{
    char name[32];

    snprintf(name, sizeof(name), "delivery %d", n);
    return id_named(name);
}

/* As often as asked, each a delivery of its own. */
static void given_failures(struct scenario *s, int count)
{
    static int made;

    for (int i = 0; i < count; i++)
        GIVEN(
            s,
            HAPPENED(
                delivery_failed, .outbox_id = delivery_named(++made + 100),
                .error = text_lit("503"), .is_final = OPT_TRUE, .attempts = 1, .channel_id = C1));
}

static void what_takes_nothing_for_a_day_is_switched_off(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");
    struct timestamp since;

    WHEN(
        s, record_delivery, .outbox_id = D1, .workspace_id = W1, .channel_id = C1,
        .error = text_lit("503"), .is_hopeless = OPT_TRUE);
    since = scenario_recorded(s, 0);
    given_failures(s, 18);
    scenario_pass(s, 86401);
    WHEN(
        s, record_delivery, .outbox_id = id_named("one more"), .workspace_id = W1, .channel_id = C1,
        .error = text_lit("503"), .is_hopeless = OPT_TRUE);
    THEN_EMITTED(
        s,
        HAPPENED(
            delivery_failed, .outbox_id = id_named("one more"), .error = text_lit("503"),
            .is_final = OPT_TRUE, .attempts = 1, .channel_id = C1),
        HAPPENED(
            channel_switched_off, .channel_id = C1, .workspace_id = W1, .name = text_lit("On call"),
            .failing_since = since, .failures = 20, .error = text_lit("503")));
    order(s, &test_channel_command);
    THEN_REFUSED(s, CONFLICT, "The channel is switched off.");
}

static void what_took_one_thing_or_fails_for_less_than_a_day_stays(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");

    given_failures(s, 30);
    GIVEN(s, HAPPENED(delivery_succeeded, .outbox_id = D1, .channel_id = C1));
    scenario_pass(s, 86400);
    given_failures(s, 30);
    WHEN(
        s, record_delivery, .outbox_id = id_named("one more"), .workspace_id = W1, .channel_id = C1,
        .error = text_lit("503"), .is_hopeless = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(
               delivery_failed, .outbox_id = id_named("one more"), .error = text_lit("503"),
               .is_final = OPT_TRUE, .attempts = 1, .channel_id = C1));
}

static void
expect_pause(struct scenario *s, int64_t attempts, int64_t retry_after_s, int64_t pause_s)
{
    const struct uuid id = D1;
    const uint8_t low = (uint8_t)attempts;
    const struct bytes pieces[] = {{id.bytes, sizeof(id.bytes)}, {&low, 1}};
    int64_t spread_us = ((int64_t)1 << attempts) * 250000 * sha256_of(pieces, 2).bytes[0] / 255;

    WHEN(
        s, record_delivery, .outbox_id = D1, .workspace_id = W1, .channel_id = C1,
        .error = text_lit("503"), .retry_after_s = retry_after_s);
    THEN_EMITTED(
        s, HAPPENED(
               delivery_failed, .outbox_id = D1, .error = text_lit("503"), .is_final = OPT_FALSE,
               .next_attempt_at =
                   timestamp_plus_us(scenario_recorded(s, 0), pause_s * US_PER_S + spread_us),
               .attempts = attempts, .channel_id = C1));
}

/* Up to a quarter longer than those of mail, by delivery and attempt. */
static void pauses_of_a_channel_vary_and_heed_what_the_receiver_asks_for(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");

    expect_pause(s, 1, 0, 2);
    expect_pause(s, 2, 600, 600);
    expect_pause(s, 3, 1000000, 3600);
}

static void a_channel_that_is_deleted_is_gone(void)
{
    struct scenario *s = given_a_webhook("2026-03-22T12:00:00Z");

    order(s, &delete_channel_command);
    THEN_EMITTED(
        s, HAPPENED(
               channel_deleted, .channel_id = C1, .workspace_id = W1, .is_consequence = OPT_FALSE));
    order(s, &delete_channel_command);
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_NOT_FOUND);
    WHEN(s, make_digest, GATHERED, .is_critical = OPT_FALSE);
    THEN_NOTHING(s);
}

#define INSTALLATION id_named("it")

static struct scenario *given_an_installation(void)
{
    struct scenario *s = given_a_workspace();

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = INSTALLATION));
    return s;
}

static void a_channel_without_a_workspace_is_the_platforms(void)
{
    struct scenario *s = given_an_installation();
    const struct uuid workspaces[] = {W1};
    struct uuid channel;

    WHEN(
        s, create_channel, .name = text_lit("On call"), .is_enabled = OPT_TRUE,
        .digest_seconds = INT64_ABSENT, .kind = {CHANNEL_WEBHOOK}, .url = URL,
        .workspace_ids = {workspaces, 1});
    channel = scenario_made(s, 0);
    THEN_EMITTED(
        s, HAPPENED(
               channel_created,
               {.channel_id = channel,
                .workspace_id = INSTALLATION,
                .name = text_lit("On call"),
                .kind = {CHANNEL_WEBHOOK},
                .host = text_lit("https://hooks.example.com"),
                .is_enabled = OPT_TRUE,
                .key_id = scenario_made(s, 1),
                .workspace_ids = {workspaces, 1}},
               sealed(s, "https://hooks.example.com/s3cret")));
    scenario_when(s, &test_channel_command, &(const struct channel_order){W1, channel});
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_NOT_FOUND);
    scenario_when(s, &test_channel_command, &(const struct channel_order){UUID_NONE, channel});
    THEN_EMITTED(s, HAPPENED(channel_tested, .channel_id = channel, .workspace_id = INSTALLATION));
}

static void a_channel_of_a_workspace_is_not_the_platforms(void)
{
    struct scenario *s = given_an_installation();
    const struct uuid workspaces[] = {W2};

    GIVEN(s, HAPPENED(channel_created, {WEBHOOK}, sealed(s, "https://hooks.example.com/s3cret")));
    scenario_when(s, &delete_channel_command, &(const struct channel_order){UUID_NONE, C1});
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_NOT_FOUND);
    WHEN(
        s, create_channel, ORDER, .kind = {CHANNEL_WEBHOOK}, .url = URL,
        .workspace_ids = {workspaces, 1});
    THEN_REFUSED(
        s, INVALID, "workspaceIds must not be given: a workspace's channel tells of that alone");
    expect_field(s, "workspaceIds");
}

static void a_mail_of_the_platform_goes_to_its_admins_only(void)
{
    struct scenario *s = given_an_installation();
    const struct uuid people[] = {U2};
    const struct uuid nowhere[] = {id_named("nowhere")};

    given_member(s, id_named("membership 2"), W1, U2, MEMBER_OWNER);
    WHEN(
        s, create_channel, .name = text_lit("On call"), .is_enabled = OPT_TRUE,
        .digest_seconds = INT64_ABSENT, .kind = {CHANNEL_MAIL}, .user_ids = {people, 1});
    THEN_REFUSED(s, INVALID, "userIds must be platform admins");
    WHEN(
        s, create_channel, .name = text_lit("On call"), .is_enabled = OPT_TRUE,
        .digest_seconds = INT64_ABSENT, .kind = {CHANNEL_WEBHOOK}, .url = URL,
        .workspace_ids = {nowhere, 1});
    THEN_REFUSED(s, INVALID, "workspaceIds must be workspaces");
}

static const struct test tests[] = {
    TEST(a_webhook_gets_a_key_and_tells_each_event_by_itself),
    TEST(what_people_read_is_gathered_unless_they_say_otherwise),
    TEST(an_address_is_one_of_the_web_and_names_no_user),
    TEST(a_mail_goes_to_members_only),
    TEST(what_nothing_could_match_is_refused_by_field),
    TEST(a_workspace_has_at_most_16_channels),
    TEST(what_is_not_given_stays),
    TEST(the_former_key_of_a_webhook_signs_for_a_day),
    TEST(a_test_is_a_delivery_that_has_the_events_id),
    TEST(in_quiet_hours_only_what_is_critical_is_told),
    TEST(a_thousand_that_waited_become_one),
    TEST(quiet_hours_go_by_the_clocks_of_their_zone),
    TEST(what_takes_nothing_for_a_day_is_switched_off),
    TEST(what_took_one_thing_or_fails_for_less_than_a_day_stays),
    TEST(pauses_of_a_channel_vary_and_heed_what_the_receiver_asks_for),
    TEST(a_channel_that_is_deleted_is_gone),
    TEST(a_channel_without_a_workspace_is_the_platforms),
    TEST(a_channel_of_a_workspace_is_not_the_platforms),
    TEST(a_mail_of_the_platform_goes_to_its_admins_only),
};

const struct suite test_channels_suite = SUITE("commands/notification/channels", tests);
