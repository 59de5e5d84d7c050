/*
 * A loop with a clock and at most one child.
 *
 *            ┌── nothing new, or it is too early ──┐
 *            ▼                                     │
 *   waiting ─┴─ due ─► backup under way ── ended ──┴─► figures, and when the next one is due
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/archive/archiver.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/loop.h"
#include "core/run/process.h"
#include "core/shape/json_peek.h"

#include <signal.h>
#include <stdatomic.h>

enum {
    MOST_DOUBLINGS = 20,
    ARENA_BYTES = 1 << 20,
    OLDEST_BYTES = 64 << 20, /* a body may be 4 MiB, and is unpacked */
    LARGEST_ANSWER = 64 << 10,
    MOST_ARGUMENTS = 16,
    MOST_VARIABLES = 16
};
static const int64_t longest_backup_us = INT64_C(86400) * US_PER_S;

const struct archiver_pace archiver_usual_pace = {
    .look_us = US_PER_S,
    .first_pause_us = US_PER_S,
    .longest_pause_us = INT64_C(60) * US_PER_S,
    .end_us = INT64_C(5) * US_PER_S,
};

struct archiver {
    struct archiver_settings parts;
    struct arena *arena; /* of what the child is started with; overwritten at the end */
    const char *arguments[MOST_ARGUMENTS];
    const char *environment[MOST_VARIABLES];
    struct loop *loop;
    struct loop_message stop; /* from archiver_stop() */
    struct loop_timer *look;
    struct process *backup; /* NULL: none is under way */
    struct buf answer;
    struct buf complaint;
    int64_t recovery_point_us;
    int64_t begun_us; /* monotonic: the backup under way */
    struct timestamp begun_at;
    int64_t due_us;  /* monotonic: none is begun before */
    uint64_t oldest; /* position of the event whose age is told */
    bool is_told_to_end;
    bool is_stopping;
    atomic_uint_fast64_t size; /* of the newest backup; 0 until there is one */
    atomic_int_fast64_t
        behind_since_us; /* when the oldest event that is not archived was recorded; 0: none */
    atomic_int_fast64_t succeeded_at_us;
    atomic_uint_fast64_t failures;
};

/* What a backup is started with. */

static void add_flag(struct archiver *archiver, size_t *count, const char *flag, struct text value)
{
    if (value.size == 0)
        return;
    must(*count + 2 < MOST_ARGUMENTS);
    archiver->arguments[(*count)++] = flag;
    archiver->arguments[(*count)++] = text_c(archiver->arena, value);
}

static void add_days(struct archiver *archiver, size_t *count, const char *flag, int64_t days)
{
    add_flag(archiver, count, flag, text_format(archiver->arena, "%lld", (long long)days));
}

static void set_arguments(struct archiver *archiver)
{
    const struct settings *settings = archiver->parts.settings;
    size_t count = 0;

    archiver->arguments[count++] = archiver->parts.program;
    archiver->arguments[count++] = "backup";
    archiver->arguments[count++] = "--json";
    add_flag(archiver, &count, "--to", settings->archive_to);
    add_flag(archiver, &count, "--keys-to", settings->archive_keys_to);
    add_flag(archiver, &count, "--encrypt-to", settings->archive_encrypt_to);
    add_days(archiver, &count, "--full-days", settings->archive_full_days);
    if (settings->archive_keep_days > 0)
        add_days(archiver, &count, "--keep-days", settings->archive_keep_days);
    add_days(archiver, &count, "--keep-keys-days", settings->key_backup_days);
}

static void set_environment(struct archiver *archiver)
{
    const struct settings *settings = archiver->parts.settings;
    const struct {
        const char *name;
        struct text value;
    } variables[] = {
        {"FLEETLEDGER_HOME", text_from(archiver->parts.home)},
        {"S3_ENDPOINT", settings->s3_endpoint},
        {"S3_REGION", settings->s3_region},
        {"S3_ACCESS_KEY", settings->s3_access_key},
        {"S3_SECRET_KEY", settings->s3_secret_key},
        {"S3_CA_FILE", settings->s3_ca_file},
    };
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        if (variables[i].value.size > 0)
            archiver->environment[count++] =
                text_format(
                    archiver->arena, "%s=%.*s", variables[i].name, TEXT_ARGS(variables[i].value))
                    .data;
    }
}

