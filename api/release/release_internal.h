/*
 * What the files of this folder share: what is known, and the publishers that are asked for it.
 *
 *   release_web.c, release_directory.c ──documents──► catalogue ──► releases.c
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RELEASE_RELEASE_INTERNAL_H
#define API_RELEASE_RELEASE_INTERNAL_H

#include "api/release/releases.h"
#include "core/outbound/outbound.h"

#include <stdatomic.h>

#define RELEASE_USER_AGENT "fleetledger"

struct known_release {
    struct release release;
    struct text document;  /* that it was read from … */
    struct text signature; /* … and what was found beside that; absent: nothing */
    struct text directory; /* where its programs lie; absent: at their URLs */
};

/* Releases of all documents that were found, newest first, no version twice. */
struct catalogue {
    struct arena *arena; /* all of it */
    struct known_release items[RELEASES_MOST];
    size_t count;
};

struct catalogue *catalogue_new(void);
void catalogue_free(struct catalogue *catalogue); /* accepts NULL */

/* A document as it was found. */
struct found_document {
    struct text name; /* for the log: where it was found */
    struct text document;
    struct text signature;
    struct text directory;
};

/* That of a version, or NULL. */
const struct known_release *catalogue_find(const struct catalogue *catalogue, struct text version);

/* Whom to ask. */
struct publishers {
    const struct release_source *source;
    const uint8_t *key; /* NULL: signatures are not asked for */
    struct outbound *documents;
    const atomic_bool *is_stopping;
};

/* Takes the valid releases of it that are not known yet, as long as there is room. Where there is a key and the
 * document is not signed by it, that is logged and nothing is taken. */
void catalogue_add(
    struct catalogue *catalogue,
    const struct publishers *publishers,
    const struct found_document *found);

/* Each adds what a publisher has, or the release of one version, which is absent for all; and logs what went
 * wrong with it. Nothing where the settings do not name it. */
void release_web_collect(
    const struct publishers *publishers, struct text version, struct catalogue *out);
void release_host_collect(
    const struct publishers *publishers, struct text version, struct catalogue *out);
void release_directory_collect(const struct publishers *publishers, struct catalogue *out);

/* The name that ends a URL: "fleetledger-agent-linux-amd64". Borrowed. */
struct text release_last_segment(struct text url);

#endif
