/*
 * Servers that may follow this one, each known by its token.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PLATFORM_FOLLOWER_H
#define COMMANDS_PLATFORM_FOLLOWER_H

#include "commands/platform/platform.h"

/* Of an admitted one; removed with its admission. */
struct follower {
    struct uuid follower_id;
    struct text name;
    struct bytes token_digest;
};
extern const struct aggregate follower_aggregate;

void follower_evolve(struct fold *fold, const struct record *record);

extern const struct refusal refused_follower_name_taken;
extern const struct refusal refused_follower_token_taken;
extern const struct refusal refused_follower_unknown;
extern const struct refusal refused_follower_not_admitted;

#endif
