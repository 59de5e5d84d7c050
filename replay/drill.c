/*
 * A drill, step by step: each runs as an operator would run it, and what fails is a finding.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/drill.h"

#include "core/shape/shape_json.h"
#include "eventlog/ledger.h"
#include "replay/drill_internal.h"
#include "replay/exit_codes.h"
#include "replay/verify.h"
#include "replay/workspace.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ARENA_BYTES = 256 << 20,
    EVENT_BYTES = 1 << 20,
    LOOK_MS = 50,
    END_LOOKS = 200 /* ten seconds for a step to end that is told to */
};

static const struct field drill_options_fields[] = {
    {TEXT(drill_options, from), .flags = REQUIRED, .min = 1, .max = 4000,
     .doc = "Directory that the backups lie in, or s3://bucket/prefix."},
    {TEXT(drill_options, keys_from), .min = 1, .max = 4000,
     .doc = "Place of the wrapped keys, where they lie elsewhere."},
    {TEXT(drill_options, decrypt_with), .min = 1, .max = 4000,
     .doc = "File with the private key (PEM) of encrypted backups."},
    {TEXT(drill_options, secret_key), .min = 1, .max = 4000,
     .doc =
         "The copy of secret.key that is kept elsewhere, where SECRETS_ENCRYPTION_KEY is not set; "
         "else that of the home."},
    {TEXT(drill_options, directory), .min = 1, .max = 4000,
     .doc = "Directory to restore in, which is emptied and removed; else <home>/drill."},
    {BOOL(drill_options, json), .doc = "Print what came of it as JSON."},
};
const struct shape drill_options_shape = SHAPE(drill_options, "What is drilled, and where.");

/* What came of it, for programs. */
struct drilled {
    struct text backup;
    int64_t size;
    int64_t head;
    double recovery_point_seconds;
    double recovery_seconds;
    int64_t tables;
    struct opt_bool holds;
    struct list findings;
};
static const struct field drilled_fields[] = {
    {TEXT(drilled, backup), .doc = "Name of the manifest of the backup."},
    {INT64(drilled, size), .doc = "Number of events that came back."},
    {INT64(drilled, head), .doc = "Number of events that there were."},
    {DOUBLE(drilled, recovery_point_seconds),
     .doc = "Age of the oldest event that would have been lost; 0: none would."},
    {DOUBLE(drilled, recovery_seconds), .doc = "Time until everything could be read again."},
    {INT64(drilled, tables), .doc = "Number of tables whose rows were compared."},
    {BOOL(drilled, holds), .doc = "Whether everything came back as it is."},
    {LIST_OF(drilled, findings, KIND_TEXT), .doc = "What did not hold."},
};
static const struct shape drilled_shape = SHAPE(drilled, "Outcome of a drill.");

static void find(struct drill *drill, const char *what, const char *why)
{
    part_find(drill->arena, &drill->part, text_format(drill->arena, "%s: %s", what, why));
}

/* The place. */

static enum status take_place(struct drill *drill, struct error *error)
{
    struct text directory = drill->options->directory;

    drill->directory = text_is_present(directory)
                           ? text_c(drill->arena, directory)
                           : text_format(drill->arena, "%s/drill", drill->settings->path).data;
    drill->restored = *drill->settings;
    drill->restored.path = text_format(drill->arena, "%s/home", drill->directory).data;
    return workspace_take(drill->directory, "drill", &drill->lock, error);
}

/* Steps, each in a child: what it says goes to standard error. */

static int restore_step(const struct drill *drill)
{
    const struct drill_options *options = drill->options;
    struct text own = text_format(drill->arena, "%s/secret.key", drill->settings->path);
    struct restore_options restore;

    shape_clear(&restore_options_shape, &restore);
    restore.from = options->from;
    restore.keys_from = options->keys_from;
    restore.home = text_from(drill->restored.path);
    restore.decrypt_with = options->decrypt_with;
    restore.secret_key = options->secret_key;
    if (!text_is_present(restore.secret_key) && !text_is_present(drill->settings->secret) &&
        access(own.data, R_OK) == 0)
        restore.secret_key = own;
    return restore_run(&drill->restored, &restore, drill->objects, drill->recorders->restored);
}

static int verify_step(const struct drill *drill)
{
    struct verify_options verify;

    shape_clear(&verify_options_shape, &verify);
    verify.ledger_only = OPT_TRUE;
    return verify_run(&drill->restored, &verify);
}

static NORETURN void
run_child(const struct drill *drill, int (*step)(const struct drill *), pid_t parent)
{
    int code;

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent ||
        dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(EXIT_TROUBLE);
    code = step(drill);
    fflush(NULL);
    _exit(code);
}

