/*
 * Mail addresses. The first byte chooses: an even one takes the rest as an address, an odd one makes
 * one of parts that are told apart with difficulty: letters of several scripts, marks that join the
 * letter before, what cannot be seen, labels in the spelling of DNS. What is accepted has one form,
 * however it is written: read again, decomposed, in capitals, it is the same account.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_check.h"
#include "core/unicode/unicode.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20, LONGEST_ADDRESS = 254, LONGEST_INPUT = 2 * UNICODE_LONGEST };

/* clang-format off */
static const char *const parts[] = {
    "@", ".", "a", "z", "I", "7", "-", "+", "_", "'", "xn--", "xn--bcher-kva", "xn--nxasmm1c",
    ".example", "@b.example", "ä", "Ä", "a\u0308", "e\u0301", "\u0300", "\u0307", "ß", "ẞ", "İ",
    "ı", "K", "Å", "ﬁ", "ｅ", "＠", "。", "а", "о", "Я", "σ", "ς", "Σ", "ή", "ב", "ع", "९", "山",
    "ー", "한", "\u1100\u1161", "\u200d", "\u200c", "\u00ad", "\u2060", "\u202e", "\ufeff",
    "\u0345", "\u0130\u0301", "ǆ", "\u1e9b\u0323", "\u212b", "\U0001d41a", "\U0001f600",
    "\u0344", "\u0340", "\u2126",
};
/* clang-format on */

static struct text made_of_parts(struct arena *arena, const uint8_t *chosen, size_t count)
{
    AUTO_BUF made = {0};

    buf_init(&made, LONGEST_INPUT);
    for (size_t i = 0; i < count; i++)
        buf_add_text(&made, text_from(parts[chosen[i] % COUNT_OF(parts)]));
    return text_copy(arena, buf_text(&made));
}

static void expect_form(struct arena *arena, struct text written, bool is_lowered, struct text form)
{
    struct text again = {NULL, 0};

    must(shape_email_read(arena, written, is_lowered, &again) == NULL);
    must(text_equal(again, form));
}

/* It fits SMTP, and nothing in it is left to chance. */
static void check_form(struct arena *arena, struct text form, bool is_lowered)
{
    size_t at = text_find(form, '@', 0);
    struct text domain = text_slice(form, at + 1, form.size);

    must(form.size <= LONGEST_ADDRESS && text_is_printable(form, false));
    must(at > 0 && at < form.size && text_find(form, '@', at + 1) == form.size);
    must(unicode_is_ascii(domain) && text_equal(domain, text_lower(arena, domain)));
    must(domain.size > 0 && domain.data[domain.size - 1] != '.');
    must(text_equal(form, unicode_composed(arena, form)));
    must(!is_lowered || text_equal(form, unicode_lowered(arena, form)));
    expect_form(arena, form, is_lowered, form);
}

static void read_address(struct arena *arena, struct text written)
{
    struct text as_written = {NULL, 0};
    struct text lowered = {NULL, 0};
    const char *problem = shape_email_read(arena, written, true, &lowered);

    if (problem == NULL)
        check_form(arena, lowered, true);
    if (shape_email_read(arena, written, false, &as_written) != NULL)
        return;
    check_form(arena, as_written, false);
    if (problem == NULL)
        expect_form(arena, as_written, true, lowered);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text written;

    if (size < 2 || size > LONGEST_INPUT)
        return 0;
    if (data[0] % 2 == 0)
        written = (struct text){(const char *)data + 1, size - 1};
    else
        written = made_of_parts(arena, data + 1, size - 1);
    if (text_is_clean_utf8(written)) /* a shape has looked before */
        read_address(arena, written);
    return 0;
}
