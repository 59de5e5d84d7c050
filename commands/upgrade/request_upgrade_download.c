/*
 * Order the newest release of this program to be fetched and checked. It is fetched by whoever carries upgrades out.
 *
 *   api ──request_upgrade_download, with the newest release──► [here] ──upgrade_download_requested──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct upgrade_order *order = input;
    struct upgrade_download_requested requested = {{
        .version = order->version,
        .release_id = order->release_id,
        .released_at = order->released_at,
        .sha256 = order->sha256,
        .binary_url = order->binary_url,
    }};
    enum status status = upgrade_must_be_possible(decision, order, error);

    if (status != STATUS_OK)
        return status;
    if (!text_is_present(order->version))
        return decision_refuse(error, &refused_upgrade_feed);
    if (text_equal(order->release_id, order->own_release_id))
        return decision_refuse(
            error, &refused_upgrade_runs, text_c(decision->arena, order->version));
    if (text_equal(order->sha256, upgrade_ready(decision).sha256))
        return decision_refuse(
            error, &refused_upgrade_ready, text_c(decision->arena, order->version));
    requested.is.upgrade_id = decision_id(decision);
    decision_emit(
        decision, &upgrade_download_requested_event, requested.is.upgrade_id, UUID_NONE,
        &requested);
    return STATUS_OK;
}

const struct command request_upgrade_download_command = {
    .name = "request_upgrade_download",
    .doc = "Orders the newest release of this program to be fetched and checked.",
    .input = &upgrade_order_shape,
    .decide = decide,
};
