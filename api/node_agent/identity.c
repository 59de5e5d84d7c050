/*
 * The file of the identity.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/identity.h"

#include "core/base/files.h"
#include "core/shape/shape_json.h"

enum { LARGEST_FILE = 16 << 10 };

static const struct field identity_fields[] = {
    {UUID(identity, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TEXT(identity, agent_token), .tag = 2, .flags = REQUIRED, .min = 16, .max = 1024,
     .doc = "Secret of the agent."},
    {TEXT(identity, api_url), .tag = 3, .flags = REQUIRED, .min = 1, .max = 2048,
     .doc = "URL of the server that gave them."},
    {TIMESTAMP(identity, registered_at), .tag = 4, .doc = "Time the machine was admitted."},
};
const struct shape identity_shape = SHAPE(identity, "Who the node is.");

static const char *path_of(const char *state_directory, struct arena *arena)
{
    return text_format(arena, "%s/identity.json", state_directory).data;
}

enum status identity_load(
    const char *state_directory, struct arena *arena, struct identity *out, struct error *error)
{
    const char *path = path_of(state_directory, arena);
    struct text content;
    enum status status = files_read(path, LARGEST_FILE, arena, &content, error);

    if (status == STATUS_OK)
        status = shape_json_read(&identity_shape, content, arena, out, error);
    if (status == STATUS_INVALID)
        error_context(error, "%s", path);
    return status;
}

enum status
identity_save(const char *state_directory, const struct identity *identity, struct error *error)
{
    AUTO_ARENA arena = arena_new(LARGEST_FILE);
    AUTO_BUF out = {0};
    enum status status = files_make_directory(state_directory, error);

    if (status != STATUS_OK)
        return status;
    buf_init(&out, LARGEST_FILE);
    shape_json_write(&identity_shape, identity, &out);
    buf_add_char(&out, '\n');
    return files_replace(path_of(state_directory, arena), buf_text(&out), error);
}
