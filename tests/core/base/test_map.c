/*
 * Maps from ids to pointers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/map.h"
#include "tests/support/expect.h"

#include <string.h>

enum { MANY = 2000 };

static struct map *map;

static void set_up(void)
{
    map = map_new();
}

static void tear_down(void)
{
    map_free(map);
    map = NULL;
}

/* Keys that differ in few bits: the hard case for a hash. */
static struct uuid key_of(int number)
{
    struct uuid key = {{0}};

    memcpy(key.bytes + 8, &number, sizeof(number));
    key.bytes[0] = 1;
    return key;
}

/* As ids are in truth. */
static struct uuid scattered_key(int number)
{
    uint64_t mixed = (uint64_t)(unsigned)number * 0xD1342543DE82EF95U + 1;
    struct uuid key;

    mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9U;
    mixed ^= mixed >> 32;
    memcpy(key.bytes, &mixed, sizeof(mixed));
    memcpy(key.bytes + 8, &number, sizeof(number));
    memcpy(key.bytes + 12, &number, sizeof(number));
    return key;
}

static void what_is_put_is_got(void)
{
    int a = 0;
    int b = 0;

    expect(map_get(map, key_of(1)) == NULL);
    expect(map_put(map, key_of(1), &a) == NULL);
    expect(map_get(map, key_of(1)) == &a);
    expect(map_put(map, key_of(1), &b) == &a);
    expect(map_get(map, key_of(1)) == &b);
    expect_int64(map_count(map), 1);
    expect(map_get(map, key_of(2)) == NULL);
}

static void the_nil_id_is_a_key_too(void)
{
    int a = 0;

    expect(map_get(map, UUID_NONE) == NULL);
    expect(map_put(map, UUID_NONE, &a) == NULL);
    expect(map_get(map, UUID_NONE) == &a);
    expect(map_remove(map, UUID_NONE) == &a);
    expect(map_get(map, UUID_NONE) == NULL);
}

static void expect_that_removing_leaves_the_others(struct uuid (*key)(int number))
{
    static int values[MANY];

    for (int i = 0; i < MANY; i++)
        expect(map_put(map, key(i), &values[i]) == NULL);
    expect_int64(map_count(map), MANY);
    for (int i = 0; i < MANY; i += 3)
        expect(map_remove(map, key(i)) == &values[i]);
    for (int i = 0; i < MANY; i++)
        expect(map_get(map, key(i)) == (i % 3 == 0 ? NULL : &values[i]));
    expect(map_remove(map, key(0)) == NULL);
    for (int i = 0; i < MANY; i += 3)
        expect(map_put(map, key(i), &values[i]) == NULL);
    for (int i = 0; i < MANY; i++)
        expect(map_get(map, key(i)) == &values[i]);
}

static void removing_leaves_the_others(void)
{
    expect_that_removing_leaves_the_others(key_of);
}

/* Keys in a row have places of their own; those of random ids are shared. */
static void removing_leaves_those_that_were_put_aside_for_it(void)
{
    expect_that_removing_leaves_the_others(scattered_key);
}

static void a_walk_meets_every_pair_once(void)
{
    static int values[MANY];
    static bool is_met[MANY];
    size_t cursor = 0;
    size_t met = 0;
    struct uuid key;
    void *value;

    for (int i = 0; i < MANY; i++)
        (void)map_put(map, key_of(i), &values[i]);
    for (; map_next(map, &cursor, &key, &value); met++) {
        long at = (int *)value - values;
        expect(!is_met[at]);
        expect(uuid_equal(key, key_of((int)at)));
        is_met[at] = true;
    }
    expect_int64(met, MANY);
}

static void clearing_empties_it(void)
{
    int a = 0;
    size_t cursor = 0;
    struct uuid key;
    void *value;

    (void)map_put(map, key_of(1), &a);
    map_clear(map);
    expect_int64(map_count(map), 0);
    expect(map_get(map, key_of(1)) == NULL);
    expect(!map_next(map, &cursor, &key, &value));
    map_free(NULL);
}

static const struct test tests[] = {
    TEST(what_is_put_is_got),         TEST(the_nil_id_is_a_key_too),
    TEST(removing_leaves_the_others), TEST(a_walk_meets_every_pair_once),
    TEST(clearing_empties_it),        TEST(removing_leaves_those_that_were_put_aside_for_it),
};

const struct suite test_map_suite =
    SUITE_WITH("core/base/map", tests, .set_up = set_up, .tear_down = tear_down);
