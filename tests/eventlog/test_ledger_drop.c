/*
 * Bodies that are dropped: gone on record only, and everybody who reads or verifies sees that it was
 * on record.
 *
 *   0, 1, 2   terminal.recorded of one stream      3   of another stream      4   drops some of them
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_pack.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/terminal_events.h"
#include "eventlog/ledger_copy.h"
#include "tests/eventlog/make_ledger.h"

#include <stdio.h>
#include <sys/stat.h>

enum { ARENA_BYTES = 16 << 20, DROPPING = 4 };

#define SESSION make_id(9, 1)
#define OTHER   make_id(9, 2)

static struct bytes packed(struct arena *arena, const struct event_type *type, const void *event)
{
    AUTO_BUF fields = {0};

    buf_init(&fields, 1 << 20);
    shape_pack(type->shape, event, &fields);
    return make_body(arena, bytes_copy(arena, buf_bytes(&fields)));
}

static void given_appended(
    struct ledger *log,
    struct arena *arena,
    struct uuid stream,
    const struct event_type *type,
    const void *event)
{
    static int64_t revisions[2]; /* of SESSION, of OTHER */
    uint64_t at = ledger_size(log);
    struct ledger_draft draft = make_draft(arena, at);
    struct error error;

    draft.entry.type = text_from(type->name);
    draft.entry.stream = stream;
    if (at == 0)
        memset(revisions, 0, sizeof(revisions));
    draft.entry.revision = ++revisions[uuid_equal(stream, OTHER)];
    draft.body = packed(arena, type, event);
    if (type->dropped != NULL)
        draft.drops = type->dropped(event);
    expect_ok(ledger_append(log, &draft, 1, &error), &error);
}

static void given_chunk(struct ledger *log, struct arena *arena, struct uuid session)
{
    const struct terminal_recorded recorded = {
        .session_id = session,
        .node_id = make_id(8, 1),
        .chunk_id = make_id(7, ledger_size(log)),
        .seq = 1,
        .direction = {TERMINAL_STDOUT},
        .data = bytes_of_text(text_lit("secret"))};

    given_appended(log, arena, session, &terminal_recorded_event, &recorded);
}

/* Closed; the last event drops the bodies at the positions. */
static const char *make_dropped(const int64_t *positions, size_t count)
{
    const char *home = make_directory();
    struct ledger *log = make_log(home);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct terminal_transcript_dropped dropped = {
        SESSION, text_lit("TERMINAL_RETENTION_DAYS"), {positions, count}, 0};

    for (int i = 0; i < 3; i++)
        given_chunk(log, arena, SESSION);
    given_chunk(log, arena, OTHER);
    given_appended(log, arena, SESSION, &terminal_transcript_dropped_event, &dropped);
    ledger_close(log);
    return home;
}

