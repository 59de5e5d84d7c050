/*
 * Digests of what could be guessed: addresses, requests, the keys and ids that callers choose. They
 * are stored for ever, so each is an HMAC under a key of the installation, one for every kind:
 *
 *   installation's digest key ─HMAC, label of the kind─► key of the kind ─HMAC─► digest
 *
 * Whoever has a ledger without its keys can neither try guesses against a digest nor match digests
 * of different kinds. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_KEYED_DIGEST_H
#define EVENTLOG_KEYED_DIGEST_H

#include "core/base/arena.h"
#include "core/crypto/crypto.h"
#include "eventlog/record.h"

struct keyring;

/* Of an e-mail address: without blanks at both ends, ASCII letters small. 32 bytes in the arena. */
struct bytes keyed_digest_email(struct keyring *keyring, struct arena *arena, struct text email);

/* Fills the digest of every personal field that has text and whose row names a kind. `at` is the
 * moment of the event: addresses are digested under another key each day. */
void keyed_digest_personal(
    struct keyring *keyring,
    const struct shape *shape,
    struct timestamp at,
    struct arena *arena,
    void *value);

/* Whole days since 1970: the period of an address's digest, and of the keys of strangers' origins. */
int64_t keyed_digest_day(struct timestamp at);
struct timestamp keyed_digest_day_start(int64_t day);

/* Of an address, as the origins of that day have it. 32 bytes in the arena. */
struct bytes keyed_digest_address(
    struct keyring *keyring, struct timestamp at, struct arena *arena, struct text address);

/* What a repeat of a command is compared by. */
struct keyed_request {
    struct text method;
    struct text target;
    struct digest credential; /* SHA-256 of an agent's; all zero for others */
    struct text body;
};
struct digest keyed_digest_request(struct keyring *keyring, const struct keyed_request *request);

/* The id of a command from its idempotency key: the same for the same actor and key. Where the actor
 * has no id (a stranger, the system) the request takes its place, so that strangers who happen to
 * choose the same key do not meet. UUID of version 8. */
struct uuid keyed_digest_command(
    struct keyring *keyring,
    struct actor actor,
    struct digest request,
    struct text idempotency_key);

/* The correlation of an entry from what the caller sent: the UUID if it is one, else a UUID of
 * version 8 from the text's digest; the text itself is kept nowhere. Absent for an absent text. */
struct uuid keyed_digest_correlation(struct keyring *keyring, struct text sent);

/* The session of a caller, by their access token: the same for the same token. UUID of version 8. */
struct uuid keyed_digest_session(struct keyring *keyring, struct digest token);

/* What keeps a look at evidence apart from others: its repeats in its window have the same digest. */
struct look_digest {
    struct uuid person;
    struct uuid session;
    int64_t window;     /* number of its ten minutes, since the session began */
    struct text route;  /* path pattern */
    struct text filter; /* canonical */
};
struct digest keyed_digest_look(struct keyring *keyring, const struct look_digest *look);

/* What a cursor of the timeline is sealed with, and checked by. */
struct cursor_digest {
    struct digest asked; /* of the question */
    uint64_t from;       /* positions that are left */
    uint64_t end;
};
struct digest keyed_digest_cursor(struct keyring *keyring, const struct cursor_digest *cursor);

/* Of the token by which a follower is known. 32 bytes in the arena. */
struct bytes keyed_digest_follower(struct keyring *keyring, struct arena *arena, struct text token);

/* Of a person's recovery code: letters and digits of it, small letters as large ones. 32 bytes in the arena. */
struct bytes keyed_digest_recovery(
    struct keyring *keyring, struct uuid user_id, struct arena *arena, struct text code);

/* Of who somebody is for a provider ("sub"). 32 bytes in the arena. */
struct bytes keyed_digest_subject(
    struct keyring *keyring, struct uuid provider_id, struct arena *arena, struct text subject);

/* Of the id by which a security key knows itself. 32 bytes in the arena. */
struct bytes
keyed_digest_security_key(struct keyring *keyring, struct arena *arena, struct bytes id);
/* Of a session that a provider has with somebody ("sid"). 32 bytes in the arena. */
struct bytes keyed_digest_provider_session(
    struct keyring *keyring, struct uuid provider_id, struct arena *arena, struct text session);

/* What stands on record in place of a parameter that is personal, as text in the arena: a correlation as
 * entries have it, an address as the origins of that day have it, a name as an e-mail address, both in
 * hexadecimal. */
struct text keyed_digest_parameter(
    struct keyring *keyring,
    enum digest_kind kind,
    struct timestamp at,
    struct arena *arena,
    struct text parameter);

#endif
