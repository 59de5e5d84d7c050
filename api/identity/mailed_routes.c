/*
 * What holders of a mailed token do with it, in straight lines between the waits:
 *
 *   show:  is it good? (writer) ─► visible ─► whose address and name
 *   use:   is it good? (writer) ─► Argon2id (hasher) ─► the order itself (writer)
 *
 * It is asked first, so that guesses cost no hashing; and again by the order, so that of two at the
 * same moment one wins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/mailed_routes.h"

#include "api/call.h"
#include "api/identity/password_steps.h"
#include "api/identity/user_resources.h"
#include "api/node/credential_view.h"
#include "api/select.h"
#include "core/crypto/crypto.h"

enum { LONGEST_TOKEN = 200 };

static const struct field token_path_fields[] = {
    {TEXT(token_path, token), .tag = 1, .flags = REQUIRED | FROM_PATH | SECRET,
     .max = LONGEST_TOKEN, .doc = "Token from the mail."},
};
const struct shape token_path_shape = SHAPE(token_path, "Token from a mail.");

static const struct field token_password_fields[] = {
    {TEXT(token_password, token), .tag = 1, .flags = REQUIRED | FROM_PATH | SECRET,
     .max = LONGEST_TOKEN, .doc = "Token from the mail."},
    {TEXT(token_password, password), .tag = 2, .flags = REQUIRED | SECRET, .min = LEAST_PASSWORD,
     .max = LONGEST_PASSWORD, .doc = "New password of the account."},
};
const struct shape token_password_shape =
    SHAPE(token_password, "Token from a mail, and the password to set with it.");

static const struct field invitation_view_fields[] = {
    {TEXT(invitation_view, email), .tag = 1, .doc = "Email address of the account."},
    {TEXT(invitation_view, name), .tag = 2, .doc = "Name of the account."},
    {TIMESTAMP(invitation_view, expires_at), .tag = 3, .flags = REQUIRED,
     .doc = "Time until which the invitation can be accepted."},
};
const struct shape invitation_view_shape = SHAPE(invitation_view, "An invitation.");

static const struct field reset_view_fields[] = {
    {TEXT(reset_view, email), .tag = 1, .doc = "Email address of the account."},
    {TIMESTAMP(reset_view, expires_at), .tag = 2, .flags = REQUIRED,
     .doc = "Time until which the token can be used."},
};
const struct shape reset_view_shape = SHAPE(reset_view, "A request to replace a password.");

/* What one call does with a token. */
struct use {
    enum mailed_purpose purpose;
    struct bytes token_digest;
    struct mailed_token_lookup facts;
    void (*next)(struct call *call); /* once the token is known to be good */
};

static void on_facts(struct call *call)
{
    struct use *use = call->handler_state;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    use->facts = *(const struct mailed_token_lookup *)call->submission.answer;
    use->next(call);
}

static void
ask(struct call *call,
    enum mailed_purpose purpose,
    struct text token,
    void (*next)(struct call *call))
{
    struct use *use = arena_one(call->arena, struct use);
    struct query_mailed_token *question = arena_one(call->arena, struct query_mailed_token);

    use->purpose = purpose;
    use->token_digest = credential_digest(call->arena, token);
    use->next = next;
    call->handler_state = use;
    question->purpose.is = purpose;
    question->token_digest = use->token_digest;
    call_submit(call, &query_mailed_token_command, question, on_facts);
}

static void render(struct call *call)
{
    const struct use *use = call->handler_state;
    const void *row = NULL;
    struct error error;
    const struct user_row *user;

    if (select_row(call, &me_resource, use->facts.user_id, &row, &error) == STATUS_OK &&
        row == NULL)
        error_set(&error, STATUS_NOT_FOUND, "User was not found");
    if (row == NULL) {
        call_answer_error(call, &error);
        return;
    }
    user = row;
    if (use->purpose == MAILED_INVITATION) {
        const struct invitation_view view = {user->email, user->name, use->facts.expires_at};
        call_answer_shape(call, 200, &invitation_view_shape, &view);
    } else {
        const struct reset_view view = {user->email, use->facts.expires_at};
        call_answer_shape(call, 200, &reset_view_shape, &view);
    }
}

static void show(struct call *call)
{
    call_wait_shown(call, call->submission.size, render);
}

static void on_used(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        password_answer_success(call);
    else
        call_answer_error(call, &call->submission.error);
}

/* On a hashing thread. Whoever holds the token is the person that it was mailed to. */
static void hash_and_use(struct call *call)
{
    const struct use *use = call->handler_state;
    const struct token_password *body = call->input;
    struct personal password = {.text = password_hash(call->arena, body->password)};

    call->actor = (struct actor){.kind = ACTOR_USER, .id = use->facts.user_id};
    if (use->purpose == MAILED_INVITATION) {
        struct accept_invitation *input = arena_one(call->arena, struct accept_invitation);
        *input = (struct accept_invitation){use->token_digest, password};
        call_submit(call, &accept_invitation_command, input, on_used);
    } else {
        struct reset_password *input = arena_one(call->arena, struct reset_password);
        *input = (struct reset_password){use->token_digest, password};
        call_submit(call, &reset_password_command, input, on_used);
    }
}

static void hash(struct call *call)
{
    call_hash(call, hash_and_use);
}

void mailed_invitation_show(struct call *call)
{
    ask(call, MAILED_INVITATION, ((const struct token_path *)call->input)->token, show);
}

void mailed_invitation_accept(struct call *call)
{
    ask(call, MAILED_INVITATION, ((const struct token_password *)call->input)->token, hash);
}

void mailed_reset_show(struct call *call)
{
    ask(call, MAILED_RESET, ((const struct token_path *)call->input)->token, show);
}

void mailed_reset_complete(struct call *call)
{
    ask(call, MAILED_RESET, ((const struct token_password *)call->input)->token, hash);
}
