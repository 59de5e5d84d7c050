/*
 * The main job, told in events: install a node, run tasks on it, lose it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story.h"

#include "eventlog/events/export_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/joining_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/sink_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/log_identity.h"
#include "tests/support/story_labels.h"
#include "tests/support/story_notification.h"
#include "tests/support/story_output.h"
#include "tests/support/story_rolling.h"
#include "tests/support/story_schedules.h"
#include "tests/support/story_secrets.h"
#include "tests/support/story_templates.h"
#include "tests/support/story_terminals.h"

#include <stdio.h>

static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};

struct cast make_cast(unsigned chapter)
{
    unsigned base = 100 + chapter * 100;

    return (struct cast){
        .admin = make_id(1),
        .workspace = make_id(base + 1),
        .membership = make_id(base + 2),
        .install = make_id(base + 3),
        .node = make_id(base + 4),
        .other = make_id(base + 5),
        .task = make_id(base + 6),
        .stale = make_id(base + 7),
        .unwanted = make_id(base + 8),
        .stopped = make_id(base + 9),
        .terminal = make_id(base + 10),
        .failed_terminal = make_id(base + 11),
    };
}

static void as_system(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
}

static void as_admin(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1), .session = make_id(2)};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

static void as_agent(struct test_ledger *ledger, struct uuid node)
{
    ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = node};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("198.51.100.3")}, .user_agent = {.text = text_lit("agent")}};
}

static void as_stranger(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_STRANGER};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("203.0.113.9")}, .user_agent = {.text = text_lit("curl/8")}};
}

void given_opening(struct test_ledger *ledger)
{
    uint8_t key[32];
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    const struct ledger_opened opened = {
        make_id(3), text_lit("ledger.example"), {key, sizeof(key)}, {ids, sizeof(ids)}};
    const struct user_registered registered = {
        .user_id = make_id(1),
        .email = {.text = text_lit("admin@example.com")},
        .name = {.text = text_lit("Ada")},
        .password = {.text = text_lit("$argon2id$first")},
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = text_lit("UTC"),
    };

    keyring_own_ids(ledger->keyring, ids);
    keyring_verifier_key(ledger->keyring, key);
    as_system(ledger);
    given_event(ledger, &ledger_opened_event, make_id(3), UUID_NONE, &opened);
    given_event(ledger, &user_registered_event, make_id(1), UUID_NONE, &registered);
}

static void given_export(struct test_ledger *ledger)
{
    static const uint8_t digest[32] = {7};
    const struct export_filter filter = {.type = text_lit("identity.*")};
    const struct export_made made = {
        .export_id = make_id(59),
        .format = {1},
        .first = 0,
        .end = 2,
        .filter = &filter,
        .count = 1,
        .root = {digest, sizeof(digest)},
        .ledger_root = {digest, sizeof(digest)},
    };

    given_event(ledger, &export_made_event, make_id(59), UUID_NONE, &made);
}

/* Of the person that is erased below: no longer held then. */
static void given_hold(struct test_ledger *ledger)
{
    const struct hold_placed placed = {
        .hold_id = make_id(66),
        .kind = {HOLD_PERSON},
        .target_id = make_id(8),
        .first_position = INT64_ABSENT,
        .last_position = INT64_ABSENT,
        .reason = text_lit("a dispute"),
    };
    const struct hold_released released = {make_id(66), text_lit("settled")};
    const struct erasure_refused refused = {
        make_id(8), make_id(66), text_lit("asked"), text_lit("hold")};

    as_admin(ledger);
    given_event(ledger, &hold_placed_event, make_id(66), UUID_NONE, &placed);
    given_event(ledger, &erasure_refused_event, make_id(8), UUID_NONE, &refused);
    given_event(ledger, &hold_released_event, make_id(66), UUID_NONE, &released);
}

