/*
 * Days, weekdays and dates of the Gregorian calendar. Days count from 1970-01-01.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_CALENDAR_H
#define CORE_TIME_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_date {
    int64_t year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

/* The day that a second lies on. */
int64_t calendar_day(int64_t second);

struct calendar_date calendar_date(int64_t day);

/* 0: Sunday. */
int calendar_weekday(int64_t day);

bool calendar_is_leap(int64_t year);
int calendar_month_days(int64_t year, int month);

#endif
