/*
 * ":name" to "$n". Whatever is quoted, commented or a cast stays as it is:
 *
 *   'text'  e'te\'xt'  "identifier"  $tag$text$tag$  -- to the end  (slash-star) nested  a::type
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db_internal.h"

#include <stdio.h>
#include <string.h>

static bool starts_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool continues_word(char c)
{
    return starts_word(c) || (c >= '0' && c <= '9');
}

static size_t word_end(const char *text, size_t at)
{
    while (continues_word(text[at]))
        at++;
    return at;
}

/* Each skip_… gets the place where something begins and returns the place after it. */
static size_t skip_quoted(const char *text, size_t at, bool has_escapes)
{
    char quote = text[at++];

    while (text[at] != '\0' && text[at] != quote) {
        if (has_escapes && text[at] == '\\' && text[at + 1] != '\0')
            at++;
        at++;
    }
    return text[at] == '\0' ? at : at + 1;
}

static size_t skip_line_comment(const char *text, size_t at)
{
    return at + strcspn(text + at, "\n");
}

static size_t skip_comment(const char *text, size_t at)
{
    int depth = 0;

    while (text[at] != '\0') {
        if (text[at] == '/' && text[at + 1] == '*') {
            depth++;
            at += 2;
        } else if (text[at] == '*' && text[at + 1] == '/') {
            at += 2;
            if (--depth == 0)
                break;
        } else {
            at++;
        }
    }
    return at;
}

/* A lone '$', or "$1", is skipped as the one sign that it is. */
static size_t skip_dollar_quoted(const char *text, size_t at)
{
    size_t size = word_end(text, at + 1) - at + 1;
    const char *end;

    if (text[at + size - 1] != '$')
        return at + 1;
    for (end = text + at + size; *end != '\0'; end++) {
        if (strncmp(end, text + at, size) == 0)
            return (size_t)(end - text) + size;
    }
    return (size_t)(end - text);
}

static size_t skip_word(const char *text, size_t at)
{
    size_t end = word_end(text, at);

    if (end - at == 1 && (text[at] == 'e' || text[at] == 'E') && text[end] == '\'')
        return skip_quoted(text, end, true);
    return end;
}

/* The end of what must stay as it is from `at` on. */
static size_t skip_verbatim(const char *text, size_t at)
{
    if (text[at] == '\'' || text[at] == '"')
        return skip_quoted(text, at, false);
    if (text[at] == '-' && text[at + 1] == '-')
        return skip_line_comment(text, at);
    if (text[at] == '/' && text[at + 1] == '*')
        return skip_comment(text, at);
    if (text[at] == '$')
        return skip_dollar_quoted(text, at);
    if (starts_word(text[at]))
        return skip_word(text, at);
    if (text[at] == ':' && (text[at + 1] == ':' || text[at + 1] == '='))
        return at + 2;
    return at + 1;
}

/* The number of the parameter `name`, from 1, or 0. */
static size_t number_of(const struct sql *sql, struct text name, struct translation *translation)
{
    const struct field *field = sql->params == NULL ? NULL : shape_field(sql->params, name);

    if (field == NULL) {
        snprintf(
            translation->problem, sizeof(translation->problem),
            "the parameter \":%.*s\" is no field of %s", TEXT_ARGS(name),
            sql->params == NULL ? "anything: no parameters were declared" : sql->params->name);
        return 0;
    }
    for (size_t i = 0; i < translation->param_count; i++) {
        if (translation->params[i] == field)
            return i + 1;
    }
    if (translation->param_count == MOST_PARAMS) {
        snprintf(
            translation->problem, sizeof(translation->problem), "it has more than %d parameters",
            MOST_PARAMS);
        return 0;
    }
    translation->params[translation->param_count++] = field;
    return translation->param_count;
}

bool translation_make(const struct sql *sql, struct buf *out, struct translation *translation)
{
    const char *text = sql->text;
    size_t at = 0;

    *translation = (struct translation){0};
    while (text[at] != '\0') {
        size_t end;
        if (text[at] != ':' || !starts_word(text[at + 1])) {
            end = skip_verbatim(text, at);
            buf_add(out, text + at, end - at);
        } else {
            size_t number;
            end = word_end(text, at + 1);
            number = number_of(sql, (struct text){text + at + 1, end - at - 1}, translation);
            if (number == 0)
                return false;
            buf_printf(out, "$%zu", number);
        }
        at = end;
    }
    return true;
}
