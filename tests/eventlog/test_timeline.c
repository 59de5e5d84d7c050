/*
 * The timeline answers what a naive scan of what was appended finds: for random ledgers, filters,
 * windows, directions, lengths of pages and budgets, with an index that lags behind or not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_pack.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_index.h"
#include "eventlog/seal.h"
#include "eventlog/timeline.h"
#include "tests/eventlog/make_ledger.h"
#include "tests/support/draw.h"

enum {
    LEDGERS = 6,
    EVENTS = 300,
    CASES = 600, /* a ledger */
    POOL = 4,    /* ids of a kind, and none */
    ARENA_BYTES = 64 << 20,
    LEAST_WORK = 2
};

/* What a made event has: numbers in pools, 0 for none. */
struct made {
    struct timestamp at;
    uint64_t workspace;
    uint64_t actor;
    uint64_t actor_kind;
    uint64_t stream;
    uint64_t named; /* by the event's fields */
    uint64_t correlation;
    uint64_t causation;
    uint64_t origin;
    uint64_t outcome;
    uint64_t type;
};

static const char *const type_names[] = {
    "test.happened", "task.started", "task.created", "node.came_online"};

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    return draw_below(&random_state, below);
}

/* Ids of one pool for all that can be an entity, so that streams and fields name the same. */
static struct uuid pooled(uint8_t kind, uint64_t number)
{
    return number == 0 ? UUID_NONE : make_id(kind, number);
}

enum { OF_WORKSPACE = 30, OF_ACTOR, OF_THING, OF_CORRELATION, OF_CAUSE };

static const char *const addresses[POOL] = {"", "192.0.2.1", "192.0.2.2", "192.0.2.3"};
static struct keyring *keyring;

static void set_up(void)
{
    must(
        keyring_open(make_directory(), (struct text){NULL, 0}, false, &keyring, NULL) == STATUS_OK);
}

static void tear_down(void)
{
    keyring_close(keyring);
    keyring = NULL;
}

/* Mostly on the same day, now and then some days later, or a year. */
static struct timestamp later(struct timestamp at)
{
    static const int64_t hour_us = INT64_C(3600) * US_PER_S;
    int64_t hours = (int64_t)draw(4);

    if (draw(12) == 0)
        hours = (int64_t)draw(30 * 24);
    if (draw(150) == 0)
        hours = (int64_t)366 * 24;
    return timestamp_plus_us(at, 1 + hours * hour_us);
}

static struct made make_random(struct timestamp after)
{
    struct made made = {
        .at = later(after),
        .workspace = draw(POOL),
        .actor = draw(POOL),
        .actor_kind = draw(3) + 1,
        .stream = draw(POOL - 1) + 1,
        .correlation = draw(POOL),
        .causation = draw(POOL),
        .origin = draw(POOL),
        .outcome = draw(2) + 1,
        .type = draw(COUNT_OF(type_names)),
    };

    made.named = made.type == 0 ? 0 : draw(POOL);
    return made;
}

static void pack_fields(const struct made *made, struct buf *out)
{
    struct task_started started;
    struct task_created created;
    struct node_came_online online;
    struct uuid named = pooled(OF_THING, made->named);

    shape_clear(task_started_event.shape, &started);
    shape_clear(task_created_event.shape, &created);
    shape_clear(node_came_online_event.shape, &online);
    started.task_id = named;
    created.node_id = named;
    online.node_id = named;
    if (made->type == 1)
        shape_pack(task_started_event.shape, &started, out);
    else if (made->type == 2)
        shape_pack(task_created_event.shape, &created, out);
    else if (made->type == 3)
        shape_pack(node_came_online_event.shape, &online, out);
    else
        buf_add_u8(out, 0x80); /* an empty map */
}

