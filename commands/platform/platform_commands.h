/*
 * Orders and questions about the installation itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PLATFORM_PLATFORM_COMMANDS_H
#define COMMANDS_PLATFORM_PLATFORM_COMMANDS_H

#include "commands/command.h"
#include "commands/platform/platform_lookup.h"

struct export_filter;

/* Position 0. Refused when the ledger has begun. */
struct open_ledger {
    struct text origin_name; /* absent: "fleetledger/<installation id>" */
    struct bytes verifier_key;
    struct bytes key_ids;
};
extern const struct command open_ledger_command;

/* Evidence of a refusal; the budget is kept by the submitter. */
struct record_refusal {
    struct text code;
    struct text method;
    struct text route;
};
extern const struct command record_refusal_command;

struct summarise_refusals {
    struct timestamp since;
    struct timestamp until;
    int64_t count;
};
extern const struct command summarise_refusals_command;

/* Evidence of a look at evidence. One in ten minutes is kept apart from its repeats by its command id. */
struct record_look {
    struct uuid workspace_id; /* that nobody could look beyond; absent: all */
    struct text route;
    struct json filter;
    struct timestamp kept_at; /* absent: it is now */
};
extern const struct command record_look_command;

/* What somebody's looks came to, beside those on record. */
struct count_looks {
    struct timestamp since;
    struct timestamp until;
    struct list looks; /* of struct counted_look */
    int64_t further;
};
extern const struct command count_looks_command;

/* Evidence of an opening, ordered before anything is shown. */
struct record_opening {
    struct uuid workspace_id; /* of the event; absent: none */
    int64_t position;
};
extern const struct command record_opening_command;

/* Question: which timers are due (see commands/timers.h)? While the grace after a start lasts, the
 * start is passed as `since`: a pause of ours ends nothing. */
struct query_due_timers {
    struct timestamp since;     /* absent: from ever */
    const struct timer *after;  /* the last one of the answer before; NULL: from the beginning */
    struct opt_bool only_exact; /* only kinds whose time no setting adds to */
    int64_t limit;
};
struct due_timers {
    struct list timers; /* of struct timer; `limit` of them: there may be more */
};
extern const struct command query_due_timers_command; /* answers `due_timers` */

/* Another key signs checkpoints. Its seed is in keys.mdb already. */
struct rotate_signing_key {
    int64_t overlap_seconds;
    struct bytes verifier_key; /* set by whoever has made the seed */
};
struct rotated_signing_key {
    struct text key;
    struct timestamp overlap_until;
};
extern const struct command rotate_signing_key_command; /* answers `rotated_signing_key` */

/* All keys are wrapped under another key-encryption key, already. */
struct rotate_key_encryption_key {
    struct bytes key_id; /* these are set by whoever has wrapped them */
    struct opt_bool has_former;
    int64_t rows;
};
struct rotated_key_encryption_key {
    int64_t rows;
};
extern const struct command
    rotate_key_encryption_key_command; /* answers `rotated_key_encryption_key` */
extern const struct refusal
    refused_former_key_missing; /* also of whoever wraps keys before a leader decides */

/* The ledger does not continue what was signed, and goes on as another log. */
struct declare_origin {
    struct text reason;
    struct text seen; /* a checkpoint that others have kept; absent: what this server has kept */
    struct text note; /* that is contradicted, by the signer; absent: none is */
};
struct declared_origin {
    struct text origin;
    struct text key;
};
extern const struct command declare_origin_command; /* answers `declared_origin` */

/* Records that the ledger was put back from a backup: the first thing that is recorded after it. */
struct record_restore {
    int64_t size;
    struct text backup;
    struct list anchors; /* of struct restore_anchor */
    struct list dropped; /* positions; their bodies are gone already */
};
extern const struct command record_restore_command;

/* Records what came of a drill; as drill_recorded has it. */
struct record_drill {
    struct text backup;
    int64_t size;
    int64_t head;
    int64_t recovery_point_us;
    int64_t recovery_us;
    struct list findings; /* texts */
};
extern const struct command record_drill_command;

/* Records an export: what it is made of is found by who submits it. */
struct make_export {
    struct uuid workspace_id; /* that it is of; absent: of all */
    struct enum_value format;
    int64_t first;
    int64_t end;
    const struct export_filter *filter;
    int64_t count;
    struct bytes root;
    struct bytes ledger_root;
};
extern const struct command make_export_command;

/* Another server may follow this one. */
struct admit_follower {
    struct text name;
    struct text token;         /* made by whoever orders it; what is kept is … */
    struct bytes token_digest; /* … this, which the server makes of it */
};
struct admitted_follower {
    struct uuid follower_id;
    struct text key;
};
extern const struct command admit_follower_command; /* answers `admitted_follower` */

struct revoke_follower {
    struct text name;
};
extern const struct command revoke_follower_command;

/* A follower leads from now on; what it followed is found by whoever orders it. Its home follows nobody any more. */
struct promote_leader {
    int64_t size;
    struct bytes root;
    struct text note;
    struct text former_leader;
    struct text confirmed_by;
    struct text reason;
    struct list dropped; /* positions; their bodies are gone already */
};
struct promoted_leader {
    struct text origin;
    struct text key;
    int64_t epoch;
};
extern const struct command promote_leader_command; /* answers `promoted_leader` */

/* Question: is this the token of an admitted follower? Refused when not. */
struct query_follower {
    struct bytes token_digest;
};
struct known_follower {
    struct uuid follower_id;
};
extern const struct command query_follower_command; /* answers `known_follower` */

/* A setting as people have changed it: its value, or that value sealed. */
struct recorded_setting {
    struct text name; /* in the environment */
    struct text value;
    struct uuid event_id; /* that the value was sealed in … */
    struct bytes box;     /* … of a secret */
    struct opt_bool is_of_home;
};
/* All of them. */
struct recorded_settings {
    struct list values; /* of struct recorded_setting */
};

/* Settings are other ones from the next start on. What is so already is left out. */
struct change_settings {
    struct list wanted; /* of struct wanted_setting */
};
extern const struct command change_settings_command; /* answers `recorded_settings` */

/* Question: which ones were changed? */
struct query_settings {
    struct opt_bool any;
};
extern const struct command query_settings_command; /* answers `recorded_settings` */

/* This run of the server is to end, and to begin again; once, however often it is asked for. */
struct request_restart {
    struct opt_bool any;
};
struct requested_restart {
    struct timestamp requested_at;
    struct opt_bool is_repeat;
};
extern const struct command request_restart_command; /* answers `requested_restart` */

extern const struct command *const platform_commands[];
extern const struct refusal *const platform_refusals[];

#endif
