/*
 * Reading selectors: the text from left to right, a token at a time; the first that does not fit is told with its
 * place.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/label/selector.h"

#include <string.h>

struct reading {
    struct text t;
    size_t at;
    struct arena *arena;
    struct text *why;
};

/* Places are told in characters from 1. */
static bool refuse_at(struct reading *r, size_t at, const char *what)
{
    *r->why = text_format(
        r->arena, "%s at character %zu", what, text_length(text_slice(r->t, 0, at)) + 1);
    return false;
}

static bool refuse(struct reading *r, const char *what)
{
    return refuse_at(r, r->at, what);
}

static void skip_blanks(struct reading *r)
{
    while (r->at < r->t.size && (r->t.data[r->at] == ' ' || r->t.data[r->at] == '\t'))
        r->at++;
}

/* Takes a sign where it comes next, at once or behind blanks. */
static bool take_next(struct reading *r, char sign)
{
    if (r->at == r->t.size || r->t.data[r->at] != sign)
        return false;
    r->at++;
    return true;
}

static bool take(struct reading *r, char sign)
{
    skip_blanks(r);
    return take_next(r, sign);
}

/* What comes next, behind blanks, up to a blank or a sign of the grammar; may be empty. */
static struct text take_word(struct reading *r)
{
    size_t from;

    skip_blanks(r);
    from = r->at;
    while (r->at < r->t.size && memchr(" \t,=!()", r->t.data[r->at], 7) == NULL)
        r->at++;
    return text_slice(r->t, from, r->at - from);
}

static bool take_key(struct reading *r, struct text *out)
{
    *out = take_word(r);
    if (out->size == 0)
        return refuse(r, "must have a key");
    if (!label_is_any_key(*out))
        return refuse_at(
            r, r->at - out->size,
            "must have a key of at most 63 small letters, digits, \".\", \"_\" and \"-\", "
            "the first a letter or digit,");
    return true;
}

static bool take_value(struct reading *r, struct text *out)
{
    *out = take_word(r);
    if (!label_is_value(*out))
        return refuse_at(
            r, r->at - out->size,
            "must have a value of at most 63 letters, digits, \".\", \"_\" and \"-\"");
    return true;
}

static bool take_one_value(struct reading *r, struct condition *condition)
{
    struct text *value = arena_one(r->arena, struct text);

    condition->values = value;
    condition->value_count = 1;
    return take_value(r, value);
}

static bool take_values(struct reading *r, struct condition *condition)
{
    struct text *values = arena_array(r->arena, SELECTOR_MOST_VALUES, sizeof(*values));

    condition->values = values;
    if (!take(r, '('))
        return refuse(r, "must have ( with values");
    do {
        if (condition->value_count == SELECTOR_MOST_VALUES)
            return refuse(r, "has one value too many (32 is the most)");
        if (!take_value(r, &values[condition->value_count++]))
            return false;
    } while (take(r, ','));
    return take(r, ')') ? true : refuse(r, "must have , or ) behind a value");
}

static bool take_set(struct reading *r, struct condition *condition)
{
    struct text word = take_word(r);

    if (word.size == 0) {
        condition->kind = CONDITION_HAS;
        return true;
    }
    if (!text_is(word, "in") && !text_is(word, "notin"))
        return refuse_at(
            r, r->at - word.size, "must have =, !=, in, notin or a comma behind a key");
    condition->kind = text_is(word, "in") ? CONDITION_IN : CONDITION_NOT_IN;
    return take_values(r, condition);
}

static bool take_condition(struct reading *r, struct condition *condition)
{
    if (take(r, '!')) {
        condition->kind = CONDITION_LACKS;
        return take_key(r, &condition->key);
    }
    if (!take_key(r, &condition->key))
        return false;
    if (take(r, '=')) {
        condition->kind = CONDITION_IN;
        (void)take_next(r, '=');
        return take_one_value(r, condition);
    }
    if (take_next(r, '!')) {
        condition->kind = CONDITION_NOT_IN;
        return take_next(r, '=') ? take_one_value(r, condition) : refuse(r, "must have = behind !");
    }
    return take_set(r, condition);
}

static bool take_conditions(struct reading *r, struct selector *out)
{
    do {
        if (out->count == SELECTOR_MOST_CONDITIONS)
            return refuse(r, "has one condition too many (16 is the most)");
        if (!take_condition(r, &out->conditions[out->count++]))
            return false;
    } while (take(r, ','));
    return r->at == r->t.size ? true : refuse(r, "must have a comma behind a condition");
}

bool selector_read(struct text t, struct arena *arena, struct selector *out, struct text *why)
{
    struct reading reading = {.t = t, .arena = arena, .why = why};
    struct selector selector = {.count = 0};

    if (t.size > SELECTOR_LONGEST)
        return refuse_at(&reading, SELECTOR_LONGEST, "has one byte too many (4096 is the most)");
    if (!take_conditions(&reading, &selector))
        return false;
    *out = selector;
    return true;
}