static struct bytes pack_body(struct arena *arena, const struct made *made)
{
    static const uint8_t salt[BODY_SALT_SIZE] = {1};
    struct bytes digest =
        keyed_digest_address(keyring, made->at, arena, text_from(addresses[made->origin]));
    const struct origin origin = {.address = {.box = digest, .digest = digest}};
    struct body body = {.origin = made->origin == 0 ? NULL : &origin};
    struct bytes copy;
    AUTO_BUF fields = {0};
    AUTO_BUF packed = {0};

    buf_init(&fields, 1 << 16);
    buf_init(&packed, 1 << 16);
    pack_fields(made, &fields);
    body.fields = buf_bytes(&fields);
    body_pack(&body, salt, &packed);
    copy = bytes_copy(arena, buf_bytes(&packed));
    return copy;
}

static struct ledger_draft
make_event(struct arena *arena, uint64_t n, const struct made *made, int64_t revision)
{
    struct ledger_draft draft = make_draft(arena, n);

    draft.body = pack_body(arena, made);
    if (timestamp_is_present(made->at))
        draft.entry.recorded_at = made->at;
    draft.entry.type = text_from(type_names[made->type]);
    draft.entry.stream = pooled(OF_THING, made->stream);
    draft.entry.revision = revision;
    draft.entry.workspace = pooled(OF_WORKSPACE, made->workspace);
    draft.entry.actor_kind = (int64_t)made->actor_kind;
    draft.entry.actor_id = pooled(OF_ACTOR, made->actor);
    draft.entry.correlation = pooled(OF_CORRELATION, made->correlation);
    draft.entry.causation = pooled(OF_CAUSE, made->causation);
    draft.entry.outcome = (int64_t)made->outcome;
    return draft;
}

static const struct timestamp make_noon = {MAKE_NOON_US};

struct story {
    struct ledger *log;
    struct ledger_index *index;
    struct made events[EVENTS];
};

/* Some events are appended behind what is indexed. */
static void make_story(struct story *story)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(0);
    struct ledger_draft drafts[EVENTS];
    int64_t revisions[POOL] = {0};
    size_t indexed = EVENTS - (size_t)draw(3) * 40;
    size_t added = 0;

    story->log = make_log(home);
    for (uint64_t i = 0; i < EVENTS; i++) {
        story->events[i] = make_random(i == 0 ? make_noon : story->events[i - 1].at);
        drafts[i] = make_event(arena, i, &story->events[i], ++revisions[story->events[i].stream]);
    }
    must(ledger_append(story->log, drafts, EVENTS, NULL) == STATUS_OK);
    must(ledger_index_open(home, story->log, false, &story->index, NULL) == STATUS_OK);
    must(ledger_index_catch_up(story->index, indexed, &added, NULL) == STATUS_OK);
    must(added == indexed);
}

static void end_story(struct story *story)
{
    ledger_index_close(story->index);
    ledger_close(story->log);
}

/* A filter, as numbers. */
struct asked {
    struct made has; /* 0: does not matter */
    uint64_t entity;
    int type; /* in `types`; 0: does not matter */
    uint64_t from;
    uint64_t end;
    bool newest_first;
    bool has_no_days; /* the origin */
    size_t limit;
    size_t work;
};

static const char *const types[] = {NULL,     "task.started", "task.created", "test.happened",
                                    "task.*", "node.*",       "no.such"};

static uint64_t maybe(uint64_t pool)
{
    return draw(4) == 0 ? draw(pool - 1) + 1 : 0;
}

static struct asked ask_random(void)
{
    struct asked asked = {
        .has =
            {
                .workspace = maybe(POOL),
                .actor = maybe(POOL),
                .actor_kind = maybe(4),
                .correlation = maybe(POOL),
                .causation = maybe(POOL),
                .origin = maybe(POOL),
                .outcome = maybe(3),
            },
        .entity = maybe(POOL),
        .type = (int)maybe(COUNT_OF(types)),
        .from = draw(2) == 0 ? 0 : draw(EVENTS),
        .end = draw(2) == 0 ? UINT64_MAX : draw(EVENTS + 1),
        .newest_first = draw(2) == 0,
        .has_no_days = draw(3) == 0,
        .limit = draw(20) + 1,
        .work = draw(2) == 0 ? TIMELINE_WORK : draw(60) + LEAST_WORK,
    };

