/*
 * Pieces of what is looked for, short enough that an index of three letters each finds them quickly:
 *
 *   "restart host-4242."  ─►  rest  art  host  4242
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SEARCH_SEARCH_PIECES_H
#define API_SEARCH_SEARCH_PIECES_H

#include "core/base/arena.h"

enum { SEARCH_MOST_PIECES = 16 };

/* Three or four letters or digits each, a line each, in the arena: the words of a text that is valid UTF-8, cut
 * from the left; the last piece of a word ends with it. Of shorter words there are none. */
struct text search_pieces(struct arena *arena, struct text wanted);

#endif
