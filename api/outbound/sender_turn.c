/*
 * One turn of the sender: what was told is reported, what has waited is gathered, what is due is begun, row by row, as far
 * as there are lanes for it. What it knows of the world it knows by its ports, so that tests can make one up.
 *
 *   report what was told ─► all shown? ─► gather ─► what is due? ─► prepare, begin ─► …
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "core/base/buf.h"
#include "core/base/log.h"

enum {
    LONGEST_WAIT_US = 30000000,
    CATCH_UP_US = 1000000, /* look again, even when nobody says that it is all shown */
    LONGEST_ERROR = 500,
    ARENA_BYTES = 16 << 20
};

/* What other people's servers say may name people; the ledger must not. */
static struct text without_addresses(struct arena *arena, struct text said)
{
    AUTO_BUF out = {0};

    buf_init(&out, 4096);
    while (text_is_present(said)) {
        struct text word = text_cut(&said, ' ');
        if (text_find(word, '@', 0) < word.size)
            buf_add_c(&out, "[address]");
        else
            buf_add_text(&out, word);
        if (text_is_present(said))
            buf_add_char(&out, ' ');
    }
    return text_copy(arena, text_first_bytes(text_cleaned(arena, buf_text(&out)), LONGEST_ERROR));
}

/* False when it could not be recorded. */
static bool report(struct sender *sender, const struct lane *lane, struct text cause)
{
    const struct due *due = &lane->due;
    enum delivery_outcome outcome = lane->result.outcome;
    const struct record_delivery order = {
        .outbox_id = due->id,
        .workspace_id = due->workspace_id,
        .error = outcome == DELIVERY_DONE ? (struct text){NULL, 0} : cause,
        .is_hopeless = outcome == DELIVERY_PERMANENT ? OPT_TRUE : (struct opt_bool){0},
        .channel_id = due->channel_id,
        .retry_after_s = lane->result.retry_after_s,
    };
    struct uuid asked_by = uuid_is_present(due->event_id) ? due->event_id : due->id;
    uint64_t size = 0;

    if (!sender->ports->report(sender, &order, asked_by, &size))
        return false;
    if (size > sender->must_be_shown)
        sender->must_be_shown = size;
    return true;
}

/* What was told is never told again because it could not be reported: it stays in its lane until it is. */
static bool end(struct sender *sender, struct lane *lane)
{
    enum delivery_outcome outcome = lane->result.outcome;
    struct text cause = without_addresses(lane->arena, text_from(lane->result.error.text));
    bool is_said = outcome != DELIVERY_ABORTED &&
                   (outcome == DELIVERY_DONE || !queue_is_closed(sender->wakeup));

    if (is_said && outcome != DELIVERY_DONE)
        log_warning(
            "sender.delivery_failed", log_uuid("delivery", lane->due.id), log_text("cause", cause));
    if (is_said && !report(sender, lane, cause))
        return false;
    lane_free(lane);
    return is_said && !queue_is_closed(sender->wakeup);
}

bool sender_report(struct sender *sender)
{
    bool may_go_on = true;

    for (size_t i = 0; i < SENDER_LANES; i++) {
        struct lane *lane = &sender->lanes[i];
        if (lane->arena != NULL && atomic_load(&lane->is_told))
            may_go_on = end(sender, lane) && may_go_on;
    }
    return may_go_on;
}

/* Whoever gets it: a host, or our own mail server, which all mails go by. */
static struct text target_of(const struct due *due)
{
    switch ((enum outbox_kind)due->kind.is) {
    case OUTBOX_TELEGRAM_EVENT:
        return text_lit("telegram");
    case OUTBOX_WEBHOOK:
    case OUTBOX_CHAT:
        return due->channel_host;
    case OUTBOX_MAIL_INVITATION:
    case OUTBOX_MAIL_RESET:
    case OUTBOX_MAIL_ENROLLMENT:
    case OUTBOX_MAIL_EVENT:
    case OUTBOX_MAIL_CHANNEL:
        break;
    }
    return text_lit("mail");
}

