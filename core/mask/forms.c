/*
 * Making each form of a value, in one buffer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/mask/forms.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/shape/shape_json.h"

#include <string.h>

struct making {
    struct text value;
    void (*each)(void *context, struct text form);
    void *context;
    struct arena *arena;
    struct buf *out; /* for a form that is being made */
};

static void give(const struct making *making)
{
    making->each(making->context, buf_text(making->out));
}

static void make_lines(const struct making *making)
{
    struct text rest = making->value;

    while (text_is_present(rest))
        making->each(making->context, text_cut(&rest, '\n'));
}

static void make_json(const struct making *making)
{
    struct text quoted;

    buf_clear(making->out);
    json_write_text(making->out, making->value);
    quoted = buf_text(making->out);
    making->each(making->context, text_slice(quoted, 1, quoted.size - 2));
}

/* Characters at the beginning, and at the end, that are made of bytes beside the value, too. */
static struct text without_edges(struct text encoded, size_t before, size_t size)
{
    static const size_t first[] = {0, 2, 3};
    size_t whole = size * 8 / 6;

    return text_slice(encoded, first[before], whole - first[before]);
}

static void make_base64(const struct making *making)
{
    for (size_t before = 0; before < 3; before++) {
        struct bytes bytes;
        buf_clear(making->out);
        buf_add(making->out, "\0\0", before);
        buf_add_text(making->out, making->value);
        bytes = buf_bytes(making->out);
        making->each(
            making->context,
            without_edges(base64_encode(making->arena, bytes), before, bytes.size));
        making->each(
            making->context,
            without_edges(base64url_encode(making->arena, bytes), before, bytes.size));
    }
}

struct percent_coding {
    const char *kept; /* beside letters and digits */
    const char *digits;
    bool is_plus_blank;
};

static const struct percent_coding percent_codings[] = {
    {"-._~", "0123456789ABCDEF", false},      {"-._~", "0123456789abcdef", false},
    {"-._~", "0123456789ABCDEF", true},       {"-._~/", "0123456789ABCDEF", false},
    {"-._~!'()*", "0123456789ABCDEF", false}, /* encodeURIComponent */
};

static bool is_kept(const struct percent_coding *coding, char c)
{
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

    return is_letter || (c >= '0' && c <= '9') || (c != '\0' && strchr(coding->kept, c) != NULL);
}

static void add_digits(struct buf *out, char c, const char *digits)
{
    buf_add_char(out, digits[(uint8_t)c >> 4]);
    buf_add_char(out, digits[(uint8_t)c & 15]);
}

static void make_percent(const struct making *making, const struct percent_coding *coding)
{
    buf_clear(making->out);
    for (size_t i = 0; i < making->value.size; i++) {
        char c = making->value.data[i];
        if (is_kept(coding, c)) {
            buf_add_char(making->out, c);
        } else if (coding->is_plus_blank && c == ' ') {
            buf_add_char(making->out, '+');
        } else {
            buf_add_char(making->out, '%');
            add_digits(making->out, c, coding->digits);
        }
    }
    give(making);
}

static void make_hex(const struct making *making, const char *digits)
{
    buf_clear(making->out);
    for (size_t i = 0; i < making->value.size; i++)
        add_digits(making->out, making->value.data[i], digits);
    give(making);
}

void forms_each(struct text value, void (*each)(void *context, struct text form), void *context)
{
    AUTO_BUF out = {0};
    AUTO_ARENA arena = arena_new(16 * value.size + 4096);
    const struct making making = {value, each, context, arena, &out};

    arena_keep_secret(arena);
    buf_init(&out, 8 * value.size + 64);
    each(context, value);
    make_lines(&making);
    make_json(&making);
    make_base64(&making);
    for (size_t i = 0; i < COUNT_OF(percent_codings); i++)
        make_percent(&making, &percent_codings[i]);
    make_hex(&making, "0123456789abcdef");
    make_hex(&making, "0123456789ABCDEF");
    explicit_bzero(out.data, out.capacity);
}
