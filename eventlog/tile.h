/*
 * Tiles (C2SP tlog-tiles): the tree and its entries as files that never change, which verifiers
 * fetch from a server or read from a copy.
 *
 *   tile/0/x001/234.p/112   112 leaf hashes from leaf 1,234 × 256 on
 *   tile/2/000              256 roots of 65,536 leaves each
 *   tile/entries/005        256 entries from position 1,280 on, each behind its size u16be
 *
 * Pure functions; any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TILE_H
#define EVENTLOG_TILE_H

#include "core/base/arena.h"
#include "eventlog/tree.h"

enum { TILE_HEIGHT = 8, TILE_WIDTH = 1 << TILE_HEIGHT, TILE_LEVELS = 7 };

struct tile {
    bool is_of_entries; /* level 0 then */
    int level;          /* each hash is the root of 256^level leaves */
    uint64_t index;
    unsigned width; /* 1 to 256: hashes or entries in it; less than 256: a partial tile */
};

/* Reads what follows "tile/" in a path. False when it is not exactly how a tile is written, or no
 * tree of 64-bit positions has it. */
MUST_USE bool tile_parse(struct text path, struct tile *out);

/* What follows "tile/", in the arena. */
struct text tile_path(struct arena *arena, const struct tile *tile);

/* Has a tree of that size all that is in the tile? */
bool tile_is_in(const struct tile *tile, uint64_t size);

/* The tiles of a level that a tree of that size has: so many full ones, and this many hashes in the
 * partial one behind them (0: there is none). */
uint64_t tile_full_count(int level, uint64_t size);
unsigned tile_partial_width(int level, uint64_t size);

/* Its hashes, of a tile that is not of entries. False when the reader fails. */
MUST_USE bool
tile_hashes(const struct tree_reader *reader, const struct tile *tile, struct digest *out);

#endif
