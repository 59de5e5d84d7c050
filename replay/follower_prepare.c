/*
 * The first start of a follower: position 0, which names the log and its first key, and the keys that every
 * keys.mdb has. Each step can be done again: what is there is left as it is.
 *
 *   keys, wrapped ─► opens here? ─┐
 *   position 0 ─► signed? ────────┴─► <home>/follows ─► ledger.mdb ─► keys.mdb
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/outbound/fetch.h"
#include "core/shape/shape_pack.h"
#include "eventlog/checkpoint.h"
#include "eventlog/home_mark.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/ledger.h"
#include "replay/follower.h"
#include "replay/follower_batch.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PREPARE_ARENA = 64 << 20 };

static bool is_filled(const char *home, const char *name)
{
    char path[PATH_MAX];
    struct stat file;

    return snprintf(path, sizeof(path), "%s/%s", home, name) < (int)sizeof(path) &&
           stat(path, &file) == 0 && file.st_size > 0;
}

bool follower_home(const char *home)
{
    return home_mark_is_set(home, HOME_FOLLOWS);
}

/* Whose follower the home is: from then on nothing is signed in it. */
static enum status
mark_home(const struct leader *leader, const char *home, struct arena *arena, struct error *error)
{
    if (follower_home(home))
        return STATUS_OK;
    return home_mark_set(
        home, HOME_FOLLOWS, text_format(arena, "%.*s\n", TEXT_ARGS(leader->url)), error);
}

static enum status
fetch_own_rows(struct fetch *fetch, struct arena *arena, struct key_rows *out, struct error *error)
{
    AUTO_BUF answer = {0};
    enum status status;

    buf_init(&answer, KEY_ROWS_BYTES);
    status = fetch_get(fetch, text_lit("/api/v1/followers/keys"), &answer, error);
    if (status != STATUS_OK)
        return status;
    return shape_unpack(&key_rows_shape, buf_bytes(&answer), arena, out, error);
}

/* Signed by the key that the operator gave: nothing else is known of the leader yet. */
static enum status check_first(
    const struct leader *leader,
    struct ledger_range *range,
    struct arena *arena,
    struct error *error)
{
    struct tree_growth growth = {0};
    struct checkpoint checkpoint;
    struct note_keys keys = {.count = 0};

    if (!note_keys_parse(arena, leader->key, &keys))
        return error_set_code(
            error, STATUS_INVALID, "key_missing",
            "An empty home needs the key of its leader: set FLEETLEDGER_FOLLOW_KEY to what "
            "fleetledger admit-follower printed.");
    if (!checkpoint_verify(arena, range->note, &keys, &checkpoint))
        return error_set_code(
            error, STATUS_CORRUPT, "not_signed",
            "what %.*s shows as its checkpoint is not signed by the key of %.*s",
            TEXT_ARGS(leader->url), TEXT_ARGS(keys.keys[0].name));
    if (range->from != 0 || range->events.size == 0)
        return error_set_code(error, STATUS_CORRUPT, "evidence_damaged", "the leader sent nothing");
    return ledger_range_check(range, &checkpoint, &growth, error);
}

static enum status begin_ledger(
    const char *home, const struct ledger_range *range, struct arena *arena, struct error *error)
{
    const struct ledger_settings settings = {.home = home, .is_following = true};
    struct adoption adoption;
    struct ledger *ledger = NULL;
    enum status status = follower_decode(range, (struct timestamp){0}, arena, &adoption, error);

    if (status == STATUS_OK)
        status = ledger_open(&settings, &ledger, error);
    if (status == STATUS_OK && ledger_size(ledger) == 0)
        status = ledger_append_stored(ledger, adoption.events, 1, error);
    ledger_close(ledger);
    return status;
}

static enum status begin_home(
    const struct leader *leader,
    struct fetch *fetch,
    const char *home,
    struct text secret,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PREPARE_ARENA);
    const struct range_wanted first = {
        .held = &(struct tree_growth){0}, .most_bytes = 1}; /* position 0 is taken of it */
    struct key_rows rows = {{NULL, 0}};
    struct ledger_range range;
    enum status status = fetch_own_rows(fetch, arena, &rows, error);

    if (status == STATUS_OK)
        status = keyring_check_copy(home, secret, &rows, error);
    if (status == STATUS_OK)
        status = follower_fetch_range(fetch, &first, arena, &range, error);
    if (status == STATUS_OK)
        status = check_first(leader, &range, arena, error);
    if (status == STATUS_OK)
        status = mark_home(leader, home, arena, error);
    if (status == STATUS_OK && !is_filled(home, "ledger.mdb"))
        status = begin_ledger(home, &range, arena, error);
    if (status == STATUS_OK)
        status = keyring_begin_copy(home, secret, &rows, error);
    return status;
}

enum status follower_prepare(
    const struct leader *leader, const char *home, struct text secret, struct error *error)
{
    const struct fetch_server server = {
        .url = leader->url, .token_file = leader->token_file, .ca_file = leader->ca_file};
    struct fetch *fetch = NULL;
    bool has_ledger = is_filled(home, "ledger.mdb");
    enum status status;

    if (has_ledger && !follower_home(home))
        return error_set_code(
            error, STATUS_CONFLICT, "home_leads",
            "%.300s is the home of a server that follows nobody: give the follower an empty "
            "FLEETLEDGER_HOME of its own.",
            home);
    if (has_ledger && is_filled(home, "keys.mdb"))
        return STATUS_OK;
    status = fetch_open(&server, &fetch, error);
    if (status == STATUS_OK)
        status = begin_home(leader, fetch, home, secret, error);
    fetch_close(fetch);
    return status;
}
