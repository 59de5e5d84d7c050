/*
 * Where somebody came from is found no more once it is forgotten, in an index that was there nor in one that is made
 * anew.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_pack.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/ledger_read.h"
#include "tests/eventlog/make_index.h"

enum { ARENA_BYTES = 16 << 20 };

static const struct uuid the_node = {{9, 9}};
static const struct uuid the_actor = {{7, 7}};
static const uint8_t address_digest[32] = {6, 6};

/* Of an actor, with an origin that is sealed for `whose`, under their n-th key. */
static void
given_origin_under(struct ledger *log, struct actor actor, struct uuid whose, uint8_t key)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft draft = make_draft(arena, ledger_size(log));
    uint8_t box[64] = {0};
    struct origin origin = {.address = {.box = {box, sizeof(box)}, .digest = {address_digest, 32}}};
    static const uint8_t salt[BODY_SALT_SIZE] = {1};
    struct body body = {.origin = &origin, .fields = {(const uint8_t *)"\x80", 1}};
    AUTO_BUF packed = {0};

    memcpy(box, whose.bytes, sizeof(whose.bytes));
    box[sizeof(whose.bytes)] = key;
    buf_init(&packed, 1 << 20);
    body_pack(&body, salt, &packed);
    draft.body = bytes_copy(arena, buf_bytes(&packed));
    draft.entry.actor_kind = actor.kind;
    draft.entry.actor_id = actor.id;
    must(ledger_append(log, &draft, 1, NULL) == STATUS_OK);
}

static void given_origin_of(struct ledger *log, struct uuid actor, struct uuid whose)
{
    given_origin_under(log, (struct actor){.kind = ACTOR_USER, .id = actor}, whose, 0);
}

static struct timestamp recorded_at(struct ledger *log, uint64_t position)
{
    struct timestamp time = {0};

    must(ledger_time_at(log, (struct position){position}, &time, NULL) == STATUS_OK);
    return time;
}

/* Of the events from `first` on and before `end`: those whose origin is sealed under the n-th key of `whose`. */
struct drop {
    enum actor_kind kind;
    struct uuid whose;
    uint8_t key;
    uint64_t first;
    uint64_t end;
};
static void given_dropped(struct ledger *log, const struct drop *drop)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft draft = make_draft(arena, ledger_size(log));
    uint8_t name[EVENT_KEY_BYTES] = {0};
    const struct origins_dropped dropped = {
        .rule = text_lit("ORIGIN_RETENTION_DAYS"),
        .actor_kind = {(int64_t)drop->kind},
        .since = recorded_at(log, drop->first),
        .until = recorded_at(log, drop->end),
        .keys = {name, sizeof(name)}};
    AUTO_BUF fields = {0};

    memcpy(name, drop->whose.bytes, sizeof(drop->whose.bytes));
    name[sizeof(drop->whose.bytes)] = drop->key;
    buf_init(&fields, 1 << 16);
    shape_pack(origins_dropped_event.shape, &dropped, &fields);
    draft.body = make_body(arena, buf_bytes(&fields));
    draft.entry.type = text_from(origins_dropped_event.name);
    must(ledger_append(log, &draft, 1, NULL) == STATUS_OK);
}

static void given_erased(struct ledger *log, struct uuid person)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft draft = make_draft(arena, ledger_size(log));
    const struct person_erased erased = {person, text_lit("asked"), text_lit("request")};
    AUTO_BUF fields = {0};

    buf_init(&fields, 1 << 16);
    shape_pack(person_erased_event.shape, &erased, &fields);
    draft.body = make_body(arena, buf_bytes(&fields));
    draft.entry.type = text_from(person_erased_event.name);
    draft.entry.stream = person;
    draft.entry.revision = 1;
    must(ledger_append(log, &draft, 1, NULL) == STATUS_OK);
}

/* An index that is made anew is the same. */
static void expect_same_anew(struct ledger_index *index, struct ledger *log)
{
    struct ledger_index *anew = make_index(make_directory(), log);
    struct digest live = ledger_index_digest(index);
    struct digest fresh;

    expect_int64(catch_up(anew, 1000), ledger_size(log));
    fresh = ledger_index_digest(anew);
    expect(memcmp(live.bytes, fresh.bytes, DIGEST_SIZE) == 0);
    ledger_index_close(anew);
}

