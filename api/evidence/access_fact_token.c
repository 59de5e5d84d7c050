/*
 * Facts of API tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/access_rule.h"
#include "api/call.h"
#include "api/evidence/access_fact_internal.h"
#include "eventlog/events/identity_events.h"
#include "migrations/identity/api_tokens.h"

static bool is_for_programs(const struct drawing *drawing)
{
    return uuid_is_present(drawing->question->place.token_id);
}

void access_fact_token(struct drawing *drawing)
{
    const struct traced *token = &drawing->question->record->token;
    const struct api_token_row *row = token->row;
    struct access_fact *fact = &drawing->fact;

    if (!is_for_programs(drawing))
        return;
    access_fact_require(drawing, !drawing->question->access.has_session_ended);
    drawing->position = row == NULL ? token->removed_at : token->made_at;
    if (row != NULL && opt_bool_is_true(fact->is_met)) {
        char time[TIMESTAMP_TEXT_SIZE];
        timestamp_print(row->expires_at, time);
        fact->value = text_lit("good");
        fact->text = text_format(drawing->call->arena, "The API token is good until %s.", time);
        return;
    }
    fact->value = text_from(row == NULL && token->last == NULL ? "none" : "ended");
    fact->text = text_from(
        row == NULL && token->last == NULL ? "There was no such API token yet."
                                           : "The API token has ended.");
    fact->remedy = text_lit("Another token is made: none that has ended comes back.");
}

void access_fact_token_scope(struct drawing *drawing)
{
    const struct api_token_row *row = drawing->question->record->token.row;
    int64_t needed = access_rule_scope(drawing->question->route);
    struct access_fact *fact = &drawing->fact;

    if (!is_for_programs(drawing) || row == NULL)
        return;
    access_fact_require(drawing, needed != 0 && row->scope.is >= needed);
    drawing->position = drawing->question->record->token.made_at;
    fact->value = text_from(enum_name(token_scope_names, row->scope));
    fact->text = needed == 0
                     ? text_lit("No API token opens this: it takes somebody who is signed in.")
                     : text_format(
                           drawing->call->arena, "The API token has the scope %s; it takes %s.",
                           fact->value.data, token_scope_names[needed - 1]);
    if (!opt_bool_is_true(fact->is_met) && access_fact_asks_person(drawing->question))
        fact->remedy = needed == 0 ? text_lit("They sign in.")
                                   : text_format(
                                         drawing->call->arena, "A token with the scope %s is made.",
                                         token_scope_names[needed - 1]);
}

void access_fact_token_workspaces(struct drawing *drawing)
{
    const struct api_token_row *row = drawing->question->record->token.row;
    struct access_fact *fact = &drawing->fact;

    if (!is_for_programs(drawing) || row == NULL)
        return;
    access_fact_require(drawing, drawing->question->access.token_is_for_here);
    drawing->position = drawing->question->record->token.made_at;
    fact->value = text_from(row->workspace_ids.count == 0 ? "all" : "some");
    fact->text = text_from(
        opt_bool_is_true(fact->is_met)
            ? "The API token is good here."
            : "The API token is good in some workspaces only, and not here.");
    if (!opt_bool_is_true(fact->is_met))
        fact->remedy = text_lit("A token that is good here, or everywhere, is made.");
}

/* From where it is used no path says. */
void access_fact_token_networks(struct drawing *drawing)
{
    const struct api_token_row *row = drawing->question->record->token.row;
    struct access_fact *fact = &drawing->fact;

    if (!is_for_programs(drawing) || row == NULL || !text_is_present(row->networks))
        return;
    fact->effect.is = EFFECT_MAY_REFUSE;
    fact->is_met = OPT_TRUE;
    fact->value = row->networks;
    fact->text = text_lit("The API token may come from these addresses only.");
    drawing->position = drawing->question->record->token.made_at;
}
