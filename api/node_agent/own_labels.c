/*
 * Reading the setting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/own_labels.h"

#include "core/label/label.h"

/* The next of "key=value" behind commas; false where there is none left. */
static bool next(struct text *rest, struct label *out)
{
    struct text value;

    if (!text_is_present(*rest))
        return false;
    value = text_trim(text_cut(rest, ','));
    out->key = text_trim(text_cut(&value, '='));
    out->value = text_trim(value);
    return true;
}

bool own_labels_are_valid(struct text setting)
{
    struct label label;
    size_t count = 0;

    if (text_trim(setting).size == 0)
        return true;
    while (next(&setting, &label)) {
        if (!text_is_present(label.value) || !label_is_key(label.key) ||
            !label_is_value(label.value))
            return false;
        count++;
    }
    return count <= LABEL_MOST_REPORTED;
}

struct json own_labels_read(struct text setting, struct arena *arena)
{
    struct label *labels = arena_array(arena, LABEL_MOST_REPORTED, sizeof(*labels));
    size_t count = 0;

    if (!text_is_present(setting))
        return (struct json){{NULL, 0}};
    if (text_trim(setting).size > 0) {
        while (count < LABEL_MOST_REPORTED && next(&setting, &labels[count]))
            count++;
    }
    return label_set_json(arena, (struct list){labels, label_sort(labels, count)});
}
