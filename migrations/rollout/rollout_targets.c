/*
 * The targets of rollouts: the nodes, and how far each has come.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rollout/rollout_targets.h"

static const struct table_index indexes[] = {
    {.columns = "rollout_id, sequence, id"},
    {.columns = NULL},
};

const struct table rollout_targets_table = {
    .name = "rollout_targets",
    .area = "rollout",
    .shape = &rollout_target_shape,
    .indexes = indexes,
};
