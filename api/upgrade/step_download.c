/*
 * Download: what the catalogue offers is fetched, held against what was ordered and signed, and laid ready.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/upgrade/upgrade_steps.h"
#include "core/release/applied.h"
#include "core/run/thread.h"

enum { LONGEST_US = 600000000, PAUSE_US = 300000 };

struct fetched {
    struct arena *arena;
    struct release_offer offer; /* in the arena */
    struct buf program;
};

static enum status fetch_now(
    const struct step *step,
    const struct release_choice *choice,
    struct fetched *out,
    struct error *error)
{
    struct releases *releases = step->parts->releases;
    enum status status = releases_offer(releases, choice, out->arena, &out->offer, error);

    return status == STATUS_OK ? releases_program(releases, choice, &out->program, error) : status;
}

/* Waits while publishers are asked, and while the program comes. */
static enum status fetch(
    const struct step *step,
    const struct release_choice *choice,
    struct fetched *out,
    struct error *error)
{
    int64_t until_us = monotonic_us() + LONGEST_US;
    enum status status = fetch_now(step, choice, out, error);

    while (status == STATUS_UNAVAILABLE &&
           !text_is(text_from(error->code), "program_not_fetched") && monotonic_us() < until_us &&
           !atomic_load(step->is_stopping)) {
        thread_pause(PAUSE_US);
        arena_reset(out->arena);
        status = fetch_now(step, choice, out, error);
    }
    return status;
}

static enum status must_be_signed(
    const struct step *step,
    const struct program_claim *claim,
    struct arena *arena,
    struct error *error)
{
    struct text wanted = {NULL, 0};
    enum status status = program_signed_digest(
        step->parts->settings->server_releases_key, claim, arena, &wanted, error);

    if (status == STATUS_OK && !text_equal(wanted, step->release->sha256))
        status = error_set(
            error, STATUS_FORBIDDEN,
            "the release is not the one any more that was ordered: its program has another SHA-256");
    return status;
}

static enum status lay_ready(
    const struct step *step,
    const struct fetched *fetched,
    struct arena *arena,
    struct error *error)
{
    const struct release_offer *offer = &fetched->offer;
    const struct program_claim claim = {offer->version, offer->document, offer->signature};
    struct text program = buf_text(&fetched->program);
    enum status status;

    step->on_phase(step->context, "verifying", "Checking digest and signature, and trying it out.");
    status = must_be_signed(step, &claim, arena, error);
    /* What was read was compared with the catalogue of that moment, which may have changed since the offer. */
    if (status == STATUS_OK && !release_has_digest(program, step->release->sha256))
        status = error_set(error, STATUS_CORRUPT, "the program's SHA-256 is not what was ordered");
    return status == STATUS_OK
               ? applied_lay_ready(
                     step->parts->home, &claim, step->release->release_id, program, error)
               : status;
}

enum status step_download(const struct step *step, struct step_end *end)
{
    AUTO_ARENA arena = arena_new(RELEASE_ARENA_BYTES);
    const struct release_choice choice = {step->release->version, program_arch(arena)};
    struct fetched fetched = {.arena = arena_new(RELEASE_ARENA_BYTES)};
    enum status status;

    buf_init(&fetched.program, RELEASE_SERVER_BYTES);
    step->on_phase(step->context, "downloading", "Fetching the program of the release.");
    status = fetch(step, &choice, &fetched, &end->error);
    if (status == STATUS_OK)
        status = lay_ready(step, &fetched, arena, &end->error);
    buf_fini(&fetched.program);
    arena_free(fetched.arena);
    return status;
}
