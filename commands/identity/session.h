/*
 * What people open by signing in, until it ends. Whatever raises the session version ends all of a person's.
 *
 *   (none) ──user_signed_in──► session ──sessions_ended──► (none)
 *                               ▲   │
 *                               └───┘ session_refreshed
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_SESSION_H
#define COMMANDS_IDENTITY_SESSION_H

#include "commands/identity/identity.h"

/* What somebody opened by signing in, and that is open. */
struct session {
    struct uuid user_id;
    struct timestamp ends_at;
    struct timestamp idle_ends_at; /* its timer's */
    int64_t refresh;               /* number of the refresh token that is good; absent: none */
    struct uuid provider_id;       /* that vouched for the person; absent: none did */
    struct bytes provider_session; /* digest of its own session; absent: it named none */
    struct timestamp opened_at;
    struct enum_value method; /* that opened it: enum sign_in_method */
};
extern const struct aggregate session_aggregate;

/* False where it has ended, or never was. */
bool session_load(const struct decision *decision, struct uuid session_id, struct session *out);

/* Refused unless this session of the person was opened in the last ten minutes by a second factor: a code or a security key; or
 * a recovery code, where `takes_recovery`. */
enum status session_must_be_by_factor(
    const struct decision *decision,
    struct uuid session_id,
    struct uuid user_id,
    bool takes_recovery,
    struct error *error);

/* The same of somebody who has a second factor, and gets another one. */
enum status session_must_be_by_factor_in_use(
    const struct decision *decision,
    struct uuid session_id,
    struct uuid user_id,
    const struct user *user,
    struct error *error);

/* What a sign-in gives: the session by what the policy says, with a refresh token or as long as one access token. */
struct user_signed_in session_opened(
    const struct decision *decision,
    struct uuid user_id,
    struct uuid session_id,
    enum sign_in_method method,
    struct opt_bool is_refreshable);

/* When it ends unless it is used again before, being used now. */
struct timestamp session_idle_end(const struct decision *decision, struct timestamp ends_at);

/* Emits that these end; the ids live as long as the decision. */
void session_emit_ended(
    struct decision *decision, struct uuid user_id, struct list session_ids, enum session_end end);

/* The same of all of a person's, but for one that may be kept. */
void session_emit_all_ended(
    struct decision *decision, struct uuid user_id, struct uuid kept_id, enum session_end end);

/* The same of those that a provider vouched for: in its session of this digest, or in all where that is absent. */
void session_emit_provider_ended(
    struct decision *decision,
    struct uuid user_id,
    struct uuid provider_id,
    struct bytes provider_session);

/* What a session of a provider is linked by. */
struct uuid session_provider_key(struct bytes provider_session);

/* Emits, to a person's stream, what raises their session version; that their sessions end, and that no device of theirs is
 * trusted any more. */
void session_emit_ending(
    struct decision *decision,
    const struct event_type *type,
    struct uuid user_id,
    const void *event);

/* Folding. */
void session_fold(struct fold *fold, const struct record *record);

extern const struct refusal refused_session_missing;
extern const struct refusal refused_session_over;
extern const struct refusal refused_factor_not_fresh;

#endif
