/*
 * Orders about upgrades of this program: by platform admins; by whoever carries them out; and the question what there is
 * to carry out.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_UPGRADE_UPGRADE_COMMANDS_H
#define COMMANDS_UPGRADE_UPGRADE_COMMANDS_H

#include "commands/command.h"
#include "eventlog/events/upgrade_events.h"

/* What is known where the order comes in, all of it SERVER_SET. */
struct upgrade_order {
    struct opt_bool is_supported; /* a key of releases is set */
    struct text own_release_id;   /* of the program that runs */
    /* The newest release of the catalogue, of a download; absent: there is none. */
    struct text version;
    struct text release_id;
    struct text released_at;
    struct text sha256;
    struct text binary_url;
};
extern const struct command request_upgrade_download_command;
extern const struct command request_upgrade_apply_command;

/* How the step went that was carried out. Nothing happens where it is over, or another one. */
struct settle_upgrade {
    struct uuid upgrade_id;
    struct text error; /* absent: it has succeeded */
    struct enum_value rollback;
    struct timestamp began_at; /* may be absent */
};
extern const struct command settle_upgrade_command;

/* The newest step. */
struct upgrade_state {
    struct upgrade_requested release; /* with the id; absent: there never was one */
    struct enum_value step;
    struct opt_bool is_open; /* it is to be carried out */
};
struct query_upgrade {
    struct opt_bool any;
};
extern const struct command query_upgrade_command; /* → struct upgrade_state */

extern const struct command *const upgrade_commands[];
extern const struct refusal *const upgrade_refusals[];

#endif
