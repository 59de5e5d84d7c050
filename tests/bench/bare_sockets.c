/*
 * The echoing server of tests, for as many connections as the benchmarks want.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/bare_sockets.h"

#include "tests/bench/processes.h"
#include "tests/support/echo.h"

#include <unistd.h>

enum { MOST_CONNECTIONS = 20000 };

enum status bare_sockets_start(struct bare_sockets **out, int *out_port, struct error *error)
{
    struct http_settings settings = echo_settings();
    struct echo *echo;

    settings.max_connections = MOST_CONNECTIONS;
    echo = echo_start(&settings, 1, error);
    *out = (struct bare_sockets *)echo;
    if (echo == NULL)
        return STATUS_UNAVAILABLE;
    *out_port = echo_port(echo);
    return STATUS_OK;
}

void bare_sockets_stop(struct bare_sockets *sockets)
{
    echo_stop((struct echo *)sockets);
}

enum status bare_sockets_us(double *out, struct error *error)
{
    struct thread_times times;
    enum status status = processes_thread_times(getpid(), &times, error);

    *out = status == STATUS_OK ? thread_times_of(&times, "loop") : 0;
    return status;
}
