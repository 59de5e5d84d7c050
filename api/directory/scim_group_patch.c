/*
 * Reading what directories say of groups. Who comes and goes is noted in its order, and settled at the end:
 *
 *   add A, remove B, add B, remove A ─► (A in) (B out) (B in) (A out) ─► by person, last word ─► added: B; removed: A
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_group_patch.h"

#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_SHOWN = 80 };

static const struct field scim_group_operation_fields[] = {
    {TEXT(scim_group_operation, op), .tag = 1, .flags = REQUIRED | ONE_LINE,
     .doc = "What is done: add, replace or remove."},
    {TEXT(scim_group_operation, path), .tag = 2, .flags = ONE_LINE, .max = SCIM_LONGEST_PATH,
     .doc = "Attribute; without it the value is an object of attributes."},
    {JSON(scim_group_operation, value), .tag = 3, .flags = JSON_ANY,
     .doc = "Value of the attribute."},
};
static const struct shape scim_group_operation_shape =
    SHAPE_WITH(scim_group_operation, "A change of a group.", .ignores_unknown = true);
static const struct field scim_group_patch_fields[] = {
    {UUID(scim_group_patch, group_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the group."},
    {OBJECTS(scim_group_patch, _operations, scim_group_operation), .tag = 2, .flags = REQUIRED,
     .min = 1, .max = SCIM_MOST_GROUP_OPERATIONS, .doc = "Changes, in their order."},
};
const struct shape scim_group_patch_shape =
    SHAPE_WITH(scim_group_patch, "What changed of a group.", .ignores_unknown = true);

enum op { OP_ADD, OP_REPLACE, OP_REMOVE, OP_COUNT };
static const char *const op_names[] = {"add", "replace", "remove"};

/* One word about somebody. */
struct word {
    struct uuid user_id;
    size_t at;
    bool is_in;
};
struct reading {
    struct arena *arena;
    struct scim_group_change *change;
    struct word *words;
    size_t count;
    size_t capacity;
};

static enum status refuse(struct error *error, const char *code, const char *text)
{
    return error_set_code(error, STATUS_INVALID, code, "%s", text);
}

static void note(struct reading *reading, struct uuid user_id, bool is_in)
{
    if (reading->count == reading->capacity) {
        struct word *before = reading->words;
        reading->capacity = 2 * reading->capacity + 64;
        reading->words = arena_array(reading->arena, reading->capacity, sizeof(*before));
        if (reading->count > 0)
            memcpy(reading->words, before, reading->count * sizeof(*before));
    }
    reading->words[reading->count] = (struct word){user_id, reading->count, is_in};
    reading->count++;
}

static int compare(const void *a, const void *b)
{
    const struct word *one = a;
    const struct word *other = b;
    int order = uuid_compare(one->user_id, other->user_id);

    return order != 0 ? order : (one->at > other->at) - (one->at < other->at);
}

static void settle(struct reading *reading)
{
    struct uuid *added = arena_array(reading->arena, reading->count + 1, sizeof(*added));
    struct uuid *removed = arena_array(reading->arena, reading->count + 1, sizeof(*removed));
    size_t in = 0;
    size_t out = 0;

    if (reading->count > 0)
        qsort(reading->words, reading->count, sizeof(*reading->words), compare);
    for (size_t i = 0; i < reading->count; i++) {
        const struct word *word = &reading->words[i];
        if (i + 1 < reading->count && uuid_equal(word->user_id, word[1].user_id))
            continue;
        if (word->is_in)
            added[in++] = word->user_id;
        else
            removed[out++] = word->user_id;
    }
    reading->change->added = (struct list){added, in};
    reading->change->removed = (struct list){removed, out};
}

/* Members of a list. */

/* The id of {"value": "<id>"}, or of "<id>" alone, as some write it. */
static struct text value_of(struct arena *arena, struct text member)
{
    struct text value = {NULL, 0};
    struct text name;
    struct text found;
    size_t cursor = 0;

    while (json_peek_pair(arena, member, &cursor, &name, &found)) {
        if (text_equal_ignoring_case(name, text_lit("value")))
            value = json_peek_text(arena, found);
    }
    return value.data != NULL ? value : json_peek_text(arena, member);
}

/* Whoever is no person cannot be in it, so that is nothing to refuse of one who goes. */
static enum status
read_member(struct reading *reading, struct text member, bool is_in, struct error *error)
{
    struct text value = value_of(reading->arena, member);
    struct uuid user_id;

    if (uuid_parse(value, &user_id)) {
        note(reading, user_id, is_in);
        return STATUS_OK;
    }
    if (!is_in)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "directory_member_unknown",
        "members: %.*s is nobody whom this directory looks after.",
        TEXT_ARGS(text_first_characters(value.data != NULL ? value : member, LONGEST_SHOWN)));
}

static enum status
read_members(struct reading *reading, struct text members, bool is_in, struct error *error)
{
    bool is_list = members.size > 0 && members.data[0] == '[';
    enum status status = STATUS_OK;
    struct text member;
    size_t cursor = 0;

    if (text_equal(members, text_lit("null")))
        return STATUS_OK;
    if (!is_list)
        return read_member(reading, members, is_in, error);
    while (status == STATUS_OK && json_peek_item(members, &cursor, &member))
        status = read_member(reading, member, is_in, error);
    return status;
}

enum status scim_group_members_read(
    struct arena *arena, struct text members, struct list *out, struct error *error)
{
    struct scim_group_change change = {.replaces_members = true};
    struct reading reading = {.arena = arena, .change = &change};
    enum status status = STATUS_OK;

