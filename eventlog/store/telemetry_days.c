/*
 * The days of telemetry: a table each, named after its date.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/telemetry_internal.h"

#include <stdio.h>
#include <string.h>

#define US_PER_DAY ((int64_t)86400 * US_PER_S)

enum { NAME_SIZE = 24, DATE_AT = 8, DATE_SIZE = 8 };

struct names {
    char names[MOST_DAYS][NAME_SIZE];
    int64_t numbers[MOST_DAYS];
    size_t count;
};

int64_t telemetry_day_of(struct timestamp m)
{
    return m.us >= 0 ? m.us / US_PER_DAY : -((-m.us + US_PER_DAY - 1) / US_PER_DAY);
}

/* "samples-20260322" */
static void name_of(int64_t number, char out[NAME_SIZE])
{
    char date[TIMESTAMP_TEXT_SIZE]; /* 2026-03-22T… */

    timestamp_print((struct timestamp){number * US_PER_DAY}, date);
    snprintf(out, NAME_SIZE, "samples-%.4s%.2s%.2s", date, date + 5, date + 8);
}

static bool number_of(struct text name, int64_t *out)
{
    struct text date = text_slice(name, DATE_AT, name.size);
    int64_t year;
    int64_t month;
    int64_t day;

    if (!text_starts_with(name, text_lit("samples-")) || date.size != DATE_SIZE ||
        !text_to_int64(text_slice(date, 0, 4), &year) ||
        !text_to_int64(text_slice(date, 4, 2), &month) ||
        !text_to_int64(text_slice(date, 6, 2), &day))
        return false;
    *out = timestamp_days_from_date(year, (int)month, (int)day);
    return true;
}

/* Names come in byte order, which is that of the days. */
static void note_name(struct text name, void *context)
{
    struct names *names = context;

    if (names->count == MOST_DAYS || !number_of(name, &names->numbers[names->count]))
        return;
    snprintf(names->names[names->count], NAME_SIZE, "%.*s", TEXT_ARGS(name));
    names->count++;
}

static enum status
open_day(struct store_txn *txn, int64_t number, struct telemetry_day *out, struct error *error)
{
    char name[NAME_SIZE];
    struct store_table_spec spec = {name, 0};

    name_of(number, name);
    out->number = number;
    out->is_committed = false;
    return store_table_open(txn, spec, &out->table, error);
}

enum status telemetry_days_load(struct telemetry *telemetry, struct error *error)
{
    struct names names = {.count = 0};
    AUTO_TXN txn = NULL;
    enum status status = store_begin(telemetry->env, true, &txn, error);

    if (status == STATUS_OK)
        status = store_each_table(txn, note_name, &names, error);
    for (size_t i = 0; i < names.count && status == STATUS_OK; i++)
        status = open_day(txn, names.numbers[i], &telemetry->days[i], error);
    if (status == STATUS_OK)
        status = store_commit(&txn, error);
    if (status != STATUS_OK)
        return status;
    pthread_rwlock_wrlock(&telemetry->lock);
    telemetry->day_count = names.count;
    pthread_rwlock_unlock(&telemetry->lock);
    telemetry_days_settle(telemetry, true);
    return STATUS_OK;
}

static void insert_day(struct telemetry *telemetry, size_t at, struct telemetry_day day)
{
    pthread_rwlock_wrlock(&telemetry->lock);
    memmove(
        &telemetry->days[at + 1], &telemetry->days[at], (telemetry->day_count - at) * sizeof(day));
    telemetry->days[at] = day;
    telemetry->day_count++;
    pthread_rwlock_unlock(&telemetry->lock);
}

const struct telemetry_day *telemetry_days_take(
    struct telemetry *telemetry, int64_t number, enum status *status, struct error *error)
{
    struct telemetry_day day;
    size_t at = telemetry->day_count;

    *status = STATUS_OK;
    while (at > 0 && telemetry->days[at - 1].number >= number)
        at--;
    if (at < telemetry->day_count && telemetry->days[at].number == number)
        return &telemetry->days[at];
    if (telemetry->day_count == MOST_DAYS)
        return NULL;
    *status = open_day(telemetry->txn, number, &day, error);
    if (*status != STATUS_OK)
        return NULL;
    insert_day(telemetry, at, day);
    return &telemetry->days[at];
}

void telemetry_days_settle(struct telemetry *telemetry, bool is_committed)
{
    size_t kept = 0;

    pthread_rwlock_wrlock(&telemetry->lock);
    for (size_t i = 0; i < telemetry->day_count; i++) {
        struct telemetry_day day = telemetry->days[i];

        if (!day.is_committed && !is_committed)
            continue;
        day.is_committed = true;
        telemetry->days[kept++] = day;
    }
    telemetry->day_count = kept;
    pthread_rwlock_unlock(&telemetry->lock);
}

enum status telemetry_days_remove(struct telemetry *telemetry, int64_t number, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < telemetry->day_count && telemetry->days[i].number < number; i++) {
        status = store_table_empty(telemetry->txn, telemetry->days[i].table, true, error);
        if (status != STATUS_OK)
            break;
    }
    return status;
}

void telemetry_days_forget(struct telemetry *telemetry, int64_t number)
{
    size_t gone = 0;

    while (gone < telemetry->day_count && telemetry->days[gone].number < number)
        gone++;
    telemetry->day_count -= gone;
    memmove(
        telemetry->days, &telemetry->days[gone], telemetry->day_count * sizeof(telemetry->days[0]));
}
