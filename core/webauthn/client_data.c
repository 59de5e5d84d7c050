/*
 * The JSON of a browser, held to what was asked. Of a page in the frame of another one nothing is taken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/webauthn/client_data.h"

#include "core/base/attributes.h"
#include "core/base/encode.h"

#include <jansson.h>

static void free_json(json_t **json)
{
    json_decref(*json);
}
#define AUTO_JSON CLEANUP(free_json) json_t *

static bool is_text(const json_t *object, const char *name, struct text wanted)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value) &&
           text_equal((struct text){json_string_value(value), json_string_length(value)}, wanted);
}

static bool is_challenge(const json_t *object, struct bytes wanted)
{
    const json_t *value = json_object_get(object, "challenge");
    AUTO_ARENA arena = arena_new(CLIENT_DATA_LONGEST);
    struct bytes challenge;

    return json_is_string(value) && json_string_length(value) < CLIENT_DATA_LONGEST / 2 &&
           base64url_decode(
               arena, (struct text){json_string_value(value), json_string_length(value)},
               &challenge) &&
           bytes_equal(challenge, wanted);
}

enum status client_data_check(
    struct bytes json, const char *type, const struct webauthn_asked *asked, struct error *error)
{
    AUTO_JSON object =
        json.size > CLIENT_DATA_LONGEST
            ? NULL
            : json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(object))
        return error_set(error, STATUS_INVALID, "the client data is no JSON object");
    if (!is_text(object, "type", text_from(type)))
        return error_set(error, STATUS_INVALID, "the client data is for something else");
    if (!is_challenge(object, asked->challenge))
        return error_set(error, STATUS_INVALID, "the challenge is another one");
    if (!is_text(object, "origin", asked->origin))
        return error_set(error, STATUS_INVALID, "the page is not that of the dashboard");
    if (json_is_true(json_object_get(object, "crossOrigin")))
        return error_set(error, STATUS_INVALID, "the page is in the frame of another one");
    return STATUS_OK;
}
