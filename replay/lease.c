/*
 * Holding, watching and taking.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/lease.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "core/db/db.h"
#include "core/run/queue.h"

#include <pthread.h>
#include <stdio.h>

enum { STEP_ARENA = 1 << 20, NAME_BYTES = 256, STEPS_A_LEASE = 5 };

struct row {
    int64_t term;
    int64_t renewals;
    int64_t epoch;
    int64_t size;
    struct opt_bool is_released;
};

struct known {
    char name[NAME_BYTES];      /* of the ledger; "": not known yet */
    struct lease_ledger ledger; /* but for its name */
    int64_t complete_us;        /* when it last had all that its leader had signed; 0: never yet */
    bool may_lead;
};

struct lease {
    struct lease_settings settings;
    struct uuid holder; /* this process, or the one that it goes on for */
    struct queue *wakeup;
    struct db *db; /* NULL: not connected */
    bool is_prepared;
    bool was_away;

    pthread_mutex_t asking; /* of whoever asks the database, and what it knows of the row */
    pthread_mutex_t lock;   /* of what is known of the ledger */
    struct known known;

    int64_t term; /* that we hold; 0: none */
    struct row seen;
    int64_t seen_us; /* when it was first seen like this; 0: never */
    bool was_too_small;
    atomic_int_fast64_t until_us;
    atomic_int_fast64_t wall_until_us;
};

/* Statements. */

struct lease_params {
    struct text ledger;
    struct uuid holder;
    int64_t term;
    int64_t renewals;
    int64_t epoch;
    int64_t size;
    int64_t seconds;
};
static const struct field lease_params_fields[] = {
    {TEXT(lease_params, ledger), .doc = "Name of the ledger."},
    {UUID(lease_params, holder), .doc = "Process that asks."},
    {INT64(lease_params, term), .doc = "Term that it knows."},
    {INT64(lease_params, renewals), .doc = "Renewals of it that it knows."},
    {INT64(lease_params, epoch), .doc = "Epoch in which it leads, or would."},
    {INT64(lease_params, size), .doc = "Size of its ledger."},
    {INT64(lease_params, seconds), .doc = "Length of the lease."},
};
static const struct shape lease_params_shape = SHAPE(lease_params, "What the holder knows.");

static const struct field row_fields[] = {
    {INT64(row, term), .doc = "How often it was taken."},
    {INT64(row, renewals), .doc = "How often it was renewed since."},
    {INT64(row, epoch), .doc = "Epoch of the ledger that its holder leads."},
    {INT64(row, size), .doc = "Size of its ledger, when it last said so."},
    {BOOL(row, is_released), .doc = "Whether its holder gave it back."},
};
static const struct shape row_shape = SHAPE(row, "The lease as it is.");

static const char prepare_script[] =
    "create table if not exists fleetledger_lease ("
    " ledger text primary key, holder uuid not null, term bigint not null,"
    " renewals bigint not null, epoch bigint not null, size bigint not null,"
    " is_released boolean not null, until timestamptz not null)";

#define UNTIL   "clock_timestamp() + make_interval(secs => :seconds)"
#define COLUMNS "term, renewals, epoch, size, is_released"

static const struct sql look_sql = {
    "lease_look", "select " COLUMNS " from fleetledger_lease where ledger = :ledger",
    &lease_params_shape, &row_shape, false};
static const struct sql begin_sql = {
    "lease_begin",
    "insert into fleetledger_lease values (:ledger, :holder, 1, 0, :epoch, :size, false, " UNTIL
    ") on conflict do nothing returning " COLUMNS,
    &lease_params_shape, &row_shape, false};
static const struct sql renew_sql = {
    "lease_renew",
    "update fleetledger_lease set renewals = renewals + 1, epoch = :epoch, size = :size,"
    " until = " UNTIL
    " where ledger = :ledger and holder = :holder and term = :term returning " COLUMNS,
    &lease_params_shape, &row_shape, false};
static const struct sql claim_sql = {
    "lease_claim",
    "update fleetledger_lease set renewals = renewals + 1, epoch = :epoch, size = :size,"
    " is_released = false, until = " UNTIL
    " where ledger = :ledger and holder = :holder returning " COLUMNS,
    &lease_params_shape, &row_shape, false};
