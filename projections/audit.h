/*
 * The audit trail as a table: for each type of event the entry that it leaves, or why it leaves
 * none. The rules of an area stand with the area; audit_logs (platform/) makes the entries. Who,
 * when and from where stand in every entry, and need no rule.
 *
 *   record ──► its type's rule ──► [values of the event, and of the row before it] ──► audit_logs
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_AUDIT_H
#define PROJECTIONS_AUDIT_H

#include "projections/details.h"

/* Which lists show an entry: each is in one that somebody can read. */
enum audit_list {
    AUDIT_PLATFORM = 1,          /* what concerns the installation and its people */
    AUDIT_WORKSPACE,             /* what happened in a workspace */
    AUDIT_OWNER,                 /* … or to the platform, where it is of no workspace */
    AUDIT_PLATFORM_AND_WORKSPACE /* the end of a workspace, whose own list ends with it */
};

struct audit_rule {
    const struct event_type *event;
    const char *no_entry; /* why there is none; then the rule says nothing else */

    enum audit_list list;
    const char *action;
    const char *target_type;
    struct value_ref target_id;
    struct value_ref label[3]; /* the target's name: the first that is a text and not empty */
    struct text (*label_of)(const struct value_context *context); /* where no value is its name */
    const struct detail *metadata;
    const struct detail *before; /* both, or neither: changes */
    const struct detail *after;

    /* The row that values are taken from, as it was before the event (tasks, schedules, rolling runs: as it is after). */
    const struct table *table;
    struct value_ref key; /* of the row, unless it is the target's id */

    /* Where this value, a UUID, is present the entry is another one. */
    struct value_ref other_if;
    const char *other_action;
    const struct detail *other_metadata;

    /* Events that leave no entry after all. */
    struct value_ref only_if;
    struct value_ref unless;
    bool (*only_where)(const struct record *record); /* NULL: anywhere */
    bool is_by_users_only; /* what the program does by itself is nobody's act */

    bool is_by_target; /* the actor is the target: whoever signs in was a stranger before */
};

/* The rules of each area, ended by one without an event; and all of them, NULL-ended. */
extern const struct audit_rule identity_audit_rules[];
extern const struct audit_rule workspace_audit_rules[];
extern const struct audit_rule node_audit_rules[];
extern const struct audit_rule task_audit_rules[];
extern const struct audit_rule terminal_audit_rules[];
extern const struct audit_rule notification_audit_rules[];
extern const struct audit_rule platform_audit_rules[];
extern const struct audit_rule sink_audit_rules[];
extern const struct audit_rule privacy_audit_rules[];
extern const struct audit_rule template_audit_rules[];
extern const struct audit_rule schedule_audit_rules[];
extern const struct audit_rule rolling_audit_rules[];
extern const struct audit_rule rollout_audit_rules[];
extern const struct audit_rule selection_audit_rules[];
extern const struct audit_rule upgrade_audit_rules[];
extern const struct audit_rule secret_audit_rules[];
extern const struct audit_rule authority_audit_rules[];
extern const struct audit_rule *const audit_catalog[];

/* The rule of a type, or NULL. */
const struct audit_rule *audit_rule_of(const struct event_type *type);

/* Appends the page of the reference: what each type of event leaves in the trail. */
struct buf;
void audit_describe(struct buf *out);

#endif
