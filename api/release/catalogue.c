/*
 * Gathering releases from documents.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/release/release_internal.h"
#include "core/base/heap.h"
#include "core/base/log.h"

enum { CATALOGUE_BYTES = 64 << 20 };

struct catalogue *catalogue_new(void)
{
    struct catalogue *catalogue = heap_new(sizeof(*catalogue));

    catalogue->arena = arena_new(CATALOGUE_BYTES);
    return catalogue;
}

void catalogue_free(struct catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    arena_free(catalogue->arena);
    heap_free(catalogue);
}

const struct known_release *catalogue_find(const struct catalogue *catalogue, struct text version)
{
    for (size_t i = 0; i < catalogue->count; i++) {
        if (text_equal(catalogue->items[i].release.version, version))
            return &catalogue->items[i];
    }
    return NULL;
}

/* Into its place: those published last come first. */
static void insert(struct catalogue *catalogue, const struct known_release *known)
{
    struct known_release *items = catalogue->items;
    size_t at = catalogue->count;

    while (at > 0 &&
           text_compare(items[at - 1].release.published_at, known->release.published_at) < 0) {
        items[at] = items[at - 1];
        at--;
    }
    items[at] = *known;
    catalogue->count++;
}

static void
take(struct catalogue *catalogue, const struct release *release, const struct known_release *from)
{
    struct known_release known = *from;

    if (catalogue->count == RELEASES_MOST || catalogue_find(catalogue, release->version) != NULL)
        return;
    shape_copy(&release_shape, catalogue->arena, release, &known.release);
    if (!arena_is_full(catalogue->arena))
        insert(catalogue, &known);
}

void catalogue_add(
    struct catalogue *catalogue,
    const struct publishers *publishers,
    const struct found_document *found)
{
    AUTO_ARENA arena = arena_new(RELEASE_ARENA_BYTES);
    struct known_release known;
    struct list releases;

    if (publishers->key != NULL &&
        !release_is_signed(publishers->key, found->document, found->signature)) {
        log_warning(
            "release.not_signed", log_text("document", found->name),
            log_c("why", "there is no signature of the key of releases over it"),
            log_c("settings", publishers->source->settings));
        return;
    }
    releases = release_read_all(found->document, arena);
    if (releases.count == 0) {
        log_warning("release.not_valid", log_text("document", found->name));
        return;
    }
    known = (struct known_release){
        .document = text_copy(catalogue->arena, found->document),
        .signature = text_copy(catalogue->arena, found->signature),
        .directory = text_copy(catalogue->arena, found->directory),
    };
    for (size_t i = 0; i < releases.count; i++)
        take(catalogue, &((const struct release *)releases.items)[i], &known);
}
