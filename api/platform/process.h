/*
 * What the operating system says of this process, under the names that Prometheus's own clients
 * give it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_PROCESS_H
#define API_PLATFORM_PROCESS_H

struct process_stats {
    double cpu_seconds;
    double resident_bytes;
    double virtual_bytes;
    double threads;
    double open_files;
    double most_files;
};

/* Figures that cannot be read are 0. Reads /proc, which takes some microseconds. */
struct process_stats process_stats(void);

#endif
