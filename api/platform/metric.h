/*
 * The table of metrics that /metrics prints and the reference pages list.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_METRIC_H
#define API_PLATFORM_METRIC_H

#include <stddef.h>

struct metric {
    const char *name;
    const char *kind; /* counter, gauge or histogram */
    const char *help;
};

/* The metric of an index from 0, NULL past the last. */
const struct metric *metric_at(size_t index);

#endif
