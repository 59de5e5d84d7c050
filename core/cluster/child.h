/*
 * Child processes of the private PostgreSQL: a program in a session of its own, as another user,
 * with nothing of ours: no signals, no descriptors, no environment (it carries secrets).
 * For files of core/cluster only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CLUSTER_CHILD_H
#define CORE_CLUSTER_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* As whom a child runs. PostgreSQL refuses to be root. */
struct child_user {
    uid_t uid;
    gid_t gid;
    bool is_other; /* we are root and the child must become this user */
};

struct child_order {
    const char *const *argv; /* absolute program first, NULL-ended */
    const char *log;         /* gets what it prints, opened as that user */
    struct child_user user;
    int death_signal; /* what it gets when the thread that starts it ends */
};

/* Process id, or -1. */
pid_t child_start(const struct child_order *order);

/* Has it ended (and, if so, how)? `out_exit` may be NULL; it is 0 for success. */
bool child_has_ended(pid_t pid, int *out_exit);

/* The same, waiting. */
bool child_ends_within(pid_t pid, int timeout_ms, int *out_exit);

/* Does a signal that asks us to end (SIGINT, SIGTERM) wait, blocked? */
bool child_is_end_asked(void);

/* Sleeps, for those who look again and again. */
void child_wait_ms(int ms);

/* As that user: the length of the first part of an absolute path that cannot be entered, or 0
 * when all can. -1: could not even try. */
int child_blocked_at(const char *path, const struct child_user *user);

#endif
