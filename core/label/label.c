/*
 * Sets of labels: what may stand in one, changing one, and their forms in JSON and in PostgreSQL. No sign of
 * a key or a value has a meaning in either, so nothing is ever escaped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/label/label.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/json_peek.h"

#include <string.h>

enum { LARGEST_FORM = 1 << 20 };

static const struct field label_fields[] = {
    {TEXT(label, key), .tag = 1, .flags = REQUIRED, .doc = "Key of the label."},
    {TEXT(label, value), .tag = 2, .flags = REQUIRED, .doc = "Value of the label; may be empty."},
};
const struct shape label_shape = SHAPE(label, "A label.");

static bool is_small_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_mark(char c)
{
    return c == '.' || c == '_' || c == '-';
}

bool label_is_key(struct text key)
{
    if (key.size == 0 || key.size > LABEL_LONGEST_KEY || !is_small_or_digit(key.data[0]))
        return false;
    for (size_t i = 1; i < key.size; i++) {
        if (!is_small_or_digit(key.data[i]) && !is_mark(key.data[i]))
            return false;
    }
    return true;
}

bool label_is_any_key(struct text key)
{
    struct text prefix = text_lit(LABEL_AGENT_PREFIX);

    return label_is_key(
        text_starts_with(key, prefix) ? text_slice(key, prefix.size, key.size) : key);
}

bool label_is_value(struct text value)
{
    if (value.size > LABEL_LONGEST_VALUE)
        return false;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (!is_small_or_digit(c) && !(c >= 'A' && c <= 'Z') && !is_mark(c))
            return false;
    }
    return true;
}

bool label_is_reported(const struct label *label)
{
    return text_starts_with(label->key, text_lit(LABEL_AGENT_PREFIX));
}

const struct label *label_find(struct list labels, struct text key)
{
    const struct label *all = labels.items;
    size_t from = 0;
    size_t to = labels.count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = text_compare(all[middle].key, key);
        if (order == 0)
            return &all[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

/* By insertion: sets are small, and mostly in order. */
size_t label_sort(struct label *labels, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct label label = labels[i];
        size_t at = kept;
        while (at > 0 && text_compare(labels[at - 1].key, label.key) > 0)
            at--;
        if (at > 0 && text_equal(labels[at - 1].key, label.key)) {
            labels[at - 1] = label;
            continue;
        }
        memmove(&labels[at + 1], &labels[at], (kept - at) * sizeof(*labels));
        labels[at] = label;
        kept++;
    }
    return kept;
}

/* Objects that are being written. */

static void begin(struct buf *out)
{
    buf_init(out, LARGEST_FORM);
    buf_add_char(out, '{');
}

static void add_key(struct buf *out, struct text key)
{
    buf_printf(out, "%s\"%.*s\":", out->size == 1 ? "" : ",", TEXT_ARGS(key));
}

static void add_label(struct buf *out, const struct label *label)
{
    add_key(out, label->key);
    buf_printf(out, "\"%.*s\"", TEXT_ARGS(label->value));
}

static struct json end(struct buf *out, struct arena *arena)
{
    buf_add_char(out, '}');
    must(!buf_is_full(out));
    return (struct json){text_copy(arena, buf_text(out))};
}

struct json label_set_json(struct arena *arena, struct list labels)
{
    const struct label *all = labels.items;
    AUTO_BUF out = {0};

    begin(&out);
    for (size_t i = 0; i < labels.count; i++)
        add_label(&out, &all[i]);
    return end(&out, arena);
}

struct json label_set_changes(struct arena *arena, struct list from, struct list to)
{
    const struct label *old = from.items;
    const struct label *new = to.items;
    AUTO_BUF out = {0};

    begin(&out);
    for (size_t i = 0; i < to.count; i++) {
        const struct label *known = label_find(from, new[i].key);
        if (known == NULL || !text_equal(known->value, new[i].value))
            add_label(&out, &new[i]);
    }
    for (size_t i = 0; i < from.count; i++) {
        if (label_find(to, old[i].key) != NULL)
            continue;
        add_key(&out, old[i].key);
        buf_add_c(&out, "null");
    }
    return out.size == 1 ? (struct json){{NULL, 0}} : end(&out, arena);
}

static size_t count_members(struct arena *arena, struct text object)
{
    struct text name;
    struct text value;
    size_t at = 0;
    size_t count = 0;

    while (json_peek_pair(arena, object, &at, &name, &value))
        count++;
    return count;
}

struct list label_set_patched(struct arena *arena, struct list labels, struct json changes)
{
    size_t most = labels.count + count_members(arena, changes.text);
    struct label *patched = arena_array(arena, most, sizeof(*patched));
    struct text key;
    struct text value;
    size_t at = 0;
    size_t count = 0;
    size_t kept = 0;

    for (; count < labels.count; count++)
        patched[count] = ((const struct label *)labels.items)[count];
    while (json_peek_pair(arena, changes.text, &at, &key, &value))
        patched[count++] = (struct label){key, json_peek_text(arena, value)};
    count = label_sort(patched, count);
    for (size_t i = 0; i < count; i++) {
        if (text_is_present(patched[i].value))
            patched[kept++] = patched[i];
    }
    return (struct list){kept > 0 ? patched : NULL, kept};
}

struct list label_set_read(struct arena *arena, struct json object)
{
    return label_set_patched(arena, (struct list){NULL, 0}, object);
}

struct text label_set_words(struct arena *arena, struct list labels)
{
    const struct label *all = labels.items;
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_FORM);
    buf_add_c(&out, "");
    for (size_t i = 0; i < labels.count; i++)
        buf_printf(
            &out, "%s'%.*s' '%.*s=%.*s'", i == 0 ? "" : " ", TEXT_ARGS(all[i].key),
            TEXT_ARGS(all[i].key), TEXT_ARGS(all[i].value));
    must(!buf_is_full(&out));
    return text_copy(arena, buf_text(&out));
}
