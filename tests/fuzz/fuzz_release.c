/*
 * Documents of releases. Whatever is taken of one is what a release has to be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/release/release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_artifact(const struct release_artifact *artifact)
{
    must(artifact == NULL || (artifact->binary_url.size > 0 && artifact->sha256.size == 64));
}

static void check(const struct release *release)
{
    const struct release_note *notes = release->notes.items;

    must(release_version_is_valid(release->version));
    must(release->published_at.size > 0 && release->commit.size > 0);
    must(text_is(release->channel, "tag"));
    must(release->notes.count > 0);
    for (size_t i = 0; i < release->notes.count; i++)
        must(notes[i].title.size > 0 && notes[i].items.count > 0);
    must(release->artifacts->amd64 != NULL || release->artifacts->arm64 != NULL);
    check_artifact(release->artifacts->amd64);
    check_artifact(release->artifacts->arm64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(RELEASE_ARENA_BYTES);
    struct list releases = release_read_all((struct text){(const char *)data, size}, arena);
    const struct release *all = releases.items;

    must(releases.count <= RELEASES_MOST);
    for (size_t i = 0; i < releases.count; i++) {
        check(&all[i]);
        must(release_find(releases, all[i].version) == &all[i]);
        must(i == 0 || text_compare(all[i - 1].published_at, all[i].published_at) >= 0);
    }
    return 0;
}
