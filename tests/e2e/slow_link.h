/*
 * A bad network between two servers, played by the test: what is asked passes at once, what is answered comes slowly, and is
 * cut anywhere.
 *
 *   follower ──► 127.0.0.1:port [here] ──► leader
 *
 * A process of its own, which ends with the test program.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_SLOW_LINK_H
#define TESTS_E2E_SLOW_LINK_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

/* May be changed while it runs. */
struct link_rules {
    atomic_int bytes_per_second; /* 0: as fast as it can */
    atomic_int most_until_cut;   /* a connection is cut within so many bytes of answers; 0: never */
    atomic_int_fast64_t carried; /* bytes of answers so far */
    atomic_int_fast64_t cuts;
};

struct slow_link {
    int port;
    pid_t pid;
    struct link_rules *rules;
};

/* From a port of the loopback to that address, both as they are within that net (nets.h), or NO_NET. */
void given_link(struct slow_link *out, const char *address, int port, int net);
void end_link(struct slow_link *link); /* of one that is zeroed nothing */

/* Waits until so many more bytes of answers have come through. */
void wait_for_bytes(const struct slow_link *link, int64_t more);

#endif
