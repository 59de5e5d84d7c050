/*
 * Sessions: what a sign-in opens, how long it is open, and what folding keeps of it. One that has ended leaves nothing
 * here; the ledger has it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/session.h"

#include "commands/identity/api_token_commands.h"
#include "commands/identity/device.h"
#include "commands/identity/identity.h"
#include "commands/identity/session_commands.h"

#include <string.h>

static const struct field session_fields[] = {
    {UUID(session, user_id), .tag = 1, .doc = "Id of the person."},
    {TIMESTAMP(session, ends_at), .tag = 2, .doc = "Time the session ends at the latest."},
    {TIMESTAMP(session, idle_ends_at), .tag = 3,
     .doc = "Time the session ends unless it is refreshed before."},
    {INT64(session, refresh), .tag = 4, .doc = "Number of the refresh token that is good."},
    {UUID(session, provider_id), .tag = 5,
     .doc = "Id of the provider that vouched for the person."},
    {BYTES(session, provider_session), .tag = 6, .doc = "Keyed digest of the provider's session."},
    {TIMESTAMP(session, opened_at), .tag = 7, .doc = "Time of the sign-in."},
    {ENUM(session, method, sign_in_method_names), .tag = 8, .doc = "What opened the session."},
};
static const struct shape session_shape = SHAPE(session, "State of a session.");
const struct aggregate session_aggregate = {STATE_SESSION, "session", &session_shape};

const struct timer_kind identity_timers[] = {
    {.kind = TIMER_SESSION, .command = &expire_session_command},
    {.kind = TIMER_API_TOKEN, .command = &expire_api_token_command},
    {.kind = TIMER_DEVICE, .command = &expire_device_command},
    {.kind = 0},
};

bool session_load(const struct decision *decision, struct uuid session_id, struct session *out)
{
    return model_load(decision->model, &session_aggregate, session_id, decision->arena, out);
}

static const int64_t fresh_us = 10LL * 60 * US_PER_S; /* that showing a second factor counts */

enum status session_must_be_by_factor(
    const struct decision *decision,
    struct uuid session_id,
    struct uuid user_id,
    bool takes_recovery,
    struct error *error)
{
    struct session session;
    int64_t method;

    if (!session_load(decision, session_id, &session) || !uuid_equal(session.user_id, user_id))
        return decision_refuse(error, &refused_factor_not_fresh);
    method = session.method.is;
    if ((method != BY_CODE && method != BY_SECURITY_KEY &&
         !(takes_recovery && method == BY_RECOVERY_CODE)) ||
        decision->now.us - session.opened_at.us > fresh_us)
        return decision_refuse(error, &refused_factor_not_fresh);
    return STATUS_OK;
}

enum status session_must_be_by_factor_in_use(
    const struct decision *decision,
    struct uuid session_id,
    struct uuid user_id,
    const struct user *user,
    struct error *error)
{
    return user_has_factor(user)
               ? session_must_be_by_factor(decision, session_id, user_id, true, error)
               : STATUS_OK;
}

static struct timestamp earlier(struct timestamp a, struct timestamp b)
{
    return a.us < b.us ? a : b;
}

struct timestamp session_idle_end(const struct decision *decision, struct timestamp ends_at)
{
    const struct policy *policy = decision->policy;
    int64_t idle_us = policy->session_idle_us;

    if (idle_us < policy->access_token_us)
        idle_us = policy->access_token_us;
    return earlier(timestamp_plus_us(decision->now, idle_us), ends_at);
}

struct user_signed_in session_opened(
    const struct decision *decision,
    struct uuid user_id,
    struct uuid session_id,
    enum sign_in_method method,
    struct opt_bool is_refreshable)
{
    bool is_long = opt_bool_is_true(is_refreshable) &&
                   decision->policy->session_us > decision->policy->access_token_us;
    int64_t life_us = is_long ? decision->policy->session_us : decision->policy->access_token_us;
    struct user_signed_in opened = {
        .user_id = user_id,
        .session_id = session_id,
        .method = {method},
        .ends_at = timestamp_plus_us(decision->now, life_us),
        .is_refreshable = is_refreshable,
    };

    opened.idle_ends_at = session_idle_end(decision, opened.ends_at);
    opened.is_recovery =
        user_is_recovery_admin(decision, user_id) ? OPT_TRUE : (struct opt_bool){0};
    return opened;
}

void session_emit_ended(
    struct decision *decision, struct uuid user_id, struct list session_ids, enum session_end end)
{
    const struct sessions_ended ended = {user_id, session_ids, {end}};

    decision_emit(decision, &sessions_ended_event, user_id, UUID_NONE, &ended);
}

/* Which of a person's sessions end. */
struct choice {
    struct uuid kept_id;
    struct uuid provider_id; /* absent: whoever vouched for them */
    struct bytes provider_session;
};

static bool is_chosen(const struct decision *decision, struct uuid id, const struct choice *choice)
{
    struct session session;

    if (!uuid_is_present(choice->provider_id))
        return !uuid_equal(id, choice->kept_id);
    return session_load(decision, id, &session) &&
           uuid_equal(session.provider_id, choice->provider_id) &&
           (!bytes_are_present(choice->provider_session) ||
            bytes_equal(session.provider_session, choice->provider_session));
}

