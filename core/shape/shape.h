/*
 * Shapes: a plain struct and, beside it, a table of its fields. From the table follow the stored
 * form (shape_pack.h), JSON with validation (shape_json.h), query and path parameters
 * (shape_params.h), OpenAPI and reference pages (shape_describe.h), rows of PostgreSQL (core/db)
 * and settings (core/config). No struct is serialised by code written beside its table.
 *
 *   struct rename_node { struct uuid node_id; struct text name; };
 *
 *   static const struct field rename_node_fields[] = {
 *       {UUID(rename_node, node_id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "The node."},
 *       {TEXT(rename_node, name), .tag = 2, .flags = REQUIRED | TRIM, .min = 2, .max = 120,
 *        .doc = "Its new name."},
 *   };
 *   const struct shape rename_node_shape = SHAPE(rename_node, "Give a node another name.");
 *
 * Naming a member of another type is a compile error; a member without a row makes
 * shape_is_complete() false, which a test asks of every shape. That works because every member
 * is a multiple of eight bytes, so a struct has no padding.
 *
 * Names: a field is called by its member everywhere: "node_id" as a column, "nodeId" in JSON.
 *
 * Absent values, all of them what zeroed memory holds, except for INT64 and DOUBLE:
 *   UUID all zero · TEXT, BYTES, JSON data NULL · TIMESTAMP 0 · BOOL .is 0 · ENUM .is 0
 *   LIST items NULL · OBJECT NULL · PERSONAL neither text nor box · INT64 INT64_ABSENT ·
 *   DOUBLE not a number. Absent is JSON null, SQL null, and left out when packed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_H
#define CORE_SHAPE_SHAPE_H

#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/base/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct opt_bool {
    int64_t is; /* 0 absent, 1 yes, 2 no */
};
#define OPT_TRUE  ((struct opt_bool){1})
#define OPT_FALSE ((struct opt_bool){2})
static inline struct opt_bool opt_bool_of(bool value)
{
    return (struct opt_bool){value ? 1 : 2};
}
static inline bool opt_bool_is_true(struct opt_bool f)
{
    return f.is == 1;
}

struct enum_value {
    int64_t is; /* counts from 1 in the order of the field's names; 0 is absent */
};

struct json {
    struct text text; /* an object unless the field says JSON_ANY: compact, valid, clean UTF-8 */
};

/* Several values: `items` is an array of structs of the field's shape, or of texts, UUIDs,
 * integers or enums. In an arena. items is NULL when absent; an empty list has items not NULL. */
struct list {
    const void *items;
    size_t count;
};

/*
 * Something that belongs to a person: an address, a name, an IP address. At the edges it is text.
 * Where it is stored it is a box (sealed under the person's key by those who store it) with, where
 * two must be compared, a keyed digest beside it; the text is absent then.
 */
struct personal {
    struct text text;
    struct bytes box;
    struct bytes digest;
};

#define INT64_ABSENT INT64_MIN

enum kind {
    KIND_UUID,      /* struct uuid      JSON string, SQL uuid, stored bin 16 */
    KIND_TEXT,      /* struct text      JSON string, SQL text, stored str */
    KIND_BYTES,     /* struct bytes     JSON Base64, SQL bytea, stored bin */
    KIND_TIMESTAMP, /* struct timestamp    JSON ISO 8601, SQL timestamptz, stored int (µs) */
    KIND_INT64,     /* int64_t          JSON number, SQL bigint, stored int */
    KIND_DOUBLE,    /* double           JSON number, SQL double precision, stored float 64 */
    KIND_BOOL,      /* struct opt_bool      JSON boolean, SQL boolean, stored bool */
    KIND_ENUM,      /* struct enum_value    JSON string, SQL text, stored str (its name) */
    KIND_JSON,      /* struct json      JSON object, SQL jsonb, stored str */
    KIND_PERSONAL,  /* struct personal  JSON string, SQL text, stored [box, digest or nil] */
    KIND_OBJECT,    /* const struct x * JSON object, SQL jsonb, stored map */
    KIND_LIST,      /* struct list      JSON array, SQL jsonb, stored array */
    KIND_COUNT
};

