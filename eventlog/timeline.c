/*
 * Searching the timeline.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/timeline.h"

#include "core/base/must.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_index.h"
#include "eventlog/ledger_read.h"

enum {
    FIRST_DAYS = 8, /* of an origin, searched at once; then MORE_DAYS times as many */
    MORE_DAYS = 4,
    MOST_DAYS = 366,
    AT_LEAST = 32, /* candidates at once: not all of them pass */
    AT_MOST = 256,
    MOST_KEYS = 512,            /* of one condition */
    READ_ARENA_BYTES = 64 << 20 /* one body may be 4 MiB, and several times that decoded */
};

/* What must be true of an event, each by keys of the index. */
enum { MOST_CONDITIONS = 9 };

struct conditions {
    struct index_any all[MOST_CONDITIONS];
    size_t count;
    struct index_any *origin; /* one of them, or NULL */
    struct index_key *origin_keys;
};

struct finding {
    struct ledger *ledger;
    struct ledger_index *index;
    struct timeline_search *search;
    struct conditions *conditions;
    int64_t days;          /* that are searched at once for an origin */
    struct arena *scratch; /* of one record */
    struct arena *arena;
    /* What becomes of an event that passes; `record` NULL: it was not read. */
    void (*keep)(struct finding *finding, uint64_t position, const struct record *record);
    bool is_unread;                /* what stands in the index is not read */
    struct timeline_event *events; /* of a page */
    uint64_t *counts;              /* of a histogram */
    const uint64_t *bounds;
    size_t bound_count;
    size_t limit;
    size_t count;
    struct error *error;
};

static void keep_event(struct finding *finding, uint64_t position, const struct record *record)
{
    struct timeline_event *event = &finding->events[finding->count++];

    (void)position;
    shape_copy(&entry_shape, finding->arena, &record->entry, &event->entry);
    event->has_body = record->has_body;
}

/* Positions rise, and so do bounds: `bound_count` is that of the bucket that was last counted in. */
static void count_event(struct finding *finding, uint64_t position, const struct record *record)
{
    (void)record;
    while (position >= finding->bounds[finding->bound_count + 1])
        finding->bound_count++;
    finding->counts[finding->bound_count]++;
}

/* "task.*" */
static bool is_family(struct text type)
{
    return text_ends_with(type, text_lit(".*"));
}

static struct text family_prefix(struct text type)
{
    return text_slice(type, 0, type.size - 1);
}

static bool is_of_type(struct text wanted, struct text type)
{
    return is_family(wanted) ? text_starts_with(type, family_prefix(wanted))
                             : text_equal(wanted, type);
}

static struct bytes bytes_of_id(const struct uuid *id)
{
    return (struct bytes){id->bytes, sizeof(id->bytes)};
}

static void add(struct conditions *conditions, const struct index_key *keys, size_t count)
{
    must(conditions->count < MOST_CONDITIONS);
    conditions->all[conditions->count++] = (struct index_any){keys, count};
}

static void add_id(
    struct arena *arena,
    struct conditions *conditions,
    enum ledger_index_kind kind,
    const struct uuid *id)
{
    struct index_key *keys = arena_array(arena, 2, sizeof(*keys));

    if (!uuid_is_present(*id))
        return;
    keys[0] = (struct index_key){kind, bytes_of_id(id)};
    keys[1] = (struct index_key){LEDGER_INDEX_STREAM, bytes_of_id(id)};
    add(conditions, keys, kind == LEDGER_INDEX_ENTITY ? 2 : 1);
}

/* A type's name, together with the workspace where one is asked for. */
static struct index_key
key_of_type(struct arena *arena, const struct timeline_filter *filter, struct text name)
{
    uint8_t *room;

    if (!uuid_is_present(filter->workspace))
        return (struct index_key){LEDGER_INDEX_TYPE, bytes_of_text(name)};
    room = arena_take(arena, INDEX_KEY_MAX);
    return (struct index_key){
        LEDGER_INDEX_WORKSPACE_TYPE, index_key_workspace_type(&filter->workspace, name, room)};
}

/* The names that this program has for a family: what it does not know is no key of the index. */
static size_t
list_family(struct arena *arena, const struct timeline_filter *filter, struct index_key *keys)
{
    size_t count = 0;

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++) {
            struct text name = text_from(area->types[i]->name);
            if (!is_of_type(filter->type, name))
                continue;
            must(count < MOST_KEYS);
            keys[count++] = key_of_type(arena, filter, name);
        }
    }
    return count;
}

