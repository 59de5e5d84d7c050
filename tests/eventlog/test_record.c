/*
 * Entries and bodies: the stored bytes, and what becomes of damaged ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/events/task_events.h"
#include "eventlog/record.h"
#include "eventlog/upcast/upcast.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static const struct position third = {2};
static const uint8_t salt[BODY_SALT_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static void set_up(void)
{
    arena = arena_new(64 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct uuid make_id(uint8_t value)
{
    struct uuid id;

    memset(id.bytes, value, sizeof(id.bytes));
    return id;
}

static struct entry make_entry(void)
{
    static const uint8_t digest[DIGEST_SIZE] = {0xdd};

    return (struct entry){
        .format = ENTRY_FORMAT,
        .position = 2,
        .event_id = make_id(0x11),
        .command_id = make_id(0x22),
        .recorded_at = {1767225600000000},
        .type = text_lit("task.created"),
        .schema = 1,
        .stream = make_id(0x33),
        .revision = 1,
        .workspace = make_id(0x44),
        .actor_kind = ACTOR_USER,
        .actor_id = make_id(0x55),
        .actor_session = make_id(0x66),
        .correlation = make_id(0x77),
        .outcome = OUTCOME_DONE,
        .body_digest = {digest, DIGEST_SIZE},
    };
}

static struct bytes make_entry_bytes(const struct entry *entry)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, 1 << 20);
    entry_pack(entry, &packed);
    return bytes_copy(arena, buf_bytes(&packed));
}

static struct bytes make_fields(void)
{
    struct task_created event;
    AUTO_BUF packed = {0};

    shape_clear(task_created_event.shape, &event);
    event.task_id = make_id(0x33);
    event.type = text_lit("shell.exec");
    event.payload.text = text_lit("{}");
    buf_init(&packed, 1 << 20);
    shape_pack(task_created_event.shape, &event, &packed);
    return bytes_copy(arena, buf_bytes(&packed));
}

static struct bytes make_body_bytes(struct bytes fields)
{
    static const uint8_t box[] = {9, 9, 9};
    const struct origin origin = {.address = {.box = {box, sizeof(box)}}};
    const struct body body = {.origin = &origin, .fields = fields};
    AUTO_BUF packed = {0};

    buf_init(&packed, 8 << 20);
    body_pack(&body, salt, &packed);
    return bytes_copy(arena, buf_bytes(&packed));
}

static void expect_corrupt(struct bytes entry, struct bytes body)
{
    struct record record = {.position = {77}};
    struct error error;

    expect_status(
        record_decode(third, entry, body, arena, &record, &error), STATUS_CORRUPT, &error);
    expect(text_starts_with(text_from(error.text), text_lit("position 2: ")));
    expect_int64(record.position.value, 77);
}

static void expect_entry_refused(struct entry entry)
{
    expect_corrupt(make_entry_bytes(&entry), make_body_bytes(make_fields()));
}

static void an_entry_has_exactly_these_bytes(void)
{
    struct entry entry = make_entry();

    expect_text(
        hex_encode(arena, make_entry_bytes(&entry)),
        "dc00110102"
        "c41011111111111111111111111111111111"
        "c41022222222222222222222222222222222"
        "cf0006474846204000"
        "ac7461736b2e63726561746564"
        "01"
        "c41033333333333333333333333333333333"
        "01"
        "c41044444444444444444444444444444444"
        "02"
        "c41055555555555555555555555555555555"
        "c41066666666666666666666666666666666"
        "c41077777777777777777777777777777777"
        "c0"
        "01"
        "c420dd00000000000000000000000000000000000000000000000000000000000000");
}

static void a_body_is_salt_then_a_map_of_what_is_there(void)
{
    static const uint8_t fields[] = {0x80};

    expect_text(
        hex_encode(arena, make_body_bytes((struct bytes){fields, sizeof(fields)})),
        "0102030405060708090a0b0c0d0e0f10"
        "82"
        "01"
        "817992c403090909c0"
        "03c40180");
}

static void a_record_comes_back_as_it_was_stored(void)
{
    struct entry entry = make_entry();
    struct bytes fields = make_fields();
    const struct task_created *event;
    struct record record;
    struct error error;

    expect_ok(
        record_decode(
            third, make_entry_bytes(&entry), make_body_bytes(fields), arena, &record, &error),
        &error);
    expect_int64(record.position.value, 2);
    expect(shape_equal(&entry_shape, &record.entry, &entry));
    expect(record.type == &task_created_event);
    expect(record.has_body);
    expect(bytes_equal(record.body.fields, fields));
    expect_int64(record.body.origin->address.box.size, 3);
    event = record.event;
    expect(uuid_equal(event->task_id, make_id(0x33)));
    expect_text(event->type, "shell.exec");
    expect_int64(record_actor(&record).kind, ACTOR_USER);
    expect(uuid_equal(record_actor(&record).id, make_id(0x55)));
}

static void a_dropped_body_leaves_the_entry_and_an_absent_event(void)
{
    struct entry entry = make_entry();
    const struct task_created *event;
    struct record record;
    struct error error;

    expect_ok(
        record_decode(
            third, make_entry_bytes(&entry), (struct bytes){NULL, 0}, arena, &record, &error),
        &error);
    expect(!record.has_body);
    expect(record.type == &task_created_event);
    event = record.event;
    expect(!uuid_is_present(event->task_id));
    expect(!text_is_present(event->type));
}

static void expect_unknown(struct entry entry)
{
    struct record record;
    struct error error;

    expect_ok(
        record_decode(
            third, make_entry_bytes(&entry), make_body_bytes(make_fields()), arena, &record,
            &error),
        &error);
    expect(record.type == NULL);
    expect(record.event == NULL);
    expect(record.has_body);
    expect(text_equal(record.entry.type, entry.type));
}

static void an_unknown_type_is_kept_but_not_decoded(void)
{
    struct entry entry = make_entry();

    entry.type = text_lit("task.teleported");
    expect_unknown(entry);
}

static void a_schema_of_tomorrow_is_an_unknown_type(void)
{
    struct entry entry = make_entry();

    entry.schema = 2;
    expect_unknown(entry);
}

static void an_entry_at_another_position_is_damage(void)
{
    struct entry entry = make_entry();

    entry.position = 3;
    expect_entry_refused(entry);
    entry.position = -1;
    expect_entry_refused(entry);
}

/* The format, 1, in two bytes: the value is the same. */
static void an_entry_in_another_form_is_damage(void)
{
    enum { HEAD = 3 };
    struct entry entry = make_entry();
    struct bytes packed = make_entry_bytes(&entry);
    AUTO_BUF other = {0};

    buf_init(&other, ENTRY_MAX_BYTES);
    buf_add(&other, packed.data, HEAD);
    buf_add_u8(&other, 0xcc);
    buf_add(&other, packed.data + HEAD, packed.size - HEAD);
    expect_corrupt(buf_bytes(&other), make_body_bytes(make_fields()));
}

