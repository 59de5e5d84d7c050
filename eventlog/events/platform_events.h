/*
 * What happened to the installation itself, and refusals that are evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_PLATFORM_EVENTS_H
#define EVENTLOG_EVENTS_PLATFORM_EVENTS_H

#include "eventlog/event_type.h"

enum platform_event {
    EVT_LEDGER_OPENED = 0x0101,
    EVT_REFUSAL_RECORDED = 0x0102,
    EVT_REFUSALS_SUMMARISED = 0x0103,
    EVT_KEY_DESTROYED = 0x0104,
    EVT_SIGNING_KEY_ROTATED = 0x0105,
    EVT_ORIGIN_DECLARED = 0x0106,
    EVT_LOOK_RECORDED = 0x0107,
    EVT_LOOKS_COUNTED = 0x0108,
    EVT_FIELDS_OPENED = 0x0109,
    EVT_KEY_ENCRYPTION_KEY_ROTATED = 0x010A,
    EVT_EXPORT_MADE = 0x0120,
    EVT_LOG_RESTORED = 0x0130,
    EVT_DRILL_RECORDED = 0x0134,
    EVT_FOLLOWER_ADMITTED = 0x0138,
    EVT_FOLLOWER_REVOKED = 0x0139,
    EVT_LEADER_PROMOTED = 0x013a,
    EVT_SETTINGS_CHANGED = 0x0140,
    EVT_SETTING_SEALED = 0x0141,
    EVT_RESTART_REQUESTED = 0x0142
};

/* Position 0 of every ledger. */
struct ledger_opened {
    struct uuid installation_id;
    struct text origin_name;   /* of the log, as signed in checkpoints; unique for ever */
    struct bytes verifier_key; /* Ed25519 public key, 32 bytes */
    struct bytes key_ids;      /* of the installation's own keys, joined */
};

/* Outcome REFUSED. */
struct refusal_recorded {
    struct text code;   /* "access_denied" */
    struct text method; /* of the request */
    struct text route;  /* its pattern, never its parameters */
};

/* What the budget did not let through one by one. */
struct refusals_summarised {
    struct timestamp since;
    struct timestamp until;
    int64_t count;
};

/* What was sealed under that key is forgotten: an event for each key of a subject. */
struct key_destroyed {
    struct uuid subject; /* stream: the subject */
    struct bytes key_id; /* 8 */
};

/* Every key in keys.mdb is wrapped under this key-encryption key from now on. */
struct key_encryption_key_rotated {
    struct bytes key_id; /* 8: says nothing of the key */
    int64_t rows;        /* that were wrapped anew; 0 where a kill kept that from being recorded */
};

/* Checkpoints of what follows are signed by this key, and for a while by the one before it, too. */
struct signing_key_rotated {
    struct bytes verifier_key;      /* Ed25519 public key, 32 bytes */
    struct timestamp overlap_until; /* from then on by this one alone */
};

/* What was signed under the former origin does not hold of this ledger: from here on it is another log. */
struct origin_declared {
    struct text origin;        /* from now on */
    struct text former_origin; /* of the newest checkpoint, which is contradicted: … */
    int64_t size;              /* … of this ledger size … */
    struct bytes root;         /* … and root, 32 bytes … */
    struct text note;          /* … as it was signed */
    struct text reason;        /* an operator's */
};

/* A checkpoint that a restored ledger was held against. */
struct restore_anchor {
    struct text origin;
    int64_t size;
    struct bytes root;     /* 32 */
    struct opt_bool holds; /* the ledger continues it */
};
extern const struct shape restore_anchor_shape;
/* The ledger was put back from a backup: what was recorded behind its events is gone. The first event after it. */
struct log_restored {
    int64_t size;        /* of what was put back */
    struct text backup;  /* name of its manifest */
    struct list anchors; /* of struct restore_anchor */
    struct list dropped; /* positions of bodies that events dropped which were not put back */
};