static bool is_posted(const struct due *due)
{
    return due->kind.is == OUTBOX_WEBHOOK || due->kind.is == OUTBOX_CHAT;
}

/* A lane for it; NULL where it is under way already, or it is not its turn yet. */
static struct lane *find_lane(struct sender *sender, const struct due *due)
{
    struct lane *found = NULL;
    int to_target = 0;
    int of_workspace = 0;
    int posted = 0;

    for (size_t i = 0; i < SENDER_LANES; i++) {
        struct lane *lane = &sender->lanes[i];
        if (lane->arena == NULL) {
            found = lane;
            continue;
        }
        if (uuid_equal(lane->due.id, due->id))
            return NULL;
        to_target += text_equal(target_of(&lane->due), target_of(due));
        of_workspace +=
            is_posted(&lane->due) && uuid_equal(lane->due.workspace_id, due->workspace_id);
        posted += is_posted(&lane->due);
    }
    if (to_target >= (text_is(target_of(due), "mail") ? 1 : MOST_TO_TARGET))
        return NULL;
    if (is_posted(due) && (of_workspace >= MOST_OF_WORKSPACE || posted >= MOST_OF_CHANNELS))
        return NULL;
    return found;
}

/* False when there is no sense in going on now. */
static bool begin(struct sender *sender, struct lane *lane, const struct due *due)
{
    lane->arena = arena_new(LANE_ARENA_BYTES);
    shape_copy(&due_shape, lane->arena, due, &lane->due);
    lane->result = (struct parcel_result){.outcome = DELIVERY_ABORTED};
    lane->result.outcome =
        sender->ports->prepare(sender, &lane->due, lane->arena, &lane->parcel, &lane->result.error);
    if (lane->result.outcome == DELIVERY_READY) {
        sender->ports->begin(lane);
        return true;
    }
    atomic_store(&lane->is_told, true);
    return end(sender, lane);
}

static bool is_busy(const struct sender *sender)
{
    for (size_t i = 0; i < SENDER_LANES; i++) {
        if (sender->lanes[i].arena != NULL)
            return true;
    }
    return false;
}

/* How long to wait when nothing is due. */
static int64_t until_next(struct sender *sender, struct arena *arena, struct error *error)
{
    struct timestamp next = {0};
    int64_t wait_us;

    if (sender->ports->find_next(sender, arena, &next, error) != STATUS_OK)
        return CATCH_UP_US;
    if (!timestamp_is_present(next))
        return LONGEST_WAIT_US;
    wait_us = next.us - sender->ports->now(sender).us;
    if (wait_us < 0)
        return 0;
    return wait_us < LONGEST_WAIT_US ? wait_us : LONGEST_WAIT_US;
}

/* What has waited is one message now, which is due once it is shown. */
static enum status
look(struct sender *sender, struct arena *arena, struct list *out_rows, struct error *error)
{
    struct timestamp now = sender->ports->now(sender);
    uint64_t size = 0;
    enum status status = sender->ports->gather(sender, now, arena, &size, error);

    if (status == STATUS_OK && size > sender->must_be_shown) {
        sender->must_be_shown = size;
        return STATUS_UNAVAILABLE;
    }
    if (status == STATUS_OK)
        status = sender->ports->find_due(sender, now, arena, out_rows, error);
    if (status != STATUS_OK && status != STATUS_UNAVAILABLE)
        log_error("sender.query_failed", log_cause(error));
    return status;
}

int64_t sender_turn(struct sender *sender)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct progress *progress = sender->reader.progress;
    struct list rows = {NULL, 0};
    const struct due *due;
    struct error error;

    if (!sender_report(sender) || progress->size < sender->must_be_shown ||
        !progress->is_connected || look(sender, arena, &rows, &error) != STATUS_OK)
        return CATCH_UP_US;
    due = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        struct lane *lane = find_lane(sender, &due[i]);
        if (lane != NULL && !begin(sender, lane, &due[i]))
            return CATCH_UP_US;
    }
    return rows.count > 0 || is_busy(sender) ? CATCH_UP_US : until_next(sender, arena, &error);
}
