/*
 * The form of a workspace's short name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/slug.h"

static bool is_small_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool slug_is_valid(struct text t)
{
    char before = '-';

    for (size_t i = 0; i < t.size; i++) {
        if (!is_small_or_digit(t.data[i]) && (t.data[i] != '-' || before == '-'))
            return false;
        before = t.data[i];
    }
    return before != '-';
}
