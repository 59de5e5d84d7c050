/*
 * Regular expressions of strangers, as ICU knows them: a text matches as a whole or not. ICU tries one way through a
 * pattern after the other, so its steps and its memory are counted: what needs too many of them does not match.
 * Pure, any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_UNICODE_PATTERN_H
#define CORE_UNICODE_PATTERN_H

#include "core/base/error.h"
#include "core/base/text.h"

/* Is this clean UTF-8 a pattern? STATUS_INVALID: the error's text says where it is none, and ICU's word for it
 * ("is no regular expression (character 2: U_REGEX_MISMATCHED_PAREN)"). */
MUST_USE enum status pattern_check(struct text source, struct error *error);

/* Does all of `subject`, clean UTF-8, match? Not where `source` is no pattern, and not where finding out would take
 * more than some 50,000 steps back, a few milliseconds. */
bool pattern_matches(struct text source, struct text subject);

#endif
