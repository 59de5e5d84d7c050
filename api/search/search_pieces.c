/*
 * Cutting what is looked for into pieces, letter by letter.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search_pieces.h"

#include "core/base/buf.h"

enum { LONGEST = 4, SHORTEST = 3 };

struct pieces {
    struct text wanted;
    struct buf *lines;
    size_t count;
    size_t starts[LONGEST]; /* of the last letters of a word, in turn */
    size_t letters;         /* of it so far */
};

/* What is no letter beyond ASCII makes a piece that nothing is found by; whoever asks PostgreSQL sees to that. */
static bool is_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c & 0x80) != 0;
}

static size_t letter_end(struct text wanted, size_t at)
{
    at++;
    while (at < wanted.size && (wanted.data[at] & 0xC0) == 0x80)
        at++;
    return at;
}

/* The last letters of the word before this place. */
static void add_piece(struct pieces *pieces, size_t letters, size_t end)
{
    size_t from = pieces->starts[(pieces->letters - letters) % LONGEST];

    if (pieces->count == SEARCH_MOST_PIECES)
        return;
    if (pieces->count++ > 0)
        buf_add_char(pieces->lines, '\n');
    buf_add_text(pieces->lines, text_slice(pieces->wanted, from, end - from));
}

static void end_word(struct pieces *pieces, size_t end)
{
    size_t left = pieces->letters % LONGEST;

    if (left == SHORTEST)
        add_piece(pieces, SHORTEST, end);
    else if (left > 0 && pieces->letters > LONGEST)
        add_piece(pieces, LONGEST, end);
    pieces->letters = 0;
}

struct text search_pieces(struct arena *arena, struct text wanted)
{
    AUTO_BUF lines = {0};
    struct pieces pieces = {.wanted = wanted, .lines = &lines};
    size_t at = 0;

    buf_init(&lines, 2 * wanted.size + SEARCH_MOST_PIECES);
    buf_add_c(&lines, "");
    while (at < wanted.size) {
        size_t end = letter_end(wanted, at);
        if (is_letter(wanted.data[at])) {
            pieces.starts[pieces.letters++ % LONGEST] = at;
            if (pieces.letters % LONGEST == 0)
                add_piece(&pieces, LONGEST, end);
        } else {
            end_word(&pieces, at);
        }
        at = end;
    }
    end_word(&pieces, wanted.size);
    return text_copy(arena, buf_text(&lines));
}
