/*
 * The echoing server of tests as a program of its own: prints its port, and runs until its standard input
 * is closed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/echo.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    struct http_settings settings = echo_settings();
    struct error error;
    struct echo *echo = echo_start(&settings, 2, &error);

    if (echo == NULL)
        return EXIT_FAILURE;
    printf("%d\n", echo_port(echo));
    (void)fflush(stdout);
    while (getchar() != EOF) {
    }
    echo_stop(echo);
    return EXIT_SUCCESS;
}
