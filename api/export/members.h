/*
 * Members of a JSON object, one by one, for formats whose names and order others have set. What is absent is
 * left out.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_MEMBERS_H
#define API_EXPORT_MEMBERS_H

#include "core/base/buf.h"
#include "core/shape/shape.h"

struct members {
    struct buf *out;
    bool has_one; /* of the object that is open */
};

/* An object without a name, and within another one; each is closed. */
struct members members_begin(struct buf *out);
void members_open(struct members *members, const char *name);
void members_close(struct members *members);

void members_add_text(struct members *members, const char *name, struct text value);
void members_add_c(struct members *members, const char *name, const char *value); /* or NULL */
void members_add_id(struct members *members, const char *name, struct uuid value);
void members_add_int64(struct members *members, const char *name, int64_t value);
void members_add_texts(struct members *members, const char *name, const struct list *values);
/* Of JSON that is made already. */
void members_add_json(struct members *members, const char *name, struct text value);

#endif