static const struct sql take_sql = {
    "lease_take",
    "update fleetledger_lease set holder = :holder, term = term + 1, renewals = 0, epoch = :epoch,"
    " size = :size, is_released = false, until = " UNTIL
    " where ledger = :ledger and term = :term and renewals = :renewals and epoch <= :epoch"
    " returning " COLUMNS,
    &lease_params_shape, &row_shape, false};
static const struct sql release_sql = {
    "lease_release",
    "update fleetledger_lease set is_released = true, renewals = renewals + 1"
    " where ledger = :ledger and holder = :holder and term = :term returning " COLUMNS,
    &lease_params_shape, &row_shape, false};

static enum status
ask(struct lease *lease,
    const struct sql *sql,
    const struct lease_params *params,
    struct row *out,
    bool *out_is_there,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(STEP_ARENA);
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_query(lease->db, sql, params, arena, &rows, &count, error);

    if (status != STATUS_OK)
        return status;
    *out_is_there = count == 1;
    if (count == 1)
        *out = *(const struct row *)rows;
    return STATUS_OK;
}

/* Steps. */

static int64_t now_us(const struct lease *lease)
{
    return lease->settings.now_us == NULL ? boottime_us() : lease->settings.now_us();
}

static int64_t wall_us(const struct lease *lease)
{
    return lease->settings.wall_us == NULL ? timestamp_now().us : lease->settings.wall_us();
}

/* When something was sent, by both clocks. */
struct moment {
    int64_t us;
    int64_t wall_us;
};

static struct moment moment_of(const struct lease *lease)
{
    return (struct moment){.us = now_us(lease), .wall_us = wall_us(lease)};
}

static int64_t lease_us(const struct lease *lease)
{
    return lease->settings.seconds * US_PER_S;
}

/* The database knows of the epoch in which it is held: nobody of an older one takes it any more. */
static void hold(struct lease *lease, const struct row *row, struct moment sent)
{
    lease->term = row->term;
    pthread_mutex_lock(&lease->lock);
    if (row->epoch == lease->known.ledger.epoch && lease->known.may_lead) {
        atomic_store(&lease->wall_until_us, sent.wall_us + lease_us(lease));
        atomic_store(&lease->until_us, sent.us + lease_us(lease));
    }
    pthread_mutex_unlock(&lease->lock);
}

static void lose(struct lease *lease)
{
    if (lease->term != 0)
        log_warning("lease.lost", log_int64("term", lease->term));
    lease->term = 0;
    lease->seen_us = 0;
    atomic_store(&lease->until_us, 0);
}

/* Two leases as a candidate: whoever leads and was started anew comes first. */
static bool
has_run_out(const struct lease *lease, const struct row *row, bool is_following, int64_t at_us)
{
    int64_t patience_us = is_following ? 2 * lease_us(lease) : lease_us(lease);

    if (opt_bool_is_true(row->is_released) && !is_following)
        return true;
    return at_us - lease->seen_us >= patience_us;
}

/* What a candidate lacks would be lost: little where it had all a moment ago, unknown where it was cut off. */
static bool has_enough(struct lease *lease, const struct row *row, const struct known *known)
{
    const struct lease_ledger *ledger = &known->ledger;
    bool was_complete =
        known->complete_us != 0 && known->complete_us >= lease->seen_us - lease_us(lease);
    bool is_too_small = ledger->is_following && !was_complete && ledger->size < (uint64_t)row->size;

    if (is_too_small && !lease->was_too_small)
        log_warning(
            "lease.not_taken", log_int64("size", (int64_t)ledger->size),
            log_int64("holder_size", row->size));
    lease->was_too_small = is_too_small;
    return !is_too_small;
}

/* From when on is it as it is now? */
static void watch(struct lease *lease, const struct row *row, int64_t at_us)
{
    if (lease->seen_us != 0 && row->term == lease->seen.term &&
        row->renewals == lease->seen.renewals)
        return;
    lease->seen = *row;
    lease->seen_us = at_us;
}

static enum status renew(
    struct lease *lease,
    const struct sql *sql,
    struct lease_params *params,
    bool *out_is_held,
    struct error *error)
{
    struct row row = {.term = 0};
    struct moment sent = moment_of(lease);
    enum status status;

