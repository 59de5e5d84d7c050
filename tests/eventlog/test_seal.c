/*
 * Sealing: boxes open with their key, in their place, and never again once the key is destroyed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/origin_key.h"
#include "eventlog/seal.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct visit {
    struct uuid visitor;
    struct text room;
    struct personal name; /* with a digest */
    struct personal note;
};

static const struct field visit_fields[] = {
    {UUID(visit, visitor), .tag = 1, .doc = "Who came."},
    {TEXT(visit, room), .tag = 2, .doc = "Where to."},
    {PERSONAL(visit, name), .tag = 3, .digest = DIGEST_EMAIL, .doc = "Name of the visitor."},
    {PERSONAL(visit, note), .tag = 4, .doc = "What was said."},
};
static const struct shape visit_shape = SHAPE_WITH(visit, "Somebody came.", .subject_tag = 1);

static const struct uuid ada = {{0xa1}};
static const struct uuid ben = {{0xb2}};
static const struct uuid first_event = {{1}};
static const struct uuid second_event = {{2}};
static const struct timestamp noon = {INT64_C(1767268800) * US_PER_S};

static struct arena *arena;
static const char *home;
static struct keyring *keyring;

static struct keyring *make_keyring(const char *secret, bool is_read_only)
{
    struct keyring *made = NULL;

    must(keyring_open(home, text_from(secret), is_read_only, &made, NULL) == STATUS_OK);
    return made;
}

static void set_up(void)
{
    arena = arena_new(1 << 20);
    home = make_directory();
    keyring = make_keyring(NULL, false);
}

static void tear_down(void)
{
    keyring_close(keyring);
    keyring = NULL;
    arena_free(arena);
}

static void given_a_second_start(void)
{
    keyring_close(keyring);
    keyring = make_keyring(NULL, false);
}

static struct visit make_visit(struct uuid visitor)
{
    struct visit visit = {
        .visitor = visitor,
        .room = text_lit("17"),
        .name = {.text = text_lit(" Ada Lovelace")},
        .note = {.text = text_lit("")},
    };

    keyed_digest_personal(keyring, &visit_shape, noon, arena, &visit);
    return visit;
}

static struct visit given_a_sealed_visit(struct uuid visitor, struct uuid event_id)
{
    struct visit visit = make_visit(visitor);

    must(
        keyring_seal(keyring, &visit_shape, event_id, ben, arena, &visit, NULL) == STATUS_OK &&
        keyring_commit(keyring, NULL) == STATUS_OK);
    return visit;
}

static enum status open_visit(struct visit *visit, struct uuid event_id, struct error *error)
{
    return keyring_open_fields(keyring, &visit_shape, event_id, arena, visit, error);
}

static void expect_opens(struct visit visit, struct uuid event_id)
{
    struct error error;

    expect_ok(open_visit(&visit, event_id, &error), &error);
    expect_text(visit.name.text, " Ada Lovelace");
    expect_text(visit.note.text, "");
}

static void expect_corrupt(struct visit visit, struct uuid event_id)
{
    struct error error;

    expect_status(open_visit(&visit, event_id, &error), STATUS_CORRUPT, &error);
    expect(!text_is_present(visit.name.text) && !text_is_present(visit.note.text));
}

static void expect_forgotten(struct visit visit, struct uuid event_id)
{
    struct error error;

    expect_ok(open_visit(&visit, event_id, &error), &error);
    expect(!text_is_present(visit.name.text) && !text_is_present(visit.note.text));
}

static void sealing_leaves_a_box_and_no_text(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);

    expect(!text_is_present(visit.name.text) && !text_is_present(visit.note.text));
    expect_int64(visit.name.box.size, 16 + 8 + 12 + 16 + 13);
    expect_int64(visit.note.box.size, 16 + 8 + 12 + 16);
    expect(memcmp(visit.name.box.data, ada.bytes, 16) == 0);
    expect(memcmp(visit.name.box.data + 16, visit.note.box.data + 16, 8) == 0);
    expect(memmem(visit.name.box.data, visit.name.box.size, "Ada", 3) == NULL);
    expect_text(visit.room, "17");
}

static void what_was_sealed_opens(void)
{
    expect_opens(given_a_sealed_visit(ada, first_event), first_event);
}

static void what_was_sealed_opens_after_a_restart(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);

    given_a_second_start();
    expect_opens(visit, first_event);
    expect_opens(given_a_sealed_visit(ada, second_event), second_event);
}

