/*
 * Signing in through a provider, in straight lines between the waits:
 *
 *   start     the provider (writer) ─► its document (the provider, unless it is known) ─► where to go
 *   callback  state ─► the provider (writer) ─► code for tokens, tokens for who it is (the provider)
 *               ─► sign_in_by_provider, once for each state (writer) ─► visible ─┬─ token and user (session.h)
 *                                                                                └─ challenge of a second factor
 *
 * The provider says who somebody is; what they may do is known here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/provider_sign_in.h"

#include "api/call.h"
#include "api/default_headers.h"
#include "api/identity/session.h"
#include "api/provider/provider_tokens.h"
#include "api/provider/sign_in_state.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/shape/shape_params.h"
#include "eventlog/keyed_digest.h"

enum { LONGEST_URI = 1024, LONGEST_NEXT = 1024, LONGEST_CODE = 4096, LONGEST_URL = 8192 };

/* A place of the dashboard: nobody is sent elsewhere. */
static bool is_path(struct text next)
{
    return next.size > 0 && next.data[0] == '/' &&
           (next.size == 1 || (next.data[1] != '/' && next.data[1] != '\\')) &&
           text_find(next, '\\', 0) == next.size;
}

/* A page, whose origin is looked at by is_ours(): a dashboard without TLS is its operator's choice. */
static bool is_page(struct text url)
{
    return (text_starts_with(url, text_lit("https://")) ||
            text_starts_with(url, text_lit("http://"))) &&
           text_find(url, '@', 0) == url.size && text_find(url, '\\', 0) == url.size &&
           text_find(url, '#', 0) == url.size && text_find(url, ' ', 0) == url.size;
}

static const struct field sign_in_start_fields[] = {
    {TEXT(sign_in_start, provider), .tag = 1, .flags = REQUIRED | FROM_PATH | TRIM | LOWER,
     .doc = "Slug of the provider."},
    {TEXT(sign_in_start, redirect_uri), .tag = 2, .flags = REQUIRED | TRIM | ONE_LINE,
     .max = LONGEST_URI, .accepts = is_page, .rule = "redirectUri must be a URL address",
     .doc = "Page of the dashboard that the provider sends people back to."},
    {TEXT(sign_in_start, next), .tag = 3, .flags = TRIM | ONE_LINE, .max = LONGEST_NEXT,
     .accepts = is_path, .rule = "next must be a path, as /workspaces",
     .doc = "Path of the dashboard to go on at."},
};
const struct shape sign_in_start_shape = SHAPE(sign_in_start, "A sign-in that begins.");

static const struct field authorization_view_fields[] = {
    {TEXT(authorization_view, authorization_url), .flags = REQUIRED,
     .doc = "Where to send the person's browser."},
};
const struct shape authorization_view_shape = SHAPE(authorization_view, "Where a sign-in goes on.");

static const struct field sign_in_return_fields[] = {
    {TEXT(sign_in_return, provider), .tag = 1, .flags = REQUIRED | FROM_PATH | TRIM | LOWER,
     .doc = "Slug of the provider."},
    {TEXT(sign_in_return, code), .tag = 2, .flags = SECRET, .max = LONGEST_CODE,
     .doc = "Code that the provider gave."},
    {TEXT(sign_in_return, state), .tag = 3, .flags = SECRET, .max = LONGEST_URL,
     .doc = "State that the sign-in began with."},
    {TEXT(sign_in_return, error), .tag = 4, .max = LONGEST_CODE,
     .doc = "Why the provider gave none; error_description says it in words."},
    {TEXT(sign_in_return, iss), .tag = 5, .max = LONGEST_URI,
     .doc = "Issuer, of providers that say so (RFC 9207)."},
};
const struct shape sign_in_return_shape = SHAPE_WITH(
    sign_in_return, "What the provider sent somebody back with.", .ignores_unknown = true);

/* What one call knows. */
struct attempt {
    struct signing_in who; /* first */
    struct provider provider;
    struct discovery document;
    struct sign_in_state state;
    void (*then)(struct call *call); /* once the provider is known */
};