static void add_workspace_and_type(
    struct arena *arena, struct conditions *conditions, const struct timeline_filter *filter)
{
    struct index_key *keys = arena_array(arena, MOST_KEYS, sizeof(*keys));
    size_t count = 1;

    if (!text_is_present(filter->type)) {
        add_id(arena, conditions, LEDGER_INDEX_WORKSPACE, &filter->workspace);
        return;
    }
    if (is_family(filter->type))
        count = list_family(arena, filter, keys);
    else
        keys[0] = key_of_type(arena, filter, filter->type);
    add(conditions, keys, count);
}

static void add_number(
    struct arena *arena, struct conditions *conditions, enum ledger_index_kind kind, int64_t number)
{
    struct index_key *key = arena_one(arena, struct index_key);
    uint8_t *byte = arena_take(arena, 1);

    if (number == 0)
        return;
    *byte = (uint8_t)number;
    *key = (struct index_key){kind, {byte, 1}};
    add(conditions, key, 1);
}

/* Of an origin whose days are known, only the keys of some days at a time are looked for: narrow(). */
static void
add_origin(struct arena *arena, struct conditions *conditions, struct timeline_origin *origin)
{
    if (origin == NULL)
        return;
    conditions->origin_keys =
        arena_array(arena, timeline_origin_count(origin) + 1, sizeof(*conditions->origin_keys));
    conditions->origin = &conditions->all[conditions->count];
    add(conditions, conditions->origin_keys, 0);
    if (!timeline_origin_has_days(origin))
        conditions->origin->count = timeline_origin_keys(origin, 0, 0, conditions->origin_keys);
}

static void
make_conditions(struct arena *arena, const struct timeline_filter *filter, struct conditions *out)
{
    *out = (struct conditions){.count = 0};

    add_workspace_and_type(arena, out, filter);
    add_id(arena, out, LEDGER_INDEX_ACTOR, &filter->actor);
    add_id(arena, out, LEDGER_INDEX_ENTITY, &filter->entity);
    add_id(arena, out, LEDGER_INDEX_CORRELATION, &filter->correlation);
    add_id(arena, out, LEDGER_INDEX_CAUSATION, &filter->causation);
    add_number(arena, out, LEDGER_INDEX_ACTOR_KIND, filter->actor_kind);
    add_number(arena, out, LEDGER_INDEX_OUTCOME, filter->outcome);
    add_origin(arena, out, filter->origin);
}

static bool is_wanted(struct uuid wanted, struct uuid id)
{
    return !uuid_is_present(wanted) || uuid_equal(wanted, id);
}

static bool names_entity(struct uuid wanted, const struct record *record)
{
    const struct index_key keys[] = {
        {LEDGER_INDEX_ENTITY, bytes_of_id(&wanted)}, {LEDGER_INDEX_STREAM, bytes_of_id(&wanted)}};

    return !uuid_is_present(wanted) || index_key_finds(keys, 2, record);
}

bool timeline_passes(const struct timeline_filter *filter, const struct record *record)
{
    const struct entry *entry = &record->entry;

    return is_wanted(filter->workspace, entry->workspace) &&
           is_wanted(filter->actor, entry->actor_id) &&
           is_wanted(filter->correlation, entry->correlation) &&
           is_wanted(filter->causation, entry->causation) &&
           (!text_is_present(filter->type) || is_of_type(filter->type, entry->type)) &&
           (filter->actor_kind == 0 || filter->actor_kind == entry->actor_kind) &&
           (filter->outcome == 0 || filter->outcome == entry->outcome) &&
           names_entity(filter->entity, record) &&
           (filter->origin == NULL || timeline_origin_has(filter->origin, record));
}

/* What an event names, and from where it came, stands in its body; all else in its entry. */
static bool is_about_bodies(const struct timeline_filter *filter)
{
    return uuid_is_present(filter->entity) || filter->origin != NULL;
}

/* Of bodies, which may be large, one at a time. */
static size_t how_many(const struct finding *finding, size_t count)
{
    size_t missing = finding->limit - finding->count;

    if (is_about_bodies(finding->search->filter))
        return 1;
    return count < missing ? count : missing;
}

static enum status read_candidates(
    struct finding *finding, const struct position *at, size_t count, struct record *out)
{
    arena_reset(finding->scratch);
    if (is_about_bodies(finding->search->filter))
        return ledger_read_one(finding->ledger, *at, finding->scratch, out, finding->error);
    return ledger_read_entries(finding->ledger, at, count, finding->scratch, out, finding->error);
}

