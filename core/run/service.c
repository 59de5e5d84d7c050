/*
 * A datagram to the manager's socket, by path or (with '@' for its first byte) by abstract name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/service.h"

#include "core/base/must.h"
#include "core/base/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

void service_block_signals(sigset_t *out)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};

    sigemptyset(out);
    for (size_t i = 0; i < COUNT_OF(signals); i++)
        sigaddset(out, signals[i]);
    must(pthread_sigmask(SIG_BLOCK, out, NULL) == 0);
}

int service_next_signal(const sigset_t *signals, int wait_ms)
{
    const struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
    int signal = sigtimedwait(signals, NULL, &wait);

    return signal < 0 ? 0 : signal;
}

bool service_is_end(int signal)
{
    return signal == SIGINT || signal == SIGTERM;
}

void service_notify(const char *assignments)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = name == NULL ? 0 : strlen(name);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    int fd;

    if (size == 0 || size >= sizeof(address.sun_path))
        return;
    memcpy(address.sun_path, name, size);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    /* A manager that hears nothing acts by itself: there is nobody else to tell. */
    (void)sendto(
        fd, assignments, strlen(assignments), MSG_NOSIGNAL | MSG_DONTWAIT, (const void *)&address,
        length);
    close(fd);
}

bool service_is_managed(void)
{
    return getenv("NOTIFY_SOCKET") != NULL;
}

int64_t service_watchdog_us(void)
{
    int64_t process = 0;
    int64_t us = 0;

    if (text_to_int64(text_from(getenv("WATCHDOG_PID")), &process) && process != getpid())
        return 0;
    return text_to_int64(text_from(getenv("WATCHDOG_USEC")), &us) && us > 0 ? us / 2 : 0;
}
