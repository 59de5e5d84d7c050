/*
 * Writing members.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/members.h"

#include "core/shape/shape_json.h"

struct members members_begin(struct buf *out)
{
    buf_add_char(out, '{');
    return (struct members){out, false};
}

static void add_name(struct members *members, const char *name)
{
    buf_printf(members->out, "%s\"%s\":", members->has_one ? "," : "", name);
    members->has_one = true;
}

void members_open(struct members *members, const char *name)
{
    add_name(members, name);
    buf_add_char(members->out, '{');
    members->has_one = false;
}

void members_close(struct members *members)
{
    buf_add_char(members->out, '}');
    members->has_one = true;
}

void members_add_text(struct members *members, const char *name, struct text value)
{
    if (!text_is_present(value))
        return;
    add_name(members, name);
    json_write_text(members->out, value);
}

void members_add_c(struct members *members, const char *name, const char *value)
{
    members_add_text(members, name, text_from(value));
}

void members_add_id(struct members *members, const char *name, struct uuid value)
{
    char printed[UUID_TEXT_SIZE];

    if (!uuid_is_present(value))
        return;
    uuid_print(value, printed);
    members_add_c(members, name, printed);
}

void members_add_int64(struct members *members, const char *name, int64_t value)
{
    add_name(members, name);
    buf_add_int64(members->out, value);
}

void members_add_texts(struct members *members, const char *name, const struct list *values)
{
    const struct text *items = values->items;

    add_name(members, name);
    buf_add_char(members->out, '[');
    for (size_t i = 0; i < values->count; i++) {
        if (i > 0)
            buf_add_char(members->out, ',');
        json_write_text(members->out, items[i]);
    }
    buf_add_char(members->out, ']');
}

void members_add_json(struct members *members, const char *name, struct text value)
{
    if (!text_is_present(value))
        return;
    add_name(members, name);
    buf_add_text(members->out, value);
}
