/*
 * Checkpoints and signed notes against C2SP's vectors, and against ones that golang.org/x/mod
 * accepted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "eventlog/checkpoint.h"
#include "tests/support/expect.h"

#include <string.h>

#define ORIGIN "audit.example.com/ws/demo"
#define DASH   "\xE2\x80\x94 "

static const struct text vkey =
    TEXT_OF(ORIGIN "+7ee0fd96+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
static const struct text text_of_3 =
    TEXT_OF(ORIGIN "\n3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n");
static const struct text signature_of_3 =
    TEXT_OF(DASH ORIGIN " fuD9lnVHXZngMGT588xv9/HY5kYLm10ENusCuD8DNCVaPx2Y/lF6sMTtCaQlvJZgSz8KVa8o"
                        "1CzU4quogHG5iMvCsgY=\n");
static const struct text witness_of_3 = TEXT_OF(
    DASH "witness.example.com/w1 lpmAzwAAAABpVbkAPCdoBxWZy2PVNx19gPVMJ0v0ZyEtHzRo+P1kcMwY+sw8"
         "Ak1XQkjG4aV2qHB43LK4vBVMVHF3C7Ngh3MO2kGhAw==\n");

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static void make_seed(uint8_t out[32])
{
    for (int i = 0; i < 32; i++)
        out[i] = (uint8_t)i;
}

static struct digest make_root(const char *base64)
{
    struct bytes raw = {NULL, 0};
    struct digest root;

    must(base64_decode(arena, text_from(base64), &raw) && raw.size == DIGEST_SIZE);
    memcpy(root.bytes, raw.data, DIGEST_SIZE);
    return root;
}

static struct note_key make_key(struct text text)
{
    struct note_key key = {.name = {NULL, 0}};

    must(note_key_parse(arena, text, &key));
    return key;
}

static struct text make_note(struct text text, struct text signatures)
{
    return text_format(arena, "%.*s\n%.*s", TEXT_ARGS(text), TEXT_ARGS(signatures));
}

static void a_checkpoint_is_three_lines(void)
{
    const struct checkpoint checkpoint = {
        text_lit(ORIGIN), 3, make_root("2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=")};

    expect(text_equal(checkpoint_text(arena, &checkpoint), text_of_3));
}

static void a_checkpoint_can_be_read_again(void)
{
    struct checkpoint read = {.size = 0};
    struct digest root = make_root("2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=");

    expect(checkpoint_parse(arena, text_of_3, &read));
    expect_text(read.origin, ORIGIN);
    expect_int64(read.size, 3);
    expect(memcmp(read.root.bytes, root.bytes, DIGEST_SIZE) == 0);
}

static void what_is_no_checkpoint_is_refused(void)
{
    static const char *const malformed[] = {
        "",
        "a\n",
        "a\n3\n",
        "a\n3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=",
        "\n3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n",
        "a b\n3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n",
        "a\n03\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n",
        "a\n-3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n",
        "a\n\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n",
        "a\n3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtg==\n",
        "a\n3\nnot base64\n",
    };
    struct checkpoint read = {.size = 77};

    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect(!checkpoint_parse(arena, text_from(malformed[i]), &read));
    expect_int64(read.size, 77);
}

static void extension_lines_are_ignored(void)
{
    struct checkpoint read = {.size = 77};
    struct text text = text_lit("a\n0\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\nmore\n");

    expect(checkpoint_parse(arena, text, &read));
    expect_int64(read.size, 0);
}

static void a_key_has_the_published_id_and_text(void)
{
    struct note_key key = {.name = text_lit(ORIGIN)};
    uint8_t seed[32];

    make_seed(seed);
    ed25519_public(seed, key.public_key);
    expect_int64(note_key_id(&key), 0x7ee0fd96);
    expect(text_equal(note_key_text(arena, &key), vkey));
}

static void a_key_can_be_read_from_its_text(void)
{
    struct note_key key = make_key(vkey);

    expect_text(key.name, ORIGIN);
    expect_text(
        hex_encode(arena, (struct bytes){key.public_key, 32}),
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
}

static void a_malformed_key_is_refused(void)
{
    static const char *const malformed[] = {
        "",
        "name",
        "name+7ee0fd96",
        ORIGIN "+7ee0fd97+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        ORIGIN "+7EE0FD96+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "other+7ee0fd96+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        ORIGIN "+7ee0fd96+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        ORIGIN "+7ee0fd96+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTE=",
    };
    struct note_key key;

    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect(!note_key_parse(arena, text_from(malformed[i]), &key));
}

static void a_note_is_signed_as_published(void)
{
    struct note_seed seed;

    make_seed(seed.bytes);
    expect(text_equal(
        note_sign(arena, text_of_3, text_lit(ORIGIN), &seed, 1),
        make_note(text_of_3, signature_of_3)));
}

static void size_7_is_signed_as_published(void)
{
    const struct checkpoint checkpoint = {
        text_lit(ORIGIN), 7, make_root("gTvaOkIAD4KUtqlU6oN5LC3vrmUkbvdgr5/dU699Rjg=")};
    struct note_seed seed;
    struct text note;

    make_seed(seed.bytes);
    note = note_sign(arena, checkpoint_text(arena, &checkpoint), text_lit(ORIGIN), &seed, 1);
    expect(text_ends_with(
        note,
        text_lit(" fuD9ltdI1e29wfU5lPZN9c9rgt0paWry8v2V1n6xEbPDkvZ8s4CGrPKNB69BP29iaOI3zuerjDMg"
                 "VTcNkZhSkIIMsAM=\n")));
}

static void each_of_several_keys_signs_a_note(void)
{
    struct note_seed seeds[2] = {{{1}}, {{2}}};
    struct text note = note_sign(arena, text_of_3, text_lit(ORIGIN), seeds, COUNT_OF(seeds));
    struct note_key stranger = {.name = text_lit(ORIGIN)};
    struct text text;

    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        struct note_key key = {.name = text_lit(ORIGIN)};
        ed25519_public(seeds[i].bytes, key.public_key);
        expect(note_verify(arena, note, &key, &text));
        expect(text_equal(text, text_of_3));
    }
    expect(!note_verify(arena, note, &stranger, &text));
}

static void a_signed_note_verifies_and_gives_its_text(void)
{
    struct note_key key = make_key(vkey);
    struct text text = {NULL, 0};

    expect(note_verify(arena, make_note(text_of_3, signature_of_3), &key, &text));
    expect(text_equal(text, text_of_3));
}

static void the_vector_of_the_specification_verifies(void)
{
    struct note_key key =
        make_key(text_lit("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
    struct text note = text_lit(
        "This is an example message.\n\n" DASH
        "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
        "mFXmRKuwHjG1Yu72IneyaQM=\n");
    struct text text = {NULL, 0};

    expect(note_verify(arena, note, &key, &text));
    expect_text(text, "This is an example message.\n");
}

static void signatures_of_others_are_ignored(void)
{
    struct note_key key = make_key(vkey);
    struct text both =
        text_format(arena, "%.*s%.*s", TEXT_ARGS(witness_of_3), TEXT_ARGS(signature_of_3));
    struct text text = {NULL, 0};

    expect(note_verify(arena, make_note(text_of_3, both), &key, &text));
    expect(!note_verify(arena, make_note(text_of_3, witness_of_3), &key, &text));
}

static void a_changed_text_or_signature_is_refused(void)
{
    struct note_key key = make_key(vkey);
    struct text note = make_note(text_of_3, signature_of_3);
    struct text text = text_lit("untouched");

    for (size_t i = 0; i < note.size; i++) {
        struct text copy = text_copy(arena, note);
        char *changed = arena_take(arena, copy.size);
        memcpy(changed, copy.data, copy.size);
        changed[i] ^= 1;
        expect(!note_verify(arena, (struct text){changed, copy.size}, &key, &text));
    }
    expect_text(text, "untouched");
}

static void one_bad_signature_by_the_key_spoils_the_note(void)
{
    struct note_key key = make_key(vkey);
    struct text of_7 =
        text_lit(DASH ORIGIN
                 " fuD9ltdI1e29wfU5lPZN9c9rgt0paWry8v2V1n6xEbPDkvZ8s4CGrPKNB69BP29iaOI3zuerjDMgVTcN"
                 "kZhSkIIMsAM=\n");
    struct text both = text_format(arena, "%.*s%.*s", TEXT_ARGS(signature_of_3), TEXT_ARGS(of_7));
    struct text text;

    expect(!note_verify(arena, make_note(text_of_3, both), &key, &text));
}

static void a_malformed_note_is_refused(void)
{
    struct note_key key = make_key(vkey);
    struct text whole = make_note(text_of_3, signature_of_3);
    struct text text;

    expect(!note_verify(arena, text_lit(""), &key, &text));
    expect(!note_verify(arena, text_lit("\n\n"), &key, &text));
    expect(!note_verify(arena, text_of_3, &key, &text));
    expect(!note_verify(arena, text_slice(whole, 0, whole.size - 1), &key, &text));
    expect(!note_verify(arena, make_note(text_of_3, text_lit("")), &key, &text));
    expect(!note_verify(
        arena, text_format(arena, "%.*s- x AAAAAAAA\n", TEXT_ARGS(whole)), &key, &text));
}

static void more_signatures_than_anyone_needs_are_refused(void)
{
    struct note_key key = make_key(vkey);
    struct text lines = signature_of_3;
    struct text text;

    for (int i = 1; i < NOTE_MAX_SIGNATURES; i++)
        lines = text_format(arena, "%.*s%.*s", TEXT_ARGS(signature_of_3), TEXT_ARGS(lines));
    expect(note_verify(arena, make_note(text_of_3, lines), &key, &text));
    lines = text_format(arena, "%.*s%.*s", TEXT_ARGS(signature_of_3), TEXT_ARGS(lines));
    expect(!note_verify(arena, make_note(text_of_3, lines), &key, &text));
}

/* As made by another log signer of the same name. */
static struct text signed_by(uint8_t first_byte, struct note_key *out)
{
    struct note_seed seed = {{first_byte}};
    struct text note = note_sign(arena, text_of_3, text_lit(ORIGIN), &seed, 1);

