/*
 * Reading filters of directories, by the grammar of RFC 7644, section 3.4.2.2 (figure 1), from left to right:
 *
 *   either  = both *( "or" both )
 *   both    = one *( "and" one )
 *   one     = "not" "(" either ")" / "(" either ")" / compared
 *   compared = attribute ( "pr" / operator value ) / attribute "[" either "]" [ "." attribute ( "pr" / operator value ) ]
 *
 * An account has one address, so that what stands in brackets behind `emails` and what is said of its value are of the
 * same one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_filter.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

struct reading {
    struct arena *arena;
    struct text text;
    size_t at;         /* the next character */
    int depth;         /* of brackets */
    struct text whole; /* whose sub-attributes are named, between brackets; absent elsewhere */
    struct error *error;
};

static const char *const operator_names[SCIM_OPERATOR_COUNT] = {
    [SCIM_EQ] = "eq", [SCIM_NE] = "ne", [SCIM_CO] = "co", [SCIM_SW] = "sw", [SCIM_EW] = "ew",
    [SCIM_PR] = "pr", [SCIM_GT] = "gt", [SCIM_GE] = "ge", [SCIM_LT] = "lt", [SCIM_LE] = "le"};

/* NULL, so that it can be returned in place of a filter. */
static struct scim_filter *refuse_at(struct reading *reading, size_t at, const char *what)
{
    size_t character = text_length(text_slice(reading->text, 0, at)) + 1;

    (void)error_set_code(
        reading->error, STATUS_INVALID, "scim_filter_invalid", "filter %s at character %zu", what,
        character);
    return NULL;
}

static struct scim_filter *refuse(struct reading *reading, const char *what)
{
    return refuse_at(reading, reading->at, what);
}

static char peek(const struct reading *reading)
{
    return reading->at < reading->text.size ? reading->text.data[reading->at] : '\0';
}

static void skip_blanks(struct reading *reading)
{
    while (peek(reading) == ' ')
        reading->at++;
}

static bool take_sign(struct reading *reading, char sign)
{
    skip_blanks(reading);
    if (peek(reading) != sign)
        return false;
    reading->at++;
    return true;
}

static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.' || c == '_' || c == '-' || c == '$';
}

/* What a name or an operator is made of; empty where there is none. */
static struct text look_at_word(struct reading *reading)
{
    size_t end;

    skip_blanks(reading);
    end = reading->at;
    while (end < reading->text.size && is_of_word(reading->text.data[end]))
        end++;
    return text_slice(reading->text, reading->at, end - reading->at);
}

static struct text take_word(struct reading *reading)
{
    struct text word = look_at_word(reading);

    reading->at += word.size;
    return word;
}

static bool take_keyword(struct reading *reading, const char *keyword)
{
    struct text word = look_at_word(reading);

    if (!text_equal_ignoring_case(word, text_from(keyword)))
        return false;
    reading->at += word.size;
    return true;
}

static struct scim_filter *
make(struct reading *reading, enum scim_filter_kind kind, const struct scim_filter *left)
{
    struct scim_filter *filter = arena_one(reading->arena, struct scim_filter);

    filter->kind = kind;
    filter->left = left;
    return filter;
}

static struct scim_filter *read_either(struct reading *reading);

/* What stands between brackets, up to the closing one. */
static struct scim_filter *read_within(struct reading *reading, char closing)
{
    struct scim_filter *filter;

    if (++reading->depth > SCIM_DEEPEST_FILTER)
        return refuse(reading, "is nested deeper than ten brackets");
    filter = read_either(reading);
    reading->depth--;
    if (filter != NULL && !take_sign(reading, closing))
        return refuse(
            reading, closing == ')' ? "lacks a closing parenthesis" : "lacks a closing bracket");
    return filter;
}

/* A JSON string from its opening quotation mark on; absent where it does not end, or is none. */
static struct text take_string(struct reading *reading)
{
    struct text compact;
    struct error error;
    size_t end = reading->at + 1;

