/*
 * Patterns by ICU, made for each match: nothing of them is kept.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/unicode/pattern.h"

#include <unicode/uregex.h>
#include <unicode/utext.h>

enum {
    MOST_TICKS = 5, /* of ten thousand steps back */
    MOST_STACK = 256 << 10
};

/* NULL where it is none. */
static URegularExpression *open_pattern(struct text source, UParseError *where, UErrorCode *code)
{
    UText text = UTEXT_INITIALIZER;
    URegularExpression *pattern;

    utext_openUTF8(&text, source.data, (int64_t)source.size, code);
    pattern = uregex_openUText(&text, UREGEX_ERROR_ON_UNKNOWN_ESCAPES, where, code);
    utext_close(&text);
    uregex_setTimeLimit(pattern, MOST_TICKS, code);
    uregex_setStackLimit(pattern, MOST_STACK, code);
    if (U_SUCCESS(*code))
        return pattern;
    uregex_close(pattern);
    return NULL;
}

enum status pattern_check(struct text source, struct error *error)
{
    UErrorCode code = U_ZERO_ERROR;
    UParseError where = {.offset = 0};
    URegularExpression *pattern = open_pattern(source, &where, &code);

    if (pattern == NULL)
        return error_set(
            error, STATUS_INVALID, "is no regular expression (character %d: %s)", (int)where.offset,
            u_errorName(code));
    uregex_close(pattern);
    return STATUS_OK;
}

bool pattern_matches(struct text source, struct text subject)
{
    UErrorCode code = U_ZERO_ERROR;
    UParseError where;
    UText text = UTEXT_INITIALIZER;
    URegularExpression *pattern = open_pattern(source, &where, &code);
    bool is_match;

    utext_openUTF8(&text, subject.data, (int64_t)subject.size, &code);
    uregex_setUText(pattern, &text, &code);
    is_match = uregex_matches64(pattern, 0, &code) && U_SUCCESS(code);
    uregex_close(pattern);
    utext_close(&text);
    return is_match;
}
