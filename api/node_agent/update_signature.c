/*
 * Believing a key, and nobody else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_signature.h"

#include "api/node_agent/machine.h"
#include "core/release/release.h"

enum status update_signed_digest(
    struct text key,
    const struct update_claim *claim,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    uint8_t bytes[RELEASE_KEY_SIZE];
    const struct release_artifact *artifact = NULL;
    const struct release *release;

    if (!release_key_read(key, bytes) ||
        !release_is_signed(bytes, claim->document, claim->signature))
        return error_set(
            error, STATUS_FORBIDDEN,
            "the release is not signed by the RELEASE_KEY of this machine");
    release = release_find(release_read_all(claim->document, arena), claim->version);
    if (release != NULL)
        artifact = release_artifact_for(release, machine_arch(arena));
    if (artifact == NULL)
        return error_set(
            error, STATUS_FORBIDDEN, "what was signed names no such program for this machine");
    *out = artifact->sha256;
    return STATUS_OK;
}
