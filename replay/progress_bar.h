/*
 * How far long work has come, for whoever waits: a bar that is redrawn on a terminal, a line every
 * five seconds elsewhere. On standard error, so that standard output carries results only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_PROGRESS_BAR_H
#define REPLAY_PROGRESS_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress_bar {
    const char *what; /* "rebuilding" */
    bool is_terminal;
    uint64_t from; /* where this run began */
    int64_t begun_us;
    int64_t next_us;
    bool is_drawn;
};

void progress_bar_begin(struct progress_bar *progress, const char *what, uint64_t from);

/* Shows it when it is time to; call as often as you like. */
void progress_bar_show(struct progress_bar *progress, uint64_t done, uint64_t size);

/* Takes the bar away again. */
void progress_bar_clear(struct progress_bar *progress);

/* The final line, in its place. */
void progress_bar_end(struct progress_bar *progress, uint64_t done);

/* What is shown, and as text. `elapsed_us` is of this run. */
struct progress_state {
    const char *what;
    uint64_t from;
    uint64_t done;
    uint64_t size;
    int64_t elapsed_us;
};
/* "rebuilding  43%  1,234,567 of 2,900,000 events  123,456/s  14 s left", with a bar or without. */
void progress_bar_print(const struct progress_state *state, bool has_bar, char *out, size_t room);

/* 1234567 as "1,234,567". */
enum { GROUPED_SIZE = 32 };
void progress_print_grouped(uint64_t number, char out[GROUPED_SIZE]);

#endif
