/*
 * The files of the API document's viewer, as the build found them: see cmake/viewer.cmake.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PLATFORM_VIEWER_H
#define API_PLATFORM_VIEWER_H

struct viewer_file {
    const char *name;
    const char *type; /* media type */
    const char *start;
    const char *end;
};

/* Ended by a row without a name; that one only, where the build could not get the viewer. */
extern const struct viewer_file viewer_files[];

#endif
