/*
 * What is known of releases, behind a lock, and the thread that finds it out.
 *
 *   look ─► is it old? ─ yes ─► wish: all ───────────┐
 *   find ─► is it known? ─ no ─► wish: one version ──┤     the thread: asks publishers, puts what they
 *   program ─► is it here? ─ no ─► wish: a program ──┴──►  have in place of what was known before
 *
 * There is one wish of each kind at a time; a newer one takes its place, and whoever asked for that asks again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/release/releases.h"

#include "api/release/programs.h"
#include "api/release/release_internal.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/queue.h"

#include <pthread.h>
#include <string.h>

enum { WISH_SIZE = 80, IDLE_US = 30000000 };

const struct releases_pace releases_usual_pace = {
    .asked_us = INT64_C(300) * US_PER_S,
    .listed_us = INT64_C(5) * US_PER_S,
    .missed_us = INT64_C(60) * US_PER_S,
};

static const struct outbound_limits document_limits = {
    .connect_s = 5, .answer_s = 10, .whole_s = 10};

struct release_source release_source_agent(const struct settings *settings)
{
    return (struct release_source){
        .settings = "AGENT_RELEASES",
        .kept_in = "agent-programs",
        .url = settings->agent_releases_url,
        .host = settings->agent_releases_host,
        .dir = settings->agent_releases_dir,
        .key = settings->agent_releases_key,
        .ca_file = settings->agent_releases_ca_file,
        .most_bytes = RELEASE_ARTIFACT_BYTES,
    };
}

struct release_source release_source_server(const struct settings *settings)
{
    return (struct release_source){
        .settings = "SERVER_RELEASES",
        .kept_in = "server-programs",
        .url = settings->server_releases_url,
        .dir = settings->server_releases_dir,
        .key = settings->server_releases_key,
        .ca_file = settings->server_releases_ca_file,
        .most_bytes = RELEASE_SERVER_BYTES,
    };
}

static bool is_on_web(const struct release_source *source)
{
    return source->url.size > 0 || source->host.size > 0;
}

static bool is_configured(const struct release_source *source)
{
    return is_on_web(source) || source->dir.size > 0;
}

struct releases {
    struct release_source source;
    const struct releases_pace *pace;
    uint8_t key[RELEASE_KEY_SIZE];
    bool has_key;
    struct outbound *documents; /* the thread's */
    struct programs *programs;
    struct queue *wakeup;
    atomic_bool is_stopping;
    pthread_mutex_t lock;    /* of all below */
    struct catalogue *known; /* never NULL, as the next */
    struct catalogue *named; /* what was found when a version was asked for by its name */
    struct timestamp checked_at;
    int64_t old_us;         /* monotonic: from when on all is asked for again when somebody looks */
    bool is_wanted;         /* all */
    char wanted[WISH_SIZE]; /* a version; "" for none */
    char missed[WISH_SIZE]; /* a version that no publisher has … */
    int64_t missed_us;      /* … which holds until then */
};

static void lock(struct releases *releases)
{
    must(pthread_mutex_lock(&releases->lock) == 0);
}

static void unlock(struct releases *releases)
{
    must(pthread_mutex_unlock(&releases->lock) == 0);
}

struct releases *releases_new(
    const struct release_source *source, const char *home, const struct releases_pace *pace)
{
    struct releases *releases = heap_new(sizeof(*releases));

    releases->source = *source;
    releases->pace = pace;
    releases->has_key = release_key_read(source->key, releases->key);
    releases->documents = outbound_new(&document_limits);
    releases->programs = programs_new(home, source);
    releases->wakeup = queue_new(1);
    releases->known = catalogue_new();
    releases->named = catalogue_new();
    releases->is_wanted = is_configured(source);
    releases->old_us = INT64_MAX;
    must(pthread_mutex_init(&releases->lock, NULL) == 0);
    return releases;
}

void releases_free(struct releases *releases)
{
    if (releases == NULL)
        return;
    catalogue_free(releases->known);
    catalogue_free(releases->named);
    outbound_free(releases->documents);
    programs_free(releases->programs);
    queue_free(releases->wakeup);
    must(pthread_mutex_destroy(&releases->lock) == 0);
    heap_free(releases);
}

