/*
 * The small words of HTTP's grammar (RFC 9110, section 5.6): what a name, a value, a target may
 * consist of, and comma-separated lists.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_GRAMMAR_H
#define CORE_HTTP_GRAMMAR_H

#include "core/base/text.h"

#include <stdbool.h>

bool http_is_token_char(char c);

/* A method or a field name: at least one sign, no separators. */
bool http_is_token(struct text t);

/* A field value: visible signs, blanks, tabs and bytes above 0x7f; no other control signs. */
bool http_is_field_value(struct text t);

/* A request target: visible ASCII without a fragment. */
bool http_is_target(struct text t);

/* What Host may hold: a name or an address with an optional port, or nothing. */
bool http_is_host(struct text t);

/* The text without blanks and tabs at its ends. */
struct text http_trim(struct text t);

/* Does the comma-separated list hold the word, ignoring case? */
bool http_list_has(struct text list, const char *word);

#endif
