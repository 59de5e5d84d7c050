/*
 * The write model: what is stored is read at once, survives a commit, and goes with the program
 * that folded it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/model.h"
#include "tests/support/expect.h"

#include <string.h>

enum { ARENA_BYTES = 1 << 20 };

struct lamp {
    struct text colour;
    int64_t watts;
};

static const struct field lamp_fields[] = {
    {TEXT(lamp, colour), .tag = 1, .doc = "Its colour."},
    {INT64(lamp, watts), .tag = 2, .doc = "What it takes."},
};
static const struct shape lamp_shape = SHAPE(lamp, "A lamp.");

static const struct aggregate lamps = {1, "lamp", &lamp_shape};
static const struct aggregate other_lamps = {2, "other_lamp", &lamp_shape};

static const struct digest program = {{1, 2, 3}};

static struct uuid id_of(uint8_t n)
{
    return (struct uuid){{n, 0, 0, 0, 0, 0, 0x80, 0, 0x80}};
}

static struct model *make_model(const char *directory, struct digest fingerprint)
{
    struct model *model = NULL;
    struct error error;

    expect_ok(model_open(directory, fingerprint, &model, &error), &error);
    return model;
}

static struct timer timer_at(int64_t kind, uint8_t id, int64_t due_us)
{
    return (struct timer){kind, id_of(id), {due_us}};
}

static void given_timer(struct model *model, int64_t kind, uint8_t id, int64_t due_us)
{
    struct timer timer = timer_at(kind, id, due_us);

    model_set_timer(model, &timer);
}

static void given_commit(struct model *model, uint64_t size)
{
    struct digest root = {{(uint8_t)size}};
    struct error error;

    model_mark(model, size, root);
    must(model_commit(model, &error) == STATUS_OK);
}

static void expect_lamp(const struct model *model, struct uuid id, const char *colour)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct lamp lamp;

    expect(model_load(model, &lamps, id, arena, &lamp));
    expect_text(lamp.colour, colour);
}

static void what_is_stored_is_read_at_once_and_after_a_commit(void)
{
    const char *directory = make_directory();
    struct model *model = make_model(directory, program);
    struct lamp lamp = {text_lit("red"), 40};
    struct lamp none;
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    model_store(model, &lamps, id_of(1), &lamp);
    expect_lamp(model, id_of(1), "red");
    expect(!model_load(model, &lamps, id_of(2), arena, &none));
    expect(!model_load(model, &other_lamps, id_of(1), arena, &none));
    given_commit(model, 7);
    expect_lamp(model, id_of(1), "red");
    model_close(model);

    model = make_model(directory, program);
    expect_int64(model_size(model), 7);
    expect_int64(model_root(model).bytes[0], 7);
    expect_lamp(model, id_of(1), "red");
    model_remove(model, &lamps, id_of(1));
    model_remove(model, &lamps, id_of(9));
    expect(!model_load(model, &lamps, id_of(1), arena, &none));
    model_close(model);
}

static void what_was_not_committed_is_gone_after_closing(void)
{
    const char *directory = make_directory();
    struct model *model = make_model(directory, program);
    struct uuid holder;

    given_commit(model, 3);
    expect(model_claim(model, 1, bytes_of_text(text_lit("a")), id_of(1)));
    model_mark(model, 4, (struct digest){{4}});
    model_close(model);

    model = make_model(directory, program);
    expect_int64(model_size(model), 3);
    expect(!model_holder(model, 1, bytes_of_text(text_lit("a")), &holder));
    model_close(model);
}

static void another_program_starts_empty(void)
{
    const char *directory = make_directory();
    struct model *model = make_model(directory, program);
    struct lamp lamp = {text_lit("red"), 40};
    struct digest another = program;
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    model_store(model, &lamps, id_of(1), &lamp);
    given_commit(model, 7);
    model_close(model);

    another.bytes[31] = 1;
    model = make_model(directory, another);
    expect_int64(model_size(model), 0);
    expect(!model_load(model, &lamps, id_of(1), arena, &lamp));
    model_close(model);
}

static void a_model_opened_to_read_is_left_as_it_is(void)
{
    const char *directory = make_directory();
    const struct digest another = {{9}};
    struct model *model = make_model(directory, program);
    struct lamp lamp = {text_lit("red"), 40};
    struct error error;

    model_store(model, &lamps, id_of(1), &lamp);
    given_commit(model, 7);
    model_close(model);
    model = NULL;
    expect_status(model_open_to_read(directory, another, &model, &error), STATUS_NOT_FOUND, &error);
    expect_ok(model_open_to_read(directory, program, &model, &error), &error);
    expect_int64(model_size(model), 7);
    expect_lamp(model, id_of(1), "red");
    model_close(model);
}

static void clearing_leaves_nothing(void)
{
    struct model *model = make_model(make_directory(), program);
    struct model *fresh = make_model(make_directory(), program);
    struct lamp lamp = {text_lit("red"), 40};
    struct digest a;
    struct digest b;
    struct error error;

    model_store(model, &lamps, id_of(1), &lamp);
    model_set_revision(model, id_of(1), 5);
    given_timer(model, 1, 1, 5);
    given_commit(model, 7);
    expect_ok(model_clear(model, &error), &error);
    expect_int64(model_size(model), 0);
    a = model_digest(model);
    b = model_digest(fresh);
    expect(memcmp(a.bytes, b.bytes, DIGEST_SIZE) == 0);
    model_close(model);
    model_close(fresh);
}

struct meter {
    struct uuid owner;
    int64_t count;
};
static const struct field meter_fields[] = {
    {UUID(meter, owner), .tag = 1, .doc = "Whose it is."},
    {INT64(meter, count), .tag = 2, .doc = "What it counted."},
};
static const struct shape meter_shape = SHAPE(meter, "A state of ids and numbers alone.");
static const struct aggregate meters = {3, "meter", &meter_shape};
static const struct aggregate other_meters = {4, "other_meter", &meter_shape};

static void
given_meter(struct model *model, const struct aggregate *type, uint8_t id, int64_t count)
{
    struct meter meter = {id_of(9), count};

    model_store(model, type, id_of(id), &meter);
}

/* Twice, because the second answer may come from elsewhere. */
static void
expect_meter(struct model *model, const struct aggregate *type, uint8_t id, int64_t count)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    for (int i = 0; i < 2; i++) {
        struct meter meter = {.count = 0};
        expect(model_load(model, type, id_of(id), arena, &meter));
        expect(uuid_equal(meter.owner, id_of(9)));
        expect_int64(meter.count, count);
    }
}

