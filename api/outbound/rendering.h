/*
 * What a mail says, and how it looks: once as text, once as HTML, by the same parts.
 *
 *   Fleetledger        badge
 *   title              heading
 *   greeting           Hello Ada,
 *   paragraphs
 *   call to action     Label: link; in HTML a button, and the link to copy
 *   details            Label: value
 *   footnote
 *   Open Fleetledger: address of the dashboard
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_RENDERING_H
#define API_OUTBOUND_RENDERING_H

#include "core/base/arena.h"
#include "core/base/text.h"

enum tone { TONE_DEFAULT, TONE_WARNING, TONE_CRITICAL };

enum { MOST_PARAGRAPHS = 11, MOST_DETAILS = 6 };

struct detail {
    const char *label;
    struct text value;
};

struct mail_content {
    struct text subject; /* of the mail, above all of this */
    enum tone tone;
    struct text title;
    struct text name; /* whom to greet, or absent */
    struct text paragraphs[MOST_PARAGRAPHS];
    size_t paragraph_count;
    const char *action; /* "Activate account" */
    struct text link;
    struct detail details[MOST_DETAILS];
    size_t detail_count;
    struct text footnote; /* or absent */
    struct text home;     /* address of the dashboard */
};

struct text mail_content_as_text(struct arena *arena, const struct mail_content *content);
struct text mail_content_as_html(struct arena *arena, const struct mail_content *content);

struct buf;
/* Appends with the signs escaped that HTML gives a meaning. */
void rendering_add_html(struct buf *out, struct text t);

#endif
