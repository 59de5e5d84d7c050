/*
 * The projector's thread.
 *
 *   away ──connected──► choosing ──set opened──► building ──near the head──► serving ──┐
 *    ▲                                              (beside what is served)     ▲      │ step, tell
 *    │                                                                          └──────┘
 *    └── the connection is lost, from anywhere: again in 500 ms. Whether a batch has been committed
 *        is unknown then; the position in the set, which is read anew, tells
 *
 * Sleeps only while away, and while serving with nothing to do; engine_wake() ends that. Whatever
 * fails ends the session, and the next one begins with a look at everything: at tables that may be
 * gone, at the quarantine. An event that cannot be applied is tried every second; what lasts is said
 * again every minute.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/engine.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/queue.h"
#include "migrations/migrate.h"
#include "projections/build.h"
#include "projections/sets.h"

#include <pthread.h>
#include <string.h>

enum { CONNECT_TIMEOUT_S = 5, STEP_EVENTS = 1000, DAMAGED_IN_ROW = 3 };
/* A batch is small; what is long is the making of a set. */
enum { LIVE_ANSWER_MS = 30000, BUILD_ANSWER_MS = 6 * 3600 * 1000 };
static const int64_t retry_us = 500 * US_PER_MS;
static const int64_t idle_us = US_PER_S;
static const int64_t say_again_us = 60 * US_PER_S;

struct engine {
    struct engine_settings settings;
    struct queue *wakeup;  /* carries nothing: it is only rung and closed */
    int damaged_in_row;    /* sessions in a row that ended by damage of the database */
    pthread_mutex_t *lock; /* over the error */
    struct error error;
    int64_t said_us;
};

/* What one connection has come to. */
struct session {
    struct engine *engine;
    struct db *db;
    struct build *build;
    char schema[SET_NAME_SIZE];
    bool is_serving;
    uint64_t generation;
    int64_t next_look_us; /* for a request to switch */
};

struct engine *engine_new(const struct engine_settings *settings)
{
    struct engine *engine = heap_new(sizeof(*engine));

    engine->settings = *settings;
    engine->wakeup = queue_new(1);
    engine->lock = heap_new(sizeof(pthread_mutex_t));
    must(pthread_mutex_init(engine->lock, NULL) == 0);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    queue_free(engine->wakeup);
    must(pthread_mutex_destroy(engine->lock) == 0);
    heap_free(engine->lock);
    heap_free(engine);
}

void engine_wake(struct engine *engine)
{
    queue_wake(engine->wakeup);
}

void engine_stop(struct engine *engine)
{
    queue_close(engine->wakeup);
}

static bool is_stopping(const struct engine *engine)
{
    return queue_is_closed(engine->wakeup);
}

static void wait_for_wakeup(struct engine *engine, int64_t us)
{
    const struct queue_item *nothing = queue_take(engine->wakeup, us);

    must(nothing == NULL);
}

/* Nothing wakes it from this one but the end: a writer that is busy must not make it hammer a
 * database that is away. */
static void rest(struct engine *engine, int64_t us)
{
    int64_t until = monotonic_us() + us;

    for (int64_t now = monotonic_us(); now < until && !is_stopping(engine); now = monotonic_us())
        wait_for_wakeup(engine, until - now);
}

/* Progress. */

/* The size last: who has read it sees the rest as well. */
static void note_size(struct session *session, uint64_t applied)
{
    const struct engine_settings *settings = &session->engine->settings;
    uint64_t size = build_size(session->build);

    settings->progress->applied += applied;
    settings->progress->cleaned = build_cleaned(session->build);
    if (!session->is_serving)
        return;
    settings->progress->generation = session->generation;
    settings->progress->size = size;
    if (settings->reached != NULL)
        settings->reached(size, session->generation, settings->context);
}

/* Is it an event, or the ledger itself, that keeps it from going on? */
static bool stops(const struct error *error)
{
    return error->status == STATUS_CORRUPT || text_is(text_from(error->code), "projection_failed");
}

/* The database is away, or does not answer. */
static bool means_lost(enum status status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_TIMED_OUT;
}