static void given_sign_ins(struct test_ledger *ledger)
{
    static const uint8_t digest[32] = {7};
    const struct user_signed_in in = {.user_id = make_id(1)};
    const struct sign_in_failed known = {make_id(1), {digest, sizeof(digest)}, {FAILURE_PASSWORD}};
    const struct sign_in_failed unknown = {UUID_NONE, {digest, sizeof(digest)}, {FAILURE_UNKNOWN}};
    const struct refusal_recorded refusal = {
        text_lit("access_denied"), text_lit("GET"), text_lit("/users")};
    const struct look_recorded look = {
        .route = text_lit("/timeline"), .filter = {text_lit("{\"type\":\"task.*\"}")}};
    const struct looks_counted looks = {
        ledger->now, ledger->now, {&(struct counted_look){make_id(4), 2}, 1}, 3};
    const struct key_destroyed destroyed = {make_id(8), {digest, 8}};
    const struct person_erased erased = {make_id(8), text_lit("asked"), text_lit("request")};
    uint8_t key[VERIFIER_KEY_SIZE]; /* the first one again: its seed is there */
    const struct key_encryption_key_rotated rewrapped = {{digest, 8}, 7};
    const struct signing_key_rotated rotated = {{key, sizeof(key)}, ledger->now};
    const struct origin_declared declared = {
        text_lit("ledger.example/e1"), text_lit("ledger.example"), 7,
        {digest, sizeof(digest)},      text_lit("a note"),         text_lit("restored")};

    const struct restore_anchor anchor = {
        text_lit("ledger.example"), 7, {digest, sizeof(digest)}, OPT_FALSE};
    const struct log_restored restored = {
        7, text_lit("20260322T120000Z/manifest-000001.json"), {&anchor, 1}, {&anchor, 0}};

    const struct text finding = text_lit("tasks: a row differs");
    const struct drill_recorded drilled = {restored.backup, 7, 9, 1000, 2000, {&finding, 1}};
    const struct follower_admitted admitted = {
        make_id(57), text_lit("second site"), {digest, sizeof(digest)}};
    const struct follower_revoked revoked = {make_id(57)};
    const struct leader_promoted promoted = {
        text_lit("ledger.example/e2"),
        declared.origin,
        9,
        {digest, sizeof(digest)},
        text_lit("a note"),
        text_lit("https://one.example"),
        text_lit("Anna"),
        text_lit("its machine is lost"),
        {&anchor, 0}};

    keyring_verifier_key(ledger->keyring, key);
    as_stranger(ledger);
    given_event(ledger, &sign_in_failed_event, make_id(1), UUID_NONE, &known);
    given_event(ledger, &sign_in_failed_event, make_id(9), UUID_NONE, &unknown);
    as_admin(ledger);
    given_event(ledger, &user_signed_in_event, make_id(1), UUID_NONE, &in);
    given_event(ledger, &refusal_recorded_event, make_id(3), UUID_NONE, &refusal);
    given_export(ledger);
    given_event(ledger, &look_recorded_event, make_id(3), UUID_NONE, &look);
    given_event(ledger, &looks_counted_event, make_id(3), UUID_NONE, &looks);
    given_event(ledger, &fields_opened_event, make_id(3), UUID_NONE, &(struct fields_opened){1});
    given_event(ledger, &follower_admitted_event, make_id(57), UUID_NONE, &admitted);
    given_event(ledger, &follower_revoked_event, make_id(57), UUID_NONE, &revoked);
    given_hold(ledger);
    as_system(ledger);
    given_event(
        ledger, &refusals_summarised_event, make_id(3), UUID_NONE,
        &(struct refusals_summarised){ledger->now, ledger->now, 3});
    given_event(ledger, &person_erased_event, make_id(8), UUID_NONE, &erased);
    given_event(ledger, &key_destroyed_event, make_id(8), UUID_NONE, &destroyed);
    given_event(ledger, &key_encryption_key_rotated_event, make_id(3), UUID_NONE, &rewrapped);
    given_event(ledger, &signing_key_rotated_event, make_id(3), UUID_NONE, &rotated);
    given_event(ledger, &log_restored_event, make_id(3), UUID_NONE, &restored);
    given_event(ledger, &drill_recorded_event, make_id(3), UUID_NONE, &drilled);
    given_event(ledger, &origin_declared_event, make_id(3), UUID_NONE, &declared);
    given_event(ledger, &leader_promoted_event, make_id(3), UUID_NONE, &promoted);
}

