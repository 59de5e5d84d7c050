/*
 * The stage on which commands are tested: one model for all scenarios of a program, emptied for
 * each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/scenario.h"

#include "commands/command_internal.h"
#include "commands/fold.h"
#include "commands/history.h"
#include "commands/platform/platform_commands.h"
#include "commands/timers.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "core/shape/shape_pack.h"
#include "core/time/timezone.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_BYTES = 256 << 20, BODY_BYTES = 16 << 20, MOST_EVENTS = COMMAND_MAX_EVENTS };

/* Each event points at the one before it. */
struct recorded {
    struct record record;
    const struct recorded *before;
};

struct scenario {
    struct model *model;
    struct arena *arena;
    struct fold fold;
    struct policy policy;
    bool is_index_behind; /* so that the ledger cannot be asked */
    struct actor actor;
    struct uuid workspace; /* of what is given */
    struct timestamp now;
    struct timestamp last; /* recorded-at of the newest event */
    uint64_t size;
    uint64_t commands;

    /* Of the last command. */
    struct timestamp decided_at;
    enum status status;
    struct error error;
    const struct record *emitted;
    const struct uuid *causes;       /* of what was emitted */
    const struct recorded *recorded; /* the newest; NULL: nothing yet */
    size_t count;
    void *answer;
};

static struct scenario stage;
static struct timezone_list *zones; /* for all of them */

const char *naming(const struct scenario *s, const char *text, struct uuid id)
{
    struct text rest = text_from(text);
    struct text before = text_cut(&rest, '%');
    char shown[UUID_TEXT_SIZE];

    uuid_print(id, shown);
    return text_format(
               s->arena, "%.*s%s%.*s", TEXT_ARGS(before), shown,
               TEXT_ARGS(text_slice(rest, 1, rest.size)))
        .data;
}

struct timestamp at(const char *timestamp)
{
    struct timestamp parsed = {0};

    must(timestamp_parse(text_from(timestamp), &parsed));
    return parsed;
}

struct uuid id_named(const char *name)
{
    struct digest digest = sha256(bytes_of_text(text_from(name)));

    return uuid_v8(digest.bytes);
}

struct bytes digest_named(const struct scenario *s, const char *name)
{
    struct digest digest = sha256(bytes_of_text(text_from(name)));

