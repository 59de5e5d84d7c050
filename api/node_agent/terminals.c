/*
 * Sessions and their shells.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/terminals.h"

#include "api/node_agent/root_access.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/process.h"
#include "core/shape/shape_json.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FLUSH_MS = 25,
    FLUSH_BYTES = 1024,
    MOST_PENDING = 32 << 10,  /* of what waits; one reading more than FLUSH_BYTES, usually */
    MOST_UNWRITTEN = 1 << 20, /* of input that the shell does not read */
    HANG_UP_S = 2,            /* after which a shell that was stopped is hung up */
    USUAL_COLUMNS = 120,
    USUAL_ROWS = 34,
    LEAST_COLUMNS = 20,
    LEAST_ROWS = 10,
    MOST_SIZE = 1000,
    ARENA_BYTES = 256 << 10
};

struct terminal {
    struct terminals *all;
    struct terminal *next;
    struct uuid id;
    struct process *process;
    struct buf pending;
    bool is_held; /* what is pending has no room, so nothing is read */
    bool has_ended;
    struct process_end end;
    char stop_reason[256]; /* "" while nobody wants it to end */
    struct loop_timer *flush;
    struct loop_timer *hang_up;
};

struct terminals {
    struct loop *loop;
    const char *program;
    const struct root_access *access;
    terminals_send *send;
    void *context;
    struct terminal *first;
    size_t count;
};

/* What the server says. */

struct terminal_order {
    struct uuid session_id;
    int64_t cols;
    int64_t rows;
    struct opt_bool run_as_root;
    struct text payload;
    struct text reason;
};
static const struct field terminal_order_fields[] = {
    {UUID(terminal_order, session_id), .tag = 1, .flags = REQUIRED | EXACT,
     .doc = "Id of the session."},
    {INT64(terminal_order, cols), .tag = 2, .doc = "Width in characters."},
    {INT64(terminal_order, rows), .tag = 3, .doc = "Height in lines."},
    {BOOL(terminal_order, run_as_root), .tag = 4, .doc = "Whether the shell is root's."},
    {TEXT(terminal_order, payload), .tag = 5, .doc = "Input, in Base64."},
    {TEXT(terminal_order, reason), .tag = 6, .doc = "Why it is to end."},
};
static const struct shape terminal_order_shape =
    SHAPE_WITH(terminal_order, "Order about a terminal.", .is_lenient = true);

/* What is said to the server. */