enum field_flag {
    REQUIRED = 1 << 0,  /* must be given, and not null */
    TRIM = 1 << 1,      /* white space at both ends goes before anything is checked */
    LOWER = 1 << 2,     /* ASCII letters become small before anything is checked */
    CLAMP = 1 << 3,     /* a number out of [min, max] becomes the nearer bound */
    SECRET = 1 << 4,    /* never printed, never logged, never in a description of a value */
    FROM_PATH = 1 << 5, /* taken from the path of a route, unknown in a body */
    PATH_ECHO = 1 << 6, /* with FROM_PATH: may stand in the body too and must then be equal */
    UNIQUE = 1 << 7,    /* a list without repeats */
    EMAIL = 1 << 8,     /* an address, local@domain.tld; takes its one form (shape_email.c) */
    JSON_ANY = 1 << 9,  /* JSON may be any value, not only an object */
    EXACT = 1 << 10,    /* in a lenient shape: identity, secret or state, checked as elsewhere */
    HAS_FALLBACK = 1 << 11, /* absent input becomes `fallback`, or `fallback_text` of a text */
    ONE_LINE = 1 << 18,     /* a name or label: one line, without control characters */
    MANY_LINES = 1 << 19,   /* the same, but for tabs and line ends */
    HOST_NAME = 1 << 20,    /* one line; beyond ASCII, the form that DNS has (A-labels) */
    TO_ITS_END = 1 << 17,   /* a time is read to the end of the day, second, … that it names */
    OMIT_ABSENT = 1 << 12,  /* JSON answers leave the member out instead of writing null */
    SERVER_SET = 1 << 13,   /* filled by the server (who, when, seed); unknown to every input */
    HIDDEN = 1 << 15,       /* for the server's own use: no answer and no schema of one shows it */
    IN_UTF16 = 1 << 16,     /* `max` counts UTF-16 code units, as JavaScript does */
    MAY_BE_NULL = 1 << 14,  /* null means "clear": absent, and the field's bit in `given` is set */
};

struct field {
    const char *name; /* the member's */
    enum kind kind;
    enum kind item;  /* of a list: KIND_TEXT, KIND_UUID, KIND_INT64, KIND_ENUM or KIND_OBJECT */
    uint16_t tag;    /* key of the stored form, from 1, never reused */
    uint16_t digest; /* kind of keyed digest beside a box, or of a text on record; 0: none */
    uint32_t offset;
    uint32_t size;
    uint32_t flags;
    int64_t min; /* least characters, value or number of items; INT64_MIN: any number */
    int64_t max; /* most of the same, of JSON bytes; 0 means: no bound but the body's */
    int64_t fallback;
    const char *fallback_text;
    const char *const *names;  /* of an enum, NULL-ended */
    const struct shape *shape; /* of an object, or of the items of a list of objects */
    /* A rule of its own, with the message shown when it is broken ("Slug must use …"). */
    bool (*accepts)(struct text value);
    const char *rule;
    const char *doc; /* one sentence */
};

enum shape_form {
    FORM_MAP,  /* stored as a map from tag to value; fields may be added */
    FORM_ARRAY /* stored as an array in the order of the table; frozen for ever */
};

struct shape {
    const char *name;
    const char *doc;
    const struct field *fields;
    size_t count;
    size_t size;
    /* The struct begins with one of this shape: its fields come first, then those of the table.
     * So a view is a row and what it adds. A base has no base. NULL for none. */
    const struct shape *base;
    enum shape_form form;
    uint16_t subject_tag; /* the UUID field naming whose person's fields these are, or 0 */
    uint16_t given_tag;   /* a INT64 field that JSON input fills with a bit per field that was
                             given (1 << index in the table), or 0: for partial updates */
    uint16_t altered_tag; /* of a lenient shape: the list that JSON input fills (alteration.h) */
    bool is_lenient;      /* no detail of an input refuses the whole: see shape_json.h … */
    bool refuses_unknown; /* … but for an unknown member */
    bool ignores_unknown; /* what it does not name means nothing: documents of other programs */
};

/* Row macros: they name a member and refuse one of another type. */
#define MEMBER_OF(type, member, ctype)                                                             \
    .name = #member,                                                                               \
    .offset = (uint32_t) _Generic(&((struct type *)0)->member, ctype *                             \
                                  : offsetof(struct type, member)),                                \
    .size = (uint32_t)sizeof(((struct type *)0)->member)

