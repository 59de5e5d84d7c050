/*
 * What looks like a mail address: local@domain.tld. The local part may hold letters of any script;
 * the domain consists of labels, the last one without digits. Whether it exists, only mail tells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"

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

bool shape_email_is_valid(struct text t)
{
    size_t at = text_find(t, '@', 0);

    if (at == t.size || text_length(t) > LONGEST_ADDRESS)
        return false;
    return is_local(text_slice(t, 0, at)) && is_domain(text_slice(t, at + 1, t.size));
}
