/*
 * Sessions and providers of somebody, from their events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_sign_in.h"

#include "api/call.h"
#include "api/evidence/access_record.h"
#include "api/evidence/access_walk.h"
#include "core/base/map.h"
#include "eventlog/events/identity_events.h"
#include "migrations/identity/providers.h"

enum { MOST_PROVIDERS = 50 };

static const struct field access_provider_fields[] = {
    {UUID(access_provider, provider_id), .flags = REQUIRED, .doc = "Id of the provider."},
    {TEXT(access_provider, slug), .flags = REQUIRED, .doc = "Slug of the provider."},
    {TEXT(access_provider, name), .flags = REQUIRED, .doc = "Name of the provider."},
    {BOOL(access_provider, enabled), .flags = REQUIRED,
     .doc = "Whether people may sign in through it."},
    {OBJECT(access_provider, since, access_event),
     .doc = "Event by which the account is theirs whom it vouches for."},
};
const struct shape access_provider_shape =
    SHAPE(access_provider, "A provider that somebody signs in through.");

struct counting {
    struct map *ended;
    struct timestamp at;
    int64_t open;
};

static bool note_ended(const struct record *record, void *context)
{
    const struct list *ids = &((const struct sessions_ended *)record->event)->session_ids;
    struct counting *counting = context;

    for (size_t i = 0; i < ids->count; i++)
        (void)map_put(counting->ended, ((const struct uuid *)ids->items)[i], counting);
    return true;
}

static bool count_open(const struct record *record, void *context)
{
    const struct user_signed_in *event = record->event;
    struct counting *counting = context;

    if (uuid_is_present(event->session_id) && counting->at.us < event->ends_at.us &&
        map_get(counting->ended, event->session_id) == NULL)
        counting->open++;
    return true;
}

static enum status count(
    struct call *call,
    const struct access_moment *moment,
    struct counting *counting,
    struct error *error)
{
    struct access_walk walk = {
        .type = &sessions_ended_event,
        .user_id = moment->user_id,
        .size = moment->size,
        .each = note_ended,
        .context = counting,
    };
    enum status status = access_walk(call, &walk, error);

    if (status != STATUS_OK)
        return status;
    walk.type = &user_signed_in_event;
    walk.each = count_open;
    return access_walk(call, &walk, error);
}

enum status access_open_sessions(
    struct call *call, const struct access_moment *moment, int64_t *out, struct error *error)
{
    struct counting counting = {.ended = map_new(), .at = moment->at};
    enum status status = count(call, moment, &counting, error);

    map_free(counting.ended);
    if (status != STATUS_OK && status != STATUS_TOO_LARGE)
        return status;
    *out = status == STATUS_OK ? counting.open : INT64_ABSENT;
    return STATUS_OK;
}

/* Who vouched first, the newest of each. */
struct vouching {
    struct uuid ids[MOST_PROVIDERS];
    int64_t positions[MOST_PROVIDERS];
    size_t count;
};

static bool note_vouched(const struct record *record, void *context)
{
    const struct identity_vouched *event = record->event;
    struct vouching *vouching = context;

    if (!opt_bool_is_true(event->is_first))
        return true;
    for (size_t i = 0; i < vouching->count; i++) {
        if (uuid_equal(vouching->ids[i], event->provider_id))
            return true;
    }
    vouching->ids[vouching->count] = event->provider_id;
    vouching->positions[vouching->count++] = record->entry.position;
    return vouching->count < MOST_PROVIDERS;
}

/* A provider that was deleted vouches for nobody. */
static enum status show_provider(
    struct call *call,
    const struct access_moment *moment,
    const struct vouching *vouching,
    size_t index,
    struct access_provider *out,
    struct error *error)
{
    const struct provider_row *row;
    struct traced provider;
    enum status status =
        traced_look(call, &providers_table, vouching->ids[index], moment->size, &provider, error);

    *out = (struct access_provider){.provider_id = UUID_NONE};
    row = provider.row;
    if (status != STATUS_OK || row == NULL)
        return status;
    out->provider_id = row->id;
    out->slug = row->slug;
    out->name = row->name;
    out->enabled = row->enabled;
    return access_event_at(call, &moment->shown, vouching->positions[index], &out->since, error);
}

enum status access_providers(
    struct call *call, const struct access_moment *moment, struct list *out, struct error *error)
{
    struct access_provider *providers =
        arena_array(call->arena, MOST_PROVIDERS, sizeof(*providers));
    struct vouching vouching = {.count = 0};
    const struct access_walk walk = {
        .type = &identity_vouched_event,
        .user_id = moment->user_id,
        .size = moment->size,
        .each = note_vouched,
        .context = &vouching,
    };
    size_t count = 0;
    enum status status = access_walk(call, &walk, error);

    for (size_t i = 0; status == STATUS_OK && i < vouching.count; i++) {
        status = show_provider(call, moment, &vouching, i, &providers[count], error);
        count += status == STATUS_OK && uuid_is_present(providers[count].provider_id);
    }
    *out = (struct list){providers, count};
    return status;
}
