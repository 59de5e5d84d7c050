/*
 * Documents.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/document.h"

#include "api/entity_tag.h"
#include "core/http/gzip.h"

struct document document_make_plain(struct arena *arena, const char *type, struct text plain)
{
    return (struct document){
        .type = type,
        .plain = plain,
        .tag = entity_tag(arena, INT64_ABSENT, plain),
    };
}

struct document document_make(struct arena *arena, const char *type, struct text plain)
{
    struct document document = document_make_plain(arena, type, plain);
    struct http_gzip *gzip = http_gzip_new();
    AUTO_BUF packed = {0};

    if (http_gzip_body(gzip, text_lit("gzip"), plain, &packed))
        document.packed = text_copy(arena, buf_text(&packed));
    http_gzip_free(gzip);
    return document;
}
