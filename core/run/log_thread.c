/*
 * Two buffers: one is filled while the other is written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/log_thread.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HALF_BYTES = 512 * 1024, LOOK_AGAIN_MS = 100, LAST_WORDS_US = US_PER_S };

/* The log is one for the process, and so is its writer. */
static struct {
    struct thread *thread;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    char *filling;
    size_t size; /* of it */
    size_t dropped;
    char *writing;
    bool is_writing;
    pthread_cond_t written;
    bool is_ending;
    int64_t ends_us; /* until when to try */
} writer = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .filled = PTHREAD_COND_INITIALIZER,
    .written = PTHREAD_COND_INITIALIZER};

/* Any thread that logs. */
static void put(const char *data, size_t size)
{
    pthread_mutex_lock(&writer.lock);
    if (size <= HALF_BYTES - writer.size) {
        memcpy(writer.filling + writer.size, data, size);
        writer.size += size;
    } else {
        writer.dropped++;
    }
    pthread_cond_signal(&writer.filled);
    pthread_mutex_unlock(&writer.lock);
}

/* The other buffer, once it holds something; false at the end. */
static bool take(struct text *out, size_t *out_dropped)
{
    char *filled;

    pthread_mutex_lock(&writer.lock);
    writer.is_writing = false;
    pthread_cond_broadcast(&writer.written);
    while (writer.size == 0 && writer.dropped == 0 && !writer.is_ending)
        pthread_cond_wait(&writer.filled, &writer.lock); /* allowed: an idle thread */
    filled = writer.filling;
    *out = (struct text){filled, writer.size};
    *out_dropped = writer.dropped;
    writer.filling = writer.writing;
    writer.writing = filled;
    writer.size = writer.dropped = 0;
    writer.is_writing = true;
    pthread_mutex_unlock(&writer.lock);
    return out->size > 0 || *out_dropped > 0;
}

static bool is_out_of_time(void)
{
    bool is_out;

    pthread_mutex_lock(&writer.lock);
    is_out = writer.is_ending && monotonic_us() > writer.ends_us;
    pthread_mutex_unlock(&writer.lock);
    return is_out;
}

/* In pieces that a pipe with room takes whole, so that a reader who sleeps holds up nothing but
 * this loop. */
static void write_out(struct text lines)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};

    while (lines.size > 0 && !is_out_of_time()) {
        size_t size = lines.size < PIPE_BUF ? lines.size : PIPE_BUF;
        ssize_t written;

        if (poll(&out, 1, LOOK_AGAIN_MS) == 0)
            continue;
        written = write(STDERR_FILENO, lines.data, size);
        if (written <= 0)
            return; /* nobody is left to tell */
        lines = text_slice(lines, (size_t)written, lines.size);
    }
}

static void tell_dropped(size_t dropped)
{
    char line[160];
    char at[TIMESTAMP_TEXT_SIZE];
    int size;

    timestamp_print(timestamp_now(), at);
    size = snprintf(
        line, sizeof(line),
        "{\"time\":\"%s\",\"level\":\"warning\",\"key\":\"log.dropped\",\"lines\":%zu}\n", at,
        dropped);
    write_out((struct text){line, (size_t)size});
}

static void run(void *context)
{
    struct text lines;
    size_t dropped;

    (void)context;
    while (take(&lines, &dropped)) {
        write_out(lines);
        if (dropped > 0)
            tell_dropped(dropped);
    }
}

void log_thread_start(void)
{
    must(writer.thread == NULL);
    writer.filling = heap_array(HALF_BYTES, 1);
    writer.writing = heap_array(HALF_BYTES, 1);
    writer.is_ending = false;
    writer.thread = thread_start("log", run, NULL);
    log_set_sink(put);
}

void log_thread_flush(void)
{
    struct timespec until;

    if (writer.thread == NULL)
        return;
    must(clock_gettime(CLOCK_REALTIME, &until) == 0);
    until.tv_sec += LAST_WORDS_US / US_PER_S;
    pthread_mutex_lock(&writer.lock);
    while ((writer.size > 0 || writer.dropped > 0 || writer.is_writing) &&
           pthread_cond_timedwait(&writer.written, &writer.lock, &until) == 0)
        continue;
    pthread_mutex_unlock(&writer.lock);
}

void log_thread_stop(void)
{
    if (writer.thread == NULL)
        return;
    pthread_mutex_lock(&writer.lock);
    writer.is_ending = true;
    writer.ends_us = monotonic_us() + LAST_WORDS_US;
    pthread_cond_signal(&writer.filled);
    pthread_mutex_unlock(&writer.lock);
    thread_join(writer.thread);
    log_set_sink(NULL);
    heap_free(writer.filling);
    heap_free(writer.writing);
    writer.thread = NULL;
    writer.filling = writer.writing = NULL;
}