static void the_newest_state_is_read_whatever_was_read_before(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct model *model = make_model(make_directory(), program);
    struct meter none;
    struct error error;

    given_meter(model, &meters, 1, 10);
    expect_meter(model, &meters, 1, 10);
    given_meter(model, &meters, 2, 20);
    given_meter(model, &other_meters, 2, 30);
    expect_meter(model, &meters, 2, 20);
    expect_meter(model, &meters, 1, 10);
    expect_meter(model, &other_meters, 2, 30);
    given_meter(model, &meters, 1, INT64_ABSENT);
    expect_meter(model, &meters, 1, INT64_ABSENT);
    model_remove(model, &meters, id_of(1));
    expect(!model_load(model, &meters, id_of(1), arena, &none));
    expect_meter(model, &meters, 2, 20);
    model_remove(model, &other_meters, id_of(2));
    expect_meter(model, &meters, 2, 20);
    expect_ok(model_clear(model, &error), &error);
    expect(!model_load(model, &meters, id_of(2), arena, &none));
    model_close(model);
}

static void the_first_holder_keeps_a_claim_until_it_is_released(void)
{
    struct model *model = make_model(make_directory(), program);
    struct bytes name = bytes_of_text(text_lit("fleet"));
    struct uuid holder = UUID_NONE;

    expect(model_claim(model, 1, name, id_of(1)));
    expect(model_claim(model, 1, name, id_of(1)));
    expect(!model_claim(model, 1, name, id_of(2)));
    expect(model_claim(model, 2, name, id_of(2)));
    expect(model_holder(model, 1, name, &holder));
    expect(uuid_equal(holder, id_of(1)));
    model_release(model, 1, name);
    expect(!model_holder(model, 1, name, &holder));
    expect(model_claim(model, 1, name, id_of(2)));
    model_close(model);
}

static void claims_of_any_length_are_told_apart(void)
{
    struct model *model = make_model(make_directory(), program);
    uint8_t name[2000] = {0};
    struct uuid holder;

    for (size_t size = 0; size < sizeof(name); size = size < 300 ? size + 1 : size + 700)
        expect(model_claim(model, 1, (struct bytes){name, size}, id_of((uint8_t)(size % 200 + 1))));
    expect(model_holder(model, 1, (struct bytes){name, 256}, &holder));
    expect(uuid_equal(holder, id_of(57)));
    name[255] = 1;
    expect(!model_holder(model, 1, (struct bytes){name, 256}, &holder));
    expect(model_holder(model, 1, (struct bytes){name, 255}, &holder));
    model_close(model);
}