static void emit_chosen_ended(
    struct decision *decision,
    struct uuid user_id,
    const struct choice *choice,
    enum session_end end)
{
    struct uuid id = UUID_NONE;
    struct uuid *ids = NULL;
    size_t count = 0;

    while (model_next_link(decision->model, LINK_SESSION, user_id, id, &id, NULL)) {
        if (!is_chosen(decision, id, choice))
            continue;
        if (count == 0)
            ids = arena_array(decision->arena, SESSIONS_PER_EVENT, sizeof(*ids));
        ids[count++] = id;
        if (count == SESSIONS_PER_EVENT) {
            session_emit_ended(decision, user_id, (struct list){ids, count}, end);
            count = 0;
        }
    }
    if (count > 0)
        session_emit_ended(decision, user_id, (struct list){ids, count}, end);
}

void session_emit_all_ended(
    struct decision *decision, struct uuid user_id, struct uuid kept_id, enum session_end end)
{
    const struct choice choice = {.kept_id = kept_id};

    emit_chosen_ended(decision, user_id, &choice, end);
}

void session_emit_provider_ended(
    struct decision *decision,
    struct uuid user_id,
    struct uuid provider_id,
    struct bytes provider_session)
{
    const struct choice choice = {.provider_id = provider_id, .provider_session = provider_session};

    emit_chosen_ended(decision, user_id, &choice, SESSION_PROVIDER_LOGOUT);
}

struct uuid session_provider_key(struct bytes provider_session)
{
    struct uuid key = UUID_NONE;

    if (provider_session.size >= sizeof(key.bytes))
        memcpy(key.bytes, provider_session.data, sizeof(key.bytes));
    return key;
}

void session_emit_ending(
    struct decision *decision,
    const struct event_type *type,
    struct uuid user_id,
    const void *event)
{
    decision_emit(decision, type, user_id, UUID_NONE, event);
    session_emit_all_ended(decision, user_id, UUID_NONE, SESSION_ACCESS_CHANGED);
    device_emit_all_ended(decision, user_id, DEVICE_ACCESS_CHANGED);
}

static struct timer timer_of(struct uuid id, const struct session *session)
{
    return (struct timer){TIMER_SESSION, id, session->idle_ends_at};
}

static void store(struct fold *fold, struct uuid id, const struct session *session)
{
    struct timer timer = timer_of(id, session);

    model_store(fold->model, &session_aggregate, id, session);
    model_set_timer(fold->model, &timer);
}

/* False where there is none. Its timer is not set any more. */
static bool take(struct fold *fold, struct uuid id, struct session *out)
{
    struct timer timer;

    if (!model_load(fold->model, &session_aggregate, id, fold->arena, out))
        return false;
    timer = timer_of(id, out);
    model_clear_timer(fold->model, &timer);
    return true;
}

static void fold_opened(struct fold *fold, const struct record *record)
{
    const struct user_signed_in *opened = record->event;
    const struct session session = {
        .user_id = opened->user_id,
        .ends_at = opened->ends_at,
        .idle_ends_at = opened->idle_ends_at,
        .refresh = opt_bool_is_true(opened->is_refreshable) ? 1 : INT64_ABSENT,
        .provider_id = opened->provider_id,
        .provider_session = opened->provider_session,
        .opened_at = record->entry.recorded_at,
        .method = opened->method};

    if (!uuid_is_present(opened->session_id))
        return; /* of before there were sessions */
    model_link(fold->model, LINK_SESSION, opened->user_id, opened->session_id, 1);
    if (bytes_are_present(opened->provider_session))
        model_link(
            fold->model, LINK_PROVIDER_SESSION, session_provider_key(opened->provider_session),
            opened->session_id, 1);
    store(fold, opened->session_id, &session);
}

static void fold_refreshed(struct fold *fold, const struct record *record)
{
    const struct session_refreshed *refreshed = record->event;
    struct session session;

    if (!take(fold, refreshed->session_id, &session))
        return;
    session.refresh = refreshed->refresh;
    session.idle_ends_at = refreshed->idle_ends_at;
    store(fold, refreshed->session_id, &session);
}

static void forget(struct fold *fold, struct uuid session_id)
{
    struct session session;

    if (!take(fold, session_id, &session))
        return;
    model_unlink(fold->model, LINK_SESSION, session.user_id, session_id);
    if (bytes_are_present(session.provider_session))
        model_unlink(
            fold->model, LINK_PROVIDER_SESSION, session_provider_key(session.provider_session),
            session_id);
    model_remove(fold->model, &session_aggregate, session_id);
}

static void fold_ended(struct fold *fold, const struct record *record)
{
    const struct sessions_ended *ended = record->event;
    const struct uuid *ids = ended->session_ids.items;

    for (size_t i = 0; i < ended->session_ids.count; i++)
        forget(fold, ids[i]);
}

void session_fold(struct fold *fold, const struct record *record)
{
    if (record->type == &user_signed_in_event)
        fold_opened(fold, record);
    else if (record->type == &session_refreshed_event)
        fold_refreshed(fold, record);
    else if (record->type == &sessions_ended_event)
        fold_ended(fold, record);
}