    while (end < reading->text.size && reading->text.data[end] != '"')
        end += reading->text.data[end] == '\\' ? 2 : 1;
    if (end >= reading->text.size ||
        json_compact(
            text_slice(reading->text, reading->at, end + 1 - reading->at), reading->arena, &compact,
            &error) != STATUS_OK)
        return (struct text){NULL, 0};
    reading->at = end + 1;
    return json_peek_text(reading->arena, compact);
}

static bool is_of_order(enum scim_operator is)
{
    return is == SCIM_GT || is == SCIM_GE || is == SCIM_LT || is == SCIM_LE;
}

static bool is_of_equality(enum scim_operator is)
{
    return is == SCIM_EQ || is == SCIM_NE;
}

/* Can values of the type be compared so? */
static bool fits(enum scim_type type, enum scim_operator is)
{
    if (type == SCIM_BOOLEAN)
        return is_of_equality(is);
    return type != SCIM_DATE_TIME || is_of_equality(is) || is_of_order(is);
}

static struct scim_filter *read_text_value(struct reading *reading, struct scim_filter *filter)
{
    size_t begin = reading->at;
    struct text text = take_string(reading);

    if (!text_is_present(text))
        return refuse_at(reading, begin, "has a text that does not end, or is none of JSON,");
    if (scim_user_attributes[filter->attribute].type == SCIM_BOOLEAN)
        return refuse_at(reading, begin, "must have true or false without quotation marks");
    if (scim_user_attributes[filter->attribute].type != SCIM_DATE_TIME)
        filter->value.text = text;
    else if (!timestamp_parse(text, &filter->value.time))
        return refuse_at(reading, begin, "must have a time like 2026-01-31T00:00:00Z");
    return filter;
}

/* Null is what is not assigned (RFC 7643, section 2.5). */
static struct scim_filter *read_value(struct reading *reading, struct scim_filter *filter)
{
    bool is_boolean = scim_user_attributes[filter->attribute].type == SCIM_BOOLEAN;
    size_t begin;
    struct text word;

    skip_blanks(reading);
    if (peek(reading) == '"')
        return read_text_value(reading, filter);
    begin = reading->at;
    word = take_word(reading);
    if (text_is(word, "null") && is_of_equality(filter->is))
        return filter;
    if (is_boolean && (text_is(word, "true") || text_is(word, "false"))) {
        filter->value.flag = opt_bool_of(text_is(word, "true"));
        return filter;
    }
    return refuse_at(
        reading, begin,
        is_boolean ? "must have true or false" : "must have a text in quotation marks");
}

static bool take_operator(struct reading *reading, enum scim_operator *out)
{
    for (int i = 0; i < SCIM_OPERATOR_COUNT; i++) {
        if (!take_keyword(reading, operator_names[i]))
            continue;
        *out = (enum scim_operator)i;
        return true;
    }
    return false;
}

/* Of an attribute with sub-attributes the first one is meant: any address, whether there is a name. */
static bool settle_attribute(struct scim_filter *filter)
{
    const struct scim_attribute *attribute = &scim_user_attributes[filter->attribute];

    if (attribute->type != SCIM_COMPLEX)
        return true;
    if (!attribute->is_many && filter->is != SCIM_PR)
        return false;
    filter->attribute = (enum scim_user_attribute)((int)filter->attribute + 1);
    return true;
}

/* From the operator on. */
static struct scim_filter *
read_comparison(struct reading *reading, enum scim_user_attribute attribute)
{
    struct scim_filter *filter = make(reading, SCIM_COMPARISON, NULL);
    size_t begin;

    skip_blanks(reading);
    begin = reading->at;
    filter->attribute = attribute;
    if (!take_operator(reading, &filter->is))
        return refuse(reading, "must have one of eq, ne, co, sw, ew, pr, gt, ge, lt, le");
    if (!settle_attribute(filter))
        return refuse_at(reading, begin, "compares an attribute that has parts: name one of them,");
    if (filter->is == SCIM_PR)
        return filter;
    if (!fits(scim_user_attributes[filter->attribute].type, filter->is))
        return refuse_at(reading, begin, "compares a value in a way that it cannot be compared in");
    return read_value(reading, filter);
}