/* Its end. */

static void note_success(struct archiver *archiver, uint64_t size)
{
    if (atomic_load(&archiver->failures) > 0)
        log_info("archiver.recovered", log_int64("size", (int64_t)size));
    atomic_store(&archiver->size, size);
    atomic_store(&archiver->succeeded_at_us, archiver->begun_at.us);
    atomic_store(&archiver->failures, 0);
    archiver->due_us = archiver->begun_us + archiver->recovery_point_us / 2;
}

/* Told when it begins, and ever more seldom. */
static void note_failure(struct archiver *archiver, struct text reason)
{
    uint64_t failures = atomic_fetch_add(&archiver->failures, 1) + 1;
    uint64_t doublings = failures > MOST_DOUBLINGS ? MOST_DOUBLINGS : failures - 1;
    int64_t pause_us = archiver->parts.pace->first_pause_us << doublings;

    if (pause_us > archiver->parts.pace->longest_pause_us)
        pause_us = archiver->parts.pace->longest_pause_us;
    archiver->due_us = monotonic_us() + pause_us;
    if ((failures & (failures - 1)) == 0)
        log_warning(
            "archiver.failed", log_text("reason", reason), log_int64("tries", (int64_t)failures));
}

static bool read_size(const struct archiver *archiver, uint64_t *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text size = json_peek_member(arena, buf_text(&archiver->answer), "size");
    int64_t value = 0;

    if (buf_is_full(&archiver->answer) || !text_to_int64(size, &value) || value < 1)
        return false;
    *out = (uint64_t)value;
    return true;
}

static void on_output(void *context, enum process_stream stream, struct text bytes)
{
    struct archiver *archiver = context;

    buf_add_text(stream == PROCESS_STDOUT ? &archiver->answer : &archiver->complaint, bytes);
}

static void end_loop_if_stopping(const struct archiver *archiver)
{
    if (archiver->is_stopping && archiver->backup == NULL)
        loop_stop(archiver->loop);
}

static void on_end(void *context, const struct process_end *end)
{
    struct archiver *archiver = context;
    struct text complaint = text_trim(buf_text(&archiver->complaint));
    bool is_done = !end->was_signalled && end->code == 0;
    uint64_t size = 0;

    process_free(archiver->backup); /* `end` goes with it */
    archiver->backup = NULL;
    if (is_done && read_size(archiver, &size))
        note_success(archiver, size);
    else if (!archiver->is_stopping)
        note_failure(
            archiver, complaint.size > 0 ? complaint : text_lit("the backup ended without a word"));
    end_loop_if_stopping(archiver);
}

static const struct process_listener listener = {on_output, on_end};

/* Its beginning. */

static void begin_backup(struct archiver *archiver)
{
    const struct process_order order = {
        .argv = archiver->arguments, .environment = archiver->environment};
    struct error error = {0};

    buf_clear(&archiver->answer);
    buf_clear(&archiver->complaint);
    archiver->is_told_to_end = false;
    archiver->begun_us = monotonic_us();
    archiver->begun_at = timestamp_now();
    if (process_start(archiver->loop, &order, &listener, archiver, &archiver->backup, &error) ==
        STATUS_OK)
        process_close_input(archiver->backup);
    else
        note_failure(archiver, text_from(error.text));
}

/* Reads one event, and only where another one has become the oldest. */
static void note_behind(struct archiver *archiver)
{
    AUTO_ARENA arena = arena_new(OLDEST_BYTES);
    uint64_t size = atomic_load(&archiver->size);
    struct record oldest = {0};

    if (size >= ledger_size(archiver->parts.log)) {
        atomic_store(&archiver->behind_since_us, 0);
        return;
    }
    if (atomic_load(&archiver->behind_since_us) != 0 && archiver->oldest == size)
        return;
    if (ledger_read_one(archiver->parts.log, (struct position){size}, arena, &oldest, NULL) !=
        STATUS_OK)
        return;
    archiver->oldest = size;
    atomic_store(&archiver->behind_since_us, oldest.entry.recorded_at.us);
}