static void a_reader_beside_the_writer_needs_the_commit_only(void)
{
    struct visit visit = make_visit(ada);
    struct error error;

    expect_ok(keyring_seal(keyring, &visit_shape, first_event, ben, arena, &visit, &error), &error);
    expect_forgotten(visit, first_event);
    expect_ok(keyring_commit(keyring, &error), &error);
    expect_opens(visit, first_event);
}

static void sealing_the_same_twice_gives_different_boxes(void)
{
    struct visit a = given_a_sealed_visit(ada, first_event);
    struct visit b = given_a_sealed_visit(ada, first_event);

    expect(!bytes_equal(a.name.box, b.name.box));
    expect(bytes_equal(a.name.digest, b.name.digest));
}

static void without_a_subject_of_its_own_the_fallback_is_taken(void)
{
    struct visit visit = given_a_sealed_visit(UUID_NONE, first_event);

    expect(memcmp(visit.name.box.data, ben.bytes, 16) == 0);
    expect_opens(visit, first_event);
}

static void a_box_opens_in_its_own_event_only(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    struct uuid next = first_event;

    next.bytes[15] ^= 1;
    expect_corrupt(visit, second_event);
    expect_corrupt(visit, next);
}

static void a_box_opens_in_its_own_field_only(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    struct bytes box = visit.name.box;

    visit.name.box = visit.note.box;
    visit.note.box = box;
    expect_corrupt(visit, first_event);
}

static void a_changed_box_is_damage(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);

    for (size_t i = 24; i < visit.name.box.size; i++) {
        struct visit changed = visit;
        uint8_t *copy = arena_take(arena, visit.name.box.size);
        memcpy(copy, visit.name.box.data, visit.name.box.size);
        copy[i] ^= 1;
        changed.name.box.data = copy;
        expect_corrupt(changed, first_event);
    }
}

static void a_box_under_the_name_of_another_person_is_lost(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    uint8_t *copy = arena_take(arena, visit.name.box.size);

    given_a_sealed_visit(ben, second_event);
    memcpy(copy, visit.name.box.data, visit.name.box.size);
    memcpy(copy, ben.bytes, sizeof(ben.bytes));
    visit.name.box.data = copy;
    visit.note.box = (struct bytes){NULL, 0};
    expect_forgotten(visit, first_event);
    expect_int64(keyring_lost(keyring), 1);
}

/* As if it were sealed under the first of the installation's own keys. */
static void a_box_that_names_no_subject_is_damage(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    uint8_t *copy = arena_take(arena, visit.name.box.size);

    memcpy(copy, visit.name.box.data, visit.name.box.size);
    memset(copy, 0, 23);
    copy[23] = KEY_DIGEST;
    visit.name.box.data = copy;
    expect_corrupt(visit, first_event);
}

static void a_box_cut_short_is_damage(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);

    visit.name.box.size = 51;
    expect_corrupt(visit, first_event);
    visit.name.box.size = 0;
    expect_corrupt(visit, first_event);
}

static struct text kept_name(struct bytes box, struct uuid event_id, uint16_t tag)
{
    const struct kept_box kept = {box, event_id, &visit_shape, tag};
    struct text name = {NULL, 0};
    struct error error;
    enum status status = keyring_open_box(keyring, &kept, arena, &name, &error);

    expect(status == STATUS_OK || status == STATUS_CORRUPT);
    return status == STATUS_CORRUPT ? text_lit("damaged") : name;
}

static void a_box_that_is_kept_elsewhere_opens_by_its_event_and_tag(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    struct bytes box = visit.name.box;

    expect_text(kept_name(box, first_event, 3), " Ada Lovelace");
    expect_text(kept_name(box, first_event, 4), "damaged");
    expect_text(kept_name(box, second_event, 3), "damaged");
    box.size = visit.note.box.size - 1;
    expect_text(kept_name(box, first_event, 3), "damaged");
    expect(!text_is_present(kept_name((struct bytes){NULL, 0}, first_event, 3)));
    must(forget_subject(keyring, ada, NULL) == STATUS_OK);
    expect(!text_is_present(kept_name(visit.name.box, first_event, 3)));
}

static void an_empty_text_is_known_without_its_key(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);

    expect(keyring_box_is_empty(visit.note.box) && !keyring_box_is_empty(visit.name.box));
}

