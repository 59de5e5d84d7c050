/*
 * Promoting a follower, step by step.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/promote.h"

#include "commands/platform/platform_commands.h"
#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/outbound/fetch.h"
#include "core/outbound/outbound.h"
#include "core/shape/shape_json.h"
#include "eventlog/checkpoints.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/home_mark.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_copy.h"
#include "replay/exit_codes.h"
#include "replay/lease.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum {
    PROMOTE_ARENA = 64 << 20,
    MOST_DROPPED = 100000, /* that one event names */
    ORDER_BYTES = 4 << 20,
    COPY_BYTES = 16 << 20,
    ANSWER_BYTES = 64 << 10
};

static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 10, .whole_s = 15};

static const struct field promote_options_fields[] = {
    {TEXT(promote_options, confirmed_by), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 200,
     .doc = "Who has made sure that the leader is down and stays down: that is on record."},
    {TEXT(promote_options, reason), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 500,
     .doc = "Reason, for the record."},
};
const struct shape promote_options_shape =
    SHAPE(promote_options, "Who says that the leader is down, and why another one leads.");

struct promotion {
    const struct data_dir_settings *settings;
    const struct promote_options *options;
    const char *home;
    struct text succeeded; /* URL of the leader, as the home names it … */
    struct text url;       /* … and where it is now */
    struct arena *arena;
    struct ledger *ledger; /* while it is looked at */
    struct promote_leader order;
    int64_t
        begun_at; /* size of the ledger, as a promotion that was broken off had it; 0: none was */
    struct lease *lease; /* nobody else acknowledges anything; NULL: as an operator says */
    bool is_recorded;    /* by a promotion that was broken off */
};

/* The leader. */

static enum status find_leader(
    struct promotion *promotion,
    const struct leader *leader,
    enum home_mark mark,
    struct error *error)
{
    struct text says;
    enum status status = home_mark_read(promotion->home, mark, promotion->arena, &says, error);

    if (status != STATUS_OK)
        return status;
    promotion->succeeded = text_trim(text_cut(&says, '\n'));
    promotion->url = promotion->succeeded;
    if (text_is_present(leader->url))
        promotion->url = leader->url;
    if (mark != HOME_PROMOTING ||
        !text_to_int64(text_trim(text_cut(&says, '\n')), &promotion->begun_at))
        promotion->begun_at = 0;
    return STATUS_OK;
}

/* Whoever takes the connection is up, whatever is said then: a certificate that we do not trust is its own all the same. A
 * proxy may answer for a server that is gone. */
static enum status
expect_silence(const struct promotion *promotion, const struct leader *leader, struct error *error)
{
    const struct fetch_server server = {
        .url = promotion->url, .ca_file = leader->ca_file, .limits = &limits};
    struct fetch *fetch = NULL;
    struct error why = {0};
    bool is_silent;
    AUTO_BUF answer = {0};
    enum status status = fetch_open(&server, &fetch, error);

    if (status != STATUS_OK)
        return status;
    buf_init(&answer, ANSWER_BYTES);
    status = fetch_get(fetch, text_lit("/health"), &answer, &why);
    is_silent = fetch_was_away(fetch) ||
                (status == STATUS_UNAVAILABLE && text_is(text_from(why.code), "foreign_answer"));
    fetch_close(fetch);
    if (is_silent)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CONFLICT, "leader_answers",
        "%.*s, the leader, answers, or somebody else at its address does: stop it, and make sure that nothing "
        "starts it again. Where a balancer takes connections for it, name the leader's own address with "
        "FLEETLEDGER_FOLLOW.",
        TEXT_ARGS(promotion->url));
}

/* The ledger. */

/* Bodies that the leader dropped by events which we do not have: they are gone, and nothing here says so yet. */
static enum status find_dropped(struct promotion *promotion, struct error *error)
{
    int64_t *dropped = arena_array(promotion->arena, MOST_DROPPED, sizeof(*dropped));
    uint64_t size = ledger_size(promotion->ledger);
    size_t count = 0;
    enum status status = STATUS_OK;
    AUTO_BUF copied = {0};

