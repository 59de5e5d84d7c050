/*
 * Reading one event: its entry, its fields, and the proof that they are what was recorded. Of another
 * workspace than the path names there is none, whatever its position.
 *
 *   asked to open ─► record_opening ─► ledger ─► boxes opened ─► answer
 *   else ──────────────────────────────────────────────────────► answer, the boxes named
 *
 * What is personal is opened for nobody before that is on record; so where nothing can be recorded it
 * stays sealed. Secrets are shown to nobody.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/event.h"

#include "api/call.h"
#include "api/evidence/evidence.h"
#include "commands/platform/platform_commands.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"

enum { MOST_FIELDS_BYTES = 32 << 20, MOST_BOXES = 32 };

static const struct field event_input_fields[] = {
    {UUID(event_input, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace of the event."},
    {INT64(event_input, position), .tag = 2, .flags = REQUIRED | FROM_PATH, .max = INT64_MAX,
     .doc = "Position in the ledger."},
};
const struct shape event_input_shape = SHAPE(event_input, "Event that is read.");

static const struct field event_question_fields[] = {
    {BOOL(event_question, open), .tag = 3,
     .doc = "Open what is personal in it? That is recorded, each time."},
    {BOOL(event_question, stored), .tag = 4,
     .doc = "Show the body as it is stored, too? Not of a workspace alone."},
};
const struct shape event_question_shape =
    SHAPE_WITH(event_question, "Event that is read, and how.", .base = &event_input_shape);

/* What became of an event's body. */
static const char *const body_names[] = {"kept", "dropped", "unknown", NULL};
enum { BODY_KEPT = 1, BODY_DROPPED = 2, BODY_UNKNOWN = 3 };

/* What became of a personal field. */
static const char *const box_names[] = {"sealed", "opened",  "forgotten", "lost",
                                        "secret", "damaged", NULL};
enum { SHOWN_SEALED = 1, SHOWN_OPENED, SHOWN_FORGOTTEN, SHOWN_LOST, SHOWN_SECRET, SHOWN_DAMAGED };

struct personal_field {
    struct text field;
    struct uuid subject;
    struct enum_value state;
};
static const struct field personal_field_fields[] = {
    {TEXT(personal_field, field), .flags = REQUIRED,
     .doc = "Its path in this answer: origin.address, fields.name."},
    {UUID(personal_field, subject), .doc = "Person, or key of a day, that it is sealed for."},
    {ENUM(personal_field, state, box_names), .flags = REQUIRED,
     .doc = "Sealed, and open=true would open it; opened; forgotten, as its key was destroyed on "
            "record; lost, as its key was never in the keys of this home; secret, and shown to "
            "nobody; or damaged."},
};
static const struct shape personal_field_shape =
    SHAPE(personal_field, "A field that belongs to a person.");

struct event_origin {
    struct text address;
    struct text user_agent;
};
static const struct field event_origin_fields[] = {
    {TEXT(event_origin, address), .doc = "Network address; null while it is sealed."},
    {TEXT(event_origin, user_agent), .doc = "What the program called itself; null likewise."},
};
static const struct shape event_origin_shape =
    SHAPE(event_origin, "Where the order came from, that led to it.");

static const char *const signed_names[] = {"signed", "not signed yet", NULL};
enum { IS_SIGNED = 1, NOT_SIGNED_YET = 2 };

struct event_detail {
    struct recorded_event view;
    int64_t schema;
    struct enum_value body;
    struct text body_digest;
    struct json fields;
    const struct event_origin *origin;
    struct list personal;
    struct text entry;
    struct text stored_body;
    struct enum_value signature;
    const struct inclusion_proof *proof;
    struct text checkpoint;
};
static const struct field event_detail_fields[] = {
    {INT64(event_detail, schema), .flags = REQUIRED, .doc = "Schema of the type."},
    {ENUM(event_detail, body, body_names), .flags = REQUIRED,
     .doc = "Kept; dropped, on record; or unknown, of a type that this program does not know."},
    {TEXT(event_detail, body_digest), .flags = REQUIRED,
     .doc = "SHA-256 of the stored body, in hexadecimal, as the entry has it."},
    {JSON(event_detail, fields),
     .doc = "Fields of the event; what is personal in them is null unless it was opened."},
    {OBJECT(event_detail, origin, event_origin),
     .doc = "Where it came from; null where that is not known."},
    {OBJECTS(event_detail, personal, personal_field), .flags = REQUIRED,
     .doc = "Each personal field that it was recorded with, and what became of it."},
    {TEXT(event_detail, entry), .flags = REQUIRED,
     .doc = "The stored entry, in Base64: a zero byte and this, through SHA-256, are the leaf."},
    {TEXT(event_detail, stored_body),
     .doc =
         "The stored body, in Base64: what is personal in it is sealed, and its SHA-256 is bodyDigest. "
         "Of a dropped body eight bytes, the position of the event that dropped it. Null unless it was "
         "asked for."},
    {ENUM(event_detail, signature, signed_names), .flags = REQUIRED,
     .doc = "Does a signed checkpoint cover it? The next one will where it does not."},
    {OBJECT(event_detail, proof, inclusion_proof),
     .doc = "Proof that it is in the newest signed ledger; null where it is not signed yet."},
    {TEXT(event_detail, checkpoint),
     .doc = "The signed note of that ledger, whose third line is the root of the proof."},
};
const struct shape event_detail_shape =
    SHAPE_WITH(event_detail, "An event with its fields.", .base = &recorded_event_shape);