static struct attempt *attempt_of(struct call *call)
{
    return call->handler_state;
}

static void refuse(struct call *call, enum status status, const char *code, const char *text)
{
    struct error error;

    error_set_code(&error, status, code, "%s", text);
    if (status == STATUS_UNAUTHENTICATED || status == STATUS_FORBIDDEN)
        call_refuse(call, &error);
    else
        call_answer_error(call, &error);
}

static void answer_wrong(struct call *call, const struct error *error)
{
    refuse(call, error->status, error->code, error->text);
}

/* As the path has it. */
static void answer_missing(struct call *call)
{
    struct text slug = {NULL, 0};
    struct error error;

    for (size_t i = 0; i < call->path_param_count; i++) {
        if (text_is(call->path_params[i].name, "provider"))
            slug = call->path_params[i].value;
    }
    error_set_code(
        &error, STATUS_NOT_FOUND, "provider_not_found", "OIDC provider %.*s was not found.",
        TEXT_ARGS(text_first_bytes(slug, PROVIDER_LONGEST_SLUG)));
    call_answer_error(call, &error);
}

static void on_provider(struct call *call)
{
    struct attempt *attempt = attempt_of(call);

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    attempt->provider = *(const struct provider *)call->submission.answer;
    if (opt_bool_is_true(attempt->provider.definition.enabled))
        attempt->then(call);
    else
        answer_missing(call);
}

static void find_provider(struct call *call, struct text slug, void (*then)(struct call *call))
{
    struct query_provider *question = arena_one(call->arena, struct query_provider);

    attempt_of(call)->then = then;
    question->slug = slug;
    call_submit(call, &query_provider_command, question, on_provider);
}

/* False: the call has been answered. */
static bool find_document(struct call *call)
{
    struct attempt *attempt = attempt_of(call);
    struct error error;

    if (discovery_find(
            call->services, attempt->provider.definition.discovery_url,
            attempt->provider.definition.issuer, call->arena, &attempt->document,
            &error) == STATUS_OK)
        return true;
    call_answer_error(call, &error);
    return false;
}

/* Beginning. */

/* "https://fleet.example:8443" of an address. */
static struct text origin_of(struct text url)
{
    size_t scheme = text_find(url, ':', 0) + 3;

    return text_slice(url, 0, text_find(url, '/', scheme));
}

/* People come back to the dashboard: what mails link to, or an origin that browsers may call from by its name. */
static bool is_ours(const struct settings *settings, struct text redirect_uri)
{
    struct text origin = origin_of(redirect_uri);

    if (text_equal_ignoring_case(origin, origin_of(settings->web_app_url)))
        return true;
    for (struct text rest = settings->cors_origin; text_is_present(rest);) {
        struct text entry = text_trim(text_cut(&rest, ','));
        if (entry.size > 0 && !text_contains(entry, text_lit("*")) &&
            default_headers_allow_origin(entry, origin))
            return true;
    }
    return false;
}

static void add_parameter(struct buf *url, const char *name, struct text value)
{
    buf_add_char(url, text_find(buf_text(url), '?', 0) == url->size ? '?' : '&');
    buf_add_c(url, name);
    buf_add_char(url, '=');
    encode_percent(url, value);
}

static struct text scope_of(const struct provider_definition *provider, struct arena *arena)
{
    const struct text *scopes = provider->scopes.items;
    struct text joined = text_lit("openid");

    for (size_t i = 0; i < provider->scopes.count; i++) {
        if (!text_is(scopes[i], "openid"))
            joined = text_format(arena, "%.*s %.*s", TEXT_ARGS(joined), TEXT_ARGS(scopes[i]));
    }
    return joined;
}

static struct text authorization_url(struct call *call, struct text state)
{
    const struct attempt *attempt = attempt_of(call);
    const struct provider_definition *provider = &attempt->provider.definition;
    struct uuid id = attempt->state.id;
    AUTO_BUF url = {0};