static bool is_due(const struct archiver *archiver)
{
    return monotonic_us() >= archiver->due_us &&
           ledger_size(archiver->parts.log) > atomic_load(&archiver->size);
}

static void tell_to_end(struct archiver *archiver)
{
    if (!archiver->is_told_to_end)
        process_signal(archiver->backup, SIGTERM);
    archiver->is_told_to_end = true;
}

static void look(void *context)
{
    struct archiver *archiver = context;

    note_behind(archiver);
    if (archiver->backup == NULL && !archiver->is_stopping && is_due(archiver))
        begin_backup(archiver);
    else if (archiver->backup != NULL && monotonic_us() > archiver->begun_us + longest_backup_us)
        tell_to_end(archiver);
    loop_timer_set(archiver->look, archiver->parts.pace->look_us);
}

/* One that does not end when it is told to is killed: a backup may be killed at any step. */
static void give_up(void *context)
{
    struct archiver *archiver = context;

    process_free(archiver->backup);
    archiver->backup = NULL;
    end_loop_if_stopping(archiver);
}

static void on_stop(struct loop_message *message)
{
    struct archiver *archiver =
        (struct archiver *)(void *)((char *)message - offsetof(struct archiver, stop));

    archiver->is_stopping = true;
    loop_timer_free(archiver->look);
    archiver->look = loop_timer_new(archiver->loop, give_up, archiver);
    if (archiver->backup != NULL) {
        tell_to_end(archiver);
        loop_timer_set(archiver->look, archiver->parts.pace->end_us);
    }
    end_loop_if_stopping(archiver);
}

struct archiver *archiver_new(const struct archiver_settings *settings)
{
    struct archiver *archiver = heap_new(sizeof(*archiver));

    archiver->parts = *settings;
    archiver->arena = arena_new(ARENA_BYTES);
    arena_keep_secret(archiver->arena);
    set_arguments(archiver);
    set_environment(archiver);
    archiver->recovery_point_us = settings->settings->archive_recovery_point_seconds * US_PER_S;
    archiver->loop = loop_new();
    archiver->stop.run = on_stop;
    archiver->look = loop_timer_new(archiver->loop, look, archiver);
    buf_init(&archiver->answer, LARGEST_ANSWER);
    buf_init(&archiver->complaint, ERROR_TEXT_SIZE);
    return archiver;
}

void archiver_free(struct archiver *archiver)
{
    if (archiver == NULL)
        return;
    process_free(archiver->backup);
    loop_timer_free(archiver->look);
    loop_free(archiver->loop);
    buf_fini(&archiver->answer);
    buf_fini(&archiver->complaint);
    arena_free(archiver->arena);
    heap_free(archiver);
}

void archiver_run(void *context)
{
    struct archiver *archiver = context;

    if (archiver->parts.settings->archive_to.size > 0)
        loop_timer_set(archiver->look, 0);
    loop_run(archiver->loop);
}

void archiver_stop(struct archiver *archiver)
{
    if (archiver == NULL)
        return;
    (void)!loop_post(archiver->loop, &archiver->stop); /* false: it was stopped before */
}

struct archiver_figures archiver_figures(const struct archiver *archiver)
{
    uint64_t size;
    uint64_t head;
    int64_t since_us;
    int64_t now_us;

    if (archiver == NULL || archiver->parts.settings->archive_to.size == 0)
        return (struct archiver_figures){.is_on = false};
    size = atomic_load(&archiver->size);
    head = ledger_size(archiver->parts.log);
    since_us = atomic_load(&archiver->behind_since_us);
    now_us = ledger_now(archiver->parts.log).us;
    return (struct archiver_figures){
        .is_on = true,
        .size = size,
        .behind_events = head > size ? head - size : 0,
        .behind_us = head <= size || since_us == 0 || now_us < since_us ? 0 : now_us - since_us,
        .succeeded_at_us = atomic_load(&archiver->succeeded_at_us),
        .failures = atomic_load(&archiver->failures),
        .recovery_point_us = archiver->recovery_point_us,
    };
}
