/*
 * Points at which tests have the program killed, a step fail, or time pass: a line at each boundary,
 * named in failpoint.tbl.h. A plan says which, how, and at which passage:
 *
 *   "commit=kill@3,project=error@1,send=delay:50@2"      (delay: milliseconds)
 *
 * Each point acts once, and says so on standard error before: "failpoint: commit kill". Only in
 * builds with a sanitizer, which are for tests; elsewhere nothing is left of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_FAILPOINT_H
#define CORE_BASE_FAILPOINT_H

#include "core/base/attributes.h"
#include "core/base/error.h"

/* gcc says it by the first two, clang by the third. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FAILPOINTS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FAILPOINTS
#endif
#endif

enum failpoint {
#define FAILPOINT_ROW(name, text, actions, where) FAILPOINT_##name,
#include "core/base/failpoint.tbl.h"
#undef FAILPOINT_ROW
    FAILPOINT_COUNT
};

#ifdef FAILPOINTS

/* Takes a plan, before there are threads; NULL for none. A plan that cannot be understood ends the
 * program: a test that tests nothing must not pass. */
void failpoint_arm(const char *plan);

/* Passes a point. STATUS_UNAVAILABLE when the step is to fail. Any thread. */
MUST_USE enum status failpoint_pass(enum failpoint point, struct error *error);

#else

static inline void failpoint_arm(const char *plan)
{
    (void)plan;
}

MUST_USE static inline enum status failpoint_pass(enum failpoint point, struct error *error)
{
    (void)point;
    (void)error;
    return STATUS_OK;
}

#endif

/* Passes one where nothing can fail. */
static inline void failpoint_reach(enum failpoint point)
{
    (void)!failpoint_pass(point, NULL);
}

#endif