/* Between brackets names are those of sub-attributes. */
static enum scim_user_attribute find(const struct reading *reading, struct text name)
{
    if (!text_is_present(reading->whole))
        return scim_user_attribute_named(name);
    return scim_user_attribute_named(
        text_format(reading->arena, "%.*s.%.*s", TEXT_ARGS(reading->whole), TEXT_ARGS(name)));
}

/* "emails[" has been read: its conditions, and what is said of a part of it behind them. */
static struct scim_filter *read_bracket(struct reading *reading, enum scim_user_attribute whole)
{
    struct scim_filter *within;
    struct scim_filter *both;
    size_t begin;
    struct text name;

    reading->whole = text_from(scim_user_attributes[whole].path);
    within = read_within(reading, ']');
    if (within == NULL || peek(reading) != '.') {
        reading->whole = (struct text){NULL, 0};
        return within;
    }
    begin = ++reading->at;
    name = take_word(reading);
    both = make(reading, SCIM_AND, within);
    if (find(reading, name) == SCIM_USER_ATTRIBUTE_COUNT)
        return refuse_at(reading, begin, "names an attribute that users do not have here");
    both->right = read_comparison(reading, find(reading, name));
    reading->whole = (struct text){NULL, 0};
    return both->right == NULL ? NULL : both;
}

static struct scim_filter *read_compared(struct reading *reading)
{
    struct text name = look_at_word(reading);
    enum scim_user_attribute attribute = find(reading, name);

    if (name.size == 0)
        return refuse(reading, "lacks an attribute");
    if (attribute == SCIM_USER_ATTRIBUTE_COUNT)
        return refuse(reading, "names an attribute that users do not have here");
    reading->at += name.size;
    if (peek(reading) != '[')
        return read_comparison(reading, attribute);
    if (scim_user_attributes[attribute].type != SCIM_COMPLEX)
        return refuse(reading, "has a bracket behind an attribute without parts");
    reading->at++;
    return read_bracket(reading, attribute);
}

static struct scim_filter *read_one(struct reading *reading)
{
    struct scim_filter *filter;

    if (take_sign(reading, '('))
        return read_within(reading, ')');
    if (!take_keyword(reading, "not"))
        return read_compared(reading);
    if (!take_sign(reading, '('))
        return refuse(reading, "must have a parenthesis behind not");
    filter = read_within(reading, ')');
    return filter == NULL ? NULL : make(reading, SCIM_NOT, filter);
}

/* One, and others behind it with the word between them. */
static struct scim_filter *read_row(
    struct reading *reading,
    const char *keyword,
    enum scim_filter_kind kind,
    struct scim_filter *(*read)(struct reading *reading))
{
    struct scim_filter *filter = read(reading);

    while (filter != NULL && take_keyword(reading, keyword)) {
        struct scim_filter *joined = make(reading, kind, filter);

        joined->right = read(reading);
        filter = joined->right == NULL ? NULL : joined;
    }
    return filter;
}

static struct scim_filter *read_both(struct reading *reading)
{
    return read_row(reading, "and", SCIM_AND, read_one);
}

static struct scim_filter *read_either(struct reading *reading)
{
    return read_row(reading, "or", SCIM_OR, read_both);
}

enum status scim_filter_read(
    struct arena *arena, struct text text, const struct scim_filter **out, struct error *error)
{
    struct reading reading = {.arena = arena, .text = text, .error = error};
    struct scim_filter *filter = NULL;

    if (text_trim(text).size == 0) {
        *out = NULL;
        return STATUS_OK;
    }
    if (text_length(text) > SCIM_LONGEST_FILTER) {
        (void)refuse_at(&reading, 0, "is longer than 1,000 characters, counted");
        return STATUS_INVALID;
    }
    filter = read_either(&reading);
    skip_blanks(&reading);
    if (filter != NULL && reading.at < text.size)
        filter = refuse(&reading, "has something that belongs to nothing");
    if (filter == NULL)
        return STATUS_INVALID;
    *out = filter;
    return STATUS_OK;
}
