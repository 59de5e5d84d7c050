/*
 * Profiles, and putting them into force.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/root_access.h"

#include "core/base/buf.h"
#include "core/base/files.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/run/loop.h"
#include "core/run/process.h"
#include "core/shape/shape_json.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    ARENA_BYTES = 64 << 10,
    LARGEST_FILE = 32 << 10,
    RETRY_S = 60, /* what failed is tried again when it is still wanted */
    PATIENCE_S = 30,
    ERROR_BYTES = 1000
};

enum surface { OPERATIONAL = 1 << 0, TASK = 1 << 1, TERMINAL = 1 << 2 };

struct profile {
    const char *name;
    unsigned surfaces;
};
static const struct profile profiles[] = {
    {"off", 0},
    {"operational", OPERATIONAL},
    {"task", TASK},
    {"terminal", TERMINAL},
    {"operational_task", OPERATIONAL | TASK},
    {"operational_terminal", OPERATIONAL | TERMINAL},
    {"task_terminal", TASK | TERMINAL},
    {"all", OPERATIONAL | TASK | TERMINAL},
};

/* Of the root helper. */
struct verb {
    const char *name;
    enum surface surface;
};
static const struct verb verbs[] = {
    {"operation", OPERATIONAL}, {"packages", OPERATIONAL},
    {"log-scan", OPERATIONAL},  {"task", TASK},
    {"terminal", TERMINAL},
};

static const struct field root_access_report_fields[] = {
    {TEXT(root_access_report, applied_profile), .tag = 1, .flags = OMIT_ABSENT, .max = 64,
     .doc = "Profile that is in force."},
    {TIMESTAMP(root_access_report, last_applied_at), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "Time it was put into force."},
    {TEXT(root_access_report, last_error), .tag = 3, .flags = OMIT_ABSENT, .max = 10000,
     .doc = "Why the last one that was wanted is not in force."},
};
const struct shape root_access_report_shape =
    SHAPE(root_access_report, "Root access that is in force.");

struct root_access {
    struct loop *loop;
    const char *program;
    char path[PATH_MAX];
    struct arena *arena; /* of the report */
    struct root_access_report report;
    const struct profile *wanted; /* being put into force, by this: */
    struct process *process;
    struct loop_timer *patience;
    struct buf complaint;
    int64_t failed_us;              /* 0: it has not */
    void (*changed)(void *context); /* NULL: nobody listens */
    void *context;
};

static const struct profile *find_profile(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(profiles); i++) {
        if (text_is(name, profiles[i].name))
            return &profiles[i];
    }
    return NULL;
}

bool root_access_allows(const struct root_access *access, const char *verb)
{
    const struct profile *applied = find_profile(access->report.applied_profile);

    for (size_t i = 0; i < COUNT_OF(verbs) && applied != NULL; i++) {
        if (strcmp(verbs[i].name, verb) == 0)
            return (applied->surfaces & verbs[i].surface) != 0;
    }
    return false;
}

const struct root_access_report *root_access_report(const struct root_access *access)
{
    return &access->report;
}

/* Rules. */

/* Nothing that sudo would read as more than a name. */
static bool is_plain(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/";

    return name[0] != '\0' && name[0] != '-' && strspn(name, allowed) == strlen(name);
}

enum status root_access_rules(
    struct text name,
    const char *user,
    const char *program,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct profile *profile = find_profile(name);
    AUTO_BUF rules = {0};

    if (profile == NULL || !is_plain(user) || strchr(user, '/') != NULL || !is_plain(program))
        return error_set(
            error, STATUS_INVALID, "no rules can be made of profile %.*s, user %s and program %s",
            TEXT_ARGS(text_first_bytes(name, 64)), user, program);
    buf_init(&rules, LARGEST_FILE);
    buf_printf(&rules, "# Made by fleetledger-agent: root access profile %s.\n", profile->name);
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        if ((profile->surfaces & verbs[i].surface) != 0)
            buf_printf(
                &rules, "%s ALL=(root) NOPASSWD: %s root-helper %s\n", user, program,
                verbs[i].name);
    }
    *out = text_copy(arena, buf_text(&rules));
    return STATUS_OK;
}

/* The report. */

static void save(struct root_access *access)
{
    struct error error;
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_FILE);
    shape_json_write(&root_access_report_shape, &access->report, &out);
    if (files_replace(access->path, buf_text(&out), &error) != STATUS_OK)
        log_warning("root_access.not_kept", log_cause(&error));
}