    return asked;
}

static bool agrees(uint64_t wanted, uint64_t has)
{
    return wanted == 0 || wanted == has;
}

static bool is_of_type(const char *wanted, const char *type)
{
    size_t size = wanted == NULL ? 0 : strlen(wanted);

    if (wanted == NULL)
        return true;
    return wanted[size - 1] == '*' ? strncmp(wanted, type, size - 1) == 0
                                   : strcmp(wanted, type) == 0;
}

static bool is_found(const struct asked *asked, const struct made *made)
{
    const struct made *has = &asked->has;

    return agrees(has->workspace, made->workspace) && agrees(has->actor, made->actor) &&
           agrees(has->actor_kind, made->actor_kind) &&
           agrees(has->correlation, made->correlation) && agrees(has->causation, made->causation) &&
           agrees(has->origin, made->origin) && agrees(has->outcome, made->outcome) &&
           (agrees(asked->entity, made->stream) || agrees(asked->entity, made->named)) &&
           is_of_type(types[asked->type], type_names[made->type]);
}

static size_t scan(const struct story *story, const struct asked *asked, uint64_t out[EVENTS])
{
    size_t count = 0;

    for (uint64_t i = 0; i < EVENTS; i++) {
        uint64_t at = asked->newest_first ? EVENTS - 1 - i : i;
        if (at >= asked->from && at < asked->end && is_found(asked, &story->events[at]))
            out[count++] = at;
    }
    return count;
}

/* Of all days that the story has. */
static struct timeline_origin *
make_origin(struct arena *arena, const struct story *story, const struct asked *asked)
{
    int64_t first = keyed_digest_day(story->events[0].at);
    int64_t last = keyed_digest_day(story->events[EVENTS - 1].at);
    struct timeline_origin *origin = timeline_origin_of_days(
        keyring, text_from(addresses[asked->has.origin]), first, (size_t)(last - first + 1), arena);

    if (asked->has.origin == 0)
        return NULL;
    return asked->has_no_days
               ? timeline_origin_of_digests(timeline_origin_digests(origin, arena), arena)
               : origin;
}

static struct timeline_filter
make_filter(struct arena *arena, const struct story *story, const struct asked *asked)
{
    return (struct timeline_filter){
        .workspace = pooled(OF_WORKSPACE, asked->has.workspace),
        .actor = pooled(OF_ACTOR, asked->has.actor),
        .actor_kind = (int64_t)asked->has.actor_kind,
        .entity = pooled(OF_THING, asked->entity),
        .correlation = pooled(OF_CORRELATION, asked->has.correlation),
        .causation = pooled(OF_CAUSE, asked->has.causation),
        .outcome = (int64_t)asked->has.outcome,
        .type = text_from(types[asked->type]),
        .origin = make_origin(arena, story, asked),
    };
}

/* Page after page, as callers do: each begins where the one before ended. */
static size_t find_by_pages(struct story *story, const struct asked *asked, uint64_t out[EVENTS])
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct timeline_filter filter = make_filter(arena, story, asked);
    struct timeline_search search = {
        .filter = &filter,
        .from = asked->from,
        .end = asked->end,
        .newest_first = asked->newest_first,
    };
    size_t count = 0;
    size_t pages = 0;

    do {
        const struct timeline_event *events = NULL;
        size_t found = 0;
        struct error error;
        search.work = asked->work;
        expect_ok(
            timeline_find(
                story->log, story->index, &search, asked->limit, arena, &events, &found, &error),
            &error);
        expect(found <= asked->limit);
        for (size_t i = 0; i < found && count < EVENTS; i++)
            out[count++] = (uint64_t)events[i].entry.position;
        expect(++pages <= 2 * EVENTS);
    } while (search.from < search.end);
    return count;
}