static void impossible_members_are_damage(void)
{
    struct entry entry = make_entry();

    entry.format = 2;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.event_id = UUID_NONE;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.stream = UUID_NONE;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.recorded_at.us = 0;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.type = (struct text){NULL, 0};
    expect_entry_refused(entry);
    entry = make_entry();
    entry.schema = 0;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.revision = 0;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.actor_kind = 7;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.outcome = 0;
    expect_entry_refused(entry);
    entry = make_entry();
    entry.body_digest.size = 31;
    expect_entry_refused(entry);
}

static void an_entry_cut_short_or_prolonged_is_damage(void)
{
    struct entry entry = make_entry();
    struct bytes whole = make_entry_bytes(&entry);
    struct bytes body = make_body_bytes(make_fields());
    uint8_t *longer = arena_take(arena, whole.size + 1);

    memcpy(longer, whole.data, whole.size);
    for (size_t size = 0; size < whole.size; size++)
        expect_corrupt((struct bytes){whole.data, size}, body);
    expect_corrupt((struct bytes){longer, whole.size + 1}, body);
}

static void a_body_cut_short_or_prolonged_is_damage(void)
{
    struct entry entry = make_entry();
    struct bytes packed = make_entry_bytes(&entry);
    struct bytes whole = make_body_bytes(make_fields());
    uint8_t *longer = arena_take(arena, whole.size + 1);

    memcpy(longer, whole.data, whole.size);
    for (size_t size = 0; size < whole.size; size++)
        expect_corrupt(packed, (struct bytes){whole.data, size});
    expect_corrupt(packed, (struct bytes){longer, whole.size + 1});
}

static void fields_that_do_not_fit_their_type_are_damage(void)
{
    static const uint8_t no_map[] = {0xc0};
    struct entry entry = make_entry();

    expect_corrupt(
        make_entry_bytes(&entry), make_body_bytes((struct bytes){no_map, sizeof(no_map)}));
}

static void what_is_longer_than_any_limit_is_damage(void)
{
    struct entry entry = make_entry();
    uint8_t *large = arena_take(arena, BODY_MAX_BYTES + 1);

    expect_corrupt((struct bytes){large, ENTRY_MAX_BYTES + 1}, (struct bytes){NULL, 0});
    expect_corrupt(make_entry_bytes(&entry), (struct bytes){large, BODY_MAX_BYTES + 1});
}