    buf_init(&copied, COPY_BYTES);
    for (uint64_t next = 0; status == STATUS_OK && next < size;) {
        uint64_t at = next;
        struct stored_event event;
        struct bytes rest;

        buf_clear(&copied);
        status = ledger_copy(promotion->ledger, &next, size, COPY_BYTES / 4, &copied, error);
        rest = buf_bytes(&copied);
        for (; status == STATUS_OK && stored_event_next(&rest, &event); at++) {
            if (!stored_event_is_dropped(&event) || stored_event_dropped_at(&event) < size)
                continue;
            if (count == MOST_DROPPED)
                return error_set_code(
                    error, STATUS_TOO_LARGE, "too_many_dropped",
                    "more than %d bodies were dropped by events that are not here", MOST_DROPPED);
            dropped[count++] = (int64_t)at;
        }
    }
    promotion->order.dropped = (struct list){dropped, count};
    return status;
}

static enum status read_note(struct promotion *promotion, struct error *error)
{
    struct checkpoints *checkpoints = NULL;
    struct kept_checkpoint kept = {.note = {NULL, 0}};
    enum status status = checkpoints_open(promotion->home, true, &checkpoints, error);

    if (status == STATUS_OK)
        status = checkpoints_newest(checkpoints, promotion->arena, &kept, error);
    checkpoints_close(checkpoints);
    promotion->order.note = kept.note;
    if (status != STATUS_NOT_FOUND)
        return status;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "nothing_followed",
        "The home has no checkpoint of its leader yet: nothing was followed.");
}

/* Not any promotion, as that by which our leader came to lead is on the ledger too. */
static enum status look_for_record(struct promotion *promotion, struct error *error)
{
    const struct position at = {(uint64_t)promotion->begun_at};
    struct record record;
    enum status status;

    if (promotion->begun_at < 1 || at.value >= ledger_size(promotion->ledger))
        return STATUS_OK;
    status = ledger_read_one(promotion->ledger, at, promotion->arena, &record, error);
    promotion->is_recorded = status == STATUS_OK && record.type == &leader_promoted_event;
    return status;
}

static enum status look_at_end(struct promotion *promotion, struct error *error)
{
    uint64_t size = ledger_size(promotion->ledger);
    struct digest *root = arena_one(promotion->arena, struct digest);
    enum status status = ledger_root(promotion->ledger, size, root, error);

    promotion->order.size = (int64_t)size;
    promotion->order.root = (struct bytes){root->bytes, DIGEST_SIZE};
    return status == STATUS_OK ? look_for_record(promotion, error) : status;
}

/* No server runs in the home, or it cannot be opened. */
static enum status look_at_ledger(struct promotion *promotion, struct error *error)
{
    const struct ledger_settings settings = {.home = promotion->home, .is_following = true};
    enum status status = ledger_open(&settings, &promotion->ledger, error);

    if (status == STATUS_OK)
        status = look_at_end(promotion, error);
    if (status == STATUS_OK)
        status = find_dropped(promotion, error);
    if (status == STATUS_OK)
        status = read_note(promotion, error);
    ledger_close(promotion->ledger);
    promotion->ledger = NULL;
    return status;
}

/* Steps. */

static enum status
put_on_record(struct promotion *promotion, const struct promote_deeds *deeds, struct error *error)
{
    struct promote_leader *order = &promotion->order;
    struct text answer;
    enum status status = STATUS_OK;
    AUTO_BUF json = {0};

    if (promotion->is_recorded)
        return deeds->sign(promotion->settings, error);
    if (promotion->lease != NULL)
        status = lease_claim(promotion->lease, error);
    if (status != STATUS_OK)
        return status;
    order->former_leader = promotion->url;
    order->confirmed_by = promotion->options->confirmed_by;
    order->reason = promotion->options->reason;
    buf_init(&json, ORDER_BYTES);
    shape_json_write(promote_leader_command.input, order, &json);
    return deeds->record(promotion->settings, buf_text(&json), promotion->arena, &answer, error);
}

/* With the position that leader_promoted is to have, by which it is known again. */
static enum status begin(struct promotion *promotion, enum home_mark mark, struct error *error)
{
    struct text says;
    enum status status;

