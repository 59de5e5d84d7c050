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

/* All of them, in the place of those before. None that are the same already is an event. */
struct set_provider_rules {
    struct uuid provider_id;
    struct text claim; /* null or empty: groups */
    struct text required_value;
    struct list rules;
};
struct provider_rules {
    struct text claim;
    struct text required_value;
    struct list rules;
};
extern const struct shape provider_rules_shape;
extern const struct command set_provider_rules_command;

/* Questions: what are they, and what would follow from such values? */
struct query_provider_rules {
    struct uuid provider_id;
};
extern const struct command query_provider_rules_command;
struct try_provider_rules {
    struct uuid provider_id;
    struct list values; /* texts */
};
struct tried_rules {
    struct opt_bool is_let_in;
    struct enum_value platform_role; /* absent: an ordinary user's */
    struct list workspaces;          /* struct tried_role */
};
struct tried_role {
    struct uuid workspace_id;
    struct enum_value role;
    struct opt_bool is_open; /* no: it is archived or gone, and nobody is added */
};
extern const struct command try_provider_rules_command;

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
    struct text claim;                     /* that has the values of the rules; never absent */
    struct text required_value;            /* absent: none */
    struct list rules;                     /* struct provider_rule */
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
    struct list values;            /* texts, of the claim that the provider's rules look at */
    struct opt_bool has_too_many;  /* there were more than PROVIDER_MOST_VALUES, and here is none */
};
struct vouched_sign_in {
    struct uuid user_id;
    int64_t session_version;
    struct opt_bool takes_factor; /* nothing is open yet: a second factor is asked for … */
    struct opt_bool has_codes;    /* … of these */
    struct opt_bool has_keys;
    struct opt_bool
        is_off; /* the value that is required is missing: nothing is open, and the account is off */
};
extern const struct command sign_in_by_provider_command;
extern const struct refusal
    refused_value_missing; /* what somebody is told whom it has switched off */

/* A provider says that somebody signed out there: of its session, or of all where that is absent. One of both at least. */
struct end_provider_sessions {
    struct uuid provider_id;
    struct bytes subject_digest;
    struct bytes provider_session;
};
extern const struct command end_provider_sessions_command;

#endif
