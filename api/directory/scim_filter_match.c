/*
 * Whether a user passes a filter. Texts are compared by their letters whatever their case, in every script, but for
 * attributes whose case counts; times as they are shown, to the millisecond.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_filter.h"
#include "core/unicode/unicode.h"

static bool is_assigned(const struct scim_value *value)
{
    return text_is_present(value->text) || value->flag.is != 0 || timestamp_is_present(value->time);
}

static bool passes_order(enum scim_operator is, int order)
{
    switch (is) {
    case SCIM_EQ:
        return order == 0;
    case SCIM_NE:
        return order != 0;
    case SCIM_GT:
        return order > 0;
    case SCIM_GE:
        return order >= 0;
    case SCIM_LT:
        return order < 0;
    case SCIM_LE:
        return order <= 0;
    case SCIM_CO:
    case SCIM_SW:
    case SCIM_EW:
    case SCIM_PR:
    case SCIM_OPERATOR_COUNT:
        break;
    }
    return false;
}

static bool passes_text(enum scim_operator is, struct text has, struct text wanted)
{
    if (is == SCIM_CO)
        return text_contains(has, wanted);
    if (is == SCIM_SW)
        return text_starts_with(has, wanted);
    if (is == SCIM_EW)
        return text_ends_with(has, wanted);
    return passes_order(is, text_compare(has, wanted));
}

/* Longer than any name: as it is. */
static struct text folded(struct arena *arena, struct text text)
{
    struct text small = unicode_folded(arena, text);

    return text_is_present(small) ? small : text;
}

static int64_t milliseconds(struct timestamp time)
{
    return time.us / US_PER_MS;
}

static bool
passes_comparison(struct arena *arena, const struct scim_filter *filter, const struct scim_row *row)
{
    struct scim_value has = scim_user_value(arena, row, filter->attribute);
    int64_t late;

    if (filter->is == SCIM_PR)
        return is_assigned(&has);
    if (!is_assigned(&has) || !is_assigned(&filter->value))
        return (is_assigned(&has) == is_assigned(&filter->value)) == (filter->is == SCIM_EQ) &&
               (filter->is == SCIM_EQ || filter->is == SCIM_NE);
    if (has.flag.is != 0)
        return (has.flag.is == filter->value.flag.is) == (filter->is == SCIM_EQ);
    if (timestamp_is_present(has.time)) {
        late = milliseconds(has.time) - milliseconds(filter->value.time);
        return passes_order(filter->is, (late > 0) - (late < 0));
    }
    if (scim_user_attributes[filter->attribute].is_case_exact)
        return passes_text(filter->is, has.text, filter->value.text);
    return passes_text(filter->is, folded(arena, has.text), folded(arena, filter->value.text));
}

bool scim_filter_passes(
    struct arena *arena, const struct scim_filter *filter, const struct scim_row *row)
{
    if (filter == NULL)
        return true;
    switch (filter->kind) {
    case SCIM_COMPARISON:
        return passes_comparison(arena, filter, row);
    case SCIM_AND:
        return scim_filter_passes(arena, filter->left, row) &&
               scim_filter_passes(arena, filter->right, row);
    case SCIM_OR:
        return scim_filter_passes(arena, filter->left, row) ||
               scim_filter_passes(arena, filter->right, row);
    case SCIM_NOT:
        break;
    }
    return !scim_filter_passes(arena, filter->left, row);
}

static bool is_key(const struct scim_filter *filter)
{
    return filter->kind == SCIM_COMPARISON && filter->is == SCIM_EQ &&
           text_is_present(filter->value.text) &&
           (filter->attribute == SCIM_USER_ID || filter->attribute == SCIM_USER_EXTERNAL_ID ||
            filter->attribute == SCIM_USER_NAME || filter->attribute == SCIM_USER_EMAILS_VALUE);
}

const struct scim_filter *scim_filter_key(const struct scim_filter *filter)
{
    const struct scim_filter *key;

    if (filter == NULL || is_key(filter))
        return filter;
    if (filter->kind != SCIM_AND)
        return NULL;
    key = scim_filter_key(filter->left);
    return key != NULL ? key : scim_filter_key(filter->right);
}
