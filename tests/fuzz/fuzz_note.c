/*
 * What others sign: the first byte chooses. Keys and checkpoints that are read are written and read to the
 * same; a text that we sign is verified, whatever stands below it; of a note that is not ours nothing is taken
 * for signed but a text that stands in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/checkpoint.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME "audit.example.com/ws/demo"

static const struct note_seed seed = {{0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                       11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                       22, 23, 24, 25, 26, 27, 28, 29, 30, 31}};

static struct note_keys ours(void)
{
    struct note_keys keys = {.keys = {{.name = TEXT_OF(NAME)}}, .count = 1};

    ed25519_public(seed.bytes, keys.keys[0].public_key);
    return keys;
}

static void read_keys(struct arena *arena, struct text text)
{
    struct note_keys keys;
    struct note_key again;

    if (!note_keys_parse(arena, text, &keys))
        return;
    must(keys.count > 0 && keys.count <= NOTE_MOST_KEYS);
    for (size_t i = 0; i < keys.count; i++) {
        must(note_key_parse(arena, note_key_text(arena, &keys.keys[i]), &again));
        must(memcmp(again.public_key, keys.keys[i].public_key, sizeof(again.public_key)) == 0);
    }
}

static void read_checkpoint(struct arena *arena, struct text text)
{
    struct checkpoint checkpoint;
    struct checkpoint again;

    if (!checkpoint_parse(arena, text, &checkpoint))
        return;
    must(text_starts_with(text, checkpoint_text(arena, &checkpoint)));
    must(checkpoint_parse(arena, checkpoint_text(arena, &checkpoint), &again));
    must(again.size == checkpoint.size && text_equal(again.origin, checkpoint.origin));
}

static void verify(struct arena *arena, struct text note)
{
    const struct note_keys keys = ours();
    struct text text;

    if (!note_verify_any(arena, note, &keys, &text))
        return;
    must(text.data == note.data && text.size < note.size);
    must(note_verify(arena, note, &keys.keys[0], &text));
}

/* A line end more: the signature of the last line stands behind the last empty line. */
static void sign(struct arena *arena, struct text rest)
{
    struct text signed_text = text_cut(&rest, '\0');
    struct text note;
    struct text text;
    const struct note_keys keys = ours();

    for (size_t i = 0; i < signed_text.size; i++) {
        if ((unsigned char)signed_text.data[i] < ' ' && signed_text.data[i] != '\n')
            return;
    }
    if (!text_is_clean_utf8(signed_text) || signed_text.size > 1000)
        return;
    signed_text = text_format(arena, "%.*s\n", TEXT_ARGS(signed_text));
    note = note_sign(arena, signed_text, text_lit(NAME), &seed, 1);
    must(note_verify_any(arena, note, &keys, &text) && text_equal(text, signed_text));
    verify(arena, text_format(arena, "%.*s%.*s", TEXT_ARGS(note), TEXT_ARGS(rest)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const ways[])(struct arena *, struct text) = {
        read_keys, read_checkpoint, verify, sign};
    AUTO_ARENA arena = arena_new(4 << 20);

    if (size > 0)
        ways[data[0] % COUNT_OF(ways)](
            arena, text_copy(arena, (struct text){(const char *)data + 1, size - 1}));
    return 0;
}
