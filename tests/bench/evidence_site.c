/*
 * Opening such a site, and waiting for what its threads do after it is ready.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/evidence_site.h"

#include "core/base/timestamp.h"
#include "tests/bench/history.h"
#include "tests/bench/program.h"
#include "tests/e2e/document.h"

enum { PATIENCE_S = 1800, SCRATCH_BYTES = 4 << 20 };

/* What nothing has caused is found at once once the index reaches to the head; before, the search ends
 * with its budget. */
static bool is_indexed(struct site *site, struct arena *arena, struct text *out_body)
{
    static const struct site_request request = {
        .method = "GET",
        .path =
            TEXT_OF("/api/v1/timeline?order=oldest&causation=00000000-0000-7000-8000-000000000001"),
    };
    struct error ignored;

    return site_ask(site, &request, 200, out_body, &ignored) == STATUS_OK &&
           text_is(document_at(arena, *out_body, "next"), "null");
}

static bool is_signed(struct site *site, struct text *out_body)
{
    static const struct site_request request = {
        .method = "GET", .path = TEXT_OF("/api/v1/ledger/tile/0/000")};
    struct error ignored;

    return site_ask(site, &request, 200, out_body, &ignored) == STATUS_OK;
}

static enum status wait_until_complete(struct site *site, struct error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    int64_t until_us = monotonic_us() + PATIENCE_S * (int64_t)US_PER_S;
    struct text body = {NULL, 0};

    while (!is_indexed(site, arena, &body) || !is_signed(site, &body)) {
        if (monotonic_us() > until_us)
            return error_set(
                error, STATUS_TIMED_OUT, "the server neither indexed nor signed its ledger: %.*s",
                (int)(body.size < 200 ? body.size : 200), body.data);
        program_wait_a_little();
        arena_reset(arena);
    }
    return STATUS_OK;
}

enum status
evidence_site_open(const struct bench *bench, struct evidence_site *out, struct error *error)
{
    const struct site_order order = {.program = bench->options->server, .home = &out->home};
    enum status status;

    *out = (struct evidence_site){.site = {.arena = bench->arena, .client.fd = -1}};
    status = place_make_empty(bench->place, "site", &out->home, error);
    if (status == STATUS_OK)
        status = history_copy(bench->place, (uint64_t)bench->options->events, &out->home, error);
    if (status == STATUS_OK)
        status = site_start(&out->site, &order, bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&out->site, error);
    if (status == STATUS_OK)
        status = wait_until_complete(&out->site, error);
    return status;
}

void evidence_site_close(struct evidence_site *site)
{
    site_stop(&site->site);
    place_remove(&site->home);
}
