/*
 * Bars and lines.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/progress_bar.h"

#include "core/base/timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR_WIDTH = 24, LINE_SIZE = 256, SPAN_SIZE = 32 };
static const int64_t redraw_us = 100 * US_PER_MS;
static const int64_t line_us = INT64_C(5) * US_PER_S;

void progress_print_grouped(uint64_t number, char out[GROUPED_SIZE])
{
    char digits[GROUPED_SIZE];
    size_t count = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

static uint64_t rate_of(uint64_t events, int64_t elapsed_us)
{
    return elapsed_us <= 0 ? 0 : (uint64_t)((double)events * US_PER_S / (double)elapsed_us);
}

/* "14 s", "3 min 20 s", "2 h 5 min". */
static void print_span(uint64_t seconds, char out[SPAN_SIZE])
{
    if (seconds < 60)
        snprintf(out, SPAN_SIZE, "%" PRIu64 " s", seconds);
    else if (seconds < 3600)
        snprintf(out, SPAN_SIZE, "%" PRIu64 " min %" PRIu64 " s", seconds / 60, seconds % 60);
    else
        snprintf(
            out, SPAN_SIZE, "%" PRIu64 " h %" PRIu64 " min", seconds / 3600, seconds % 3600 / 60);
}

static void print_bar(unsigned percent, char out[BAR_WIDTH + 4])
{
    unsigned filled = percent * BAR_WIDTH / 100;

    out[0] = '[';
    memset(out + 1, '.', BAR_WIDTH);
    memset(out + 1, '#', filled);
    memcpy(out + 1 + BAR_WIDTH, "] ", 3);
}

void progress_bar_print(const struct progress_state *state, bool has_bar, char *out, size_t room)
{
    uint64_t rate = rate_of(state->done - state->from, state->elapsed_us);
    unsigned percent =
        state->size == 0 ? 100 : (unsigned)((double)state->done * 100 / (double)state->size);
    char bar[BAR_WIDTH + 4] = "";
    char done[GROUPED_SIZE];
    char size[GROUPED_SIZE];
    char speed[GROUPED_SIZE];
    char left[SPAN_SIZE];

    if (has_bar)
        print_bar(percent > 100 ? 100 : percent, bar);
    progress_print_grouped(state->done, done);
    progress_print_grouped(state->size, size);
    progress_print_grouped(rate, speed);
    if (rate == 0 || state->done >= state->size)
        snprintf(left, sizeof(left), "%s", "");
    else
        print_span((state->size - state->done + rate - 1) / rate, left);
    snprintf(
        out, room, "%s  %s%3u%%  %s of %s events  %s/s%s%s%s", state->what, bar, percent, done,
        size, speed, left[0] == '\0' ? "" : "  ", left, left[0] == '\0' ? "" : " left");
}

void progress_bar_begin(struct progress_bar *progress, const char *what, uint64_t from)
{
    int64_t now = monotonic_us();

    *progress = (struct progress_bar){
        .what = what, .is_terminal = isatty(STDERR_FILENO) == 1, .from = from, .begun_us = now};
    progress->next_us = now + (progress->is_terminal ? 0 : line_us);
}

void progress_bar_show(struct progress_bar *progress, uint64_t done, uint64_t size)
{
    int64_t now = monotonic_us();
    struct progress_state state = {
        progress->what, progress->from, done, size, now - progress->begun_us};
    char line[LINE_SIZE];

    if (now < progress->next_us)
        return;
    progress->next_us = now + (progress->is_terminal ? redraw_us : line_us);
    progress_bar_print(&state, progress->is_terminal, line, sizeof(line));
    if (progress->is_terminal)
        fprintf(stderr, "\r%s\x1b[K", line);
    else
        fprintf(stderr, "%s\n", line);
    progress->is_drawn = true;
}

void progress_bar_clear(struct progress_bar *progress)
{
    if (progress->is_terminal && progress->is_drawn)
        fprintf(stderr, "\r\x1b[K");
    progress->is_drawn = false;
}

void progress_bar_end(struct progress_bar *progress, uint64_t done)
{
    int64_t elapsed_us = monotonic_us() - progress->begun_us;
    uint64_t events = done > progress->from ? done - progress->from : 0;
    char count[GROUPED_SIZE];
    char rate[GROUPED_SIZE];

    progress_print_grouped(events, count);
    progress_print_grouped(rate_of(events, elapsed_us), rate);
    progress_bar_clear(progress);
    fprintf(
        stderr, "%s: %s events in %.1f s, %s/s\n", progress->what, count,
        (double)elapsed_us / US_PER_S, rate);
}