struct terminal_event {
    struct text type;
    struct uuid session_id;
    int64_t cols;
    int64_t rows;
    struct text direction;
    struct text payload;
    int64_t exit_code;
    struct text reason;
    struct text message;
    struct timestamp timestamp;
};
static const struct field terminal_event_fields[] = {
    {TEXT(terminal_event, type), .tag = 1, .doc = "Name of the event."},
    {UUID(terminal_event, session_id), .tag = 2, .doc = "Id of the session."},
    {INT64(terminal_event, cols), .tag = 3, .flags = OMIT_ABSENT, .doc = "Width in characters."},
    {INT64(terminal_event, rows), .tag = 4, .flags = OMIT_ABSENT, .doc = "Height in lines."},
    {TEXT(terminal_event, direction), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Stream of the output."},
    {TEXT(terminal_event, payload), .tag = 6, .flags = OMIT_ABSENT, .doc = "Output, in Base64."},
    {INT64(terminal_event, exit_code), .tag = 7, .flags = OMIT_ABSENT,
     .doc = "Exit code of the shell."},
    {TEXT(terminal_event, reason), .tag = 8, .flags = OMIT_ABSENT, .doc = "Why it has ended."},
    {TEXT(terminal_event, message), .tag = 9, .flags = OMIT_ABSENT, .doc = "What went wrong."},
    {TIMESTAMP(terminal_event, timestamp), .tag = 10, .doc = "Time by the agent's clock."},
};
static const struct shape terminal_event_shape = SHAPE(terminal_event, "News of a terminal.");

static struct terminal_event make_event(struct uuid id)
{
    return (struct terminal_event){
        .session_id = id,
        .cols = INT64_ABSENT,
        .rows = INT64_ABSENT,
        .exit_code = INT64_ABSENT,
        .timestamp = timestamp_now(),
    };
}

static bool send_event(struct terminals *all, const char *name, struct terminal_event *event)
{
    event->type = text_from(name);
    return all->send(all->context, name, &terminal_event_shape, event);
}

/* Where there is no room even for this, the session's own time-out at the server ends it. */
static void complain(struct terminals *all, struct uuid id, struct text message)
{
    struct terminal_event event = make_event(id);

    event.message = message;
    (void)!send_event(all, "terminal.error", &event);
}

/* Output and end. */

static void free_terminal(struct terminal *terminal)
{
    struct terminal **link = &terminal->all->first;

    while (*link != terminal)
        link = &(*link)->next;
    *link = terminal->next;
    terminal->all->count--;
    process_free(terminal->process);
    loop_timer_free(terminal->flush);
    loop_timer_free(terminal->hang_up);
    buf_fini(&terminal->pending);
    heap_free(terminal);
}

static bool send_output(struct terminal *terminal)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct terminal_event event = make_event(terminal->id);

    if (terminal->pending.size == 0)
        return true;
    event.direction = text_lit("stdout");
    event.payload = base64_encode(arena, buf_bytes(&terminal->pending));
    if (!send_event(terminal->all, "terminal.output", &event))
        return false;
    buf_clear(&terminal->pending);
    return true;
}

static bool send_exited(struct terminal *terminal)
{
    AUTO_ARENA arena = arena_new(4096);
    struct terminal_event event = make_event(terminal->id);
    const struct process_end *end = &terminal->end;

    event.exit_code = end->was_signalled ? -1 : end->code;
    if (terminal->stop_reason[0] != '\0')
        event.reason = text_from(terminal->stop_reason);
    else if (end->was_signalled)
        event.reason = text_format(arena, "signal: %d", end->code);
    else if (end->code != 0)
        event.reason = text_format(arena, "exit status %d", end->code);
    else
        event.reason = text_lit("terminal session exited");
    return send_event(terminal->all, "terminal.exited", &event);
}

/* All that there is room for; it may be gone afterwards. */
static void flush(struct terminal *terminal)
{
    bool has_room = send_output(terminal);

    if (has_room && terminal->has_ended && send_exited(terminal)) {
        free_terminal(terminal);
        return;
    }
    terminal->is_held = !has_room || terminal->has_ended;
    if (terminal->process != NULL)
        process_pause(terminal->process, terminal->is_held);
}

static void on_flush(void *context)
{
    flush(context);
}

static void on_output(void *context, enum process_stream stream, struct text bytes)
{
    struct terminal *terminal = context;
    bool was_empty = terminal->pending.size == 0;

    (void)stream;
    buf_add_text(&terminal->pending, bytes);
    must(!buf_is_full(&terminal->pending));
    if (terminal->pending.size >= FLUSH_BYTES)
        flush(terminal);
    else if (was_empty)
        loop_timer_set(terminal->flush, (int64_t)FLUSH_MS * US_PER_MS);
}

static void on_end(void *context, const struct process_end *end)
{
    struct terminal *terminal = context;

    terminal->has_ended = true;
    terminal->end = *end;
    process_free(terminal->process);
    terminal->process = NULL;
    loop_timer_clear(terminal->hang_up);
    flush(terminal);
}

/* One that is root's, or does not die, loses its terminal. */
static void on_hang_up(void *context)
{
    const struct process_end killed = {.was_signalled = true, .code = SIGKILL};

    on_end(context, &killed);
}

void terminals_resume(struct terminals *terminals)
{
    struct terminal *next;

    for (struct terminal *terminal = terminals->first; terminal != NULL; terminal = next) {
        next = terminal->next;
        if (terminal->is_held)
            flush(terminal);
    }
}

