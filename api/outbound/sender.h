/*
 * The sender: one thread with a connection to the read models of its own, and lanes that carry what it prepares. It takes
 * what the outbox says is due, has it told by mail, Telegram or a channel, and says by a command how that went.
 *
 *   outbox (read model) ──due──► [sender] ──► lanes ──► mail server, Telegram, webhooks, chats
 *                                   └──record_delivery──► writer ──► outbox
 *
 * It looks only once the read model shows all of its own reports, and everything that was on the
 * ledger when it started; so neither a replay nor a restart sends anything twice. What was sent
 * when the process was killed before it could report is sent again, under the same Message-ID.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_SENDER_H
#define API_OUTBOUND_SENDER_H

#include "api/outbox_figures.h"
#include "api/settings.h"
#include "commands/writer.h"
#include "eventlog/ledger_read.h"
#include "eventlog/progress.h"

struct sender;

struct sender_settings {
    const struct settings *settings;
    struct writer *writer;
    struct keyring *keyring;
    const char *conninfo;
    const struct progress *progress; /* of the read models */
    const struct ledger *log;
    struct outbox_figures *figures; /* told now and then */
};

/* What the settings point to outlives it. Given to the caller. */
struct sender *sender_new(const struct sender_settings *settings);
void sender_free(struct sender *sender); /* accepts NULL */

/* Runs until sender_stop(). The sender's thread; `context` is the sender. */
void sender_run(void *context);
/* A transfer under way is broken off, and its row stays due. Any thread; before the writer stops. */
void sender_stop(struct sender *sender);

/* The read model has changed: there may be something to send. Any thread. */
void sender_wake(struct sender *sender);

#endif
