/*
 * What a selector means, here and to PostgreSQL. No sign of a key or a value means anything to that, so nothing is
 * escaped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/label/selector.h"

#include "core/base/buf.h"
#include "core/base/must.h"

enum { LONGEST_QUERY = 1 << 20 };

static bool names_value(const struct condition *condition, struct text value)
{
    for (size_t i = 0; i < condition->value_count; i++) {
        if (text_equal(condition->values[i], value))
            return true;
    }
    return false;
}

static bool holds(const struct condition *condition, const struct label *label)
{
    switch (condition->kind) {
    case CONDITION_HAS:
        return label != NULL;
    case CONDITION_LACKS:
        return label == NULL;
    case CONDITION_IN:
        return label != NULL && names_value(condition, label->value);
    case CONDITION_NOT_IN:
        return label == NULL || !names_value(condition, label->value);
    }
    must_fail(__FILE__, __LINE__, "a condition");
}

bool selector_matches(const struct selector *selector, struct list labels)
{
    for (size_t i = 0; i < selector->count; i++) {
        const struct condition *condition = &selector->conditions[i];
        if (!holds(condition, label_find(labels, condition->key)))
            return false;
    }
    return true;
}

/* 'env=prod', or ( 'env=prod' | 'env=test' ). */
static void add_alternatives(struct buf *out, const struct condition *condition)
{
    buf_add_c(out, "(");
    for (size_t i = 0; i < condition->value_count; i++)
        buf_printf(
            out, "%s'%.*s=%.*s'", i == 0 ? "" : " | ", TEXT_ARGS(condition->key),
            TEXT_ARGS(condition->values[i]));
    buf_add_c(out, ")");
}

struct text selector_query(const struct selector *selector, struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, LONGEST_QUERY);
    for (size_t i = 0; i < selector->count; i++) {
        const struct condition *condition = &selector->conditions[i];
        bool is_denied = condition->kind == CONDITION_LACKS || condition->kind == CONDITION_NOT_IN;
        buf_printf(&out, "%s%s", i == 0 ? "" : " & ", is_denied ? "!" : "");
        if (condition->value_count > 0)
            add_alternatives(&out, condition);
        else
            buf_printf(&out, "'%.*s'", TEXT_ARGS(condition->key));
    }
    must(!buf_is_full(&out));
    return text_copy(arena, buf_text(&out));
}
