/*
 * After every event, of whatever type, the row of its stream has the stream's revision: entity tags
 * and conditions are made of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/area.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/rollout_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger_read.h"
#include "projections/projector.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"
#include "tests/support/story.h"

#include <stdio.h>

enum { CHAPTERS = 3, MOST_TYPES = 250 };

static struct projected *p;
static const struct event_type *seen[MOST_TYPES];
static size_t seen_count;

static void set_up(void)
{
    p = make_projected();
    seen_count = 0;
}

static void tear_down(void)
{
    end_projected(p);
}

static const uint8_t made_digest[32] = {60};

/* Of sessions, and of tokens for programs. */
static void given_access(void)
{
    struct cast cast = make_cast(0);
    struct service_account_created service = {make_id(61), text_lit("backup")};
    struct user_signed_in in = {
        .user_id = cast.admin,
        .session_id = make_id(59),
        .method = {BY_PASSWORD},
        .ends_at = {2},
        .idle_ends_at = {2}};
    struct session_refreshed on = {cast.admin, make_id(59), 2, {3}};
    const struct uuid session = make_id(59);
    struct sessions_ended over = {cast.admin, {&session, 1}, {SESSION_SIGNED_OUT}};
    struct api_token_created made = {
        .user_id = cast.admin,
        .token_id = make_id(60),
        .digest = {made_digest, sizeof(made_digest)},
        .name = text_lit("t"),
        .scope = {TOKEN_READ},
        .expires_at = {2}};
    struct api_token_used used_token = {cast.admin, make_id(60)};
    const struct uuid token = make_id(60);
    struct api_tokens_ended gone = {cast.admin, {&token, 1}, {TOKEN_ENDED}};

    given_event(p->ledger, &service_account_created_event, make_id(61), UUID_NONE, &service);
    given_event(p->ledger, &user_signed_in_event, cast.admin, UUID_NONE, &in);
    given_event(p->ledger, &session_refreshed_event, cast.admin, UUID_NONE, &on);
    given_event(p->ledger, &sessions_ended_event, cast.admin, UUID_NONE, &over);
    given_event(p->ledger, &api_token_created_event, cast.admin, UUID_NONE, &made);
    given_event(p->ledger, &api_token_used_event, cast.admin, UUID_NONE, &used_token);
    given_event(p->ledger, &api_tokens_ended_event, cast.admin, UUID_NONE, &gone);
}

static const struct text scope = TEXT_OF("openid");

static struct provider_definition provider_of(struct uuid id)
{
    return (struct provider_definition){
        .provider_id = id,
        .slug = text_lit("example"),
        .name = text_lit("Example"),
        .issuer = text_lit("https://id.example.com"),
        .client_id = text_lit("fleet"),
        .discovery_url = text_lit("https://id.example.com/d"),
        .scopes = {&scope, 1},
        .enabled = OPT_TRUE};
}

/* Of providers, and of whom one vouched for. */
static void given_providers(void)
{
    struct cast cast = make_cast(0);
    struct uuid id = make_id(62);
    struct provider_created set_up = {.definition = provider_of(id)};
    struct provider_changed changed = {.definition = provider_of(id)};
    struct provider_rules_set rules = {.provider_id = id};
    struct provider_deleted deleted = {id};
    struct identity_vouched vouched = {
        cast.admin, id, {made_digest, sizeof(made_digest)}, OPT_TRUE};
    struct user_provisioned provisioned = {
        .user_id = make_id(63),
        .email = {.text = text_lit("new@example.com")},
        .name = {.text = text_lit("New")},
        .role = {ROLE_USER},
        .timezone = text_lit("UTC"),
        .provider_id = id};
    const struct directory_user_linked linked = {
        .user_id = make_id(63), .provider_id = id, .external_id = {.text = text_lit("e-63")}};
    const struct directory_user_unlinked unlinked = {make_id(63), id};
    const struct directory_group_created group = {make_id(64), id, text_lit("ops"), {0}, {0}};
    const struct directory_group_changed renamed = {make_id(64), id,  text_lit("operators"),
                                                    {0},         {0}, {0}};
    const struct directory_group_deleted gone = {make_id(64), id};

    given_event(p->ledger, &provider_created_event, id, UUID_NONE, &set_up);
    given_event(p->ledger, &provider_changed_event, id, UUID_NONE, &changed);
    given_event(p->ledger, &provider_rules_set_event, id, UUID_NONE, &rules);
    given_event(p->ledger, &user_provisioned_event, make_id(63), UUID_NONE, &provisioned);
    given_event(p->ledger, &identity_vouched_event, cast.admin, UUID_NONE, &vouched);
    given_event(p->ledger, &directory_user_linked_event, make_id(63), UUID_NONE, &linked);
    given_event(p->ledger, &directory_user_unlinked_event, make_id(63), UUID_NONE, &unlinked);
    given_event(p->ledger, &directory_group_created_event, group.group_id, UUID_NONE, &group);
    given_event(p->ledger, &directory_group_changed_event, group.group_id, UUID_NONE, &renamed);
    given_event(p->ledger, &directory_group_deleted_event, group.group_id, UUID_NONE, &gone);
    given_event(p->ledger, &provider_deleted_event, id, UUID_NONE, &deleted);
}

