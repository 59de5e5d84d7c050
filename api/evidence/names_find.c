/*
 * Finding entities by name, or by the last digits of their ids.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/names.h"
#include "api/evidence/naming.h"
#include "core/base/encode.h"
#include "core/base/nearest.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_read.h"
#include "eventlog/timeline.h"
#include "migrations/tables.h"

#include <string.h>

enum { MOST_FOUND = 20, AT_ONCE = 500, MOST_WORK = 200000, PAGE_BYTES = 64 << 20 };

struct finding {
    struct call *call;
    struct arena *scratch; /* for a page */
    const struct names_input *input;
    struct naming_asked asked;
    struct text digits; /* at the end of ids; absent: a name alone is asked for */
    struct named_entity *found;
    size_t count;
    size_t work; /* that is left */
    bool is_cut;
    struct nearest nearest;
    struct error *error;
};

/* Hexadecimal digits, without the dashes that may stand between them; absent for all else. */
static struct text digits_of(struct text name, struct arena *arena)
{
    char *digits = arena_take(arena, name.size + 1);
    size_t count = 0;

    for (size_t i = 0; i < name.size; i++) {
        bool is_digit = hex_value(name.data[i]) >= 0;
        if (!is_digit && name.data[i] != '-')
            return (struct text){NULL, 0};
        if (is_digit)
            digits[count++] = name.data[i];
    }
    if (count < NAMES_FEWEST_DIGITS || count > 32)
        return (struct text){NULL, 0};
    return text_lower(arena, (struct text){digits, count});
}

static bool ends_with_digits(struct uuid id, struct text digits)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < digits.size; i++) {
        size_t at = 32 - digits.size + i;
        uint8_t byte = id.bytes[at / 2];
        if (hex[at % 2 == 0 ? byte >> 4 : byte & 15] != digits.data[i])
            return false;
    }
    return digits.size > 0;
}

/* Events of a type, the newest first; of an entity (absent: of all) and a workspace (the same). */
static enum status find_events(
    struct finding *finding,
    const struct timeline_filter *filter,
    struct timeline_search *search,
    size_t limit,
    struct list *out)
{
    const struct services *services = finding->call->services;
    const struct timeline_event *events = NULL;
    enum status status;

    search->filter = filter;
    search->work = finding->work < TIMELINE_WORK ? finding->work : TIMELINE_WORK;
    finding->work -= search->work;
    out->count = 0;
    status = timeline_find(
        services->ledger, services->index, search, limit, finding->scratch, &events, &out->count,
        finding->error);
    finding->work += search->work; /* what it did not take */
    out->items = events;
    return status;
}

static struct timeline_search all_of(const struct finding *finding)
{
    return (struct timeline_search){
        .end = (uint64_t)finding->call->ledger_size, .newest_first = true};
}

/* Is there an event of this kind at all? */
static enum status
has_event(struct finding *finding, const struct timeline_filter *filter, bool *out)
{
    struct timeline_search search = all_of(finding);
    struct list events = {NULL, 0};
    enum status status = find_events(finding, filter, &search, 1, &events);

    *out = events.count > 0;
    return status;
}

/* Something of the platform belongs to a workspace as far as it did something there, or had it done to it. */
static enum status has_part(struct finding *finding, struct uuid id, bool *out)
{
    const struct timeline_filter acted = {.workspace = finding->input->workspace_id, .actor = id};
    const struct timeline_filter named = {.workspace = finding->input->workspace_id, .entity = id};
    enum status status = has_event(finding, &acted, out);

    return status == STATUS_OK && !*out ? has_event(finding, &named, out) : status;
}

static bool is_found(const struct finding *finding, const char *kind, struct uuid id)
{
    for (size_t i = 0; i < finding->count; i++) {
        if (uuid_equal(finding->found[i].id, id) && text_is(finding->found[i].kind, kind))
            return true;
    }
    return false;
}

static enum status
add(struct finding *finding, const struct naming *naming, const struct record *record)
{
    const struct entry *entry = &record->entry;
    bool is_ours = true;
    enum status status = STATUS_OK;

    if (is_found(finding, naming->kind, entry->stream))
        return STATUS_OK;
    if (finding->count == MOST_FOUND) {
        finding->is_cut = true;
        return STATUS_OK;
    }
    if (naming->is_of_platform && uuid_is_present(finding->input->workspace_id))
        status = has_part(finding, entry->stream, &is_ours);
    if (status != STATUS_OK || !is_ours)
        return status;
    finding->found[finding->count++] = (struct named_entity){
        .kind = text_from(naming->kind),
        .id = entry->stream,
        .name = text_copy(finding->call->arena, naming_shown(naming, record)),
        .workspace = entry->workspace,
        .position = entry->position,
        .recorded_at = entry->recorded_at,
    };
    return STATUS_OK;
}

static enum status
judge(struct finding *finding, const struct naming *naming, const struct record *record)
{
    struct text shown = naming_shown(naming, record);
    bool is_meant = naming->is_first && ends_with_digits(record->entry.stream, finding->digits);
    bool names_it = false;
    enum status status = STATUS_OK;

    if (!is_meant)
        status = naming_bears(
            naming, record, &finding->asked, finding->call->services->keyring, &is_meant, &names_it,
            finding->error);
    if (text_is_present(shown))
        nearest_try(&finding->nearest, text_c(finding->scratch, shown));
    return status == STATUS_OK && is_meant ? add(finding, naming, record) : status;
}

/* Without names and digits there is nothing to find. */
static bool can_find(const struct finding *finding, const struct naming *naming)
{
    return naming->names[0] != NULL || (naming->is_first && text_is_present(finding->digits));
}

