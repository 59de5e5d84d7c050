/*
 * Workspaces, who belongs to them, and their teams.
 *
 *                              archived
 *   (none) ──created──► open ◄──────────► archived, which is only read
 *                        └──deleted──► gone, with all that belonged to it
 *   default: exactly one, the newest that was made so; neither archived nor deleted
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WORKSPACE_WORKSPACE_H
#define COMMANDS_WORKSPACE_WORKSPACE_H

#include "commands/command.h"
#include "commands/fold.h"
#include "eventlog/events/workspace_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum workspace_kind {
    STATE_WORKSPACE = AREA_WORKSPACE << AREA_SHIFT,
    STATE_MEMBERSHIP,
    STATE_TEAM,
    CLAIM_SLUG,              /* slug → workspace */
    CLAIM_DEFAULT_WORKSPACE, /* one fixed key → workspace */
    CLAIM_MEMBERSHIP,        /* workspace ‖ user → membership */
    CLAIM_TEAM_MEMBERSHIP,   /* team ‖ user → membership in the team */
    CLAIM_TEAM_NAME,         /* digest of workspace ‖ name → team */
    LINK_WORKSPACE_MEMBER,   /* workspace → user; value: role */
    LINK_MEMBER_WORKSPACE,   /* user → workspace */
    LINK_WORKSPACE_TEAM,     /* workspace → team */
    LINK_TEAM_MEMBER,        /* team → user */
    LINK_MEMBER_TEAM,        /* user → team */
    STATE_WORKSPACE_WINDOWS, /* of a workspace that has any */
    LINK_WITHHELD /* user → workspace in which somebody changed or took what a provider's rules gave */
};

struct workspace {
    struct text slug;
    struct opt_bool is_archived;
    struct opt_bool is_deleted; /* only its slug is still known */
    struct text default_timezone;
    struct opt_bool second_factor_required;
};
extern const struct aggregate workspace_aggregate;

struct membership {
    struct uuid workspace_id;
    struct uuid user_id;
    struct enum_value role;
    struct uuid provider_id; /* whose rules gave it; absent: somebody did, and no rule touches it */
};
extern const struct aggregate membership_aggregate;

void workspace_evolve(struct fold *fold, const struct record *record);

struct team {
    struct uuid workspace_id;
    struct text name;
};
extern const struct aggregate team_aggregate;

/* Folding what happens to teams. */
void team_evolve(struct fold *fold, const struct record *record);

/* Windows of a workspace: struct workspace_windows. Folding that they are others, or gone with it. */
extern const struct aggregate workspace_windows_aggregate;
void windows_evolve(struct fold *fold, const struct record *record);

/* The one key of the claim on being the default; the slug of the first workspace too, which is the
 * default where none is marked. */
struct bytes workspace_default_key(void);

/* Keys of claims, in the arena: on belonging to a workspace or a team, on a team's name. */
struct bytes workspace_pair_key(struct arena *arena, struct uuid where, struct uuid user_id);
struct bytes team_name_key(struct arena *arena, struct uuid workspace_id, struct text name);

/* False when there is none, or when it is gone. */
bool workspace_load(
    const struct decision *decision, struct uuid workspace_id, struct workspace *out);

/* Emits that somebody leaves a workspace, and with it what is theirs there. */
void workspace_emit_member_left(struct decision *decision, const struct member_removed *removed);

/* The membership of a path; refused when the workspace has none of that id. */
enum status membership_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid membership_id,
    struct membership *out,
    struct error *error);

/* Refused when this member is the only owner left. */
enum status workspace_another_owner_must_stay(
    const struct decision *decision, const struct membership *membership, struct error *error);

/* Refused when another team of the workspace bears the name. */
enum status team_name_must_be_free(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid team_id,
    struct text name,
    struct error *error);

/* Emits that all its members leave a team; then that a person leaves all teams of a workspace. */
void workspace_emit_team_emptied(
    struct decision *decision, struct uuid team_id, struct uuid workspace_id);
void workspace_emit_teams_left(
    struct decision *decision, struct uuid user_id, struct uuid workspace_id);

extern const struct refusal refused_workspace_missing;
extern const struct refusal refused_workspace_archived;
extern const struct refusal refused_settings_archived;
extern const struct refusal refused_slug_taken;
extern const struct refusal refused_archived_default;
extern const struct refusal refused_default_by_admin;
extern const struct refusal refused_default_unset;
extern const struct refusal refused_default_archived;
extern const struct refusal refused_default_deleted;
extern const struct refusal refused_workspace_too_large;
extern const struct refusal refused_timezone_unknown;
extern const struct refusal refused_user_missing;
extern const struct refusal refused_user_not_accepted;
extern const struct refusal refused_member_already;
extern const struct refusal refused_membership_missing;
extern const struct refusal refused_last_owner;
extern const struct refusal refused_team_not_found;
extern const struct refusal refused_team_name_taken;
extern const struct refusal refused_team_has_nodes;
extern const struct refusal refused_team_has_schedules;
extern const struct refusal refused_not_of_workspace;
extern const struct refusal refused_team_member_inactive;
extern const struct refusal refused_team_member_already;
extern const struct refusal refused_team_membership_missing;

#endif
