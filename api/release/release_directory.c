/*
 * A directory of releases, for sites without a way out: a directory each, named after its version.
 *
 *   …_RELEASES_DIR/1.4.0/release-manifest.json            its manifest
 *                           /release-manifest.json.sig    the signature over that, where keys are used
 *                           /fleetledger-agent-linux-amd64   as the last part of the manifest's binaryUrl says
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/release/release_internal.h"
#include "core/base/log.h"
#include "core/files/file_read.h"

#include <dirent.h>
#include <errno.h>

enum { MOST_DIRECTORIES = 1000 };

static void take(const struct publishers *publishers, struct text version, struct catalogue *out)
{
    AUTO_ARENA arena = arena_new(4 * RELEASE_DOCUMENT_BYTES);
    struct found_document found = {.document = {NULL, 0}};
    struct error error;

    found.directory =
        text_format(arena, "%.*s/%.*s", TEXT_ARGS(publishers->source->dir), TEXT_ARGS(version));
    found.name = text_format(arena, "%.*s/release-manifest.json", TEXT_ARGS(found.directory));
    if (file_read(arena, found.name, RELEASE_DOCUMENT_BYTES, &found.document, &error) !=
        STATUS_OK) {
        log_warning("release.not_read", log_cause(&error));
        return;
    }
    if (publishers->key != NULL &&
        file_read(
            arena, text_format(arena, "%.*s.sig", TEXT_ARGS(found.name)), RELEASE_SIGNATURE_BYTES,
            &found.signature, &error) != STATUS_OK)
        log_warning("release.not_read", log_cause(&error));
    catalogue_add(out, publishers, &found);
}

void release_directory_collect(const struct publishers *publishers, struct catalogue *out)
{
    AUTO_ARENA arena = arena_new(64 << 10);
    struct text path = publishers->source->dir;
    const struct dirent *entry;
    DIR *directory;

    if (path.size == 0)
        return;
    directory = opendir(text_c(arena, path));
    if (directory == NULL) {
        log_warning(
            "release.not_read", log_text("directory", path), log_c("why", strerrordesc_np(errno)));
        return;
    }
    for (size_t i = 0; i < MOST_DIRECTORIES && (entry = readdir(directory)) != NULL;) {
        struct text name = text_from(entry->d_name);
        if (!release_version_is_valid(name))
            continue;
        take(publishers, name, out);
        i++;
    }
    (void)closedir(directory);
}