/* True when it is worth a line in the log: another error than before, or one that lasts. */
static bool note_error(struct engine *engine, const struct error *error)
{
    int64_t now = monotonic_us();
    bool is_news;

    must(pthread_mutex_lock(engine->lock) == 0);
    is_news = !text_equal(text_from(engine->error.text), text_from(error->text)) ||
              now - engine->said_us >= say_again_us;
    if (is_news)
        engine->said_us = now;
    engine->error = *error;
    engine->error.violations = NULL;
    must(pthread_mutex_unlock(engine->lock) == 0);
    /* A database that refuses us is of no more use than one that is away. */
    engine->settings.progress->is_connected = stops(error);
    engine->settings.progress->is_stopped = stops(error);
    return is_news;
}

static void note_health(struct engine *engine)
{
    struct progress *progress = engine->settings.progress;
    bool had_failed;

    if (progress->is_connected && !progress->is_stopped && engine->error.status == STATUS_OK)
        return;
    must(pthread_mutex_lock(engine->lock) == 0);
    had_failed = engine->error.status != STATUS_OK;
    engine->error = (struct error){0};
    must(pthread_mutex_unlock(engine->lock) == 0);
    progress->is_connected = true;
    progress->is_stopped = false;
    if (had_failed)
        log_info("projections.recovered", log_int64("size", (int64_t)progress->size));
}

struct error engine_error(const struct engine *engine)
{
    struct error error;

    must(pthread_mutex_lock(engine->lock) == 0);
    error = engine->error;
    must(pthread_mutex_unlock(engine->lock) == 0);
    return error;
}

/* Sets. */

static bool go_on(uint64_t done, uint64_t size, void *context)
{
    (void)done;
    (void)size;
    return !is_stopping(context);
}

static enum status open_set(struct session *session, struct error *error)
{
    const struct engine_settings *settings = &session->engine->settings;
    struct set set;
    enum status status = migrate_registry(session->db, error);

    if (status == STATUS_OK)
        status = sets_choose(session->db, &set, error);
    if (status == STATUS_OK)
        status = build_open(
            session->db, set.schema, settings->log, settings->keyring, &session->build, error);
    if (status != STATUS_OK)
        return status;
    memcpy(session->schema, set.schema, sizeof(session->schema));
    session->generation = set.generation;
    session->is_serving = set.generation > 0;
    log_debug(
        "projections.set_opened", log_c("schema", session->schema),
        log_int64("size", (int64_t)build_size(session->build)));
    note_size(session, 0);
    /* One that had to be made anew is served again when it is whole. */
    session->is_serving = session->is_serving && build_is_ready(session->build);
    return STATUS_OK;
}

static enum status catch_up(struct session *session, struct error *error)
{
    uint64_t before = build_size(session->build);
    enum status status = build_catch_up(session->build, go_on, session->engine, error);

    if (status == STATUS_OK && build_size(session->build) > before)
        note_size(session, build_size(session->build) - before);
    return status;
}

static enum status serve(struct session *session, struct error *error)
{
    enum status status = build_serve(session->build, &session->generation, error);

    if (status != STATUS_OK)
        return status;
    session->is_serving = true;
    log_info(
        "projections.set_served", log_c("schema", session->schema),
        log_int64("generation", (int64_t)session->generation),
        log_int64("size", (int64_t)build_size(session->build)));
    note_size(session, 0);
    return STATUS_OK;
}

/* Another process has made a set and asks for it to be served. This one is left as it is; it
 * stays for whoever still reads it. */
static enum status move_to_requested(struct session *session, struct error *error)
{
    struct set set;
    bool is_free = false;
    enum status status = sets_requested(session->db, session->schema, &set, error);

    if (status == STATUS_OK && set.schema[0] != '\0')
        status = sets_lock(session->db, set.schema, &is_free, error);
    if (status != STATUS_OK || !is_free)
        return status;
    sets_unlock(session->db, set.schema);
    build_close(session->build);
    session->build = NULL;
    memcpy(session->schema, set.schema, sizeof(session->schema));
    session->is_serving = false;
    return build_open(
        session->db, set.schema, session->engine->settings.log, session->engine->settings.keyring,
        &session->build, error);
}

static enum status look_for_request(struct session *session, struct error *error)
{
    int64_t now = monotonic_us();

    if (now < session->next_look_us)
        return STATUS_OK;
    session->next_look_us = now + idle_us;
    return move_to_requested(session, error);
}

static bool is_asked_to_stop(void *context)
{
    return is_stopping(context);
}

/* No wait for the database holds up the end, or, where readers wait too, lasts long. */
static void bound_waits(struct session *session, bool is_live)
{
    db_answer_within(session->db, is_live ? LIVE_ANSWER_MS : BUILD_ANSWER_MS);
}