/* Of what stands beside a password. */
static void given_factors(void)
{
    struct cast cast = make_cast(0);
    struct factor_offered offered = {.user_id = cast.admin};
    struct factor_enabled enabled = {.user_id = cast.admin};
    struct factor_used used = {.user_id = cast.admin, .step = 1};
    struct recovery_codes_replaced other_codes = {.user_id = cast.admin, .step = 2};
    struct factor_disabled disabled = {.user_id = cast.admin, .step = 3};
    const struct security_key_added key = {
        .user_id = cast.admin,
        .key_id = make_id(62),
        .name = {.text = text_lit("k")},
        .credential = {.text = text_lit("Y3I")},
        .credential_digest = {made_digest, sizeof(made_digest)},
        .public_key = {.text = text_lit("cHU")},
        .algorithm = -7};
    const struct security_key_used key_used = {cast.admin, key.key_id, 1, {2}};
    const struct security_key_removed key_gone = {cast.admin, key.key_id, OPT_TRUE};
    const struct device_trusted device = {
        .user_id = cast.admin,
        .device_id = make_id(63),
        .digest = {made_digest, sizeof(made_digest)},
        .name = {.text = text_lit("d")}};
    const struct devices_ended device_gone = {cast.admin, {&device.device_id, 1}, {DEVICE_ENDED}};

    given_event(p->ledger, &security_key_added_event, cast.admin, UUID_NONE, &key);
    given_event(p->ledger, &security_key_used_event, cast.admin, UUID_NONE, &key_used);
    given_event(p->ledger, &security_key_removed_event, cast.admin, UUID_NONE, &key_gone);
    given_event(p->ledger, &device_trusted_event, cast.admin, UUID_NONE, &device);
    given_event(p->ledger, &devices_ended_event, cast.admin, UUID_NONE, &device_gone);
    given_event(p->ledger, &factor_offered_event, cast.admin, UUID_NONE, &offered);
    given_event(p->ledger, &factor_enabled_event, cast.admin, UUID_NONE, &enabled);
    given_event(p->ledger, &factor_used_event, cast.admin, UUID_NONE, &used);
    given_event(p->ledger, &recovery_codes_replaced_event, cast.admin, UUID_NONE, &other_codes);
    given_event(p->ledger, &factor_disabled_event, cast.admin, UUID_NONE, &disabled);
}

/* What no chapter tells. */
static void given_rest(void)
{
    struct cast cast = make_cast(0);
    struct uuid node = cast.other;
    struct node_maintenance_entered entered = {.node_id = node};
    struct node_maintenance_left left = {.node_id = node};
    struct node_root_access_wanted wanted = {.node_id = node, .profile = {ROOT_OFF}};
    struct node_team_changed moved = {.node_id = node};
    struct node_notifications_changed told = {.node_id = node, .email_enabled = OPT_FALSE};
    struct node_agent_replaced replaced = {node};
    struct node_agent_started started = {node, text_lit("start 2")};
    struct task_abandoned abandoned = {.task_id = cast.task, .reason = {ABANDONED_AGENT_RESTARTED}};
    struct enrollment_approved approved = {.enrollment_id = make_id(58), .node_id = node};
    struct enrollment_revoked revoked = {.enrollment_id = make_id(58), .end = {1}};
    struct rollout_held held = {.rollout_id = make_id(87000), .until = {1}};

    const struct setting_change change = {
        .name = text_lit("SMTP_PASSWORD"),
        .is_secret = OPT_TRUE,
        .is_unset = OPT_FALSE,
        .is_of_home = OPT_FALSE,
    };
    const struct settings_changed settings = {.changes = {&change, 1}};
    const struct setting_sealed setting = {
        make_id(3), change.name, {.text = text_lit("a secret value")}};
    const struct restart_requested restart = {make_id(99)};
    const struct sign_in_rules_changed rules = {make_id(3), OPT_TRUE};

    given_event(p->ledger, &settings_changed_event, make_id(3), UUID_NONE, &settings);
    given_event(p->ledger, &setting_sealed_event, make_id(3), UUID_NONE, &setting);
    given_event(p->ledger, &restart_requested_event, restart.boot, UUID_NONE, &restart);
    given_event(p->ledger, &sign_in_rules_changed_event, make_id(3), UUID_NONE, &rules);
    given_event(p->ledger, &node_maintenance_entered_event, node, cast.workspace, &entered);
    given_event(p->ledger, &node_maintenance_left_event, node, cast.workspace, &left);
    given_event(p->ledger, &node_root_access_wanted_event, node, cast.workspace, &wanted);
    given_event(p->ledger, &node_team_changed_event, node, cast.workspace, &moved);
    given_event(p->ledger, &node_notifications_changed_event, node, cast.workspace, &told);
    given_event(p->ledger, &node_agent_replaced_event, node, cast.workspace, &replaced);
    given_event(p->ledger, &node_agent_started_event, node, cast.workspace, &started);
    given_event(p->ledger, &task_abandoned_event, cast.task, cast.workspace, &abandoned);
    given_event(p->ledger, &enrollment_approved_event, make_id(58), UUID_NONE, &approved);
    given_event(p->ledger, &rollout_held_event, held.rollout_id, UUID_NONE, &held);
    given_event(p->ledger, &enrollment_revoked_event, make_id(58), UUID_NONE, &revoked);
}

