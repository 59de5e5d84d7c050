/*
 * What was found, for people and for programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/shape/shape_json.h"
#include "replay/exit_codes.h"
#include "replay/progress_bar.h"
#include "replay/verify_internal.h"

#include <stdio.h>
#include <string.h>

enum { REPORT_BYTES = 16 << 20, MOST_LISTED = 400 };

const char *const verdict_names[] = {"ok", "absent", "unchecked", "differs", "damaged", NULL};

enum verdict verdict_of(enum status status)
{
    bool is_environment = status == STATUS_UNAVAILABLE || status == STATUS_TIMED_OUT ||
                          status == STATUS_FULL || status == STATUS_CONFLICT ||
                          status == STATUS_INVALID || status == STATUS_NOT_FOUND;

    return is_environment ? VERDICT_UNCHECKED : VERDICT_DAMAGED;
}

static const struct field part_fields[] = {
    {TEXT(part, part), .doc = "Part that was checked."},
    {ENUM(part, verdict, verdict_names), .doc = "Outcome of the check."},
    {INT64(part, events), .doc = "Number of events that it covers."},
    {TEXT(part, note), .doc = "Explanation of the outcome."},
    {LIST_OF(part, findings, KIND_TEXT), .doc = "Differences, the first of each table."},
    {INT64(part, differences), .doc = "Number of differences."},
    {DOUBLE(part, seconds), .doc = "Duration in seconds."},
};
const struct shape part_shape = SHAPE(part, "Outcome of one part of a verification.");

struct report {
    struct enum_value verdict;
    struct list parts;
};
static const struct field report_fields[] = {
    {ENUM(report, verdict, verdict_names), .doc = "Outcome of the worst part."},
    {OBJECTS(report, parts, part), .doc = "Outcomes of the parts."},
};
static const struct shape report_shape = SHAPE(report, "Outcome of a verification.");

void part_find(struct arena *arena, struct part *part, struct text finding)
{
    size_t count = part->findings.count;
    struct text *items;

    part->differences++;
    if (!text_is_present(finding) || count >= MOST_LISTED)
        return;
    items = arena_array(arena, count + 1, sizeof(*items));
    if (count > 0)
        memcpy(items, part->findings.items, count * sizeof(*items));
    items[count] = text_copy(arena, finding);
    part->findings = (struct list){items, count + 1};
}

void part_conclude(struct part *part, enum verdict verdict, int64_t events, struct text note)
{
    static const struct text none = TEXT_OF("");

    part->verdict = (struct enum_value){verdict};
    part->events = events;
    part->note = note;
    if (part->findings.items == NULL)
        part->findings = (struct list){&none, 0};
}

static enum verdict worst_of(const struct part *parts, size_t count)
{
    enum verdict worst = VERDICT_OK;

    for (size_t i = 0; i < count; i++) {
        if (parts[i].verdict.is > (int64_t)worst)
            worst = (enum verdict)parts[i].verdict.is;
    }
    return worst;
}

static void print_part(const struct part *part)
{
    const struct text *findings = part->findings.items;
    int64_t more = part->differences - (int64_t)part->findings.count;
    char events[GROUPED_SIZE];

    progress_print_grouped((uint64_t)part->events, events);
    printf(
        "%-12.*s %-10s %s events: %.*s\n", TEXT_ARGS(part->part),
        enum_name(verdict_names, part->verdict), events, TEXT_ARGS(part->note));
    for (size_t i = 0; i < part->findings.count; i++)
        printf("             - %.*s\n", TEXT_ARGS(findings[i]));
    if (more > 0)
        printf("             - and %lld more\n", (long long)more);
}

static void print_sum(enum verdict worst)
{
    switch (worst) {
    case VERDICT_OK:
        printf("All of it holds.\n");
        break;
    case VERDICT_ABSENT:
        printf("What is there holds; what is absent is made again when it is needed.\n");
        break;
    case VERDICT_UNCHECKED:
        printf("What was checked holds, but not all of it could be checked.\n");
        break;
    case VERDICT_DIFFERS:
    case VERDICT_DAMAGED:
        printf("It does not hold: see above.\n");
        break;
    }
}

static void print_json(const struct part *parts, size_t count)
{
    const struct report report = {{worst_of(parts, count)}, {parts, count}};
    AUTO_BUF out;

    buf_init(&out, REPORT_BYTES);
    shape_json_write(&report_shape, &report, &out);
    printf("%s\n", out.data);
}

static int code_of(enum verdict worst)
{
    switch (worst) {
    case VERDICT_OK:
    case VERDICT_ABSENT:
        return EXIT_HOLDS;
    case VERDICT_UNCHECKED:
        return EXIT_TROUBLE;
    case VERDICT_DIFFERS:
    case VERDICT_DAMAGED:
        break;
    }
    return EXIT_DIFFERS;
}

int report_print(const struct part *parts, size_t count, bool is_json)
{
    enum verdict worst = worst_of(parts, count);

    if (is_json)
        print_json(parts, count);
    for (size_t i = 0; i < count && !is_json; i++)
        print_part(&parts[i]);
    if (!is_json)
        print_sum(worst);
    fflush(stdout);
    return code_of(worst);
}
