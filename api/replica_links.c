/*
 * A worker's connections to replicas. Each finds out for itself how far its server has come, and asks
 * again only when that is not enough: a standby only ever goes forward, and the server says with each
 * answer that it still is one (db_is_standby()). So an answer costs no more than one of the primary.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/replica_internal.h"
#include "core/base/heap.h"

/* What takes longer is asked of the primary, which has more patience. */
enum { STATEMENT_TIMEOUT_MS = 2000 };
static const int64_t retry_us = 500 * US_PER_MS;
static const int64_t trusted_us = 3 * US_PER_S; /* what its watcher has seen */

struct replica_link {
    struct db *db; /* NULL: not connected */
    struct replica_position position;
    int64_t retry_at_us; /* no earlier attempt */
};

struct replica_links {
    struct replicas *replicas;
    bool (*is_stopping)(void *context);
    void *context;
    size_t turn; /* where looking for one begins */
    struct replica_link links[MOST_READ_URLS];
};

struct replica_links *
replica_links_new(struct replicas *replicas, bool (*is_stopping)(void *context), void *context)
{
    struct replica_links *links = heap_new(sizeof(*links));

    links->replicas = replicas;
    links->is_stopping = is_stopping;
    links->context = context;
    return links;
}

static void close_link(struct replica_link *link)
{
    db_close(link->db);
    *link = (struct replica_link){.retry_at_us = monotonic_us() + retry_us};
}

void replica_links_free(struct replica_links *links)
{
    if (links == NULL)
        return;
    for (size_t i = 0; i < MOST_READ_URLS; i++)
        close_link(&links->links[i]);
    heap_free(links);
}

/* By what its watcher has seen. */
static bool
may_be_asked(const struct replica *replica, const struct replica_link *link, uint64_t size)
{
    int64_t now_us = monotonic_us();

    return replica->state == REPLICA_READY && !replica->is_suspected && replica->size >= size &&
           replica->generation == replica->all->settings.progress->generation &&
           now_us < replica->seen_us + trusted_us && now_us >= link->retry_at_us;
}

/* In turns, so that all have their share. */
static bool choose(struct replica_links *links, uint64_t size, size_t *out)
{
    size_t count = links->replicas->settings.count;

    for (size_t i = 0; i < count; i++) {
        size_t at = (links->turn + i) % count;
        if (!may_be_asked(&links->replicas->replicas[at], &links->links[at], size))
            continue;
        links->turn = at + 1;
        *out = at;
        return true;
    }
    return false;
}

static enum status connect_link(
    const struct replica_links *links,
    const struct replica *replica,
    struct replica_link *link,
    struct error *error)
{
    enum status status;

    if (link->db != NULL)
        return STATUS_OK;
    status = replica_open(replica, STATEMENT_TIMEOUT_MS, &link->db, error);
    if (status == STATUS_OK && links->is_stopping != NULL)
        db_stop_when(link->db, links->is_stopping, links->context);
    return status;
}

/* Asks for the position where what is known is not enough, and looks at the set that serves. */
static enum status
reach(const struct replica *replica, struct replica_link *link, uint64_t size, struct error *error)
{
    const struct replicas_settings *settings = &replica->all->settings;
    uint64_t generation = settings->progress->generation;
    struct replica_position position;
    bool has_set = link->position.generation == generation;
    enum status status;

    if (has_set && link->position.size >= size)
        return STATUS_OK;
    status = replica_position(link->db, settings->ledger, &position, error);
    if (status == STATUS_OK && position.generation == generation && !has_set)
        status = db_use_schema(link->db, text_from(position.schema), error);
    if (status != STATUS_OK)
        return status;
    if (position.generation != generation || position.size < size)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "replica_behind", "it has not come so far");
    link->position = position;
    return STATUS_OK;
}

static enum status
ask(const struct replica *replica,
    struct replica_link *link,
    struct reading *reading,
    struct arena *arena,
    struct error *error)
{
    struct list rows = {NULL, 0};
    enum status status = reach(replica, link, reading->size, error);

    if (status == STATUS_OK)
        status = db_query(
            link->db, reading->sql, reading->params, arena, &rows.items, &rows.count, error);
    if (status == STATUS_OK && !db_is_standby(link->db))
        status = error_set_code(
            error, STATUS_UNAVAILABLE, "replica_primary", "it is no standby any more");
    if (status != STATUS_OK)
        return status;
    reading->rows = rows;
    reading->size = link->position.size;
    return STATUS_OK;
}

/* Nobody else's questions fail for it. */
static bool is_about_the_statement(const struct replica_link *link, const struct error *error)
{
    return link->db != NULL && db_is_alive(link->db) && replica_state_of(error) == REPLICA_AWAY;
}

static void
note_failure(struct replica *replica, struct replica_link *link, const struct error *error)
{
    atomic_fetch_add(&replica->failed, 1);
    if (is_about_the_statement(link, error))
        return;
    close_link(link);
    replica_suspect(replica);
}

bool replica_links_read(struct replica_links *links, struct reading *reading, struct arena *arena)
{
    struct error error = {0};
    struct replica *replica;
    struct replica_link *link;
    enum status status;
    size_t at;

    if (!choose(links, reading->size, &at))
        return false;
    replica = &links->replicas->replicas[at];
    link = &links->links[at];
    status = connect_link(links, replica, link, &error);
    if (status == STATUS_OK)
        status = ask(replica, link, reading, arena, &error);
    if (status == STATUS_OK) {
        atomic_fetch_add(&replica->reads, 1);
        return true;
    }
    if (!text_is(text_from(error.code), "replica_behind"))
        note_failure(replica, link, &error);
    return false;
}