/* Gives its exit code; -1 where it was killed. */
static int await(struct drill *drill, pid_t child)
{
    int how = 0;
    int looks = 0;

    while (waitpid(child, &how, WNOHANG) == 0) {
        if (!stopping_is_wanted(&drill->stopping, LOOK_MS))
            continue;
        kill(child, looks++ < END_LOOKS ? SIGTERM : SIGKILL);
    }
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static bool run(struct drill *drill, const char *what, int (*step)(const struct drill *))
{
    pid_t parent = getpid();
    pid_t child;
    int code;

    fflush(NULL);
    child = fork();
    if (child == 0)
        run_child(drill, step, parent);
    code = child < 0 ? -1 : await(drill, child);
    if (code != EXIT_HOLDS)
        find(drill, what, text_format(drill->arena, "ended with exit code %d", code).data);
    return code == EXIT_HOLDS;
}

/* The whole. */

/* So that it is known where nothing comes back. */
static void note_head(struct drill *drill)
{
    const struct ledger_settings settings = {.home = drill->settings->path, .is_read_only = true};
    struct ledger *log = NULL;

    if (ledger_open(&settings, &log, NULL) == STATUS_OK)
        drill->event.head = (int64_t)ledger_size(log);
    ledger_close(log);
}

static void hold(struct drill *drill)
{
    int64_t began_us = monotonic_us();
    struct error error = {0};

    note_head(drill);
    if (!run(drill, "restore", restore_step))
        return;
    drill->event.recovery_us = monotonic_us() - began_us;
    if (!run(drill, "verify", verify_step))
        return;
    if (drill_compare(drill, &error) != STATUS_OK)
        find(drill, "compare", error.text);
}

static enum status file_result(struct drill *drill, struct error *error)
{
    AUTO_BUF json = {0};

    drill->event.findings = drill->part.findings;
    if (drill->event.findings.items == NULL)
        drill->event.findings.items = "";
    buf_init(&json, EVENT_BYTES);
    shape_json_write(drill_recorded_event.shape, &drill->event, &json);
    return drill->recorders->drilled(drill->settings, buf_text(&json), drill->arena, error);
}

static void print_json(const struct drilled *done)
{
    AUTO_BUF out = {0};

    buf_init(&out, EVENT_BYTES);
    shape_json_write(&drilled_shape, done, &out);
    printf("%s\n", out.data);
}

static void print(const struct drill *drill)
{
    const struct drill_recorded *event = &drill->event;
    const struct text *findings = event->findings.items;
    const struct drilled done = {
        .backup = event->backup,
        .size = event->size,
        .head = event->head,
        .recovery_point_seconds = (double)event->recovery_point_us / US_PER_S,
        .recovery_seconds = (double)event->recovery_us / US_PER_S,
        .tables = drill->tables,
        .holds = event->findings.count == 0 ? OPT_TRUE : OPT_FALSE,
        .findings = event->findings,
    };

    if (opt_bool_is_true(drill->options->json)) {
        print_json(&done);
        return;
    }
    printf(
        "%lld of %lld events came back, in %.1f s. The oldest of the others is %.1f s old.\n",
        (long long)event->size, (long long)event->head, done.recovery_seconds,
        done.recovery_point_seconds);
    if (event->findings.count == 0)
        printf("Every row of %lld tables is as it was.\n", (long long)drill->tables);
    for (size_t i = 0; i < event->findings.count; i++)
        printf("  %.*s\n", TEXT_ARGS(findings[i]));
}

static int complain(const struct error *error)
{
    fprintf(stderr, "fleetledger drill: %s\n  why: %s\n", error->text, error->code);
    return exit_code_for(error->status);
}

int drill_run(
    const struct data_dir_settings *settings,
    const struct drill_options *options,
    const struct object_store_settings *objects,
    const struct drill_recorders *recorders)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct drill drill = {
        .settings = settings,
        .options = options,
        .objects = objects,
        .recorders = recorders,
        .arena = arena,
        .lock = -1,
    };
    struct error error = {0};
    enum status status = data_dir_has_ledger(settings, &error);

    if (status == STATUS_OK)
        status = take_place(&drill, &error);
    if (status == STATUS_OK) {
        stopping_begin(&drill.stopping);
        hold(&drill);
        stopping_end(&drill.stopping);
    }
    if (drill.lock >= 0)
        workspace_leave(drill.directory, drill.lock);
    if (status == STATUS_OK && drill.stopping.is_wanted)
        return EXIT_INTERRUPTED;
    if (status == STATUS_OK)
        status = file_result(&drill, &error);
    if (status != STATUS_OK)
        return complain(&error);
    print(&drill);
    if (fflush(stdout) != 0)
        return EXIT_TROUBLE;
    return drill.part.findings.count == 0 ? EXIT_HOLDS : EXIT_DIFFERS;
}
