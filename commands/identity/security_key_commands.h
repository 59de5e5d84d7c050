/*
 * Orders and questions about security keys. That a key has signed is found out before the queue; what it may open by
 * that is decided here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_SECURITY_KEY_COMMANDS_H
#define COMMANDS_IDENTITY_SECURITY_KEY_COMMANDS_H

#include "commands/command.h"

/* Question: somebody's keys. Boxes are opened by whoever asks (SECURITY_KEY_ID_TAG, SECURITY_KEY_PUBLIC_TAG). */
struct query_security_keys {
    struct uuid user_id;
};
struct known_key {
    struct uuid key_id;
    struct uuid event_id; /* that the boxes are bound to */
    struct personal credential;
    struct personal public_key;
    struct list transports;
};
struct security_keys_lookup {
    struct list keys; /* of struct known_key */
};
extern const struct command query_security_keys_command;

/* Refused where another account has the key, or this one. */
struct add_security_key {
    struct uuid user_id;
    int64_t session_version;
    struct uuid key_id; /* made by api */
    struct personal name;
    struct personal credential;
    struct bytes credential_digest;
    struct personal public_key;
    int64_t algorithm;
    int64_t count;
    struct list transports;
    struct bytes recovery;  /* digests of codes for who has none */
    struct uuid session_id; /* that it is asked with, as of offer_factor */
};
struct added_security_key {
    struct opt_bool gives_recovery; /* were these codes taken? */
};
extern const struct command add_security_key_command;

/* A challenge that a key is said to have signed. */
struct shown_key {
    struct uuid key_id;             /* absent: none of the person's */
    struct opt_bool is_right;       /* did it sign that? */
    int64_t count;                  /* as it says */
    struct timestamp challenged_at; /* when the challenge was made */
};

/* The second step of a sign-in. Emits security_key_used and user_signed_in. */
struct sign_in_by_security_key {
    struct uuid user_id;
    int64_t session_version;
    const struct shown_key *shown;
    struct uuid session_id;
    struct opt_bool is_refreshable;
    struct uuid provider_id;       /* that vouched for the person; absent: a password did */
    struct bytes provider_session; /* keyed digest of its own session; absent: it named none */
};
extern const struct command sign_in_by_security_key_command;

/* Confirmed by a code, or by a key, which may be the one that goes. Refused where it is the last factor and one is
 * required. */
struct remove_security_key {
    struct uuid user_id;
    int64_t session_version;
    struct uuid key_id;
    int64_t step;                  /* of the code, as in change_factor; absent: … */
    const struct shown_key *shown; /* … by a key */
};
extern const struct command remove_security_key_command;

#endif
