/*
 * From records to changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/change.h"

#include "api/select.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum { READ_BYTES = 4 << 20, MOST_RESOURCES = 32 };

/* Frames under way. Those of one row and name are found again by both; the newest stays. */
struct gathering {
    struct map *by_row;
    struct change *items;
    size_t count;
    size_t capacity;
};

/* A row's id, and which frame. */
static struct uuid key_of(const struct frame *frame, struct uuid id)
{
    uintptr_t which = (uintptr_t)frame;

    for (size_t i = 0; i < sizeof(which); i++)
        id.bytes[i] ^= (uint8_t)(which >> (8 * i));
    return id;
}

static bool follows(const struct frame *frame, const struct event_type *type)
{
    for (size_t i = 0; frame->after != NULL && frame->after[i] != NULL; i++) {
        if (frame->after[i] == type)
            return true;
    }
    return false;
}

/* What an earlier record says of the row, this one says too. */
static void gather(struct gathering *gathering, struct change change)
{
    struct uuid key = key_of(change.frame, change.id);
    struct change *earlier = map_get(gathering->by_row, key);

    if (earlier != NULL)
        earlier->frame = NULL;
    must(gathering->count < gathering->capacity);
    gathering->items[gathering->count] = change;
    (void)map_put(gathering->by_row, key, &gathering->items[gathering->count]);
    gathering->count++;
}

static void gather_record(struct gathering *gathering, const struct record *record)
{
    size_t ordinal = 0;

    for (const struct frame_area *area = frame_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->frames[i] != NULL; i++) {
            const struct frame *frame = area->frames[i];
            if (!follows(frame, record->type))
                continue;
            gather(
                gathering, (struct change){
                               .frame = frame,
                               .position = record->position.value,
                               .ordinal = ordinal,
                               .id = frame->key == FRAME_OF_EVENT ? record->entry.event_id
                                                                  : record->entry.stream,
                           });
            ordinal++;
        }
    }
}

/* As many as one record may have. */
static size_t count_frames(void)
{
    size_t count = 0;

    for (const struct frame_area *area = frame_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->frames[i] != NULL; i++)
            count++;
    }
    return count;
}

static void
gather_all(struct call *call, const struct record *records, size_t count, struct changes *out)
{
    struct gathering gathering = {.by_row = map_new(), .capacity = count * count_frames()};

    gathering.items = arena_array(call->arena, gathering.capacity, sizeof(*gathering.items));
    for (size_t i = 0; i < count; i++)
        gather_record(&gathering, &records[i]);
    map_free(gathering.by_row);
    out->items = gathering.items;
    for (size_t i = 0; i < gathering.count; i++) {
        if (gathering.items[i].frame != NULL)
            out->items[out->count++] = gathering.items[i];
    }
}

static struct uuid uuid_at(const struct resource *resource, const char *name, const void *row)
{
    const struct field *field = shape_field(resource_view(resource), text_from(name));

    return *(const struct uuid *)field_at(field, row);
}

static struct uuid id_of(const struct frame *frame, const void *row)
{
    return uuid_at(frame->resource, frame->id == NULL ? "id" : frame->id, row);
}

