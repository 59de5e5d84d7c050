/*
 * The table of looks, by session.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/looks.h"

#include "api/evidence/kept_orders.h"
#include "api/own_command.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/shape/shape_pack.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/keyed_digest.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { AT_ONCE = 64, ORDER_BYTES = 1 << 16, PROBE_EVERY_US = 60 * US_PER_S };

/* One of a session's looks of a window. */
struct seen {
    struct uuid command_id;
    int64_t count;
    bool is_recorded;
};

/* A session's ten minutes. */
struct looker {
    struct actor actor;
    int64_t window;
    struct timestamp since; /* the first look of them that is counted here */
    struct timestamp until;
    size_t count;
    int64_t further;
    struct seen seen[LOOKS_OF_SESSION];
    struct looker *next; /* of those that are over */
};

struct looks {
    struct keyring *keyring;
    struct writer *writer;
    pthread_mutex_t lock;
    struct map *present; /* session → struct looker, owned */
    struct looker *over; /* to be recorded */
    size_t over_count;
    struct kept_orders *kept; /* NULL: there is no file */

    /* The monitor's: how much of what was kept is on record again. */
    size_t recorded_to;
    size_t submitted_to;
    int64_t probed_us; /* monotonic */
    atomic_size_t outstanding;
    atomic_bool has_failed;
};

struct looks *looks_new(const char *home, struct keyring *keyring, struct writer *writer)
{
    struct looks *looks = heap_new(sizeof(*looks));
    char path[PATH_MAX];
    struct error error;

    looks->keyring = keyring;
    looks->writer = writer;
    looks->present = map_new();
    must(pthread_mutex_init(&looks->lock, NULL) == 0);
    must(snprintf(path, sizeof(path), "%s/looks.kept", home) < (int)sizeof(path));
    if (kept_orders_open(path, LOOKS_KEPT_BYTES, &looks->kept, &error) != STATUS_OK)
        log_error("looks.file_failed", log_cause(&error));
    return looks;
}

static void add_over(struct looks *looks, struct looker *looker)
{
    looker->next = looks->over;
    looks->over = looker;
    looks->over_count++;
}

/* Those whose time is over by then leave the table. The map must not change while it is walked. */
static void take_out(struct looks *looks, struct timestamp by)
{
    const struct looker *before = looks->over;
    size_t cursor = 0;
    struct uuid session;
    void *looker;

    while (map_next(looks->present, &cursor, &session, &looker)) {
        if (((struct looker *)looker)->until.us <= by.us)
            add_over(looks, looker);
    }
    for (const struct looker *over = looks->over; over != before; over = over->next)
        (void)map_remove(looks->present, over->actor.session);
}

static void free_over(struct looker *over)
{
    while (over != NULL) {
        struct looker *next = over->next;
        heap_free(over);
        over = next;
    }
}

void looks_free(struct looks *looks)
{
    if (looks == NULL)
        return;
    take_out(looks, (struct timestamp){INT64_MAX});
    free_over(looks->over);
    map_free(looks->present);
    kept_orders_close(looks->kept);
    pthread_mutex_destroy(&looks->lock);
    heap_free(looks);
}

static struct looker *new_looker(struct looks *looks, const struct look *look)
{
    struct looker *looker;

    if (map_count(looks->present) + looks->over_count >= LOOKS_SESSIONS)
        return NULL;
    looker = heap_new(sizeof(*looker));
    looker->actor = look->actor;
    looker->window = look->window;
    looker->since = look->at;
    looker->until = look->until;
    must(map_put(looks->present, look->actor.session, looker) == NULL);
    return looker;
}

/* NULL where there is no room, or it is of ten minutes that are over. */
static struct looker *looker_of(struct looks *looks, const struct look *look)
{
    struct looker *looker = map_get(looks->present, look->actor.session);

    if (looker == NULL)
        return new_looker(looks, look);
    if (look->window == looker->window)
        return looker;
    if (look->window < looker->window)
        return NULL;
    (void)map_remove(looks->present, look->actor.session);
    add_over(looks, looker);
    return new_looker(looks, look);
}

static struct seen *seen_of(struct looker *looker, struct uuid command_id)
{
    for (size_t i = 0; i < looker->count; i++) {
        if (uuid_equal(looker->seen[i].command_id, command_id))
            return &looker->seen[i];
    }
    return NULL;
}

/* What is under way is given to the writer again, so that no repeat is answered before it is on record. */
static bool note(struct looker *looker, struct uuid command_id)
{
    struct seen *seen = seen_of(looker, command_id);

    if (seen == NULL && looker->count == LOOKS_OF_SESSION) {
        looker->further++;
        return true;
    }
    if (seen == NULL) {
        seen = &looker->seen[looker->count++];
        *seen = (struct seen){.command_id = command_id};
    }
    seen->count++;
    return seen->is_recorded;
}