/* Reads candidates, and keeps those that pass. */
static enum status look_at(struct finding *finding, const struct position *at, size_t count)
{
    struct timeline_search *search = finding->search;
    struct record records[AT_MOST];
    enum status status = read_candidates(finding, at, count, records);

    if (status != STATUS_OK)
        return status;
    search->work -= count < search->work ? count : search->work;
    for (size_t i = 0; i < count; i++) {
        if (timeline_passes(search->filter, &records[i]))
            finding->keep(finding, at[i].value, &records[i]);
    }
    return STATUS_OK;
}

static bool has_more(const struct finding *finding)
{
    return finding->count < finding->limit && finding->search->work > 0 &&
           finding->search->from < finding->search->end;
}

/* The search has come past this position. */
static void pass(struct timeline_search *search, struct position at)
{
    if (search->newest_first)
        search->end = at.value;
    else
        search->from = at.value + 1;
}

static bool has_passed(const struct timeline_search *search, struct position at)
{
    return search->newest_first ? search->end <= at.value : search->from > at.value;
}

/* As many as the page has room for at once, so that one that is full between two has not passed the second. */
static enum status
look_at_all(struct finding *finding, const struct position *candidates, size_t count)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK && finding->count < finding->limit;) {
        size_t some = how_many(finding, count - i);
        status = look_at(finding, candidates + i, some);
        i += some;
        if (status == STATUS_OK)
            pass(finding->search, candidates[i - 1]);
    }
    return status;
}

/* The positions that come next, from `from` or the search's on. */
static size_t next_positions(
    const struct timeline_search *search, uint64_t from, size_t most, struct position *out)
{
    uint64_t first = from > search->from ? from : search->from;
    uint64_t left = search->end > first ? search->end - first : 0;
    size_t count = left < most ? (size_t)left : most;

    for (size_t i = 0; i < count; i++)
        out[i] = (struct position){search->newest_first ? search->end - 1 - i : first + i};
    return count;
}

/* Position after position, from `from` on. */
static enum status scan(struct finding *finding, uint64_t from)
{
    struct timeline_search *search = finding->search;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && has_more(finding)) {
        struct position some[AT_MOST];
        size_t count =
            next_positions(search, from, search->work < AT_MOST ? search->work : AT_MOST, some);
        if (count == 0)
            break;
        status = look_at_all(finding, some, count);
    }
    return status;
}

/* What stands in the index is not read. */
static void keep_all(struct finding *finding, const struct position *candidates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        finding->keep(finding, candidates[i].value, NULL);
}

/* Goes on where the index said to. What was found is looked at even where no work is left for it: else a search
 * that begins again there would come no farther. */
static enum status take_candidates(
    struct finding *finding, const struct position *candidates, size_t count, uint64_t reached)
{
    struct timeline_search *search = finding->search;
    enum status status = STATUS_OK;

    if (finding->is_unread)
        keep_all(finding, candidates, count);
    else
        status = look_at_all(finding, candidates, count);
    if (status != STATUS_OK ||
        (!finding->is_unread && count > 0 && !has_passed(search, candidates[count - 1])))
        return status;
    if (search->newest_first)
        search->end = reached;
    else
        search->from = reached;
    return STATUS_OK;
}

/* But for a last step, so that every search comes farther. */
static void spend(struct timeline_search *search, size_t work)
{
    search->work -= work < search->work ? work : search->work - 1;
}

/* An origin has a list in the index for each day, so only some days are searched at once: those from the
 * nearest event on, so that days without events cost nothing; more each time, so that an address that is
 * rarely met is not looked for day by day. */
static enum status narrow(struct finding *finding, struct index_search *left)
{
    struct timeline_origin *origin = finding->search->filter->origin;
    struct conditions *conditions = finding->conditions;
    bool falls = left->newest_first;
    struct timestamp edge = {0};
    uint64_t bound = 0;
    int64_t first;
    enum status status = ledger_time_at(
        finding->ledger, (struct position){falls ? left->end - 1 : left->from}, &edge,
        finding->error);

    first = keyed_digest_day(edge) - (falls ? finding->days - 1 : 0);
    if (status == STATUS_OK)
        status = ledger_position_at(
            finding->ledger, keyed_digest_day_start(falls ? first : first + finding->days), &bound,
            finding->error);
    if (falls && bound > left->from)
        left->from = bound;
    if (!falls && bound < left->end)
        left->end = bound;
    conditions->origin->count =
        timeline_origin_keys(origin, first, first + finding->days - 1, conditions->origin_keys);
    spend(finding->search, 1 + conditions->origin->count);
    left->work = finding->search->work;
    return status;
}

