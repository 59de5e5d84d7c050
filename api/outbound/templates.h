/*
 * The words of each mail and message that we send.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OUTBOUND_TEMPLATES_H
#define API_OUTBOUND_TEMPLATES_H

#include "api/outbound/due.h"
#include "api/outbound/rendering.h"

/* What is said of a row by mail. `told`: the first events of a digest (struct told), else empty; `token` is what the link of an invitation or a reset ends with, `home`
 * the address of the dashboard without a slash at its end. */
void templates_mail(
    struct arena *arena,
    const struct due *due,
    const struct list *told,
    struct text token,
    struct text home,
    struct mail_content *out);

/* The body of Telegram's sendMessage. */
struct text templates_telegram(struct arena *arena, const struct due *due, struct text home);

#endif
