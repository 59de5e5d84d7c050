/*
 * A person's own security keys, in straight lines between the waits:
 *
 *   their keys (writer) ─► what the browser hands back (worker) ─► the command (writer) ─► answer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/security_keys.h"

#include "api/deleted_view.h"
#include "api/identity/second_factor.h"
#include "api/identity/security_key_steps.h"
#include "api/identity/security_key_view.h"
#include "api/identity/user_resources.h"
#include "api/select.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/shape/json_peek.h"
#include "eventlog/keyed_digest.h"
#include "migrations/identity/security_keys.h"

const struct resource own_security_key_resource = {
    .name = "own_security_keys",
    .table = &security_keys_table,
    .scope = SCOPE_CALLER,
    .scope_column = "user_id",
    .id_parameter = "key_id",
    .missing = "Security key %s was not found",
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = SECURITY_KEYS_OF_USER, .most = SECURITY_KEYS_OF_USER},
};

struct new_key_body {
    struct text name;
    struct text challenge_token;
    struct json credential;
};
static const struct field new_key_body_fields[] = {
    {TEXT(new_key_body, name), .tag = 1, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = SECURITY_KEY_LONGEST_NAME, .doc = "What to call the key."},
    {TEXT(new_key_body, challenge_token), .tag = 2, .flags = REQUIRED | SECRET, .min = 16,
     .max = 4096, .doc = "Token that came with the options."},
    {JSON(new_key_body, credential), .tag = 3, .flags = REQUIRED, .max = LONGEST_CREDENTIAL,
     .doc = "What navigator.credentials.create() gave, by its toJSON()."},
};
const struct shape new_key_body_shape = SHAPE(new_key_body, "A security key to register.");

struct added_key_view {
    struct uuid id;
    struct text name;
    struct list recovery_codes;
};
static const struct field added_key_view_fields[] = {
    {UUID(added_key_view, id), .flags = REQUIRED, .doc = "Id of the security key."},
    {TEXT(added_key_view, name), .flags = REQUIRED, .doc = "What it is called."},
    {LIST_OF(added_key_view, recovery_codes, KIND_TEXT), .flags = OMIT_ABSENT,
     .doc = "Recovery codes, each good for one sign-in, for who had no second factor; they are "
            "told only now."},
};
const struct shape added_key_view_shape = SHAPE(added_key_view, "A security key was registered.");

struct remove_key_body {
    struct uuid key_id;
    struct text token;
    struct text challenge_token;
    struct json credential;
};
static const struct field remove_key_body_fields[] = {
    {UUID(remove_key_body, key_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the security key."},
    {TEXT(remove_key_body, token), .tag = 2, .flags = SECRET, .max = 64,
     .doc = "Code of the authenticator, which confirms it."},
    {TEXT(remove_key_body, challenge_token), .tag = 3, .flags = SECRET, .max = 4096,
     .doc = "Token that came with the options, where a key confirms it."},
    {JSON(remove_key_body, credential), .tag = 4, .max = LONGEST_CREDENTIAL,
     .doc = "What navigator.credentials.get() gave then, by its toJSON()."},
};
const struct shape remove_key_body_shape =
    SHAPE(remove_key_body, "What confirms that a security key is removed.");

/* The caller's own account. */
static struct key_call *begin(struct call *call)
{
    struct key_call *state = arena_one(call->arena, struct key_call);

    state->who.user_id = call->actor.id;
    state->who.session_version = call->access.token_session_version;
    call->handler_state = state;
    call->is_never_repeated = true;
    return state;
}

/* Registering. */

static void show_options(struct call *call)
{
    struct key_call *state = security_key_call_of(call);
    struct list keys = {NULL, 0};
    struct text token = {NULL, 0};
    const void *row = NULL;
    struct error error;
    enum status status = security_key_descriptors(call, &keys, &error);

    state->challenge.user_id = state->who.user_id;
    state->challenge.session_version = state->who.session_version;
    if (status == STATUS_OK)
        status =
            security_key_challenge_make(call, KEY_REGISTERS, &state->challenge, &token, &error);
    if (status == STATUS_OK)
        status = select_row(call, &me_resource, state->who.user_id, &row, &error);
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (row == NULL)
        select_answer_missing(call, &me_resource);
    else
        security_key_answer_creation(call, token, state->challenge.challenge, row, keys);
}

static void wait_for_row(struct call *call)
{
    call_wait_head(call, show_options);
}

static void go_to_loop(struct call *call)
{
    call_to_loop(call, wait_for_row);
}

void security_key_begin(struct call *call)
{
    (void)begin(call);
    security_key_ask(call, go_to_loop);
}

static void on_added(struct call *call)
{
    const struct added_security_key *added = call->submission.answer;
    const struct add_security_key *order = call->submission.input;
    struct added_key_view view = {
        .id = order->key_id, .name = ((const struct new_key_body *)call->input)->name};

    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    if (opt_bool_is_true(added->gives_recovery))
        view.recovery_codes = (struct list){security_key_call_of(call)->codes, RECOVERY_CODES};
    call_answer_shape(call, call->route->status, &added_key_view_shape, &view);
}

/* Only words that browsers use: "usb", "smart-card". */
static bool is_transport(struct text word)
{
    for (size_t i = 0; i < word.size; i++) {
        if ((word.data[i] < 'a' || word.data[i] > 'z') && word.data[i] != '-')
            return false;
    }
    return word.size > 0 && word.size <= 32;
}