static enum status
answer_missing(const struct event_input *input, uint64_t size, struct error *error)
{
    if (!uuid_is_present(input->workspace_id) && (uint64_t)input->position >= size)
        return error_set_code(
            error, STATUS_NOT_FOUND, "event_not_found",
            "The ledger has size %llu: there is no event %lld.", (unsigned long long)size,
            (long long)input->position);
    return error_set_code(
        error, STATUS_NOT_FOUND, "event_not_found", "Event %lld was not found",
        (long long)input->position);
}

enum status event_find(struct call *call, struct record *out, struct error *error)
{
    const struct event_input *input = call->input;
    enum status status;

    call->ledger_size = ledger_size(call->services->ledger);
    if (input->position < 0)
        return error_set_field(error, "invalid_filter", "position", "must not be less than 0");
    if ((uint64_t)input->position >= call->ledger_size)
        return answer_missing(input, call->ledger_size, error);
    status = ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)input->position}, call->arena, out,
        error);
    if (status == STATUS_OK && uuid_is_present(input->workspace_id) &&
        !uuid_equal(input->workspace_id, out->entry.workspace))
        return answer_missing(input, call->ledger_size, error);
    return status;
}

struct recorded_event event_view(const struct record *record, struct arena *arena)
{
    const struct timeline_event event = {record->entry, record->has_body};

    return recorded_event_of(&event, arena);
}

static struct json print_fields(struct call *call, const struct record *record)
{
    AUTO_BUF out = {0};

    buf_init(&out, MOST_FIELDS_BYTES);
    if (record->type == NULL || !record->has_body)
        return (struct json){{NULL, 0}};
    shape_json_write(record->type->shape, record->event, &out);
    return (struct json){text_copy(call->arena, buf_text(&out))};
}

static const struct event_origin *print_origin(struct call *call, const struct record *record)
{
    struct event_origin *origin;

    if (record->body.origin == NULL)
        return NULL;
    origin = arena_one(call->arena, struct event_origin);
    origin->address = record->body.origin->address.text;
    origin->user_agent = record->body.origin->user_agent.text;
    return origin;
}

/* The boxes of an event, as they are met. */
struct box_list {
    struct arena *arena;
    struct personal_field *fields;
    size_t count;
    bool is_opened;
    size_t to_open; /* how many open=true would open */
};

static int64_t shown_as(const struct box_list *list, const struct box_seen *box)
{
    if ((box->field->flags & SECRET) != 0)
        return SHOWN_SECRET;
    switch (box->state) {
    case BOX_OPENS:
        return list->is_opened ? SHOWN_OPENED : SHOWN_SEALED;
    case BOX_FORGOTTEN:
        return SHOWN_FORGOTTEN;
    case BOX_LOST:
        return SHOWN_LOST;
    case BOX_DAMAGED:
        break;
    }
    return SHOWN_DAMAGED;
}

static void note_box(const struct box_seen *box, void *context)
{
    struct box_list *list = context;
    const char *part = box->part == &origin_shape ? "origin" : "fields";
    char name[64];

    if (list->count == MOST_BOXES)
        return;
    field_json_name(box->field, name);
    list->fields[list->count] = (struct personal_field){
        .field = text_format(list->arena, "%s.%s", part, name),
        .subject = box->subject,
        .state = {shown_as(list, box)},
    };
    list->to_open += list->fields[list->count++].state.is == SHOWN_SEALED;
}

static enum status find_boxes(
    struct call *call,
    const struct record *record,
    bool is_opened,
    struct box_list *out,
    struct error *error)
{
    *out = (struct box_list){
        .arena = call->arena,
        .fields = arena_array(call->arena, MOST_BOXES, sizeof(struct personal_field)),
        .is_opened = is_opened,
    };
    return keyring_try_record(call->services->keyring, record, note_box, out, error);
}

static struct text print_entry(struct arena *arena, const struct entry *entry)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, ENTRY_MAX_BYTES);
    entry_pack(entry, &packed);
    return base64_encode(arena, buf_bytes(&packed));
}

