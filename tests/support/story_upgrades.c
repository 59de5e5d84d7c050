/*
 * The part of a story that is about upgrades of the program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_upgrades.h"

#include "eventlog/events/upgrade_events.h"

#define RELEASE                                                                                    \
    .version = text_lit("0.2.0"), .release_id = text_lit("1a2b3c4d5e6f"),                          \
    .released_at = text_lit("2026-03-01"), .sha256 = text_lit("00"),                               \
    .binary_url = text_lit("https://cdn.example/0.2.0")

void given_story_of_upgrades(struct test_ledger *ledger, unsigned chapter)
{
    const struct upgrade_download_requested download = {
        {.upgrade_id = make_id(150000 + 2 * chapter), RELEASE}};
    const struct upgrade_apply_requested apply = {
        {.upgrade_id = make_id(150001 + 2 * chapter), RELEASE}};
    const struct upgrade_completed fetched = {
        .upgrade_id = download.is.upgrade_id,
        .step = {UPGRADE_DOWNLOAD},
        .release_id = download.is.release_id,
        .version = download.is.version,
    };
    const struct upgrade_failed failed = {
        .upgrade_id = apply.is.upgrade_id,
        .step = {UPGRADE_APPLY},
        .release_id = apply.is.release_id,
        .version = apply.is.version,
        .error = text_lit("it did not come up"),
        .rollback = {UPGRADE_ROLLBACK_SUCCEEDED},
    };

    given_event(
        ledger, &upgrade_download_requested_event, download.is.upgrade_id, UUID_NONE, &download);
    given_event(ledger, &upgrade_completed_event, download.is.upgrade_id, UUID_NONE, &fetched);
    given_event(ledger, &upgrade_apply_requested_event, apply.is.upgrade_id, UUID_NONE, &apply);
    given_event(ledger, &upgrade_failed_event, apply.is.upgrade_id, UUID_NONE, &failed);
}