static enum status judge_page(
    struct finding *finding,
    const struct naming *naming,
    const struct timeline_filter *filter,
    struct timeline_search *search)
{
    AUTO_ARENA arena = arena_new(PAGE_BYTES);
    struct list page = {NULL, 0};
    enum status status;

    finding->scratch = arena;
    status = find_events(finding, filter, search, AT_ONCE, &page);

    for (size_t i = 0; i < page.count && status == STATUS_OK; i++) {
        const struct timeline_event *event = (const struct timeline_event *)page.items + i;
        struct record record = {0};
        status = ledger_read_one(
            finding->call->services->ledger, (struct position){(uint64_t)event->entry.position},
            arena, &record, finding->error);
        if (status == STATUS_OK)
            status = judge(finding, naming, &record);
    }
    finding->scratch = finding->call->arena;
    return status;
}

static enum status search_events(struct finding *finding, const struct naming *naming)
{
    const struct timeline_filter filter = {
        .workspace = naming->is_of_platform ? UUID_NONE : finding->input->workspace_id,
        .type = text_from(naming->type->name)};
    struct timeline_search search = all_of(finding);
    enum status status = STATUS_OK;

    if (!can_find(finding, naming))
        return STATUS_OK;
    while (status == STATUS_OK && search.from < search.end && finding->work > 0)
        status = judge_page(finding, naming, &filter, &search);
    finding->is_cut = finding->is_cut || search.from < search.end;
    return status;
}

static bool is_asked_for(const struct finding *finding, const struct naming *naming)
{
    int64_t kind = finding->input->kind.is;

    return kind == 0 || strcmp(table_entities[kind - 1], naming->kind) == 0;
}

/* The newest event of a type that names the entity, where it is newer than what was found so far. */
static enum status find_newest_name(
    struct finding *finding,
    const struct naming *naming,
    const struct named_entity *entity,
    int64_t *newest,
    bool *out_bears)
{
    const struct timeline_filter filter = {
        .entity = entity->id, .type = text_from(naming->type->name)};
    struct timeline_search search = all_of(finding);
    struct list events = {NULL, 0};
    bool names_it = false;
    enum status status = find_events(finding, &filter, &search, AT_ONCE, &events);

    for (size_t i = 0; i < events.count && status == STATUS_OK && !names_it; i++) {
        const struct entry *entry = &((const struct timeline_event *)events.items)[i].entry;
        struct record record = {0};
        bool bears = false;
        if (entry->position <= *newest || !uuid_equal(entry->stream, entity->id))
            continue;
        status = ledger_read_one(
            finding->call->services->ledger, (struct position){(uint64_t)entry->position},
            finding->call->arena, &record, finding->error);
        if (status == STATUS_OK)
            status = naming_bears(
                naming, &record, &finding->asked, finding->call->services->keyring, &bears,
                &names_it, finding->error);
        if (names_it) {
            *newest = entry->position;
            *out_bears = bears;
        }
    }
    return status;
}

/* Is it there, and called so still? What was found by its digits needs no name. */
static enum status settle(struct finding *finding, struct named_entity *entity)
{
    const char *kind = text_c(finding->call->arena, entity->kind);
    const struct event_type *end = naming_end(kind);
    bool is_over = false;
    bool bears_it = true;
    int64_t newest = -1;
    enum status status = STATUS_OK;

    if (end != NULL)
        status = has_event(
            finding, &(struct timeline_filter){.entity = entity->id, .type = text_from(end->name)},
            &is_over);
    for (const struct naming *naming = namings; naming->kind != NULL && status == STATUS_OK;
         naming++) {
        if (strcmp(naming->kind, kind) == 0 && !ends_with_digits(entity->id, finding->digits))
            status = find_newest_name(finding, naming, entity, &newest, &bears_it);
    }
    entity->is_current = opt_bool_of(!is_over && bears_it);
    return status;
}

static enum status find_all(struct finding *finding)
{
    enum status status = STATUS_OK;
    bool has_kind = false;

    for (const struct naming *naming = namings; naming->kind != NULL && status == STATUS_OK;
         naming++) {
        if (!is_asked_for(finding, naming))
            continue;
        has_kind = true;
        status = search_events(finding, naming);
    }
    if (!has_kind) {
        status = error_set_code(
            finding->error, STATUS_INVALID, "invalid_filter", "A %s has no name: give its whole id",
            table_entities[finding->input->kind.is - 1]);
        error_field(finding->error, "kind");
    }
    finding->work = MOST_WORK;
    for (size_t i = 0; i < finding->count && status == STATUS_OK; i++)
        status = settle(finding, &finding->found[i]);
    return status;
}

static struct finding begin(struct call *call, const struct names_input *input)
{
    return (struct finding){
        .call = call,
        .scratch = call->arena,
        .input = input,
        .asked =
            {input->name, keyed_digest_email(call->services->keyring, call->arena, input->name)},
        .digits = digits_of(input->name, call->arena),
        .found = arena_array(call->arena, MOST_FOUND, sizeof(struct named_entity)),
        .work = MOST_WORK,
        .nearest = nearest_to(input->name),
    };
}

enum status names_find(
    struct call *call,
    const struct names_input *input,
    struct names_found *out,
    struct error *error)
{
    struct finding finding = begin(call, input);
    enum status status;

    finding.error = error;
    call->ledger_size = ledger_size(call->services->ledger);
    status = find_all(&finding);
    if (status != STATUS_OK)
        return status;
    *out = (struct names_found){
        .items = finding.found, .count = finding.count, .is_cut = finding.is_cut};
    if (finding.nearest.best[0] != '\0')
        out->nearest = text_copy(call->arena, text_from(finding.nearest.best));
    return STATUS_OK;
}