static struct list read_transports(struct call *call, struct text credential)
{
    struct text array = json_peek_member(
        call->arena, json_peek_member(call->arena, credential, "response"), "transports");
    struct text *words = arena_array(call->arena, SECURITY_KEY_TRANSPORTS, sizeof(*words));
    size_t cursor = 0;
    size_t count = 0;
    struct text item;

    while (count < SECURITY_KEY_TRANSPORTS && json_peek_item(array, &cursor, &item)) {
        struct text word = json_peek_text(call->arena, item);
        if (text_is_present(word) && is_transport(word))
            words[count++] = word;
    }
    return count == 0 ? (struct list){NULL, 0} : (struct list){words, count};
}

static void add(struct call *call)
{
    struct key_call *state = security_key_call_of(call);
    const struct new_key_body *body = call->input;
    const struct webauthn_asked asked = security_key_challenge_asked(call, &state->challenge);
    struct add_security_key *order = arena_one(call->arena, struct add_security_key);
    struct webauthn_key key = {.algorithm = 0};
    struct error why;
    struct error error;

    if (webauthn_register(
            &asked, security_key_response(call, body->credential.text, "clientDataJSON"),
            security_key_response(call, body->credential.text, "attestationObject"), &key,
            &why) != STATUS_OK) {
        error_set_code(
            &error, STATUS_INVALID, "security_key_invalid",
            "The security key cannot be registered: %s.", why.text);
        call_answer_error(call, &error);
        return;
    }
    *order = (struct add_security_key){
        .user_id = state->who.user_id,
        .session_version = state->challenge.session_version,
        .key_id = uuid_new(),
        .name.text = body->name,
        .credential.text = base64url_encode(call->arena, key.id),
        .credential_digest =
            keyed_digest_security_key(call->services->keyring, call->arena, key.id),
        .public_key.text = base64url_encode(call->arena, key.public_key),
        .algorithm = key.algorithm,
        .count = key.count,
        .transports = read_transports(call, body->credential.text),
        .session_id = call->access.session_id,
        .recovery = second_factor_make_codes(call, state->who.user_id, state->codes),
    };
    call_submit_route(call, &add_security_key_command, order, on_added);
}

/* The challenge is the caller's own; else the call has been answered. */
static bool take_challenge(struct call *call, enum key_purpose purpose, struct text token)
{
    struct key_call *state = security_key_call_of(call);
    struct error error;
    enum status status =
        security_key_challenge_read(call, purpose, token, &state->challenge, &error);

    if (status == STATUS_OK && !uuid_equal(state->challenge.user_id, state->who.user_id))
        status = error_set_code(
            &error, STATUS_UNAUTHENTICATED, "challenge_invalid", "Invalid security key challenge.");
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    return status == STATUS_OK;
}

void security_key_add(struct call *call)
{
    const struct new_key_body *body = call->input;

    (void)begin(call);
    if (take_challenge(call, KEY_REGISTERS, body->challenge_token))
        call_to_lane(call, LANE_PLAIN, add);
}

/* Removing. */

static void answer_confirmation(struct call *call)
{
    security_key_answer_challenge(call, KEY_CONFIRMS);
}

void security_key_ask_confirmation(struct call *call)
{
    (void)begin(call);
    security_key_ask(call, answer_confirmation);
}

static void on_removed(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        deleted_answer(call, NULL);
    else
        call_answer_refusal(call);
}

static struct remove_security_key *order_removal(struct call *call)
{
    const struct key_call *state = security_key_call_of(call);
    struct remove_security_key *order = arena_one(call->arena, struct remove_security_key);

    order->user_id = state->who.user_id;
    order->session_version = state->who.session_version;
    order->key_id = ((const struct remove_key_body *)call->input)->key_id;
    order->step = INT64_ABSENT;
    return order;
}

static void remove_by_key(struct call *call)
{
    const struct remove_key_body *body = call->input;
    struct remove_security_key *order = order_removal(call);
    struct shown_key *shown = arena_one(call->arena, struct shown_key);
    struct error error;

    if (security_key_look(call, body->credential.text, shown, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order->shown = shown;
    call_submit_route(call, &remove_security_key_command, order, on_removed);
}

static void remove_by_code(struct call *call)
{
    const struct remove_key_body *body = call->input;
    struct remove_security_key *order = order_removal(call);
    struct error error;

    if (second_factor_step(
            call, security_key_call_of(call)->codes_facts, body->token, &order->step, &error) ==
        STATUS_OK)
        call_submit_route(call, &remove_security_key_command, order, on_removed);
    else
        call_answer_error(call, &error);
}

static void on_codes_facts(struct call *call)
{
    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    security_key_call_of(call)->codes_facts = call->submission.answer;
    call_to_lane(call, LANE_PLAIN, remove_by_code);
}

static void ask_codes_facts(struct call *call)
{
    struct query_sign_in *question = arena_one(call->arena, struct query_sign_in);

    question->user_id = security_key_call_of(call)->who.user_id;
    call_submit(call, &query_sign_in_command, question, on_codes_facts);
}

void security_key_remove(struct call *call)
{
    const struct remove_key_body *body = call->input;
    struct error error;

    (void)begin(call);
    if (!second_factor_may_try(call))
        return;
    if (text_is_present(body->token)) {
        ask_codes_facts(call);
        return;
    }
    if (!text_is_present(body->challenge_token) || !text_is_present(body->credential.text)) {
        error_set_code(
            &error, STATUS_INVALID, "validation_failed",
            "token, or challengeToken and credential, must confirm it");
        error_field(&error, "token");
        call_answer_error(call, &error);
        return;
    }
    if (take_challenge(call, KEY_CONFIRMS, body->challenge_token))
        security_key_ask(call, remove_by_key);
}