static void given_workspace(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    char slug[32];
    struct workspace_created created = {
        .workspace_id = cast->workspace,
        .name = text_lit("Workspace; with \"quotes\" and \\ signs"),
        .default_timezone = text_lit("Europe/Vienna"),
        .is_default = opt_bool_of(chapter % 4 == 0),
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_FALSE,
        .automation_telegram_enabled = OPT_FALSE,
        .automation_telegram_bot_token = {.text = text_lit("11:first-bot")},
        .automation_email_levels = {critical, 1},
        .automation_telegram_levels = {critical, 0},
        .created_by_user_id = cast->admin,
    };
    const struct member_added added = {cast->membership, cast->workspace, cast->admin,
                                       {MEMBER_OWNER},   OPT_TRUE,        UUID_NONE};

    snprintf(slug, sizeof(slug), "w%u", chapter);
    created.slug = text_from(slug);
    as_admin(ledger);
    given_event(ledger, &workspace_created_event, cast->workspace, cast->workspace, &created);
    given_event(ledger, &member_added_event, cast->membership, cast->workspace, &added);
}

static void given_enrollment(struct test_ledger *ledger)
{
    const struct enrollment_initiated asked = {
        .enrollment_id = make_id(58),
        .email.text = text_lit("somebody@example.com"),
        .hostname = text_lit("asking-host"),
        .token_digest = {(const uint8_t *)"abcdefghijklmnopqrstuvwxyz012345", 32},
        .expires_at = {1774180800LL * US_PER_S},
    };

    given_event(ledger, &enrollment_initiated_event, make_id(58), UUID_NONE, &asked);
}

/* Somebody comes, works in a team, and goes; the team and a second workspace with them. Another
 * team stays. */
static void given_coming_and_going(struct test_ledger *ledger, const struct cast *cast)
{
    const struct uuid member = make_id(4);
    const struct workspace_changed changed = {
        .workspace_id = cast->workspace,
        .name = text_lit("Renamed"),
        .is_archived = OPT_FALSE,
        .automation_telegram_bot_token = {.text = text_lit("12:second-bot")},
    };
    const struct member_added added = {make_id(51),     cast->workspace, member,
                                       {MEMBER_VIEWER}, OPT_FALSE,       UUID_NONE};
    const struct member_role_changed promoted = {
        make_id(51), cast->workspace, member, {MEMBER_ADMIN}, UUID_NONE};
    const struct team_created created = {
        make_id(52), cast->workspace, text_lit("Core"), text_lit("Who runs it")};
    const struct team_changed renamed = {
        .team_id = make_id(52), .workspace_id = cast->workspace, .name = text_lit("Edge")};
    const struct team_member_added joined = {make_id(53), make_id(52), cast->workspace, member};
    const struct team_member_removed left = {
        make_id(53), make_id(52), cast->workspace, member, OPT_FALSE};
    const struct team_deleted deleted = {make_id(52), cast->workspace, OPT_FALSE};
    const struct member_removed out = {make_id(51), cast->workspace, member, OPT_FALSE, UUID_NONE};
    const struct team_created lasting = {
        make_id(56), cast->workspace, text_lit("Night"), text_lit("Who stays")};
    const struct team_member_added stays = {make_id(57), make_id(56), cast->workspace, cast->admin};
    const struct workspace_deleted gone = {make_id(54)};

    as_admin(ledger);
    given_event(ledger, &workspace_changed_event, cast->workspace, cast->workspace, &changed);
    given_event(ledger, &member_added_event, make_id(51), cast->workspace, &added);
    given_event(ledger, &member_role_changed_event, make_id(51), cast->workspace, &promoted);
    given_event(ledger, &team_created_event, make_id(52), cast->workspace, &created);
    given_event(ledger, &team_changed_event, make_id(52), cast->workspace, &renamed);
    given_event(ledger, &team_member_added_event, make_id(53), cast->workspace, &joined);
    given_event(ledger, &team_member_removed_event, make_id(53), cast->workspace, &left);
    given_event(ledger, &team_deleted_event, make_id(52), cast->workspace, &deleted);
    given_event(ledger, &member_removed_event, make_id(51), cast->workspace, &out);
    given_enrollment(ledger);
    given_event(ledger, &team_created_event, make_id(56), cast->workspace, &lasting);
    given_event(ledger, &team_member_added_event, make_id(57), cast->workspace, &stays);
    given_event(ledger, &workspace_deleted_event, make_id(54), make_id(54), &gone);
}

