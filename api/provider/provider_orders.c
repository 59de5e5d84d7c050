/*
 * Setting providers up, in straight lines between the waits:
 *
 *   is there one of that id or slug? (writer) ─► its document (the provider) ─► the order (writer) ─► visible ─► row
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/provider_orders.h"

#include "api/call.h"
#include "api/provider/discovery.h"
#include "api/provider/provider_resources.h"
#include "api/select.h"
#include "commands/identity/provider_commands.h"

static const struct field provider_trial_fields[] = {
    {ENUM(provider_trial, preset, provider_preset_names), .tag = 1,
     .doc = "Product that the provider is; without it any other."},
    {TEXT(provider_trial, issuer), .tag = 2, .flags = TRIM | ONE_LINE, .max = PROVIDER_LONGEST_URL,
     .accepts = provider_is_url, .rule = "issuer must be a URL address",
     .doc = "Issuer, exactly as the provider names itself; of google it may be left out."},
    {TEXT(provider_trial, client_id), .tag = 3, .flags = REQUIRED | TRIM | ONE_LINE, .min = 3,
     .max = PROVIDER_LONGEST_URL, .doc = "Id by which the provider knows this installation."},
    {TEXT(provider_trial, client_secret), .tag = 4, .flags = TRIM | ONE_LINE | SECRET,
     .max = PROVIDER_LONGEST_SECRET, .doc = "Secret that belongs to it; it is not tried."},
    {TEXT(provider_trial, discovery_url), .tag = 5, .flags = TRIM | ONE_LINE,
     .max = PROVIDER_LONGEST_URL, .accepts = provider_is_url,
     .rule = "discoveryUrl must be a URL address",
     .doc = "URL of the provider's discovery document; of google it may be left out."},
    {LIST_OF(provider_trial, scopes, KIND_TEXT), .tag = 6, .flags = UNIQUE | ONE_LINE, .min = 1,
     .max = PROVIDER_MOST_SCOPES, .doc = "Scopes to ask for; they are not tried."},
    {BOOL(provider_trial, enabled), .tag = 7, .doc = "Means nothing here."},
};
const struct shape provider_trial_shape = SHAPE(provider_trial, "Provider to try.");

static const struct field tried_provider_fields[] = {
    {BOOL(tried_provider, success), .flags = REQUIRED, .doc = "Whether it works; always true."},
    {TEXT(tried_provider, issuer), .flags = REQUIRED, .doc = "Issuer that the document states."},
    {TEXT(tried_provider, authorization_endpoint), .flags = REQUIRED,
     .doc = "Where people are sent to."},
    {TEXT(tried_provider, token_endpoint), .flags = REQUIRED,
     .doc = "Where codes are exchanged for tokens."},
    {TEXT(tried_provider, userinfo_endpoint), .doc = "Where it says who somebody is."},
};
const struct shape tried_provider_shape = SHAPE(tried_provider, "A provider that answers.");

/* Whose document an order is about. */
struct asked {
    struct text issuer;
    struct text discovery_url;
};

static void ask(struct call *call, void (*next)(struct call *call))
{
    if (!call_try_lane(call, LANE_OUTWARD, next))
        call_answer_busy(call);
}

/* As given, or as usual for the preset. False: there is nothing to ask. */
static bool note_asked(
    struct call *call, struct text issuer, struct text discovery_url, struct enum_value preset)
{
    const struct provider_usual *usual = provider_usual(preset);
    struct asked *asked = arena_one(call->arena, struct asked);

    asked->issuer = text_is_present(issuer) ? issuer : text_from(usual->issuer);
    asked->discovery_url =
        text_is_present(discovery_url) ? discovery_url : text_from(usual->discovery_url);
    call->handler_state = asked;
    return text_is_present(asked->issuer) && text_is_present(asked->discovery_url);
}

/* False: the call has been answered. */
static bool fetch_document(struct call *call, struct discovery *out)
{
    const struct asked *asked = call->handler_state;
    struct error error;

    if (discovery_fetch(
            call->services, asked->discovery_url, asked->issuer, call->arena, out, &error) ==
        STATUS_OK)
        return true;
    call_answer_error(call, &error);
    return false;
}

