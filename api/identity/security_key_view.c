/*
 * The same for everybody but for challenge, person and keys: the algorithms that are verified, a touch, a PIN or finger
 * where the key can, and nothing about its make.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/security_key_view.h"

#include "api/call.h"
#include "api/identity/security_key_token.h"
#include "core/base/encode.h"

enum { TIMEOUT_MS = 300000 };

static const struct field key_descriptor_view_fields[] = {
    {TEXT(key_descriptor_view, type), .flags = REQUIRED,
     .doc = "Kind of the key, which is always public-key."},
    {TEXT(key_descriptor_view, id), .flags = REQUIRED,
     .doc = "Id by which the key knows itself, in Base64url."},
    {LIST_OF(key_descriptor_view, transports, KIND_TEXT), .flags = OMIT_ABSENT,
     .doc = "How browsers reach it."},
};
static const struct shape key_descriptor_view_shape =
    SHAPE(key_descriptor_view, "A security key that is registered.");

struct key_party_view {
    struct text id;
    struct text name;
};
static const struct field key_party_view_fields[] = {
    {TEXT(key_party_view, id), .flags = REQUIRED, .doc = "Host name of the dashboard."},
    {TEXT(key_party_view, name), .flags = REQUIRED, .doc = "What browsers call it."},
};
static const struct shape key_party_view_shape = SHAPE(key_party_view, "Whom keys are shown to.");

struct key_person_view {
    struct text id;
    struct text name;
    struct text display_name;
};
static const struct field key_person_view_fields[] = {
    {TEXT(key_person_view, id), .flags = REQUIRED, .doc = "Id of the person, in Base64url."},
    {TEXT(key_person_view, name), .flags = REQUIRED, .doc = "Address of the person."},
    {TEXT(key_person_view, display_name), .flags = REQUIRED, .doc = "Name of the person."},
};
static const struct shape key_person_view_shape = SHAPE(key_person_view, "Whose key it will be.");

struct key_algorithm_view {
    struct text type;
    int64_t alg;
};
static const struct field key_algorithm_view_fields[] = {
    {TEXT(key_algorithm_view, type), .flags = REQUIRED,
     .doc = "Kind of the key, which is always public-key."},
    {INT64(key_algorithm_view, alg), .flags = REQUIRED, .min = INT64_MIN,
     .doc = "Number of the algorithm in COSE's registry."},
};
static const struct shape key_algorithm_view_shape =
    SHAPE(key_algorithm_view, "An algorithm that is verified.");

struct key_selection_view {
    struct text resident_key;
    struct text user_verification;
};
static const struct field key_selection_view_fields[] = {
    {TEXT(key_selection_view, resident_key), .flags = REQUIRED,
     .doc = "Whether the key is to keep the account itself: always discouraged."},
    {TEXT(key_selection_view, user_verification), .flags = REQUIRED,
     .doc = "Whether a PIN or finger is asked for: always preferred."},
};
static const struct shape key_selection_view_shape =
    SHAPE(key_selection_view, "Which keys are asked for.");

struct key_creation_view {
    const struct key_party_view *rp;
    const struct key_person_view *user;
    struct text challenge;
    struct list pub_key_cred_params;
    int64_t timeout;
    struct list exclude_credentials;
    const struct key_selection_view *authenticator_selection;
    struct text attestation;
};
static const struct field key_creation_view_fields[] = {
    {OBJECT(key_creation_view, rp, key_party_view), .flags = REQUIRED,
     .doc = "Whom the key will be shown to."},
    {OBJECT(key_creation_view, user, key_person_view), .flags = REQUIRED,
     .doc = "Whose key it will be."},
    {TEXT(key_creation_view, challenge), .flags = REQUIRED,
     .doc = "What the key is to confirm, in Base64url."},
    {OBJECTS(key_creation_view, pub_key_cred_params, key_algorithm_view), .flags = REQUIRED,
     .doc = "Algorithms that are verified, the best first."},
    {INT64(key_creation_view, timeout), .flags = REQUIRED, .doc = "Time for it, in milliseconds."},
    {OBJECTS(key_creation_view, exclude_credentials, key_descriptor_view), .flags = REQUIRED,
     .doc = "Keys that are registered already."},
    {OBJECT(key_creation_view, authenticator_selection, key_selection_view), .flags = REQUIRED,
     .doc = "Which keys are asked for."},
    {TEXT(key_creation_view, attestation), .flags = REQUIRED,
     .doc = "What is asked about the make of the key: always none."},
};
static const struct shape key_creation_view_shape =
    SHAPE(key_creation_view, "What a browser is to ask of a new key.");

struct creation_options_view {
    struct text challenge_token;
    const struct key_creation_view *public_key;
};
static const struct field creation_options_view_fields[] = {
    {TEXT(creation_options_view, challenge_token), .flags = REQUIRED,
     .doc = "Token to send with what comes of it; good for ten minutes."},
    {OBJECT(creation_options_view, public_key, key_creation_view), .flags = REQUIRED,
     .doc = "Options for navigator.credentials.create()."},
};
const struct shape creation_options_view_shape =
    SHAPE(creation_options_view, "How to register a security key.");

struct key_request_view {
    struct text challenge;
    struct text rp_id;
    int64_t timeout;
    struct list allow_credentials;
    struct text user_verification;
};
static const struct field key_request_view_fields[] = {
    {TEXT(key_request_view, challenge), .flags = REQUIRED,
     .doc = "What the key is to sign, in Base64url."},
    {TEXT(key_request_view, rp_id), .flags = REQUIRED, .doc = "Host name of the dashboard."},
    {INT64(key_request_view, timeout), .flags = REQUIRED, .doc = "Time for it, in milliseconds."},
    {OBJECTS(key_request_view, allow_credentials, key_descriptor_view), .flags = REQUIRED,
     .doc = "Keys of the person."},
    {TEXT(key_request_view, user_verification), .flags = REQUIRED,
     .doc = "Whether a PIN or finger is asked for: always preferred."},
};
static const struct shape key_request_view_shape =
    SHAPE(key_request_view, "What a browser is to ask of a key.");

struct request_options_view {
    struct text challenge_token;
    const struct key_request_view *public_key;
};
static const struct field request_options_view_fields[] = {
    {TEXT(request_options_view, challenge_token), .flags = REQUIRED,
     .doc = "Token to send with what the key has signed; good once, for ten minutes."},
    {OBJECT(request_options_view, public_key, key_request_view), .flags = REQUIRED,
     .doc = "Options for navigator.credentials.get()."},
};
const struct shape request_options_view_shape =
    SHAPE(request_options_view, "How to show a security key.");

void security_key_answer_creation(
    struct call *call,
    struct text token,
    struct text challenge,
    const struct user_row *user,
    struct list keys)
{
    static const struct key_algorithm_view algorithms[] = {
        {TEXT_OF("public-key"), -7}, {TEXT_OF("public-key"), -8}, {TEXT_OF("public-key"), -257}};
    static const struct key_selection_view selection = {
        TEXT_OF("discouraged"), TEXT_OF("preferred")};
    const struct key_party_view party = {
        security_key_party(call->services->settings, call->arena), text_lit("Fleetledger")};
    const struct key_person_view person = {
        base64url_encode(call->arena, (struct bytes){user->id.bytes, sizeof(user->id.bytes)}),
        user->email, user->name};
    const struct key_creation_view creation = {
        .rp = &party,
        .user = &person,
        .challenge = challenge,
        .pub_key_cred_params = {algorithms, COUNT_OF(algorithms)},
        .timeout = TIMEOUT_MS,
        .exclude_credentials = keys,
        .authenticator_selection = &selection,
        .attestation = text_lit("none"),
    };
    const struct creation_options_view view = {token, &creation};

    call_answer_shape(call, call->route->status, &creation_options_view_shape, &view);
}

void security_key_answer_request(
    struct call *call, struct text token, struct text challenge, struct list keys)
{
    const struct key_request_view request = {
        .challenge = challenge,
        .rp_id = security_key_party(call->services->settings, call->arena),
        .timeout = TIMEOUT_MS,
        .allow_credentials = keys,
        .user_verification = text_lit("preferred"),
    };
    const struct request_options_view view = {token, &request};

    call_answer_shape(call, call->route->status, &request_options_view_shape, &view);
}
