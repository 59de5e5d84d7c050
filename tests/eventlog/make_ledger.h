/*
 * Ledgers for tests: drafts that are told apart by a number, and damage done behind the ledger's
 * back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_EVENTLOG_MAKE_LEDGER_H
#define TESTS_EVENTLOG_MAKE_LEDGER_H

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/ledger.h"
#include "eventlog/store/env.h"
#include "tests/support/expect.h"
#include "tests/support/harm.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAKE_NOON_US ((int64_t)1767268800 * US_PER_S)

static inline struct uuid make_id(uint8_t kind, uint64_t number)
{
    struct uuid id = {{kind}};

    memcpy(id.bytes + 8, &number, sizeof(number));
    return id;
}

/* Of the n-th event, and of its command: ids of version 7, of the time it was recorded. */
static inline struct uuid make_event_id(uint64_t n)
{
    uint8_t rest[8];

    memcpy(rest, &n, sizeof(rest));
    return uuid_v7((struct timestamp){MAKE_NOON_US + (int64_t)n}, rest);
}

/* A stored body with these packed fields (an empty map when absent). */
static inline struct bytes make_body(struct arena *arena, struct bytes fields)
{
    static const uint8_t empty_map[] = {0x80};
    static const uint8_t salt[BODY_SALT_SIZE] = {7};
    struct body body = {.fields = fields};
    struct bytes copy;
    AUTO_BUF packed = {0};

    if (!bytes_are_present(fields))
        body.fields = (struct bytes){empty_map, sizeof(empty_map)};
    buf_init(&packed, BODY_MAX_BYTES + 1024);
    body_pack(&body, salt, &packed);
    copy = bytes_copy(arena, buf_bytes(&packed));
    return copy;
}

/* The n-th event of a ledger, of a type that no program knows. */
static inline struct ledger_draft make_draft(struct arena *arena, uint64_t n)
{
    return (struct ledger_draft){
        .entry =
            {
                .format = ENTRY_FORMAT,
                .event_id = make_event_id(n),
                .command_id = make_event_id(n),
                .recorded_at = {MAKE_NOON_US + (int64_t)n},
                .type = text_lit("test.happened"),
                .schema = 1,
                .stream = make_id(3, n % 5 + 1),
                .revision = (int64_t)(n / 5) + 1,
                .actor_kind = ACTOR_SYSTEM,
                .correlation = make_id(4, n + 1),
                .outcome = OUTCOME_DONE,
            },
        .body = make_body(arena, (struct bytes){NULL, 0}),
    };
}

/* Does its sentence have this part? */
static inline bool error_names(const struct error *error, const char *part)
{
    return text_contains(text_from(error->text), text_from(part));
}

static inline struct ledger *make_log(const char *home)
{
    struct ledger_settings settings = {.home = home, .reserve_bytes = 1};
    struct ledger *log = NULL;
    struct error error;

    expect_ok(ledger_open(&settings, &log, &error), &error);
    return log;
}

/* Appends the next `count` events in one batch. */
static inline enum status append_next(struct ledger *log, size_t count, struct error *error)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct ledger_draft *drafts = arena_array(arena, count, sizeof(*drafts));
    uint64_t size = ledger_size(log);

    for (size_t i = 0; i < count; i++)
        drafts[i] = make_draft(arena, size + i);
    return ledger_append(log, drafts, count, error);
}

/* A closed ledger of `size` events. */
static inline const char *make_home(size_t size)
{
    const char *home = make_directory();
    struct ledger *log = make_log(home);
    struct error error;

    if (size > 0)
        must(append_next(log, size, &error) == STATUS_OK);
    ledger_close(log);
    return home;
}

/* Flips a bit in the middle of a stored value of the ledger. */
static inline void given_flipped_bit(const char *home, const char *table, uint64_t key)
{
    struct harmed h = harm_begin(home, "ledger.mdb", (struct store_table_spec){table, 0});
    AUTO_ARENA arena = arena_new(1 << 20);
    struct store_number number = store_number(key);
    struct bytes value;
    uint8_t *changed;

    must(store_get(h.txn, h.table, store_number_key(&number), &value, NULL) == STATUS_OK);
    changed = arena_take(arena, value.size);
    memcpy(changed, value.data, value.size);
    changed[value.size / 2] ^= 0x10;
    must(
        store_put(
            h.txn, h.table, store_number_key(&number), (struct bytes){changed, value.size}, NULL) ==
        STATUS_OK);
    harm_end(&h);
}

/* The newest list of free pages of a closed ledger names the root of its tables, too. */
static inline void given_free_page_in_use(const char *home)
{
    enum {
        PAGE = 4096,
        META = 16,
        ROOT_OF_FREE = META + 24 + 40,
        ROOT_OF_MAIN = ROOT_OF_FREE + 48
    };
    uint8_t metas[2 * PAGE];
    uint8_t page[PAGE];
    char path[512];
    uint64_t free_root;
    uint16_t lower;
    uint16_t node;
    size_t newest;
    int file;

    snprintf(path, sizeof(path), "%s/ledger.mdb", home);
    file = open(path, O_RDWR);
    must(file >= 0 && pread(file, metas, sizeof(metas), 0) == (ssize_t)sizeof(metas));
    newest = memcmp(metas + META + 128, metas + PAGE + META + 128, 8) < 0 ? PAGE : 0;
    memcpy(&free_root, metas + newest + ROOT_OF_FREE, 8);
    must(pread(file, page, PAGE, (off_t)free_root * PAGE) == PAGE);
    memcpy(&lower, page + 12, 2);
    memcpy(&node, page + lower - 2, 2);
    memcpy(page + node + 8 + 8 + 8, metas + newest + ROOT_OF_MAIN, 8); /* node, key, count */
    must(pwrite(file, page, PAGE, (off_t)free_root * PAGE) == PAGE);
    close(file);
}

static inline void given_removed(const char *home, const char *table, uint64_t key)
{
    struct harmed h = harm_begin(home, "ledger.mdb", (struct store_table_spec){table, 0});
    struct store_number number = store_number(key);

    must(store_delete(h.txn, h.table, store_number_key(&number), NULL) == STATUS_OK);
    harm_end(&h);
}

#endif
