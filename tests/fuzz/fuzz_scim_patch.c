/*
 * What directories say changed, of a group and of a user. Whatever is read of a group names nobody twice, and nobody as one who
 * comes and goes; what is refused says so by a code that directories have a word for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_group_patch.h"
#include "api/directory/scim_said.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_a_set(const struct list *list)
{
    const struct uuid *ids = list->items;

    for (size_t i = 1; i < list->count; i++)
        must(uuid_compare(ids[i - 1], ids[i]) < 0);
}

static void must_be_apart(const struct list *added, const struct list *removed)
{
    const struct uuid *in = added->items;
    const struct uuid *out = removed->items;

    for (size_t i = 0, k = 0; i < added->count && k < removed->count;) {
        int order = uuid_compare(in[i], out[k]);
        must(order != 0);
        i += order < 0;
        k += order > 0;
    }
}

static void must_be_known(const struct error *error)
{
    static const char *const codes[] = {"scim_operation_invalid", "scim_path_invalid",
                                        "scim_target_missing",    "scim_attribute_fixed",
                                        "validation_failed",      "directory_member_unknown"};

    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (text_is(text_from(error->code), codes[i]))
            return;
    }
    must(false);
}

static void read_as_of_a_group(struct arena *arena, const struct scim_group_patch *patch)
{
    struct scim_group_change change;
    struct error error;

    if (scim_group_patch_read(arena, patch, &change, &error) != STATUS_OK) {
        must_be_known(&error);
        return;
    }
    must_be_a_set(&change.added);
    must_be_a_set(&change.removed);
    must_be_apart(&change.added, &change.removed);
}

static void read_as_of_a_user(struct arena *arena, const struct scim_group_patch *patch)
{
    const struct scim_group_operation *operations = patch->_operations.items;
    struct scim_said said = {.is_active = {0}};
    struct error error;

    for (size_t i = 0; i < patch->_operations.count; i++) {
        const struct scim_operation operation = {
            operations[i].op, operations[i].path, operations[i].value};
        if (scim_said_read_operation(arena, &operation, &said, &error) != STATUS_OK) {
            must_be_known(&error);
            return;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct scim_group_patch patch;
    struct error error;

    if (shape_json_read(
            &scim_group_patch_shape, (struct text){(const char *)data, size}, arena, &patch,
            &error) != STATUS_OK)
        return 0;
    read_as_of_a_group(arena, &patch);
    read_as_of_a_user(arena, &patch);
    return 0;
}