static void a_destroyed_key_leaves_fields_absent(void)
{
    struct visit of_ada = given_a_sealed_visit(ada, first_event);
    struct visit of_ben = given_a_sealed_visit(ben, second_event);
    struct error error;

    expect_ok(forget_subject(keyring, ada, &error), &error);
    expect_forgotten(of_ada, first_event);
    expect_opens(of_ben, second_event);
    given_a_second_start();
    expect_forgotten(of_ada, first_event);
    expect_int64(keyring_lost(keyring), 0);
}

static void a_key_after_a_destroyed_one_opens_new_boxes_only(void)
{
    struct visit old = given_a_sealed_visit(ada, first_event);
    struct visit fresh;

    must(forget_subject(keyring, ada, NULL) == STATUS_OK);
    given_a_second_start();
    fresh = given_a_sealed_visit(ada, second_event);
    expect(memcmp(fresh.name.box.data + 16, old.name.box.data + 16, 8) != 0);
    expect_opens(fresh, second_event);
    expect_forgotten(old, first_event);
}

/* Within one run, too: what is sealed after a destruction is under another key. */
/* Keys lie in the order of their random names: the newest is first of them now and then. */
static void what_a_person_says_afterwards_can_be_forgotten_again(void)
{
    struct visit old = given_a_sealed_visit(ada, first_event);

    must(forget_subject(keyring, ada, NULL) == STATUS_OK);
    for (int i = 0; i < 12; i++) {
        struct visit fresh = given_a_sealed_visit(ada, second_event);
        expect_opens(fresh, second_event);
        expect_forgotten(old, i == 0 ? first_event : second_event);
        must(forget_subject(keyring, ada, NULL) == STATUS_OK);
        expect_forgotten(fresh, second_event);
        old = fresh;
    }
    given_a_second_start();
    expect_forgotten(old, second_event);
}

/* The file is older than the keys, or was emptied: what it never held is told apart from what was
 * destroyed, and no number is given twice. */
static void boxes_of_keys_that_the_file_never_held_are_lost(void)
{
    struct visit old = given_a_sealed_visit(ada, first_event);
    struct visit fresh;

    keyring_close(keyring);
    must(unlink(text_format(arena, "%s/keys.mdb", home).data) == 0);
    keyring = make_keyring(NULL, false);
    fresh = given_a_sealed_visit(ada, second_event);
    expect_opens(fresh, second_event);
    expect_int64(keyring_lost(keyring), 0);
    expect_forgotten(old, first_event);
    expect_int64(keyring_lost(keyring), 2);
    expect(memcmp(fresh.name.box.data + 16, old.name.box.data + 16, 8) != 0);
}

static void a_key_that_was_not_stored_yet_is_destroyed_too(void)
{
    struct visit visit = make_visit(ada);

    must(
        keyring_seal(keyring, &visit_shape, first_event, ben, arena, &visit, NULL) == STATUS_OK &&
        forget_subject(keyring, ada, NULL) == STATUS_OK &&
        keyring_commit(keyring, NULL) == STATUS_OK);
    expect_forgotten(visit, first_event);
}

static void destroying_what_was_never_there_is_no_error(void)
{
    struct error error;

    expect_ok(forget_subject(keyring, ada, &error), &error);
}

static void installation_keys_differ_and_stay(void)
{
    uint8_t before[KEY_JWT + 1][32];
    uint8_t after[32];
    struct error error;

    for (int which = KEY_DIGEST; which <= KEY_JWT; which++)
        expect_ok(
            keyring_installation_key(keyring, (enum installation_key)which, before[which], &error),
            &error);
    expect(memcmp(before[KEY_TOKEN], before[KEY_JWT], 32) != 0);
    given_a_second_start();
    for (int which = KEY_DIGEST; which <= KEY_JWT; which++) {
        expect_ok(
            keyring_installation_key(keyring, (enum installation_key)which, after, &error), &error);
        expect(memcmp(before[which], after, 32) == 0);
    }
}

static void the_own_keys_can_be_recognised(void)
{
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    uint8_t again[KEYRING_OWN_IDS_SIZE];
    uint8_t others[KEYRING_OWN_IDS_SIZE];

    keyring_own_ids(keyring, ids);
    given_a_second_start();
    keyring_own_ids(keyring, again);
    expect(memcmp(ids, again, sizeof(ids)) == 0);
    keyring_close(keyring);
    must(unlink(text_format(arena, "%s/keys.mdb", home).data) == 0);
    keyring = make_keyring(NULL, false);
    keyring_own_ids(keyring, others);
    for (size_t at = 0; at < sizeof(ids); at += 8)
        expect(memcmp(ids + at, others + at, 8) != 0);
}

