/*
 * Regular expressions of strangers: a text matches as a whole or not, in a time that no pattern and no text can
 * stretch.
 *
 *   literals   .   [a-z_]   [^0-9]   \d \w \s   \. and other signs   ( )   |   *   +   ?   {n}   {n,}   {n,m}
 *
 * A `^` at the beginning and a `$` at the end are allowed and change nothing. There are neither references back nor
 * anything that looks around, so that all ways through a pattern are followed at once (Thompson's construction):
 * matching costs at most its steps times the characters of the text. regcomp() was no choice: patterns of a few
 * characters like ((a{1,99}){1,99}){1,99} cost it all memory there is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_PATTERN_H
#define CORE_BASE_PATTERN_H

#include "core/base/arena.h"
#include "core/base/error.h"

enum { PATTERN_MOST_STEPS = 512 };

struct pattern;

/* `source` is clean UTF-8 and lives as long as the arena, where the pattern is made. STATUS_INVALID where it is none, or
 * one of more steps, each repetition counting as often as it says: the error's text says what is wrong. */
MUST_USE enum status pattern_compile(
    struct text source, struct arena *arena, const struct pattern **out, struct error *error);

/* Does all of `subject`, clean UTF-8, match? */
bool pattern_matches(const struct pattern *pattern, struct text subject);

#endif
