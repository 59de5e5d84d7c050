/*
 * The areas by number: an event's number and the kinds of keys in the write model begin with it, so
 * that an area numbers its own without looking at its neighbours.
 *
 *   number = area ‖ what it is within the area        (AREA_TASK << 8 | n)
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_AREA_H
#define EVENTLOG_AREA_H

enum area {
    AREA_PLATFORM = 1,
    AREA_IDENTITY,
    AREA_WORKSPACE,
    AREA_NODE,
    AREA_TASK,
    AREA_NOTIFICATION,
    AREA_TERMINAL,
    AREA_SINK,
    AREA_PRIVACY,
    AREA_TEMPLATE,
    AREA_SCHEDULE = 11,
    AREA_SELECTION = 12,
    AREA_ROLLING = 13,
    AREA_ROLLOUT = 14,
    AREA_UPGRADE = 15,
    AREA_SECRET = 16,
    AREA_AUTHORITY = 17,
    AREA_END
};

enum { AREA_SHIFT = 8 };

#endif
