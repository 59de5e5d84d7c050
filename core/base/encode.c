/*
 * Hexadecimal, Base64 and percent-encoding.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <string.h>

static const char standard_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct text hex_encode(struct arena *arena, struct bytes b)
{
    static const char digits[] = "0123456789abcdef";
    char *out = arena_take(arena, b.size * 2 + 1);

    for (size_t i = 0; i < b.size; i++) {
        out[2 * i] = digits[b.data[i] >> 4];
        out[2 * i + 1] = digits[b.data[i] & 15];
    }
    return (struct text){out, b.size * 2};
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int hex_code_unit(struct text t, size_t at)
{
    int unit = 0;

    if (t.size < 4 || at > t.size - 4)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        int digit = hex_value(t.data[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

bool hex_decode(struct arena *arena, struct text t, struct bytes *out)
{
    uint8_t *raw;

    if (t.size % 2 != 0)
        return false;
    raw = arena_take(arena, t.size / 2 + 1);
    for (size_t i = 0; i < t.size / 2; i++) {
        int high = hex_value(t.data[2 * i]);
        int low = hex_value(t.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        raw[i] = (uint8_t)(high << 4 | low);
    }
    *out = (struct bytes){raw, t.size / 2};
    return true;
}

bool percent_decode(struct arena *arena, struct text t, struct text *out)
{
    char *plain = arena_take(arena, t.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < t.size; i++) {
        int high;
        int low;

        if (t.data[i] != '%') {
            plain[size++] = t.data[i];
            continue;
        }
        high = i + 2 < t.size ? hex_value(t.data[i + 1]) : -1;
        low = high >= 0 ? hex_value(t.data[i + 2]) : -1;
        if (low < 0)
            return false;
        plain[size++] = (char)(high << 4 | low);
        i += 2;
    }
    *out = (struct text){plain, size};
    return true;
}

static struct text
encode64(struct arena *arena, struct bytes b, const char *alphabet, bool is_padded)
{
    char *out = arena_take(arena, (b.size + 2) / 3 * 4 + 1);
    size_t size = 0;

    for (size_t i = 0; i < b.size; i += 3) {
        size_t have = b.size - i < 3 ? b.size - i : 3;
        uint32_t group = (uint32_t)b.data[i] << 16;
        if (have > 1)
            group |= (uint32_t)b.data[i + 1] << 8;
        if (have > 2)
            group |= b.data[i + 2];
        for (size_t k = 0; k <= have; k++)
            out[size++] = alphabet[group >> (18 - 6 * k) & 63];
        for (size_t k = have; is_padded && k < 3; k++)
            out[size++] = '=';
    }
    return (struct text){out, size};
}

struct text base64_encode(struct arena *arena, struct bytes b)
{
    return encode64(arena, b, standard_alphabet, true);
}

struct text base64url_encode(struct arena *arena, struct bytes b)
{
    return encode64(arena, b, url_alphabet, false);
}

enum { NO_SIGN = 0xff, SIGNS = 64 };

/* What each byte stands for, so that none has to be looked for. */
static void turn_round(const char *alphabet, uint8_t values[256])
{
    memset(values, NO_SIGN, 256);
    for (int i = 0; i < SIGNS; i++)
        values[(uint8_t)alphabet[i]] = (uint8_t)i;
}

static bool decode64(struct arena *arena, struct text t, const char *alphabet, struct bytes *out)
{
    uint8_t *raw = arena_take(arena, t.size / 4 * 3 + 3);
    uint8_t values[256];
    size_t size = 0;
    uint32_t group = 0;
    int bits = 0;

    if (t.size % 4 == 1)
        return false;
    turn_round(alphabet, values);
    for (size_t i = 0; i < t.size; i++) {
        uint8_t value = values[(uint8_t)t.data[i]];
        if (value == NO_SIGN)
            return false;
        group = group << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            raw[size++] = (uint8_t)(group >> bits);
        }
    }
    if ((group & ((1U << bits) - 1)) != 0)
        return false; /* left-over bits must be zero, or two texts would mean the same bytes */
    *out = (struct bytes){raw, size};
    return true;
}

bool base64_decode(struct arena *arena, struct text t, struct bytes *out)
{
    size_t padding = 0;

    if (t.size % 4 != 0)
        return false;
    while (padding < 2 && t.size > padding && t.data[t.size - 1 - padding] == '=')
        padding++;
    return decode64(arena, text_slice(t, 0, t.size - padding), standard_alphabet, out);
}

bool base64url_decode(struct arena *arena, struct text t, struct bytes *out)
{
    return decode64(arena, t, url_alphabet, out);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void encode_percent(struct buf *out, struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        if (is_unreserved(t.data[i]))
            buf_add_char(out, t.data[i]);
        else
            buf_printf(out, "%%%02X", (unsigned char)t.data[i]);
    }
}