static struct text secret_path(void)
{
    return text_format(arena, "%s/secret.key", home);
}

static void the_secret_file_is_for_its_owner_only(void)
{
    struct stat st;

    expect(stat(secret_path().data, &st) == 0);
    expect_int64(st.st_mode & 0777, 0600);
    expect_int64(st.st_size, 32);
}

static void expect_refused_with(const char *secret, const char *code)
{
    struct keyring *opened = NULL;
    struct error error;

    expect_status(
        keyring_open(home, text_from(secret), false, &opened, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), code);
    expect(opened == NULL);
}

static void a_secret_file_that_others_may_read_is_refused(void)
{
    keyring_close(keyring);
    keyring = NULL;
    expect(chmod(secret_path().data, 0644) == 0);
    expect_refused_with(NULL, "secret_is_open");
    expect(chmod(secret_path().data, 0600) == 0);
    keyring = make_keyring(NULL, false);
}

static void another_secret_is_refused(void)
{
    keyring_close(keyring);
    keyring = NULL;
    expect_refused_with("some other secret", "wrong_secret");
}

static void a_lost_secret_file_is_refused_and_not_made_anew(void)
{
    keyring_close(keyring);
    keyring = NULL;
    must(unlink(secret_path().data) == 0);
    expect_refused_with(NULL, "invalid_request");
    expect(access(secret_path().data, F_OK) != 0);
}

static void a_secret_file_of_another_size_is_refused(void)
{
    keyring_close(keyring);
    keyring = NULL;
    must(truncate(secret_path().data, 33) == 0);
    expect_refused_with(NULL, "invalid_request");
    must(truncate(secret_path().data, 31) == 0);
    expect_refused_with(NULL, "invalid_request");
    must(truncate(secret_path().data, 0) == 0);
    expect_refused_with(NULL, "invalid_request");
}

static void a_given_secret_needs_no_file(void)
{
    struct visit visit;

    keyring_close(keyring);
    home = make_directory();
    keyring = make_keyring("a long secret from the settings", false);
    expect(access(secret_path().data, F_OK) != 0);
    visit = given_a_sealed_visit(ada, first_event);
    keyring_close(keyring);
    keyring = make_keyring("a long secret from the settings", false);
    expect_opens(visit, first_event);
}

static void a_reader_opens_but_makes_nothing(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    struct keyring *opened = NULL;
    struct error error;

    keyring_close(keyring);
    keyring = make_keyring(NULL, true);
    expect_opens(visit, first_event);
    home = make_directory();
    expect_status(
        keyring_open(home, (struct text){NULL, 0}, true, &opened, &error), STATUS_UNAVAILABLE,
        &error);
    expect(access(secret_path().data, F_OK) != 0);
}

static void keys_in_the_file_are_wrapped(void)
{
    static uint8_t content[1 << 20];
    struct text path = text_format(arena, "%s/keys.mdb", home);
    uint8_t key[32];
    ssize_t size;
    int file;

    must(keyring_installation_key(keyring, KEY_SIGNING, key, NULL) == STATUS_OK);
    file = open(path.data, O_RDONLY | O_CLOEXEC);
    must(file >= 0);
    size = read(file, content, sizeof(content));
    close(file);
    expect(size > 4096);
    expect(memmem(content, (size_t)size, key, sizeof(key)) == NULL);
}

static void both_personal_parts_of_a_record_open(void)
{
    static const struct event_type visited = {
        .name = "test.visited", .schema = 1, .shape = &visit_shape, .doc = "For this test."};
    const struct visit visit = given_a_sealed_visit(ada, first_event);
    const struct origin_key of_ben = {ben, timestamp_month(noon)};
    struct origin origin = {.user_agent = {.text = text_lit("curl/8")}};
    struct record record = {
        .entry = {.event_id = first_event}, .type = &visited, .has_body = true, .event = &visit};
    struct error error;

    must(
        keyring_seal_origin(keyring, first_event, &of_ben, arena, &origin, NULL) == STATUS_OK &&
        keyring_commit(keyring, NULL) == STATUS_OK);
    record.body.origin = &origin;
    expect_ok(keyring_open_record(keyring, arena, &record, &error), &error);
    expect_text(record.body.origin->user_agent.text, "curl/8");
    expect(!text_is_present(record.body.origin->address.text));
    expect_text(((const struct visit *)record.event)->name.text, " Ada Lovelace");
    expect(!text_is_present(origin.user_agent.text));
}

