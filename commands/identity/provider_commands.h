/*
 * Orders and questions about providers that people sign in through, and signing in by the word of one. What a provider
 * said is checked by api; what follows from it is decided here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_PROVIDER_COMMANDS_H
#define COMMANDS_IDENTITY_PROVIDER_COMMANDS_H

#include "commands/command.h"
#include "eventlog/events/provider_events.h"

/* What is usual with a product: what an order does not say. */
struct provider_usual {
    const char *issuer; /* NULL: each customer has another one */
    const char *discovery_url;
    const char *scopes[4]; /* ended by NULL */
    /* Claim that also says that the address is the person's, where "email_verified" is not there; NULL: none. */
    const char *verified_claim;
};
const struct provider_usual *provider_usual(struct enum_value preset);

/* "https://…", or "http://…" of this machine, without user or fragment. */
bool provider_is_url(struct text url);

struct create_provider {
    struct text slug;
    struct text name;
    struct enum_value preset;
    struct text issuer;
    struct text client_id;
    struct text client_secret;
    struct text discovery_url;
    struct list scopes;
    struct opt_bool enabled;
    struct list allowed_domains;
    struct opt_bool creates_users;
};
extern const struct command create_provider_command;

/* What is absent stays as it is. */
struct change_provider {
    struct uuid provider_id;
    struct text slug;
    struct text name;
    struct enum_value preset;
    struct text issuer;
    struct text client_id;
    struct text client_secret; /* null or empty: it has none any more */
    struct text discovery_url;
    struct list scopes;
    struct opt_bool enabled;
    struct list allowed_domains; /* null: any */
    struct opt_bool creates_users;
    int64_t given;
};
extern const struct command change_provider_command;

struct delete_provider {
    struct uuid provider_id;
};
extern const struct command delete_provider_command;

/* Question: the provider of an id or a slug, whether people may sign in through it or not. */
struct query_provider {
    struct uuid provider_id;
    struct text slug;
};
struct provider {
    struct provider_definition definition; /* its id is absent: there is none */
    struct personal secret;                /* box only */
    struct uuid secret_event_id;           /* that the box is bound to */
};
extern const struct command query_provider_command;

/* Question: which providers may a sign-in page offer? By name. */
struct query_providers {
    struct opt_bool any;
};
struct offered_provider {
    struct text slug;
    struct text name;
    struct enum_value preset;
};
struct offered_providers {
    struct list providers;
};
extern const struct shape offered_provider_shape;
extern const struct command query_providers_command;

/* A provider vouches for somebody, with an address that is theirs. */
struct sign_in_by_provider {
    struct uuid provider_id;
    struct bytes subject_digest;
    struct personal email;
    struct personal name; /* for a new account; absent: the address is their name */
    struct uuid session_id;
    struct bytes provider_session; /* keyed digest of the provider's own; absent: it named none */
};
struct vouched_sign_in {
    struct uuid user_id;
    int64_t session_version;
    struct opt_bool takes_factor; /* nothing is open yet: a second factor is asked for … */
    struct opt_bool has_codes;    /* … of these */
    struct opt_bool has_keys;
};
extern const struct command sign_in_by_provider_command;

/* A provider says that somebody signed out there: of its session, or of all where that is absent. One of both at least. */
struct end_provider_sessions {
    struct uuid provider_id;
    struct bytes subject_digest;
    struct bytes provider_session;
};
extern const struct command end_provider_sessions_command;

#endif
