/*
 * A listening socket on the loopback, for the servers that tests play.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_LISTEN_H
#define TESTS_SUPPORT_LISTEN_H

/* Any free port, told in `out_port`. The caller closes it. */
int listen_anywhere(int *out_port);

#endif
