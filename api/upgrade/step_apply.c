/*
 * Apply: the new program makes its read models beside the running ones, is chosen, and begins in this one's place. After
 * that start one of both finds the step still open, and ends it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/upgrade/upgrade_steps.h"
#include "core/base/log.h"
#include "core/release/applied.h"
#include "core/run/one_run.h"

enum { ARENA_BYTES = 1 << 20, SAID_BYTES = 64 << 10, MOST_VARIABLES = 8, LONGEST_S = 86400 };

static enum status failed(struct step_end *end, enum upgrade_rollback rollback, enum status status)
{
    end->rollback = (struct enum_value){(int64_t)rollback};
    return status;
}

/* Of what a program says, the last line is why it ended. */
static struct text last_line(struct text said)
{
    struct text rest = text_trim(said);
    struct text line = rest;

    while (text_is_present(rest))
        line = text_cut(&rest, '\n');
    return line;
}

/* Our own settings, whatever they came from. */
static void
set_environment(const struct step *step, struct arena *arena, const char *out[MOST_VARIABLES])
{
    const struct settings *settings = step->parts->settings;
    const struct {
        const char *name;
        struct text value;
    } variables[] = {
        {"PATH", text_lit("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")},
        {"FLEETLEDGER_HOME", text_from(step->parts->home)},
        {"DATABASE_URL", settings_conninfo(settings, arena)},
        {"SECRETS_ENCRYPTION_KEY", settings->secrets_encryption_key},
        {"SECRETS_ENCRYPTION_KEY_FORMER", settings->secrets_encryption_key_former},
    };
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        if (text_is_present(variables[i].value) && variables[i].value.size > 0)
            out[count++] =
                text_format(arena, "%s=%.*s", variables[i].name, TEXT_ARGS(variables[i].value))
                    .data;
    }
    out[count] = NULL;
}

static enum status prepare(const struct step *step, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *argv[] = {
        applied_program(step->parts->home, step->release->sha256, arena), "prepare", NULL};
    const char *environment[MOST_VARIABLES];
    const struct one_run run = {
        .argv = argv,
        .environment = environment,
        .most_seconds = LONGEST_S,
        .is_ended = step->is_stopping,
    };
    AUTO_BUF said = {0};
    enum status status;
    int code = -1;

    arena_keep_secret(arena);
    set_environment(step, arena, environment);
    buf_init(&said, SAID_BYTES);
    status = one_run(&run, &said, &code, error);
    if (status != STATUS_OK || code == 0)
        return status;
    return error_set(
        error, STATUS_INVALID, "the new program could not prepare its read models: %.*s",
        TEXT_ARGS(text_first_bytes(last_line(buf_text(&said)), 300)));
}

/* After a start: did it come to what was wanted? */
static bool is_settled(const struct step *step, struct step_end *end, enum status *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct applied applied = {.starts = 0};

    *out = STATUS_OK;
    if (text_is(step->release->release_id, step->parts->build->commit))
        return true;
    if (applied_read(step->parts->home, arena, &applied, NULL) != STATUS_OK ||
        !uuid_equal(applied.order, step->release->upgrade_id))
        return false;
    error_set(
        &end->error, STATUS_UNAVAILABLE, "%.*s",
        TEXT_ARGS(
            text_is_present(applied.problem)
                ? applied.problem
                : text_lit("the program that was chosen was not started: SERVER_RELEASES_KEY was "
                           "not set when the installed one began")));
    *out = failed(end, UPGRADE_ROLLBACK_SUCCEEDED, STATUS_UNAVAILABLE);
    return true;
}

enum status step_apply(const struct step *step, struct step_end *end)
{
    const struct applied choice = {
        .version = step->release->version,
        .sha256 = step->release->sha256,
        .over = applied_installed_commit(text_from(step->parts->build->commit)),
        .order = step->release->upgrade_id,
    };
    enum status status;

    if (is_settled(step, end, &status))
        return status;
    step->on_phase(
        step->context, "applying",
        "The new program makes its read models beside those that serve.");
    status = prepare(step, &end->error);
    if (status == STATUS_OK)
        status = applied_choose(step->parts->home, &choice, &end->error);
    if (status != STATUS_OK)
        return failed(end, UPGRADE_ROLLBACK_NOT_NEEDED, status);
    step->on_phase(
        step->context, "recreating_services", "This program ends, and the new one begins.");
    end->goes_on = true;
    step->parts->begin_anew(step->parts->context);
    return STATUS_OK;
}