/* A backup was restored elsewhere, and what came of it compared with what is served. */
struct drill_recorded {
    struct text backup; /* name of its manifest; absent where none could be restored */
    int64_t size;       /* events that came back */
    int64_t head;       /* events that there were */
    int64_t
        recovery_point_us; /* age of the oldest event that would have been lost; 0: none would */
    int64_t recovery_us;   /* until everything could be read again */
    struct list findings;  /* texts: what did not hold */
};

/* Somebody looked at evidence: the first look of a session with that filter in ten minutes. */
struct look_recorded {
    struct text route;        /* its pattern */
    struct json filter;       /* what was asked for; what is personal in it as keyed digests */
    struct timestamp kept_at; /* when it was, where nothing could be recorded then; else absent */
};

/* How often one of them was repeated in its ten minutes. */
struct counted_look {
    struct uuid command_id; /* of its event */
    int64_t count;
};
extern const struct shape counted_look_shape;
/* What somebody's looks of ten minutes came to: those that were repeated, and those that were too many
 * to be recorded each. */
struct looks_counted {
    struct timestamp since;
    struct timestamp until;
    struct list looks; /* of struct counted_look */
    int64_t further;
};

/* Somebody is shown what is personal in an event. */
struct fields_opened {
    int64_t position;
};

/* Another server may follow this one. Its stream is the follower. */
struct follower_admitted {
    struct uuid follower_id;
    struct text name;
    struct bytes token_digest; /* keyed, 32 bytes */
};

/* It may no longer. */
struct follower_revoked {
    struct uuid follower_id;
};

/* A follower leads from here on: what its former leader records besides is none of this ledger. The first event
 * of the new epoch. */
struct leader_promoted {
    struct text origin;        /* from now on */
    struct text former_origin; /* until now */
    int64_t size;              /* of what was followed, and is gone on with … */
    struct bytes root;         /* … and its root, 32 bytes */
    struct text note;          /* the newest checkpoint of the former leader, as it was signed */
    struct text former_leader; /* its URL */
    struct text confirmed_by;  /* who has made sure that it is down */
    struct text reason;        /* an operator's */
    struct list dropped; /* positions of bodies that it had dropped already, by later events */
};

/* A setting that is another thing from the next start on, by its name in the environment. */
struct setting_change {
    struct text name;
    struct text value;  /* absent: of a secret, and of one that is unset */
    struct text former; /* absent: of a secret, and of one that was not set */
    struct opt_bool is_secret;
    struct opt_bool is_unset;   /* from then on as if it had never been set */
    struct opt_bool is_of_home; /* it says where this home has its things: nobody else's setting */
};
extern const struct shape setting_change_shape;
struct settings_changed {
    struct list changes; /* of struct setting_change */
};

/* The value of a secret setting, which a settings_changed of the same command names before. */
enum { SETTING_LONGEST_NAME = 64, SETTING_LONGEST_VALUE = 16384, SETTING_VALUE_TAG = 3 };
struct setting_sealed {
    struct uuid installation_id; /* under whose key it is sealed */
    struct text name;
    struct personal value;
};

/* The process is to end in order, and to begin again. */
struct restart_requested {
    struct uuid boot; /* that process: its run of the server */
};

extern const struct event_type ledger_opened_event;
extern const struct event_type refusal_recorded_event;
extern const struct event_type refusals_summarised_event;
extern const struct event_type key_destroyed_event;
extern const struct event_type key_encryption_key_rotated_event;
extern const struct event_type signing_key_rotated_event;
extern const struct event_type origin_declared_event;
extern const struct event_type export_made_event; /* export_events.h */
extern const struct event_type log_restored_event;
extern const struct event_type drill_recorded_event;
extern const struct event_type look_recorded_event;
extern const struct event_type looks_counted_event;
extern const struct event_type fields_opened_event;
extern const struct event_type follower_admitted_event;
extern const struct event_type follower_revoked_event;
extern const struct event_type leader_promoted_event;
extern const struct event_type settings_changed_event;
extern const struct event_type setting_sealed_event;
extern const struct event_type restart_requested_event;
extern const struct event_type *const platform_event_types[];

#endif