/* Beginning. */

static const char *usual_shell(void)
{
    static const char *const shells[] = {"/bin/bash", "/bin/zsh", "/bin/sh"};
    const char *own = getenv("SHELL");

    if (own != NULL && access(own, X_OK) == 0 && strstr(own, "nologin") == NULL)
        return own;
    for (size_t i = 0; i + 1 < COUNT_OF(shells); i++) {
        if (access(shells[i], X_OK) == 0)
            return shells[i];
    }
    return shells[COUNT_OF(shells) - 1];
}

static void fill_order(
    const struct terminals *all,
    const struct terminal_order *order,
    const char *argv[7],
    struct process_order *out)
{
    size_t count = 0;

    if (opt_bool_is_true(order->run_as_root)) {
        if (geteuid() != 0) {
            argv[count++] = "/usr/bin/sudo";
            argv[count++] = "-n";
            argv[count++] = "--";
        }
        argv[count++] = all->program;
        argv[count++] = "root-helper";
        argv[count++] = "terminal";
    } else {
        argv[count++] = usual_shell();
    }
    argv[count] = NULL;
    out->argv = argv;
    out->has_terminal = true;
    out->columns =
        (unsigned short)(order->cols == INT64_ABSENT || order->cols == 0 ? USUAL_COLUMNS : order->cols);
    out->rows =
        (unsigned short)(order->rows == INT64_ABSENT || order->rows == 0 ? USUAL_ROWS : order->rows);
}

static enum status start_shell(
    struct terminal *terminal,
    const struct terminal_order *order,
    struct process_order *out,
    struct error *error)
{
    static const struct process_listener listener = {on_output, on_end};
    static const char *const inherited[] = {"HOME", "USER", "LOGNAME", "LANG", "TZ"};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *environment[COUNT_OF(inherited) + 4] = {
        "TERM=xterm-256color", "PAGER=cat",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    const char *argv[7];
    const char *home = getenv("HOME");
    size_t count = 3;

    for (size_t i = 0; i < COUNT_OF(inherited); i++) {
        const char *value = getenv(inherited[i]);
        if (value != NULL)
            environment[count++] = text_format(arena, "%s=%s", inherited[i], value).data;
    }
    fill_order(terminal->all, order, argv, out);
    out->environment = environment;
    out->directory = home != NULL && access(home, X_OK) == 0 ? home : NULL;
    return process_start(terminal->all->loop, out, &listener, terminal, &terminal->process, error);
}

static bool fits(int64_t size, int64_t least)
{
    return size == INT64_ABSENT || size == 0 || (size >= least && size <= MOST_SIZE);
}

static const char *
why_not_started(const struct terminals *all, const struct terminal_order *order, bool exists)
{
    if (exists)
        return "terminal session already exists";
    if (all->count >= TERMINALS_MOST)
        return "too many terminal sessions are open on this node";
    if (!fits(order->cols, LEAST_COLUMNS) || !fits(order->rows, LEAST_ROWS))
        return "a terminal has at least 20 columns and 10 rows";
    if (opt_bool_is_true(order->run_as_root) && !root_access_allows(all->access, "terminal"))
        return "the root access profile of this node does not allow root terminals";
    return NULL;
}

static void start(struct terminals *all, const struct terminal_order *order, bool exists)
{
    const char *refusal = why_not_started(all, order, exists);
    struct process_order size = {0};
    struct terminal_event event;
    struct terminal *terminal;
    struct error error;

    if (refusal != NULL) {
        complain(all, order->session_id, text_from(refusal));
        return;
    }
    terminal = heap_new(sizeof(*terminal));
    terminal->all = all;
    terminal->id = order->session_id;
    buf_init(&terminal->pending, MOST_PENDING);
    terminal->flush = loop_timer_new(all->loop, on_flush, terminal);
    terminal->hang_up = loop_timer_new(all->loop, on_hang_up, terminal);
    terminal->next = all->first;
    all->first = terminal;
    all->count++;
    if (start_shell(terminal, order, &size, &error) != STATUS_OK) {
        free_terminal(terminal);
        complain(all, order->session_id, text_from(error.text));
        return;
    }
    event = make_event(order->session_id);
    event.cols = size.columns;
    event.rows = size.rows;
    (void)!send_event(all, "terminal.opened", &event);
}

/* Orders. */

static void
put_in(struct terminal *terminal, const struct terminal_order *order, struct arena *arena)
{
    struct bytes input;

    if (!base64_decode(arena, order->payload, &input)) {
        complain(terminal->all, terminal->id, text_lit("the input is no Base64"));
        return;
    }
    if (process_unwritten(terminal->process) + input.size > MOST_UNWRITTEN) {
        complain(terminal->all, terminal->id, text_lit("the shell does not read its input"));
        return;
    }
    process_write(terminal->process, text_of_bytes(input));
}

static void resize(struct terminal *terminal, const struct terminal_order *order)
{
    if (order->cols < LEAST_COLUMNS || order->cols > MOST_SIZE || order->rows < LEAST_ROWS ||
        order->rows > MOST_SIZE) {
        complain(
            terminal->all, terminal->id,
            text_lit("a terminal has at least 20 columns and 10 rows"));
        return;
    }
    process_resize(terminal->process, (unsigned short)order->cols, (unsigned short)order->rows);
}

static void stop(struct terminal *terminal, struct text reason)
{
    reason = text_first_bytes(reason, sizeof(terminal->stop_reason) - 1);
    memcpy(terminal->stop_reason, reason.data, reason.size);
    terminal->stop_reason[reason.size] = '\0';
    process_signal(terminal->process, SIGKILL);
    loop_timer_set(terminal->hang_up, HANG_UP_S * (int64_t)US_PER_S);
}

static struct terminal *find(struct terminals *all, struct uuid id)
{
    struct terminal *terminal = all->first;

