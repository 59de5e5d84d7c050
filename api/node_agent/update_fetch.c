/*
 * The steps, in their order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_fetch.h"

#include "api/node_agent/machine.h"
#include "api/node_agent/root_update.h"
#include "api/node_agent/update_program.h"
#include "api/node_agent/update_trial.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/release/program.h"
#include "core/release/release.h"
#include "core/shape/shape_json.h"

#include <unistd.h>

enum {
    BODY_BYTES = 16 << 10,
    TOLD_TRIES = 3,
    OFFER_TRIES = 12, /* about five minutes: the server may have to fetch it itself */
    LONGEST_DOWNLOAD_S = 600
};

static const struct field update_order_fields[] = {
    {UUID(update_order, target_id), .tag = 1, .flags = REQUIRED | EXACT,
     .doc = "What the server is told about."},
    {TEXT(update_order, target_version), .tag = 2, .flags = REQUIRED | EXACT, .max = 64,
     .accepts = release_version_is_valid,
     .rule = "targetVersion must be letters, digits, dots, dashes and underscores",
     .doc = "Version that is to be."},
    {BOOL(update_order, rollback), .tag = 3, .doc = "Whether it is an older one, on purpose."},
};
const struct shape update_order_shape =
    SHAPE_WITH(update_order, "Another version of the agent.", .is_lenient = true);

static const struct field update_progress_fields[] = {
    {TEXT(update_progress, status), .doc = "What is being done."},
    {INT64(update_progress, progress_percent), .doc = "How far that is."},
    {TEXT(update_progress, message), .flags = OMIT_ABSENT, .doc = "What is to be said of it."},
};
const struct shape update_progress_shape = SHAPE(update_progress, "How an update goes.");

struct offer {
    struct text version;
    struct text sha256;
    struct text document;
    struct text signature;
};
static const struct field offer_fields[] = {
    {TEXT(offer, version), .flags = REQUIRED | EXACT, .max = 64, .doc = "Version of the release."},
    {TEXT(offer, sha256), .flags = REQUIRED | EXACT, .max = 64, .doc = "SHA-256 of the program."},
    {TEXT(offer, document), .flags = REQUIRED | EXACT, .max = RELEASE_DOCUMENT_BYTES,
     .doc = "What names both."},
    {TEXT(offer, signature), .flags = EXACT, .max = RELEASE_SIGNATURE_BYTES, .doc = "Whose it is."},
};
static const struct shape offer_shape =
    SHAPE_WITH(offer, "A release that the server offers.", .is_lenient = true);

struct update {
    const struct asking *asking;
    const struct update_order *order;
    const char *program;
    struct arena *arena;
};

/* Whether it was heard changes nothing: the version that the agent will have says it all. */
static void
report(const struct update *update, const char *status, int percent, const char *message)
{
    const struct update_progress progress = {text_from(status), percent, text_from(message)};
    char id[UUID_TEXT_SIZE];
    struct api_request request = {.timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S};
    AUTO_BUF body = {0};
    struct error error;
    struct text answer;

    uuid_print(update->order->target_id, id);
    request.path = text_format(update->arena, "/agent-updates/targets/%s/progress", id).data;
    buf_init(&body, BODY_BYTES);
    shape_json_write(&update_progress_shape, &progress, &body);
    request.body = buf_text(&body);
    if (asking_patiently(update->asking, &request, TOLD_TRIES, update->arena, &answer, &error) !=
        STATUS_OK)
        log_warning("update.not_told", log_c("status", status), log_cause(&error));
}

static const char *path_of(const struct update *update, const char *ending)
{
    return text_format(
               update->arena, "/agent/releases/%.*s/%.*s%s",
               TEXT_ARGS(update->order->target_version), TEXT_ARGS(program_arch(update->arena)),
               ending)
        .data;
}

/* With a key of the machine's own, the server is not believed, but whoever has signed. */
static enum status
check_signature(const struct update *update, const struct offer *offer, struct error *error)
{
    const struct program_claim claim = {offer->version, offer->document, offer->signature};
    struct text key = update->asking->settings->release_key;
    struct text wanted = {NULL, 0};
    enum status status;

    if (key.size == 0)
        return STATUS_OK;
    status = program_signed_digest(key, &claim, update->arena, &wanted, error);
    if (status == STATUS_OK && !text_equal(wanted, offer->sha256))
        status = error_set(
            error, STATUS_FORBIDDEN, "what was signed does not name the program that is offered");
    return status;
}

