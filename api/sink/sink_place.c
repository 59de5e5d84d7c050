/*
 * The file with a sink's place: "<next> <id of the event before>\n".
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_place.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 << 20, MOST_PATH = 4096, MOST_TEXT = 128 };

/* The name that a new one has until it is whole ends by ".new". */
static bool write_path(const char *home, struct uuid sink_id, const char *end, char out[MOST_PATH])
{
    char id[UUID_TEXT_SIZE];
    int size;

    uuid_print(sink_id, id);
    size = snprintf(out, MOST_PATH, "%s/sinks/%s%s", home, id, end);
    return size > 0 && size < MOST_PATH;
}

/* Is the event before it the one that was sent? Another ledger, or an older copy of it, has another. */
static bool is_of_ledger(struct ledger *log, const struct sink_place *place)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record before;
    struct error error;

    if (place->next == 0 || place->next > ledger_size(log))
        return false;
    return ledger_read_one(log, (struct position){place->next - 1}, arena, &before, &error) ==
               STATUS_OK &&
           uuid_equal(before.entry.event_id, place->event);
}

bool sink_place_read(
    const char *home, struct uuid sink_id, struct ledger *log, struct sink_place *out)
{
    char path[MOST_PATH];
    char content[MOST_TEXT];
    struct text rest;
    struct text id;
    int64_t next = 0;
    ssize_t size;
    int file;

    if (!write_path(home, sink_id, "", path))
        return false;
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return false;
    size = read(file, content, sizeof(content));
    close(file);
    rest = (struct text){content, size < 0 ? 0 : (size_t)size};
    if (!text_ends_with(rest, text_lit("\n")))
        return false;
    rest.size--;
    id = text_slice(rest, text_find(rest, ' ', 0) + 1, rest.size);
    if (!text_to_int64(text_cut(&rest, ' '), &next) || next <= 0 || !uuid_parse(id, &out->event))
        return false;
    out->next = (uint64_t)next;
    return is_of_ledger(log, out);
}

static enum status fail(struct error *error, const char *path)
{
    return error_set(error, STATUS_UNAVAILABLE, "%s cannot be written", path);
}

enum status sink_place_write(
    const char *home, struct uuid sink_id, const struct sink_place *place, struct error *error)
{
    char path[MOST_PATH];
    char new_path[MOST_PATH];
    char directory[MOST_PATH];
    char content[MOST_TEXT];
    char id[UUID_TEXT_SIZE];
    ssize_t written;
    int size;
    int file;

    size = snprintf(directory, sizeof(directory), "%s/sinks", home);
    if (size <= 0 || size >= MOST_PATH || !write_path(home, sink_id, "", path) ||
        !write_path(home, sink_id, ".new", new_path))
        return fail(error, home);
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return fail(error, directory);
    uuid_print(place->event, id);
    size = snprintf(content, sizeof(content), "%llu %s\n", (unsigned long long)place->next, id);
    file = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return fail(error, new_path);
    written = write(file, content, (size_t)size);
    if (close(file) != 0 || written != size || rename(new_path, path) != 0)
        return fail(error, path);
    return STATUS_OK;
}

void sink_place_forget(const char *home, struct uuid sink_id)
{
    char path[MOST_PATH];

    if (write_path(home, sink_id, "", path))
        (void)unlink(path); /* there may be none */
}