    out->name = text_lit(ORIGIN);
    ed25519_public(seed.bytes, out->public_key);
    return text_slice(note, text_of_3.size + 1, note.size);
}

static void while_keys_change_either_of_them_will_do(void)
{
    struct note_keys both = {.keys = {make_key(vkey)}, .count = 2};
    struct note_key stranger;
    struct text by_new = signed_by(7, &both.keys[1]);
    struct text by_stranger = signed_by(8, &stranger);
    struct text lines = text_format(
        arena, "%.*s%.*s%.*s", TEXT_ARGS(by_stranger), TEXT_ARGS(signature_of_3),
        TEXT_ARGS(by_new));
    struct checkpoint read = {.size = 0};

    expect(checkpoint_verify(arena, make_note(text_of_3, signature_of_3), &both, &read));
    expect_int64(read.size, 3);
    expect(checkpoint_verify(arena, make_note(text_of_3, by_new), &both, &read));
    expect(checkpoint_verify(arena, make_note(text_of_3, lines), &both, &read));
    expect(!checkpoint_verify(arena, make_note(text_of_3, by_stranger), &both, &read));
}

static void one_bad_signature_by_any_known_key_spoils_the_note(void)
{
    struct note_keys both = {.keys = {make_key(vkey)}, .count = 2};
    struct text by_new = signed_by(7, &both.keys[1]);
    struct text lines =
        text_format(arena, "%.*s%.*s", TEXT_ARGS(signature_of_3), TEXT_ARGS(by_new));
    struct text note = make_note(text_of_3, lines);
    char *changed = arena_take(arena, note.size);
    struct checkpoint read;

    memcpy(changed, note.data, note.size);
    changed[note.size - 10] = changed[note.size - 10] == 'A' ? 'B' : 'A';
    expect(!checkpoint_verify(arena, (struct text){changed, note.size}, &both, &read));
    both.count = 1; /* it is nobody's, then */
    expect(checkpoint_verify(arena, (struct text){changed, note.size}, &both, &read));
}

