/*
 * The program's own recv(), send() and poll() come before libc's for every library that it loads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/socket_faults.h"

#include "core/base/must.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

/* Under libc's name, seen by libraries too. */
#define IN_FRONT_OF(name) __asm__(name) __attribute__((visibility("default")))

ssize_t faulty_recv(int fd, void *buffer, size_t size, int flags) IN_FRONT_OF("recv");
ssize_t faulty_send(int fd, const void *buffer, size_t size, int flags) IN_FRONT_OF("send");
int faulty_poll(struct pollfd *fds, nfds_t count, int timeout) IN_FRONT_OF("poll");

enum call { CALL_RECV, CALL_SEND, CALL_POLL };

static const struct {
    const char *name;
    enum call call;
    int error; /* 0: end of file */
    bool stays;
} faults[SOCKET_FAULTS] = {
    [FAULT_RECV_NO_MEMORY] = {"recv: no memory", CALL_RECV, ENOMEM, false},
    [FAULT_RECV_RESET] = {"recv: connection reset", CALL_RECV, ECONNRESET, false},
    [FAULT_RECV_END] = {"recv: end", CALL_RECV, 0, false},
    [FAULT_RECV_NOTHING] = {"recv: nothing any more", CALL_RECV, EAGAIN, true},
    [FAULT_SEND_NO_BUFFERS] = {"send: no buffers", CALL_SEND, ENOBUFS, false},
    [FAULT_SEND_RESET] = {"send: connection reset", CALL_SEND, ECONNRESET, false},
    [FAULT_POLL_NO_MEMORY] = {"poll: no memory", CALL_POLL, ENOMEM, false},
};

static _Atomic bool is_armed;
static enum socket_fault armed;
static uint64_t due;
static _Atomic uint64_t calls;

const char *socket_fault_name(enum socket_fault fault)
{
    return faults[fault].name;
}

void given_socket_fault(enum socket_fault fault, uint64_t nth)
{
    must(!is_armed && nth > 0);
    armed = fault;
    due = nth;
    calls = 0;
    is_armed = true;
}

bool socket_fault_fired(void)
{
    return is_armed && calls >= due;
}

bool socket_faults_end(void)
{
    bool has_fired = socket_fault_fired();

    is_armed = false;
    return has_fired;
}

/* Is it this call's turn? */
static bool is_due(enum call call)
{
    uint64_t number;

    if (!is_armed || faults[armed].call != call)
        return false;
    number = atomic_fetch_add(&calls, 1) + 1;
    return number == due || (faults[armed].stays && number > due);
}

static ssize_t fail(void)
{
    errno = faults[armed].error;
    return faults[armed].error == 0 ? 0 : -1;
}

/* dlsym() gives a pointer to an object; POSIX promises that it holds a function's. */
static void find_next(const char *name, void *out)
{
    void *found = dlsym(RTLD_NEXT, name);

    must(found != NULL);
    memcpy(out, &found, sizeof(found));
}

ssize_t faulty_recv(int fd, void *buffer, size_t size, int flags)
{
    static ssize_t (*_Atomic known)(int fd, void *buffer, size_t size, int flags);
    ssize_t (*next)(int fd, void *buffer, size_t size, int flags) = known;

    if (is_due(CALL_RECV))
        return fail();
    if (next == NULL) {
        find_next("recv", &next);
        known = next;
    }
    return next(fd, buffer, size, flags);
}

ssize_t faulty_send(int fd, const void *buffer, size_t size, int flags)
{
    static ssize_t (*_Atomic known)(int fd, const void *buffer, size_t size, int flags);
    ssize_t (*next)(int fd, const void *buffer, size_t size, int flags) = known;

    if (is_due(CALL_SEND))
        return fail();
    if (next == NULL) {
        find_next("send", &next);
        known = next;
    }
    return next(fd, buffer, size, flags);
}

int faulty_poll(struct pollfd *fds, nfds_t count, int timeout)
{
    static int (*_Atomic known)(struct pollfd * fds, nfds_t count, int timeout);
    int (*next)(struct pollfd * fds, nfds_t count, int timeout) = known;

    if (is_due(CALL_POLL))
        return (int)fail();
    if (next == NULL) {
        find_next("poll", &next);
        known = next;
    }
    return next(fds, count, timeout);
}
