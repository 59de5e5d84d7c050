/*
 * Where somebody came from is sealed under a key of its month: that can be destroyed, and what else is known of
 * them stays; erasing them destroys all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/origin_key.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"

#include <string.h>

enum { MARCH = 2026 * 12 + 2, APRIL, MONTHS_OF_A_LIFE = 300 };

static const struct uuid ada = {{0xa1}};
static const struct uuid ben = {{0xb2}};
static const struct uuid event = {{1}};

static struct arena *arena;
static struct keyring *keyring;
static const char *home;

static void open_keyring(void)
{
    must(keyring_open(home, (struct text){NULL, 0}, false, &keyring, NULL) == STATUS_OK);
}

static void set_up(void)
{
    arena = arena_new(1 << 20);
    home = make_directory();
    open_keyring();
}

static void tear_down(void)
{
    keyring_close(keyring);
    arena_free(arena);
}

static struct origin given_origin(struct uuid person, int64_t month)
{
    const struct origin_key under = {person, month};
    struct origin origin = {.user_agent = {.text = text_lit("curl/8")}};

    must(
        keyring_seal_origin(keyring, event, &under, arena, &origin, NULL) == STATUS_OK &&
        keyring_commit(keyring, NULL) == STATUS_OK);
    return origin;
}

/* A name, sealed with what else is known of the person. */
static struct origin given_fields(struct uuid person)
{
    struct origin fields = {.user_agent = {.text = text_lit("curl/8")}};

    must(
        keyring_seal(keyring, &origin_shape, event, person, arena, &fields, NULL) == STATUS_OK &&
        keyring_commit(keyring, NULL) == STATUS_OK);
    return fields;
}

static bool opens(struct origin sealed)
{
    struct error error;

    expect_ok(keyring_open_fields(keyring, &origin_shape, event, arena, &sealed, &error), &error);
    return text_is_present(sealed.user_agent.text);
}

/* The name of the row of its key, which its box begins with. */
static struct bytes key_of(struct origin sealed)
{
    return (struct bytes){sealed.user_agent.box.data, KEY_NAME_SIZE};
}

static bool is_same_key(struct origin a, struct origin b)
{
    return bytes_equal(key_of(a), key_of(b));
}

static void given_destroyed(struct origin sealed)
{
    uint64_t were_there = 0;
    struct error error;

    expect_ok(keyring_destroy(keyring, key_of(sealed), &were_there, &error), &error);
    expect_int64(were_there, 1);
}

static void origins_of_users_are_theirs_and_others_have_a_key_a_day(void)
{
    struct timestamp noon =
        timestamp_plus_us(timestamp_month_start(MARCH), INT64_C(12) * 3600 * US_PER_S);
    const struct actor user = {.kind = ACTOR_USER, .id = ada};
    const struct actor agent = {.kind = ACTOR_AGENT, .id = ben};
    const struct actor stranger = {.kind = ACTOR_STRANGER};
    struct timestamp evening = timestamp_plus_us(noon, INT64_C(6) * 3600 * US_PER_S);
    struct timestamp tomorrow = timestamp_plus_us(noon, INT64_C(24) * 3600 * US_PER_S);

    expect(uuid_equal(origin_subject(user, noon), ada));
    expect(uuid_is_present(origin_subject(agent, noon)));
    expect(uuid_equal(origin_subject(agent, noon), origin_subject(agent, evening)));
    expect(!uuid_equal(origin_subject(agent, noon), origin_subject(agent, tomorrow)));
    expect(!uuid_equal(origin_subject(agent, noon), origin_subject(stranger, noon)));
}

static void persons_have_a_key_a_month_and_strangers_who_turn_out_to_be_one(void)
{
    struct timestamp last = timestamp_plus_us(timestamp_month_start(APRIL), -1);
    const struct actor user = {.kind = ACTOR_USER, .id = ada};
    const struct actor agent = {.kind = ACTOR_AGENT, .id = ben};
    const struct actor stranger = {.kind = ACTOR_STRANGER};
    struct origin_key key = origin_key_of(user, ben, last);

    expect(uuid_equal(key.subject, ada));
    expect_int64(key.month, MARCH);
    expect_int64(origin_key_of(user, ben, timestamp_month_start(APRIL)).month, APRIL);
    key = origin_key_of(stranger, ben, last);
    expect(uuid_equal(key.subject, ben));
    expect_int64(key.month, MARCH);
    key = origin_key_of(stranger, UUID_NONE, last);
    expect(uuid_equal(key.subject, origin_subject(stranger, last)));
    expect_int64(key.month, 0);
    key = origin_key_of(agent, ada, last);
    expect(uuid_equal(key.subject, origin_subject(agent, last)));
    expect_int64(key.month, 0);
}

