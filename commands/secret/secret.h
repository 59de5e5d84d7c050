/*
 * Secrets: what deciding knows of them. Values are there as they were sealed, and only for who opens them.
 *
 *   secret    (none) ──created──► there ◄─┐ changed, rotated         deleted: gone
 *                                   └─────┘
 *   version   newest ──rotated, deleted──► former ──no task that was given it has not ended──► destroyed
 *
 *   task      refers to names ──claimed──► was given versions ──ended──► nothing is noted of it
 *
 * What it costs: a workspace has at most 200 secrets, of 16 KiB each and 128 KiB together.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SECRET_SECRET_H
#define COMMANDS_SECRET_SECRET_H

#include "commands/fold.h"
#include "commands/secret/secret_commands.h"
#include "commands/secret/secret_lookup.h"
#include "eventlog/events/secret_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum secret_kind {
    STATE_SECRET = AREA_SECRET << AREA_SHIFT,
    STATE_SECRET_VERSION,
    STATE_TASK_SECRETS,
    CLAIM_SECRET_NAME,     /* workspace 16 ‖ name → secret */
    LINK_WORKSPACE_SECRET, /* workspace → secret; bytes of its box */
    LINK_SECRET_VERSION,   /* (none) → version that was not destroyed */
    LINK_VERSION_TASK,     /* version → task that was given it and has not ended */
    LINK_VERSION_NODE,     /* version → node that was given it */
    TIMER_FORMER_VERSION   /* nothing needs it any more */
};

enum { MOST_SECRETS = 200, MOST_SECRET_BYTES = 128 << 10 };

struct secret {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct timestamp expires_at;
    struct uuid version_id;
    int64_t version;
};
extern const struct aggregate secret_aggregate;

struct secret_version {
    struct uuid version_id;
    struct uuid secret_id;
    struct uuid workspace_id;
    int64_t version;
    struct uuid event_id; /* that it was sealed in */
    struct bytes box;
    struct timestamp former_at; /* when it was no longer the newest one; absent: it is */
};
extern const struct aggregate secret_version_aggregate;

struct task_secrets {
    struct list refs;      /* of struct task_secret */
    struct list delivered; /* of struct secret_delivery, the newest one of a variable last */
};
extern const struct aggregate task_secrets_aggregate;

void secret_evolve(struct fold *fold, const struct record *record);

/* The secret of a path; refused where the workspace is archived or has none of that id. */
enum status secret_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid secret_id,
    struct secret *out,
    struct error *error);

/* The secret of that name; false where there is none. */
bool secret_named(
    const struct decision *decision,
    struct uuid workspace_id,
    struct text name,
    struct secret *out);

static inline bool secret_has_expired(const struct secret *secret, struct timestamp now)
{
    return timestamp_is_present(secret->expires_at) && secret->expires_at.us <= now.us;
}

/* It lies in the future, or is absent. */
enum status secret_check_expiry(
    const struct decision *decision, struct timestamp expires_at, struct error *error);

/* Is there room for a value in the workspace, beside all but this secret's? */
enum status secret_check_room(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid secret_id,
    struct text value,
    struct error *error);

/* Of values, for tables of fields. */
bool secret_is_value(struct text value);
#define SECRET_VALUE_RULE                                                                          \
    "value must be 8 to 16384 bytes long, without counting line ends at the least: nothing shorter can be masked"

/* That a version is destroyed with its key, unless a task that was given it has not ended: then that follows its end. */
void secret_emit_former(struct decision *decision, struct uuid version_id);
void secret_emit_destroyed(struct decision *decision, const struct secret_version *version);

extern const struct refusal refused_secret_missing;
extern const struct refusal refused_secret_name_taken;
extern const struct refusal refused_secrets_full;
extern const struct refusal refused_secrets_too_large;

#endif
