/*
 * Orders about followers, as an operator gives them on the command line. The token is made here: the server
 * sees it once, and keeps a keyed digest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/control_order.h"
#include "api/follower/follower.h"
#include "commands/platform/platform_commands.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/shape/shape_json.h"

enum { TOKEN_BYTES = 32 };

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

struct control_order
follower_order_admit(struct arena *arena, struct text name, struct text *out_token)
{
    uint8_t secret[TOKEN_BYTES];
    struct admit_order order = {.name = name};

    random_fill(secret, sizeof(secret));
    order.token = base64url_encode(arena, (struct bytes){secret, sizeof(secret)});
    *out_token = order.token;
    return control_order_make(&admit_follower_command, &admit_order_shape, &order, arena);
}

struct control_order follower_order_revoke(struct arena *arena, struct text name)
{
    const struct admit_order order = {.name = name};

    return control_order_make(&revoke_follower_command, &admit_order_shape, &order, arena);
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