static void where_an_erased_person_came_from_is_found_no_more(void)
{
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    const struct uuid other = {{5, 5}};
    struct bytes origin = {address_digest, 32};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    given_origin_of(log, the_actor, the_actor);
    given_origin_of(log, other, other);
    given_origin_of(log, the_actor, other);
    expect_int64(catch_up(index, 1000), 3);
    EXPECT_FOUND("0 1 2 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    given_erased(log, the_actor);
    expect_int64(catch_up(index, 1000), 1);
    EXPECT_FOUND("1 2 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    EXPECT_FOUND("0 2 ", LEDGER_INDEX_ACTOR, bytes_of_id(&the_actor), {0}, false, 9);
    expect_same_anew(index, log);
    ledger_index_close(index);
    ledger_close(log);
}

/* Of persons by the months of their keys; whoever was a stranger then is named by the event. */
static void where_somebody_came_from_in_a_month_that_is_over_is_found_no_more(void)
{
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    const struct actor user = {.kind = ACTOR_USER, .id = the_actor};
    struct bytes origin = {address_digest, 32};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    given_origin_under(log, user, the_actor, 1);
    given_origin_under(log, user, the_actor, 2);
    given_origin_under(log, user, the_actor, 1);
    given_origin_under(log, user, (struct uuid){{5, 5}}, 1);
    given_origin_under(log, user, the_actor, 1);
    expect_int64(catch_up(index, 1000), 5);
    given_dropped(log, &(struct drop){ACTOR_USER, the_actor, 1, 1, 4});
    expect_int64(catch_up(index, 1000), 1);
    EXPECT_FOUND("0 1 3 4 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    given_dropped(log, &(struct drop){ACTOR_USER, the_actor, 1, 0, 5});
    given_origin_under(log, user, the_actor, 1);
    expect_int64(catch_up(index, 1000), 2);
    EXPECT_FOUND("1 3 7 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    EXPECT_FOUND("0 1 2 3 4 7 ", LEDGER_INDEX_ACTOR, bytes_of_id(&the_actor), {0}, false, 9);
    expect_same_anew(index, log);
    ledger_index_close(index);
    ledger_close(log);
}

/* Of all agents, or all strangers, of a day. */
static void where_agents_came_from_on_a_day_that_is_over_is_found_no_more(void)
{
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    const struct actor agent = {.kind = ACTOR_AGENT, .id = the_node};
    const struct actor stranger = {.kind = ACTOR_STRANGER};
    const struct uuid the_day = {{4, 4}};
    struct bytes origin = {address_digest, 32};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    given_origin_under(log, agent, the_day, 1);
    given_origin_under(log, agent, the_day, 2);
    given_origin_under(log, stranger, the_day, 1);
    given_origin_under(log, agent, the_day, 1);
    given_dropped(log, &(struct drop){ACTOR_AGENT, the_day, 1, 0, 3});
    expect_int64(catch_up(index, 1000), 5);
    EXPECT_FOUND("1 2 3 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    given_dropped(log, &(struct drop){ACTOR_STRANGER, the_day, 1, 0, 4});
    expect_int64(catch_up(index, 1000), 1);
    EXPECT_FOUND("1 3 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    expect_same_anew(index, log);
    ledger_index_close(index);
    ledger_close(log);
}

/* As one that is compared with an index that lags. */
static void an_index_that_ends_earlier_has_what_was_forgotten_later(void)
{
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = make_index(home, log);
    struct bytes origin = {address_digest, 32};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    given_origin_of(log, the_actor, the_actor);
    given_origin_of(log, the_actor, the_actor);
    given_erased(log, the_actor);
    ledger_index_end_at(index, 2);
    expect_int64(catch_up(index, 1000), 2);
    expect_int64(catch_up(index, 1000), 0);
    EXPECT_FOUND("0 1 ", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    ledger_index_end_at(index, 3);
    expect_int64(catch_up(index, 1000), 1);
    EXPECT_FOUND("", LEDGER_INDEX_ORIGIN, origin, {0}, false, 9);
    ledger_index_close(index);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(where_an_erased_person_came_from_is_found_no_more),
    TEST(where_somebody_came_from_in_a_month_that_is_over_is_found_no_more),
    TEST(where_agents_came_from_on_a_day_that_is_over_is_found_no_more),
    TEST(an_index_that_ends_earlier_has_what_was_forgotten_later),
};
const struct suite test_ledger_index_erase_suite = SUITE("eventlog/ledger_index_erase", tests);
