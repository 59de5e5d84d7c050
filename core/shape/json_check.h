/*
 * Is it JSON? Looked at without a tree, for what is parsed later or only peeked into.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_JSON_CHECK_H
#define CORE_SHAPE_JSON_CHECK_H

#include "core/base/text.h"

#include <stdbool.h>

enum { JSON_MEMBERS_MAX = 10000, JSON_VALUES_MAX = 50000 };

/* Not nested deeper than JSON_DEPTH_MAX (json_repair.h), and with no more members in an object, and values
 * in all, than the numbers above: a parsed value costs a hundred times its
 * bytes, printers recurse as deep as a value does, and jansson has no such limits. Of anything, JSON or
 * not. */
bool json_is_bounded(struct text document);

/* One value of RFC 8259 within those bounds, blanks around it or not, whose bytes are UTF-8 (asked of the
 * caller: text_is_utf8()) and whose texts json_tree_parse() would take: without U+0000, without halves of
 * surrogate pairs. What it says of a number is its form: one may still be too large. */
bool json_is_valid(struct text document);

#endif
