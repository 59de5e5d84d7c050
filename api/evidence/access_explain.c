/*
 * Why somebody may do something, or may not.
 *
 *   question ─► moment, path, facts on record ─► the rule's word ─► facts, each with its event
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/access.h"
#include "api/evidence/access_fact.h"
#include "api/evidence/access_path.h"
#include "api/evidence/entity.h"
#include "api/evidence/moment.h"
#include "api/refusals.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_read.h"
#include "migrations/identity/api_tokens.h"
#include "migrations/tables.h"

enum { MOST_MOMENT = 64, MOST_PATH = 1024, MOST_PATTERN = 256 };

static const char *const method_names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", NULL};

/* What all of them ask. */
struct access_asked {
    struct enum_value method;
    struct text path;
    struct text at;
};
static const struct field access_asked_fields[] = {
    {ENUM(access_asked, method, method_names), .tag = 1, .flags = REQUIRED,
     .doc = "Method of the call."},
    {TEXT(access_asked, path), .tag = 2, .flags = REQUIRED | ONE_LINE, .min = 1, .max = MOST_PATH,
     .digest = DIGEST_EMAIL, /* it may have a mailed token in it */
     .doc = "Path of the call, with its ids, as a client sends it: /api/v1/workspaces/<id>/tasks."},
    {TEXT(access_asked, at), .tag = 3, .flags = ONE_LINE, .min = 1, .max = MOST_MOMENT,
     .doc =
         "The moment: a position, a time of recording (RFC 3339, or a date, which means to its end) "
         "or back from now (-2h); now, when absent."},
};
static const struct shape access_asked_shape =
    SHAPE(access_asked, "A call that somebody might make.");

struct access_explain_own_input {
    struct access_asked asked;
    struct uuid api_token_id;
};
static const struct field access_explain_own_input_fields[] = {
    {UUID(access_explain_own_input, api_token_id), .tag = 4,
     .doc = "API token that the call would be made with; somebody who has signed in, when absent."},
};
const struct shape access_explain_own_input_shape = SHAPE_WITH(
    access_explain_own_input, "Call of the caller that is explained.", .base = &access_asked_shape);

struct access_explain_input {
    struct access_asked asked;
    struct uuid api_token_id;
    struct uuid user_id;
};
static const struct field access_explain_input_fields[] = {
    {UUID(access_explain_input, api_token_id), .tag = 4,
     .doc = "API token that the call would be made with; somebody who has signed in, when absent."},
    {UUID(access_explain_input, user_id), .tag = 5, .flags = REQUIRED,
     .doc = "Person, or service account, who would make it."},
};
const struct shape access_explain_input_shape = SHAPE_WITH(
    access_explain_input, "Call of somebody that is explained.", .base = &access_asked_shape);

