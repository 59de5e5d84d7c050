/*
 * Signs and lists of HTTP's grammar.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/grammar.h"

#include <string.h>

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool http_is_token_char(char c)
{
    return is_alphanumeric(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_value_char(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

static bool is_target_char(char c)
{
    return c > 0x20 && c < 0x7f && c != '#';
}

static bool is_host_char(char c)
{
    return is_alphanumeric(c) || (c != '\0' && strchr("-._~%!$&'()*+,;=:[]", c) != NULL);
}

static bool consists_of(struct text t, bool (*is_allowed)(char c))
{
    for (size_t i = 0; i < t.size; i++) {
        if (!is_allowed(t.data[i]))
            return false;
    }
    return true;
}

bool http_is_token(struct text t)
{
    return t.size > 0 && consists_of(t, http_is_token_char);
}

bool http_is_field_value(struct text t)
{
    return consists_of(t, is_value_char);
}

bool http_is_target(struct text t)
{
    return t.size > 0 && consists_of(t, is_target_char);
}

bool http_is_host(struct text t)
{
    return consists_of(t, is_host_char);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct text http_trim(struct text t)
{
    while (t.size > 0 && is_blank(t.data[0]))
        t = text_slice(t, 1, t.size - 1);
    while (t.size > 0 && is_blank(t.data[t.size - 1]))
        t.size--;
    return t;
}

bool http_list_has(struct text list, const char *word)
{
    while (text_is_present(list)) {
        struct text item = http_trim(text_cut(&list, ','));

        if (text_equal_ignoring_case(item, text_from(word)))
            return true;
    }
    return false;
}
