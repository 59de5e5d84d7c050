/*
 * Masking: a value, a byte that says where the text is cut in two, and the text. Nothing of the value that is as long as a
 * window is left, and JSON stays JSON.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/mask/mask.h"
#include "core/shape/json_check.h"
#include "core/shape/shape_json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST_VALUE = 64, LONGEST_TEXT = 2048, WINDOW = 16 };

/* Then what is left may be the sign's. */
static bool has_part_of_sign(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (memchr(MASK_SIGN, value.data[i], sizeof(MASK_SIGN) - 1) != NULL)
            return true;
    }
    return false;
}

static struct text without_line_ends(struct arena *arena, struct text t)
{
    char *kept = arena_take(arena, t.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < t.size; i++) {
        if (t.data[i] != '\n' && t.data[i] != '\r')
            kept[size++] = t.data[i];
    }
    return (struct text){kept, size};
}

static void expect_nothing_left(struct arena *arena, struct text value, struct text masked)
{
    struct text pure = without_line_ends(arena, value);
    struct text left = without_line_ends(arena, masked);
    size_t length = pure.size < WINDOW ? pure.size : WINDOW;

    for (size_t i = 0; length >= MASK_LEAST && i + length <= pure.size; i++)
        must(!text_contains(left, text_slice(pure, i, length)));
}

static struct text in_two(struct arena *arena, const struct mask *mask, struct text t, size_t at)
{
    struct mask_carry carry = {0, 0};
    struct text first = mask_text(mask, &carry, arena, text_slice(t, 0, at));
    struct text second = mask_text(mask, &carry, arena, text_slice(t, at, t.size));

    return text_format(arena, "%.*s%.*s", TEXT_ARGS(first), TEXT_ARGS(second));
}

static void check_json(struct arena *arena, const struct mask *mask, struct text t)
{
    struct text compact;
    struct error error;

    if (json_compact(t, arena, &compact, &error) == STATUS_OK)
        must(json_is_valid(mask_json(mask, arena, (struct json){compact}).text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(8 << 20);
    struct text rest = {(const char *)data, size < LONGEST_TEXT ? size : LONGEST_TEXT};
    struct text value = text_first_bytes(text_cut(&rest, '\t'), LONGEST_VALUE);
    struct mask *mask;

    if (!text_is_present(rest) || rest.size < 2 || memchr(data, '\0', size) != NULL ||
        has_part_of_sign(value))
        return 0;
    mask = mask_new();
    mask_add(mask, value);
    expect_nothing_left(arena, value, mask_text(mask, NULL, arena, rest));
    (void)in_two(arena, mask, rest, (uint8_t)rest.data[0] % rest.size);
    check_json(arena, mask, rest);
    mask_free(mask);
    return 0;
}