static void note(struct root_access *access, struct text failure)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    bool has_failed = text_is_present(failure);
    struct root_access_report report = {
        .applied_profile = text_copy(
            arena, has_failed ? access->report.applied_profile : text_from(access->wanted->name)),
        .last_applied_at = has_failed ? access->report.last_applied_at : timestamp_now(),
        .last_error = text_copy(arena, text_cleaned(arena, failure)),
    };

    if (has_failed)
        log_warning(
            "root_access.not_applied", log_c("profile", access->wanted->name),
            log_text("why", report.last_error));
    else
        log_info("root_access.applied", log_c("profile", access->wanted->name));
    access->failed_us = has_failed ? monotonic_us() : 0;
    arena_free(access->arena);
    access->arena = arena;
    access->report = report;
    save(access);
    if (access->changed != NULL)
        access->changed(access->context);
}

void root_access_listen(struct root_access *access, void (*changed)(void *context), void *context)
{
    access->changed = changed;
    access->context = context;
}

/* Putting into force. */

static void on_output(void *context, enum process_stream stream, struct text bytes)
{
    struct root_access *access = context;
    size_t room = ERROR_BYTES - access->complaint.size;

    (void)stream;
    buf_add_text(&access->complaint, text_slice(bytes, 0, room));
}

static void finish(struct root_access *access)
{
    process_free(access->process);
    access->process = NULL;
    loop_timer_clear(access->patience);
}

static void on_end(void *context, const struct process_end *end)
{
    struct root_access *access = context;
    bool is_applied = !end->was_signalled && end->code == 0;
    struct text complaint = text_trim(buf_text(&access->complaint));

    note(
        access, is_applied           ? (struct text){NULL, 0}
                : complaint.size > 0 ? complaint
                                     : text_lit("the root helper could not be run"));
    finish(access);
}

static void on_patience(void *context)
{
    struct root_access *access = context;

    process_close_input(access->process);
    process_signal(access->process, SIGKILL);
}

static void apply(struct root_access *access)
{
    static const struct process_listener listener = {on_output, on_end};
    static const char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    bool is_root = geteuid() == 0;
    const char *argv[] = {"/usr/bin/sudo", "-n",      "--", access->program,
                          "root-helper",   "profile", NULL};
    const struct process_order order = {
        .argv = is_root ? argv + 3 : argv, .environment = environment};
    struct error error;
    char line[96];

    buf_clear(&access->complaint);
    if (process_start(access->loop, &order, &listener, access, &access->process, &error) !=
        STATUS_OK) {
        note(access, text_from(error.text));
        return;
    }
    snprintf(line, sizeof(line), "{\"arguments\":[\"%s\"]}\n", access->wanted->name);
    process_write(access->process, text_from(line));
    process_close_input(access->process);
    loop_timer_set(access->patience, PATIENCE_S * (int64_t)US_PER_S);
}

void root_access_want(struct root_access *access, struct text name)
{
    const struct profile *profile = find_profile(name);
    bool is_in_force = text_equal(name, access->report.applied_profile) &&
                       !text_is_present(access->report.last_error);
    bool is_too_soon = access->failed_us != 0 && profile == access->wanted &&
                       monotonic_us() - access->failed_us < RETRY_S * (int64_t)US_PER_S;

    if (profile == NULL || is_in_force || access->process != NULL || is_too_soon)
        return;
    access->wanted = profile;
    apply(access);
}

/* A machine that was never told anything allows nothing. */
static void load(struct root_access *access)
{
    AUTO_ARENA arena = arena_new(2 * LARGEST_FILE);
    struct text content;

    if (files_read(access->path, LARGEST_FILE, arena, &content, NULL) != STATUS_OK ||
        shape_json_read(
            &root_access_report_shape, text_copy(access->arena, content), access->arena,
            &access->report, NULL) != STATUS_OK ||
        find_profile(access->report.applied_profile) == NULL)
        access->report = (struct root_access_report){.applied_profile = text_lit("off")};
}

struct root_access *
root_access_new(struct loop *loop, const char *state_directory, const char *program)
{
    struct root_access *access = heap_new(sizeof(*access));

    access->loop = loop;
    access->program = program;
    snprintf(access->path, sizeof(access->path), "%s/root_access.json", state_directory);
    access->arena = arena_new(ARENA_BYTES);
    access->patience = loop_timer_new(loop, on_patience, access);
    buf_init(&access->complaint, ERROR_BYTES);
    load(access);
    return access;
}

void root_access_free(struct root_access *access)
{
    if (access == NULL)
        return;
    process_free(access->process);
    loop_timer_free(access->patience);
    buf_fini(&access->complaint);
    arena_free(access->arena);
    heap_free(access);
}
