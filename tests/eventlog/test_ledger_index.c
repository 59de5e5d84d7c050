/*
 * The forensic index: every pair that should be there is found, in order, from anywhere, and an
 * index that the ledger does not confirm starts again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_pack.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger_index.h"
#include "eventlog/store/ledger_index_batch.h"
#include "tests/eventlog/make_index.h"

#include <stdio.h>
#include <unistd.h>

enum { ARENA_BYTES = 16 << 20 };

static const struct uuid the_node = {{9, 9}};
static const struct uuid the_workspace = {{8, 8}};
static const struct uuid the_actor = {{7, 7}};
static const uint8_t address_digest[32] = {6, 6};

/* A task's creation, with everything that is indexed. */
static struct ledger_draft make_rich_draft(struct arena *arena, uint64_t n)
{
    struct ledger_draft draft = make_draft(arena, n);
    struct task_created event;
    struct origin origin = {
        .address = {.box = {address_digest, 32}, .digest = {address_digest, 32}},
    };
    struct body body = {.origin = &origin};
    static const uint8_t salt[BODY_SALT_SIZE] = {1};
    AUTO_BUF fields = {0};
    AUTO_BUF packed = {0};

    buf_init(&fields, 1 << 20);
    buf_init(&packed, 1 << 20);
    shape_clear(task_created_event.shape, &event);
    event.task_id = make_id(20, n);
    event.node_id = the_node;
    event.type = text_lit("shell");
    shape_pack(task_created_event.shape, &event, &fields);
    body.fields = buf_bytes(&fields);
    body_pack(&body, salt, &packed);
    draft.body = bytes_copy(arena, buf_bytes(&packed));
    draft.entry.type = text_from(task_created_event.name);
    draft.entry.workspace = the_workspace;
    draft.entry.actor_kind = ACTOR_AGENT;
    draft.entry.actor_id = the_actor;
    return draft;
}

static void given_rich(struct ledger *log)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft draft = make_rich_draft(arena, ledger_size(log));

    must(ledger_append(log, &draft, 1, NULL) == STATUS_OK);
}

static void a_stream_is_found_both_ways_from_anywhere(void)
{
    const char *home = make_home(22);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    struct uuid id = make_id(3, 4); /* of positions 3, 8, 13, 18 */
    struct bytes stream = bytes_of_id(&id);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    expect_int64(catch_up(index, 1000), 22);
    EXPECT_FOUND("3 8 13 18 ", LEDGER_INDEX_STREAM, stream, {0}, false, 100);
    EXPECT_FOUND("8 13 ", LEDGER_INDEX_STREAM, stream, {4}, false, 2);
    EXPECT_FOUND("8 13 18 ", LEDGER_INDEX_STREAM, stream, {8}, false, 9);
    EXPECT_FOUND("", LEDGER_INDEX_STREAM, stream, {19}, false, 9);
    EXPECT_FOUND("18 13 8 3 ", LEDGER_INDEX_STREAM, stream, {UINT64_MAX}, true, 100);
    EXPECT_FOUND("13 8 ", LEDGER_INDEX_STREAM, stream, {13}, true, 2);
    EXPECT_FOUND("8 3 ", LEDGER_INDEX_STREAM, stream, {12}, true, 9);
    EXPECT_FOUND("", LEDGER_INDEX_STREAM, stream, {2}, true, 9);
    EXPECT_FOUND("", LEDGER_INDEX_WORKSPACE, stream, {0}, false, 9);
    EXPECT_FOUND("", LEDGER_INDEX_STREAM, stream, {0}, false, 0);
    ledger_index_close(index);
    ledger_close(log);
}

static void a_key_of_one_position_is_found_both_ways(void)
{
    const char *home = make_home(9);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    struct uuid id = make_id(4, 6); /* of position 5 */
    struct bytes key = bytes_of_id(&id);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    expect_int64(catch_up(index, 1000), 9);
    EXPECT_FOUND("5 ", LEDGER_INDEX_CORRELATION, key, {0}, false, 9);
    EXPECT_FOUND("5 ", LEDGER_INDEX_CORRELATION, key, {5}, false, 9);
    EXPECT_FOUND("", LEDGER_INDEX_CORRELATION, key, {6}, false, 9);
    EXPECT_FOUND("5 ", LEDGER_INDEX_CORRELATION, key, {UINT64_MAX}, true, 9);
    EXPECT_FOUND("5 ", LEDGER_INDEX_CORRELATION, key, {5}, true, 9);
    EXPECT_FOUND("", LEDGER_INDEX_CORRELATION, key, {4}, true, 9);
    ledger_index_close(index);
    ledger_close(log);
}