    if (promotion->is_recorded)
        return STATUS_OK;
    promotion->begun_at = promotion->order.size;
    says = text_format(
        promotion->arena, "%.*s\n%lld\n", TEXT_ARGS(promotion->succeeded),
        (long long)promotion->begun_at);
    status = home_mark_set(promotion->home, mark, says, error);
    if (status == STATUS_OK && mark == HOME_FOLLOWS)
        status = home_mark_change(promotion->home, HOME_FOLLOWS, HOME_PROMOTING, error);
    return status;
}

static enum status make_leader(
    struct promotion *promotion,
    enum home_mark mark,
    const struct promote_deeds *deeds,
    struct error *error)
{
    enum status status = begin(promotion, mark, error);

    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_PROMOTE, error);
    if (status == STATUS_OK)
        status = put_on_record(promotion, deeds, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_PROMOTE, error);
    if (status == STATUS_OK)
        status = home_mark_change(promotion->home, HOME_PROMOTING, HOME_SUCCEEDS, error);
    return status;
}

static enum status expect_follower(const char *home, enum home_mark *out, struct error *error)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/contradiction", home) < (int)sizeof(path) &&
        access(path, F_OK) == 0)
        return error_set_code(
            error, STATUS_CONFLICT, "contradicted",
            "%.300s has found another history at its leader: find out first which is right.", path);
    *out = home_mark_is_set(home, HOME_PROMOTING) ? HOME_PROMOTING : HOME_FOLLOWS;
    if (home_mark_is_set(home, *out))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CONFLICT, "home_leads", "%.300s is the home of a server that follows nobody.",
        home);
}

static enum status promote(
    struct promotion *promotion,
    const struct leader *leader,
    const struct promote_deeds *deeds,
    struct error *error)
{
    enum home_mark mark = HOME_FOLLOWS;
    enum status status = expect_follower(promotion->home, &mark, error);

    if (status == STATUS_OK)
        status = find_leader(promotion, leader, mark, error);
    if (status == STATUS_OK && promotion->lease == NULL)
        status = expect_silence(promotion, leader, error);
    if (status == STATUS_OK)
        status = look_at_ledger(promotion, error);
    if (status == STATUS_OK)
        status = make_leader(promotion, mark, deeds, error);
    return status;
}

/* If this process is killed, the next one may go on, unless another server has taken the lease since. */
static enum status write_holder(const struct promotion *promotion, struct error *error)
{
    char holder[UUID_TEXT_SIZE];

    uuid_print(lease_holder(promotion->lease), holder);
    return home_mark_set(promotion->home, HOME_HOLDER, text_from(holder), error);
}

enum status promote_by_lease(
    const struct data_dir_settings *settings,
    struct lease *lease,
    const struct promote_deeds *deeds,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PROMOTE_ARENA);
    const struct promote_options options = {
        .confirmed_by = text_lit("the lease to lead"),
        .reason = text_lit("The lease of the former leader ran out.")};
    const struct leader leader = {.url = {NULL, 0}};
    struct promotion promotion = {
        .settings = settings,
        .options = &options,
        .home = settings->path,
        .arena = arena,
        .lease = lease};
    enum status status = write_holder(&promotion, error);

    return status == STATUS_OK ? promote(&promotion, &leader, deeds, error) : status;
}

int promote_run(
    const struct data_dir_settings *settings,
    const struct leader *leader,
    const struct promote_options *options,
    const struct promote_deeds *deeds)
{
    AUTO_ARENA arena = arena_new(PROMOTE_ARENA);
    struct promotion promotion = {
        .settings = settings, .options = options, .home = settings->path, .arena = arena};
    struct error error = {0};
    enum status status = promote(&promotion, leader, deeds, &error);

    if (status != STATUS_OK) {
        fprintf(stderr, "fleetledger promote: %s\n  why: %s\n", error.text, error.code);
        return exit_code_for(status);
    }
    fprintf(
        stderr,
        "The home leads from its next start on, with the %lld events that it has. Start it without\n"
        "FLEETLEDGER_FOLLOW, and give the other followers its address as theirs. Former leader: %.*s.\n",
        (long long)promotion.order.size, TEXT_ARGS(promotion.url));
    return EXIT_HOLDS;
}
