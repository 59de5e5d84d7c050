/*
 * What a server says of itself, and what it uses, while it is measured.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"

#include <stdio.h>
#include <time.h>

enum { SHOWN_WITHIN_S = 60 };

enum status site_measure_idle(
    const struct site *site, int seconds, int64_t times, struct samples *out, struct error *error)
{
    const struct timespec span = {.tv_sec = seconds};
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < times; i++) {
        struct thread_times from;
        struct thread_times to;
        status = processes_thread_times(site->server, &from, error);
        nanosleep(&span, NULL);
        if (status == STATUS_OK)
            status = processes_thread_times(site->server, &to, error);
        if (status == STATUS_OK)
            samples_add(out, (to.all_us - from.all_us) / seconds);
    }
    return status;
}

enum status site_metric(struct site *site, const char *name, int64_t *out, struct error *error)
{
    static const struct site_request request = {.method = "GET", .path = TEXT_OF("/metrics")};
    char wanted[64];
    struct text rest = {NULL, 0};
    enum status status = site_ask(site, &request, 200, &rest, error);

    snprintf(wanted, sizeof(wanted), "fleetledger_%s", name);
    while (status == STATUS_OK && rest.size > 0) {
        struct text number = text_cut(&rest, '\n');
        if (text_is(text_cut(&number, ' '), wanted) && text_to_int64(number, out))
            return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    return error_set(error, STATUS_NOT_FOUND, "the server has no metric %s", wanted);
}

enum status site_await_shown(struct site *site, double *out_ms, struct error *error)
{
    int64_t began_us = monotonic_us();
    int64_t now_us = began_us;
    int64_t lag = 1;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && lag > 0 &&
           now_us - began_us < SHOWN_WITHIN_S * (int64_t)US_PER_S) {
        status = site_metric(site, "projector_lag_events", &lag, error);
        now_us = monotonic_us();
    }
    if (status == STATUS_OK && lag > 0)
        status = error_set(error, STATUS_TIMED_OUT, "the projector does not catch up");
    *out_ms = (double)(now_us - began_us) / US_PER_MS;
    return status;
}
