/*
 * What other areas may ask about workspaces. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WORKSPACE_WORKSPACE_LOOKUP_H
#define COMMANDS_WORKSPACE_WORKSPACE_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"

bool workspace_exists(const struct decision *decision, struct uuid workspace_id);

/* The same as a check (404). */
enum status workspace_must_exist(
    const struct decision *decision, struct uuid workspace_id, struct error *error);

/* The default workspace, absent when there is none. */
struct uuid workspace_default(const struct decision *decision);

/* The usual first check of a change: exists (404) and is not archived (409). */
enum status workspace_must_be_writable(
    const struct decision *decision, struct uuid workspace_id, struct error *error);

/* The time zone of its schedules, in the decision's arena; absent where there is no such workspace. */
struct text workspace_timezone(const struct decision *decision, struct uuid workspace_id);

/* The first of its windows that is open at a time, in the arena, and until when; NULL: none is. */
struct window;
const struct window *workspace_open_window(
    const struct decision *decision,
    struct uuid workspace_id,
    struct timestamp at,
    struct arena *arena,
    struct timestamp *out_until);

/* Asked while folding. */
bool workspace_is_archived(struct fold *fold, struct uuid workspace_id);

/* Role of a member (enum member_role), 0 for none. */
int64_t
workspace_role(const struct decision *decision, struct uuid workspace_id, struct uuid user_id);

/* Is it shut to somebody: does it require a second factor, and have they none? */
bool workspace_is_shut(
    const struct decision *decision, struct uuid workspace_id, struct uuid user_id);

/* The role as far as it opens anything: 0 too where it is shut to them. */
int64_t
workspace_open_role(const struct decision *decision, struct uuid workspace_id, struct uuid user_id);

/* Does any workspace that somebody belongs to require a second factor? */
bool workspace_user_needs_factor(const struct decision *decision, struct uuid user_id);

/* Is whoever orders owner or admin of it, or a platform admin? */
bool workspace_is_for_admin(const struct decision *decision, struct uuid workspace_id);

/* Is it a team of this workspace? Its name, in the decision's arena; out_name may be NULL. */
bool team_is_of(
    const struct decision *decision,
    struct uuid team_id,
    struct uuid workspace_id,
    struct text *out_name);

/* The same as a check (404); no team at all is right too. */
enum status team_must_be_of(
    const struct decision *decision,
    struct uuid team_id,
    struct uuid workspace_id,
    struct error *error);

/* Is somebody a member of any workspace, of any team? */
bool workspace_user_has_workspaces(const struct decision *decision, struct uuid user_id);
bool workspace_user_has_teams(const struct decision *decision, struct uuid user_id);

/* The workspaces that somebody belongs to, by rising id, in the arena. */
struct list
workspace_ids_of_user(const struct decision *decision, struct uuid user_id, struct arena *arena);

/* What the rules of a provider give somebody: each workspace once. */
struct given_role {
    struct uuid workspace_id;
    struct enum_value role; /* enum member_role */
};

/* Who is left to decide, of what one order gives and takes to several people: the model knows nothing of that yet. Begins as
 * all zeros; what is counted is kept in the decision's arena. */
struct owners_left {
    struct uuid workspace_id;
    uint64_t owners;
};
struct power_left {
    struct owners_left *workspaces;
    size_t count;
    size_t capacity;
    uint64_t admins; /* of the platform, that are active */
    bool has_admins; /* are they counted? */
};

/* Emits what must change so that the memberships that this provider gave are these, for an account that is there or about
 * to be. What people gave, changed or took stays as it is, as do other providers' memberships and the last owner; nobody is
 * added to a workspace that is archived or gone. */
void workspace_emit_given(
    struct decision *decision,
    struct uuid user_id,
    struct uuid provider_id,
    const struct list *given, /* struct given_role */
    struct power_left *left);

/* Does this event change who may do what in a workspace? */
bool workspace_changes_access(const struct event_type *type);

/* Emits workspace_created and member_added for the very first workspace. */
struct first_workspace {
    struct text name;
    struct text slug;
    struct text timezone;
};
void workspace_emit_first(
    struct decision *decision, struct uuid owner_id, const struct first_workspace *workspace);

#endif