/* A type whose first schema counted minutes, its second seconds, its third has a name besides. */
struct nap_1 {
    int64_t minutes;
};
struct nap_2 {
    int64_t seconds;
};
struct nap {
    int64_t seconds;
    struct text sleeper;
};

static const struct field nap_1_fields[] = {{INT64(nap_1, minutes), .tag = 1, .doc = "How long."}};
static const struct field nap_2_fields[] = {{INT64(nap_2, seconds), .tag = 2, .doc = "How long."}};
static const struct field nap_fields[] = {
    {INT64(nap, seconds), .tag = 2, .doc = "How long."},
    {TEXT(nap, sleeper), .tag = 3, .doc = "Who."},
};
static const struct shape nap_1_shape = SHAPE(nap_1, "Schema 1.");
static const struct shape nap_2_shape = SHAPE(nap_2, "Schema 2.");
static const struct shape nap_shape = SHAPE(nap, "Schema 3.");
static const struct event_type nap_event = {
    .name = "nap.taken", .schema = 3, .shape = &nap_shape, .doc = "Somebody slept."};

static void raise_nap_1(const void *old, struct arena *in, void *raised)
{
    const struct nap_1 *nap = old;

    (void)in;
    ((struct nap_2 *)raised)->seconds = nap->minutes * 60;
}

static void raise_nap_2(const void *old, struct arena *in, void *raised)
{
    const struct nap_2 *nap = old;

    ((struct nap *)raised)->seconds = nap->seconds;
    ((struct nap *)raised)->sleeper = text_copy(in, text_lit("somebody"));
}

static const struct upcast nap_upcasts[] = {
    {"nap.taken", 1, &nap_1_shape, raise_nap_1},
    {"nap.taken", 2, &nap_2_shape, raise_nap_2},
    {NULL, 0, NULL, NULL},
};

static struct bytes make_packed(const struct shape *shape, const void *value)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, 1000);
    shape_pack(shape, value, &packed);
    return bytes_copy(arena, buf_bytes(&packed));
}

static void expect_nap(int64_t schema, struct bytes fields, int64_t seconds, const char *sleeper)
{
    const void *out = NULL;
    const struct nap *nap;
    struct error error;

    expect_ok(upcast_decode(nap_upcasts, &nap_event, schema, fields, arena, &out, &error), &error);
    nap = out;
    expect_int64(nap->seconds, seconds);
    expect_text(nap->sleeper, sleeper);
}

static void old_schemas_are_raised_step_by_step(void)
{
    const struct nap_1 first = {2};
    const struct nap_2 second = {90};
    const struct nap newest = {30, TEXT_OF("cat")};

    expect_nap(1, make_packed(&nap_1_shape, &first), 120, "somebody");
    expect_nap(2, make_packed(&nap_2_shape, &second), 90, "somebody");
    expect_nap(3, make_packed(&nap_shape, &newest), 30, "cat");
}

static void a_schema_without_an_upcaster_is_reported(void)
{
    const struct nap_1 first = {2};
    const void *out = NULL;
    struct error error;

    expect_status(
        upcast_decode(
            nap_upcasts + 1, &nap_event, 1, make_packed(&nap_1_shape, &first), arena, &out, &error),
        STATUS_CORRUPT, &error);
    expect(out == NULL);
}

static const struct test tests[] = {
    TEST(an_entry_has_exactly_these_bytes),
    TEST(a_body_is_salt_then_a_map_of_what_is_there),
    TEST(a_record_comes_back_as_it_was_stored),
    TEST(a_dropped_body_leaves_the_entry_and_an_absent_event),
    TEST(an_unknown_type_is_kept_but_not_decoded),
    TEST(a_schema_of_tomorrow_is_an_unknown_type),
    TEST(an_entry_at_another_position_is_damage),
    TEST(an_entry_in_another_form_is_damage),
    TEST(impossible_members_are_damage),
    TEST(an_entry_cut_short_or_prolonged_is_damage),
    TEST(a_body_cut_short_or_prolonged_is_damage),
    TEST(fields_that_do_not_fit_their_type_are_damage),
    TEST(what_is_longer_than_any_limit_is_damage),
    TEST(old_schemas_are_raised_step_by_step),
    TEST(a_schema_without_an_upcaster_is_reported),
};

const struct suite test_record_suite =
    SUITE_WITH("eventlog/record", tests, .set_up = set_up, .tear_down = tear_down);
