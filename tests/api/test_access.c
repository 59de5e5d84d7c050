/*
 * What a loop remembers of callers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/access.h"
#include "tests/support/expect.h"

static struct access_cache *cache;
static const struct timestamp now = {1000};

static void make_cache(void)
{
    cache = access_cache_new();
}

static void free_cache(void)
{
    access_cache_free(cache);
}

static struct digest token_of(uint32_t number)
{
    return sha256((struct bytes){(const uint8_t *)&number, sizeof(number)});
}

static struct uuid workspace_of(uint8_t number)
{
    return (struct uuid){{number}};
}

static const struct caller_access *
get(uint64_t generation, uint32_t token, uint8_t workspace, struct timestamp at)
{
    struct digest digest = token_of(token);

    return access_cache_get(cache, generation, &digest, workspace_of(workspace), at);
}

static void put(uint64_t generation, uint32_t token, uint8_t workspace, int64_t ends_at)
{
    const struct caller_access access = {
        .token = token_of(token),
        .workspace_id = workspace_of(workspace),
        .token_ends_at = {ends_at},
        .member_role = token,
        .generation = generation,
    };

    access_cache_put(cache, &access);
}

static void facts_are_found_by_token_and_workspace(void)
{
    expect(get(1, 7, 1, now) == NULL);
    put(1, 7, 1, 0);
    put(1, 8, 1, 0);
    expect_int64(get(1, 7, 1, now)->member_role, 7);
    expect_int64(get(1, 8, 1, now)->member_role, 8);
    expect(get(1, 7, 2, now) == NULL);
    expect(get(1, 9, 1, now) == NULL);
}

static void a_change_of_any_right_forgets_all(void)
{
    expect(get(1, 7, 1, now) == NULL);
    put(1, 7, 1, 0);
    expect(get(2, 7, 1, now) == NULL);
    expect(get(1, 7, 1, now) == NULL);
}

static void facts_that_were_asked_for_before_a_change_are_not_remembered(void)
{
    expect(get(2, 7, 1, now) == NULL);
    put(1, 7, 1, 0);
    expect(get(2, 7, 1, now) == NULL);
}

static void a_token_that_has_ended_is_not_known(void)
{
    expect(get(1, 7, 1, now) == NULL);
    put(1, 7, 1, now.us + 1);
    expect(get(1, 7, 1, now) != NULL);
    expect(get(1, 7, 1, (struct timestamp){now.us + 1}) == NULL);
}

static void newer_facts_take_the_place_of_older_ones(void)
{
    expect(get(1, 7, 1, now) == NULL);
    put(1, 7, 1, now.us);
    put(1, 7, 1, now.us + 1);
    expect(get(1, 7, 1, now) != NULL);
}

static void it_does_not_grow_without_end(void)
{
    int found = 0;

    expect(get(1, 0, 1, now) == NULL);
    for (uint32_t token = 0; token < 5000; token++)
        put(1, token, 1, 0);
    for (uint32_t token = 0; token < 5000; token++)
        found += get(1, token, 1, now) != NULL ? 1 : 0;
    expect(found > 0 && found <= 4096);
    expect(get(1, 4999, 1, now) != NULL);
}

static const struct test tests[] = {
    TEST(facts_are_found_by_token_and_workspace),
    TEST(a_change_of_any_right_forgets_all),
    TEST(facts_that_were_asked_for_before_a_change_are_not_remembered),
    TEST(a_token_that_has_ended_is_not_known),
    TEST(newer_facts_take_the_place_of_older_ones),
    TEST(it_does_not_grow_without_end),
};

const struct suite test_access_suite =
    SUITE_WITH("api/access", tests, .set_up = make_cache, .tear_down = free_cache);