#define UUID(type, member)      MEMBER_OF(type, member, struct uuid), .kind = KIND_UUID
#define TEXT(type, member)      MEMBER_OF(type, member, struct text), .kind = KIND_TEXT
#define BYTES(type, member)     MEMBER_OF(type, member, struct bytes), .kind = KIND_BYTES
#define TIMESTAMP(type, member) MEMBER_OF(type, member, struct timestamp), .kind = KIND_TIMESTAMP
#define INT64(type, member)     MEMBER_OF(type, member, int64_t), .kind = KIND_INT64
#define DOUBLE(type, member)    MEMBER_OF(type, member, double), .kind = KIND_DOUBLE
#define BOOL(type, member)      MEMBER_OF(type, member, struct opt_bool), .kind = KIND_BOOL
#define JSON(type, member)      MEMBER_OF(type, member, struct json), .kind = KIND_JSON
#define PERSONAL(type, member)  MEMBER_OF(type, member, struct personal), .kind = KIND_PERSONAL
#define ENUM(type, member, enum_names)                                                             \
    MEMBER_OF(type, member, struct enum_value), .kind = KIND_ENUM, .names = enum_names
/* `member` is a `const struct object *`; its shape is `object_shape`. */
#define OBJECT(type, member, object)                                                               \
    MEMBER_OF(type, member, const struct object *), .kind = KIND_OBJECT, .shape = &object##_shape
#define LIST_OF(type, member, item_kind)                                                           \
    MEMBER_OF(type, member, struct list), .kind = KIND_LIST, .item = item_kind
#define ENUMS(type, member, enum_names) LIST_OF(type, member, KIND_ENUM), .names = enum_names
#define OBJECTS(type, member, object)   LIST_OF(type, member, KIND_OBJECT), .shape = &object##_shape

/* A shape from `struct tag` and `tag_fields`; the second form takes further designators. */
#define SHAPE(tag, sentence) SHAPE_WITH(tag, sentence, .form = FORM_MAP)
#define SHAPE_WITH(tag, sentence, ...)                                                             \
    {                                                                                              \
        .name = #tag, .doc = sentence, .fields = tag##_fields,                                     \
        .count = sizeof(tag##_fields) / sizeof(tag##_fields[0]), .size = sizeof(struct tag),       \
        __VA_ARGS__                                                                                \
    }

/* Every field, those of the base first: from 0 to shape_count() - 1. */
static inline size_t shape_count(const struct shape *shape)
{
    return shape->count + (shape->base == NULL ? 0 : shape->base->count);
}
static inline const struct field *shape_field_at(const struct shape *shape, size_t index)
{
    size_t inherited = shape->base == NULL ? 0 : shape->base->count;

    return index < inherited ? &shape->base->fields[index] : &shape->fields[index - inherited];
}

/* Do the rows add up to exactly the struct, without overlap, with distinct tags from 1 (or none where nothing is
 * stored), items of lists, names of enums, messages of rules, fallbacks of their kind? If not, `why` tells. */
bool shape_is_complete(const struct shape *shape, char why[128]);

/* The field of a member's name or JSON name, or of a tag; NULL for none. Is any of that kind? */
const struct field *shape_field(const struct shape *shape, struct text name);
const struct field *shape_field_of_tag(const struct shape *shape, uint16_t tag);
bool shape_has_kind(const struct shape *shape, enum kind kind);

/* Where a field's value stands in a struct of its shape. */
static inline const void *field_at(const struct field *field, const void *value)
{
    return (const char *)value + field->offset;
}
static inline void *field_in(const struct field *field, void *value)
{
    return (char *)value + field->offset;
}

/* Bytes of one item of a list, and an item. */
size_t list_item_size(const struct field *list);
static inline const void *list_item(const struct list *list, size_t item_size, size_t index)
{
    return (const char *)list->items + index * item_size;
}

/* Is the value of this field absent, as the table at the top says? */
bool field_is_absent(const struct field *field, const void *value);

/* Makes every field absent (zero, INT64_ABSENT, not a number), or one. */
void shape_clear(const struct shape *shape, void *value);
void field_clear(const struct field *field, void *value);
/* Copies a struct and everything it points at into the arena; or, to an `out` whose values lie there
 * already, what differs, and gives a bit for each field that does (of at most 64). */
void shape_copy(const struct shape *shape, struct arena *arena, const void *value, void *out);
uint64_t shape_update(const struct shape *shape, struct arena *arena, const void *value, void *out);

/* Equal in every field, or in one (a PERSONAL field by text, box and digest). */
bool shape_equal(const struct shape *shape, const void *a, const void *b);
bool field_equal(const struct field *field, const void *a, const void *b);

/* Writes "nodeId" for "node_id"; `out` has room for 64 bytes. */
void field_json_name(const struct field *field, char out[64]);

/* Name of an enum value, or NULL when absent or out of range; and the other way round (0: unknown). */
const char *enum_name(const char *const *names, struct enum_value value);
struct enum_value enum_from(const char *const *names, struct text name);

#endif