static void given_install(struct test_ledger *ledger, const struct cast *cast)
{
    static const uint8_t digest[32] = {9};
    const struct install_created created = {
        .install_id = cast->install,
        .workspace_id = cast->workspace,
        .node_name = text_lit("web"),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = timestamp_plus_us(ledger->now, US_PER_S),
    };
    const struct install_progressed progressed = {
        cast->install,
        {INSTALL_INSTALLING},
        text_lit("installer_started"),
        8,
        text_lit("Installer started on the target server.")};
    const struct install_consumed consumed = {
        cast->install, cast->node, text_lit("web-1"), {digest, sizeof(digest)}, OPT_FALSE};
    const struct install_consumed repeated = {
        cast->install, cast->node, text_lit("web-1"), {digest, sizeof(digest)}, OPT_TRUE};
    const struct node_added added = {
        .node_id = cast->node,
        .workspace_id = cast->workspace,
        .name = text_lit("web"),
        .hostname = text_lit("web-1"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_INSTALL},
        .credential_digest = {digest, sizeof(digest)},
        .agent_version = text_lit("1.2.3"),
    };
    const struct install_expired expired = {make_id(50)};

    as_admin(ledger);
    given_event(ledger, &install_created_event, cast->install, cast->workspace, &created);
    as_stranger(ledger);
    given_event(ledger, &install_progressed_event, cast->install, cast->workspace, &progressed);
    given_event(ledger, &install_consumed_event, cast->install, cast->workspace, &consumed);
    given_event(ledger, &node_added_event, cast->node, cast->workspace, &added);
    given_event(ledger, &install_consumed_event, cast->install, cast->workspace, &repeated);
    as_system(ledger);
    given_event(ledger, &install_expired_event, make_id(50), cast->workspace, &expired);
}

static void given_registration(struct test_ledger *ledger, const struct cast *cast)
{
    static const uint8_t digest[32] = {11};
    const struct node_added added = {
        .node_id = cast->other,
        .workspace_id = cast->workspace,
        .name = text_lit("db-1"),
        .hostname = text_lit("db-1"),
        .os = text_lit("linux"),
        .arch = text_lit("arm64"),
        .source = {SOURCE_REGISTRATION},
    };
    const struct node_registered registered = {
        .node_id = cast->other,
        .os = text_lit("debian"),
        .arch = text_lit("arm64"),
        .credential_digest = {digest, sizeof(digest)},
        .kernel_version = text_lit("6.1"),
    };

    as_stranger(ledger);
    given_event(ledger, &node_added_event, cast->other, cast->workspace, &added);
    given_event(ledger, &node_registered_event, cast->other, cast->workspace, &registered);
}

