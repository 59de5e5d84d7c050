/*
 * Time zones by their IANA names, as the system's tz database has them: what it learns by an update
 * is known after the next start. Where there is none, ICU's own list stands in.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_TIMEZONE_H
#define CORE_TIME_TIMEZONE_H

#include "core/base/text.h"

/* Where systems keep the tz database. */
#define TIMEZONE_SYSTEM_DIRECTORY "/usr/share/zoneinfo"

struct timezone_list;
struct zone;

/* The zones below the directory, read once. Given to the caller; any thread may ask it. */
struct timezone_list *timezone_list_new(const char *directory);
void timezone_list_free(struct timezone_list *list); /* accepts NULL */

/* The zone's name as the database spells it ("Europe/Istanbul" for "europe/istanbul"), lent by the
 * list; absent where it is none. Offsets ("+03:00") and abbreviations ("EST", "CST6CDT") are none;
 * "UTC" and "GMT" are zones. */
struct text timezone_list_find(const struct timezone_list *list, struct text name);

/* The zone of a name, in any case, lent by the list; NULL where it is none. */
const struct zone *timezone_list_zone(const struct timezone_list *list, struct text name);

#endif
