/*
 * What mails say of what people and machines called things. Whatever the words, nobody writes a
 * tag into the HTML, and nobody begins a line of his own in the text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/rendering.h"
#include "core/base/must.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mail_content content_with(struct text words)
{
    return (struct mail_content){
        .title = words,
        .name = words,
        .paragraphs = {words},
        .paragraph_count = 1,
        .action = "Open",
        .link = text_lit("https://fleet.example/"),
        .details = {{"Node", words}},
        .detail_count = 1,
        .footnote = words,
        .home = text_lit("https://fleet.example"),
    };
}

static size_t count(struct text in, char sign)
{
    size_t found = 0;

    for (size_t i = 0; i < in.size; i++)
        found += in.data[i] == sign;
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4 << 20);
    const struct mail_content plain = content_with(text_lit("x"));
    struct mail_content wild;

    if (size == 0 || size > 4096)
        return 0;
    wild = content_with((struct text){(const char *)data, size});
    must(
        count(mail_content_as_text(arena, &plain), '\n') ==
        count(mail_content_as_text(arena, &wild), '\n'));
    must(
        count(mail_content_as_html(arena, &plain), '<') ==
        count(mail_content_as_html(arena, &wild), '<'));
    must(
        count(mail_content_as_html(arena, &plain), '"') ==
        count(mail_content_as_html(arena, &wild), '"'));
    return 0;
}