static void a_timeline_is_what_a_scan_of_the_whole_ledger_finds(void)
{
    struct story story;
    size_t found = 0;

    random_state = 1;
    for (int i = 0; i < LEDGERS; i++) {
        make_story(&story);
        for (int j = 0; j < CASES; j++) {
            const struct asked asked = ask_random();
            uint64_t wanted[EVENTS];
            uint64_t got[EVENTS];
            size_t count = scan(&story, &asked, wanted);
            expect_int64(find_by_pages(&story, &asked, got), count);
            expect(memcmp(wanted, got, count * sizeof(*got)) == 0);
            found += count;
        }
        end_story(&story);
    }
    expect(found > (size_t)LEDGERS * CASES); /* else the filters say nothing */
}

/* By the same filters, in buckets of random lengths, some of them empty. */
static void counts_in_buckets_are_those_of_a_scan(void)
{
    enum { BUCKETS = 7 };
    struct story story;

    random_state = 2;
    make_story(&story);
    for (int j = 0; j < CASES; j++) {
        AUTO_ARENA arena = arena_new(ARENA_BYTES);
        struct asked asked = ask_random();
        const struct timeline_filter filter = make_filter(arena, &story, &asked);
        uint64_t bounds[BUCKETS + 1] = {draw(EVENTS / 4)};
        uint64_t counts[BUCKETS] = {0};
        const struct timeline_buckets buckets = {bounds, counts, BUCKETS};
        struct timeline_search search = {.filter = &filter, .work = SIZE_MAX};
        struct error error;
        for (size_t i = 1; i <= BUCKETS; i++) {
            uint64_t next = bounds[i - 1] + draw(60);
            bounds[i] = next < EVENTS ? next : EVENTS;
        }
        expect_ok(timeline_count(story.log, story.index, &search, &buckets, &error), &error);
        expect_int64(search.from, bounds[BUCKETS]);
        for (size_t i = 0; i < BUCKETS; i++) {
            uint64_t found[EVENTS];
            asked.from = bounds[i];
            asked.end = bounds[i + 1];
            expect_int64(counts[i], scan(&story, &asked, found));
        }
    }
    end_story(&story);
}

static void a_search_ends_with_its_work_and_says_how_far_it_came(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(500);
    struct ledger *log = make_log(home);
    struct ledger_index *index = NULL;
    const struct timeline_filter filter = {.causation = make_id(9, 9)};
    struct timeline_search search = {
        .filter = &filter, .end = UINT64_MAX, .newest_first = true, .work = 100};
    const struct timeline_event *events = NULL;
    size_t count = 1;
    struct error error;

    expect_ok(ledger_index_open(home, log, false, &index, &error), &error);
    expect_ok(timeline_find(log, index, &search, 10, arena, &events, &count, &error), &error);
    expect_int64(count, 0);
    expect_int64(search.from, 0);
    expect_int64(search.end, 400);
    expect_int64(search.work, 0);
    ledger_index_close(index);
    ledger_close(log);
}

/* Two workspaces in turn, each with a type of its own. */
static void make_turns(struct ledger *log)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct ledger_draft drafts[EVENTS];

    for (uint64_t i = 0; i < EVENTS; i++) {
        const struct made made = {
            .workspace = 1 + i % 2,
            .type = i % 2,
            .stream = 1,
            .actor_kind = ACTOR_AGENT,
            .outcome = OUTCOME_DONE};
        drafts[i] = make_event(arena, i, &made, (int64_t)i + 1);
    }
    must(ledger_append(log, drafts, EVENTS, NULL) == STATUS_OK);
}

