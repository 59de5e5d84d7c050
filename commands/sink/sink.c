/*
 * Folding what happens to sinks, and what holds of each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

#include "core/crypto/crypto.h"

static const struct field known_sink_fields[] = {
    {UUID(known_sink, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},
    {TEXT(known_sink, name), .tag = 2, .flags = REQUIRED, .doc = "Name of the sink."},
    {TEXT(known_sink, address), .tag = 3, .flags = REQUIRED, .doc = "Where events are sent to."},
    {ENUM(known_sink, format, export_format_names), .tag = 4, .flags = REQUIRED,
     .doc = "Format that they are sent in."},
    {OBJECT(known_sink, filter, sink_filter), .tag = 5,
     .doc = "What events must have to be sent; all are when absent."},
    {BOOL(known_sink, is_paused), .tag = 6, .flags = REQUIRED,
     .doc = "Whether nothing is sent until further notice."},
    {INT64(known_sink, next_position), .tag = 7, .flags = REQUIRED,
     .doc = "First position that is not known to be sent."},
    {INT64(known_sink, set_position), .tag = 8, .flags = REQUIRED,
     .doc = "Position of the event that set it up last."},
    {INT64(known_sink, token_position), .tag = 9,
     .doc = "Position of the event that has its token."},
    {BOOL(known_sink, is_failing), .tag = 10, .doc = "Whether it takes nothing."},
};
const struct shape known_sink_shape = SHAPE(known_sink, "State of a sink.");
const struct aggregate sink_aggregate = {STATE_SINK, "sink", &known_sink_shape};

static struct digest name_key(struct text name)
{
    return sha256(bytes_of_text(name));
}

static void claim_name(struct fold *fold, const struct known_sink *sink)
{
    struct digest key = name_key(sink->name);

    fold_claim(fold, CLAIM_SINK_NAME, (struct bytes){key.bytes, DIGEST_SIZE}, sink->id);
}

static void release_name(struct fold *fold, const struct known_sink *sink)
{
    struct digest key = name_key(sink->name);

    fold_release(fold, CLAIM_SINK_NAME, (struct bytes){key.bytes, DIGEST_SIZE}, sink->id);
}

static void store(struct fold *fold, const struct known_sink *sink)
{
    model_store(fold->model, &sink_aggregate, sink->id, sink);
}

static bool load(struct fold *fold, struct uuid sink_id, struct known_sink *out)
{
    return model_load(fold->model, &sink_aggregate, sink_id, fold->arena, out);
}

static bool is_new(const struct personal *token)
{
    return bytes_are_present(token->box);
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct sink_created *created = record->event;
    struct known_sink sink = {
        .id = created->sink_id,
        .name = created->name,
        .address = created->address,
        .format = created->format,
        .filter = created->filter,
        .is_paused = created->is_paused,
        .next_position = created->from_position == INT64_ABSENT ? record->entry.position
                                                                : created->from_position,
        .set_position = record->entry.position,
        .token_position = is_new(&created->token) ? record->entry.position : INT64_ABSENT,
    };

    claim_name(fold, &sink);
    model_link(fold->model, LINK_SINK, UUID_NONE, sink.id, 0);
    store(fold, &sink);
}

static void on_changed(struct fold *fold, const struct record *record)
{
    const struct sink_changed *changed = record->event;
    struct known_sink sink;

    if (!load(fold, changed->sink_id, &sink))
        return;
    release_name(fold, &sink);
    sink.name = changed->name;
    sink.address = changed->address;
    sink.format = changed->format;
    sink.filter = changed->filter;
    sink.is_paused = changed->is_paused;
    sink.set_position = record->entry.position;
    if (!opt_bool_is_true(changed->has_token))
        sink.token_position = INT64_ABSENT;
    else if (is_new(&changed->token))
        sink.token_position = record->entry.position;
    claim_name(fold, &sink);
    store(fold, &sink);
}

static void on_removed(struct fold *fold, const struct record *record)
{
    const struct sink_removed *removed = record->event;
    struct known_sink sink;

    if (!load(fold, removed->sink_id, &sink))
        return;
    release_name(fold, &sink);
    model_unlink(fold->model, LINK_SINK, UUID_NONE, sink.id);
    model_remove(fold->model, &sink_aggregate, sink.id);
}

static void
come_to(struct fold *fold, struct uuid sink_id, int64_t next_position, struct opt_bool is_failing)
{
    struct known_sink sink;

    if (!load(fold, sink_id, &sink))
        return;
    if (next_position > sink.next_position)
        sink.next_position = next_position;
    if (is_failing.is != 0)
        sink.is_failing = is_failing;
    store(fold, &sink);
}

void sink_evolve(struct fold *fold, const struct record *record)
{
    const struct sink_failing *failing = record->event;
    const struct sink_recovered *recovered = record->event;
    const struct sink_refused *refused = record->event;

    switch ((enum sink_event)record->type->id) {
    case EVT_SINK_CREATED:
        on_created(fold, record);
        break;
    case EVT_SINK_CHANGED:
        on_changed(fold, record);
        break;
    case EVT_SINK_REMOVED:
        on_removed(fold, record);
        break;
    case EVT_SINK_FAILING:
        come_to(fold, failing->sink_id, failing->position, OPT_TRUE);
        break;
    case EVT_SINK_RECOVERED:
        come_to(fold, recovered->sink_id, recovered->position, OPT_FALSE);
        break;
    case EVT_SINK_REFUSED:
        come_to(fold, refused->sink_id, refused->position + 1, (struct opt_bool){0});
        break;
    }
}

/* "task.*" of an area, or the name of a type. */
static bool is_known_type(struct text type)
{
    struct text family = {type.data, type.size < 2 ? 0 : type.size - 2};

    if (!text_ends_with(type, text_lit(".*")))
        return event_type_named(type) != NULL;
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        if (text_is(family, area->name))
            return true;
    }
    return false;
}

/* Over an open network it would be anybody's. */
static bool may_have_token(struct text address)
{
    struct sink_address read;

    if (!sink_address_read(address, &read))
        return false;
    return read.transport == SINK_HTTPS ||
           (read.transport == SINK_HTTP &&
            (text_is(read.host, "127.0.0.1") || text_is(read.host, "[::1]") ||
             text_is(read.host, "localhost")));
}

enum status
sink_check(const struct decision *decision, const struct sink_changed *wanted, struct error *error)
{
    struct digest key = name_key(wanted->name);
    struct uuid holder;

    if (model_holder(
            decision->model, CLAIM_SINK_NAME, (struct bytes){key.bytes, DIGEST_SIZE}, &holder) &&
        !uuid_equal(holder, wanted->sink_id))
        return decision_refuse(error, &refused_sink_name_taken);
    if (wanted->filter != NULL && text_is_present(wanted->filter->type) &&
        !is_known_type(wanted->filter->type))
        return decision_refuse(error, &refused_sink_type);
    if (opt_bool_is_true(wanted->has_token) && !may_have_token(wanted->address))
        return decision_refuse(error, &refused_sink_token);
    return STATUS_OK;
}
