/*
 * What happened to providers that people sign in through (OpenID Connect), and to accounts by their word. The types are
 * among those of people (identity_events.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_PROVIDER_EVENTS_H
#define EVENTLOG_EVENTS_PROVIDER_EVENTS_H

#include "eventlog/event_type.h"

/* Products that providers are; absent: any other. */
enum provider_preset { PROVIDER_GOOGLE = 1, PROVIDER_MICROSOFT = 2 };
extern const char *const provider_preset_names[];

enum {
    PROVIDER_SECRET_TAG = 30,
    PROVIDER_LONGEST_SLUG = 80,
    PROVIDER_LONGEST_NAME = 120,
    PROVIDER_LONGEST_URL = 255,
    PROVIDER_LONGEST_SECRET = 1024,
    PROVIDER_MOST_SCOPES = 20,
    PROVIDER_MOST_DOMAINS = 50,
    PROVIDER_LONGEST_VALUE = 256,
    PROVIDER_MOST_VALUES = 500,
    PROVIDER_MOST_RULES = 100
};

/* All of a provider but its secret. */
struct provider_definition {
    struct uuid provider_id;
    struct text slug; /* the only one of it; paths name it */
    struct text name;
    struct enum_value preset;
    struct text issuer;        /* exactly as ID tokens name it */
    struct text client_id;     /* by which the provider knows this installation */
    struct text discovery_url; /* of its document (OpenID Connect Discovery 1.0) */
    struct list scopes;        /* texts: what is asked for */
    struct opt_bool enabled;
    struct list allowed_domains;   /* texts: of addresses that it may vouch for; absent: any */
    struct opt_bool creates_users; /* whom it vouches for gets an account */
};
extern const struct shape provider_definition_shape;

/* Stream: the provider, as of all of a provider. */
struct provider_created {
    struct provider_definition definition;
    struct personal secret; /* of the client; absent: it has none */
};

struct provider_changed {
    struct provider_definition definition;
    struct personal secret;        /* absent: as before … */
    struct opt_bool clears_secret; /* … unless it has none any more */
};

struct provider_deleted {
    struct uuid provider_id;
};

/* Who has a value of the claim is that: a role in a workspace, or a role on the platform. */
struct provider_rule {
    struct text value;
    struct uuid workspace_id;        /* with role … */
    struct enum_value role;          /* enum member_role */
    struct enum_value platform_role; /* … or this alone */
};
extern const struct shape provider_rule_shape;
extern const struct shape provider_rule_order_shape; /* the same, as it is ordered */

/* What follows from what a provider says of people: this, from their next sign-in on. */
struct provider_rules_set {
    struct uuid provider_id;
    struct text claim;          /* that has the values; absent: "groups" */
    struct text required_value; /* without which nobody is let in; absent: none */
    struct list rules;          /* struct provider_rule */
};

/* A provider said who somebody is. Nothing is open by that alone: a session is, or a second factor is asked for. Stream:
 * the user. */
struct identity_vouched {
    struct uuid user_id;
    struct uuid provider_id;
    struct bytes subject_digest; /* keyed; of who they are for the provider */
    struct opt_bool is_first;    /* the account belongs to that subject from now on */
};

/* An active account without a password exists from now on, by the word of a provider. Stream: the user. */
struct user_provisioned {
    struct uuid user_id;
    struct personal email; /* with a digest */
    struct personal name;
    struct enum_value role;
    struct text timezone;
    struct uuid provider_id;
};

extern const struct event_type provider_created_event;
extern const struct event_type provider_changed_event;
extern const struct event_type provider_deleted_event;
extern const struct event_type provider_rules_set_event;
extern const struct event_type identity_vouched_event;
extern const struct event_type user_provisioned_event;

#endif