/* What is signed by now; nothing, where the event is too new. */
static enum status prove(struct call *call, struct event_detail *detail, struct error *error)
{
    struct position position = {(uint64_t)detail->view.position};
    struct signed_checkpoint newest;

    detail->signature.is = NOT_SIGNED_YET;
    if (!signer_newest(call->services->signer, call->arena, &newest) ||
        position.value >= newest.size)
        return STATUS_OK;
    detail->signature.is = IS_SIGNED;
    detail->checkpoint = newest.note;
    return evidence_inclusion(call, position, newest.size, &detail->proof, error);
}

/* As it lies there, for whoever compares digests. */
static enum status
show_stored(struct call *call, const struct record *record, struct text *out, struct error *error)
{
    const struct event_question *question = call->input;
    uint64_t next = record->position.value;
    struct stored_event stored = {.body = {NULL, 0}};
    struct bytes rest;
    enum status status;
    AUTO_BUF copied = {0};

    if (!opt_bool_is_true(question->stored))
        return STATUS_OK;
    buf_init(&copied, STORED_EVENT_MAX_BYTES);
    status = ledger_copy(call->services->ledger, &next, next + 1, 0, &copied, error);
    if (status != STATUS_OK)
        return status;
    rest = buf_bytes(&copied);
    must(stored_event_next(&rest, &stored));
    *out = base64_encode(call->arena, stored.body);
    return STATUS_OK;
}

static int64_t body_state(const struct record *record)
{
    if (!record->has_body)
        return BODY_DROPPED;
    return record->type == NULL ? BODY_UNKNOWN : BODY_KEPT;
}

static void answer(struct call *call, const struct record *record, const struct box_list *boxes)
{
    struct event_detail detail = {
        .view = event_view(record, call->arena),
        .schema = record->entry.schema,
        .body = {body_state(record)},
        .body_digest = hex_encode(call->arena, record->entry.body_digest),
        .fields = print_fields(call, record),
        .origin = print_origin(call, record),
        .personal = {boxes->fields, boxes->count},
        .entry = print_entry(call->arena, &record->entry),
    };
    struct error error;

    if (show_stored(call, record, &detail.stored_body, &error) == STATUS_OK &&
        prove(call, &detail, &error) == STATUS_OK)
        call_answer_shape(call, 200, &event_detail_shape, &detail);
    else
        call_answer_error(call, &error);
}

/* On a worker again: that it is opened is on record. */
static void answer_opened(struct call *call)
{
    struct record record = {0};
    struct box_list boxes;
    struct error error;
    enum status status = event_find(call, &record, &error);

    if (status == STATUS_OK)
        status = find_boxes(call, &record, true, &boxes, &error);
    if (status == STATUS_OK)
        status = keyring_open_record(call->services->keyring, call->arena, &record, &error);
    if (status == STATUS_OK)
        answer(call, &record, &boxes);
    else
        call_answer_error(call, &error);
}

static void on_recorded(struct call *call)
{
    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    call->submission =
        (struct submission){.status = STATUS_OK}; /* the answer is about another event */
    call_to_lane(call, LANE_PLAIN, answer_opened);
}

static void open_fields(struct call *call, const struct record *record)
{
    struct record_opening *order = arena_one(call->arena, struct record_opening);
    struct error error;

    if (call->services->writer == NULL) { /* files of a home alone */
        error_set_code(
            &error, STATUS_UNAVAILABLE, "look_not_recorded",
            "Only a server opens what is personal, for it records that. Ask it, by its URL.");
        call_answer_error(call, &error);
        return;
    }
    *order = (struct record_opening){
        .workspace_id = record->entry.workspace, .position = record->entry.position};
    call_submit(call, &record_opening_command, order, on_recorded);
}

/* Sealed boxes and keyed digests are more than a workspace's own admins are shown of it. */
static enum status check_stored(const struct event_question *question, struct error *error)
{
    if (!opt_bool_is_true(question->stored) || !uuid_is_present(question->event.workspace_id))
        return STATUS_OK;
    return error_set_field(
        error, "invalid_filter", "stored",
        "is for those who may read all of the ledger: ask outside of the workspace");
}

void event_handle(struct call *call)
{
    const struct event_question *question = call->input;
    struct record record = {0};
    struct box_list boxes;
    struct error error;
    enum status status = check_stored(question, &error);

    if (status == STATUS_OK)
        status = event_find(call, &record, &error);
    if (status == STATUS_OK)
        status = find_boxes(call, &record, false, &boxes, &error);
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (opt_bool_is_true(question->open) && boxes.to_open > 0)
        open_fields(call, &record);
    else
        answer(call, &record, &boxes);
}