static void origins_of_a_month_share_a_key_that_seals_nothing_else(void)
{
    struct origin first = given_origin(ada, MARCH);

    expect(is_same_key(first, given_origin(ada, MARCH)));
    expect(!is_same_key(first, given_origin(ada, APRIL)));
    expect(!is_same_key(first, given_origin(ben, MARCH)));
    expect(!is_same_key(first, given_fields(ada)));
    expect(opens(first));
}

static void the_next_start_goes_on_with_the_keys_of_the_month(void)
{
    struct origin march = given_origin(ada, MARCH);
    struct origin fields = given_fields(ada);
    struct origin april = given_origin(ada, APRIL);

    keyring_close(keyring);
    open_keyring();
    expect(is_same_key(fields, given_fields(ada)));
    expect(is_same_key(april, given_origin(ada, APRIL)));
    expect(is_same_key(march, given_origin(ada, MARCH)));
}

static void keys_of_two_months_and_of_fields_are_made_in_one_batch(void)
{
    const struct origin_key under[] = {{ada, MARCH}, {ada, APRIL}};
    struct origin sealed[COUNT_OF(under)];

    for (size_t i = 0; i < COUNT_OF(under); i++) {
        sealed[i] = (struct origin){.user_agent = {.text = text_lit("curl/8")}};
        must(keyring_seal_origin(keyring, event, &under[i], arena, &sealed[i], NULL) == STATUS_OK);
    }
    expect(opens(given_fields(ada)));
    for (size_t i = 0; i < COUNT_OF(under); i++)
        expect(opens(sealed[i]));
}

static void a_month_that_is_forgotten_leaves_all_else(void)
{
    struct origin march = given_origin(ada, MARCH);
    struct origin april = given_origin(ada, APRIL);
    struct origin fields = given_fields(ada);
    struct origin another = given_origin(ben, MARCH);

    given_destroyed(march);
    expect(!opens(march));
    expect(opens(april));
    expect(opens(fields));
    expect(opens(another));
    expect_int64(keyring_lost(keyring), 0);
}

static void what_is_sealed_for_that_month_afterwards_has_another_key(void)
{
    struct origin before = given_origin(ada, MARCH);

    given_destroyed(before);
    expect(opens(given_origin(ada, MARCH)));
    expect(!opens(before));
}

static void erasing_a_person_destroys_the_keys_of_all_months(void)
{
    struct origin march = given_origin(ada, MARCH);
    struct origin april = given_origin(ada, APRIL);
    struct origin fields = given_fields(ada);
    struct error error;

    expect_ok(forget_subject(keyring, ada, &error), &error);
    expect(!opens(march));
    expect(!opens(april));
    expect(!opens(fields));
}

/* Some of them are destroyed already, some never were here. */
static void keys_of_many_are_destroyed_in_one_commit(void)
{
    struct origin of_ada = given_origin(ada, MARCH);
    struct origin of_ben = given_origin(ben, MARCH);
    uint8_t names[3][KEY_NAME_SIZE] = {{1}};
    uint64_t were_there = 0;
    struct error error;

    memcpy(names[1], key_of(of_ada).data, KEY_NAME_SIZE);
    memcpy(names[2], key_of(of_ben).data, KEY_NAME_SIZE);
    given_destroyed(of_ada);
    expect(opens(of_ben));
    expect_ok(
        keyring_destroy(keyring, (struct bytes){names[0], sizeof(names)}, &were_there, &error),
        &error);
    expect_int64(were_there, 1);
    expect(!opens(of_ada) && !opens(of_ben));
    expect_int64(keyring_lost(keyring), 0);
}

static struct bytes row_of(struct origin sealed)
{
    struct bytes row;
    AUTO_TXN txn = NULL;

    must(keyring_begin(keyring, &txn, NULL) == STATUS_OK);
    must(store_get(txn, keyring->table, key_of(sealed), &row, NULL) == STATUS_OK);
    return bytes_copy(arena, row);
}

