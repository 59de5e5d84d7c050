/*
 * Which nodes an order is for, where it says so by their labels; and what other areas have made of selections.
 * Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SELECTION_SELECTION_LOOKUP_H
#define COMMANDS_SELECTION_SELECTION_LOOKUP_H

#include "commands/command.h"
#include "core/label/selector.h"

/* As orders name it: by one of both. */
struct selection_ref {
    struct text selector;     /* absent: by the id … */
    struct uuid selection_id; /* … of a saved one; absent: by the text */
};

/* What that is now. */
struct selection_found {
    struct selector selector;
    struct text text;         /* of the selector, without blanks around it */
    struct uuid selection_id; /* absent: it is not saved */
    struct text name;         /* of the saved one; else absent */
};

static inline bool selection_is_named(struct selection_ref ref)
{
    return text_is_present(ref.selector) || uuid_is_present(ref.selection_id);
}

/* In the decision's arena. 404 where the workspace has no such selection; STATUS_INVALID, with the field and the
 * place, where the text is no selector, or where both are named, or none. */
MUST_USE enum status selection_find(
    const struct decision *decision,
    struct uuid workspace_id,
    struct selection_ref ref,
    struct selection_found *out,
    struct error *error);

/* Those of a workspace, counted up to a little over `most`; and all of them deleted, because the workspace is. */
uint64_t selection_count(const struct decision *decision, struct uuid workspace_id, uint64_t most);
void selection_emit_deleted(struct decision *decision, struct uuid workspace_id);

#endif