static void a_dropped_body_is_gone_and_its_entry_stays(void)
{
    const int64_t positions[] = {2, 0};
    struct ledger *log = make_log(make_dropped(positions, COUNT_OF(positions)));
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[DROPPING + 1];
    struct error error;
    size_t count = 0;

    expect_ok(
        ledger_read(
            log, (struct position){0}, COUNT_OF(records), SIZE_MAX, arena, records, &count, &error),
        &error);
    expect_int64(count, DROPPING + 1);
    expect(!records[0].has_body && !records[2].has_body);
    expect(records[1].has_body && records[3].has_body && records[DROPPING].has_body);
    expect(records[0].type == &terminal_recorded_event);
    expect(bytes_are_present(records[0].entry.body_digest));
    expect(!bytes_are_present(((const struct terminal_recorded *)records[0].event)->data));
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

static void set_body(const char *home, uint64_t at, struct bytes value)
{
    struct harmed h = harm_begin(home, "ledger.mdb", (struct store_table_spec){"bodies", 0});
    struct store_number number = store_number(at);

    must(store_put(h.txn, h.table, store_number_key(&number), value, NULL) == STATUS_OK);
    harm_end(&h);
}

static void expect_missed(const char *home, uint64_t at)
{
    struct ledger *log = make_log(home);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record record;
    struct error error;

    expect_status(
        ledger_read_one(log, (struct position){at}, arena, &record, &error), STATUS_CORRUPT, NULL);
    expect_status(ledger_verify(log, NULL, NULL, &error), STATUS_CORRUPT, NULL);
    expect(text_contains(
        text_from(error.text), text_lit("the body is missing, and no event has dropped it")));
    ledger_close(log);
}

/* Another session's body, one that the event does not name, one beyond the end, the event's own. */
static void a_mark_that_no_event_stands_for_is_damage(void)
{
    static const struct {
        uint64_t at;
        uint64_t by;
    } forged[] = {{3, DROPPING}, {1, DROPPING}, {1, 2}, {1, 99}, {1, 1}, {1, 0}};
    const int64_t positions[] = {2, 0};

    for (size_t i = 0; i < COUNT_OF(forged); i++) {
        const char *home = make_dropped(positions, COUNT_OF(positions));
        struct store_number mark = store_number(forged[i].by);
        set_body(home, forged[i].at, store_number_key(&mark));
        expect_missed(home, forged[i].at);
    }
}

static void a_flipped_bit_in_a_mark_is_damage(void)
{
    const int64_t positions[] = {2, 0};
    const char *home = make_dropped(positions, COUNT_OF(positions));

    given_flipped_bit(home, "bodies", 0);
    expect_missed(home, 0);
}

static enum status read_entries(
    struct ledger *log, const uint64_t *at, size_t count, struct arena *arena, struct record *out)
{
    struct position positions[4];

    for (size_t i = 0; i < count; i++)
        positions[i] = (struct position){at[i]};
    return ledger_read_entries(log, positions, count, arena, out, NULL);
}

/* Whoever shows entries says that a body is kept, or was dropped on record, and not what is in it. */
static void entries_are_read_without_their_bodies(void)
{
    const int64_t positions[] = {2, 0};
    const char *home = make_dropped(positions, COUNT_OF(positions));
    struct store_number mark = store_number(DROPPING);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[2];
    struct ledger *log;

    set_body(home, 3, store_number_key(&mark)); /* which that event does not name */
    given_flipped_bit(home, "bodies", 1);
    log = make_log(home);
    expect_status(read_entries(log, (uint64_t[]){1, 0}, 2, arena, records), STATUS_OK, NULL);
    expect(records[0].has_body && records[0].entry.position == 1 && records[0].event == NULL);
    expect(!records[1].has_body && records[1].entry.position == 0);
    expect_status(read_entries(log, (uint64_t[]){1, 3}, 2, arena, records), STATUS_CORRUPT, NULL);
    expect_status(read_entries(log, (uint64_t[]){0, 5}, 2, arena, records), STATUS_NOT_FOUND, NULL);
    expect_status(
        ledger_read_one(log, (struct position){1}, arena, &records[0], NULL), STATUS_CORRUPT, NULL);
    ledger_close(log);
}

static enum status may_drop(const char *home, struct uuid stream, int64_t position)
{
    struct ledger *log = make_log(home);
    const struct list positions = {&position, 1};
    struct error error;
    enum status status =
        ledger_may_drop(log, &terminal_transcript_dropped_event, stream, &positions, &error);

    ledger_close(log);
    return status;
}

static void only_what_is_there_and_of_its_stream_and_type_may_be_dropped(void)
{
    const int64_t positions[] = {2, 0};
    const char *home = make_dropped(positions, COUNT_OF(positions));

    expect_int64(may_drop(home, SESSION, 1), STATUS_OK);
    expect_int64(may_drop(home, SESSION, 0), STATUS_INVALID);        /* gone already */
    expect_int64(may_drop(home, SESSION, 3), STATUS_INVALID);        /* another stream's */
    expect_int64(may_drop(home, SESSION, DROPPING), STATUS_INVALID); /* of another type */
    expect_int64(may_drop(home, SESSION, 5), STATUS_INVALID);        /* not there */
    expect_int64(may_drop(home, SESSION, -1), STATUS_INVALID);
}

enum { CHUNKS = 90, POSITIONS = 100000 };

/* Drops every second chunk from `first` on, and the first of them again and again: as long a list as can be. */
static void given_long_drop(struct ledger *log, struct arena *arena, int64_t first)
{
    int64_t *positions = arena_array(arena, POSITIONS, sizeof(*positions));
    const struct log_restored restored = {
        .size = 1, .backup = text_lit("backup"), .dropped = {positions, POSITIONS}};

    for (int64_t i = 0; i < POSITIONS; i++)
        positions[i] = i < CHUNKS / 2 ? first + 2 * i : first;
    given_appended(log, arena, SESSION, &log_restored_event, &restored);
}

/* Each chunk's mark names another event than the one before. */
static void chunks_that_two_long_events_dropped_in_turn_are_read_copied_and_verified(void)
{
    struct ledger *log = make_log(make_directory());
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    AUTO_BUF copied = {0};
    struct record records[CHUNKS];
    struct error error;
    size_t count = 0;
    uint64_t next = 0;

    for (int i = 0; i < CHUNKS; i++)
        given_chunk(log, arena, SESSION);
    given_long_drop(log, arena, 0);
    given_long_drop(log, arena, 1);
    arena_reset(arena);
    expect_ok(
        ledger_read(log, (struct position){0}, CHUNKS, SIZE_MAX, arena, records, &count, &error),
        &error);
    expect_int64(count, CHUNKS);
    buf_init(&copied, ARENA_BYTES);
    expect_ok(ledger_copy(log, &next, CHUNKS, SIZE_MAX, &copied, &error), &error);
    expect_int64(next, CHUNKS);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

enum { ROUNDS = 8, LARGE_CHUNKS = 100, LARGE_BYTES = 16 << 10 };

static int64_t file_size(const char *home)
{
    char path[512];
    struct stat st;

    snprintf(path, sizeof(path), "%s/ledger.mdb", home);
    must(stat(path, &st) == 0);
    return st.st_size;
}

/* Each with bytes of its own; the positions, newest first. */
static void given_large_chunks(struct ledger *log, struct arena *arena, int64_t *positions)
{
    uint8_t *bytes = arena_take(arena, LARGE_BYTES);

    for (int i = 0; i < LARGE_CHUNKS; i++) {
        const struct terminal_recorded recorded = {
            .session_id = SESSION,
            .node_id = make_id(8, 1),
            .chunk_id = make_id(7, ledger_size(log)),
            .seq = 1,
            .direction = {TERMINAL_STDOUT},
            .data = {bytes, LARGE_BYTES}};
        memset(bytes, (int)ledger_size(log), LARGE_BYTES);
        positions[LARGE_CHUNKS - 1 - i] = (int64_t)ledger_size(log);
        given_appended(log, arena, SESSION, &terminal_recorded_event, &recorded);
        arena_reset(arena);
        bytes = arena_take(arena, LARGE_BYTES);
    }
}

/* What grows is entries and hashes, which stay. */
static void the_space_of_dropped_bodies_is_that_of_new_ones(void)
{
    const char *home = make_directory();
    struct ledger *log = make_log(home);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    int64_t sizes[ROUNDS];
    struct error error;

    for (int round = 0; round < ROUNDS; round++) {
        int64_t positions[LARGE_CHUNKS];
        const struct terminal_transcript_dropped dropped = {
            SESSION, text_lit("TERMINAL_RETENTION_DAYS"), {positions, LARGE_CHUNKS}, 0};
        given_large_chunks(log, arena, positions);
        given_appended(log, arena, SESSION, &terminal_transcript_dropped_event, &dropped);
        sizes[round] = file_size(home);
    }
    expect(sizes[0] > LARGE_CHUNKS * LARGE_BYTES);
    expect((sizes[ROUNDS - 1] - sizes[1]) * 10 < (ROUNDS - 2) * LARGE_CHUNKS * LARGE_BYTES);
    expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(a_dropped_body_is_gone_and_its_entry_stays),
    TEST(a_mark_that_no_event_stands_for_is_damage),
    TEST(a_flipped_bit_in_a_mark_is_damage),
    TEST(entries_are_read_without_their_bodies),
    TEST(only_what_is_there_and_of_its_stream_and_type_may_be_dropped),
    TEST(the_space_of_dropped_bodies_is_that_of_new_ones),
    TEST(chunks_that_two_long_events_dropped_in_turn_are_read_copied_and_verified),
};

const struct suite test_ledger_drop_suite = SUITE("eventlog/ledger_drop", tests);
