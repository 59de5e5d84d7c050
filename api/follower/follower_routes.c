/*
 * Routes for admitted followers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/follower.h"
#include "eventlog/succession.h"

#define FOLLOWER                                                                                   \
    .method = "GET", .tag = "follower", .who = WHO_FOLLOWER, .throttle = THROTTLE_NONE,            \
    .status = 200, .reply.media_type = "application/octet-stream"

const struct route follower_routes[] = {
    {FOLLOWER, .path = "/followers/range",
     .doc = "A stretch of the ledger as it is stored, with the checkpoint that proves it.",
     .handle = follower_range_handle, .input_shape = &follower_range_input_shape,
     .lane = LANE_LOOP},
    {FOLLOWER, .path = "/followers/keys",
     .doc = "Rows of the wrapped data keys, as they are stored.", .handle = follower_keys_handle,
     .input_shape = &follower_keys_input_shape, .lane = LANE_PLAIN},
    {FOLLOWER, .path = "/followers/epochs",
     .doc = "The first checkpoint of each epoch, as they were signed.",
     .handle = follower_epochs_handle, .input_shape = &follower_epochs_input_shape,
     .lane = LANE_PLAIN},
    {.method = "POST",
     .path = "/ledger/succession",
     .tag = "follower",
     .who = WHO_ANYONE,
     .status = 200,
     .lane = LANE_PLAIN,
     .doc = "Takes the proof that another server leads: a signed checkpoint of a newer epoch.",
     .handle = follower_succession_handle,
     .input_shape = &succession_shape,
     .reply.shape = &succession_outcome_shape},
    {.method = NULL},
};