bool looks_note(struct looks *looks, const struct look *look)
{
    struct looker *looker;
    bool is_known;

    must(pthread_mutex_lock(&looks->lock) == 0);
    looker = looker_of(looks, look);
    is_known = looker != NULL && note(looker, uuid_v8(look->name.bytes));
    must(pthread_mutex_unlock(&looks->lock) == 0);
    return is_known;
}

void looks_noted(struct looks *looks, const struct look *look)
{
    struct looker *looker;
    struct seen *seen = NULL;

    must(pthread_mutex_lock(&looks->lock) == 0);
    looker = looker_of(looks, look);
    if (looker != NULL)
        seen = seen_of(looker, uuid_v8(look->name.bytes));
    if (seen != NULL)
        seen->is_recorded = true;
    must(pthread_mutex_unlock(&looks->lock) == 0);
}

/* What waits in the file. */
static const struct command *const kept_commands[] = {&record_look_command, &count_looks_command};

struct kept_order {
    struct text command;
    struct uuid actor;
    struct uuid session;
    struct bytes name;
    struct bytes input;
};
static const struct field kept_order_fields[] = {
    {TEXT(kept_order, command), .tag = 1, .flags = REQUIRED, .doc = "Name of its command."},
    {UUID(kept_order, actor), .tag = 2, .flags = REQUIRED, .doc = "User whose look it is."},
    {UUID(kept_order, session), .tag = 3, .doc = "Session of it."},
    {BYTES(kept_order, name), .tag = 4, .flags = REQUIRED,
     .doc = "Digest that it is done once by."},
    {BYTES(kept_order, input), .tag = 5, .flags = REQUIRED, .doc = "Input of the command, packed."},
};
static const struct shape kept_order_shape = SHAPE(kept_order, "An order that waits.");

static struct bytes pack_order(const struct own_command *own, struct arena *arena)
{
    AUTO_BUF packed = {0};
    struct kept_order order = {
        .command = text_from(own->command->name),
        .actor = own->actor.id,
        .session = own->actor.session,
        .name = {own->once->bytes, DIGEST_SIZE},
    };

    buf_init(&packed, ORDER_BYTES);
    shape_pack(own->command->input, own->input, &packed);
    order.input = bytes_copy(arena, buf_bytes(&packed));
    buf_clear(&packed);
    shape_pack(&kept_order_shape, &order, &packed);
    must(!buf_is_full(&packed));
    return bytes_copy(arena, buf_bytes(&packed));
}

static enum status keep(struct looks *looks, const struct own_command *own, struct error *error)
{
    AUTO_ARENA arena = arena_new(4 * ORDER_BYTES);
    struct bytes order = pack_order(own, arena);
    enum status status;

    must(pthread_mutex_lock(&looks->lock) == 0);
    status = looks->kept == NULL ? error_set(error, STATUS_UNAVAILABLE, "there is no looks.kept")
                                 : kept_orders_add(looks->kept, order, error);
    must(pthread_mutex_unlock(&looks->lock) == 0);
    return status;
}

enum status looks_keep(
    struct looks *looks,
    const struct look *look,
    const struct record_look *order,
    struct error *error)
{
    struct record_look kept = *order;
    struct error why;

    kept.kept_at = look->at;
    if (keep(
            looks,
            &(struct own_command){
                .command = &record_look_command,
                .input = &kept,
                .actor = look->actor,
                .once = &look->name,
            },
            &why) == STATUS_OK)
        return STATUS_OK;
    log_error("looks.not_kept", log_cause(&why));
    return error_set_code(
        error, STATUS_UNAVAILABLE, "look_not_recorded",
        "That you look cannot be recorded now, so nothing is shown. Try again once the server takes "
        "changes.");
}

/* Recorded, or kept where there cannot be writes; nothing is left for later. */
static void record_or_keep(struct looks *looks, const struct own_command *own)
{
    struct error error;

    if (!writer_stats(looks->writer).is_refusing_writes && own_command_submit(looks->writer, own))
        return;
    if (keep(looks, own, &error) != STATUS_OK)
        log_error("looks.not_kept", log_cause(&error));
}

static void record_counts(struct looks *looks, const struct looker *looker, struct timestamp until)
{
    struct counted_look counted[LOOKS_OF_SESSION];
    /* Of its own, as there may be two of the same ten minutes, before a restart and after it. */
    const struct look_digest name = {.person = looker->actor.id, .session = uuid_new()};
    struct digest digest = keyed_digest_look(looks->keyring, &name);
    struct count_looks order = {
        .since = looker->since,
        .until = until,
        .looks = {counted, 0},
        .further = looker->further,
    };

    for (size_t i = 0; i < looker->count; i++) {
        if (looker->seen[i].count > 1)
            counted[order.looks.count++] =
                (struct counted_look){looker->seen[i].command_id, looker->seen[i].count};
    }
    if (order.looks.count == 0 && order.further == 0)
        return;
    record_or_keep(
        looks, &(struct own_command){
                   .command = &count_looks_command,
                   .input = &order,
                   .actor = looker->actor,
                   .once = &digest,
               });
}

