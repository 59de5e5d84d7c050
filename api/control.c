/*
 * The socket for orders, on both sides. It is named by way of the home's descriptor, because a
 * socket's path is short and a home's may be long.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/control.h"

#include "api/control_order.h"
#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LARGEST_ORDER = 16 << 10,
    RETRY_MS = 100,
    ORDER_MS = 5000,
    ANSWER_MS = 60000,
    ORDER_ARENA = 1 << 20
};

struct control {
    struct control_parts parts;
    struct queue *outcomes;
    int home; /* directory */
    int listener;
};

/* Of one order. One that came too late for whoever waited is dropped by the next who waits. */
struct control_outcome {
    struct queue_item item; /* first */
    struct queue *queue;
    enum status status;
    struct error error;
    char *answer; /* JSON; NULL: none */
};

static void free_outcome(struct control_outcome *outcome)
{
    heap_free(outcome->answer);
    heap_free(outcome);
}

/* Sockets. */

static struct sockaddr_un address_in(int home)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", home);
    return address;
}

static bool send_all(int fd, struct text message)
{
    const struct timeval patience = {.tv_sec = ORDER_MS / 1000};

    /* What is refused here costs a bound against our own user, nothing else. */
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    for (size_t at = 0; at < message.size;) {
        ssize_t sent = send(fd, message.data + at, message.size - at, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += (size_t)sent;
    }
    return true;
}

static bool can_be_read(int fd, int64_t until_us)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    int64_t left_us = until_us - monotonic_us();

    return left_us > 0 && poll(&polled, 1, (int)(left_us / US_PER_MS) + 1) > 0;
}

/* Until the other side ends its sending. False when it is too much, or takes too long, however it
 * comes. */
static bool receive_all(int fd, struct buf *out, int within_ms)
{
    int64_t until_us = monotonic_us() + within_ms * US_PER_MS;
    char block[4096];
    ssize_t size = -1;

    while (can_be_read(fd, until_us) && (size = recv(fd, block, sizeof(block), 0)) > 0)
        buf_add(out, block, (size_t)size);
    return size == 0 && !buf_is_full(out);
}

/* Orders. */

/* The writer's thread. */
static void on_done(const struct submission *submission, void *context)
{
    struct control_outcome *outcome = context;

    outcome->status = submission->status;
    outcome->error = submission->error;
    if (submission->status == STATUS_OK && submission->answer != NULL)
        outcome->answer = heap_copy(
            control_order_answer(submission->command, submission->answer, submission->arena).data);
    if (!queue_put_always(outcome->queue, &outcome->item))
        free_outcome(outcome);
}

static enum status wait_for(
    struct control *control,
    const struct control_outcome *mine,
    struct buf *out_answer,
    struct error *error)
{
    struct control_outcome *outcome = (struct control_outcome *)queue_take(
        control->outcomes, control->parts.answer_ms * US_PER_MS);
    bool is_mine = outcome == mine;
    enum status status;

    if (outcome == NULL)
        return error_set_code(
            error, STATUS_TIMED_OUT, "not_answered",
            "the server did not answer in time; it may still do it");
    status = outcome->status;
    if (status != STATUS_OK)
        *error = outcome->error;
    if (is_mine && outcome->answer != NULL)
        buf_printf(out_answer, "%s\n", outcome->answer);
    free_outcome(outcome);
    return is_mine ? status : wait_for(control, mine, out_answer, error);
}

static enum status submit(
    struct control *control, struct own_command *own, struct buf *out_answer, struct error *error)
{
    struct control_outcome *outcome = heap_new(sizeof(*outcome));

    outcome->queue = control->outcomes;
    own->done = on_done;
    own->context = outcome;
    if (own_command_submit(control->parts.writer, own))
        return wait_for(control, outcome, out_answer, error);
    free_outcome(outcome);
    return error_set_code(
        error, STATUS_UNAVAILABLE, "busy", "the server takes nothing more at the moment");
}

static enum status take_order(
    struct control *control, struct text message, struct buf *out_answer, struct error *error)
{
    AUTO_ARENA arena = arena_new(ORDER_ARENA);
    const struct control_order order = {.name = text_cut(&message, '\n'), .input = message};
    struct own_command own = {.command = NULL};
    enum status status = control_order_read(&control->parts, &order, true, arena, &own, error);

    if (status != STATUS_OK)
        return status;
    log_info("control.ordered", log_text("order", order.name));
    return submit(control, &own, out_answer, error);
}

static void serve_one(struct control *control, int fd)
{
    struct error error = {0};
    enum status status;
    AUTO_BUF message = {0};
    AUTO_BUF answer = {0};

    buf_init(&message, LARGEST_ORDER);
    buf_init(&answer, LARGEST_ORDER);
    if (!receive_all(fd, &message, control->parts.order_ms))
        return;
    buf_add_c(&answer, "200 ok\n");
    status = take_order(control, buf_text(&message), &answer, &error);
    if (status != STATUS_OK) {
        buf_clear(&answer);
        buf_printf(&answer, "%d %s\n%s\n", status_http(status), error.code, error.text);
    }
    if (!send_all(fd, buf_text(&answer)))
        log_warning("control.answer_lost", log_c("code", status_code(status)));
}

