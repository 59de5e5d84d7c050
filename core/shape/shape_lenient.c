/*
 * Taking what is not as it should be: what is altered of a report is noted, and what was only tried
 * leaves no trace. The rules themselves stand where each kind is read.
 *
 *   lenient shape ──► [trial] ──► value read ──► kept, with what was altered in it
 *                        └──────► a violation ──► dropped, and that is noted
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_repair.h"
#include "core/shape/json_tree.h"
#include "core/shape/shape_read.h"

enum { LONGEST_SHOWN_NAME = 120 };

static const char *const alteration_names[] = {"replaced", "cut", "dropped", NULL};

static const struct field alteration_fields[] = {
    {TEXT(alteration, field), .tag = 1, .flags = REQUIRED,
     .doc = "Path of the value, such as lines.3.line; body for the whole of it."},
    {ENUM(alteration, what, alteration_names), .tag = 2, .flags = REQUIRED,
     .doc = "What was done to it so that the rest could be taken."},
};
const struct shape alteration_shape =
    SHAPE(alteration, "A value of a report that was not taken as it came.");

void reading_alter(struct reading *reading, struct text path, enum alteration_kind what)
{
    if (reading->altered == NULL)
        reading->altered = arena_array(reading->arena, MOST_ALTERATIONS, sizeof(struct alteration));
    if (reading->altered_count < MOST_ALTERATIONS)
        reading->altered[reading->altered_count] = (struct alteration){path, {what}};
    reading->altered_count++;
}

struct trial reading_begin_trial(struct reading *reading)
{
    struct trial trial = {reading->is_trial, reading->has_failed, reading->altered_count};

    reading->is_trial = true;
    reading->has_failed = false;
    return trial;
}

bool reading_end_trial(struct reading *reading, const struct trial *trial, bool is_read)
{
    bool is_good = is_read && !reading->has_failed;

    reading->is_trial = trial->was_trial;
    reading->has_failed = trial->had_failed;
    if (!is_good)
        reading->altered_count = trial->altered_count;
    return is_good;
}

void reading_drop_unknown(struct reading *reading, struct text prefix, struct text name)
{
    struct text shown = text_first_characters(name, LONGEST_SHOWN_NAME);

    reading_alter(
        reading, text_format(reading->arena, "%.*s%.*s", TEXT_ARGS(prefix), TEXT_ARGS(shown)),
        ALTERED_DROPPED);
}

void reading_list_altered(const struct reading *reading, const struct shape *shape, void *value)
{
    const struct field *field = shape_field_of_tag(shape, shape->altered_tag);
    size_t kept =
        reading->altered_count < MOST_ALTERATIONS ? reading->altered_count : MOST_ALTERATIONS;

    if (field != NULL && kept > 0)
        *(struct list *)field_in(field, value) = (struct list){reading->altered, kept};
}

enum status
reading_parse(struct reading *reading, struct text body, json_t **out, struct error *error)
{
    enum status status = json_tree_parse(body, false, out, error);

    if (status == STATUS_INVALID) {
        status = json_tree_parse(json_repair(body, reading->arena), false, out, error);
        reading_alter(reading, text_lit("body"), ALTERED_REPLACED);
    }
    if (status == STATUS_OK && !json_is_object(*out))
        status = error_set_code(
            error, STATUS_INVALID, "malformed_json", "The body is not a JSON object.");
    return status;
}