static void given_presence(struct test_ledger *ledger, const struct cast *cast)
{
    const struct node_came_online online = {
        .node_id = cast->node, .sign = {SIGN_HEARTBEAT}, .platform_version = text_lit("12")};
    const struct node_came_online by_metrics = {.node_id = cast->node, .sign = {SIGN_METRICS}};
    const struct node_versions_reported versions = {
        .node_id = cast->node, .agent_version = text_lit("1.3.0")};
    const struct node_root_access_reported access = {
        cast->node, {ROOT_TASK}, {ROOT_FAILED}, ledger->now, text_lit("no helper")};
    const struct node_cpu_crossed busy = {cast->node, 97.25, {SEVERITY_CRITICAL}};
    const struct node_went_offline offline = {cast->node, ledger->now, 90, {ABSENCE_SILENCE}};

    as_agent(ledger, cast->node);
    given_event(ledger, &node_came_online_event, cast->node, cast->workspace, &online);
    given_event(ledger, &node_versions_reported_event, cast->node, cast->workspace, &versions);
    given_event(ledger, &node_root_access_reported_event, cast->node, cast->workspace, &access);
    given_event(ledger, &node_cpu_crossed_event, cast->node, cast->workspace, &busy);
    as_system(ledger);
    given_event(ledger, &node_went_offline_event, cast->node, cast->workspace, &offline);
    as_agent(ledger, cast->node);
    given_event(ledger, &node_came_online_event, cast->node, cast->workspace, &by_metrics);
}

static void given_connection(struct test_ledger *ledger, const struct cast *cast)
{
    const struct node_location location = {text_lit("aws"),
                                           text_lit("cloud_metadata"),
                                           text_lit("eu-central-1"),
                                           {NULL, 0},
                                           50.1,
                                           8.7};
    const struct node_agent_connected connected = {
        .node_id = cast->node, .connection = make_id(61), .boot = make_id(62)};
    const struct node_location_reported moved = {cast->node, &location};
    const struct node_agent_disconnected disconnected = {
        cast->node, make_id(61), {CONNECTION_CLOSED}};

    as_agent(ledger, cast->node);
    given_event(ledger, &node_agent_connected_event, cast->node, cast->workspace, &connected);
    given_event(ledger, &node_location_reported_event, cast->node, cast->workspace, &moved);
    as_system(ledger);
    given_event(ledger, &node_agent_disconnected_event, cast->node, cast->workspace, &disconnected);
}

static void
given_task(struct test_ledger *ledger, const struct cast *cast, struct uuid task, bool is_internal)
{
    const struct task_created created = {
        .task_id = task,
        .workspace_id = cast->workspace,
        .node_id = cast->node,
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"echo \\\"; drop\\\"\",\"n\":[1,2.50,null]}")},
        .is_internal = opt_bool_of(is_internal),
        .template_version = INT64_ABSENT,
    };

    as_admin(ledger);
    given_event(ledger, &task_created_event, task, cast->workspace, &created);
}

static void given_claim(struct test_ledger *ledger, const struct cast *cast, struct uuid task)
{
    const struct task_claimed claimed = {
        task, cast->node, make_id(60), timestamp_plus_us(ledger->now, US_PER_S)};

    as_agent(ledger, cast->node);
    given_event(ledger, &task_claimed_event, task, cast->workspace, &claimed);
}

static void given_start(struct test_ledger *ledger, const struct cast *cast, struct uuid task)
{
    const struct task_started started = {.task_id = task, .started_at = ledger->now};

    given_claim(ledger, cast, task);
    given_event(ledger, &task_started_event, task, cast->workspace, &started);
}

static void given_lines(struct test_ledger *ledger, const struct cast *cast, struct uuid task)
{
    const struct task_log_line lines[] = {
        {{TASK_LOG_STDOUT}, text_lit("first"), ledger->now},
        {{TASK_LOG_STDERR}, text_lit("second \xE2\x82\xAC"), {0}},
        {{TASK_LOG_INFO}, text_lit("third"), ledger->now},
    };
    const struct task_logged logged = {.task_id = task, .lines = {lines, COUNT_OF(lines)}};

    as_agent(ledger, cast->node);
    given_event(ledger, &task_logged_event, task, cast->workspace, &logged);
}