    buf_init(&url, (size_t)2 * LONGEST_URL);
    buf_add_text(&url, attempt->document.authorization_endpoint);
    add_parameter(&url, "client_id", provider->client_id);
    add_parameter(&url, "response_type", text_lit("code"));
    add_parameter(&url, "redirect_uri", attempt->state.redirect_uri);
    add_parameter(&url, "scope", scope_of(provider, call->arena));
    add_parameter(&url, "state", state);
    add_parameter(&url, "nonce", sign_in_state_nonce(call->services, id, call->arena));
    add_parameter(&url, "code_challenge", sign_in_state_challenge(call->services, id, call->arena));
    add_parameter(&url, "code_challenge_method", text_lit("S256"));
    return text_copy(call->arena, buf_text(&url));
}

static void answer_start(struct call *call)
{
    struct authorization_view view;
    struct attempt *attempt = attempt_of(call);
    struct text state;
    struct error error;

    if (!find_document(call))
        return;
    if (sign_in_state_make(
            call->services, &attempt->state, call->arrived_at, call->arena, &state, &error) !=
        STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    view.authorization_url = authorization_url(call, state);
    call_answer_shape(call, 200, &authorization_view_shape, &view);
}

static void start(struct call *call)
{
    const struct sign_in_start *input = call->input;
    struct attempt *attempt = attempt_of(call);

    if (!is_ours(call->services->settings, input->redirect_uri)) {
        refuse(
            call, STATUS_INVALID, "redirect_not_allowed",
            "redirectUri must be a page of the dashboard: WEB_APP_URL or CORS_ORIGIN names its "
            "origin.");
        return;
    }
    attempt->state = (struct sign_in_state){
        uuid_new(), attempt->provider.definition.provider_id, input->redirect_uri, input->next};
    if (discovery_is_known(call->services, attempt->provider.definition.discovery_url, call->arena))
        answer_start(call);
    else if (!call_try_lane(call, LANE_OUTWARD, answer_start))
        call_answer_busy(call);
}

void provider_sign_in_start(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-store"));
    call->handler_state = arena_one(call->arena, struct attempt);
    find_provider(call, ((const struct sign_in_start *)call->input)->provider, start);
}

/* Coming back. */

static void on_signed_in(struct call *call)
{
    const struct submission *submission = &call->submission;
    const struct sign_in_by_provider *order = submission->input;
    const struct vouched_sign_in *signed_in = submission->answer;
    struct attempt *attempt = attempt_of(call);

    if (submission->status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    if (submission->is_repeat) {
        refuse(
            call, STATUS_UNAUTHENTICATED, "state_used",
            "This sign-in has been used already. Begin anew.");
        return;
    }
    if (opt_bool_is_true(signed_in->is_off)) {
        refuse(
            call, refused_value_missing.status, refused_value_missing.code,
            refused_value_missing.text);
        return;
    }
    attempt->who.user_id = signed_in->user_id;
    attempt->who.session_version = signed_in->session_version;
    attempt->who.redirect_path = attempt->state.next;
    attempt->who.has_codes = opt_bool_is_true(signed_in->has_codes);
    attempt->who.has_keys = opt_bool_is_true(signed_in->has_keys);
    attempt->who.provider_id = order->provider_id;
    attempt->who.provider_session = order->provider_session;
    if (opt_bool_is_true(signed_in->takes_factor)) {
        call_wait_shown(call, submission->size, session_challenge);
        return;
    }
    session_note_opened(call, order->session_id, (struct opt_bool){0});
    call_wait_shown(call, submission->size, session_answer);
}

static void sign_in(struct call *call, const struct identity *who)
{
    const struct attempt *attempt = attempt_of(call);
    struct uuid provider_id = attempt->provider.definition.provider_id;
    struct sign_in_by_provider *order = arena_one(call->arena, struct sign_in_by_provider);

    *order = (struct sign_in_by_provider){
        .provider_id = provider_id,
        .subject_digest =
            keyed_digest_subject(call->services->keyring, provider_id, call->arena, who->subject),
        .email = {.text = text_lower(call->arena, who->email)},
        .name = {.text = who->name},
        .session_id = uuid_new(),
        .has_too_many = opt_bool_of(who->values.count > PROVIDER_MOST_VALUES),
    };
    if (!opt_bool_is_true(order->has_too_many))
        order->values = who->values;
    if (text_is_present(who->session))
        order->provider_session = keyed_digest_provider_session(
            call->services->keyring, provider_id, call->arena, who->session);
    call_submit_once(
        call, &sign_in_by_provider_command, order, sign_in_state_name(attempt->state.id),
        on_signed_in);
}

/* An answer that another provider gave is none (RFC 9207). */
static bool is_of_issuer(const struct attempt *attempt, struct text said)
{
    if (!text_is_present(said))
        return !attempt->document.names_itself;
    return text_equal(said, attempt->provider.definition.issuer);
}

static void exchange(struct call *call)
{
    const struct sign_in_return *input = call->input;
    struct attempt *attempt = attempt_of(call);
    const struct exchange wanted = {
        .provider = &attempt->provider,
        .document = &attempt->document,
        .code = input->code,
        .redirect_uri = attempt->state.redirect_uri,
        .verifier = sign_in_state_verifier(call->services, attempt->state.id, call->arena),
        .nonce = sign_in_state_nonce(call->services, attempt->state.id, call->arena),
        .now = call->arrived_at,
    };
    struct identity who;
    struct error error;

    if (!find_document(call))
        return;
    if (!is_of_issuer(attempt, input->iss))
        refuse(
            call, STATUS_UNAUTHENTICATED, "issuer_mismatch",
            "The answer is of another identity provider.");
    else if (
        provider_tokens_exchange(call->services, &wanted, call->arena, &who, &error) != STATUS_OK)
        answer_wrong(call, &error);
    else
        sign_in(call, &who);
}

static void come_back(struct call *call)
{
    struct attempt *attempt = attempt_of(call);

    if (!uuid_equal(attempt->state.provider_id, attempt->provider.definition.provider_id))
        refuse(
            call, STATUS_UNAUTHENTICATED, "state_of_other",
            "OIDC state token does not match provider.");
    else if (!call_try_lane(call, LANE_OUTWARD, exchange))
        call_answer_busy(call);
}

/* In the words of the provider, which are other people's. */
static void answer_denied(struct call *call, struct text denied)
{
    struct text words = {NULL, 0};
    const struct param *params;
    struct error error;
    size_t count = 0;

    if (params_parse(call->arena, call->request->query, &params, &count)) {
        for (size_t i = 0; i < count; i++) {
            if (text_is(params[i].name, "error_description"))
                words = text_trim(params[i].value);
        }
    }
    words = text_first_bytes(words, 200);
    if (words.size > 0 && text_is_printable(words, false))
        error_set_code(&error, STATUS_UNAUTHENTICATED, "sign_in_denied", "%.*s", TEXT_ARGS(words));
    else
        error_set_code(
            &error, STATUS_UNAUTHENTICATED, "sign_in_denied", "OIDC sign-in failed: %.*s",
            TEXT_ARGS(text_first_bytes(text_cleaned(call->arena, denied), 100)));
    call_refuse(call, &error);
}

void provider_sign_in_return(struct call *call)
{
    const struct sign_in_return *input = call->input;
    struct attempt *attempt = arena_one(call->arena, struct attempt);
    struct error error;

    call_header(call, "Cache-Control", text_lit("no-store"));
    call->handler_state = attempt;
    if (input->error.size > 0)
        answer_denied(call, input->error);
    else if (input->code.size == 0 || input->state.size == 0)
        refuse(
            call, STATUS_INVALID, "callback_incomplete", "OIDC callback is missing code or state.");
    else if (
        sign_in_state_read(
            call->services, input->state, call->arrived_at, call->arena, &attempt->state, &error) !=
        STATUS_OK)
        answer_wrong(call, &error);
    else if (call_can_be_shown(call))
        find_provider(call, input->provider, come_back);
}