/* One turn: to near the head, then a batch. */
static enum status turn(struct session *session, struct error *error)
{
    size_t applied = 0;
    enum status status = look_for_request(session, error);

    if (status == STATUS_OK)
        status = catch_up(session, error);
    bound_waits(session, build_is_ready(session->build));
    if (status == STATUS_OK && !is_stopping(session->engine))
        status = build_step(session->build, STEP_EVENTS, &applied, error);
    bound_waits(session, false);
    if (status == STATUS_OK)
        note_health(session->engine); /* before anybody hears of the size: it goes on again */
    if (status == STATUS_OK && applied > 0) {
        if (session->is_serving)
            progress_shown_until(
                session->engine->settings.progress, build_recorded_at(session->build));
        note_size(session, applied);
    }
    if (status == STATUS_OK && applied == 0 && !session->is_serving &&
        !is_stopping(session->engine))
        status = serve(session, error);
    if (status == STATUS_OK && applied == 0)
        wait_for_wakeup(session->engine, idle_us);
    return status;
}

static enum status run_session(struct engine *engine, struct error *error)
{
    struct session session = {.engine = engine};
    enum status status =
        db_open(engine->settings.conninfo, CONNECT_TIMEOUT_S, 0, &session.db, error);

    if (status == STATUS_OK) {
        db_stop_when(session.db, is_asked_to_stop, engine);
        status = open_set(&session, error);
    }
    while (status == STATUS_OK && !is_stopping(engine))
        status = turn(&session, error);
    build_close(session.build);
    db_close(session.db);
    return status;
}

static bool tells_damage(const struct error *error)
{
    return text_is(text_from(error->code), "database_damaged");
}

/* Once may be chance. Never is it the event's fault. */
static void note_damage(struct engine *engine, const struct error *error)
{
    engine->damaged_in_row = tells_damage(error) ? engine->damaged_in_row + 1 : 0;
    if (engine->damaged_in_row >= DAMAGED_IN_ROW)
        engine->settings.progress->is_damaged = true;
}

/* By what PostgreSQL says: the SQLSTATE of a refusal, or the words of one that lets nobody in. */
static const struct {
    const char *sign;
    const char *remedy;
} remedies[] = {
    {"42501", "as the database's owner: GRANT CREATE ON DATABASE … TO …, the user of DATABASE_URL"},
    {"permission denied", "as the database's owner: GRANT CONNECT, CREATE ON DATABASE … TO …, the "
                          "user of DATABASE_URL"},
    {"database \"", "create the database that DATABASE_URL names, or name another one"},
    {"role \"", "create the user that DATABASE_URL names, or name another one"},
    {"pg_hba.conf", "let the user of DATABASE_URL in by pg_hba.conf, or name another one"},
    {"password authentication", "correct user or password in DATABASE_URL"},
    {"certificate", "DATABASE_SSL_CA_FILE must name the CA of PostgreSQL's certificate, and the "
                    "certificate the host of DATABASE_URL"},
    {"SSL", "turn TLS on at PostgreSQL, or DATABASE_SSL off"},
    {"Connection refused", "start PostgreSQL, or correct host and port in DATABASE_URL"},
    {"host name cannot be resolved", "correct the host in DATABASE_URL"},
    {"connection string cannot be used",
     "correct DATABASE_URL: postgres://user:password@host/name"},
};

static const char *remedy_for(const struct error *error)
{
    for (size_t i = 0; i < COUNT_OF(remedies); i++) {
        if (text_contains(text_from(error->text), text_from(remedies[i].sign)))
            return remedies[i].remedy;
    }
    return "see PostgreSQL's own log";
}

static void log_failure(enum status status, const struct error *error)
{
    if (tells_damage(error))
        log_error("projections.database_damaged", log_cause(error));
    else if (stops(error))
        log_error("projections.stopped", log_cause(error));
    else
        log_warning(
            means_lost(status) ? "projections.database_lost" : "projections.interrupted",
            log_cause(error), log_c("remedy", remedy_for(error)));
}

void engine_run(struct engine *engine)
{
    while (!is_stopping(engine)) {
        struct error error = {0};
        enum status status = run_session(engine, &error);
        if (status == STATUS_OK || is_stopping(engine))
            continue;
        note_damage(engine, &error);
        if (note_error(engine, &error))
            log_failure(status, &error);
        rest(engine, stops(&error) ? idle_us : retry_us);
    }
}
