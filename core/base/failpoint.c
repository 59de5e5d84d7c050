/*
 * Failpoints: reading the plan, counting passages, acting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"

#ifdef FAILPOINTS

#include "core/base/must.h"
#include "core/base/text.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum action { KILL = 1, FAIL = 2, DELAY = 4 };

static const struct {
    const char *name;
    unsigned actions;
} points[FAILPOINT_COUNT] = {
#define FAILPOINT_ROW(name, text, actions, where) [FAILPOINT_##name] = {text, actions},
#include "core/base/failpoint.tbl.h"
#undef FAILPOINT_ROW
};

/* Of each point: what is to happen at its passage number `at`. Written before threads start. */
static struct {
    enum action action; /* 0: nothing */
    int64_t at;
    int64_t delay_ms;
    atomic_llong passages;
} armed[FAILPOINT_COUNT];

static enum failpoint find_point(struct text name)
{
    for (int i = 0; i < FAILPOINT_COUNT; i++) {
        if (text_is(name, points[i].name))
            return (enum failpoint)i;
    }
    return FAILPOINT_COUNT;
}

/* "kill@3", "error@1", "delay:50@2". False when it is none of them. */
static bool arm_point(enum failpoint point, struct text passage)
{
    struct text argument = text_cut(&passage, '@');
    struct text action = text_cut(&argument, ':');

    armed[point].delay_ms = 0;
    armed[point].action = text_is(action, "kill")    ? KILL
                          : text_is(action, "error") ? FAIL
                          : text_is(action, "delay") ? DELAY
                                                     : 0;
    if ((points[point].actions & armed[point].action) == 0)
        return false;
    if (armed[point].action == DELAY && !text_to_int64(argument, &armed[point].delay_ms))
        return false;
    return text_to_int64(passage, &armed[point].at) && armed[point].at > 0;
}

void failpoint_arm(const char *plan)
{
    struct text rest = text_from(plan);

    while (rest.size > 0) {
        struct text how = text_cut(&rest, ',');
        struct text name = text_cut(&how, '=');
        enum failpoint point = find_point(name);

        if (point == FAILPOINT_COUNT || !arm_point(point, how))
            must(!"a plan of failpoints that can be understood");
    }
}

static void wait_ms(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    while (nanosleep(&left, &left) != 0) {
    }
}

/* In one write, so that lines of several threads do not mix. */
static void say(enum failpoint point, const char *action)
{
    char line[64];
    int size = snprintf(line, sizeof(line), "failpoint: %s %s\n", points[point].name, action);

    (void)!write(STDERR_FILENO, line, (size_t)size);
}

enum status failpoint_pass(enum failpoint point, struct error *error)
{
    if (armed[point].action == 0 ||
        atomic_fetch_add(&armed[point].passages, 1) + 1 != armed[point].at)
        return STATUS_OK;
    switch (armed[point].action) {
    case KILL:
        say(point, "kill");
        raise(SIGKILL);
        break;
    case FAIL:
        say(point, "error");
        return error_set(
            error, STATUS_UNAVAILABLE, "a failure that was asked for, at %s", points[point].name);
    case DELAY:
        say(point, "delay");
        wait_ms(armed[point].delay_ms);
        break;
    }
    return STATUS_OK;
}

#endif
