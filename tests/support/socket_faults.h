/*
 * Makes the n-th of the program's recv(), send() or poll() calls go wrong, those of libraries too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_SOCKET_FAULTS_H
#define TESTS_SUPPORT_SOCKET_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

enum socket_fault {
    FAULT_RECV_NO_MEMORY,  /* once; what was to be read stays in the socket */
    FAULT_RECV_RESET,      /* once */
    FAULT_RECV_END,        /* once */
    FAULT_RECV_NOTHING,    /* from then on: a peer that hangs */
    FAULT_SEND_NO_BUFFERS, /* once; nothing is sent */
    FAULT_SEND_RESET,      /* once */
    FAULT_POLL_NO_MEMORY,  /* once */
    SOCKET_FAULTS
};

/* From now on, in all threads, until socket_faults_end(). */
void given_socket_fault(enum socket_fault fault, uint64_t nth);

/* Has it happened? */
bool socket_fault_fired(void);

/* All goes well again. True if it has happened. */
bool socket_faults_end(void);

const char *socket_fault_name(enum socket_fault fault);

#endif
