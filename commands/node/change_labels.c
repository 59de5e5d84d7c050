/*
 * Change the labels that operators have given a node: null takes one away, what is not named stays.
 *
 *   api ──change_labels──► [here] ──node_labels_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "core/label/label.h"
#include "core/shape/json_peek.h"

enum { LONGEST_CHANGE = 32 << 10, LONGEST_SHOWN_KEY = 80 };

static const struct field change_labels_fields[] = {
    {UUID(change_labels, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(change_labels, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {JSON(change_labels, labels), .tag = 3, .flags = REQUIRED, .max = LONGEST_CHANGE,
     .doc = "Values by their keys; null removes a label, and what is not named stays."},
};
static const struct shape change_labels_shape = SHAPE(change_labels, "Changes of a node's labels.");

static enum status refuse(
    const struct decision *decision,
    struct error *error,
    const struct refusal *refusal,
    struct text key)
{
    const char *shown = text_c(decision->arena, text_first_characters(key, LONGEST_SHOWN_KEY));

    (void)decision_refuse(error, refusal, shown);
    error_field(error, text_c(decision->arena, text_format(decision->arena, "labels.%s", shown)));
    return error->status;
}

static enum status
check(const struct decision *decision, struct text key, struct text written, struct error *error)
{
    struct text value = json_peek_text(decision->arena, written);

    if (!label_is_key(key))
        return refuse(decision, error, &refused_label_key, key);
    if (!text_is(written, "null") && !(text_is_present(value) && label_is_value(value)))
        return refuse(decision, error, &refused_label_value, key);
    return STATUS_OK;
}

static enum status
check_all(const struct decision *decision, struct text changes, struct error *error)
{
    enum status status = STATUS_OK;
    struct text key;
    struct text value;
    size_t at = 0;

    while (status == STATUS_OK && json_peek_pair(decision->arena, changes, &at, &key, &value))
        status = check(decision, key, value, error);
    return status;
}

static size_t count_own(struct list labels)
{
    const struct label *all = labels.items;
    size_t count = 0;

    for (size_t i = 0; i < labels.count; i++)
        count += label_is_reported(&all[i]) ? 0 : 1;
    return count;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_labels *order = input;
    struct node_labels_changed changed = {.node_id = order->id};
    struct list known = node_labels(decision, order->id);
    struct list wanted = {NULL, 0};
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status == STATUS_OK)
        status = check_all(decision, order->labels.text, error);
    if (status != STATUS_OK)
        return status;
    wanted = label_set_patched(decision->arena, known, order->labels);
    if (count_own(wanted) > LABEL_MOST_OWN)
        return decision_refuse(error, &refused_labels_full);
    changed.changes = label_set_changes(decision->arena, known, wanted);
    if (text_is_present(changed.changes.text))
        decision_emit(decision, &node_labels_changed_event, order->id, node.workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_labels_command = {
    .name = "change_labels",
    .doc = "Changes the labels of a node.",
    .input = &change_labels_shape,
    .decide = decide,
};
