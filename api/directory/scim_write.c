/*
 * A user as JSON: the table of attributes, from top to bottom.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_write.h"

#include "core/shape/shape_json.h"

enum status scim_selection_read(
    struct text attributes, struct text excluded, struct scim_selection *out, struct error *error)
{
    struct text rest = text_is_present(attributes) ? attributes : excluded;

    *out = (struct scim_selection){
        .is_for_these = text_is_present(attributes), .is_without_these = text_is_present(excluded)};
    if (out->is_for_these && out->is_without_these)
        return error_set_field(
            error, "validation_failed", "excludedAttributes",
            "must not be given together with attributes");
    while (text_is_present(rest)) {
        enum scim_user_attribute named = scim_user_attribute_named(text_trim(text_cut(&rest, ',')));

        if (named != SCIM_USER_ATTRIBUTE_COUNT)
            out->is_named[named] = true;
    }
    return STATUS_OK;
}

static bool is_shown(const struct scim_selection *selection, enum scim_user_attribute attribute)
{
    bool is_named =
        selection->is_named[attribute] || selection->is_named[scim_user_attribute_whole(attribute)];

    if (scim_user_attributes[attribute].is_always_returned)
        return true;
    return selection->is_for_these ? is_named : !(selection->is_without_these && is_named);
}

/* False: nothing was assigned, nor written. */
static bool write_value(const struct scim_value *value, struct text name, struct buf *out)
{
    char time[TIMESTAMP_TEXT_SIZE];

    if (!text_is_present(value->text) && value->flag.is == 0 && !timestamp_is_present(value->time))
        return false;
    json_write_text(out, name);
    buf_add_char(out, ':');
    if (text_is_present(value->text)) {
        json_write_text(out, value->text);
    } else if (value->flag.is != 0) {
        buf_add_c(out, opt_bool_is_true(value->flag) ? "true" : "false");
    } else {
        timestamp_print(value->time, time);
        buf_printf(out, "\"%s\"", time);
    }
    return true;
}

/* One with sub-attributes, whose rows follow; without any that is shown it is not there. */
static void write_whole(
    struct arena *arena,
    const struct scim_row *row,
    const struct scim_selection *selection,
    enum scim_user_attribute whole,
    struct buf *out)
{
    const struct scim_attribute *attribute = &scim_user_attributes[whole];
    size_t begin = out->size;
    bool is_empty = true;

    buf_printf(out, ",\"%s\":%s{", attribute->path, attribute->is_many ? "[" : "");
    for (int i = (int)whole + 1; i < SCIM_USER_ATTRIBUTE_COUNT; i++) {
        struct text name = text_from(scim_user_attributes[i].path);
        struct scim_value value = scim_user_value(arena, row, (enum scim_user_attribute)i);
        size_t before = out->size;

        if (scim_user_attribute_whole((enum scim_user_attribute)i) != whole)
            break;
        (void)text_cut(&name, '.');
        if (!is_empty)
            buf_add_char(out, ',');
        if (is_shown(selection, (enum scim_user_attribute)i) && write_value(&value, name, out))
            is_empty = false;
        else
            buf_truncate(out, before);
    }
    buf_printf(out, "}%s", attribute->is_many ? "]" : "");
    if (is_empty)
        buf_truncate(out, begin);
}

void scim_write_member(struct buf *out, const char *name, struct text value)
{
    if (!text_is_present(value))
        return;
    buf_printf(out, "%s\"%s\":", out->size > 1 ? "," : "", name);
    json_write_text(out, value);
}

void scim_write_user(
    struct arena *arena,
    const struct scim_row *row,
    const struct scim_selection *selection,
    struct buf *out)
{
    buf_add_c(out, "{\"schemas\":[\"" SCIM_USER_URN "\"]");
    for (int i = 0; i < SCIM_USER_ATTRIBUTE_COUNT; i++) {
        enum scim_user_attribute attribute = (enum scim_user_attribute)i;
        struct scim_value value = scim_user_value(arena, row, attribute);
        size_t before = out->size;

        if (scim_user_attributes[i].type == SCIM_COMPLEX) {
            write_whole(arena, row, selection, attribute, out);
        } else if (
            scim_user_attribute_whole(attribute) == attribute && is_shown(selection, attribute)) {
            buf_add_char(out, ',');
            if (!write_value(&value, text_from(scim_user_attributes[i].path), out))
                buf_truncate(out, before);
        }
    }
    buf_add_char(out, '}');
}
