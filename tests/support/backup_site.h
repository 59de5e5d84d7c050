/*
 * A home that grows as a test wants it, signed as a server does it, and a store that it is backed up to.
 *
 *   make_backup_site() ─► given_size(site, n) ─► given_backup(site) ─► given_size(site, m) ─► …
 *
 * Its events are those of the story, as they were stored at the time: bodies that a later event drops are there
 * until that event is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_BACKUP_SITE_H
#define TESTS_SUPPORT_BACKUP_SITE_H

#include "eventlog/ledger.h"
#include "replay/backup.h"
#include "replay/restore.h"
#include "tests/support/stopped_home.h"

struct stored_event;

struct backup_site {
    struct arena *arena;
    const char *home;
    const char *store;
    const char *target; /* to restore to; not there */
    const struct stored_event *events;
    size_t size;     /* of all of them */
    size_t has;      /* in the home */
    size_t chunk_at; /* whose body holds `planted`, and is dropped … */
    size_t dropped_at;
    size_t destroyed_at;     /* the key of the first person is destroyed here */
    uint8_t key_row[24];     /* that key, as keys.mdb names it, … */
    uint8_t origins_row[24]; /* … and one of origins, which are dropped right after: */
    size_t dropped_keys;     /* so many keys */
    struct backup_options backup;
    struct restore_options restore;
    struct text secret;
    /* What the last restore had recorded; absent: nothing. */
    struct text recorded;
};

extern const char planted[];

struct backup_site *make_backup_site(void);
void end_backup_site(struct backup_site *site); /* accepts NULL */

/* The home has so many events, or as many more (site->has) as the story cannot end before, and they are signed. */
void given_size(struct backup_site *site, size_t size);
/* The same, and a kill before that. */
void given_unsigned(struct backup_site *site, size_t size);

/* Runs the sub-command. */
struct printout run_backup(struct backup_site *site);
struct printout run_restore(struct backup_site *site);

/* The same, which must end well. */
void given_backup(struct backup_site *site);
void given_restored(struct backup_site *site);

/* One of the runs in a process of its own, killed when it comes by the failpoint for the step-th time. False: it did not come
 * by as often, and must end well. */
bool was_killed(
    struct backup_site *site,
    const char *point,
    int step,
    struct printout (*run_it)(struct backup_site *site));

/* Is the target there? And is it the ledger of that size, whole? */
bool is_restored(const struct backup_site *site);
void expect_restored(struct backup_site *site, size_t size);

/* Takes what was restored away again. */
void given_no_target(struct backup_site *site);

/* Names of the store's files, a line each, in their order. */
struct text stored_names(struct backup_site *site);
const char *stored_path(struct backup_site *site, const char *name);

/* Does a file hold these bytes anywhere? */
bool file_holds(const char *path, const char *bytes);

#endif
