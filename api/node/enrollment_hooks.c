/*
 * Tokens of enrollments. One is HMAC(token key, "enroll" ‖ enrollment id), told to the machine that
 * asks; the ledger holds its digest. Approving makes a credential that the machine must be able to
 * fetch as often as it likes, so it is kept, sealed for whoever holds the token:
 *
 *   nonce 12 ‖ tag 16 ‖ AES-256-GCM of the credential
 *   key: HMAC(token, "enrollment credential"); additional data: SHA-256 of the token
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/enrollment_hooks.h"

#include "api/call.h"
#include "api/node/credential_view.h"
#include "api/token.h"
#include "commands/node/enrollment_commands.h"
#include "commands/node/node_commands.h"
#include "core/base/random.h"
#include "eventlog/events/node_events.h"
#include "eventlog/seal.h"

#include <string.h>

enum { SEALED_TAG = AEAD_NONCE_SIZE, SEALED_TEXT = AEAD_NONCE_SIZE + AEAD_TAG_SIZE };

struct initiated_view {
    struct text token;
    struct timestamp expires_at;
};
static const struct field initiated_view_fields[] = {
    {TEXT(initiated_view, token), .tag = 1, .flags = REQUIRED,
     .doc = "Token of the enrollment, to ask with and to be approved by."},
    {TIMESTAMP(initiated_view, expires_at), .tag = 2, .flags = REQUIRED,
     .doc = "Time until which the enrollment can be approved."},
};
const struct shape initiated_view_shape =
    SHAPE(initiated_view, "An enrollment that waits for approval.");

struct enrollment_view {
    struct enum_value status;
    struct uuid node_id;
    struct text agent_token;
};
static const struct field enrollment_view_fields[] = {
    {ENUM(enrollment_view, status, enrollment_status_names), .tag = 1, .flags = REQUIRED,
     .doc = "Status of the enrollment."},
    {UUID(enrollment_view, node_id), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "Id of the node, once the enrollment is approved."},
    {TEXT(enrollment_view, agent_token), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Credential of the agent, once the enrollment is approved."},
};
const struct shape enrollment_view_shape = SHAPE(enrollment_view, "Status of an enrollment.");

bool enrollment_prepare_initiate(struct call *call, void *input)
{
    struct initiate_enrollment *order = input;
    struct text token;
    struct error error;

    order->enrollment_id = uuid_new();
    if (token_record(call, "enroll", order->enrollment_id, &token, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return false;
    }
    order->token_digest = credential_digest(call->arena, token);
    return true;
}

void enrollment_answer_initiate(struct call *call, const void *answer)
{
    const struct initiated_enrollment *initiated = answer;
    struct initiated_view view = {.expires_at = initiated->expires_at};
    struct error error;

    if (token_record(call, "enroll", initiated->enrollment_id, &view.token, &error) == STATUS_OK)
        call_answer_shape(call, call->route->status, &initiated_view_shape, &view);
    else
        call_answer_error(call, &error);
}

static struct digest key_of(struct text token)
{
    return hmac_sha256(bytes_of_text(token), bytes_of_text(text_lit("enrollment credential")));
}

static struct bytes seal(struct call *call, struct text token, struct text credential)
{
    struct digest key = key_of(token);
    struct bytes extra = credential_digest(call->arena, token);
    uint8_t *box = arena_take(call->arena, SEALED_TEXT + credential.size);
    struct aead aead = {key.bytes, box, extra};

    random_fill(box, AEAD_NONCE_SIZE);
    aead_seal(&aead, bytes_of_text(credential), box + SEALED_TEXT, box + SEALED_TAG);
    crypto_wipe(&key, sizeof(key));
    return (struct bytes){box, SEALED_TEXT + credential.size};
}

/* Absent when it is not sealed for this token. */
static struct text open_sealed(struct call *call, struct text token, struct bytes box)
{
    struct digest key = key_of(token);
    struct bytes extra = credential_digest(call->arena, token);
    size_t size = box.size > SEALED_TEXT ? box.size - SEALED_TEXT : 0;
    uint8_t *plain = arena_take(call->arena, size + 1);
    struct aead aead = {key.bytes, box.data, extra};
    bool fits = size > 0 && aead_open(
                                &aead, (struct bytes){box.data + SEALED_TEXT, size},
                                box.data + SEALED_TAG, plain);

    crypto_wipe(&key, sizeof(key));
    return fits ? text_of_bytes((struct bytes){plain, size}) : (struct text){NULL, 0};
}

/* The token leaves the order and stays with the call, which opens what is sealed under it. */
static struct text keep_token(struct call *call, struct text *token)
{
    struct text *kept = arena_one(call->arena, struct text);

    *kept = *token;
    *token = (struct text){NULL, 0};
    call->handler_state = kept;
    return *kept;
}

bool enrollment_prepare_ask(struct call *call, void *input)
{
    struct query_enrollment *question = input;

    question->token_digest = credential_digest(call->arena, keep_token(call, &question->token));
    return true;
}

static void answer_damaged(struct call *call)
{
    struct error error;

    error_set(&error, STATUS_CORRUPT, "The credential does not fit its token.");
    call_answer_error(call, &error);
}

void enrollment_answer_ask(struct call *call, const void *answer)
{
    const struct enrollment_answer *state = answer;
    struct enrollment_view view = {.status = state->status};

    if (state->status.is == ENROLLMENT_APPROVED) {
        view.node_id = state->node_id;
        view.agent_token =
            open_sealed(call, *(const struct text *)call->handler_state, state->sealed_credential);
        if (!text_is_present(view.agent_token)) {
            answer_damaged(call);
            return;
        }
    }
    call_answer_shape(call, call->route->status, &enrollment_view_shape, &view);
}

bool enrollment_prepare_finalize(struct call *call, void *input)
{
    struct finalize_enrollment *order = input;
    struct text token;

    order->credential_digest = credential_make(call);
    order->sealed_credential = seal(call, order->token, *(const struct text *)call->handler_state);
    token = keep_token(call, &order->token);
    order->token_digest = credential_digest(call->arena, token);
    return true;
}

/* From what is kept, not from what was just made: so a repeat is answered as the first time. */
void enrollment_answer_finalize(struct call *call, const void *answer)
{
    const struct enrollment_answer *state = answer;
    struct registered_agent agent = {.node_id = state->node_id};
    struct text *credential = arena_one(call->arena, struct text);

    *credential =
        open_sealed(call, *(const struct text *)call->handler_state, state->sealed_credential);
    if (!text_is_present(*credential)) {
        answer_damaged(call);
        return;
    }
    call->handler_state = credential;
    credential_answer(call, &agent);
}