static void end_windows(struct looks *looks, struct timestamp by, struct timestamp now)
{
    struct looker *over;

    must(pthread_mutex_lock(&looks->lock) == 0);
    take_out(looks, by);
    over = looks->over;
    looks->over = NULL;
    looks->over_count = 0;
    must(pthread_mutex_unlock(&looks->lock) == 0);
    for (const struct looker *looker = over; looker != NULL; looker = looker->next)
        record_counts(looks, looker, looker->until.us < now.us ? looker->until : now);
    free_over(over);
}

/* The writer's thread. */
static void on_taken_in(const struct submission *submission, void *context)
{
    struct looks *looks = context;

    if (submission->status != STATUS_OK)
        atomic_store(&looks->has_failed, true);
    atomic_fetch_sub(&looks->outstanding, 1);
}

static void give_up(struct looks *looks, const char *why)
{
    log_error(
        "looks.kept_unreadable", log_c("why", why), log_int64("at", (int64_t)looks->submitted_to));
}

/* False: nobody can be asked at the moment. */
static bool submit_kept(struct looks *looks, struct bytes packed, struct arena *arena)
{
    struct own_command own = {.done = on_taken_in, .context = looks};
    struct kept_order order;
    struct digest name;
    struct error error;
    void *input;

    if (shape_unpack(&kept_order_shape, packed, arena, &order, &error) != STATUS_OK ||
        order.name.size != DIGEST_SIZE) {
        give_up(looks, "no order");
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(kept_commands); i++) {
        if (text_is(order.command, kept_commands[i]->name))
            own.command = kept_commands[i];
    }
    if (own.command == NULL) {
        give_up(looks, "unknown command");
        return true;
    }
    input = arena_take(arena, own.command->input->size);
    if (shape_unpack(own.command->input, order.input, arena, input, &error) != STATUS_OK) {
        give_up(looks, error.text);
        return true;
    }
    memcpy(name.bytes, order.name.data, DIGEST_SIZE);
    own.input = input;
    own.once = &name;
    own.actor = (struct actor){.kind = ACTOR_USER, .id = order.actor, .session = order.session};
    atomic_fetch_add(&looks->outstanding, 1);
    if (own_command_submit(looks->writer, &own))
        return true;
    atomic_fetch_sub(&looks->outstanding, 1);
    return false;
}

/* Some more of what is kept; again from where it failed, if it did: it is recorded once all the same. */
static void submit_more(struct looks *looks)
{
    AUTO_ARENA arena = arena_new(8 << 20);
    bool is_taken = true;

    for (size_t i = 0; i < AT_ONCE && is_taken; i++) {
        size_t at = looks->submitted_to;
        struct bytes packed;
        bool is_there;
        must(pthread_mutex_lock(&looks->lock) == 0);
        is_there = kept_orders_read(looks->kept, &at, arena, &packed);
        must(pthread_mutex_unlock(&looks->lock) == 0);
        if (!is_there)
            return;
        is_taken = submit_kept(looks, packed, arena);
        if (is_taken)
            looks->submitted_to = at;
    }
}

static void forget_kept(struct looks *looks)
{
    enum status status = STATUS_OK;
    struct error error;

    must(pthread_mutex_lock(&looks->lock) == 0);
    if (looks->recorded_to == kept_orders_size(looks->kept)) {
        status = kept_orders_clear(looks->kept, &error);
        looks->recorded_to = looks->submitted_to = 0;
    }
    must(pthread_mutex_unlock(&looks->lock) == 0);
    if (status != STATUS_OK)
        log_error("looks.file_failed", log_cause(&error));
}

static bool has_kept(struct looks *looks)
{
    bool is_so;

    must(pthread_mutex_lock(&looks->lock) == 0);
    is_so = looks->kept != NULL && kept_orders_size(looks->kept) > 0;
    must(pthread_mutex_unlock(&looks->lock) == 0);
    return is_so;
}

static void take_in(struct looks *looks)
{
    if (!has_kept(looks) || atomic_load(&looks->outstanding) > 0)
        return;
    if (atomic_exchange(&looks->has_failed, false))
        looks->submitted_to = looks->recorded_to;
    looks->recorded_to = looks->submitted_to;
    if (looks->recorded_to > 0)
        forget_kept(looks);
    /* Whether there can be writes is known from trying: by others, else now and then by us. */
    if (writer_stats(looks->writer).is_refusing_writes &&
        monotonic_us() < looks->probed_us + PROBE_EVERY_US)
        return;
    looks->probed_us = monotonic_us();
    submit_more(looks);
}

void looks_tend(struct looks *looks, struct timestamp now)
{
    if (looks == NULL)
        return;
    end_windows(looks, now, now);
    take_in(looks);
}

void looks_end(struct looks *looks, struct timestamp now)
{
    if (looks != NULL)
        end_windows(looks, (struct timestamp){INT64_MAX}, now);
}