static void all_seven_kinds_are_found(void)
{
    const char *home = make_home(2);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    struct uuid task = make_id(20, 3);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    given_rich(log);
    given_rich(log);
    expect_int64(catch_up(index, 1000), 4);
    EXPECT_FOUND("2 3 ", LEDGER_INDEX_WORKSPACE, bytes_of_id(&the_workspace), {0}, false, 9);
    EXPECT_FOUND("2 3 ", LEDGER_INDEX_ACTOR, bytes_of_id(&the_actor), {0}, false, 9);
    EXPECT_FOUND("2 3 ", LEDGER_INDEX_ENTITY, bytes_of_id(&the_node), {0}, false, 9);
    EXPECT_FOUND("3 ", LEDGER_INDEX_ENTITY, bytes_of_id(&task), {0}, false, 9);
    EXPECT_FOUND(
        "2 3 ", LEDGER_INDEX_TYPE, bytes_of_text(text_from(task_created_event.name)), {0}, false,
        9);
    EXPECT_FOUND(
        "0 1 ", LEDGER_INDEX_TYPE, bytes_of_text(text_lit("test.happened")), {0}, false, 9);
    EXPECT_FOUND("2 3 ", LEDGER_INDEX_ORIGIN, ((struct bytes){address_digest, 32}), {0}, false, 9);
    ledger_index_close(index);
    ledger_close(log);
}

struct wheel {
    struct uuid rim_id;
};
static const struct field wheel_fields[] = {
    {UUID(wheel, rim_id), .tag = 1, .doc = "Its rim."},
};
static const struct shape wheel_shape = SHAPE(wheel, "A wheel.");

struct cart {
    struct uuid cart_id;
    struct uuid absent_id;
    const struct wheel *spare;
    struct list wheels;
    struct list drivers;
};
static const struct field cart_fields[] = {
    {UUID(cart, cart_id), .tag = 1, .doc = "The cart."},
    {UUID(cart, absent_id), .tag = 2, .doc = "Nothing."},
    {OBJECT(cart, spare, wheel), .tag = 3, .doc = "A spare wheel."},
    {OBJECTS(cart, wheels, wheel), .tag = 4, .doc = "The wheels."},
    {LIST_OF(cart, drivers, KIND_UUID), .tag = 5, .doc = "Who drives."},
};
static const struct shape cart_shape = SHAPE(cart, "A cart.");

static void entities_are_found_in_objects_and_lists(void)
{
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    const struct event_type type = {.name = "cart.built", .schema = 1, .shape = &cart_shape};
    const struct wheel spare = {make_id(1, 1)};
    const struct wheel wheels[] = {{make_id(1, 2)}, {make_id(1, 3)}};
    const struct uuid drivers[] = {make_id(1, 4), make_id(1, 5), make_id(1, 2)};
    const struct cart cart = {
        .cart_id = make_id(1, 6), .spare = &spare, .wheels = {wheels, 2}, .drivers = {drivers, 3}};
    const struct record record = {
        .position = {77}, .type = &type, .has_body = true, .event = &cart};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct index_batch *batch = index_batch_new();
    struct store_txn *txn = NULL;
    struct error error;

    expect_ok(store_begin(index->env, true, &txn, &error), &error);
    index_batch_add(batch, &record);
    expect_ok(index_batch_write(batch, index, txn, &error), &error);
    index_batch_free(batch);
    expect_ok(store_commit(&txn, &error), &error);
    for (uint64_t i = 1; i <= 6; i++) {
        struct uuid id = make_id(1, i);

        EXPECT_FOUND("77 ", LEDGER_INDEX_ENTITY, bytes_of_id(&id), {0}, false, 9);
    }
    EXPECT_FOUND("", LEDGER_INDEX_ENTITY, bytes_of_id(&UUID_NONE), {0}, false, 9);
    ledger_index_close(index);
    ledger_close(log);
}

static void catching_up_goes_on_where_it_stopped(void)
{
    const char *home = make_home(2500);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);

    expect_int64(catch_up(index, 10), 10);
    expect_int64(ledger_index_size(index), 10);
    ledger_index_close(index);
    index = make_index(home, log);
    expect_int64(ledger_index_size(index), 10);
    expect_int64(catch_up(index, 100000), 2490);
    expect_int64(catch_up(index, 100000), 0);
    ledger_index_close(index);
    ledger_close(log);
}

