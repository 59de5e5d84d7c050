/*
 * Logs by their presets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/log_scan.h"

#include "api/node_agent/action_internal.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINES = 2000, MOST_BYTES = 256 << 10, MOST_BACKFILL = 500, USUAL_BACKFILL = 200 };

struct preset {
    const char *id;
    const char *path; /* NULL: the journal of the agent's unit */
};
static const struct preset presets[] = {
    {"syslog", "/var/log/syslog"},     {"auth.log", "/var/log/auth.log"},
    {"kern.log", "/var/log/kern.log"}, {"noderax-agent", NULL},
    {"fleetledger-agent", NULL},
};

struct log_cursor {
    struct text journal_cursor;
    struct text file_inode;
    int64_t file_offset;
    struct timestamp last_read_at;
    struct text cursor_reset_reason;
};
static const struct field log_cursor_fields[] = {
    {TEXT(log_cursor, journal_cursor), .tag = 1, .flags = OMIT_ABSENT, .max = 1024,
     .doc = "Place in the journal, as journald calls it."},
    {TEXT(log_cursor, file_inode), .tag = 2, .flags = OMIT_ABSENT, .max = 32,
     .doc = "Number of the file that was read."},
    {INT64(log_cursor, file_offset), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Place in the file where the reading stopped."},
    {TIMESTAMP(log_cursor, last_read_at), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "Time of the reading."},
    {TEXT(log_cursor, cursor_reset_reason), .tag = 5, .flags = OMIT_ABSENT, .max = 120,
     .doc = "Why the reading did not go on where the last one stopped."},
};
static const struct shape log_cursor_shape =
    SHAPE_WITH(log_cursor, "Where a reading stopped.", .is_lenient = true);

struct log_limits {
    int64_t max_lines;
    int64_t max_bytes;
    int64_t backfill_lines;
};
static const struct field log_limits_fields[] = {
    {INT64(log_limits, max_lines), .tag = 1, .flags = CLAMP | HAS_FALLBACK, .min = 1,
     .max = MOST_LINES, .fallback = 500, .doc = "Greatest number of lines."},
    {INT64(log_limits, max_bytes), .tag = 2, .flags = CLAMP | HAS_FALLBACK, .min = 1024,
     .max = MOST_BYTES, .fallback = 64 << 10, .doc = "Greatest number of bytes."},
    {INT64(log_limits, backfill_lines), .tag = 3, .flags = CLAMP | HAS_FALLBACK, .min = 1,
     .max = MOST_BACKFILL, .fallback = USUAL_BACKFILL,
     .doc = "Lines to go back where there is no place to go on from."},
};
static const struct shape log_limits_shape =
    SHAPE_WITH(log_limits, "Bounds of a reading.", .is_lenient = true);

struct log_request {
    struct text source_preset_id;
    const struct log_limits *limits;
    const struct log_cursor *cursor;
};
static const struct field log_request_fields[] = {
    {TEXT(log_request, source_preset_id), .tag = 1, .flags = REQUIRED | EXACT, .max = 64,
     .doc = "Id of the log."},
    {OBJECT(log_request, limits, log_limits), .tag = 2, .doc = "Bounds of the reading."},
    {OBJECT(log_request, cursor, log_cursor), .tag = 3, .doc = "Where the last reading stopped."},
};
static const struct shape log_request_shape =
    SHAPE_WITH(log_request, "Reading of a log.", .is_lenient = true);

struct log_entry {
    struct timestamp timestamp;
    struct text message;
    struct text unit;
    struct text identifier;
};
static const struct field log_entry_fields[] = {
    {TIMESTAMP(log_entry, timestamp), .tag = 1, .flags = OMIT_ABSENT, .doc = "Time of the line."},
    {TEXT(log_entry, message), .tag = 2, .doc = "Text of the line."},
    {TEXT(log_entry, unit), .tag = 3, .flags = OMIT_ABSENT, .doc = "Unit that wrote it."},
    {TEXT(log_entry, identifier), .tag = 4, .flags = OMIT_ABSENT, .doc = "Program that wrote it."},
};
static const struct shape log_entry_shape = SHAPE(log_entry, "A line of a log.");

struct log_result {
    struct text source_preset_id;
    struct text source_type;
    struct list entries;
    const struct log_cursor *cursor;
    struct opt_bool truncated;
    int64_t bytes_read;
    int64_t lines_read;
    struct list warnings;
};
static const struct field log_result_fields[] = {
    {TEXT(log_result, source_preset_id), .tag = 1, .doc = "Id of the log."},
    {TEXT(log_result, source_type), .tag = 2, .doc = "Kind of the log: file or journal."},
    {OBJECTS(log_result, entries, log_entry), .tag = 3, .doc = "Lines, oldest first."},
    {OBJECT(log_result, cursor, log_cursor), .tag = 4, .doc = "Where the reading stopped."},
    {BOOL(log_result, truncated), .tag = 5, .doc = "Whether there was more than the bounds."},
    {INT64(log_result, bytes_read), .tag = 6, .doc = "Number of bytes read."},
    {INT64(log_result, lines_read), .tag = 7, .doc = "Number of lines read."},
    {LIST_OF(log_result, warnings, KIND_TEXT), .tag = 8, .doc = "What went wrong on the way."},
};
static const struct shape log_result_shape = SHAPE(log_result, "What was read of a log.");

/* The first line of what is gathered: what the rest of it is. */
struct log_head {
    struct text source_preset_id;
    int64_t max_lines;
    int64_t max_bytes;
    int64_t last_lines; /* of a file: no more than these count; absent: all */
    int64_t end;        /* where the reading of the file stopped */
    int64_t file_size;
    struct text file_inode;
    struct text reset_reason;
};
static const struct field log_head_fields[] = {
    {TEXT(log_head, source_preset_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the log."},
    {INT64(log_head, max_lines), .tag = 2, .flags = REQUIRED, .doc = "Greatest number of lines."},
    {INT64(log_head, max_bytes), .tag = 3, .flags = REQUIRED, .doc = "Greatest number of bytes."},
    {INT64(log_head, last_lines), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "Number of lines from the end that count."},
    {INT64(log_head, end), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Place where the reading stopped."},
    {INT64(log_head, file_size), .tag = 6, .flags = OMIT_ABSENT, .doc = "Size of the file."},
    {TEXT(log_head, file_inode), .tag = 7, .flags = OMIT_ABSENT, .doc = "Number of the file."},
    {TEXT(log_head, reset_reason), .tag = 8, .flags = OMIT_ABSENT,
     .doc = "Why it does not go on where the last one stopped."},
};
static const struct shape log_head_shape = SHAPE(log_head, "What a gathered log is.");

static const struct preset *find_preset(struct text id)
{
    for (size_t i = 0; i < COUNT_OF(presets); i++) {
        if (text_is(id, presets[i].id))
            return &presets[i];
    }
    return NULL;
}

static enum status
read_request(struct text json, struct arena *arena, struct log_request *out, struct error *error)
{
    static const struct log_cursor nowhere = {.file_offset = INT64_ABSENT};
    static const struct log_limits usual = {500, 64 << 10, USUAL_BACKFILL};
    enum status status = shape_json_read(&log_request_shape, json, arena, out, error);

    if (status != STATUS_OK)
        return status;
    if (out->limits == NULL)
        out->limits = &usual;
    if (out->cursor == NULL)
        out->cursor = &nowhere;
    if (find_preset(out->source_preset_id) == NULL)
        return error_set_code(
            error, STATUS_INVALID, "preset_unknown", "unknown log: %.*s",
            TEXT_ARGS(text_first_bytes(out->source_preset_id, 64)));
    return STATUS_OK;
}

static enum status
write_request(struct text payload, struct arena *arena, struct text *out, struct error *error)
{
    struct log_request request;
    AUTO_BUF written = {0};
    enum status status = read_request(payload, arena, &request, error);

    if (status != STATUS_OK)
        return status;
    buf_init(&written, 1 << 16);
    shape_json_write(&log_request_shape, &request, &written);
    *out = text_copy(arena, buf_text(&written));
    return STATUS_OK;
}

/* Gathering, as root where the log wants it. */

/* Where to begin: where the last reading stopped, unless the file is another one now. */
static int64_t
begin_of(const struct log_request *request, const struct stat *file, struct log_head *head)
{
    int64_t last = request->cursor->file_offset;
    int64_t earliest = file->st_size - request->limits->max_bytes;
    bool is_same = text_equal(head->file_inode, request->cursor->file_inode);

    head->last_lines = INT64_ABSENT;
    if (last != INT64_ABSENT && is_same && last <= file->st_size)
        return last;
    head->last_lines = request->limits->backfill_lines;
    if (last != INT64_ABSENT)
        head->reset_reason =
            is_same ? text_lit("file was shortened") : text_lit("file was replaced");
    return earliest > 0 ? earliest : 0;
}

static enum status gather_file(
    const char *path,
    const struct log_request *request,
    struct arena *arena,
    struct log_head *head,
    struct text *out)
{
    char *content = arena_take(arena, MOST_BYTES);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t size = -1;
    struct stat st;

    if (file < 0)
        return STATUS_UNAVAILABLE;
    if (fstat(file, &st) == 0) {
        head->file_inode = text_format(arena, "%llu", (unsigned long long)st.st_ino);
        head->file_size = st.st_size;
        head->end = begin_of(request, &st, head);
        size = pread(file, content, (size_t)request->limits->max_bytes, head->end);
        head->end += size < 0 ? 0 : size;
    }
    close(file);
    *out = (struct text){content, size < 0 ? 0 : (size_t)size};
    return size < 0 ? STATUS_UNAVAILABLE : STATUS_OK;
}

static const char *const *journal_arguments(const struct log_request *request, struct arena *arena)
{
    const char **argv = arena_array(arena, 10, sizeof(*argv));
    bool goes_on = text_is_present(request->cursor->journal_cursor);
    size_t count = 0;

    argv[count++] = "/usr/bin/journalctl";
    argv[count++] = "--unit=fleetledger-agent.service";
    argv[count++] = "--output=json";
    argv[count++] = "--no-pager";
    argv[count++] = "--quiet";
    if (goes_on)
        argv[count++] =
            text_format(arena, "--after-cursor=%.*s", TEXT_ARGS(request->cursor->journal_cursor))
                .data;
    argv[count++] =
        text_format(
            arena, "--lines=%lld",
            (long long)(goes_on ? request->limits->max_lines : request->limits->backfill_lines))
            .data;
    return argv;
}

enum status log_scan_gather(
    struct text json,
    struct arena *arena,
    struct buf *out,
    const char *const **out_rest,
    struct error *error)
{
    struct log_request request;
    struct log_head head = {
        .end = INT64_ABSENT, .file_size = INT64_ABSENT, .last_lines = INT64_ABSENT};
    const struct preset *preset;
    struct text content = {NULL, 0};
    enum status status = read_request(json, arena, &request, error);

    if (status != STATUS_OK)
        return status;
    preset = find_preset(request.source_preset_id);
    must(preset != NULL);
    head.source_preset_id = request.source_preset_id;
    head.max_lines = request.limits->max_lines;
    head.max_bytes = request.limits->max_bytes;
    if (preset->path != NULL &&
        gather_file(preset->path, &request, arena, &head, &content) != STATUS_OK)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "log_unreadable", "%s cannot be read: %s", preset->path,
            strerrordesc_np(errno));
    shape_json_write(&log_head_shape, &head, out);
    buf_add_char(out, '\n');
    buf_add_text(out, content);
    *out_rest = preset->path == NULL ? journal_arguments(&request, arena) : NULL;
    return STATUS_OK;
}

/* Telling, as the agent. */

/* The last lines of a text. */
static struct text last_lines(struct text t, int64_t lines)
{
    size_t at = t.size;

    while (at > 1 && lines > 0) {
        at--;
        if (t.data[at - 1] == '\n' && --lines == 0)
            return text_slice(t, at, t.size);
    }
    return t;
}

/* A line begins with its time where the system's logger writes it so. */
static struct timestamp time_of(struct text line)
{
    struct timestamp at = {0};
    struct text first = text_slice(line, 0, text_find(line, ' ', 0));

    if (!text_contains(first, text_lit("T")) || !timestamp_parse(first, &at))
        at = (struct timestamp){0};
    return at;
}

static struct log_entry file_entry(struct text line, const struct preset *preset)
{
    return (struct log_entry){time_of(line), line, {NULL, 0}, text_from(preset->path)};
}

static struct timestamp journal_time(struct arena *arena, struct text line)
{
    struct text us = json_peek_text(arena, json_peek_member(arena, line, "__REALTIME_TIMESTAMP"));
    struct timestamp at = {0};

    return text_to_int64(us, &at.us) ? at : (struct timestamp){0};
}

/* As journalctl prints it: a JSON object a line. */
static struct log_entry
journal_entry(struct text line, struct arena *arena, struct log_cursor *cursor)
{
    cursor->journal_cursor = json_peek_text(arena, json_peek_member(arena, line, "__CURSOR"));
    return (struct log_entry){
        journal_time(arena, line),
        json_peek_text(arena, json_peek_member(arena, line, "MESSAGE")),
        json_peek_text(arena, json_peek_member(arena, line, "_SYSTEMD_UNIT")),
        json_peek_text(arena, json_peek_member(arena, line, "SYSLOG_IDENTIFIER")),
    };
}

static void split(
    struct text content,
    const struct log_head *head,
    struct arena *arena,
    struct log_cursor *cursor,
    struct log_result *result)
{
    const struct preset *preset = find_preset(head->source_preset_id);
    struct log_entry *entries = arena_array(arena, MOST_LINES, sizeof(*entries));
    struct text rest = text_cleaned(arena, content);
    size_t count = 0;

    must(preset != NULL);
    while (rest.size > 0 && (int64_t)count < head->max_lines && count < MOST_LINES) {
        struct text line = text_cut(&rest, '\n');
        if (preset->path != NULL)
            entries[count++] = file_entry(line, preset);
        else if (json_compact(line, arena, &line, NULL) == STATUS_OK)
            entries[count++] = journal_entry(line, arena, cursor);
    }
    result->truncated = opt_bool_of(rest.size > 0 || head->file_size > head->end);
    result->entries = (struct list){entries, count};
    result->lines_read = (int64_t)count;
}

bool log_scan_result(struct text gathered, struct arena *arena, struct buf *out)
{
    struct log_cursor cursor = {.file_offset = INT64_ABSENT, .last_read_at = timestamp_now()};
    struct log_result result = {.source_type = text_lit("journal"), .cursor = &cursor};
    struct text first = text_cut(&gathered, '\n');
    struct log_head head;

    if (shape_json_read(&log_head_shape, first, arena, &head, NULL) != STATUS_OK ||
        find_preset(head.source_preset_id) == NULL)
        return false;
    result.source_preset_id = head.source_preset_id;
    result.bytes_read = (int64_t)gathered.size;
    if (head.end != INT64_ABSENT) {
        result.source_type = text_lit("file");
        cursor.file_inode = head.file_inode;
        cursor.file_offset = head.end;
        cursor.cursor_reset_reason = head.reset_reason;
    }
    if (head.last_lines != INT64_ABSENT)
        gathered = last_lines(gathered, head.last_lines);
    split(gathered, &head, arena, &cursor, &result);
    result.warnings = (struct list){&result, 0};
    shape_json_write(&log_result_shape, &result, out);
    return true;
}

/* The type of a task. */

static enum status
prepare(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    struct text request;
    enum status status = write_request(payload, arena, &request, error);

    if (status != STATUS_OK)
        return status;
    action_order(arena, out, &request, 1);
    out->root_verb = action_flag(arena, payload, "runAsRoot") ? "log-scan" : NULL;
    out->own_verb = "log-scan";
    return STATUS_OK;
}

const struct action log_scan_action = {"log.scan", prepare, log_scan_result};
