/*
 * Which program this is: what people name when they ask for help, and Prometheus when it alerts.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_BUILD_INFO_H
#define CORE_BASE_BUILD_INFO_H

struct build_info {
    const char *version; /* "0.1.0" */
    const char *commit;  /* "1a2b3c4d5e6f", "…-dirty", or "unknown" where there was no git */
    const char *build;   /* "Release, GNU 12.2.0" */
};

/* Of the program; written by cmake/build_info.cmake, and linked into programs only. */
extern const struct build_info build_info;

#endif