static void given_row_removed(struct bytes name)
{
    struct store_txn *txn = NULL;

    must(store_begin(keyring->env, true, &txn, NULL) == STATUS_OK);
    must(store_delete(txn, keyring->table, name, NULL) == STATUS_OK);
    must(store_commit(&txn, NULL) == STATUS_OK);
}

/* An older keys.mdb is put back: the record knows better. */
static void a_key_that_was_destroyed_on_record_is_destroyed_again(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    struct bytes name = {visit.name.box.data, KEY_NAME_SIZE};
    uint64_t were_there = 0;
    struct error error;

    expect_opens(visit, first_event);
    keyring_forget_cached(keyring);
    expect_ok(keyring_destroy(keyring, name, &were_there, &error), &error);
    expect_int64(were_there, 1);
    expect_forgotten(visit, first_event);
    expect_ok(keyring_destroy(keyring, name, &were_there, &error), &error);
    expect_int64(were_there, 0);
}

/* One whose row is in no backup any more is forgotten, and not lost. */
static void what_was_destroyed_on_record_is_not_lost(void)
{
    struct visit visit = given_a_sealed_visit(ada, first_event);
    struct bytes name = {visit.name.box.data, KEY_NAME_SIZE};
    uint64_t were_there = 1;
    uint64_t lost = keyring_lost(keyring);
    struct error error;

    given_row_removed(name);
    expect_forgotten(visit, first_event);
    expect_int64(keyring_lost(keyring), lost + 2);
    expect_ok(keyring_destroy(keyring, name, &were_there, &error), &error);
    expect_int64(were_there, 0);
    expect_forgotten(visit, first_event);
    expect_int64(keyring_lost(keyring), lost + 2);
}

static const struct test tests[] = {
    TEST(a_key_that_was_destroyed_on_record_is_destroyed_again),
    TEST(what_was_destroyed_on_record_is_not_lost),
    TEST(sealing_leaves_a_box_and_no_text),
    TEST(what_was_sealed_opens),
    TEST(what_was_sealed_opens_after_a_restart),
    TEST(a_reader_beside_the_writer_needs_the_commit_only),
    TEST(sealing_the_same_twice_gives_different_boxes),
    TEST(without_a_subject_of_its_own_the_fallback_is_taken),
    TEST(a_box_opens_in_its_own_event_only),
    TEST(a_box_opens_in_its_own_field_only),
    TEST(a_changed_box_is_damage),
    TEST(a_box_under_the_name_of_another_person_is_lost),
    TEST(a_box_that_names_no_subject_is_damage),
    TEST(a_box_cut_short_is_damage),
    TEST(a_box_that_is_kept_elsewhere_opens_by_its_event_and_tag),
    TEST(an_empty_text_is_known_without_its_key),
    TEST(a_destroyed_key_leaves_fields_absent),
    TEST(a_key_after_a_destroyed_one_opens_new_boxes_only),
    TEST(what_a_person_says_afterwards_can_be_forgotten_again),
    TEST(boxes_of_keys_that_the_file_never_held_are_lost),
    TEST(a_key_that_was_not_stored_yet_is_destroyed_too),
    TEST(destroying_what_was_never_there_is_no_error),
    TEST(installation_keys_differ_and_stay),
    TEST(the_own_keys_can_be_recognised),
    TEST(the_secret_file_is_for_its_owner_only),
    TEST(a_secret_file_that_others_may_read_is_refused),
    TEST(another_secret_is_refused),
    TEST(a_lost_secret_file_is_refused_and_not_made_anew),
    TEST(a_secret_file_of_another_size_is_refused),
    TEST(a_given_secret_needs_no_file),
    TEST(a_reader_opens_but_makes_nothing),
    TEST(keys_in_the_file_are_wrapped),
    TEST(both_personal_parts_of_a_record_open),
};

const struct suite test_seal_suite =
    SUITE_WITH("eventlog/seal", tests, .set_up = set_up, .tear_down = tear_down);