/* Of a key that never was. */
static void given_origins_forgotten(void)
{
    static const uint8_t key[EVENT_KEY_BYTES] = {1};
    const struct origins_dropped dropped = {
        .rule = text_lit("ORIGIN_RETENTION_DAYS"),
        .actor_kind = {ACTOR_USER},
        .since = timestamp_month_start(1),
        .until = timestamp_month_start(2),
        .keys = {key, sizeof(key)},
    };
    const struct origins_withheld withheld = {make_id(66), text_lit("hold"), dropped.until};

    given_event(p->ledger, &origins_dropped_event, make_id(0), UUID_NONE, &dropped);
    given_event(p->ledger, &origins_withheld_event, withheld.hold_id, UUID_NONE, &withheld);
}

static void note(const struct event_type *type)
{
    for (size_t i = 0; i < seen_count; i++) {
        if (seen[i] == type)
            return;
    }
    expect(seen_count < MOST_TYPES);
    seen[seen_count++] = type;
}

static void expect_revision(const struct table *table, const struct record *record)
{
    char id[UUID_TEXT_SIZE];
    char message[256];
    struct text revision;

    if (shape_field(table->shape, text_lit("revision")) == NULL)
        return;
    uuid_print(record->entry.stream, id);
    revision = value_of(
        p, text_format(p->arena, "select revision from %s where id = '%s'", table->name, id).data);
    if (!text_is_present(revision))
        return;
    snprintf(
        message, sizeof(message), "%s after %s: %.*s, wanted %lld", table->name, record->type->name,
        TEXT_ARGS(revision), (long long)record->entry.revision);
    expect_at(
        text_is(revision, text_format(p->arena, "%lld", (long long)record->entry.revision).data),
        __FILE__, __LINE__, message);
}

static void apply_and_look(uint64_t at)
{
    AUTO_ARENA arena = arena_new(16 << 20);
    struct record record;
    struct error error;
    size_t applied = 0;

    expect_ok(build_step(p->build, 1, &applied, &error), &error);
    expect_int64(applied, 1);
    expect_ok(
        ledger_read_one(p->ledger->log, (struct position){at}, arena, &record, &error), &error);
    note(record.type);
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            expect_revision(projector_catalog[i]->tables[j], &record);
    }
}

static void expect_seen(const struct event_type *type)
{
    bool is_seen = false;

    for (size_t i = 0; i < seen_count; i++)
        is_seen = is_seen || seen[i] == type;
    expect_at(is_seen, __FILE__, __LINE__, type->name);
}

static void after_every_event_the_row_of_its_stream_has_its_revision(void)
{
    given_opening(p->ledger);
    for (unsigned i = 0; i < CHAPTERS; i++)
        given_chapter(p->ledger, i);
    given_factors();
    given_rest();
    given_access();
    given_providers();
    given_origins_forgotten();
    given_committed(p->ledger);
    for (uint64_t at = 0; at < ledger_size(p->ledger->log); at++)
        apply_and_look(at);
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            expect_seen(area->types[i]);
    }
}

static const struct test tests[] = {
    TEST(after_every_event_the_row_of_its_stream_has_its_revision),
};
const struct suite test_revisions_suite =
    SUITE_WITH("projections/revisions", tests, .set_up = set_up, .tear_down = tear_down);
