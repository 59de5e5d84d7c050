/*
 * Authority as it is on record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_authority.h"

#include "api/evidence/access_walk.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "migrations/authority/role_grants.h"

/* The newest first: the first says which it is; how far back keys are trusted, the first that replaced them. */
static bool take_declared(const struct record *record, void *context)
{
    const struct authority_declared *event = record->event;
    struct authority_record *out = context;

    if (out->declared_at == INT64_ABSENT) {
        out->is_strict = event->mode.is == AUTHORITY_STRICT;
        out->declared_at = record->entry.position;
    }
    if (opt_bool_is_true(event->replaces))
        out->roots_since = record->entry.position;
    return out->roots_since == INT64_ABSENT;
}

struct found_grant {
    struct uuid id;
    int64_t position;
};

static bool take_grant(const struct record *record, void *context)
{
    struct found_grant *out = context;

    out->id = ((const struct role_granted *)record->event)->grant_id;
    out->position = record->entry.position;
    return false;
}

enum status authority_record_look(
    struct call *call,
    struct uuid user_id,
    uint64_t size,
    struct authority_record *out,
    struct error *error)
{
    struct found_grant found = {UUID_NONE, INT64_ABSENT};
    const struct access_walk declared = {
        .type = &authority_declared_event, .size = size, .each = take_declared, .context = out};
    const struct access_walk granted = {
        .type = &role_granted_event,
        .user_id = user_id,
        .size = size,
        .each = take_grant,
        .context = &found};
    enum status status;

    *out = (struct authority_record){.declared_at = INT64_ABSENT, .roots_since = INT64_ABSENT};
    status = access_walk(call, &declared, error);
    if (status == STATUS_OK && uuid_is_present(user_id))
        status = access_walk(call, &granted, error);
    out->granted_at = found.position;
    if (status == STATUS_OK)
        status = traced_look(call, &role_grants_table, found.id, size, &out->grant, error);
    return status;
}

bool authority_record_lacks(
    const struct authority_record *record, int64_t role, struct timestamp at)
{
    const struct role_grant_row *grant = record->grant.row;

    if (!record->is_strict || role == ROLE_USER)
        return false;
    return grant == NULL || grant->status.is != ROLE_GRANT_ACTIVE || grant->role.is != role ||
           (timestamp_is_present(grant->expires_at) && grant->expires_at.us <= at.us) ||
           record->granted_at < record->roots_since;
}

int64_t authority_record_since(const struct authority_record *record)
{
    return traced_since(&record->grant, "status");
}
