/*
 * The door that calls have to the writer. What the process itself has to say goes by own_command.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor.h"
#include "api/call.h"
#include "api/entity_tag.h"
#include "core/crypto/crypto.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/leadership.h"

enum { LONGEST_KEY = 200, LONGEST_USER_AGENT = 500 };

/* The writer's thread: the batch has committed. */
static void on_done(struct submission *submission)
{
    struct call *call = submission->owner;

    call_gather(call);
}

static void fill_origin(struct call *call)
{
    struct origin *origin = &call->submission.origin;
    struct text agent = text_first_bytes(
        text_cleaned(call->arena, http_header(call->request, "User-Agent")), LONGEST_USER_AGENT);

    origin->address.text = call->request->remote_address;
    origin->user_agent.text = agent;
    keyed_digest_personal(
        call->services->keyring, &origin_shape, call->submission.now, call->arena, origin);
}

static void begin(struct call *call, const struct command *command, void *input)
{
    struct submission *submission = &call->submission;

    submission_init(submission, command);
    submission->input = input;
    submission->arena = call->arena;
    submission->actor = call->actor;
    submission->correlation = call->correlation_id;
    submission->done = on_done;
    submission->owner = call;
    if (command->is_question)
        return; /* leaves no trace, so nobody's either */
    fill_origin(call);
    if (input != NULL)
        keyed_digest_personal(
            call->services->keyring, command->input, submission->now, call->arena, input);
}

/* Recorded, perhaps, and not to be relied on. */
static bool has_lost_lease(struct call *call)
{
    struct submission *submission = &call->submission;
    struct error why = {0};

    if (leadership_hold(call->services->leadership, &why) == STATUS_OK)
        return false;
    submission->status = error_set_code(
        &submission->error, STATUS_UNAVAILABLE, "outcome_unknown",
        "Whether this was done is unknown: %s", why.text);
    submission->emitted = 0;
    return true;
}

/* On its loop: what was recorded, now or before, is acknowledged by who leads, once followers hold it, too. So is
 * that there was nothing to do: what it would have recorded is then in what was recorded before. */
static void on_outcome(struct call *call)
{
    const struct submission *submission = &call->submission;
    bool is_done = submission->emitted > 0 || submission->is_repeat ||
                   command_is_relied_on(submission->command);

    if (submission->status == STATUS_OK && is_done && !has_lost_lease(call))
        call_wait_held(call, call->held);
    else
        call->held(call);
}

static void hand_over(struct call *call, void (*next)(struct call *call))
{
    const struct transport *transport = call->transport;
    bool is_settled = call->worker == NULL && !call->submission.command->is_question;

    call->held = next;
    call->next = on_outcome;
    if (!writer_submit(call->services->writer, &call->submission))
        call_answer_busy(call);
    else if (is_settled && transport->placed != NULL)
        transport->placed(call); /* it comes back by this loop, so not yet */
}

void call_submit(
    struct call *call, const struct command *command, void *input, void (*next)(struct call *call))
{
    begin(call, command, input);
    hand_over(call, next);
}

void call_submit_once(
    struct call *call,
    const struct command *command,
    void *input,
    struct digest name,
    void (*next)(struct call *call))
{
    begin(call, command, input);
    submission_name(&call->submission, name);
    hand_over(call, next);
}

/* What makes a repeat the same request: method, target, body, and an agent's credential, because
 * that is only looked at where a command is decided, and a repeat is not. */
static struct digest digest_request(const struct call *call)
{
    struct keyed_request request = {
        .method = call->request->method,
        .target = call->request->target,
        .body = call->request->body,
    };

    if (call->route->who == WHO_AGENT)
        request.credential = call->credential;
    return keyed_digest_request(call->services->keyring, &request);
}

/* The names by which a repeat will be known. */
static void name_command(struct call *call, struct text idempotency_key)
{
    struct submission *submission = &call->submission;
    struct digest *request = arena_one(call->arena, struct digest);

    *request = digest_request(call);
    submission->request_digest = (struct bytes){request->bytes, DIGEST_SIZE};
    submission->command_id =
        keyed_digest_command(call->services->keyring, submission->actor, *request, idempotency_key);
}

static enum status read_key(struct call *call, struct error *error)
{
    struct text key = text_trim(http_header(call->request, "Idempotency-Key"));

    if (key.size > LONGEST_KEY || !text_is_clean_utf8(key))
        return error_set_code(
            error, STATUS_INVALID, "invalid_header",
            "Idempotency-Key must be text of at most %d characters.", LONGEST_KEY);
    if (key.size > 0 && !call->is_never_repeated)
        name_command(call, key);
    return STATUS_OK;
}

/* What the caller wants to change: what the last id in the path names, or their own account. */
static struct uuid addressed_stream(const struct call *call)
{
    struct uuid stream = UUID_NONE;

    if (text_starts_with(text_from(call->route->path), text_lit("/users/me/")))
        return call->actor.id;
    for (size_t i = 0; i < call->path_param_count; i++) {
        if (!uuid_parse(call->path_params[i].value, &stream))
            break;
    }
    return stream;
}

static enum status read_condition(struct call *call, struct error *error)
{
    struct submission *submission = &call->submission;
    struct if_match *condition = arena_one(call->arena, struct if_match);

    if (!entity_tag_if_match(http_header(call->request, "If-Match"), condition))
        return error_set_code(
            error, STATUS_INVALID, "invalid_header",
            "If-Match must be *, or at most %d entity tags as this server gives them.",
            ENTITY_TAG_MOST);
    if (!condition->is_demanded)
        return STATUS_OK;
    submission->expected_stream = addressed_stream(call);
    submission->expected_revisions = condition->revisions;
    submission->expected_count = condition->count;
    return STATUS_OK;
}

void call_submit_route(
    struct call *call, const struct command *command, void *input, void (*next)(struct call *call))
{
    struct error error;

    begin(call, command, input);
    if (read_key(call, &error) == STATUS_OK && read_condition(call, &error) == STATUS_OK)
        hand_over(call, next);
    else
        call_answer_error(call, &error);
}

void call_hash(struct call *call, void (*next)(struct call *call))
{
    struct error error;

    if (call_try_hash(call, next))
        return;
    atomic_fetch_add(&call->services->meter->refused_busy, 1);
    error_set_code(
        &error, STATUS_TOO_MANY, "busy",
        "Too many people sign in at this moment. Nothing was changed; try again.");
    call_header(call, "Retry-After", text_lit("1"));
    call_answer_error(call, &error);
}

void call_refuse(struct call *call, const struct error *error)
{
    const struct refused_call refusal = {
        .code = text_from(error->code),
        .method = call->request->method,
        .route = text_from(call->route->path),
        .address = call->request->remote_address,
        .correlation = call->correlation_id,
        .actor = call->actor.kind == 0 ? (struct actor){.kind = ACTOR_STRANGER} : call->actor,
    };

    monitor_note_refusal(call->services->monitor, &refusal);
    call_answer_error(call, error);
}

void call_answer_refusal(struct call *call)
{
    const struct error *error = &call->submission.error;

    if (error->status == STATUS_UNAUTHENTICATED || error->status == STATUS_FORBIDDEN)
        call_refuse(call, error);
    else
        call_answer_error(call, error);
}
