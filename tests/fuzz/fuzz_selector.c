/*
 * Selectors. One that is read holds where each of its conditions does, and no sign of it escapes from its marks in the
 * query that says the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/label/selector.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct label labels[] = {
    {TEXT_OF("a"), TEXT_OF("b")},
    {TEXT_OF("agent/os"), TEXT_OF("linux")},
    {TEXT_OF("env"), TEXT_OF("")},
};

static void check_conditions(const struct selector *selector, struct list set)
{
    bool all = true;

    must(selector->count > 0);
    for (size_t i = 0; i < selector->count; i++) {
        struct selector one = {.count = 1};
        one.conditions[0] = selector->conditions[i];
        must(label_is_any_key(one.conditions[0].key));
        for (size_t n = 0; n < one.conditions[0].value_count; n++)
            must(label_is_value(one.conditions[0].values[n]));
        all = all && selector_matches(&one, set);
    }
    must(selector_matches(selector, set) == all);
}

/* Between marks, what a label may have; outside, what a query is made of. */
static void check_query(struct text query)
{
    bool is_quoted = false;

    for (size_t i = 0; i < query.size; i++) {
        char c = query.data[i];
        if (c == '\'')
            is_quoted = !is_quoted;
        else
            must((memchr(" ()!|&", c, 6) == NULL) == is_quoted && c != '\\');
    }
    must(!is_quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4 << 20);
    struct list set = {labels, COUNT_OF(labels)};
    struct text why = {NULL, 0};
    struct selector selector;

    if (!selector_read((struct text){(const char *)data, size}, arena, &selector, &why)) {
        must(why.size > 0);
        return 0;
    }
    check_conditions(&selector, set);
    check_query(selector_query(&selector, arena));
    return 0;
}