static void an_index_built_at_once_equals_one_built_in_steps(void)
{
    const char *home = make_home(1500); /* more keys than a batch has room for at first */
    struct ledger *log = make_log(home);
    struct ledger_index *once = make_index(home, log);
    struct ledger_index *steps = make_index(make_directory(), log);
    struct digest a;
    struct digest b;

    catch_up(once, 10000);
    b = ledger_index_digest(steps);
    while (catch_up(steps, 97) > 0) {
        a = b;
        b = ledger_index_digest(steps);
        expect(memcmp(a.bytes, b.bytes, DIGEST_SIZE) != 0);
    }
    a = ledger_index_digest(once);
    expect(memcmp(a.bytes, b.bytes, DIGEST_SIZE) == 0);
    ledger_index_close(once);
    ledger_index_close(steps);
    ledger_close(log);
}

/* As that of a large ledger, but with runs of a few pairs. */
static struct ledger_index *make_built_index(const char *directory, struct ledger *log)
{
    struct ledger_index *index = make_index(directory, log);

    index->build_from = 1;
    index->run_pairs = 50;
    return index;
}

static void an_index_built_as_a_whole_equals_one_built_in_steps(void)
{
    const char *home = make_home(1500);
    struct ledger *log = make_log(home);
    struct ledger_index *steps = make_index(home, log);
    struct ledger_index *built = make_built_index(make_directory(), log);
    struct digest a;
    struct digest b;
    struct error error;
    int calls = 0;

    while (catch_up(built, 400) > 0)
        expect(++calls < 100);
    expect(calls > 4); /* a step for so many events, and for writing */
    expect_int64(ledger_index_size(built), 1500);
    catch_up(steps, 10000);
    a = ledger_index_digest(steps);
    b = ledger_index_digest(built);
    expect(memcmp(a.bytes, b.bytes, DIGEST_SIZE) == 0);
    expect_ok(append_next(log, 3, &error), &error); /* what comes later is added to it */
    expect_int64(catch_up(built, 400), 3);
    catch_up(steps, 400);
    a = ledger_index_digest(steps);
    b = ledger_index_digest(built);
    expect(memcmp(a.bytes, b.bytes, DIGEST_SIZE) == 0);
    ledger_index_close(steps);
    ledger_index_close(built);
    ledger_close(log);
}

/* They are there without a size. */
static void pairs_of_a_build_that_was_stopped_are_cleared_away(void)
{
    struct ledger *log = make_log(make_home(30));
    struct ledger_index *once = make_index(make_directory(), log);
    struct digest wanted;

    catch_up(once, 1000);
    wanted = ledger_index_digest(once);
    for (int i = 0; i < 2; i++) {
        struct ledger_index *index =
            i == 0 ? make_index(make_directory(), log) : make_built_index(make_directory(), log);
        struct store_number position = store_number(29);
        struct store_txn *txn = NULL;
        struct digest got;
        must(store_begin(index->env, true, &txn, NULL) == STATUS_OK);
        must(
            store_put(
                txn, index->tables[INDEX_PAIRS], bytes_of_text(text_lit("left over")),
                store_number_key(&position), NULL) == STATUS_OK);
        must(store_commit(&txn, NULL) == STATUS_OK);
        while (catch_up(index, 1000) > 0)
            ;
        got = ledger_index_digest(index);
        expect(memcmp(got.bytes, wanted.bytes, DIGEST_SIZE) == 0);
        ledger_index_close(index);
    }
    ledger_index_close(once);
    ledger_close(log);
}

static void count_position(struct bytes key, struct position at, void *context)
{
    (void)key;
    *(uint64_t *)context += at.value;
}

static uint64_t differing(struct ledger_index *a, struct ledger_index *b, uint64_t size)
{
    uint64_t positions = 0;
    struct error error;

    expect_ok(ledger_index_compare(a, b, size, count_position, &positions, &error), &error);
    return positions;
}

static void given_no_pairs_of(struct ledger_index *index, struct uuid correlation)
{
    struct store_txn *txn = NULL;
    struct key key;

    ledger_index_key(&key, LEDGER_INDEX_CORRELATION, bytes_of_id(&correlation));
    must(store_begin(index->env, true, &txn, NULL) == STATUS_OK);
    must(store_delete(txn, index->tables[INDEX_PAIRS], key_bytes(&key), NULL) == STATUS_OK);
    must(store_commit(&txn, NULL) == STATUS_OK);
}

