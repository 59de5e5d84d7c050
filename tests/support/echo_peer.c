/*
 * One server, one peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/echo_peer.h"

#include "tests/support/peer.h"

#include <string.h>

enum { MOST_RECEIVED = 64 << 20 };

struct echo *echo;
int peer = -1;
struct buf got;

void echo_peer_init(void)
{
    echo = NULL;
    peer = -1;
    buf_init(&got, MOST_RECEIVED);
}

void echo_peer_free(void)
{
    peer_close(peer);
    echo_stop(echo);
    buf_fini(&got);
}

void given_server(const struct http_settings *settings)
{
    struct error error;

    echo = echo_start(settings, 1, &error);
    peer = peer_connect(echo_port(echo));
}

void given_patient_server(void)
{
    struct http_settings settings = echo_settings();

    given_server(&settings);
}

bool has(const char *part)
{
    return got.size > 0 && strstr(got.data, part) != NULL;
}