static void given_tasks(struct test_ledger *ledger, const struct cast *cast)
{
    const struct task_requeued requeued = {cast->task, cast->node, {REQUEUE_LEASE_EXPIRED}};
    const struct task_completed done = {
        .task_id = cast->task,
        .status = {TASK_SUCCESS},
        .result = {text_lit("{\"exitCode\":0}")},
        .output = text_lit("all of it"),
        .is_output_truncated = OPT_TRUE,
        .finished_at = ledger->now};
    const struct uuid of_run[] = {cast->task};
    const struct task_team_run_created run = {
        .run_id = make_id(55),
        .workspace_id = cast->workspace,
        .team_id = make_id(52),
        .team_name = text_lit("Edge"),
        .type = text_lit("shell.exec"),
        .task_ids = {of_run, COUNT_OF(of_run)},
    };
    const struct task_timed_out stale = {.task_id = cast->stale, .previous_status = {TASK_QUEUED}};
    const struct task_cancelled unwanted = {cast->unwanted, text_lit("not needed")};
    const struct task_cancel_requested asked = {cast->stopped, {0}};
    const struct task_retired retired = {text_lit("FINISHED_TASK_DAYS"), {&cast->stale, 1}};

    given_task(ledger, cast, cast->task, false);
    given_event(ledger, &task_team_run_created_event, make_id(55), cast->workspace, &run);
    given_claim(ledger, cast, cast->task);
    as_system(ledger);
    given_event(ledger, &task_requeued_event, cast->task, cast->workspace, &requeued);
    given_start(ledger, cast, cast->task);
    given_lines(ledger, cast, cast->task);
    given_event(ledger, &task_completed_event, cast->task, cast->workspace, &done);
    given_task(ledger, cast, cast->stale, true);
    as_system(ledger);
    given_event(ledger, &task_timed_out_event, cast->stale, cast->workspace, &stale);
    given_event(ledger, &task_retired_event, make_id(3), UUID_NONE, &retired);
    given_task(ledger, cast, cast->unwanted, false);
    given_event(ledger, &task_cancelled_event, cast->unwanted, cast->workspace, &unwanted);
    given_task(ledger, cast, cast->stopped, false);
    given_start(ledger, cast, cast->stopped);
    given_lines(ledger, cast, cast->stopped);
    as_admin(ledger);
    given_event(ledger, &task_cancel_requested_event, cast->stopped, cast->workspace, &asked);
    as_agent(ledger, cast->node);
    given_end_of_stopped(ledger, cast);
}

static struct uuid given_sink(struct test_ledger *ledger, struct uuid sink_id)
{
    static const struct sink_filter filter = {.type = {"task.*", 6}};
    const struct sink_created created = {
        .sink_id = sink_id,
        .name = text_lit("SIEM; \"old\""),
        .address = text_lit("https://siem.example/in"),
        .format = {EXPORT_OCSF},
        .filter = &filter,
        .is_paused = OPT_FALSE,
        .token.text = text_lit("bearer-of-the-siem"),
        .from_position = INT64_ABSENT,
    };
    const struct sink_failing failing = {sink_id, 3, text_lit("away")};

    as_admin(ledger);
    given_event(ledger, &sink_created_event, sink_id, UUID_NONE, &created);
    as_system(ledger);
    given_event(ledger, &sink_failing_event, sink_id, UUID_NONE, &failing);
    return sink_id;
}

static void given_sinks(struct test_ledger *ledger, unsigned chapter)
{
    const struct sink_refused refused = {
        given_sink(ledger, make_id(7000 + 2 * chapter)), 4, text_lit("status 400")};
    const struct sink_recovered recovered = {given_sink(ledger, make_id(7001 + 2 * chapter)), 5};
    const struct sink_changed changed = {
        .sink_id = recovered.sink_id,
        .name = text_lit("Archive"),
        .address = text_lit("https://archive.example/in"),
        .format = {EXPORT_CSV},
        .is_paused = OPT_TRUE,
        .token.text = text_lit("bearer-of-the-archive"),
        .has_token = OPT_TRUE,
    };
    const struct sink_removed removed = {recovered.sink_id};

    given_event(ledger, &sink_refused_event, refused.sink_id, UUID_NONE, &refused);
    given_event(ledger, &sink_recovered_event, recovered.sink_id, UUID_NONE, &recovered);
    as_admin(ledger);
    given_event(ledger, &sink_changed_event, changed.sink_id, UUID_NONE, &changed);
    given_event(ledger, &sink_removed_event, removed.sink_id, UUID_NONE, &removed);
}