static void indexes_are_compared_as_far_as_both_have_come(void)
{
    const char *home = make_home(50);
    struct ledger *log = make_log(home);
    struct ledger_index *whole = make_index(home, log);
    struct ledger_index *begun = make_index(make_directory(), log);

    catch_up(whole, 1000);
    catch_up(begun, 20);
    expect_int64(differing(whole, begun, 20), 0);
    expect(differing(whole, begun, 21) > 0);
    given_no_pairs_of(whole, make_id(4, 8)); /* of the event at position 7 */
    expect_int64(differing(whole, begun, 20), 7);
    expect_int64(differing(begun, whole, 20), 7);
    expect_int64(differing(begun, whole, 7), 0);
    ledger_index_close(whole);
    ledger_index_close(begun);
    ledger_close(log);
}

static void an_index_of_another_ledger_starts_again(void)
{
    const char *directory = make_directory();
    const char *home = make_home(30);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(directory, log);
    struct ledger *shorter;
    struct ledger *other;
    struct error error;

    catch_up(index, 1000);
    ledger_index_close(index);
    shorter = make_log(make_home(20));
    expect_status(
        ledger_index_open(directory, shorter, true, &index, &error), STATUS_CORRUPT, NULL);
    index = make_index(directory, shorter);
    expect_int64(ledger_index_size(index), 0);
    catch_up(index, 1000);
    ledger_index_close(index);

    other = make_log(make_directory());
    for (int i = 0; i < 25; i++)
        given_rich(other);
    index = make_index(directory, other);
    expect_int64(ledger_index_size(index), 0);
    ledger_index_close(index);
    ledger_close(log);
    ledger_close(shorter);
    ledger_close(other);
}

static void an_index_of_another_version_starts_again_and_only_looked_at_is_refused(void)
{
    const char *home = make_home(9);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    struct error error;

    catch_up(index, 1000);
    ledger_index_close(index);
    harm_pair(home, "index.mdb", (struct store_table_spec){"meta", 0}, 0, harm_raise_format);
    expect_status(ledger_index_open(home, log, true, &index, &error), STATUS_NOT_FOUND, NULL);
    index = make_index(home, log);
    expect_int64(ledger_index_size(index), 0);
    ledger_index_close(index);
    ledger_close(log);
}

static void a_read_only_index_finds_what_is_committed(void)
{
    const char *home = make_home(9);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    struct uuid id = make_id(4, 6);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error;

    catch_up(index, 1000);
    ledger_index_close(index);
    index = NULL;
    expect_ok(ledger_index_open(home, log, true, &index, &error), &error);
    EXPECT_FOUND("5 ", LEDGER_INDEX_CORRELATION, bytes_of_id(&id), {0}, false, 9);
    ledger_index_close(index);
    ledger_close(log);
}

static void damage_in_the_ledger_is_not_indexed(void)
{
    const char *home = make_home(12);
    struct ledger *log;
    struct ledger_index *index;
    struct error error;
    size_t added = 0;

    given_flipped_bit(home, "bodies", 7);
    log = make_log(home);
    index = make_index(home, log);
    expect_int64(catch_up(index, 3), 3);
    expect_int64(catch_up(index, 1000), 4); /* as far as it can be read */
    expect_status(ledger_index_catch_up(index, 1000, &added, &error), STATUS_CORRUPT, NULL);
    expect_int64(ledger_index_size(index), 7);
    ledger_index_close(index);
    index = make_built_index(make_directory(), log);
    expect_int64(catch_up(index, 1000), 1000); /* a step, without a size yet */
    expect_int64(catch_up(index, 1000), 1000);
    expect_int64(ledger_index_size(index), 7);
    expect_status(ledger_index_catch_up(index, 1000, &added, &error), STATUS_CORRUPT, NULL);
    ledger_index_close(index);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(a_stream_is_found_both_ways_from_anywhere),
    TEST(a_key_of_one_position_is_found_both_ways),
    TEST(all_seven_kinds_are_found),
    TEST(entities_are_found_in_objects_and_lists),
    TEST(catching_up_goes_on_where_it_stopped),
    TEST(an_index_built_at_once_equals_one_built_in_steps),
    TEST(an_index_built_as_a_whole_equals_one_built_in_steps),
    TEST(pairs_of_a_build_that_was_stopped_are_cleared_away),
    TEST(indexes_are_compared_as_far_as_both_have_come),
    TEST(an_index_of_another_ledger_starts_again),
    TEST(an_index_of_another_version_starts_again_and_only_looked_at_is_refused),
    TEST(a_read_only_index_finds_what_is_committed),
    TEST(damage_in_the_ledger_is_not_indexed),
};
const struct suite test_ledger_index_suite = SUITE("eventlog/ledger_index", tests);
