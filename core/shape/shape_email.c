/*
 * Mail addresses: local@domain.tld, in the one form that stands for all ways of writing it. The local
 * part may hold letters of any script, as long as nobody can take them for others; the domain is
 * turned into what DNS knows, labels of ASCII, the last one without digits. Whether it exists, only
 * mail tells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"
#include "core/unicode/unicode.h"

#include <string.h>

enum { LONGEST_ADDRESS = 254, LONGEST_LOCAL = 64, LONGEST_LABEL = 63, SHORTEST_TLD = 2 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_local_char(char c)
{
    return is_letter(c) || is_digit(c) || (c != '\0' && strchr(".!#$%&'*+/=?^_`{|}~-", c) != NULL);
}

/* A dot stands between others, never alone, first or last. */
static bool dots_stand_between(struct text t)
{
    return t.size > 0 && t.data[0] != '.' && t.data[t.size - 1] != '.' &&
           !text_contains(t, text_lit(".."));
}

static bool is_local(struct text t)
{
    if (t.size > LONGEST_LOCAL || !dots_stand_between(t))
        return false;
    for (size_t i = 0; i < t.size; i++) {
        if (!is_local_char(t.data[i]))
            return false;
    }
    return true;
}

static bool is_label(struct text t)
{
    if (t.size == 0 || t.size > LONGEST_LABEL || t.data[0] == '-' || t.data[t.size - 1] == '-')
        return false;
    for (size_t i = 0; i < t.size; i++) {
        if (!is_letter(t.data[i]) && !is_digit(t.data[i]) && t.data[i] != '-')
            return false;
    }
    return true;
}

static bool is_top_level(struct text t)
{
    /* "xn--…" is how other scripts are spelled there, digits and hyphens included. */
    if (text_starts_with(t, text_lit("xn--")))
        return true;
    for (size_t i = 0; i < t.size; i++) {
        if (!is_letter(t.data[i]))
            return false;
    }
    return t.size >= SHORTEST_TLD;
}

static bool is_domain(struct text t)
{
    struct text last = {NULL, 0};
    size_t labels = 0;

    while (text_is_present(t)) {
        last = text_cut(&t, '.');
        if (!is_label(last))
            return false;
        labels++;
    }
    return labels >= 2 && is_top_level(last);
}

static struct text canonical_domain(struct arena *arena, struct text domain)
{
    if (unicode_is_ascii(domain) && !text_contains(domain, text_lit("xn--")))
        return text_lower(arena, domain);
    return unicode_domain(arena, domain);
}

const char *shape_email_read(struct arena *arena, struct text t, bool is_lowered, struct text *out)
{
    size_t at = text_find(t, '@', 0);
    struct text local;
    struct text domain;

    if (at == t.size || t.size > UNICODE_LONGEST)
        return "must be an email";
    local = unicode_composed(arena, text_slice(t, 0, at));
    local = is_lowered ? unicode_lowered(arena, local) : local;
    domain = canonical_domain(arena, text_lower(arena, text_slice(t, at + 1, t.size)));
    if (!is_local(local) || !is_domain(domain) || local.size + 1 + domain.size > LONGEST_ADDRESS)
        return "must be an email";
    if (!unicode_is_unmistakable(local))
        return "must not have letters that can be taken for others";
    *out = text_format(arena, "%.*s@%.*s", TEXT_ARGS(local), TEXT_ARGS(domain));
    return NULL;
}