struct access_explain_inside_input {
    struct access_asked asked;
    struct uuid user_id;
    struct uuid workspace_id;
};
static const struct field access_explain_inside_input_fields[] = {
    {UUID(access_explain_inside_input, user_id), .tag = 5, .flags = REQUIRED,
     .doc = "Person, or service account, who would make it: a member, or one who was."},
    {UUID(access_explain_inside_input, workspace_id), .tag = 6, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the path leads into."},
};
const struct shape access_explain_inside_input_shape = SHAPE_WITH(
    access_explain_inside_input,
    "Call in a workspace that is explained.",
    .base = &access_asked_shape);

struct access_refusal {
    int64_t status;
    struct text code;
    struct text message;
    struct text remedy;
};
static const struct field access_refusal_fields[] = {
    {INT64(access_refusal, status), .flags = REQUIRED, .doc = "HTTP status of the answer."},
    {TEXT(access_refusal, code), .flags = REQUIRED, .doc = "Code of the answer."},
    {TEXT(access_refusal, message), .flags = REQUIRED, .doc = "Text of the answer."},
    {TEXT(access_refusal, remedy), .doc = "What the code asks for; null where no table says."},
};
static const struct shape access_refusal_shape =
    SHAPE(access_refusal, "What the server answers to whoever is not let in.");

struct access_explanation {
    struct uuid user_id;
    struct uuid api_token_id;
    struct text method;
    struct text path;
    struct text route;
    struct text purpose;
    struct text rule;
    struct opt_bool allowed;
    const struct access_refusal *refusal;
    struct list facts;
    const struct moment *at;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field access_explanation_fields[] = {
    {UUID(access_explanation, user_id), .flags = REQUIRED, .doc = "Who would make the call."},
    {UUID(access_explanation, api_token_id),
     .doc = "API token that it would be made with; null where none is."},
    {TEXT(access_explanation, method), .flags = REQUIRED, .doc = "Method of the call."},
    {TEXT(access_explanation, path), .flags = REQUIRED, .doc = "Path of the call."},
    {TEXT(access_explanation, route), .flags = REQUIRED, .doc = "Route that it leads to."},
    {TEXT(access_explanation, purpose), .flags = REQUIRED, .doc = "What that does."},
    {TEXT(access_explanation, rule), .flags = REQUIRED, .doc = "Who may, in words."},
    {BOOL(access_explanation, allowed), .flags = REQUIRED,
     .doc = "Are they let in? What is refused because of the order itself is not foretold."},
    {OBJECT(access_explanation, refusal, access_refusal),
     .doc = "What is answered; null where they are let in."},
    {OBJECTS(access_explanation, facts, access_fact), .flags = REQUIRED,
     .doc = "What speaks for and against it, in the order in which calls are judged."},
    {OBJECT(access_explanation, at, moment), .flags = REQUIRED,
     .doc = "The moment that was asked for."},
    {INT64(access_explanation, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(access_explanation, time, moment_time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape access_explanation_shape =
    SHAPE(access_explanation, "Why somebody may make a call, or may not.");

/* A question on its way. */
struct explaining {
    const struct access_asked *asked;
    struct uuid user_id;
    struct uuid token_id;
    struct access_shown shown;
    struct moment at;
    struct access_path path;
    struct access_record record;
    struct access_question question;
};

static enum status refuse_missing(struct error *error, const char *field, struct uuid id)
{
    char printed[UUID_TEXT_SIZE];

    uuid_print(id, printed);
    error_set_code(
        error, STATUS_NOT_FOUND, "entity_not_found", "%s %s was not found", field, printed);
    error_field(error, field);
    return STATUS_NOT_FOUND;
}

/* Of accounts that never were nothing is explained. */
static enum status
check_user(struct call *call, const struct explaining *explaining, struct error *error)
{
    const struct entity_input asked = {
        .kind = enum_from(table_entities, text_lit("user")), .id = explaining->user_id};
    const struct entity entity = entity_of(&asked);
    enum status status = entity_must_be(call, &entity, error);

    return status == STATUS_NOT_FOUND ? refuse_missing(error, "userId", explaining->user_id)
                                      : status;
}

/* In a workspace people are known who are its members, or were. */
static enum status
check_member(struct call *call, const struct explaining *explaining, struct error *error)
{
    const struct access_place now = {
        .user_id = explaining->user_id,
        .workspace_id = explaining->shown.workspace,
        .size = call->ledger_size,
    };
    struct access_record record;
    enum status status;

    if (!uuid_is_present(explaining->shown.workspace))
        return STATUS_OK;
    if (!uuid_equal(explaining->shown.workspace, explaining->path.workspace_id))
        return error_set_field(
            error, "validation_failed", "path", "must lead into the workspace that asks");
    status = access_record_look(call, &now, &record, error);
    if (status == STATUS_OK && record.membership.made_at == INT64_ABSENT)
        return refuse_missing(error, "userId", explaining->user_id);
    return status;
}

/* A token of somebody else is as absent as none. */
static enum status
check_token(struct call *call, const struct explaining *explaining, struct error *error)
{
    const struct api_token_row *row;
    struct traced token;
    enum status status = traced_look(
        call, &api_tokens_table, explaining->token_id, call->ledger_size, &token, error);

    if (status != STATUS_OK || !uuid_is_present(explaining->token_id))
        return status;
    row = token.row != NULL ? token.row : token.last;
    if (row == NULL || !uuid_equal(row->user_id, explaining->user_id))
        return refuse_missing(error, "apiTokenId", explaining->token_id);
    return STATUS_OK;
}

static enum status
read_question(struct call *call, struct explaining *explaining, struct error *error)
{
    const struct access_asked *asked = explaining->asked;
    struct text method = text_from(enum_name(method_names, asked->method));
    enum status status =
        moment_read(call->services->ledger, asked->at, "at", &explaining->at, error);

    if (status == STATUS_OK)
        status = check_user(call, explaining, error);
    if (status == STATUS_OK)
        status = access_path_read(call, method, asked->path, &explaining->path, error);
    if (status == STATUS_OK)
        status = check_member(call, explaining, error);
    if (status == STATUS_OK)
        status = check_token(call, explaining, error);
    return status;
}

struct timestamp
access_time(const struct call *call, struct text asked, const struct moment *moment)
{
    if (!text_is_present(asked))
        return call->arrived_at;
    return timestamp_is_present(moment->time) ? moment->time : moment->recorded_at;
}

static enum status look(struct call *call, struct explaining *explaining, struct error *error)
{
    struct access_question *question = &explaining->question;
    const struct access_path *path = &explaining->path;
    enum status status;

    *question = (struct access_question){
        .route = path->match.route,
        .place =
            {.user_id = explaining->user_id,
             .workspace_id = path->workspace_id,
             .token_id = explaining->token_id,
             .size = moment_size(&explaining->at)},
        .workspace = path->workspace,
        .is_ledger_public = opt_bool_is_true(call->services->settings->ledger_public),
        .is_of_thing = path->is_of_thing,
        .at = access_time(call, explaining->asked->at, &explaining->at),
        .record = &explaining->record,
        .shown = explaining->shown,
    };
    status = access_record_look(call, &question->place, &explaining->record, error);
    if (status == STATUS_OK)
        question->access = access_record_facts(&question->place, &explaining->record, question->at);
    return status;
}

/* The word of the rule; of things that are not there, as the server says it to whoever is let in. */
static enum status judge(
    struct call *call,
    const struct explaining *explaining,
    struct access_explanation *out,
    struct error *error)
{
    const struct access_question *question = &explaining->question;
    struct access_refusal *refusal = arena_one(call->arena, struct access_refusal);
    struct error said;
    enum status status = access_judge(question, &question->access, &said);

    out->allowed = opt_bool_of(status == STATUS_OK);
    if (status == STATUS_OK)
        return access_path_check_things(call, &explaining->path, error);
    if (question->is_of_thing && status == STATUS_NOT_FOUND && question->shown.is_own)
        return access_path_refuse_thing(call, &explaining->path, error);
    *refusal = (struct access_refusal){
        .status = status_http(status),
        .code = text_copy(call->arena, text_from(said.code)),
        .message = text_copy(call->arena, text_from(said.text)),
    };
    if (refusals_remedy(refusal->code) != NULL)
        refusal->remedy = text_from(refusals_remedy(refusal->code));
    out->refusal = refusal;
    return STATUS_OK;
}

static struct text pattern_of(struct call *call, const struct route *route)
{
    AUTO_BUF path = {0};

    buf_init(&path, MOST_PATTERN);
    route_path(route, &path);
    return text_copy(call->arena, buf_text(&path));
}

static enum status
answer(struct call *call, const struct explaining *explaining, struct error *error)
{
    const struct route *route = explaining->path.match.route;
    struct access_explanation explanation = {
        .user_id = explaining->user_id,
        .api_token_id = explaining->token_id,
        .method = text_from(route->method),
        .path = explaining->asked->path,
        .route = pattern_of(call, route),
        .purpose = text_from(route->doc),
        .rule = text_from(route_callers(route)->sentence),
        .at = &explaining->at,
        .ledger_size = (int64_t)call->ledger_size,
        .time = {1},
    };
    enum status status = judge(call, explaining, &explanation, error);

    if (status == STATUS_OK)
        status = access_facts(call, &explaining->question, &explanation.facts, error);
    if (status == STATUS_OK)
        call_answer_shape(call, 200, &access_explanation_shape, &explanation);
    return status;
}

static void explain(struct call *call, struct explaining *explaining)
{
    struct error error;
    enum status status;

    call->ledger_size = ledger_size(call->services->ledger);
    status = read_question(call, explaining, &error);
    if (status == STATUS_OK)
        status = look(call, explaining, &error);
    if (status == STATUS_OK)
        status = answer(call, explaining, &error);
    if (status != STATUS_OK)
        call_answer_error(call, &error);
}

void access_explain_handle(struct call *call)
{
    const struct access_explain_input *input = call->input;
    struct explaining explaining = {
        .asked = &input->asked, .user_id = input->user_id, .token_id = input->api_token_id};

    explain(call, &explaining);
}

void access_explain_inside_handle(struct call *call)
{
    const struct access_explain_inside_input *input = call->input;
    struct explaining explaining = {
        .asked = &input->asked,
        .user_id = input->user_id,
        .shown.workspace = input->workspace_id,
    };

    explain(call, &explaining);
}

void access_explain_own_handle(struct call *call)
{
    const struct access_explain_own_input *input = call->input;
    struct explaining explaining = {
        .asked = &input->asked,
        .user_id = call->actor.id,
        .token_id = input->api_token_id,
        .shown.is_own = true,
    };

    explain(call, &explaining);
}
