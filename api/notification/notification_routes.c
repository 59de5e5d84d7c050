/*
 * Routes of dead letters: what could not be told, and what is to become of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/route.h"
#include "api/select.h"
#include "api/server.h"
#include "commands/notification/notification_commands.h"
#include "eventlog/ledger_read.h"
#include "migrations/notification/outbox.h"

struct dead_letter {
    struct uuid id;
    struct text type;
    int64_t attempts;
    struct text last_error;
    struct timestamp updated_at;
};
static const struct field dead_letter_fields[] = {
    {UUID(dead_letter, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the delivery."},
    {TEXT(dead_letter, type), .tag = 2, .flags = REQUIRED, .doc = "Type of the mail or message."},
    {INT64(dead_letter, attempts), .tag = 3, .flags = REQUIRED, .doc = "Number of attempts."},
    {TEXT(dead_letter, last_error), .tag = 4, .doc = "Error of the last attempt."},
    {TIMESTAMP(dead_letter, updated_at), .tag = 5, .flags = REQUIRED,
     .doc = "Time of the last change."},
};
static const struct shape dead_letter_shape =
    SHAPE(dead_letter, "A mail or message that could not be delivered.");

struct dead_letters {
    struct list items;
};
static const struct field dead_letters_fields[] = {
    {OBJECTS(dead_letters, items, dead_letter), .tag = 1, .flags = REQUIRED,
     .doc = "Newest dead letters, at most eight."},
};
static const struct shape dead_letters_shape = SHAPE(dead_letters, "The newest dead letters.");

static const struct view_column dead_letter_columns[] = {
    {"type", "outbox.kind"},
    {NULL, NULL},
};

static const struct resource dead_letter_resource = {
    .name = "dead_letters",
    .table = &outbox_table,
    .view = &dead_letter_shape,
    .columns = dead_letter_columns,
    .scope = SCOPE_PLATFORM,
    .where = "outbox.status = 'dead_letter'",
    .order = {{"updated_at", true}, {"id", true}},
    .limit = {.usual = 8, .most = 8},
};

static void show(struct call *call)
{
    struct dead_letters view = {{NULL, 0}};
    struct error error;

    if (select_first_page(call, &dead_letter_resource, &view.items, &error) == STATUS_OK)
        call_answer_shape(call, call->route->status, &dead_letters_shape, &view);
    else
        call_answer_error(call, &error);
}

static void list(struct call *call)
{
    call_wait_head(call, show);
}

const struct route notification_routes[] = {
    {.method = "GET",
     .path = "/outbox/dead-letter",
     .tag = "notification",
     .doc = "Lists the newest mails and messages that could not be delivered.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .handle = list,
     .reply.shape = &dead_letters_shape},
    {.method = "POST",
     .path = "/outbox/dead-letter/requeue",
     .tag = "notification",
     .doc = "Queues dead letters again: all of those named, or none.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .command = &requeue_deliveries_command},
    {.method = "POST",
     .path = "/outbox/dead-letter/delete",
     .tag = "notification",
     .doc = "Gives up dead letters: all of those named, or none.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .command = &drop_deliveries_command},
    {.method = NULL},
};
