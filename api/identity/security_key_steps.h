/*
 * Steps that all handling of security keys shares: asking for somebody's keys, and looking at what one has signed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SECURITY_KEY_STEPS_H
#define API_IDENTITY_SECURITY_KEY_STEPS_H

#include "api/identity/security_key_token.h"
#include "api/identity/session.h"
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/security_key_commands.h"
#include "eventlog/events/identity_events.h"

enum { LONGEST_CREDENTIAL = 32768 };
#define KEY_NONE_TEXT "The account has no security key."

/* What a call knows. */
struct key_call {
    struct signing_in who; /* first */
    const struct security_keys_lookup *facts;
    struct key_challenge challenge;
    struct text codes[RECOVERY_CODES];
    const struct sign_in_lookup *codes_facts; /* of who confirms by a code */
    void (*then)(struct call *call);
};
struct key_call *security_key_call_of(struct call *call);

/* Asks for the keys of whoever the call is about, then goes on with `then`. LANE_PLAIN. */
void security_key_ask(struct call *call, void (*then)(struct call *call));

/* The keys as browsers are told them: struct key_descriptor_view. */
MUST_USE enum status
security_key_descriptors(struct call *call, struct list *out, struct error *error);

/* A challenge for `purpose`, answered with the keys that may sign it; refused where there is none. LANE_PLAIN. */
void security_key_answer_challenge(struct call *call, enum key_purpose purpose);

/* A member of the credential's response, decoded; absent where it has none. */
struct bytes security_key_response(struct call *call, struct text credential, const char *name);

/* What the credential shows: which key, and whether it has signed the call's challenge. Fails only where a key cannot be
 * opened. LANE_PLAIN. */
MUST_USE enum status security_key_look(
    struct call *call, struct text credential, struct shown_key *out, struct error *error);

#endif
