/*
 * Sockets by the kernel's own interface.
 *
 * The first TCP socket is bound without SO_REUSEPORT, so that a port in use by another server is
 * noticed; only then does it let the others of this server join.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 511, PROBE_AFTER_S = 60, PROBE_EVERY_S = 15, PROBES = 4 };

static const char unix_prefix[] = "unix:";

const char *http_socket_path(const char *host)
{
    size_t size = sizeof(unix_prefix) - 1;

    return strncmp(host, unix_prefix, size) == 0 ? host + size : NULL;
}

/* What an address is refused for, by names that callers know remedies for. */
static const char *code_of(int cause)
{
    switch (cause) {
    case EADDRINUSE:
        return "address_in_use";
    case EACCES:
    case EPERM:
        return "address_forbidden";
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return "address_unknown";
    default:
        return "address_unusable";
    }
}

static enum status fail(struct error *error, const char *what, const char *host)
{
    int cause = errno;

    return error_set_code(
        error, STATUS_UNAVAILABLE, code_of(cause), "%s %s: %s", what, host, strerrordesc_np(cause));
}

static void set_option(int fd, int level, int option, int value)
{
    /* A refused option costs comfort, not correctness. */
    (void)setsockopt(fd, level, option, &value, sizeof(value));
}

void http_socket_tune(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_EVERY_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
}

struct address {
    struct sockaddr_storage storage;
    socklen_t size;
};

/* Without the brackets that URLs have around an IPv6 address. */
static void copy_bare(const char *host, char *out, size_t size)
{
    size_t length = strlen(host);
    bool is_bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';

    if (is_bracketed)
        snprintf(out, size, "%.*s", (int)length - 2, host + 1);
    else
        snprintf(out, size, "%s", host);
}

static enum status
find_address(const char *host, int port, struct address *out, struct error *error)
{
    struct addrinfo wanted = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    struct addrinfo *found = NULL;
    char bare[NI_MAXHOST];
    char service[8];
    int rc;

    copy_bare(host, bare, sizeof(bare));
    snprintf(service, sizeof(service), "%u", (unsigned)port & 0xffff);
    rc = getaddrinfo(bare, service, &wanted, &found);
    if (rc != 0)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "address_unknown", "cannot listen on %s: %s", host,
            gai_strerror(rc));
    memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
    out->size = found->ai_addrlen;
    freeaddrinfo(found);
    return STATUS_OK;
}

/* Notes in `address` the port that the kernel chose. */
static bool bind_and_listen(int fd, struct address *address, bool is_first)
{
    const struct sockaddr *sockaddr = (const void *)&address->storage;

    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address->storage.ss_family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (!is_first)
        set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (bind(fd, sockaddr, address->size) != 0)
        return false;
    if (is_first)
        set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    return listen(fd, BACKLOG) == 0 &&
           getsockname(fd, (void *)&address->storage, &address->size) == 0;
}

static int port_of(const struct address *address)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    memcpy(&four, &address->storage, sizeof(four));
    memcpy(&six, &address->storage, sizeof(six));
    return ntohs(address->storage.ss_family == AF_INET ? four.sin_port : six.sin6_port);
}

static void close_all(const int *fds, size_t count)
{
    int rc = errno;

    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    errno = rc;
}

static enum status
listen_tcp(const char *host, int port, int *out, size_t count, int *out_port, struct error *error)
{
    struct address address = {0};
    enum status status = find_address(host, port, &address, error);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        int family = address.storage.ss_family;

        out[i] = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (out[i] >= 0 && bind_and_listen(out[i], &address, i == 0))
            continue;
        close_all(out, out[i] < 0 ? i : i + 1);
        return error_set_code(
            error, STATUS_UNAVAILABLE, code_of(errno), "cannot listen on %s, port %d: %s", host,
            port, strerrordesc_np(errno));
    }
    *out_port = port_of(&address);
    return STATUS_OK;
}

/* A socket's file outlives a server that was killed; it is taken over when nobody answers. What is
 * no socket is none of ours, and stays. */
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat found;
    int fd;

    if (lstat(address->sun_path, &found) != 0 || !S_ISSOCK(found.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const void *)address, sizeof(*address)) != 0 && errno == ECONNREFUSED)
        unlink(address->sun_path);
    close(fd);
}

/* The mode is set before the file exists, so that nobody else can ever connect. */
static bool bind_unix(int fd, const struct sockaddr_un *address)
{
    return fchmod(fd, S_IRUSR | S_IWUSR) == 0 &&
           bind(fd, (const void *)address, sizeof(*address)) == 0 &&
           chmod(address->sun_path, S_IRUSR | S_IWUSR) == 0 && listen(fd, BACKLOG) == 0;
}

static enum status listen_unix(const char *path, int *out, size_t count, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t made = 0;

    if (strlen(path) >= sizeof(address.sun_path))
        return error_set(error, STATUS_INVALID, "the socket's path %s is too long", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    remove_stale(&address);
    out[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (out[0] < 0)
        return fail(error, "cannot listen on", path);
    made = 1;
    if (!bind_unix(out[0], &address)) {
        close_all(out, made);
        return fail(error, "cannot listen on", path);
    }
    for (; made < count; made++) {
        out[made] = fcntl(out[0], F_DUPFD_CLOEXEC, 0);
        if (out[made] < 0) {
            close_all(out, made);
            return fail(error, "cannot listen on", path);
        }
    }
    return STATUS_OK;
}

enum status http_sockets_listen(
    const char *host, int port, int *out, size_t count, int *out_port, struct error *error)
{
    const char *path = http_socket_path(host);

    if (path == NULL)
        return listen_tcp(host, port, out, count, out_port, error);
    *out_port = 0;
    return listen_unix(path, out, count, error);
}