static void links_are_walked_in_order_and_apart_by_kind_and_origin(void)
{
    struct model *model = make_model(make_directory(), program);
    struct uuid at = UUID_NONE;
    uint64_t value = 0;
    uint8_t wanted[] = {2, 5, 9};

    model_link(model, 1, id_of(1), id_of(9), 90);
    model_link(model, 1, id_of(1), id_of(2), 20);
    model_link(model, 1, id_of(1), id_of(5), 49);
    model_link(model, 1, id_of(1), id_of(5), 50);
    model_link(model, 1, id_of(1), id_of(7), 70);
    model_unlink(model, 1, id_of(1), id_of(7));
    model_link(model, 1, id_of(2), id_of(3), 1);
    model_link(model, 2, id_of(1), id_of(4), 1);
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        expect(model_next_link(model, 1, id_of(1), at, &at, &value));
        expect(uuid_equal(at, id_of(wanted[i])));
        expect_int64(value, wanted[i] * 10);
    }
    expect(!model_next_link(model, 1, id_of(1), at, &at, NULL));
    expect(!model_next_link(model, 3, id_of(1), UUID_NONE, &at, NULL));
    expect(model_linked(model, 1, id_of(1), id_of(5), &value));
    expect_int64(value, 50);
    expect(!model_linked(model, 1, id_of(1), id_of(7), NULL));
    model_close(model);
}

static void links_are_counted_until_there_is_one_too_many(void)
{
    struct model *model = make_model(make_directory(), program);

    for (uint8_t i = 1; i <= 4; i++)
        model_link(model, 1, id_of(1), id_of(i), 0);
    model_link(model, 1, id_of(2), id_of(5), 0);
    expect_int64(model_count_links(model, 1, id_of(1), 9), 4);
    expect_int64(model_count_links(model, 1, id_of(1), 4), 4);
    expect_int64(model_count_links(model, 1, id_of(1), 2), 3);
    expect_int64(model_count_links(model, 1, id_of(3), 9), 0);
    model_close(model);
}

static void timers_come_in_the_order_of_their_time_within_their_kind(void)
{
    struct model *model = make_model(make_directory(), program);
    struct timer timer = {.kind = 1};
    const uint8_t wanted[] = {2, 1, 4};

    given_timer(model, 1, 1, 200);
    given_timer(model, 1, 2, 150);
    given_timer(model, 1, 4, 200);
    given_timer(model, 0x0100, 5, 1);
    given_timer(model, 2, 3, 50);
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        expect(model_next_timer(model, &timer, &timer));
        expect(uuid_equal(timer.id, id_of(wanted[i])));
    }
    expect_int64(timer.due.us, 200);
    expect_int64(timer.kind, 1);
    expect(!model_next_timer(model, &timer, &timer));
    timer = (struct timer){.kind = 0x0100};
    expect(model_next_timer(model, &timer, &timer));
    expect(!model_next_timer(model, &timer, &timer));
    model_close(model);
}

static void a_timer_that_was_cleared_is_gone_and_clearing_it_again_does_nothing(void)
{
    struct model *model = make_model(make_directory(), program);
    struct timer timer = timer_at(1, 1, 100);
    struct timer at_another_time = timer_at(1, 1, 101);
    struct timer found = {.kind = 1};

    model_set_timer(model, &timer);
    model_set_timer(model, &timer);
    expect(model_has_timer(model, &timer));
    expect(!model_has_timer(model, &at_another_time));
    model_clear_timer(model, &at_another_time);
    expect(model_has_timer(model, &timer));
    model_clear_timer(model, &timer);
    model_clear_timer(model, &timer);
    expect(!model_has_timer(model, &timer));
    expect(!model_next_timer(model, &found, &found));
    model_close(model);
}

static void a_stream_has_the_revision_that_was_set(void)
{
    struct model *model = make_model(make_directory(), program);

    expect_int64(model_revision(model, id_of(1)), 0);
    model_set_revision(model, id_of(1), 1);
    model_set_revision(model, id_of(1), 70000);
    expect_int64(model_revision(model, id_of(1)), 70000);
    expect_int64(model_revision(model, id_of(2)), 0);
    model_close(model);
}

static struct idempotency_record make_idempotency_record(uint64_t first)
{
    return (struct idempotency_record){
        .request = {{(uint8_t)first, 9}}, .first = {first}, .count = 3, .subject = id_of(8)};
}

static void a_command_is_recalled_as_it_was_remembered(void)
{
    struct model *model = make_model(make_directory(), program);
    struct idempotency_record idempotency_record = make_idempotency_record(1000);
    struct idempotency_record recalled;

    model_remember(model, id_of(1), (struct timestamp){5}, &idempotency_record);
    expect(model_recall(model, id_of(1), &recalled));
    expect(memcmp(recalled.request.bytes, idempotency_record.request.bytes, DIGEST_SIZE) == 0);
    expect_int64(recalled.first.value, 1000);
    expect_int64(recalled.count, 3);
    expect(uuid_equal(recalled.subject, id_of(8)));
    expect(!model_recall(model, id_of(2), &recalled));
    model_close(model);
}