void control_run(void *context)
{
    struct control *control = context;

    while (!queue_is_closed(control->outcomes)) {
        int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            poll(NULL, 0, RETRY_MS); /* no descriptor is free, perhaps */
            continue;
        }
        serve_one(control, fd);
        close(fd);
    }
}

/* Life. */

static enum status listen_there(struct control *control, struct error *error)
{
    const struct sockaddr_un address = address_in(control->home);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    control->listener = fd;
    unlink(address.sun_path); /* of a server that was killed: the home is ours alone */
    /* The mode is set before the file exists, so that nobody else can ever connect. */
    if (fd >= 0 && fchmod(fd, 0600) == 0 &&
        bind(fd, (const void *)&address, sizeof(address)) == 0 && listen(fd, 4) == 0)
        return STATUS_OK;
    return error_set(
        error, STATUS_UNAVAILABLE, "no socket for orders can be made in the home: %s",
        strerrordesc_np(errno));
}

enum status
control_new(const struct control_parts *parts, struct control **out, struct error *error)
{
    struct control *control = heap_new(sizeof(*control));
    enum status status;

    control->parts = *parts;
    control->parts.order_ms = parts->order_ms > 0 ? parts->order_ms : ORDER_MS;
    control->parts.answer_ms = parts->answer_ms > 0 ? parts->answer_ms : ANSWER_MS;
    control->outcomes = queue_new(1);
    control->home = open(parts->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    status = listen_there(control, error);
    if (status == STATUS_OK)
        *out = control;
    else
        control_free(control);
    return status;
}

void control_stop(struct control *control)
{
    shutdown(control->listener, SHUT_RDWR); /* accept() ends */
    queue_close(control->outcomes);         /* and so does whoever waits for an outcome */
}

void control_free(struct control *control)
{
    struct queue_item *late;

    if (control == NULL)
        return;
    unlinkat(control->home, "control", 0);
    queue_close(control->outcomes);
    while ((late = queue_take(control->outcomes, 0)) != NULL)
        free_outcome((struct control_outcome *)late);
    queue_free(control->outcomes);
    close(control->listener);
    close(control->home);
    heap_free(control);
}

/* The side that orders. */

static enum status
read_answer(struct text answer, struct arena *arena, struct text *out_answer, struct error *error)
{
    struct text code = text_cut(&answer, '\n');
    struct text number = text_cut(&code, ' ');
    int64_t http = 0;

    if (!text_to_int64(number, &http))
        return error_set(error, STATUS_UNAVAILABLE, "the server ended before it answered");
    for (int status = STATUS_OK; status < STATUS_COUNT; status++) {
        if (status_http((enum status)status) != http)
            continue;
        if (status == STATUS_OK) {
            *out_answer = text_copy(arena, text_trim(answer));
            return STATUS_OK;
        }
        return error_set_code(
            error, (enum status)status, text_c(arena, code), "%.*s", TEXT_ARGS(text_trim(answer)));
    }
    return error_set(
        error, STATUS_UNAVAILABLE, "the server answered what this program does not know");
}

static enum status
ask(int fd, struct text order, struct arena *arena, struct text *out_answer, struct error *error)
{
    AUTO_BUF answer = {0};

    buf_init(&answer, LARGEST_ORDER);
    if (!send_all(fd, order) || shutdown(fd, SHUT_WR) != 0 ||
        !receive_all(fd, &answer, ANSWER_MS + ORDER_MS))
        return error_set(
            error, STATUS_TIMED_OUT, "the server did not answer; it may still have done it");
    return read_answer(buf_text(&answer), arena, out_answer, error);
}

static bool connect_to(int fd, int home)
{
    const struct sockaddr_un address = address_in(home);

    return connect(fd, (const void *)&address, sizeof(address)) == 0;
}

enum status control_send(
    const char *home,
    const struct control_order *order,
    struct arena *arena,
    struct text *out_answer,
    struct error *error)
{
    int directory = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    enum status status;
    AUTO_BUF message = {0};

    buf_init(&message, LARGEST_ORDER);
    buf_printf(&message, "%.*s\n%.*s", TEXT_ARGS(order->name), TEXT_ARGS(order->input));
    if (directory >= 0 && fd >= 0 && connect_to(fd, directory))
        status = ask(fd, buf_text(&message), arena, out_answer, error);
    else
        status = error_set_code(
            error, STATUS_UNAVAILABLE, "not_running", "no server takes orders in this home");
    if (fd >= 0)
        close(fd);
    if (directory >= 0)
        close(directory);
    return status;
}
