/*
 * Nodes: what deciding knows of a machine and of the agent that speaks for it.
 *
 *              node_added                    node_came_online
 *   (none) ───────────────► offline ──────────────────────────────► online
 *                              ▲                                       │
 *                              └────────── node_went_offline ──────────┘
 *   any state ──node_removed──► (none), its tasks having ended before
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_NODE_H
#define COMMANDS_NODE_NODE_H

#include "commands/command.h"
#include "commands/fold.h"
#include "eventlog/events/node_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum node_kind {
    STATE_NODE = AREA_NODE << AREA_SHIFT,
    STATE_INSTALL,
    STATE_ENROLLMENT,
    CLAIM_HOSTNAME,         /* host name → node */
    CLAIM_BOOTSTRAP,        /* token digest → install */
    CLAIM_ENROLLMENT,       /* token digest → enrollment */
    CLAIM_ENROLLMENT_PLACE, /* digest of address and host name → pending enrollment */
    LINK_WORKSPACE_NODE,    /* workspace → node */
    LINK_TEAM_NODE,         /* team → node */
    LINK_ONLINE,            /* UUID_NONE → node that is online */
    TIMER_INSTALL,          /* a bootstrap token ends */
    TIMER_ENROLLMENT,       /* an enrollment waits for approval no longer */
    LINK_WORKSPACE_INSTALL, /* workspace → install whose token can still be used */
    STATE_NODE_LABELS       /* of a node that has any */
};

struct node {
    struct uuid workspace_id;
    struct text hostname;
    struct enum_value status;
    struct opt_bool is_in_maintenance;
    struct bytes credential_digest;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct enum_value desired_profile;
    struct enum_value applied_profile;
    struct enum_value root_sync;
    struct timestamp root_updated_at;
    struct timestamp root_last_applied_at;
    struct bytes root_error_digest; /* SHA-256 of the error last reported; absent: none */
    struct enum_value cpu_severity; /* as last recorded; absent: never */
    struct timestamp cpu_recorded_at;
    struct uuid team_id;
    struct opt_bool is_heard; /* since its agent was given its credential */
    struct text agent_start;  /* which start of the agent claims; absent: not said */
    struct timestamp agent_replaced_at;
    struct uuid connection;       /* that its agent speaks on; absent: on none */
    struct uuid connection_boot;  /* of the server that has it: see node_lookup.connection */
    struct bytes location_digest; /* SHA-256 of the location last reported; absent: none */
    struct text name;
    struct text arch;
};
extern const struct aggregate node_aggregate;

/* Apart from the node, which is read whenever its agent says anything. */
struct node_labels {
    struct list labels; /* of struct label: of operators and of its agent */
};
extern const struct aggregate node_labels_aggregate;

/* What is changed of them; nothing where the node is gone. */
void node_labels_evolve(struct fold *fold, struct uuid node_id, struct json changes);

/* Of struct label, in the decision's arena; none where there are none. */
struct list node_labels(const struct decision *decision, struct uuid node_id);

enum { NODE_LARGEST_LABELS_REPORT = 16 << 10 };

/* What an agent reports of its labels, a JSON object of strings; absent: nothing. Whatever cannot be
 * taken is cut, replaced or dropped, and that is noted. An event only where they have changed. */
void node_note_labels(
    struct decision *decision, struct uuid node_id, const struct node *node, struct json reported);

/* Of nodes and of installs. */
void node_evolve(struct fold *fold, const struct record *record);

/* False when there is no such node. */
bool node_load(const struct decision *decision, struct uuid node_id, struct node *out);

/* Refused when another node bears the name. */
enum status node_hostname_must_be_free(
    const struct decision *decision, struct text hostname, struct error *error);

/* The first checks of an operator's change: the node is there, in the workspace that the route
 * names (absent: in any), and that workspace is not archived. */
enum status node_must_be_changeable(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid node_id,
    struct node *out,
    struct error *error);

/* The first that is not blank, of several names for the same. */
struct text node_first_said(struct text first, struct text second, struct text third);

/* What a machine says of its system and its processor, whatever it calls them. */
struct additional_info;
struct text additional_info_os(const struct additional_info *info);
struct text additional_info_arch(const struct additional_info *info);

/* What hosts do not tell is "unknown". */
struct text node_text_or_unknown(struct text t);

/* Loads the node and compares its credential: for agents that name node and token in a body. */
enum status node_must_speak(
    const struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct node *out,
    struct error *error);

/* An agent speaks with this credential, or did before it fell silent: another one with a fresh
 * credential takes its place. */
bool node_has_agent(const struct node *node);

/* What an agent says of the versions around it; absent: not said. */
struct versions {
    struct text agent;
    struct text platform;
    struct text kernel;
};

/* A sign of life: the node comes online if it was not, and versions that changed are kept. */
void node_note_sign(
    struct decision *decision,
    struct uuid node_id,
    const struct node *node,
    enum node_sign sign,
    const struct versions *versions);

/* SHA-256 of the packed location, in the arena; absent for none. */
struct bytes node_location_digest(struct arena *arena, const struct node_location *location);

extern const struct refusal refused_node_missing;
extern const struct refusal refused_subscription;
extern const struct refusal refused_hostname_taken;
extern const struct refusal refused_node_online;
extern const struct refusal refused_label_key;
extern const struct refusal refused_label_value;
extern const struct refusal refused_labels_full;
extern const struct refusal refused_node_too_busy;
extern const struct refusal refused_default_workspace_missing;
extern const struct refusal refused_enrollment_token;
extern const struct refusal refused_os_missing;
extern const struct refusal refused_arch_missing;
extern const struct refusal refused_agent_token_unset;
extern const struct refusal refused_agent_token;
extern const struct refusal refused_bootstrap_token_missing;
extern const struct refusal refused_bootstrap_token_used;
extern const struct refusal refused_bootstrap_token_expired;

#endif