    params->term = lease->term;
    status = ask(lease, sql, params, &row, out_is_held, error);
    if (status != STATUS_OK)
        return status;
    if (*out_is_held)
        hold(lease, &row, sent);
    else
        lose(lease);
    return STATUS_OK;
}

static enum status
take(struct lease *lease, struct lease_params *params, const struct sql *sql, struct error *error)
{
    struct row row = {.term = 0};
    bool is_taken = false;
    struct moment sent = moment_of(lease);
    enum status status = ask(lease, sql, params, &row, &is_taken, error);

    if (status != STATUS_OK || !is_taken)
        return status;
    hold(lease, &row, sent);
    log_info("lease.taken", log_int64("term", row.term), log_int64("epoch", row.epoch));
    return STATUS_OK;
}

static enum status look(
    struct lease *lease,
    struct lease_params *params,
    const struct known *known,
    struct error *error)
{
    bool is_following = known->ledger.is_following;
    struct row row = {.term = 0};
    bool is_there = false;
    int64_t at_us;
    enum status status = ask(lease, &look_sql, params, &row, &is_there, error);

    if (status != STATUS_OK)
        return status;
    at_us = now_us(lease); /* after the answer: it may have been renewed until then */
    if (!is_there)
        return is_following ? STATUS_OK : take(lease, params, &begin_sql, error);
    watch(lease, &row, at_us);
    if (!has_run_out(lease, &row, is_following, at_us) || !has_enough(lease, &row, known))
        return STATUS_OK;
    params->term = row.term;
    params->renewals = row.renewals;
    return take(lease, params, &take_sql, error);
}

static enum status connect_db(struct lease *lease, struct error *error)
{
    int64_t ms = lease->settings.seconds * 1000 / STEPS_A_LEASE;
    enum status status;

    if (lease->db != NULL && db_is_alive(lease->db))
        return STATUS_OK;
    db_close(lease->db);
    lease->db = NULL;
    status =
        db_open(lease->settings.conninfo, (int)lease->settings.seconds, (int)ms, &lease->db, error);
    if (status == STATUS_OK && !lease->is_prepared)
        status = db_script(lease->db, prepare_script, error);
    if (status == STATUS_OK)
        lease->is_prepared = true;
    return status;
}

/* They borrow from what is known at this moment. */
static struct lease_params params_of(struct lease *lease, struct known *out)
{
    pthread_mutex_lock(&lease->lock);
    *out = lease->known;
    pthread_mutex_unlock(&lease->lock);
    return (struct lease_params){
        .ledger = text_from(out->name),
        .holder = lease->holder,
        .epoch = out->ledger.epoch,
        .size = (int64_t)out->ledger.size,
        .seconds = lease->settings.seconds,
    };
}

/* Whoever may lead takes it at once. */
static enum status give_back(struct lease *lease, struct lease_params *params, struct error *error)
{
    struct row row = {.term = 0};
    bool is_done = false;
    enum status status;

    params->term = lease->term;
    atomic_store(&lease->until_us, 0);
    status = ask(lease, &release_sql, params, &row, &is_done, error);
    if (status != STATUS_OK)
        return status;
    lease->term = 0;
    lease->seen_us = 0;
    return STATUS_OK;
}

static enum status step(struct lease *lease, struct error *error)
{
    struct known known = {.may_lead = false};
    struct lease_params params = params_of(lease, &known);
    bool is_held = false;
    enum status status;

    if (!known.may_lead && lease->term == 0)
        return STATUS_OK;
    status = connect_db(lease, error);
    if (status == STATUS_OK && !known.may_lead)
        return give_back(lease, &params, error);
    if (status == STATUS_OK && lease->term != 0)
        status = renew(lease, &renew_sql, &params, &is_held, error);
    if (status == STATUS_OK && !is_held)
        status = look(lease, &params, &known, error);
    return status;
}

enum status lease_step(struct lease *lease, struct error *error)
{
    enum status status;

    pthread_mutex_lock(&lease->asking);
    status = step(lease, error);
    pthread_mutex_unlock(&lease->asking);
    return status;
}