static bool is_by_days(const struct finding *finding)
{
    const struct timeline_origin *origin = finding->search->filter->origin;

    return origin != NULL && timeline_origin_has_days(origin);
}

/* Where a search that began with these bounds has come to. */
static uint64_t reached_by(const struct index_search *left, uint64_t from, uint64_t end)
{
    bool is_over = left->from >= left->end;

    if (left->newest_first)
        return is_over ? from : left->end;
    return is_over ? end : left->from;
}

/* Some candidates of the index, which has what lies below `indexed`. */
static enum status ask_index(struct finding *finding, uint64_t indexed)
{
    struct timeline_search *search = finding->search;
    struct position candidates[AT_MOST];
    size_t missing = finding->limit - finding->count;
    size_t wanted = missing < AT_LEAST ? AT_LEAST : missing;
    size_t count = 0;
    struct index_search left = {
        .all = finding->conditions->all,
        .count = finding->conditions->count,
        .from = search->from,
        .end = search->end < indexed ? search->end : indexed,
        .newest_first = search->newest_first,
        .work = search->work,
    };
    enum status status = is_by_days(finding) ? narrow(finding, &left) : STATUS_OK;
    uint64_t from = left.from;
    uint64_t end = left.end;

    if (status == STATUS_OK)
        status = ledger_index_search(
            finding->index, &left, wanted < AT_MOST ? wanted : AT_MOST, candidates, &count,
            finding->error);
    if (status != STATUS_OK)
        return status;
    search->work = left.work;
    if (left.from >= left.end && finding->days < MOST_DAYS)
        finding->days *= MORE_DAYS;
    return take_candidates(finding, candidates, count, reached_by(&left, from, end));
}

static enum status find_all(struct finding *finding)
{
    struct timeline_search *search = finding->search;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && has_more(finding)) {
        uint64_t indexed = ledger_index_size(finding->index);
        if (finding->conditions->count == 0)
            status = scan(finding, search->from);
        else if (search->newest_first ? search->end > indexed : search->from >= indexed)
            status = scan(finding, indexed);
        else
            status = ask_index(finding, indexed);
    }
    return status;
}

static void clip(struct timeline_search *search, uint64_t size)
{
    if (search->end > size)
        search->end = size;
    if (search->from > search->end)
        search->from = search->end;
}

enum status timeline_find(
    struct ledger *ledger,
    struct ledger_index *index,
    struct timeline_search *search,
    size_t limit,
    struct arena *arena,
    const struct timeline_event **out,
    size_t *out_count,
    struct error *error)
{
    AUTO_ARENA scratch = arena_new(READ_ARENA_BYTES);
    struct conditions conditions;
    struct finding finding = {
        .ledger = ledger,
        .index = index,
        .search = search,
        .conditions = &conditions,
        .days = FIRST_DAYS,
        .scratch = scratch,
        .arena = arena,
        .keep = keep_event,
        .events = arena_array(arena, limit, sizeof(*finding.events)),
        .limit = limit,
        .error = error,
    };
    enum status status;

    make_conditions(arena, search->filter, &conditions);
    clip(search, ledger_size(ledger));
    status = find_all(&finding);
    *out = finding.events;
    *out_count = finding.count;
    return status;
}

/* Every event passes: the bounds say all. */
static void count_all(struct timeline_search *search, const struct timeline_buckets *buckets)
{
    for (size_t i = 0; i < buckets->count; i++)
        buckets->counts[i] = buckets->bounds[i + 1] - buckets->bounds[i];
    search->from = search->end;
}

enum status timeline_count(
    struct ledger *ledger,
    struct ledger_index *index,
    struct timeline_search *search,
    const struct timeline_buckets *buckets,
    struct error *error)
{
    AUTO_ARENA scratch = arena_new(READ_ARENA_BYTES);
    AUTO_ARENA arena = arena_new(READ_ARENA_BYTES);
    struct conditions conditions;
    struct finding finding = {
        .ledger = ledger,
        .index = index,
        .search = search,
        .conditions = &conditions,
        .days = FIRST_DAYS,
        .scratch = scratch,
        .keep = count_event,
        .is_unread = true,
        .counts = buckets->counts,
        .bounds = buckets->bounds,
        .limit = SIZE_MAX,
        .error = error,
    };

    must(buckets->count > 0 && !search->newest_first);
    make_conditions(arena, search->filter, &conditions);
    search->from = buckets->bounds[0];
    search->end = buckets->bounds[buckets->count];
    clip(search, ledger_size(ledger));
    if (conditions.count == 0) {
        count_all(search, buckets);
        return STATUS_OK;
    }
    return find_all(&finding);
}