    return bytes_copy(s->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

struct personal sealed(const struct scenario *s, const char *text)
{
    return (struct personal){
        .box = bytes_of_text(text_from(text)), .digest = digest_named(s, text)};
}

struct scenario *scenario_at(const char *timestamp)
{
    struct error error;

    if (stage.model == NULL) {
        must(model_open(make_directory(), fold_fingerprint(), &stage.model, &error) == STATUS_OK);
        stage.arena = arena_new(ARENA_BYTES);
        stage.fold.arena = arena_new(ARENA_BYTES);
    }
    must(model_clear(stage.model, &error) == STATUS_OK);
    arena_reset(stage.arena);
    stage = (struct scenario){
        .model = stage.model,
        .arena = stage.arena,
        .fold = {.model = stage.model, .arena = stage.fold.arena},
        .actor = {.kind = ACTOR_SYSTEM},
        .now = at(timestamp),
    };
    if (zones == NULL)
        zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
    stage.policy = (struct policy){
        .claim_lease_us = INT64_C(60) * US_PER_S,
        .stale_queued_us = INT64_C(120) * US_PER_S,
        .stale_running_us = INT64_C(1800) * US_PER_S,
        .heartbeat_timeout_us = INT64_C(90) * US_PER_S,
        .high_cpu_threshold = 90,
        .high_cpu_repeat_us = INT64_C(300) * US_PER_S,
        .install_token_us = INT64_C(900) * US_PER_S,
        .boot = id_named("boot"),
        .timezones = zones,
        .access_token_us = INT64_C(24) * 3600 * US_PER_S,
        .api_token_us = INT64_C(366) * 24 * 3600 * US_PER_S,
        .device_trust_us = INT64_C(30) * 24 * 3600 * US_PER_S,
        .session_us = INT64_C(30) * 24 * 3600 * US_PER_S,
        .session_idle_us = INT64_C(7) * 24 * 3600 * US_PER_S,
        .finished_task_us = INT64_C(30) * 24 * 3600 * US_PER_S,
        .terminal_retention_us = INT64_C(7) * 24 * 3600 * US_PER_S,
        .enrollment_digest = digest_named(&stage, "enrollment"),
    };
    return &stage;
}

void scenario_pass(struct scenario *s, int64_t seconds)
{
    s->now = timestamp_plus_us(s->now, seconds * US_PER_S);
}

struct timestamp scenario_now(const struct scenario *s)
{
    return s->now;
}

void scenario_actor(struct scenario *s, enum actor_kind kind, struct uuid id)
{
    s->actor = (struct actor){.kind = kind, .id = id};
}

void scenario_workspace(struct scenario *s, struct uuid workspace_id)
{
    s->workspace = workspace_id;
}

struct policy *scenario_policy(struct scenario *s)
{
    return &s->policy;
}

/* Events name their stream first. */
static struct uuid stream_of(const struct event_type *type, const void *event)
{
    if (type->shape->fields[0].kind != KIND_UUID)
        return UUID_NONE;
    return *(const struct uuid *)field_at(&type->shape->fields[0], event);
}

/* As the writer seals, but so that tests can read it. */
static void seal_plainly(const struct scenario *s, const struct shape *shape, void *event)
{
    for (size_t i = 0; i < shape->count; i++) {
        struct personal *personal = field_in(&shape->fields[i], event);
        if (shape->fields[i].kind != KIND_PERSONAL || !text_is_present(personal->text))
            continue;
        *personal = (struct personal){
            .box = bytes_of_text(personal->text),
            .digest = digest_named(s, text_c(s->arena, personal->text))};
    }
}

static struct bytes packed_body(
    const struct scenario *s,
    const struct event_type *type,
    const void *event,
    struct bytes request_digest)
{
    static const uint8_t salt[BODY_SALT_SIZE];
    struct body body = {.request_digest = request_digest};
    AUTO_BUF fields = {0};
    AUTO_BUF stored = {0};

    buf_init(&fields, BODY_BYTES);
    buf_init(&stored, BODY_BYTES);
    shape_pack(type->shape, event, &fields);
    body.fields = buf_bytes(&fields);
    body_pack(&body, salt, &stored);
    return bytes_copy(s->arena, buf_bytes(&stored));
}

static void remember(struct scenario *s, const struct record *record)
{
    struct recorded *recorded = arena_one(s->arena, struct recorded);

    *recorded = (struct recorded){*record, s->recorded};
    s->recorded = recorded;
}

static bool is_asked_for(const struct record *record, const struct history_query *query)
{
    bool is_of_type = query->types == NULL;

    for (size_t i = 0; query->types != NULL && query->types[i] != NULL; i++)
        is_of_type = is_of_type || record->type == query->types[i];
    return is_of_type && uuid_equal(record->entry.stream, query->stream) &&
           record->position.value < query->size;
}

/* As it is once its body was dropped, where that may be. */
static struct record without_body(struct record record, struct arena *arena)
{
    void *event;

    if (!record.type->is_droppable)
        return record;
    event = arena_take(arena, record.type->shape->size);
    shape_clear(record.type->shape, event);
    record.event = event;
    record.has_body = false;
    return record;
}

/* The ledger of a scenario is what it has recorded, and every body that may be dropped was. */
static enum status find_recorded(
    const struct history *history,
    const struct history_query *query,
    struct arena *arena,
    const struct record **out,
    size_t *out_count,
    struct error *error)
{
    struct record *found = arena_array(arena, query->limit, sizeof(*found));
    size_t count = 0;

    (void)history;
    if (stage.is_index_behind)
        return error_set(error, STATUS_UNAVAILABLE, "The index of events is built again.");
    for (const struct recorded *at = stage.recorded; at != NULL; at = at->before) {
        if (!is_asked_for(&at->record, query) || (query->newest_first && count == query->limit))
            continue;
        must(count < query->limit);
        if (!query->newest_first)
            memmove(&found[1], &found[0], count * sizeof(*found));
        found[query->newest_first ? count : 0] = without_body(at->record, arena);
        count++;
    }
    *out = found;
    *out_count = count;
    return STATUS_OK;
}

static const struct history recorded_history = {find_recorded};

void scenario_index_behind(struct scenario *s, bool is_behind)
{
    s->is_index_behind = is_behind;
}

/* Stores and reads back one event, and folds it. */

static void record_event(
    struct scenario *s,
    const struct happened *happened,
    struct uuid stream,
    struct uuid command_id,
    struct record *out)
{
    struct bytes body = packed_body(s, happened->type, happened->event, (struct bytes){0});
    struct timestamp next = timestamp_plus_us(s->last, 1);
    struct digest digest = sha256(body);
    struct entry entry = {
        .format = ENTRY_FORMAT,
        .position = (int64_t)s->size,
        .command_id = command_id,
        .recorded_at = s->now.us > next.us ? s->now : next,
        .type = text_from(happened->type->name),
        .schema = happened->type->schema,
        .stream = stream,
        .workspace = s->workspace,
        .revision = (int64_t)model_revision(s->model, stream) + 1,
        .actor_kind = s->actor.kind,
        .actor_id = s->actor.id,
        .correlation = command_id,
        .outcome = happened->outcome,
        .body_digest = {digest.bytes, DIGEST_SIZE},
    };
    struct error error;
    AUTO_BUF packed = {0};

    entry.event_id = uuid_v7(entry.recorded_at, digest.bytes);
    buf_init(&packed, ENTRY_MAX_BYTES);
    entry_pack(&entry, &packed);
    must(
        record_decode(
            (struct position){s->size}, buf_bytes(&packed), body, s->arena, out, &error) ==
        STATUS_OK);
    arena_reset(s->fold.arena);
    fold_record(&s->fold, out);
    s->last = entry.recorded_at;
    s->size++;
    remember(s, out);
}

void scenario_given(struct scenario *s, const struct happened *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct uuid stream = stream_of(events[i].type, events[i].event);
        struct record record;
        if (!uuid_is_present(stream))
            stream = id_named("another stream");
        record_event(s, &events[i], stream, id_named("given"), &record);
    }
}

static struct decide_ctx begin(const struct scenario *s)
{
    struct decide_ctx decide_ctx = {0};

