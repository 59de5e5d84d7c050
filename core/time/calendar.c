/*
 * Dates from days: years begin in March, so that the leap day is their last (Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms").
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/calendar.h"

enum { DAY_S = 86400, ERA_DAYS = 146097, ERA_YEARS = 400, MARCH_1_OF_0 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t calendar_day(int64_t second)
{
    return floor_div(second, DAY_S);
}

struct calendar_date calendar_date(int64_t day)
{
    int64_t shifted = day + MARCH_1_OF_0;
    int64_t era = floor_div(shifted, ERA_DAYS);
    int64_t of_era = shifted - era * ERA_DAYS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (int)((5 * of_year + 2) / 153); /* 0: March */

    return (struct calendar_date){
        .year = year + era * ERA_YEARS + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = (int)(of_year - (153 * month + 2) / 5 + 1),
    };
}

int calendar_weekday(int64_t day)
{
    return (int)((day % 7 + 11) % 7); /* 1970-01-01 was a Thursday */
}

bool calendar_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int calendar_month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && calendar_is_leap(year));
}
