/*
 * Asking providers by core/outbound, with limits of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/provider_web.h"

#include "api/provider/known_providers.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/outbound/outbound.h"

enum { LARGEST_DOCUMENT = 256 << 10 };
static const int64_t pause_us = 10LL * US_PER_S;
static const int64_t renewal_pause_us = 60LL * US_PER_S;
static const struct outbound_limits limits = {.connect_s = 5, .answer_s = 5, .whole_s = 8};

static struct outbound *begin(const struct services *services)
{
    struct outbound *outbound = outbound_new(&limits);
    struct text networks = services->settings->outbound_allow;
    struct http_networks allowed = {.count = 0};

    must(networks.size == 0 || http_networks_parse(networks, &allowed)); /* as was checked */
    outbound_allow(outbound, &allowed);
    return outbound;
}

static bool has_just_failed(const struct services *services, struct text url, struct arena *arena)
{
    struct known_document found;

    return known_providers_find(services->known_providers, url, monotonic_us(), arena, &found) &&
           !text_is_present(found.body) && found.age_us < pause_us;
}

static enum status refuse_for_now(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "it could not be had a moment ago");
}

static void note_stall(const struct services *services, struct text url, enum status status)
{
    if (status == STATUS_TIMED_OUT)
        known_providers_keep(
            services->known_providers, url, monotonic_us(), (struct text){NULL, 0});
}

static enum status get_now(
    const struct services *services,
    struct text url,
    struct text token,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct web_get get = {
        .url = url,
        .accept = "application/json",
        .user_agent = "fleetledger",
        .ca_file = services->settings->outbound_ca_file,
        .token = token,
        .is_of_users = true,
    };
    struct outbound *outbound = begin(services);
    AUTO_BUF body = {0};
    enum status status;

    buf_init(&body, LARGEST_DOCUMENT);
    status = outbound_get(outbound, &get, &body, error);
    outbound_free(outbound);
    if (status == STATUS_OK)
        *out = text_copy(arena, buf_text(&body));
    return status;
}

enum status provider_web_get(
    const struct services *services,
    struct text url,
    struct text token,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    enum status status;

    if (has_just_failed(services, url, arena))
        return refuse_for_now(error);
    status = get_now(services, url, token, arena, out, error);
    note_stall(services, url, status);
    return status;
}

bool provider_web_is_known(
    const struct services *services,
    struct text url,
    int64_t oldest_us,
    struct arena *arena,
    struct text *out)
{
    struct known_document found;

    if (!known_providers_find(services->known_providers, url, monotonic_us(), arena, &found) ||
        !text_is_present(found.body) || found.age_us > oldest_us)
        return false;
    *out = found.body;
    return true;
}

enum status provider_web_document(
    const struct services *services,
    struct text url,
    int64_t oldest_us,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    enum status status;

    if (provider_web_is_known(services, url, oldest_us, arena, out))
        return STATUS_OK;
    if (oldest_us > 0 && has_just_failed(services, url, arena))
        return refuse_for_now(error);
    status = get_now(services, url, (struct text){NULL, 0}, arena, out, error);
    known_providers_keep(
        services->known_providers, url, monotonic_us(),
        status == STATUS_OK ? *out : (struct text){NULL, 0});
    return status;
}

enum status provider_web_renew(
    const struct services *services,
    struct text url,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct known_providers *known = services->known_providers;
    enum status status;

    if (!known_providers_may_renew(known, url, monotonic_us(), renewal_pause_us))
        return error_set(error, STATUS_NOT_FOUND, "it was asked for anew a moment ago");
    status = get_now(services, url, (struct text){NULL, 0}, arena, out, error);
    if (status == STATUS_OK)
        known_providers_keep(known, url, monotonic_us(), *out);
    return status;
}

enum status provider_web_post(
    const struct services *services,
    struct text url,
    struct text form,
    struct text authorization,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct web_post post = {
        .url = url,
        .content_type = "application/x-www-form-urlencoded",
        .body = form,
        .ca_file = services->settings->outbound_ca_file,
        .headers = {{"Accept", text_lit("application/json")}},
        .is_of_users = true,
    };
    struct outbound *outbound;
    struct web_answer answer = {.status = 0};
    enum status status;

    if (has_just_failed(services, url, arena))
        return refuse_for_now(error);
    if (text_is_present(authorization))
        post.headers[1] = (struct web_header){"Authorization", authorization};
    outbound = begin(services);
    status = outbound_post(outbound, &post, arena, &answer, error);
    outbound_free(outbound);
    note_stall(services, url, status);
    if (status != STATUS_OK)
        return status;
    if (answer.status / 100 != 2)
        return error_set(error, STATUS_UNAUTHENTICATED, "the answer is %d", answer.status);
    *out = answer.body;
    return STATUS_OK;
}