static void what_a_filter_does_not_find_is_passed_over_at_once(void)
{
    const struct timeline_filter filters[] = {
        {.workspace = pooled(OF_WORKSPACE, 1), .type = text_from(type_names[1])},
        {.workspace = pooled(OF_WORKSPACE, 1), .type = text_lit("task.*")},
        {.causation = make_id(9, 9)},
        {.actor_kind = ACTOR_STRANGER},
        {.outcome = OUTCOME_REFUSED},
    };
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = NULL;
    size_t indexed = 0;
    struct error error;

    make_turns(log);
    expect_ok(ledger_index_open(home, log, false, &index, &error), &error);
    expect_ok(ledger_index_catch_up(index, EVENTS, &indexed, &error), &error);
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        AUTO_ARENA arena = arena_new(ARENA_BYTES);
        struct timeline_search search = {
            .filter = &filters[i], .end = EVENTS, .work = TIMELINE_WORK};
        const struct timeline_event *events = NULL;
        size_t count = 1;
        expect_ok(timeline_find(log, index, &search, 10, arena, &events, &count, &error), &error);
        expect_int64(count, 0);
        expect(search.from == search.end);
        expect(search.work > TIMELINE_WORK - 100); /* a few steps for each type of a family */
    }
    ledger_index_close(index);
    ledger_close(log);
}

static void times_are_found_as_positions(void)
{
    const char *home = make_home(100);
    struct ledger *log = make_log(home);
    struct error error;

    for (int64_t i = -1; i <= 100; i++) {
        uint64_t at = 0;
        const struct timestamp time = {MAKE_NOON_US + i};
        expect_ok(ledger_position_at(log, time, &at, &error), &error);
        expect_int64(at, i < 0 ? 0 : i);
    }
    ledger_close(log);
}

/* Events of one origin on the first day, others on the last, a year later. */
static void an_origin_is_found_beyond_days_without_it(void)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *home = make_home(0);
    struct ledger *log = make_log(home);
    struct ledger_index *index = NULL;
    struct ledger_draft drafts[EVENTS];
    const int64_t days = 365;
    struct timeline_origin *origin = timeline_origin_of_days(
        keyring, text_from(addresses[1]), keyed_digest_day(make_noon), (size_t)days + 1, arena);
    const struct timeline_filter filter = {.origin = origin};
    struct timeline_search search = {
        .filter = &filter, .end = UINT64_MAX, .newest_first = true, .work = TIMELINE_WORK};
    const struct timeline_event *events = NULL;
    size_t count = 0;
    size_t added = 0;
    struct error error;

    for (uint64_t i = 0; i < EVENTS; i++) {
        const struct made made = {
            .at = timestamp_plus_us(
                make_noon, (int64_t)i + (i < 10 ? 0 : days * 86400 * (int64_t)US_PER_S)),
            .origin = i < 10 ? 1 : 2,
            .stream = 1,
            .actor_kind = ACTOR_USER,
            .outcome = OUTCOME_DONE};
        drafts[i] = make_event(arena, i, &made, (int64_t)i + 1);
    }
    must(ledger_append(log, drafts, EVENTS, NULL) == STATUS_OK);
    must(ledger_index_open(home, log, false, &index, NULL) == STATUS_OK);
    must(ledger_index_catch_up(index, EVENTS, &added, NULL) == STATUS_OK);
    expect_ok(timeline_find(log, index, &search, 10, arena, &events, &count, &error), &error);
    expect_int64(count, 10);
    expect_int64(events[0].entry.position, 9);
    expect(search.work > TIMELINE_WORK - 100); /* not a step for each day of the year */
    ledger_index_close(index);
    ledger_close(log);
}

static const struct test tests[] = {
    TEST(a_timeline_is_what_a_scan_of_the_whole_ledger_finds),
    TEST(counts_in_buckets_are_those_of_a_scan),
    TEST(a_search_ends_with_its_work_and_says_how_far_it_came),
    TEST(what_a_filter_does_not_find_is_passed_over_at_once),
    TEST(times_are_found_as_positions),
    TEST(an_origin_is_found_beyond_days_without_it),
};

const struct suite test_timeline_suite =
    SUITE_WITH("eventlog/timeline", tests, .set_up = set_up, .tear_down = tear_down);