static enum status
ask_for_offer(const struct update *update, struct offer *out, struct error *error)
{
    const struct api_request request = {
        .path = path_of(update, ""), .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S};
    struct text body = {NULL, 0};
    enum status status =
        asking_patiently(update->asking, &request, OFFER_TRIES, update->arena, &body, error);

    if (status == STATUS_OK)
        status = shape_json_read(&offer_shape, body, update->arena, out, error);
    if (status == STATUS_OK && !text_equal(out->version, update->order->target_version))
        status = error_set(error, STATUS_INVALID, "the server offers another version");
    return status == STATUS_OK ? check_signature(update, out, error) : status;
}

static enum status download(const struct update *update, struct text *out, struct error *error)
{
    const struct api_request request = {
        .path = path_of(update, "/program"),
        .is_raw = true,
        .timeout_us = LONGEST_DOWNLOAD_S * (int64_t)US_PER_S};

    return asking_patiently(update->asking, &request, OFFER_TRIES, update->arena, out, error);
}

/* Where the program is root's, root is handed what was signed, and puts it in place itself. */
static enum status ask_root(
    const struct update *update,
    const struct offer *offer,
    struct text program,
    struct error *error)
{
    struct text path = text_format(
        update->arena, "%.*s/update.program", TEXT_ARGS(update->asking->settings->state_directory));
    const struct text parts[] = {
        path, offer->version, offer->document,
        text_is_present(offer->signature) ? offer->signature : text_lit("")};
    enum status status = files_replace(path.data, program, error);

    if (status != STATUS_OK)
        return status;
    status =
        root_update_ask(update->program, "update", (struct list){parts, COUNT_OF(parts)}, error);
    (void)unlink(path.data);
    return status;
}

static enum status put_in_place(
    const struct update *update,
    const struct offer *offer,
    struct text program,
    struct error *error)
{
    enum status status;

    if (!update_program_is_ours(update->program))
        return ask_root(update, offer, program, error);
    status = update_program_stage(update->program, program, offer->version, error);
    return status == STATUS_OK ? update_program_swap(update->program, error) : status;
}

/* On trial before it is in place: a trial of a program that never came is broken off by the next start. */
static enum status install(
    const struct update *update,
    const struct offer *offer,
    struct text program,
    struct error *error)
{
    const char *state = text_c(update->arena, update->asking->settings->state_directory);
    const struct update_trial trial = {
        .target_id = update->order->target_id, .target_version = update->order->target_version};
    enum status status = update_trial_save(state, &trial, error);
    struct error after;

    if (status != STATUS_OK)
        return status;
    status = put_in_place(update, offer, program, error);
    if (status != STATUS_OK && update_trial_end(state, &after) != STATUS_OK)
        log_error("update.not_noted", log_cause(&after));
    return status;
}

static enum status take_steps(const struct update *update, struct error *error)
{
    struct offer offer;
    struct text program = {NULL, 0};
    enum status status;

    report(update, "downloading", 20, NULL);
    status = ask_for_offer(update, &offer, error);
    if (status == STATUS_OK)
        status = download(update, &program, error);
    if (status != STATUS_OK)
        return status;
    report(update, "verifying", 45, NULL);
    if (!release_has_digest(program, offer.sha256))
        return error_set(
            error, STATUS_CORRUPT, "what was downloaded has not the SHA-256 %.*s",
            TEXT_ARGS(offer.sha256));
    report(update, "installing", 70, NULL);
    status = install(update, &offer, program, error);
    if (status == STATUS_OK)
        report(update, "restarting", 90, NULL);
    return status;
}

enum status update_fetch(
    const struct asking *asking,
    const struct update_order *order,
    const char *program,
    struct arena *arena,
    struct error *error)
{
    const struct update update = {asking, order, program, arena};
    enum status status = take_steps(&update, error);

    if (status != STATUS_OK)
        report(&update, "failed", 0, error->text);
    return status;
}
