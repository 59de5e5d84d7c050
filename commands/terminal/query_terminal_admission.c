/*
 * Question: may somebody attach to a live terminal session in this way? Asked before they are given a
 * token for it; attaching asks again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

static const struct field query_terminal_admission_fields[] = {
    {UUID(query_terminal_admission, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the session must belong to."},
    {UUID(query_terminal_admission, session_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the session."},
    {ENUM(query_terminal_admission, mode, terminal_mode_names), .tag = 3,
     .doc = "What the token is for; control when absent."},
};
static const struct shape query_terminal_admission_shape =
    SHAPE(query_terminal_admission, "Way to attach to a terminal session.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_terminal_admission *question = input;
    bool wants_control = question->mode.is == 0 || question->mode.is == TERMINAL_CONTROL;
    struct uuid me = decision->actor.id;
    struct terminal terminal;
    enum status status =
        terminal_of_admin(decision, question->workspace_id, question->session_id, &terminal, error);

    if (status == STATUS_OK && wants_control && !uuid_equal(terminal.user_id, me) &&
        !uuid_equal(terminal.live.controller_user_id, me))
        status = decision_refuse(error, &refused_terminal_creator);
    if (status == STATUS_OK)
        status = terminal_of_participant(decision, question->session_id, &terminal, error);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    terminal_answer(decision, ((const struct query_terminal_admission *)input)->session_id, answer);
}

const struct command query_terminal_admission_command = {
    .name = "query_terminal_admission",
    .doc = "Looks up whether somebody may attach to a terminal session.",
    .input = &query_terminal_admission_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
    .is_question = true,
};
