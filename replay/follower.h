/*
 * A follower: a server whose ledger is another one's, its leader's, pulled and verified.
 *
 *   leader ──range, checkpoint──► [verify: signed? continues ours? bodies?] ──► writer: ledger, model
 *          ──wrapped keys───────► keys.mdb, before the entries that need them       └─► projector, indexer, news
 *
 * Nothing is visible before a checkpoint of the leader, signed by a key that the ledger names, has proved it.
 * Nothing is decided or signed here. Where the leader's history is another one than ours, pulling ends, the
 * reason is published (eventlog/following.h) and its checkpoint kept in <home>/contradiction; what was
 * verified goes on being served.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_FOLLOWER_H
#define REPLAY_FOLLOWER_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "eventlog/following.h"
#include "eventlog/log_identity.h"

struct follower;
struct keyring;
struct leadership;
struct ledger;
struct signer;
struct writer;

/* The leader, as the settings name it. */
struct leader {
    struct text url;
    struct text
        key; /* that verifies its checkpoints, besides those that the ledger names; of an empty
                               home the only one */
    struct text token_file; /* whose first line is the follower's token */
    struct text ca_file;    /* absent: what the system trusts */
};

/* Before the home is opened: where it is empty, fetches and verifies position 0 and the wrapped keys, and
 * begins ledger.mdb and keys.mdb with them. STATUS_INVALID, code "wrong_secret", before anything is written
 * where the keys do not open here. STATUS_CONFLICT, code "home_leads", for the home of a server that follows
 * nobody. */
MUST_USE enum status follower_prepare(
    const struct leader *leader, const char *home, struct text secret, struct error *error);

/* Does the home follow a leader? It must not be served without one. */
bool follower_home(const char *home);

struct follower_settings {
    const struct leader *leader;
    const char *home;
    struct ledger *log;
    struct keyring *keyring;
    struct writer *writer; /* with is_following */
    struct signer *signer;
    const struct log_identity *identity; /* of the ledger as it is now; copied */
    struct following *following;         /* published */
    const struct leadership *leadership; /* that the ledger names */
};

/* Given. What the settings point to is borrowed. */
MUST_USE enum status
follower_new(const struct follower_settings *settings, struct follower **out, struct error *error);
void follower_free(struct follower *follower); /* accepts NULL */

/* Pulls until follower_stop(). A thread of its own. */
void follower_run(void *follower);
void follower_stop(struct follower *follower); /* any thread; accepts NULL */

#endif
