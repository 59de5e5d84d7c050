/*
 * A measurement of the machine: processor, memory, disk, temperature and networks, from /proc and /sys.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_SAMPLE_H
#define API_NODE_AGENT_SAMPLE_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

/* Of the kernel's counters: what was busy since the last sample is the difference. */
struct sampler {
    const char *root; /* "" for the machine itself */
    double busy;
    double total;
    double usage; /* of the processor, as it was last told */
};

struct sample_network {
    struct text interface;
    double bytes_sent;
    double bytes_recv;
    double packets_sent;
    double packets_recv;
    double errors_in;
    double errors_out;
    double drop_in;
    double drop_out;
};
extern const struct shape sample_network_shape;

struct sample {
    double cpu_usage; /* per cent, as the other two */
    double memory_usage;
    double disk_usage;    /* of the root file system */
    double temperature;   /* degrees Celsius; not a number without a sensor */
    struct list networks; /* sample_network */
};

/* In the arena. The processor's usage is that since the last sample; the first one's, since the machine
 * started. Of less than half a second nothing can be said: then it is as it was. */
void sample_take(struct sampler *sampler, struct arena *arena, struct sample *out);

#endif
