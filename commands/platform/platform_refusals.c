/*
 * Why the installation's commands are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"

const struct refusal refused_ledger_begun = {
    "ledger_begun",
    STATUS_CONFLICT,
    "The ledger has begun already",
    "Use another home for another installation.",
};
const struct refusal refused_ledger_not_begun = {
    "ledger_not_begun",
    STATUS_UNAVAILABLE,
    "The ledger has not begun yet",
    "Wait for the first start to end.",
};

const struct refusal *const platform_refusals[] = {
    &refused_ledger_begun,
    &refused_ledger_not_begun,
    NULL,
};
