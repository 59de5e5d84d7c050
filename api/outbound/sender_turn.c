/*
 * One turn of the sender: what is due is told and reported, row by row. What it knows of the world
 * it knows by its ports, so that tests can make one up.
 *
 *   all shown? ─► what is due? ─► deliver ─► report, and wait for the report's commit ─► …
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "core/base/buf.h"
#include "core/base/log.h"
#include "core/run/queue.h"

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
static bool report(
    struct sender *sender, const struct due *due, enum delivery_outcome outcome, struct text cause)
{
    const struct record_delivery order = {
        .outbox_id = due->id,
        .workspace_id = due->workspace_id,
        .error = outcome == DELIVERY_DONE ? (struct text){NULL, 0} : cause,
        .is_hopeless = outcome == DELIVERY_PERMANENT ? OPT_TRUE : (struct opt_bool){0},
    };
    struct uuid asked_by = uuid_is_present(due->event_id) ? due->event_id : due->id;
    uint64_t size = 0;

    if (!sender->ports->report(sender, &order, asked_by, &size))
        return false;
    if (size > sender->must_be_shown)
        sender->must_be_shown = size;
    return true;
}

/* False when there is no sense in going on now. */
static bool handle(struct sender *sender, const struct due *due)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct error error = {.text = ""};
    bool was_told = map_get(sender->told, due->id) != NULL;
    enum delivery_outcome outcome =
        was_told ? DELIVERY_DONE : sender->ports->deliver(sender, due, arena, &error);
    struct text cause = without_addresses(arena, text_from(error.text));

    if (queue_is_closed(sender->wakeup) && outcome != DELIVERY_DONE)
        return false;
    if (outcome != DELIVERY_DONE)
        log_warning(
            "sender.delivery_failed", log_uuid("delivery", due->id), log_text("cause", cause));
    if (outcome == DELIVERY_ABORTED)
        return false;
    if (outcome == DELIVERY_DONE)
        map_put(sender->told, due->id, sender);
    if (!report(sender, due, outcome, cause))
        return false;
    map_remove(sender->told, due->id);
    return !queue_is_closed(sender->wakeup);
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

int64_t sender_turn(struct sender *sender)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct progress *progress = sender->reader.progress;
    struct list rows = {NULL, 0};
    const struct due *due;
    struct error error;
    enum status status;

    if (progress->size < sender->must_be_shown || !progress->is_connected)
        return CATCH_UP_US;
    status = sender->ports->find_due(sender, sender->ports->now(sender), arena, &rows, &error);
    if (status != STATUS_OK) {
        if (status != STATUS_UNAVAILABLE)
            log_error("sender.query_failed", log_cause(&error));
        return CATCH_UP_US;
    }
    due = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!handle(sender, &due[i]))
            return CATCH_UP_US;
    }
    return rows.count > 0 ? CATCH_UP_US : until_next(sender, arena, &error);
}
