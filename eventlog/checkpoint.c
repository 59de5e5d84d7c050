/*
 * The text of checkpoints.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/checkpoint.h"

#include "core/base/encode.h"
#include "core/base/must.h"

#include <inttypes.h>
#include <string.h>

struct text checkpoint_text(struct arena *arena, const struct checkpoint *checkpoint)
{
    struct text root = base64_encode(arena, (struct bytes){checkpoint->root.bytes, DIGEST_SIZE});

    must(note_name_is_valid(checkpoint->origin));
    return text_format(
        arena, "%.*s\n%" PRIu64 "\n%.*s\n", TEXT_ARGS(checkpoint->origin), checkpoint->size,
        TEXT_ARGS(root));
}

/* Decimal without leading zeros, as RFC 6962 sizes are written. */
static bool parse_size(struct text line, uint64_t *out)
{
    int64_t value;

    if (line.size == 0 || (line.size > 1 && line.data[0] == '0') || line.data[0] == '-')
        return false;
    if (!text_to_int64(line, &value))
        return false;
    *out = (uint64_t)value;
    return true;
}

bool checkpoint_parse(struct arena *arena, struct text text, struct checkpoint *out)
{
    struct text rest = text;
    struct checkpoint read = {.origin = text_cut(&rest, '\n')};
    struct text size = text_cut(&rest, '\n');
    struct text root = text_cut(&rest, '\n');
    struct bytes raw;

    if (!note_name_is_valid(read.origin) || !text_is_present(rest))
        return false;
    if (!parse_size(size, &read.size))
        return false;
    if (!base64_decode(arena, root, &raw) || raw.size != DIGEST_SIZE)
        return false;
    memcpy(read.root.bytes, raw.data, DIGEST_SIZE);
    *out = read;
    return true;
}

bool checkpoint_verify(
    struct arena *arena, struct text note, const struct note_keys *keys, struct checkpoint *out)
{
    struct checkpoint read;
    struct text text;

    if (!note_verify_any(arena, note, keys, &text) || !checkpoint_parse(arena, text, &read) ||
        !text_equal(read.origin, keys->keys[0].name))
        return false;
    *out = read;
    return true;
}