static void a_checkpoint_of_another_log_is_none_of_this_one(void)
{
    struct note_keys key = {.keys = {make_key(vkey)}, .count = 1};
    struct note_seed seed;
    struct text other =
        text_lit("other.example\n3\n2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=\n");
    struct checkpoint read;
    struct text text;

    make_seed(seed.bytes);
    other = note_sign(arena, other, text_lit(ORIGIN), &seed, 1);
    expect(note_verify_any(arena, other, &key, &text));
    expect(!checkpoint_verify(arena, other, &key, &read));
}

static void several_keys_stand_between_white_space(void)
{
    struct note_keys keys = {.count = 0};
    struct note_key new;
    struct text list;

    (void)signed_by(7, &new);
    list = text_format(
        arena, "\n%.*s  %.*s\n", TEXT_ARGS(vkey), TEXT_ARGS(note_key_text(arena, &new)));
    expect(note_keys_parse(arena, list, &keys));
    expect_int64(keys.count, 2);
    expect_text(note_key_text(arena, &keys.keys[1]), note_key_text(arena, &new).data);
    expect(!note_keys_parse(arena, text_lit(" \n"), &keys));
    expect(!note_keys_parse(arena, text_format(arena, "%.*s x", TEXT_ARGS(vkey)), &keys));
    new.name = text_lit("another.example");
    expect(!note_keys_parse(
        arena,
        text_format(arena, "%.*s %.*s", TEXT_ARGS(vkey), TEXT_ARGS(note_key_text(arena, &new))),
        &keys));
    for (size_t i = 0; i < NOTE_MOST_KEYS; i++)
        list = text_format(arena, "%.*s %.*s", TEXT_ARGS(vkey), TEXT_ARGS(list));
    expect(!note_keys_parse(arena, list, &keys));
}