static void given_invitation(struct test_ledger *ledger, struct uuid person, struct uuid invitation)
{
    static const uint8_t digest[32] = {9};
    const struct user_created created = {
        .user_id = person,
        .email = {.text = text_lit("newcomer@example.com")},
        .name = {.text = text_lit("New; \"comer\"")},
        .role = {ROLE_USER},
        .timezone = text_lit("UTC"),
    };
    const struct user_invited invited = {
        person, invitation, {digest, sizeof(digest)}, {1772550000123000}, OPT_FALSE};

    as_admin(ledger);
    given_event(ledger, &user_created_event, person, UUID_NONE, &created);
    given_event(ledger, &user_invited_event, person, UUID_NONE, &invited);
}

/* Somebody is invited, settles in, and is gone again at the end of every third chapter. */
static void given_newcomer(struct test_ledger *ledger, unsigned chapter)
{
    struct uuid person = make_id(6000 + 3 * chapter);
    struct uuid invitation = make_id(6001 + 3 * chapter);
    const struct personal hash = {.text = text_lit("$argon2id$hash")};
    const struct invitation_accepted accepted = {person, invitation, hash};
    const struct preferences_changed preferences = {
        person, text_lit("Europe/Istanbul"), {0}, OPT_FALSE};
    const struct user_updated updated = {
        .user_id = person, .name = {.text = text_lit("Comer")}, .role = {ROLE_PLATFORM_ADMIN}};
    const struct password_changed changed = {person, hash};
    const struct password_reset reset = {person, make_id(6002 + 3 * chapter), hash};
    const struct user_deleted deleted = {person};

    given_invitation(ledger, person, invitation);
    as_stranger(ledger);
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = person};
    given_event(ledger, &invitation_accepted_event, person, UUID_NONE, &accepted);
    given_event(ledger, &preferences_changed_event, person, UUID_NONE, &preferences);
    given_event(ledger, &password_changed_event, person, UUID_NONE, &changed);
    given_event(ledger, &password_reset_event, person, UUID_NONE, &reset);
    as_admin(ledger);
    given_event(ledger, &user_updated_event, person, UUID_NONE, &updated);
    if (chapter % 3 == 2)
        given_event(ledger, &user_deleted_event, person, UUID_NONE, &deleted);
}

void given_chapter(struct test_ledger *ledger, unsigned chapter)
{
    const struct cast cast = make_cast(chapter);
    const struct node_removed removed = {cast.node};

    given_sign_ins(ledger);
    given_workspace(ledger, &cast, chapter);
    given_coming_and_going(ledger, &cast);
    given_install(ledger, &cast);
    given_registration(ledger, &cast);
    given_presence(ledger, &cast);
    given_connection(ledger, &cast);
    given_story_of_labels(ledger, &cast, chapter);
    given_story_of_terminals(ledger, &cast);
    given_tasks(ledger, &cast);
    given_story_of_notification(ledger, &cast, chapter);
    given_sinks(ledger, chapter);
    given_story_of_templates(ledger, &cast, chapter);
    given_story_of_schedules(ledger, &cast, chapter);
    given_story_of_rolling_runs(ledger, &cast, chapter);
    given_story_of_rollouts(ledger, &cast, chapter);
    given_story_of_secrets(ledger, &cast, chapter);
    given_newcomer(ledger, chapter);
    as_admin(ledger);
    if (chapter % 3 == 2)
        given_event(ledger, &node_removed_event, cast.node, cast.workspace, &removed);
}