/* The row of this id, among rows by rising id. */
static const void *find_row(const struct frame *frame, const struct list *rows, struct uuid id)
{
    size_t size = resource_view(frame->resource)->size;
    size_t low = 0;
    size_t high = rows->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const void *row = list_item(rows, size, middle);
        struct uuid found = id_of(frame, row);
        int order = memcmp(&found, &id, sizeof(id));
        if (order == 0)
            return row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The ids of a resource's rows, each once, from the first of its changes on. */
static struct list ids_of(struct call *call, const struct changes *changes, size_t first)
{
    struct uuid *ids = arena_array(call->arena, changes->count - first, sizeof(*ids));
    struct map *seen = map_new();
    struct list list = {ids, 0};

    for (size_t i = first; i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        if (change->frame->resource == changes->items[first].frame->resource &&
            map_put(seen, change->id, ids) == NULL)
            ids[list.count++] = change->id;
    }
    map_free(seen);
    return list;
}

static void fill_rows(struct changes *changes, size_t first, const struct list *rows)
{
    const struct resource *resource = changes->items[first].frame->resource;

    for (size_t i = first; i < changes->count; i++) {
        struct change *change = &changes->items[i];
        const void *row;
        if (change->frame->resource != resource)
            continue;
        row = find_row(change->frame, rows, change->id);
        if (row != NULL && (change->frame->is_shown == NULL || change->frame->is_shown(row)))
            change->row = row;
    }
}

/* Has it been read? Then also from now on. */
static bool note_resource(
    const struct resource *seen[MOST_RESOURCES], size_t *count, const struct resource *resource)
{
    for (size_t i = 0; i < *count; i++) {
        if (seen[i] == resource)
            return true;
    }
    must(*count < MOST_RESOURCES);
    seen[(*count)++] = resource;
    return false;
}

enum status changes_select(struct call *call, struct changes *changes, struct error *error)
{
    const struct resource *seen[MOST_RESOURCES];
    size_t seen_count = 0;
    enum status status = STATUS_OK;

    changes->size = call->services->progress->size;
    for (size_t i = 0; status == STATUS_OK && i < changes->count; i++) {
        struct list ids;
        struct list rows = {NULL, 0};
        if (note_resource(seen, &seen_count, changes->items[i].frame->resource))
            continue;
        ids = ids_of(call, changes, i);
        status = select_rows(call, changes->items[i].frame->resource, &ids, &rows, error);
        if (status == STATUS_OK)
            fill_rows(changes, i, &rows);
    }
    if (status == STATUS_OK && arena_is_full(call->arena))
        return error_set(error, STATUS_TOO_LARGE, "too much has changed to be read at once");
    return status;
}

static enum status
read_some(struct call *call, uint64_t from, size_t limit, struct changes *out, struct error *error)
{
    uint64_t shown = call->services->progress->size;
    uint64_t left = shown > from ? shown - from : 0;
    size_t most = limit < CHANGES_AT_ONCE ? limit : CHANGES_AT_ONCE;
    struct record *records;
    size_t count = 0;
    enum status status = STATUS_OK;

    if (left < most)
        most = (size_t)left;
    records = arena_array(call->arena, most, sizeof(*records));
    if (most > 0)
        status = ledger_read(
            call->services->ledger, (struct position){from}, most, READ_BYTES, call->arena, records,
            &count, error);
    if (status != STATUS_OK)
        return status;
    *out = (struct changes){.next = from + count};
    gather_all(call, records, count, out);
    return changes_select(call, out, error);
}

enum status changes_read(
    struct call *call, uint64_t from, size_t *limit, struct changes *out, struct error *error)
{
    enum status status;

    arena_reset(call->arena);
    status = read_some(call, from, *limit, out, error);
    while (status == STATUS_TOO_LARGE && *limit > 1) {
        *limit /= 2;
        arena_reset(call->arena);
        status = read_some(call, from, *limit, out, error);
    }
    if (status == STATUS_TOO_LARGE) {
        log_error("news.record_too_large", log_int64("position", (int64_t)from));
        *out = (struct changes){.next = from + 1, .size = from + 1};
        return STATUS_OK;
    }
    *limit = *limit < CHANGES_AT_ONCE / 2 ? 2 * *limit : CHANGES_AT_ONCE;
    return status;
}

struct uuid change_workspace(const struct change *change)
{
    return uuid_at(change->frame->resource, "workspace_id", change->row);
}

struct uuid change_node(const struct change *change)
{
    if (change->frame->node == NULL)
        return UUID_NONE;
    return uuid_at(change->frame->resource, change->frame->node, change->row);
}

bool change_print_value(
    const struct frame *frame,
    const void *value,
    uint64_t size,
    const struct services *services,
    struct buf *out)
{
    char boot[UUID_TEXT_SIZE];

    uuid_print(services->boot_id, boot);
    buf_clear(out);
    shape_json_write(frame_shape(frame), value, out);
    if (!buf_is_full(out)) {
        buf_truncate(out, out->size - 1); /* the brace: what all payloads have follows */
        if (size > 0)
            buf_printf(out, ",\"sequence\":%llu", (unsigned long long)size);
        buf_printf(out, ",\"sourceInstanceId\":\"%s\"}", boot);
    }
    if (buf_is_full(out))
        log_error("news.frame_too_large", log_c("frame", frame->name));
    return !buf_is_full(out);
}

bool change_print(struct call *call, const struct change *change, uint64_t size, struct buf *out)
{
    const struct frame *frame = change->frame;
    const void *value = change->row;

    if (frame->shows_beginning)
        size = change->position + 1;
    if (frame->fill != NULL) {
        void *payload = arena_take(call->arena, frame_shape(frame)->size);
        shape_clear(frame_shape(frame), payload);
        frame->fill(change->row, call->arena, payload);
        value = payload;
    }
    return change_print_value(frame, value, size, call->services, out);
}