static void names_of_logs_have_no_space_and_no_plus(void)
{
    expect(note_name_is_valid(text_lit(ORIGIN)));
    expect(note_name_is_valid(text_lit("prüfung.example/α")));
    expect(!note_name_is_valid(text_lit("")));
    expect(!note_name_is_valid(text_lit("a b")));
    expect(!note_name_is_valid(text_lit("a+b")));
    expect(!note_name_is_valid(text_lit("a\nb")));
    expect(!note_name_is_valid(text_lit("a\x7f")));
    expect(!note_name_is_valid(text_lit("a\xC2\xA0")));
    expect(!note_name_is_valid(text_lit("\xE2\x80\x83")));
    expect(!note_name_is_valid(text_lit("\xE3\x80\x80")));
    expect(!note_name_is_valid(text_lit("\xFF")));
}

static const struct test tests[] = {
    TEST(a_checkpoint_is_three_lines),
    TEST(a_checkpoint_can_be_read_again),
    TEST(what_is_no_checkpoint_is_refused),
    TEST(extension_lines_are_ignored),
    TEST(a_key_has_the_published_id_and_text),
    TEST(a_key_can_be_read_from_its_text),
    TEST(a_malformed_key_is_refused),
    TEST(a_note_is_signed_as_published),
    TEST(size_7_is_signed_as_published),
    TEST(each_of_several_keys_signs_a_note),
    TEST(a_signed_note_verifies_and_gives_its_text),
    TEST(the_vector_of_the_specification_verifies),
    TEST(signatures_of_others_are_ignored),
    TEST(a_changed_text_or_signature_is_refused),
    TEST(one_bad_signature_by_the_key_spoils_the_note),
    TEST(a_malformed_note_is_refused),
    TEST(more_signatures_than_anyone_needs_are_refused),
    TEST(while_keys_change_either_of_them_will_do),
    TEST(one_bad_signature_by_any_known_key_spoils_the_note),
    TEST(a_checkpoint_of_another_log_is_none_of_this_one),
    TEST(several_keys_stand_between_white_space),
    TEST(names_of_logs_have_no_space_and_no_plus),
};

const struct suite test_checkpoint_suite =
    SUITE_WITH("eventlog/checkpoint", tests, .set_up = set_up, .tear_down = tear_down);
