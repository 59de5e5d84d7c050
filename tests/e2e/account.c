/*
 * Counting the events of a ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/account.h"

#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger.h"
#include "tests/e2e/document.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 256 << 20, BATCH = 500 };

struct account {
    struct arena *arena;
    struct map *by_id;   /* id → struct events_told */
    struct map *created; /* digest of a name → its number */
    struct map *logged;  /* digest of a line → its number */
    unsigned sign_ins;
};

static struct uuid key_of(struct text text)
{
    struct digest digest = sha256((struct bytes){(const uint8_t *)text.data, text.size});
    struct uuid key;

    memcpy(key.bytes, digest.bytes, sizeof(key.bytes));
    return key;
}

static void count(struct account *account, struct map *map, struct text text)
{
    unsigned *number = map_get(map, key_of(text));

    if (number == NULL) {
        number = arena_one(account->arena, unsigned);
        map_put(map, key_of(text), number);
    }
    ++*number;
}

static struct events_told *told_of(struct account *account, struct uuid id)
{
    struct events_told *told = map_get(account->by_id, id);

    if (told == NULL) {
        told = arena_one(account->arena, struct events_told);
        map_put(account->by_id, id, told);
    }
    return told;
}

static void note_created(struct account *account, struct uuid id, struct text name)
{
    struct events_told *told = told_of(account, id);

    told->created++;
    snprintf(told->name, sizeof(told->name), "%.*s", TEXT_ARGS(name));
    count(account, account->created, name);
}

static void note_lines(struct account *account, const struct task_logged *logged)
{
    const struct task_log_line *lines = logged->lines.items;

    for (size_t i = 0; i < logged->lines.count; i++)
        count(account, account->logged, lines[i].message);
}

static void note_of_task(struct account *account, const struct record *record, struct arena *arena)
{
    struct events_told *told = told_of(account, record->entry.stream);

    if (record->type == &task_created_event) {
        const struct task_created *created = record->event;
        note_created(
            account, created->task_id, document_at(arena, created->payload.text, "command"));
    } else if (record->type == &task_logged_event) {
        note_lines(account, record->event);
    }
    told->claimed += record->type == &task_claimed_event;
    told->started += record->type == &task_started_event;
    told->completed += record->type == &task_completed_event;
    told->cancelled +=
        record->type == &task_cancelled_event || record->type == &task_cancel_requested_event;
}

static void note_record(struct account *account, const struct record *record, struct arena *arena)
{
    if (text_starts_with(record->entry.type, text_lit("task."))) {
        note_of_task(account, record, arena);
    } else if (record->type == &node_added_event) {
        const struct node_added *added = record->event;
        note_created(account, added->node_id, added->hostname);
    } else if (record->type == &user_created_event) {
        const struct user_created *created = record->event;
        told_of(account, created->user_id)->created++;
    } else if (record->type == &user_signed_in_event) {
        account->sign_ins++;
    }
}

struct account *account_read(const char *home)
{
    struct ledger_settings settings = {.home = home, .is_read_only = true};
    struct account *account = heap_new(sizeof(*account));
    struct ledger *log = NULL;
    uint64_t at = 0;
    size_t read = 1;

    account->arena = arena_new(ARENA_BYTES);
    account->by_id = map_new();
    account->created = map_new();
    account->logged = map_new();
    must(ledger_open(&settings, &log, NULL) == STATUS_OK);
    while (read > 0) {
        AUTO_ARENA arena = arena_new(ARENA_BYTES);
        struct record *records = arena_array(arena, BATCH, sizeof(*records));
        struct position from = {at};

        must(ledger_read(log, from, BATCH, 16 << 20, arena, records, &read, NULL) == STATUS_OK);
        for (size_t i = 0; i < read; i++)
            note_record(account, &records[i], arena);
        at += read;
    }
    ledger_close(log);
    return account;
}

void account_free(struct account *account)
{
    if (account == NULL)
        return;
    map_free(account->by_id);
    map_free(account->created);
    map_free(account->logged);
    arena_free(account->arena);
    heap_free(account);
}

const struct events_told *account_of(const struct account *account, struct uuid id)
{
    return map_get(account->by_id, id);
}

static unsigned number_of(const struct map *map, struct text text)
{
    const unsigned *number = map_get(map, key_of(text));

    return number == NULL ? 0 : *number;
}

unsigned account_created(const struct account *account, struct text name)
{
    return number_of(account->created, name);
}

unsigned account_logged(const struct account *account, struct text line)
{
    return number_of(account->logged, line);
}

unsigned account_sign_ins(const struct account *account)
{
    return account->sign_ins;
}
