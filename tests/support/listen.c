/*
 * The listening socket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/listen.h"

#include "core/base/must.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

int listen_anywhere(int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(listener >= 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(bind(listener, (const struct sockaddr *)&address, sizeof(address)) == 0);
    must(listen(listener, 16) == 0);
    must(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    *out_port = ntohs(address.sin_port);
    return listener;
}
