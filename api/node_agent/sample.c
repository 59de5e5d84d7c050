/*
 * Reading the kernel's counters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/sample.h"

#include "core/base/files.h"
#include "core/shape/json_peek.h"

#include <dirent.h>
#include <math.h>
#include <sys/statvfs.h>

enum { LARGEST_FILE = 256 << 10, MOST_NETWORKS = 64, MOST_COLUMNS = 24, MOST_SENSORS = 64 };

static const struct field sample_network_fields[] = {
    {TEXT(sample_network, interface), .tag = 1, .doc = "Name of the interface."},
    {DOUBLE(sample_network, bytes_sent), .tag = 2, .doc = "Number of bytes sent."},
    {DOUBLE(sample_network, bytes_recv), .tag = 3, .doc = "Number of bytes received."},
    {DOUBLE(sample_network, packets_sent), .tag = 4, .doc = "Number of packets sent."},
    {DOUBLE(sample_network, packets_recv), .tag = 5, .doc = "Number of packets received."},
    {DOUBLE(sample_network, errors_in), .tag = 6, .doc = "Number of errors on receiving."},
    {DOUBLE(sample_network, errors_out), .tag = 7, .doc = "Number of errors on sending."},
    {DOUBLE(sample_network, drop_in), .tag = 8, .doc = "Number of incoming packets dropped."},
    {DOUBLE(sample_network, drop_out), .tag = 9, .doc = "Number of outgoing packets dropped."},
};
const struct shape sample_network_shape = SHAPE(sample_network, "Counters of a network interface.");

static struct text contents(const struct sampler *sampler, const char *path, struct arena *arena)
{
    struct text out;
    const char *whole = text_format(arena, "%s%s", sampler->root, path).data;

    return files_read(whole, LARGEST_FILE, arena, &out, NULL) == STATUS_OK ? out : text_lit("");
}

/* Numbers with blanks between; how many. */
static size_t read_columns(struct text line, double columns[MOST_COLUMNS])
{
    size_t count = 0;

    line = text_trim(line);
    while (line.size > 0 && count < MOST_COLUMNS) {
        if (!json_peek_number(text_cut(&line, ' '), &columns[count++]))
            columns[count - 1] = 0;
        line = text_trim(line);
    }
    return count;
}

static double percent(double part, double whole)
{
    double share = whole > 0 ? 100 * part / whole : 0;

    return share < 0 ? 0 : share > 100 ? 100 : share;
}

/* "cpu  user nice system idle iowait irq softirq steal …": guests are part of user. */
static double read_cpu(struct sampler *sampler, struct arena *arena)
{
    enum { IDLE = 3, IO_WAIT = 4, COUNTED = 8, LEAST_TICKS = 50 };
    struct text stat = contents(sampler, "/proc/stat", arena);
    struct text line = text_cut(&stat, '\n');
    double columns[MOST_COLUMNS] = {0};
    double total = 0;
    double busy;

    (void)text_cut(&line, ' ');
    (void)read_columns(line, columns);
    for (int i = 0; i < COUNTED; i++)
        total += columns[i];
    busy = total - columns[IDLE] - columns[IO_WAIT];
    if (total - sampler->total < LEAST_TICKS)
        return sampler->usage;
    sampler->usage = percent(busy - sampler->busy, total - sampler->total);
    sampler->busy = busy;
    sampler->total = total;
    return sampler->usage;
}

/* "MemTotal:       16323456 kB" */
static double read_kilobytes(struct text memory, const char *name)
{
    while (text_is_present(memory)) {
        struct text line = text_cut(&memory, '\n');
        double columns[MOST_COLUMNS] = {0};
        if (!text_is(text_cut(&line, ':'), name))
            continue;
        (void)read_columns(line, columns);
        return columns[0];
    }
    return 0;
}

static double read_memory(const struct sampler *sampler, struct arena *arena)
{
    struct text memory = contents(sampler, "/proc/meminfo", arena);
    double total = read_kilobytes(memory, "MemTotal");

    return percent(total - read_kilobytes(memory, "MemAvailable"), total);
}

/* As df shows it: of what users may fill. */
static double read_disk(const struct sampler *sampler, struct arena *arena)
{
    struct statvfs fs;
    double used;

    if (statvfs(text_format(arena, "%s/", sampler->root).data, &fs) != 0)
        return 0;
    used = (double)fs.f_blocks - (double)fs.f_bfree;
    return percent(used, used + (double)fs.f_bavail);
}

/* The hottest zone: which of them the processor is, is called differently everywhere. */
static double read_temperature(const struct sampler *sampler, struct arena *arena)
{
    double hottest = (double)NAN;

    for (int zone = 0; zone < MOST_SENSORS; zone++) {
        struct text path = text_format(arena, "/sys/class/thermal/thermal_zone%d/temp", zone);
        double columns[MOST_COLUMNS] = {0};
        if (read_columns(contents(sampler, path.data, arena), columns) == 0)
            break;
        if (isnan(hottest) || columns[0] / 1000 > hottest)
            hottest = columns[0] / 1000;
    }
    return hottest;
}

/* "  eth0: bytes packets errs drop fifo frame compressed multicast bytes packets errs drop …" */
static bool read_network(struct text line, struct sample_network *out)
{
    double c[MOST_COLUMNS] = {0};
    struct text rest = line;
    struct text name = text_trim(text_cut(&rest, ':'));

    if (!text_is_present(rest) || text_is(name, "lo"))
        return false;
    (void)read_columns(rest, c);
    *out = (struct sample_network){name, c[8], c[0], c[9], c[1], c[2], c[10], c[3], c[11]};
    return true;
}

static struct list read_networks(const struct sampler *sampler, struct arena *arena)
{
    struct sample_network *networks = arena_array(arena, MOST_NETWORKS, sizeof(*networks));
    struct text rest = contents(sampler, "/proc/net/dev", arena);
    size_t count = 0;

    while (rest.size > 0 && count < MOST_NETWORKS) {
        if (read_network(text_cut(&rest, '\n'), &networks[count]))
            count++;
    }
    return (struct list){networks, count};
}

void sample_take(struct sampler *sampler, struct arena *arena, struct sample *out)
{
    *out = (struct sample){
        .cpu_usage = read_cpu(sampler, arena),
        .memory_usage = read_memory(sampler, arena),
        .disk_usage = read_disk(sampler, arena),
        .temperature = read_temperature(sampler, arena),
        .networks = read_networks(sampler, arena),
    };
}
