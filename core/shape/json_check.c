/*
 * Checking JSON: its bounds by counting signs, its grammar by one descent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_check.h"

#include "core/base/encode.h"
#include "core/shape/json_repair.h"

#include <stddef.h>

/* What stands in a document. */
struct count {
    size_t depth;
    size_t values;
    size_t members[JSON_DEPTH_MAX + 1]; /* of the container that is open at each depth */
    bool is_object[JSON_DEPTH_MAX + 1];
};

static bool open_container(struct count *count, bool is_object)
{
    if (count->depth == JSON_DEPTH_MAX)
        return false;
    count->depth++;
    count->members[count->depth] = 1;
    count->is_object[count->depth] = is_object;
    return true;
}

/* A comma stands between two values. */
static bool may_go_on(struct count *count)
{
    return ++count->members[count->depth] <= JSON_MEMBERS_MAX || !count->is_object[count->depth];
}

static bool take_sign(struct count *count, char c)
{
    if (c == '{' || c == '[')
        return ++count->values <= JSON_VALUES_MAX && open_container(count, c == '{');
    if (c == ',')
        return ++count->values <= JSON_VALUES_MAX && may_go_on(count);
    if ((c == '}' || c == ']') && count->depth > 0)
        count->depth--;
    return true;
}

bool json_is_bounded(struct text document)
{
    struct count count = {.depth = 0};
    bool in_text = false;

    for (size_t i = 0; i < document.size; i++) {
        char c = document.data[i];
        if (in_text && c == '\\')
            i++;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && !take_sign(&count, c))
            return false;
    }
    return true;
}

/* The document is read from here on; `at` is never beyond its end. */
struct scan {
    const char *at;
    const char *end;
};

static char next(const struct scan *scan)
{
    return scan->at < scan->end ? *scan->at : '\0';
}

static void skip_blanks(struct scan *scan)
{
    while (next(scan) == ' ' || next(scan) == '\t' || next(scan) == '\n' || next(scan) == '\r')
        scan->at++;
}

static bool take(struct scan *scan, char wanted)
{
    if (next(scan) != wanted || scan->at == scan->end)
        return false;
    scan->at++;
    return true;
}

static bool take_word(struct scan *scan, const char *word)
{
    while (*word != '\0' && take(scan, *word))
        word++;
    return *word == '\0';
}

static bool take_digits(struct scan *scan)
{
    const char *first = scan->at;

    while (next(scan) >= '0' && next(scan) <= '9')
        scan->at++;
    return scan->at > first;
}

static bool take_number(struct scan *scan)
{
    take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan))
        return false;
    if (take(scan, '.') && !take_digits(scan))
        return false;
    if (!take(scan, 'e') && !take(scan, 'E'))
        return true;
    if (!take(scan, '+'))
        take(scan, '-');
    return take_digits(scan);
}

/* The four digits of a \u escape; -1 where they are none. */
static int take_code_unit(struct scan *scan)
{
    int unit = hex_code_unit((struct text){scan->at, (size_t)(scan->end - scan->at)}, 0);

    if (unit >= 0)
        scan->at += 4;
    return unit;
}

/* Behind \u. */
static bool take_code_point(struct scan *scan)
{
    int unit = take_code_unit(scan);

    if (unit < 0xD800 || unit > 0xDFFF)
        return unit > 0;
    if (unit > 0xDBFF || !take(scan, '\\') || !take(scan, 'u'))
        return false;
    unit = take_code_unit(scan);
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Behind a backslash. */
static bool take_escape(struct scan *scan)
{
    static const char letters[] = "\"\\/bfnrt";

    if (take(scan, 'u'))
        return take_code_point(scan);
    for (size_t i = 0; letters[i] != '\0'; i++) {
        if (take(scan, letters[i]))
            return true;
    }
    return false;
}

static bool take_text(struct scan *scan)
{
    if (!take(scan, '"'))
        return false;
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at++;
        if (c == '"')
            return true;
        if (c < 0x20 || (c == '\\' && !take_escape(scan)))
            return false;
    }
    return false;
}

static bool take_value(struct scan *scan);

static bool take_member(struct scan *scan)
{
    skip_blanks(scan);
    if (!take_text(scan))
        return false;
    skip_blanks(scan);
    return take(scan, ':') && take_value(scan);
}

/* Behind the bracket that opens it. */
static bool take_container(struct scan *scan, char close, bool (*take_item)(struct scan *scan))
{
    skip_blanks(scan);
    if (take(scan, close))
        return true;
    do {
        if (!take_item(scan))
            return false;
    } while (take(scan, ','));
    return take(scan, close);
}

/* With the blanks around it. Goes no deeper than the bounds allow, which were looked at before. */
static bool take_value(struct scan *scan)
{
    bool is_one;

    skip_blanks(scan);
    if (take(scan, '{'))
        is_one = take_container(scan, '}', take_member);
    else if (take(scan, '['))
        is_one = take_container(scan, ']', take_value);
    else if (next(scan) == '"')
        is_one = take_text(scan);
    else if (next(scan) == 't')
        is_one = take_word(scan, "true");
    else if (next(scan) == 'f')
        is_one = take_word(scan, "false");
    else if (next(scan) == 'n')
        is_one = take_word(scan, "null");
    else
        is_one = take_number(scan);
    skip_blanks(scan);
    return is_one;
}

bool json_is_valid(struct text document)
{
    struct scan scan = {document.data, document.data};

    if (document.size == 0 || !json_is_bounded(document))
        return false;
    scan.end = document.data + document.size;
    return take_value(&scan) && scan.at == scan.end;
}