struct row_to_put {
    struct bytes name;
    struct bytes wrapped;
};

static enum status
put_row(struct keyring *into, struct store_txn *txn, void *context, struct error *error)
{
    const struct row_to_put *row = context;

    return store_put(txn, into->table, row->name, row->wrapped, error);
}

static void a_key_that_is_moved_to_another_month_is_damaged(void)
{
    struct origin sealed = given_origin(ada, MARCH);
    struct bytes wrapped = row_of(sealed);
    uint8_t moved[WRAPPED_MOST];
    struct row_to_put row = {key_of(sealed), {moved, sizeof(moved)}};
    struct error error;

    expect_int64(wrapped.size, WRAPPED_MOST);
    expect_int64(keyring_month_of(wrapped), MARCH);
    memcpy(moved, wrapped.data, sizeof(moved));
    moved[WRAPPED_MOST - 1]++;
    expect_ok(keyring_write(keyring, put_row, &row, &error), &error);
    expect_status(
        keyring_open_fields(keyring, &origin_shape, event, arena, &sealed, &error), STATUS_CORRUPT,
        &error);
    row.wrapped.size = WRAPPED_SIZE;
    expect_ok(keyring_write(keyring, put_row, &row, &error), &error);
    expect_status(
        keyring_open_fields(keyring, &origin_shape, event, arena, &sealed, &error), STATUS_CORRUPT,
        &error);
}

static void copy_rows_to(const char *copy, struct bytes names)
{
    struct key_rows own;
    struct key_rows named;
    struct error error;

    expect_ok(keyring_own_rows(keyring, arena, &own, &error), &error);
    expect_ok(keyring_named_rows(keyring, names, arena, &named, &error), &error);
    keyring_close(keyring);
    home = copy;
    expect_ok(keyring_begin_copy(home, text_lit("one secret"), &own, &error), &error);
    must(keyring_open(home, text_lit("one secret"), false, &keyring, NULL) == STATUS_OK);
    expect_ok(keyring_add_rows(keyring, &named, &error), &error);
}

static void a_follower_has_the_keys_of_months_as_its_leader(void)
{
    struct origin march;
    struct origin april;

    keyring_close(keyring);
    home = make_directory();
    must(keyring_open(home, text_lit("one secret"), false, &keyring, NULL) == STATUS_OK);
    march = given_origin(ada, MARCH);
    april = given_origin(ada, APRIL);
    copy_rows_to(make_directory(), key_of(march));
    expect(opens(march));
    expect(!opens(april));
    expect(is_same_key(march, given_origin(ada, MARCH)));
    given_destroyed(march);
    expect(!opens(march));
}

static void count_key(const uint8_t key_id[KEY_ID_SIZE], bool is_destroyed, void *context)
{
    (void)key_id;
    *(int *)context += !is_destroyed;
}

static void each_key_of_a_long_life_is_told(void)
{
    int count = 0;
    struct error error;

    given_fields(ada);
    for (int64_t month = MARCH; month < MARCH + MONTHS_OF_A_LIFE; month++)
        given_origin(ada, month);
    expect_ok(keyring_each_key(keyring, ada, count_key, &count, &error), &error);
    expect_int64(count, MONTHS_OF_A_LIFE + 1);
}

static const struct test tests[] = {
    TEST(origins_of_users_are_theirs_and_others_have_a_key_a_day),
    TEST(persons_have_a_key_a_month_and_strangers_who_turn_out_to_be_one),
    TEST(origins_of_a_month_share_a_key_that_seals_nothing_else),
    TEST(the_next_start_goes_on_with_the_keys_of_the_month),
    TEST(keys_of_two_months_and_of_fields_are_made_in_one_batch),
    TEST(a_month_that_is_forgotten_leaves_all_else),
    TEST(what_is_sealed_for_that_month_afterwards_has_another_key),
    TEST(erasing_a_person_destroys_the_keys_of_all_months),
    TEST(keys_of_many_are_destroyed_in_one_commit),
    TEST(a_key_that_is_moved_to_another_month_is_damaged),
    TEST(a_follower_has_the_keys_of_months_as_its_leader),
    TEST(each_key_of_a_long_life_is_told),
};
const struct suite test_origin_key_suite =
    SUITE_WITH("eventlog/origin_key", tests, .set_up = set_up, .tear_down = tear_down);