static void show_row(struct call *call)
{
    call->least_size = call->shown_size;
    select_answer_row(call, call->route->status, &provider_resource, call->submission.subject);
}

static void on_ordered(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_wait_shown(call, call->submission.size, show_row);
    else
        call_answer_refusal(call);
}

static void submit(struct call *call)
{
    struct discovery document;

    if (fetch_document(call, &document))
        call_submit_route(call, call->route->command, call->input, on_ordered);
}

/* What is asked, where there is anything to ask: what lacks is refused by the order itself. */
static void
go_on(struct call *call, struct text issuer, struct text discovery_url, struct enum_value preset)
{
    if (note_asked(call, issuer, discovery_url, preset))
        ask(call, submit);
    else
        call_submit_route(call, call->route->command, call->input, on_ordered);
}

static const struct provider *found(const struct call *call)
{
    return call->submission.answer;
}

static void on_namesake(struct call *call)
{
    const struct create_provider *order = call->input;

    if (call->submission.status != STATUS_OK)
        call_answer_error(call, &call->submission.error);
    else if (uuid_is_present(found(call)->definition.provider_id)) /* the order says why not */
        call_submit_route(call, call->route->command, call->input, on_ordered);
    else
        go_on(call, order->issuer, order->discovery_url, order->preset);
}

void provider_create(struct call *call)
{
    struct query_provider *question = arena_one(call->arena, struct query_provider);

    if (!call_can_be_shown(call))
        return;
    question->slug = ((const struct create_provider *)call->input)->slug;
    call_submit(call, &query_provider_command, question, on_namesake);
}

static void on_former(struct call *call)
{
    const struct change_provider *order = call->input;
    const struct provider_definition *former = &found(call)->definition;

    if (call->submission.status != STATUS_OK)
        call_answer_error(call, &call->submission.error);
    else if (!uuid_is_present(former->provider_id))
        call_submit_route(call, call->route->command, call->input, on_ordered);
    else
        go_on(
            call, text_is_present(order->issuer) ? order->issuer : former->issuer,
            text_is_present(order->discovery_url) ? order->discovery_url : former->discovery_url,
            former->preset);
}

void provider_change(struct call *call)
{
    struct query_provider *question = arena_one(call->arena, struct query_provider);

    if (!call_can_be_shown(call))
        return;
    question->provider_id = ((const struct change_provider *)call->input)->provider_id;
    call_submit(call, &query_provider_command, question, on_former);
}

/* Trying one. */

static void show_trial(struct call *call)
{
    const struct asked *asked = call->handler_state;
    struct discovery document;
    struct tried_provider view = {.success = OPT_TRUE, .issuer = asked->issuer};

    if (!fetch_document(call, &document))
        return;
    view.authorization_endpoint = document.authorization_endpoint;
    view.token_endpoint = document.token_endpoint;
    view.userinfo_endpoint = document.userinfo_endpoint;
    call_answer_shape(call, call->route->status, &tried_provider_shape, &view);
}

void provider_test(struct call *call)
{
    const struct provider_trial *trial = call->input;
    const struct asked *asked;
    struct error error;

    if (note_asked(call, trial->issuer, trial->discovery_url, trial->preset)) {
        ask(call, show_trial);
        return;
    }
    asked = call->handler_state;
    error_set_field(
        &error, "provider_field_invalid",
        text_is_present(asked->issuer) ? "discoveryUrl" : "issuer", "must be a URL address");
    call_answer_error(call, &error);
}

/* What may be offered. */

static void on_offered(struct call *call)
{
    const struct offered_providers *offered = call->submission.answer;

    if (call->submission.status == STATUS_OK)
        call_answer_list(
            call, 200, &offered_provider_shape, offered->providers.items, offered->providers.count);
    else
        call_answer_error(call, &call->submission.error);
}

void provider_offer(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_submit(
        call, &query_providers_command, arena_one(call->arena, struct query_providers), on_offered);
}
