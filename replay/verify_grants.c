/*
 * Checking grants.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/verify_grants.h"

#include "eventlog/events/platform_events.h"
#include "eventlog/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct checking {
    struct grants_checked *grants;
    const struct record *record;
    struct arena *arena;
};

static void find(const struct checking *checking, const char *what, const char *why)
{
    child_report_found(
        checking->grants->report, "the %s at position %llu %s", what,
        (unsigned long long)checking->record->position.value, why);
}

static void add_root(struct grants_checked *grants, struct bytes key)
{
    if (key.size != DSSE_KEY_SIZE || grants->count >= AUTHORITY_MOST_ROOTS)
        return;
    memcpy(grants->roots[grants->count].key.bytes, key.data, DSSE_KEY_SIZE);
    grants->roots[grants->count].until = (struct timestamp){0};
    grants->count++;
}

/* Where it stands among them; `count` where it does not. */
static size_t root_index(const struct grants_checked *grants, struct bytes key)
{
    size_t i = 0;

    while (i < grants->count &&
           !bytes_equal(key, (struct bytes){grants->roots[i].key.bytes, DSSE_KEY_SIZE}))
        i++;
    return i;
}

/* Opens what a key of that time has signed into the struct of its kind. False: there is none, or it was told. */
static bool open_signed(
    const struct checking *checking,
    enum manifest_kind kind,
    struct text envelope,
    struct bytes root_key,
    void *out)
{
    struct grants_checked *grants = checking->grants;
    const char *what = manifest_kind_names[kind - 1];
    size_t i = root_index(grants, root_key);
    struct timestamp at = checking->record->entry.recorded_at;
    struct dsse_keys one;
    struct error error;
    size_t key;

    if (!text_is_present(envelope)) {
        grants->forgotten++;
        return false;
    }
    if (i == grants->count ||
        (timestamp_is_present(grants->roots[i].until) && at.us >= grants->roots[i].until.us)) {
        find(checking, what, "names a root key that was not trusted then");
        return false;
    }
    one = (struct dsse_keys){&grants->roots[i].key, 1};
    if (manifest_open(checking->arena, kind, envelope, &one, out, &key, &error) != STATUS_OK) {
        find(checking, what, "is not what the root key has signed");
        return false;
    }
    return true;
}

static void conclude(const struct checking *checking, enum manifest_kind kind, bool is_as_signed)
{
    if (is_as_signed)
        checking->grants->holding++;
    else
        find(checking, manifest_kind_names[kind - 1], "says something else than what was signed");
}

static bool is_of_installation(const struct checking *checking, struct uuid id)
{
    return uuid_equal(checking->grants->installation_id, id);
}

static void check_activation(const struct checking *checking, const struct role_granted *event)
{
    struct activation_manifest signed_as;

    if (open_signed(
            checking, MANIFEST_ACTIVATION, event->envelope.text, event->root_key, &signed_as))
        conclude(
            checking, MANIFEST_ACTIVATION,
            is_of_installation(checking, signed_as.installation_id) &&
                uuid_equal(event->grant_id, signed_as.grant_id) &&
                event->role.is == signed_as.role.is &&
                event->not_before.us == signed_as.not_before.us &&
                !timestamp_is_present(event->expires_at));
}

/* The first owner's has no serial: nobody knew their id when it was signed. */
static void check_grant(const struct checking *checking)
{
    const struct role_granted *event = checking->record->event;
    struct role_grant_manifest signed_as;

    if (event->serial == 0)
        check_activation(checking, event);
    else if (open_signed(
                 checking, MANIFEST_ROLE_GRANT, event->envelope.text, event->root_key, &signed_as))
        conclude(
            checking, MANIFEST_ROLE_GRANT,
            is_of_installation(checking, signed_as.installation_id) &&
                uuid_equal(event->grant_id, signed_as.grant_id) &&
                uuid_equal(event->user_id, signed_as.user_id) &&
                event->role.is == signed_as.role.is && event->serial == signed_as.serial &&
                event->not_before.us == signed_as.not_before.us &&
                event->expires_at.us == signed_as.expires_at.us &&
                text_equal(event->reason, signed_as.reason));
}

/* An admin's needs none. */
static void check_end(const struct checking *checking)
{
    const struct role_grant_ended *event = checking->record->event;
    struct role_revocation_manifest signed_as;

    if (bytes_are_present(event->root_key) &&
        open_signed(
            checking, MANIFEST_ROLE_REVOCATION, event->envelope.text, event->root_key, &signed_as))
        conclude(
            checking, MANIFEST_ROLE_REVOCATION,
            is_of_installation(checking, signed_as.installation_id) &&
                uuid_equal(event->grant_id, signed_as.grant_id) &&
                text_equal(event->reason, signed_as.reason));
}

static void check_rotation(const struct checking *checking)
{
    const struct root_rotated *event = checking->record->event;
    struct grants_checked *grants = checking->grants;
    struct root_rotation_manifest signed_as;
    size_t former = root_index(grants, event->former_key);

    if (!open_signed(
            checking, MANIFEST_ROOT_ROTATION, event->envelope, event->former_key, &signed_as))
        return;
    conclude(
        checking, MANIFEST_ROOT_ROTATION,
        is_of_installation(checking, signed_as.installation_id) &&
            bytes_equal(event->root_key, signed_as.new_public_key) &&
            event->former_until.us == signed_as.old_valid_until.us);
    grants->roots[former].until = event->former_until;
    add_root(grants, event->root_key);
}

/* As the write model has it (commands/authority/authority.c). */
static void take_declared(struct grants_checked *grants, const struct authority_declared *declared)
{
    if (!bytes_are_present(declared->root_key) ||
        root_index(grants, declared->root_key) < grants->count)
        return;
    grants->count = 0;
    add_root(grants, declared->root_key);
}

enum status verify_grants_note(
    struct grants_checked *grants,
    const struct record *record,
    struct arena *arena,
    struct error *error)
{
    struct record opened = *record;
    const struct checking checking = {grants, &opened, arena};
    enum status status;

    if (record->type == &ledger_opened_event)
        grants->installation_id = record->entry.stream;
    if (record->type == NULL || event_type_area(record->type) != AREA_AUTHORITY)
        return STATUS_OK;
    status = keyring_open_record(grants->keyring, arena, &opened, error);
    if (status == STATUS_CORRUPT)
        return STATUS_OK; /* the boxes' own check tells of it */
    if (status != STATUS_OK)
        return status;
    switch ((enum authority_event)record->type->id) {
    case EVT_AUTHORITY_DECLARED:
        take_declared(grants, opened.event);
        break;
    case EVT_ROLE_GRANTED:
        check_grant(&checking);
        break;
    case EVT_ROLE_GRANT_ENDED:
        check_end(&checking);
        break;
    case EVT_ROOT_ROTATED:
        check_rotation(&checking);
        break;
    case EVT_OWNER_ACTIVATED:
        break;
    }
    return STATUS_OK;
}

void verify_grants_check_root(struct grants_checked *grants, struct bytes root_key)
{
    if (bytes_are_present(root_key) && root_index(grants, root_key) == grants->count)
        child_report_found(
            grants->report, "the grants of this ledger do not go back to the product root key "
                            "that was named");
}

const char *verify_grants_said(const struct grants_checked *grants, char out[GRANTS_SAID_SIZE])
{
    out[0] = '\0';
    if (grants->holding > 0)
        snprintf(
            out, GRANTS_SAID_SIZE, "; %" PRIu64 " signed manifest%s hold%s", grants->holding,
            grants->holding == 1 ? "" : "s", grants->holding == 1 ? "s" : "");
    return out;
}
