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

static void removing_leaves_the_others(void)
{
    static int values[MANY];

    for (int i = 0; i < MANY; i++)
        expect(map_put(map, key_of(i), &values[i]) == NULL);
    expect_int64(map_count(map), MANY);
    for (int i = 0; i < MANY; i += 3)
        expect(map_remove(map, key_of(i)) == &values[i]);
    for (int i = 0; i < MANY; i++)
        expect(map_get(map, key_of(i)) == (i % 3 == 0 ? NULL : &values[i]));
    expect(map_remove(map, key_of(0)) == NULL);
    for (int i = 0; i < MANY; i += 3)
        expect(map_put(map, key_of(i), &values[i]) == NULL);
    for (int i = 0; i < MANY; i++)
        expect(map_get(map, key_of(i)) == &values[i]);
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
    TEST(clearing_empties_it),
};

const struct suite test_map_suite =
    SUITE_WITH("core/base/map", tests, .set_up = set_up, .tear_down = tear_down);
