/*
 * Namespaces, made by unshare(2) and ip(8).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/nets.h"

#include "core/base/attributes.h"
#include "core/base/must.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 512 };

static int own = NO_NET; /* the bridge's */
static int count;

static int current(void)
{
    int net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

    must(net >= 0);
    return net;
}

/* Runs it in the namespace where we are; what it complains of goes nowhere. */
PRINTF_LIKE(1, 2) static bool run(const char *format, ...)
{
    char script[LONGEST];
    int state = 0;
    pid_t pid;
    va_list values;

    va_start(values, format);
    must(vsnprintf(script, sizeof(script), format, values) < LONGEST);
    va_end(values);
    fflush(stdout);
    pid = fork();
    must(pid >= 0);
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

        dup2(nowhere, STDERR_FILENO);
        execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
        _exit(127);
    }
    must(waitpid(pid, &state, 0) == pid);
    return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

bool nets_begin(const char **out_why)
{
    *out_why = "no network namespace may be made here";
    if (own == NO_NET && unshare(CLONE_NEWNET) != 0)
        return false;
    if (own == NO_NET)
        own = current();
    *out_why = "ip(8) makes no bridge here";
    return run("ip link set lo up; ip link show hub || ip link add hub type bridge;"
               "ip link set hub up");
}

const char *nets_address(int number)
{
    static char addresses[MOST_MACHINES + 1][sizeof("10.77.0.1")];

    must(number >= 1 && number <= MOST_MACHINES);
    snprintf(addresses[number], sizeof(addresses[number]), "10.77.0.%d", number);
    return addresses[number];
}

int nets_add(int *out_number)
{
    int number = ++count;
    int net;

    must(own != NO_NET && number <= MOST_MACHINES);
    must(unshare(CLONE_NEWNET) == 0);
    net = current();
    must(setns(own, CLONE_NEWNET) == 0);
    must(
        run("ip link add cable%d type veth peer name eth0 netns /proc/%d/fd/%d;"
            "ip link set cable%d master hub; ip link set cable%d up",
            number, (int)getpid(), net, number, number));
    nets_enter(net);
    must(
        run("ip link set lo up; ip addr add %s/24 dev eth0; ip link set eth0 up",
            nets_address(number)));
    nets_leave(net);
    *out_number = number;
    return net;
}

void nets_pull_cable(int number)
{
    must(run("ip link set cable%d down", number));
}

void nets_plug_cable(int number)
{
    must(run("ip link set cable%d up", number));
}

void nets_enter(int net)
{
    must(net == NO_NET || setns(net, CLONE_NEWNET) == 0);
}

void nets_leave(int net)
{
    must(net == NO_NET || setns(own, CLONE_NEWNET) == 0);
}
