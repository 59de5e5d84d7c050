/*
 * Showing events to other programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/exported_event.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/tree.h"

enum { MOST_FIELDS_BYTES = 32 << 20, MOST_SEALED = 64 };

enum { BODY_KEPT = 1, BODY_DROPPED = 2, BODY_UNKNOWN = 3 };
const char *const exported_body_names[] = {"kept", "dropped", "unknown", NULL};

static const struct field exported_event_fields[] = {
    {INT64(exported_event, schema), .flags = REQUIRED, .doc = "Schema of the type."},
    {ENUM(exported_event, body, exported_body_names), .flags = REQUIRED,
     .doc = "Kept; dropped, on record; or unknown, of a type that this program does not know."},
    {TEXT(exported_event, body_digest), .flags = REQUIRED,
     .doc = "SHA-256 of the stored body, in hexadecimal, as the entry has it."},
    {TEXT(exported_event, leaf_hash), .flags = REQUIRED,
     .doc =
         "The entry's leaf in the ledger's tree (RFC 6962), in hexadecimal: what proofs are of."},
    {LIST_OF(exported_event, sealed, KIND_TEXT), .flags = REQUIRED,
     .doc = "What is personal, and so sealed and null here: names of fields, or origin.address."},
    {JSON(exported_event, fields), .doc = "Fields of the event."},
};
const struct shape exported_event_shape =
    SHAPE_WITH(exported_event, "An event as it is exported.", .base = &recorded_event_shape);

struct names {
    struct text *items;
    size_t count;
};

/* Signs that show nothing and change how what stands around them is read: controls beyond ASCII, marks of
 * direction, invisible ones. Bytes of the one at the beginning, 0: it is another. */
static size_t invisible_bytes(struct text t)
{
    const unsigned char *c = (const unsigned char *)t.data;

    if (c[0] == 0x7F)
        return 1;
    if (t.size < 2 || c[0] < 0xC2)
        return 0;
    if ((c[0] == 0xC2 && c[1] < 0xA0) || (c[0] == 0xD8 && c[1] == 0x9C))
        return 2;
    if (t.size < 3)
        return 0;
    if (c[0] == 0xE2 && c[1] == 0x80)
        return (c[2] >= 0x8B && c[2] <= 0x8F) || (c[2] >= 0xA8 && c[2] <= 0xAE) ? 3 : 0;
    if (c[0] == 0xE2 && c[1] == 0x81)
        return c[2] >= 0xA0 && c[2] <= 0xAF ? 3 : 0;
    return c[0] == 0xEF && c[1] == 0xBB && c[2] == 0xBF ? 3 : 0;
}

static unsigned code_point(const unsigned char *c, size_t bytes)
{
    if (bytes == 1)
        return c[0];
    if (bytes == 2)
        return (unsigned)(c[0] & 0x1F) << 6 | (c[1] & 0x3F);
    return (unsigned)(c[0] & 0x0F) << 12 | (unsigned)(c[1] & 0x3F) << 6 | (c[2] & 0x3F);
}

/* The same JSON, in which such signs are escapes: in strings alone they can stand. */
static struct text escape_invisible(struct arena *arena, struct text json)
{
    AUTO_BUF out = {0};
    size_t written = 0;

    buf_init(&out, MOST_FIELDS_BYTES);
    for (size_t i = 0; i < json.size; i++) {
        size_t bytes = invisible_bytes(text_slice(json, i, 3));
        if (bytes == 0)
            continue;
        buf_add(&out, json.data + written, i - written);
        buf_printf(&out, "\\u%04x", code_point((const unsigned char *)json.data + i, bytes));
        written = i + bytes;
        i = written - 1;
    }
    if (written == 0)
        return json;
    buf_add(&out, json.data + written, json.size - written);
    must(!buf_is_full(&out));
    return text_copy(arena, buf_text(&out));
}

static struct json print_fields(const struct record *record, struct arena *arena)
{
    AUTO_BUF out = {0};

    if (record->type == NULL || !record->has_body)
        return (struct json){{NULL, 0}};
    buf_init(&out, MOST_FIELDS_BYTES);
    shape_json_write(record->type->shape, record->event, &out);
    must(!buf_is_full(&out));
    return (struct json){escape_invisible(arena, text_copy(arena, buf_text(&out)))};
}

static void add_sealed(
    const struct shape *shape,
    const void *value,
    const char *prefix,
    struct arena *arena,
    struct names *names)
{
    char name[64];

    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (field->kind != KIND_PERSONAL || (field->flags & (SECRET | HIDDEN)) != 0 ||
            field_is_absent(field, value))
            continue;
        must(names->count < MOST_SEALED);
        field_json_name(field, name);
        names->items[names->count++] = text_format(arena, "%s%s", prefix, name);
    }
}

static struct list find_sealed(const struct record *record, struct arena *arena)
{
    struct names names = {arena_array(arena, MOST_SEALED, sizeof(struct text)), 0};

    if (record->body.origin != NULL)
        add_sealed(&origin_shape, record->body.origin, "origin.", arena, &names);
    if (record->type != NULL && record->has_body)
        add_sealed(record->type->shape, record->event, "", arena, &names);
    return (struct list){names.items, names.count};
}

static struct text hash_leaf(const struct record *record, struct arena *arena)
{
    struct digest leaf;
    AUTO_BUF packed = {0};

    buf_init(&packed, ENTRY_MAX_BYTES);
    entry_pack(&record->entry, &packed);
    must(!buf_is_full(&packed));
    leaf = tree_leaf(buf_bytes(&packed));
    return hex_encode(arena, (struct bytes){leaf.bytes, sizeof(leaf.bytes)});
}

struct exported_event exported_event_of(const struct record *record, struct arena *arena)
{
    const struct timeline_event event = {record->entry, record->has_body};
    int64_t body = record->type == NULL ? BODY_UNKNOWN : BODY_KEPT;

    return (struct exported_event){
        .view = recorded_event_of(&event, arena),
        .schema = record->entry.schema,
        .body = {record->has_body ? body : BODY_DROPPED},
        .body_digest = hex_encode(arena, record->entry.body_digest),
        .leaf_hash = hash_leaf(record, arena),
        .sealed = find_sealed(record, arena),
        .fields = print_fields(record, arena),
    };
}
