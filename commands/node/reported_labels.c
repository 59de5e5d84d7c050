/*
 * What agents report of their labels: taken as far as it goes. A key becomes one of ours by small letters, and "-" for
 * each other sign; a value by "_".
 *
 *   register_agent, report_heartbeat, connect_agent ──► [here] ──(node_labels_reported)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "core/label/label.h"
#include "core/shape/alteration.h"
#include "core/shape/json_peek.h"

enum { LONGEST_SHOWN_KEY = 80 };

/* A report that is being taken. */
struct taking {
    struct arena *arena;
    struct label labels[LABEL_MOST_REPORTED];
    size_t count;
    struct alteration altered[LABEL_MOST_REPORTED];
    size_t altered_count;
};

static void note(struct taking *taking, struct text key, enum alteration_kind what)
{
    if (taking->altered_count == LABEL_MOST_REPORTED)
        return;
    taking->altered[taking->altered_count++] = (struct alteration){
        text_format(
            taking->arena, "labels.%.*s", TEXT_ARGS(text_first_characters(key, LONGEST_SHOWN_KEY))),
        {what}};
}

/* What a key, or a value, is made of. */
struct signs {
    size_t longest;
    bool (*has)(char c);
    char other; /* stands for what it has not */
};

static bool is_sign_of_key(char c)
{
    return label_is_key((struct text){(const char[]){'a', c}, 2});
}

static bool is_sign_of_value(char c)
{
    return label_is_value((struct text){&c, 1});
}

static const struct signs signs_of_key = {LABEL_LONGEST_KEY, is_sign_of_key, '-'};
static const struct signs signs_of_value = {LABEL_LONGEST_VALUE, is_sign_of_value, '_'};

/* What is left of a text of the label that is called so. */
static struct text
take_signs(struct taking *taking, struct text name, struct text t, const struct signs *signs)
{
    struct text cut = text_first_bytes(t, signs->longest);
    char *taken = arena_take(taking->arena, cut.size + 1);
    bool is_replaced = false;

    for (size_t i = 0; i < cut.size; i++) {
        taken[i] = signs->has(cut.data[i]) ? cut.data[i] : signs->other;
        is_replaced = is_replaced || taken[i] != cut.data[i];
    }
    if (is_replaced)
        note(taking, name, ALTERED_REPLACED);
    if (cut.size < t.size)
        note(taking, name, ALTERED_CUT);
    return (struct text){taken, cut.size};
}

/* Absent where nothing of it can be a key. */
static struct text take_key(struct taking *taking, struct text name)
{
    struct text small = text_lower(taking->arena, name);
    struct text key = take_signs(taking, name, small, &signs_of_key);

    if (!label_is_key(key))
        return (struct text){NULL, 0};
    return text_format(taking->arena, LABEL_AGENT_PREFIX "%.*s", TEXT_ARGS(key));
}

/* A string; or a number, true or false as it is written. */
static struct text value_of(struct taking *taking, struct text written)
{
    struct text value = json_peek_text(taking->arena, written);

    if (text_is_present(value))
        return value;
    if (text_is(written, "null") || written.data[0] == '{' || written.data[0] == '[')
        return (struct text){NULL, 0};
    return written;
}

static void take(struct taking *taking, struct text name, struct text written)
{
    struct text key = take_key(taking, name);
    struct text value = value_of(taking, written);

    if (!text_is_present(key) || !text_is_present(value)) {
        note(taking, name, ALTERED_DROPPED);
        return;
    }
    taking->labels[taking->count++] =
        (struct label){key, take_signs(taking, name, value, &signs_of_value)};
}

/* All labels of the node, with those that its agent reports now in place of those that it did. */
static struct list
replaced(struct arena *arena, struct list known, const struct label *reported, size_t count)
{
    const struct label *old = known.items;
    struct label *all = arena_array(arena, known.count + count, sizeof(*all));
    size_t kept = 0;

    for (size_t i = 0; i < known.count; i++) {
        if (!label_is_reported(&old[i]))
            all[kept++] = old[i];
    }
    for (size_t i = 0; i < count; i++)
        all[kept++] = reported[i];
    return (struct list){all, label_sort(all, kept)};
}

void node_note_labels(
    struct decision *decision, struct uuid node_id, const struct node *node, struct json reported)
{
    struct taking *taking = arena_one(decision->arena, struct taking);
    struct node_labels_reported event = {.node_id = node_id};
    struct list known = {NULL, 0};
    struct text name;
    struct text written;
    size_t at = 0;

    if (!text_is_present(reported.text))
        return;
    taking->arena = decision->arena;
    while (taking->count < LABEL_MOST_REPORTED &&
           json_peek_pair(decision->arena, reported.text, &at, &name, &written))
        take(taking, name, written);
    if (json_peek_pair(decision->arena, reported.text, &at, &name, &written))
        note(taking, name, ALTERED_CUT);
    known = node_labels(decision, node_id);
    event.changes = label_set_changes(
        decision->arena, known, replaced(decision->arena, known, taking->labels, taking->count));
    if (taking->altered_count > 0)
        event.altered = (struct list){taking->altered, taking->altered_count};
    if (text_is_present(event.changes.text))
        decision_emit(decision, &node_labels_reported_event, node_id, node->workspace_id, &event);
}