/* Before it is asked for: a renewal of which nobody knows whether it came through is never taken back. */
static void change_epoch(struct lease *lease, int64_t by)
{
    pthread_mutex_lock(&lease->lock);
    lease->known.ledger.epoch += by;
    atomic_store(&lease->until_us, 0);
    pthread_mutex_unlock(&lease->lock);
}

static enum status claim(struct lease *lease, struct error *error)
{
    struct known known = {.may_lead = false};
    struct lease_params params = {.epoch = 0};
    bool is_held = false;
    enum status status = connect_db(lease, error);

    if (status == STATUS_OK) {
        change_epoch(lease, 1);
        params = params_of(lease, &known);
        status = renew(lease, &claim_sql, &params, &is_held, error);
        if (status == STATUS_OK && !is_held)
            change_epoch(lease, -1);
    }
    if (status != STATUS_OK || is_held)
        return status;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "no_lease",
        "Another server has taken the lease to lead meanwhile, and may have led: this one does not take over.");
}

enum status lease_claim(struct lease *lease, struct error *error)
{
    enum status status;

    pthread_mutex_lock(&lease->asking);
    status = claim(lease, error);
    pthread_mutex_unlock(&lease->asking);
    return status;
}

/* Life. */

struct lease *lease_new(const struct lease_settings *settings)
{
    struct lease *lease = heap_new(sizeof(*lease));

    lease->settings = *settings;
    lease->holder = uuid_is_present(settings->holder) ? settings->holder : uuid_new();
    lease->wakeup = queue_new(1);
    must(pthread_mutex_init(&lease->asking, NULL) == 0);
    must(pthread_mutex_init(&lease->lock, NULL) == 0);
    return lease;
}

void lease_free(struct lease *lease)
{
    if (lease == NULL)
        return;
    db_close(lease->db);
    queue_free(lease->wakeup);
    pthread_mutex_destroy(&lease->lock);
    pthread_mutex_destroy(&lease->asking);
    heap_free(lease);
}

void lease_know(struct lease *lease, const struct lease_ledger *ledger)
{
    struct known *known = &lease->known;

    pthread_mutex_lock(&lease->lock);
    known->may_lead = ledger->name.size > 0;
    if (known->may_lead)
        snprintf(
            known->name, sizeof(known->name), "%.*s",
            TEXT_ARGS(text_first_bytes(ledger->name, NAME_BYTES - 1)));
    if (ledger->epoch != known->ledger.epoch || !known->may_lead)
        atomic_store(&lease->until_us, 0);
    known->complete_us = ledger->lag_us == INT64_MAX ? 0 : now_us(lease) - ledger->lag_us;
    known->ledger = *ledger;
    known->ledger.name = (struct text){NULL, 0};
    pthread_mutex_unlock(&lease->lock);
}

struct uuid lease_holder(const struct lease *lease)
{
    return lease->holder;
}

const atomic_int_fast64_t *lease_until(const struct lease *lease)
{
    return &lease->until_us;
}

const atomic_int_fast64_t *lease_wall_until(const struct lease *lease)
{
    return &lease->wall_until_us;
}

bool lease_is_held(const struct lease *lease)
{
    return lease != NULL && atomic_load(&lease->until_us) > now_us(lease) &&
           atomic_load(&lease->wall_until_us) > wall_us(lease);
}

static void release(struct lease *lease)
{
    struct known known = {.may_lead = false};
    struct lease_params params = params_of(lease, &known);
    struct error error;

    pthread_mutex_lock(&lease->asking);
    atomic_store(&lease->until_us, 0);
    if (lease->term != 0 && lease->db != NULL && db_is_alive(lease->db) &&
        give_back(lease, &params, &error) != STATUS_OK)
        log_warning("lease.not_released", log_cause(&error));
    pthread_mutex_unlock(&lease->asking);
}

void lease_run(void *context)
{
    struct lease *lease = context;

    while (!queue_is_closed(lease->wakeup)) {
        struct error error;
        bool is_away = lease_step(lease, &error) != STATUS_OK;

        if (is_away && !lease->was_away)
            log_warning("lease.database_away", log_cause(&error));
        lease->was_away = is_away;
        queue_take(lease->wakeup, lease_us(lease) / STEPS_A_LEASE);
    }
    release(lease);
}

void lease_stop(struct lease *lease)
{
    if (lease != NULL)
        queue_close(lease->wakeup);
}