static void old_commands_are_forgotten_sixty_four_at_a_time(void)
{
    struct model *model = make_model(make_directory(), program);
    struct idempotency_record recalled = make_idempotency_record(1);

    for (uint8_t i = 1; i <= 100; i++)
        model_remember(model, id_of(i), (struct timestamp){i}, &recalled);
    model_prune(model, (struct timestamp){91});
    expect(!model_recall(model, id_of(64), &recalled));
    expect(model_recall(model, id_of(65), &recalled));
    model_prune(model, (struct timestamp){91});
    expect(!model_recall(model, id_of(90), &recalled));
    expect(model_recall(model, id_of(91), &recalled));
    model_prune(model, (struct timestamp){91});
    expect(model_recall(model, id_of(91), &recalled));
    model_close(model);
}

static void a_command_remembered_again_is_kept_by_its_newest_timestamp(void)
{
    struct model *model = make_model(make_directory(), program);
    struct idempotency_record recalled = make_idempotency_record(1);

    model_remember(model, id_of(1), (struct timestamp){1}, &recalled);
    model_remember(model, id_of(1), (struct timestamp){100}, &recalled);
    model_prune(model, (struct timestamp){50});
    expect(model_recall(model, id_of(1), &recalled));
    model_prune(model, (struct timestamp){101});
    expect(!model_recall(model, id_of(1), &recalled));
    model_close(model);
}

struct differences {
    struct buf tables;
    size_t count;
};

static void note_difference(const char *table, struct bytes key, void *context)
{
    struct differences *differences = context;

    expect(key.size > 0);
    buf_add_c(&differences->tables, table);
    buf_add_char(&differences->tables, ' ');
    differences->count++;
}

static void given_folded(struct model *model)
{
    struct lamp lamp = {text_lit("red"), 40};
    struct idempotency_record idempotency_record = make_idempotency_record(1);

    for (uint8_t i = 1; i < 40; i++) {
        model_store(model, &lamps, id_of(i), &lamp);
        model_set_revision(model, id_of(i), i);
        given_timer(model, 1, i, i);
        model_remember(model, id_of(i), (struct timestamp){i}, &idempotency_record);
        model_link(model, 1, id_of(1), id_of(i), i);
        must(model_claim(model, 1, (struct bytes){&i, 1}, id_of(i)));
    }
}

static void equal_folds_are_equal_and_every_table_counts(void)
{
    struct model *a = make_model(make_directory(), program);
    struct model *b = make_model(make_directory(), program);
    struct differences none = {.count = 0};
    struct differences found = {.count = 0};
    struct digest before;
    struct digest after;
    uint8_t name = 200;

    buf_init(&none.tables, 1024);
    buf_init(&found.tables, 1024);
    given_folded(a);
    given_folded(b);
    given_commit(b, 9);
    expect(model_compare(a, b, note_difference, &none));
    expect_int64(none.count, 0);
    before = model_digest(a);
    after = model_digest(b);
    expect(memcmp(before.bytes, after.bytes, DIGEST_SIZE) == 0);

    model_remove(b, &lamps, id_of(20));
    model_set_revision(b, id_of(21), 99);
    given_timer(b, 1, 22, 99);
    model_link(b, 1, id_of(1), id_of(77), 1);
    expect(model_claim(b, 1, (struct bytes){&name, 1}, id_of(1)));
    expect(!model_compare(a, b, note_difference, &found));
    expect_text(buf_text(&found.tables), "state claims links timers streams ");
    after = model_digest(b);
    expect(memcmp(before.bytes, after.bytes, DIGEST_SIZE) != 0);
    buf_fini(&none.tables);
    buf_fini(&found.tables);
    model_close(a);
    model_close(b);
}

static const struct test tests[] = {
    TEST(what_is_stored_is_read_at_once_and_after_a_commit),
    TEST(what_was_not_committed_is_gone_after_closing),
    TEST(another_program_starts_empty),
    TEST(a_model_opened_to_read_is_left_as_it_is),
    TEST(clearing_leaves_nothing),
    TEST(the_newest_state_is_read_whatever_was_read_before),
    TEST(the_first_holder_keeps_a_claim_until_it_is_released),
    TEST(claims_of_any_length_are_told_apart),
    TEST(links_are_walked_in_order_and_apart_by_kind_and_origin),
    TEST(links_are_counted_until_there_is_one_too_many),
    TEST(timers_come_in_the_order_of_their_time_within_their_kind),
    TEST(a_timer_that_was_cleared_is_gone_and_clearing_it_again_does_nothing),
    TEST(a_stream_has_the_revision_that_was_set),
    TEST(a_command_is_recalled_as_it_was_remembered),
    TEST(old_commands_are_forgotten_sixty_four_at_a_time),
    TEST(a_command_remembered_again_is_kept_by_its_newest_timestamp),
    TEST(equal_folds_are_equal_and_every_table_counts),
};
const struct suite test_model_suite = SUITE("eventlog/model", tests);