    decide_ctx.decision = (struct decision){
        .model = s->model,
        .policy = &s->policy,
        .now = s->decided_at,
        .actor = s->actor,
        .arena = s->arena,
        .history = &recorded_history,
    };
    memcpy(decide_ctx.seed, &s->commands, sizeof(s->commands));
    return decide_ctx;
}

static void keep_emitted(struct scenario *s, struct decide_ctx *decide_ctx)
{
    struct record *records = arena_array(s->arena, decide_ctx->count + 1, sizeof(*records));
    struct uuid *causes = arena_array(s->arena, decide_ctx->count + 1, sizeof(*causes));
    struct uuid command_id = decision_id(&decide_ctx->decision);

    for (size_t i = 0; i < decide_ctx->count; i++) {
        const struct emitted *emitted = &decide_ctx->events[i];
        struct happened happened = {emitted->type, emitted->event, emitted->outcome};
        seal_plainly(s, emitted->type->shape, emitted->event);
        causes[i] = emitted->cause;
        record_event(s, &happened, emitted->stream, command_id, &records[i]);
    }
    s->emitted = records;
    s->causes = causes;
    s->count = decide_ctx->count;
}

static void keep_answer(
    struct scenario *s, struct decision *decision, const struct command *command, const void *input)
{
    if (command->answer == NULL)
        return;
    if (s->count > 0) {
        decision->subject = s->emitted[0].entry.stream;
        decision->first = s->emitted[0].position;
        decision->first_event = s->emitted[0].entry.event_id;
        decision->emitted = s->count;
    }
    s->answer = arena_take(s->arena, command->answer->size);
    shape_clear(command->answer, s->answer);
    command->answer_from(decision, input, s->arena, s->answer);
}

void scenario_when(struct scenario *s, const struct command *command, const void *input)
{
    struct timestamp next = timestamp_plus_us(s->last, 1);
    struct decide_ctx decide_ctx;

    s->commands++;
    s->decided_at = s->now.us > next.us ? s->now : next;
    s->count = 0;
    s->answer = NULL;
    decide_ctx = begin(s);
    s->status = command_decide(command, &decide_ctx.decision, input, &s->error);
    if (s->status != STATUS_OK)
        return;
    must(decide_ctx.count == 0 || !command->is_question);
    keep_emitted(s, &decide_ctx);
    keep_answer(s, &decide_ctx.decision, command, input);
}

void scenario_when_due(struct scenario *s)
{
    const struct query_due_timers query = {.limit = 1};
    const struct timer *due;

    scenario_when(s, &query_due_timers_command, &query);
    due = ANSWER(s, due_timers)->timers.items;
    if (ANSWER(s, due_timers)->timers.count > 0)
        scenario_when(s, timer_kind_command(due->kind), due);
}

size_t scenario_timers(const struct scenario *s, int64_t kind)
{
    struct timer at = {.kind = kind};
    size_t count = 0;

    while (model_next_timer(scenario_model(s), &at, &at))
        count++;
    return count;
}

struct uuid scenario_made(const struct scenario *s, int n)
{
    struct decide_ctx decide_ctx = begin(s);
    struct uuid id = UUID_NONE;