void releases_stop(struct releases *releases)
{
    atomic_store(&releases->is_stopping, true);
    outbound_cancel(releases->documents);
    programs_cancel(releases->programs);
    queue_close(releases->wakeup);
}

/* The thread. */

static struct publishers publishers_of(const struct releases *releases)
{
    return (struct publishers){
        .source = &releases->source,
        .key = releases->has_key ? releases->key : NULL,
        .documents = releases->documents,
        .is_stopping = &releases->is_stopping,
    };
}

/* Where publishers have nothing, what was known before stays. */
static void replace(struct releases *releases, struct catalogue *found)
{
    struct catalogue *former = found;

    lock(releases);
    if (found->count > 0 || releases->known->count == 0) {
        former = releases->known;
        releases->known = found;
        releases->checked_at = timestamp_now();
    }
    releases->old_us = monotonic_us() + (is_on_web(&releases->source) ? releases->pace->asked_us
                                                                      : releases->pace->listed_us);
    unlock(releases);
    catalogue_free(former);
}

static void find_all(struct releases *releases)
{
    const struct publishers publishers = publishers_of(releases);
    const struct text any = {NULL, 0};
    struct catalogue *found = catalogue_new();

    release_web_collect(&publishers, any, found);
    if (found->count == 0)
        release_host_collect(&publishers, any, found);
    if (found->count == 0)
        release_directory_collect(&publishers, found);
    replace(releases, found);
}

static void find_version(struct releases *releases, const char *version)
{
    const struct publishers publishers = publishers_of(releases);
    struct text wanted = text_from(version);
    struct catalogue *found = catalogue_new();

    release_web_collect(&publishers, wanted, found);
    if (catalogue_find(found, wanted) == NULL)
        release_host_collect(&publishers, wanted, found);
    lock(releases);
    if (catalogue_find(found, wanted) != NULL) {
        struct catalogue *former = releases->named;
        releases->named = found;
        found = former;
    } else {
        memcpy(releases->missed, version, WISH_SIZE);
        releases->missed_us = monotonic_us() + releases->pace->missed_us;
    }
    unlock(releases);
    catalogue_free(found);
}

static void do_what_is_wanted(struct releases *releases)
{
    char version[WISH_SIZE];
    bool is_wanted;

    lock(releases);
    is_wanted = releases->is_wanted;
    releases->is_wanted = false;
    memcpy(version, releases->wanted, WISH_SIZE);
    releases->wanted[0] = '\0';
    unlock(releases);
    if (is_wanted)
        find_all(releases);
    if (version[0] != '\0')
        find_version(releases, version);
    programs_fetch_wanted(releases->programs);
}

void releases_run(void *context)
{
    struct releases *releases = context;

    while (!queue_is_closed(releases->wakeup)) {
        do_what_is_wanted(releases);
        queue_take(releases->wakeup, IDLE_US);
    }
}

/* Callers. */

/* Under the lock: is it time to ask again? */
static void look(struct releases *releases)
{
    if (!is_configured(&releases->source) || monotonic_us() < releases->old_us)
        return;
    releases->is_wanted = true;
    releases->old_us = INT64_MAX;
    queue_wake(releases->wakeup);
}

struct list
releases_list(struct releases *releases, struct arena *arena, struct timestamp *out_checked_at)
{
    struct release *copies;
    size_t count;

    lock(releases);
    look(releases);
    count = releases->known->count;
    copies = arena_array(arena, count, sizeof(*copies));
    for (size_t i = 0; i < count; i++)
        shape_copy(&release_shape, arena, &releases->known->items[i].release, &copies[i]);
    *out_checked_at = releases->checked_at;
    unlock(releases);
    return (struct list){copies, count};
}

bool releases_latest(
    struct releases *releases,
    struct arena *arena,
    struct release *out,
    struct timestamp *out_checked_at)
{
    bool is_there;

    lock(releases);
    look(releases);
    is_there = releases->known->count > 0;
    if (is_there)
        shape_copy(&release_shape, arena, &releases->known->items[0].release, out);
    *out_checked_at = releases->checked_at;
    unlock(releases);
    return is_there;
}

/* Under the lock. NULL for none; the newest where the version is absent. */
static const struct known_release *find(const struct releases *releases, struct text version)
{
    const struct known_release *known = NULL;

    if (!text_is_present(version))
        return releases->known->count > 0 ? &releases->known->items[0] : NULL;
    known = catalogue_find(releases->known, version);
    return known != NULL ? known : catalogue_find(releases->named, version);
}

