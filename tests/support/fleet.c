/*
 * Workspaces, nodes and tasks as scenarios begin with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/fleet.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"

void given_workspace(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W1, .name = text_lit("Default Workspace"),
               .slug = text_lit("default"), .default_timezone = text_lit("UTC"),
               .is_default = OPT_TRUE, .is_archived = OPT_FALSE));
}

void given_archived_workspace(struct scenario *s)
{
    GIVEN(
        s,
        HAPPENED(
            workspace_created, .workspace_id = W2, .name = text_lit("Old"), .slug = text_lit("old"),
            .default_timezone = text_lit("UTC"), .is_default = OPT_FALSE, .is_archived = OPT_TRUE));
}

void given_another_node(
    struct scenario *s, struct uuid node_id, struct uuid workspace_id, const char *hostname)
{
    GIVEN(
        s, HAPPENED(
               node_added, .node_id = node_id, .workspace_id = workspace_id,
               .name = text_from(hostname), .hostname = text_from(hostname),
               .os = text_lit("linux"), .arch = text_lit("amd64"), .source = {SOURCE_INSTALL},
               .credential_digest = digest_named(s, hostname)));
}

void given_node(struct scenario *s)
{
    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               node_added, .node_id = N1, .workspace_id = W1, .name = text_lit("web-1"),
               .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64"),
               .source = {SOURCE_INSTALL}, .credential_digest = digest_named(s, "agent 1")));
}

void given_root_access(struct scenario *s, int64_t applied_profile)
{
    GIVEN(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {applied_profile},
               .sync = {ROOT_PENDING}));
}

void given_queued_task(struct scenario *s)
{
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = T1, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE));
}

void given_accepted_task(struct scenario *s)
{
    given_queued_task(s);
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
               .lease_until = timestamp_plus_us(scenario_now(s), INT64_C(60) * US_PER_S)));
}

void given_running_task(struct scenario *s)
{
    given_accepted_task(s);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = scenario_now(s)));
}

const struct uuid own_task = {{0x33, [6] = 0x40, [8] = 0x80}};

void given_own_task(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = own_task, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
}

void given_own_claim(struct scenario *s)
{
    given_own_task(s);
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = own_task, .node_id = N1, .claim_token = id_named("claim"),
               .lease_until = timestamp_plus_us(scenario_now(s), INT64_C(60) * US_PER_S)));
}

void given_workspace_called(struct scenario *s, struct uuid workspace_id, const char *slug)
{
    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = workspace_id, .name = text_from(slug),
               .slug = text_from(slug), .default_timezone = text_lit("UTC"),
               .is_default = OPT_FALSE, .is_archived = OPT_FALSE));
}

void given_account(struct scenario *s, struct uuid user_id, const char *name)
{
    struct personal sealed_name = sealed(s, name);

    GIVEN(
        s, HAPPENED(
               user_registered, .user_id = user_id, .email = sealed_name, .name = sealed_name,
               .password = sealed_name, .role = {ROLE_USER}, .timezone = text_lit("UTC")));
}

void given_member(
    struct scenario *s,
    struct uuid membership_id,
    struct uuid workspace_id,
    struct uuid user_id,
    int64_t role)
{
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = membership_id, .workspace_id = workspace_id,
               .user_id = user_id, .role = {role}));
}

void given_team_called(
    struct scenario *s, struct uuid team_id, struct uuid workspace_id, const char *name)
{
    GIVEN(
        s, HAPPENED(
               team_created, .team_id = team_id, .workspace_id = workspace_id,
               .name = text_from(name)));
}

void given_team_member(
    struct scenario *s,
    struct uuid team_membership_id,
    struct uuid workspace_id,
    struct uuid team_id,
    struct uuid user_id)
{
    GIVEN(
        s, HAPPENED(
               team_member_added, .team_membership_id = team_membership_id, .team_id = team_id,
               .workspace_id = workspace_id, .user_id = user_id));
}
