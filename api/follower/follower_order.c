/*
 * Orders about followers, as an operator gives them on the command line. The token is made here: the server
 * sees it once, and keeps a keyed digest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/follower.h"
#include "commands/platform/platform_commands.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/shape/shape_json.h"

enum { ORDER_BYTES = 4 << 10, TOKEN_BYTES = 32 };

static const struct field admit_follower_input_fields[] = {
    {TEXT(admit_follower_input, name), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1, .max = 100,
     .doc = "Name of the follower, which no other one has."},
};
const struct shape admit_follower_input_shape = SHAPE(admit_follower_input, "Who follows.");

/* What the command is told, without what the server adds. */
struct admit_order {
    struct text name;
    struct text token;
};
static const struct field admit_order_fields[] = {
    {TEXT(admit_order, name), .doc = "Name of the follower."},
    {TEXT(admit_order, token), .flags = OMIT_ABSENT, .doc = "Token of the follower."},
};
static const struct shape admit_order_shape = SHAPE(admit_order, "Who follows.");

static struct control_order
order_of(const struct command *command, const struct admit_order *order, struct arena *arena)
{
    AUTO_BUF json = {0};

    buf_init(&json, ORDER_BYTES);
    shape_json_write(&admit_order_shape, order, &json);
    return (struct control_order){
        .name = text_from(command->name), .input = text_copy(arena, buf_text(&json))};
}

struct control_order
follower_order_admit(struct arena *arena, struct text name, struct text *out_token)
{
    uint8_t secret[TOKEN_BYTES];
    struct admit_order order = {.name = name};

    random_fill(secret, sizeof(secret));
    order.token = base64url_encode(arena, (struct bytes){secret, sizeof(secret)});
    *out_token = order.token;
    return order_of(&admit_follower_command, &order, arena);
}

struct control_order follower_order_revoke(struct arena *arena, struct text name)
{
    const struct admit_order order = {.name = name};

    return order_of(&revoke_follower_command, &order, arena);
}

enum status
follower_order_key(struct text answer, struct arena *arena, struct text *out, struct error *error)
{
    struct admitted_follower admitted;
    enum status status =
        shape_json_read(admit_follower_command.answer, answer, arena, &admitted, error);

    if (status == STATUS_OK)
        *out = admitted.key;
    return status;
}