    for (int i = 0; i <= n; i++)
        id = decision_id(&decide_ctx.decision);
    return id;
}

struct timestamp scenario_recorded(const struct scenario *s, int n)
{
    must((size_t)n < s->count);
    return s->emitted[n].entry.recorded_at;
}

int64_t scenario_size(const struct scenario *s)
{
    return (int64_t)s->size;
}

const struct model *scenario_model(const struct scenario *s)
{
    return s->model;
}

const void *scenario_answer(const struct scenario *s)
{
    return s->answer;
}

enum status scenario_status(const struct scenario *s, const struct error **out_error)
{
    *out_error = &s->error;
    return s->status;
}

static void print_event(struct buf *out, const struct event_type *type, const void *event)
{
    buf_printf(out, "\n      %s ", type->name);
    shape_json_write(type->shape, event, out);
}

static void print_emitted(const struct scenario *s, struct buf *out)
{
    buf_add_c(out, "emitted:");
    if (s->status != STATUS_OK)
        buf_printf(out, "\n      refused: %s", s->error.text);
    for (size_t i = 0; i < s->count; i++)
        print_event(out, s->emitted[i].type, s->emitted[i].event);
    if (s->count == 0)
        buf_add_c(out, " nothing");
}

static bool is_as_wanted(const struct record *emitted, const struct happened *wanted)
{
    struct uuid stream = stream_of(wanted->type, wanted->event);

    return emitted->type == wanted->type && emitted->entry.outcome == wanted->outcome &&
           (!uuid_is_present(stream) || uuid_equal(stream, emitted->entry.stream)) &&
           shape_equal(wanted->type->shape, emitted->event, wanted->event);
}

void scenario_expect_cause(
    struct scenario *s, const struct event_type *type, const char *file, int line)
{
    const struct recorded *recorded = s->recorded;

    for (size_t i = 0; i < s->count; i++)
        recorded = recorded->before;
    while (type != NULL && recorded != NULL && recorded->record.type != type)
        recorded = recorded->before;
    must(type == NULL || recorded != NULL);
    expect_at(
        s->count > 0 &&
            uuid_equal(s->causes[0], type == NULL ? UUID_NONE : recorded->record.entry.event_id),
        file, line, "the first event is caused by what was wanted");
}

void scenario_expect_emitted(
    struct scenario *s, const struct happened *wanted, size_t count, const char *file, int line)
{
    bool holds = s->status == STATUS_OK && s->count == count;
    AUTO_BUF message = {0};

    for (size_t i = 0; holds && i < count; i++)
        holds = is_as_wanted(&s->emitted[i], &wanted[i]);
    buf_init(&message, 1 << 20);
    print_emitted(s, &message);
    buf_add_c(&message, "\n    wanted:");
    for (size_t i = 0; i < count; i++)
        print_event(&message, wanted[i].type, wanted[i].event);
    expect_at(holds, file, line, buf_text(&message).data);
}

void scenario_expect_refused(
    struct scenario *s, enum status status, const char *text, const char *file, int line)
{
    AUTO_BUF message = {0};

    buf_init(&message, 1 << 20);
    print_emitted(s, &message);
    buf_printf(&message, "\n    wanted:\n      refused: %s", text);
    expect_at(
        s->status == status && text_is(text_from(s->error.text), text), file, line,
        buf_text(&message).data);
}