    if (text_is_present(members))
        status = read_members(&reading, members, true, error);
    if (status != STATUS_OK)
        return status;
    settle(&reading);
    *out = change.added;
    return STATUS_OK;
}

/* Operations. */

static struct text without_urn(struct text name)
{
    const struct text urn = text_lit("urn:ietf:params:scim:schemas:core:2.0:Group:");

    return name.size >= urn.size && text_equal_ignoring_case(text_slice(name, 0, urn.size), urn)
               ? text_slice(name, urn.size, name.size)
               : name;
}

static enum status read_name(
    struct arena *arena,
    enum op op,
    struct text value,
    const char *name,
    struct text *out,
    struct error *error)
{
    struct text text = json_peek_text(arena, value);

    if (op == OP_REMOVE)
        return error_set_code(
            error, STATUS_INVALID, "scim_attribute_fixed", "%s cannot be removed: replace it.",
            name);
    if (text.data == NULL)
        return error_set_code(
            error, STATUS_INVALID, "validation_failed", "%s must be a text.", name);
    *out = text;
    return STATUS_OK;
}

static enum status
read_all_members(struct reading *reading, enum op op, struct text value, struct error *error)
{
    bool is_all = op == OP_REPLACE || (op == OP_REMOVE && !text_is_present(value));

    if (is_all) {
        reading->change->replaces_members = true;
        reading->count = 0;
    }
    return text_is_present(value) ? read_members(reading, value, op != OP_REMOVE, error)
                                  : STATUS_OK;
}

/* What accounts of groups do not have is read over. */
static enum status read_attribute(
    struct reading *reading, enum op op, struct text name, struct text value, struct error *error)
{
    struct scim_group_change *change = reading->change;

    name = without_urn(name);
    if (text_equal_ignoring_case(name, text_lit("members")))
        return read_all_members(reading, op, value, error);
    if (text_equal_ignoring_case(name, text_lit("displayName")))
        return read_name(reading->arena, op, value, "displayName", &change->display_name, error);
    if (!text_equal_ignoring_case(name, text_lit("externalId")))
        return STATUS_OK;
    if (op == OP_REMOVE || text_equal(value, text_lit("null"))) {
        change->external_id = text_lit("");
        return STATUS_OK;
    }
    return read_name(reading->arena, op, value, "externalId", &change->external_id, error);
}

/* members[value eq "<id>"] */
static bool read_selected(struct arena *arena, struct text path, struct text *out_id)
{
    const struct text begin = text_lit("members[");
    struct text inside;
    struct text compact;
    struct error error;

    path = without_urn(path);
    if (path.size < begin.size + 1 ||
        !text_equal_ignoring_case(text_slice(path, 0, begin.size), begin) ||
        path.data[path.size - 1] != ']')
        return false;
    inside = text_trim(text_slice(path, begin.size, path.size - begin.size - 1));
    if (!text_equal_ignoring_case(text_cut(&inside, ' '), text_lit("value")))
        return false;
    inside = text_trim(inside);
    if (!text_equal_ignoring_case(text_cut(&inside, ' '), text_lit("eq")))
        return false;
    inside = text_trim(inside);
    if (inside.size == 0 || json_compact(inside, arena, &compact, &error) != STATUS_OK)
        return false;
    *out_id = json_peek_text(arena, compact);
    return out_id->data != NULL;
}

static enum status read_path(
    struct reading *reading, enum op op, struct text path, struct text value, struct error *error)
{
    struct text id;
    struct uuid user_id;

    if (text_find(path, '[', 0) == path.size)
        return read_attribute(reading, op, path, value, error);
    if (op != OP_REMOVE || !read_selected(reading->arena, path, &id))
        return refuse(
            error, "scim_path_invalid",
            "path must be members, displayName or externalId, or, of remove, members[value eq \"<id>\"].");
    if (uuid_parse(id, &user_id))
        note(reading, user_id, false);
    return STATUS_OK;
}

static enum status read_operation(
    struct reading *reading, const struct scim_group_operation *operation, struct error *error)
{
    enum op op = OP_ADD;
    struct text path = text_trim(operation->path);
    struct text value = operation->value.text;
    enum status status = STATUS_OK;
    struct text name;
    size_t cursor = 0;

    while (op < OP_COUNT && !text_equal_ignoring_case(operation->op, text_from(op_names[op])))
        op++;
    if (op == OP_COUNT)
        return refuse(error, "scim_operation_invalid", "op must be add, replace or remove.");
    if (path.size > 0)
        return read_path(reading, op, path, value, error);
    if (op == OP_REMOVE)
        return refuse(error, "scim_target_missing", "path must say what is removed.");
    while (status == STATUS_OK &&
           json_peek_pair(reading->arena, operation->value.text, &cursor, &name, &value))
        status = read_attribute(reading, op, name, value, error);
    return status;
}

enum status scim_group_patch_read(
    struct arena *arena,
    const struct scim_group_patch *patch,
    struct scim_group_change *out,
    struct error *error)
{
    const struct scim_group_operation *operations = patch->_operations.items;
    struct scim_group_change change = {.replaces_members = false};
    struct reading reading = {.arena = arena, .change = &change};
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < patch->_operations.count; i++)
        status = read_operation(&reading, &operations[i], error);
    if (status != STATUS_OK)
        return status;
    settle(&reading);
    *out = change;
    return STATUS_OK;
}
