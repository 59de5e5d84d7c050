/*
 * Accounts as directories read them: one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_view.h"

#include "api/directory/scim_select.h"
#include "api/entity_tag.h"

enum { LARGEST_USER = 64 * 1024 };

static void answer_missing(struct call *call, struct uuid user_id)
{
    char id[UUID_TEXT_SIZE];
    struct error error;

    uuid_print(user_id, id);
    error_set_code(&error, STATUS_NOT_FOUND, "user_not_found", "User %s was not found", id);
    call_answer_error(call, &error);
}

struct scim_shown *scim_take_shown(struct call *call, struct uuid user_id)
{
    struct scim_shown *shown = arena_one(call->arena, struct scim_shown);
    struct text named[2] = {{NULL, 0}, {NULL, 0}};
    const struct param *params = NULL;
    size_t count = 0;
    struct error error;

    shown->user_id = user_id;
    if (!params_parse(call->arena, call->request->query, &params, &count))
        count = 0; /* a route that reads its query has refused it */
    for (size_t i = 0; i < count; i++) {
        if (text_equal_ignoring_case(params[i].name, text_lit("attributes")))
            named[0] = params[i].value;
        else if (text_equal_ignoring_case(params[i].name, text_lit("excludedAttributes")))
            named[1] = params[i].value;
    }
    if (scim_selection_read(named[0], named[1], &shown->selection, &error) == STATUS_OK)
        return shown;
    call_answer_error(call, &error);
    return NULL;
}

void scim_answer_resource(
    struct call *call, int status, struct text location, int64_t revision, const struct buf *body)
{
    struct text tag = entity_tag(call->arena, revision, text_lit(""));
    struct text held = http_header(call->request, "If-None-Match");
    bool is_known = text_is(call->request->method, "GET") &&
                    (entity_tag_matches(held, tag) ||
                     entity_tag_matches(held, entity_tag_packed(call->arena, tag)));

    call_header(call, "ETag", tag);
    call_header(call, "Location", location);
    if (is_known)
        call_answer_text(call, 304, NULL, text_lit(""));
    else
        call_answer_text(call, status, SCIM_MEDIA_TYPE, text_copy(call->arena, buf_text(body)));
}

void scim_answer_user(struct call *call, int status, const struct scim_shown *shown)
{
    const struct scim_asked asked = {.user_id = shown->user_id, .count = 1};
    const struct scim_row *rows = NULL;
    size_t count = 0;
    struct error error;
    AUTO_BUF out = {0};

    if (scim_select(call, &asked, &rows, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (count == 0) {
        answer_missing(call, shown->user_id);
        return;
    }
    buf_init(&out, LARGEST_USER);
    scim_write_user(call->arena, rows, &shown->selection, &out);
    scim_answer_resource(
        call, status, scim_user_location(call->arena, shown->user_id), rows->revision, &out);
}
