/*
 * Groups that directories send: what deciding knows of one, and what follows for who is in it.
 *
 *   (none) ──directory_group_created──► there ──directory_group_deleted──► (none)
 *                                       └──┘ directory_group_changed: names, members
 *
 * The names and external ids of somebody's groups are the values of a claim named "groups" that the provider's rules look at.
 * One source decides: of whom the directory looks after, its groups do as long as it has any, and a sign-in's claim is not
 * looked at; of everybody else the claim does. Each value is one group's, so that no second group of a name gives what the first
 * one does.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_DIRECTORY_GROUP_H
#define COMMANDS_IDENTITY_DIRECTORY_GROUP_H

#include "commands/identity/provider.h"

enum {
    DIRECTORY_MOST_GROUPS = 5000,   /* of a provider */
    DIRECTORY_MOST_SEATS = 200000,  /* members of all its groups together */
    DIRECTORY_MOST_CONCERNED = 1000 /* people to whom one order applies the rules */
};

struct directory_group {
    struct uuid provider_id;
    struct text display_name;
    struct text external_id; /* absent: it has none */
    int64_t members;
};

bool directory_group_load(
    const struct decision *decision, struct uuid group_id, struct directory_group *out);
bool directory_group_has(
    const struct decision *decision, struct uuid group_id, struct uuid user_id);

/* The group that a value is of; absent: no group's. */
struct uuid directory_group_of_value(
    const struct decision *decision, struct uuid provider_id, struct text value);

/* Do an account's groups decide what the provider's rules give it? */
bool directory_decides(
    const struct decision *decision, const struct provider *provider, const struct user *user);

/* The values that its rules look at and somebody has by their groups, in the arena. */
struct list directory_values(
    const struct decision *decision, const struct provider *provider, struct uuid user_id);

/* What one order makes of a group, and of the rules of its provider. */
struct directory_turn {
    struct provider_word word;
    struct uuid group_id;
    struct directory_group after; /* without a name: it is gone */
    struct uuid *groups;          /* of the values of all rules, then of the one that is required */
};

/* Begins one, of which all else is set. */
void directory_turn_begin(const struct decision *decision, struct directory_turn *turn);

/* Is the group, as it was or as it is to be, what a rule is about? */
bool directory_turn_names_rule(
    const struct directory_turn *turn, const struct directory_group *group);

/* Emits what follows for somebody, who is in the group from now on or is not. */
void directory_turn_emit_given(
    struct decision *decision, struct directory_turn *turn, struct uuid user_id, bool is_member);

/* Emits what follows for somebody who leaves all groups. `user`: as it is after the order. */
void directory_emit_nothing_given(
    struct decision *decision,
    const struct provider *provider,
    struct uuid user_id,
    const struct user *user);

/* Emits that all groups of a provider are gone, which goes itself: what they gave stays. */
void directory_emit_groups_gone(struct decision *decision, struct uuid provider_id);

/* Folding. */
void directory_group_fold(struct fold *fold, const struct record *record);

extern const struct refusal refused_group_missing;
extern const struct refusal refused_group_value_taken;
extern const struct refusal refused_group_member;
extern const struct refusal refused_groups_full;
extern const struct refusal refused_group_full;
extern const struct refusal refused_group_seats;
extern const struct refusal refused_group_change_large;

#endif
