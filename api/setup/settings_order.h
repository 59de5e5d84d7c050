/*
 * Settings on record, shown and taken off it on the machine itself: for when nobody can sign in, or the server does not
 * come up with them.
 *
 *   fleetledger settings, settings unset ─► [here] ─► api/control.h ─► command ─► answer ─► printed
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_SETTINGS_ORDER_H
#define API_SETUP_SETTINGS_ORDER_H

#include "api/control.h"
#include "core/base/buf.h"

struct unset_setting_input {
    struct text name;
};
extern const struct shape unset_setting_input_shape;

/* Orders, in the arena. */
struct control_order settings_order_list(struct arena *arena);
struct control_order
settings_order_unset(struct arena *arena, const struct unset_setting_input *input);

/* A line for each setting that is on record: "SMTP_HOST=mail.example"; and a sentence for people. */
MUST_USE enum status settings_order_print(
    struct text answer,
    struct arena *arena,
    struct buf *lines,
    struct buf *told,
    struct error *error);

#endif