/* Under the lock: is all being asked for, so that nothing is known to be missing? */
static bool is_under_way(const struct releases *releases)
{
    return is_configured(&releases->source) && releases->old_us == INT64_MAX;
}

/* Under the lock: are publishers worth being asked for it? */
static bool wish_for(struct releases *releases, struct text version)
{
    bool is_missed = text_is(version, releases->missed) && monotonic_us() < releases->missed_us;

    if (is_under_way(releases))
        return true;
    if (!text_is_present(version) || !release_version_is_valid(version) || is_missed ||
        !is_on_web(&releases->source))
        return false;
    must(version.size < WISH_SIZE);
    memset(releases->wanted, 0, WISH_SIZE);
    memcpy(releases->wanted, version.data, version.size);
    queue_wake(releases->wakeup);
    return true;
}

static enum status not_found(bool is_looked_for, struct text version, struct error *error)
{
    if (is_looked_for)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "release_looked_for",
            "%s%.*s is not in the catalogue, and publishers are being asked. Try again in some seconds.",
            text_is_present(version) ? "Release " : "A release", TEXT_ARGS(version));
    return error_set_code(
        error, STATUS_INVALID, "release_not_found",
        "No official tagged agent release is currently available.");
}

/* A copy of what is known of it. */
static enum status find_known(
    struct releases *releases,
    struct text version,
    struct arena *arena,
    struct known_release *out,
    struct error *error)
{
    const struct known_release *known;
    bool is_looked_for = false;

    lock(releases);
    look(releases);
    known = find(releases, version);
    if (known != NULL) {
        *out = (struct known_release){
            .document = text_copy(arena, known->document),
            .signature = text_copy(arena, known->signature),
            .directory = text_copy(arena, known->directory),
        };
        shape_copy(&release_shape, arena, &known->release, &out->release);
    } else {
        is_looked_for = wish_for(releases, version);
    }
    unlock(releases);
    return known != NULL ? STATUS_OK : not_found(is_looked_for, version, error);
}

enum status releases_find(
    struct releases *releases,
    struct text version,
    struct arena *arena,
    struct release *out,
    struct error *error)
{
    struct known_release known = {.directory = {NULL, 0}};
    enum status status = find_known(releases, version, arena, &known, error);

    if (status == STATUS_OK)
        *out = known.release;
    return status;
}

/* The same of one architecture. */
static enum status find_artifact(
    struct releases *releases,
    const struct release_choice *choice,
    struct arena *arena,
    struct known_release *out,
    const struct release_artifact **out_artifact,
    struct error *error)
{
    enum status status = find_known(releases, choice->version, arena, out, error);

    if (status != STATUS_OK)
        return status;
    *out_artifact = release_artifact_for(&out->release, choice->arch);
    if (*out_artifact == NULL)
        status = error_set_code(
            error, STATUS_INVALID, "release_lacks_program", "Release %.*s has no program for %.*s.",
            TEXT_ARGS(out->release.version), TEXT_ARGS(choice->arch));
    return status;
}

enum status releases_offer(
    struct releases *releases,
    const struct release_choice *choice,
    struct arena *arena,
    struct release_offer *out,
    struct error *error)
{
    const struct release_artifact *artifact = NULL;
    struct known_release known = {.directory = {NULL, 0}};
    enum status status = find_artifact(releases, choice, arena, &known, &artifact, error);

    if (status == STATUS_OK)
        *out = (struct release_offer){
            .version = known.release.version,
            .sha256 = artifact->sha256,
            .document = known.document,
            .signature = known.signature,
        };
    return status;
}

enum status releases_program(
    struct releases *releases,
    const struct release_choice *choice,
    struct buf *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(RELEASE_ARENA_BYTES);
    const struct release_artifact *artifact = NULL;
    struct known_release known = {.directory = {NULL, 0}};
    enum status status = find_artifact(releases, choice, arena, &known, &artifact, error);

    if (status == STATUS_OK)
        status = programs_read(releases->programs, artifact, known.directory, out, error);
    queue_wake(releases->wakeup); /* it may be wished for now */
    return status;
}