    while (terminal != NULL && !uuid_equal(terminal->id, id))
        terminal = terminal->next;
    return terminal;
}

void terminals_handle(
    struct terminals *all, struct text name, struct text payload, struct arena *arena)
{
    struct terminal_order order;
    struct terminal *terminal;

    if (!text_starts_with(name, text_lit("terminal.")) ||
        shape_json_read(&terminal_order_shape, payload, arena, &order, NULL) != STATUS_OK)
        return;
    terminal = find(all, order.session_id);
    if (text_is(name, "terminal.start"))
        start(all, &order, terminal != NULL);
    else if (terminal == NULL || terminal->process == NULL)
        complain(all, order.session_id, text_lit("terminal session was not found"));
    else if (text_is(name, "terminal.input"))
        put_in(terminal, &order, arena);
    else if (text_is(name, "terminal.resize"))
        resize(terminal, &order);
    else if (text_is(name, "terminal.stop"))
        stop(
            terminal,
            text_is_present(order.reason) ? order.reason : text_lit("terminal session stopped"));
}

void terminals_stop(struct terminals *all, const char *reason)
{
    for (struct terminal *terminal = all->first; terminal != NULL; terminal = terminal->next) {
        if (terminal->process != NULL)
            stop(terminal, text_from(reason));
    }
}

size_t terminals_count(const struct terminals *all)
{
    return all->count;
}

struct terminals *terminals_new(
    struct loop *loop,
    const char *program,
    const struct root_access *access,
    terminals_send *send,
    void *context)
{
    struct terminals *all = heap_new(sizeof(*all));

    all->loop = loop;
    all->program = program;
    all->access = access;
    all->send = send;
    all->context = context;
    return all;
}

void terminals_free(struct terminals *all)
{
    if (all == NULL)
        return;
    while (all->first != NULL)
        free_terminal(all->first);
    heap_free(all);
}
