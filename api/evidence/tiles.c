/*
 * Tiles: hashes and entries by the path that tlog-tiles gives them. Only what the newest checkpoint
 * covers is shown, so that every tile can be verified.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/evidence.h"
#include "eventlog/ledger_proof.h"

enum { LARGEST_TILE = TILE_WIDTH * (2 + ENTRY_MAX_BYTES) };

/* The parts of a path: "0/x001/234.p/112". */
struct tile_question {
    struct text level;
    struct text first;
    struct text second;
    struct text third;
    struct text fourth;
};

static const struct field tile_question_fields[] = {
    {TEXT(tile_question, level), .flags = FROM_PATH | ONE_LINE, .max = 7,
     .doc = "Level, 0 for hashes of entries; or `entries` for the entries themselves."},
    {TEXT(tile_question, first), .flags = FROM_PATH | ONE_LINE, .max = 7,
     .doc = "Number in groups of three digits, as 005 or x001/234; `.p` behind the last for a "
            "partial tile."},
    {TEXT(tile_question, second), .flags = FROM_PATH | ONE_LINE, .max = 7,
     .doc = "Next group, or width of a partial tile."},
    {TEXT(tile_question, third), .flags = FROM_PATH | ONE_LINE, .max = 7,
     .doc = "Next group, or width of a partial tile."},
    {TEXT(tile_question, fourth), .flags = FROM_PATH | ONE_LINE, .max = 7,
     .doc = "Width of a partial tile."},
};
const struct shape tile_question_shape = SHAPE(tile_question, "Path of a tile.");

static struct text path_of(struct arena *arena, const struct tile_question *asked)
{
    const struct text parts[] = {asked->first, asked->second, asked->third, asked->fourth};
    struct text path = asked->level;

    for (size_t i = 0; i < COUNT_OF(parts) && text_is_present(parts[i]); i++)
        path = text_format(arena, "%.*s/%.*s", TEXT_ARGS(path), TEXT_ARGS(parts[i]));
    return path;
}

static void refuse_path(struct call *call, struct text path)
{
    struct error error;

    error_set_code(
        &error, STATUS_INVALID, "malformed_tile",
        "%.*s names no tile: write a level from 0 to %d or entries, and the number in groups of three "
        "digits, all but the last behind an x",
        TEXT_ARGS(path), TILE_LEVELS - 1);
    call_answer_error(call, &error);
}

void evidence_tile_handle(struct call *call)
{
    struct text path = path_of(call->arena, call->input);
    struct signed_checkpoint newest;
    struct tile tile;
    struct error error;
    enum status status;

    if (!tile_parse(path, &tile)) {
        refuse_path(call, path);
        return;
    }
    if (!evidence_newest(call, &newest))
        return;
    buf_init(&call->storage, LARGEST_TILE);
    if (tile_is_in(&tile, newest.size))
        status = ledger_tile(call->services->ledger, &tile, &call->storage, &error);
    else
        status = error_set_code(
            &error, STATUS_NOT_FOUND, "tile_not_found",
            "The newest checkpoint has size %llu, which does not reach tile %.*s.",
            (unsigned long long)newest.size, TEXT_ARGS(path));
    if (status != STATUS_OK) {
        buf_fini(&call->storage);
        call_answer_error(call, &error);
        return;
    }
    evidence_cache(call, true);
    call_answer_text(call, 200, "application/octet-stream", buf_text(&call->storage));
}
