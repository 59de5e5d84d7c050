/*
 * What a service manager hears.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/run/service.h"
#include "tests/support/expect.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int manager = -1;

static void set_up(void)
{
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

static void tear_down(void)
{
    if (manager >= 0)
        close(manager);
    manager = -1;
    set_up();
}

static void given_manager(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = strlen(name);

    memcpy(address.sun_path, name, size);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(
        bind(
            manager, (const void *)&address,
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)) == 0);
    setenv("NOTIFY_SOCKET", name, 1);
}

static struct text heard(void)
{
    static char said[128];
    ssize_t size = recv(manager, said, sizeof(said), MSG_DONTWAIT);

    return (struct text){said, size < 0 ? 0 : (size_t)size};
}

static void a_manager_hears_by_path(void)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/notify", make_directory());
    given_manager(path);
    service_notify("READY=1\nSTATUS=here");
    expect_text(heard(), "READY=1\nSTATUS=here");
}

static void a_manager_hears_by_abstract_name(void)
{
    char name[64];

    snprintf(name, sizeof(name), "@service-test-%d", (int)getpid());
    given_manager(name);
    service_notify("WATCHDOG=1");
    expect_text(heard(), "WATCHDOG=1");
}

static void without_a_manager_nothing_happens(void)
{
    service_notify("READY=1");
    setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
    service_notify("READY=1");
    expect_int64(service_watchdog_us(), 0);
}

static void a_watchdog_is_fed_twice_as_often_as_it_wants(void)
{
    char process[16];

    setenv("WATCHDOG_USEC", "3000000", 1);
    expect_int64(service_watchdog_us(), 1500000);
    snprintf(process, sizeof(process), "%d", (int)getpid());
    setenv("WATCHDOG_PID", process, 1);
    expect_int64(service_watchdog_us(), 1500000);
    setenv("WATCHDOG_PID", "1", 1);
    expect_int64(service_watchdog_us(), 0);
    setenv("WATCHDOG_PID", "", 1);
    setenv("WATCHDOG_USEC", "often", 1);
    expect_int64(service_watchdog_us(), 0);
}

static void signals_wait_until_they_are_asked_for(void)
{
    sigset_t signals;
    sigset_t before;

    must(pthread_sigmask(SIG_BLOCK, NULL, &before) == 0);
    service_block_signals(&signals);
    expect_int64(service_next_signal(&signals, 0), 0);
    raise(SIGHUP);
    expect_int64(service_next_signal(&signals, 0), SIGHUP);
    raise(SIGTERM);
    expect_int64(service_next_signal(&signals, 0), SIGTERM);
    must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    expect(service_is_end(SIGINT) && service_is_end(SIGTERM));
    expect(!service_is_end(SIGHUP) && !service_is_end(0));
}

static const struct test tests[] = {
    TEST(a_manager_hears_by_path),
    TEST(a_manager_hears_by_abstract_name),
    TEST(without_a_manager_nothing_happens),
    TEST(signals_wait_until_they_are_asked_for),
    TEST(a_watchdog_is_fed_twice_as_often_as_it_wants),
};

const struct suite test_service_suite =
    SUITE_WITH("core/run/service", tests, .set_up = set_up, .tear_down = tear_down);
