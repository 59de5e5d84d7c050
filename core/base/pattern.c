/*
 * Patterns as programs: a step takes one character of a set, or goes on elsewhere. Where a step goes on is said by
 * a distance, so that a piece of program can be moved and copied, which is how repetitions are made.
 *
 *   a|b    SPLIT 1,3   a   JUMP 2   b        a*   SPLIT 1,3   a   JUMP -2
 *   a?     SPLIT 1,2   a                     a+   a   SPLIT -1,1
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/pattern.h"

#include <string.h>

enum step_kind { STEP_TAKE, STEP_JUMP, STEP_SPLIT };
enum { MOST_DEPTH = 20, MOST_REPEATS = PATTERN_MOST_STEPS };

struct step {
    enum step_kind kind;
    int32_t to;       /* JUMP, SPLIT: where to go on … */
    int32_t or_to;    /* … SPLIT: and where as well */
    struct text set;  /* TAKE: what stands between [ and ], or a single character */
    bool is_negative; /* [^…] */
    bool is_any;      /* . */
};

struct pattern {
    size_t count;
    struct step steps[PATTERN_MOST_STEPS];
};

struct compiler {
    struct pattern *pattern;
    struct text source;
    size_t at;
    const char *problem; /* NULL: none so far */
};

/* A character of clean UTF-8, and behind it. */
static uint32_t take_character(struct text t, size_t *at)
{
    uint8_t lead = (uint8_t)t.data[(*at)++];
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    uint32_t character = more == 0 ? lead : lead & (0x3Fu >> more);

    for (; more > 0 && *at < t.size; more--)
        character = character << 6 | ((uint8_t)t.data[(*at)++] & 0x3Fu);
    return character;
}

static bool is_between(uint32_t character, uint32_t from, uint32_t to)
{
    return character >= from && character <= to;
}

static bool is_digit(uint32_t character)
{
    return is_between(character, '0', '9');
}

static bool is_word(uint32_t character)
{
    return is_digit(character) || is_between(character, 'a', 'z') ||
           is_between(character, 'A', 'Z') || character == '_';
}

static bool is_space(uint32_t character)
{
    return character == ' ' || is_between(character, '\t', '\r');
}

static bool is_class(uint32_t letter)
{
    return letter == 'd' || letter == 'w' || letter == 's';
}

/* What stands behind a backslash: a class, or the character itself. */
static bool is_escaped(uint32_t letter, uint32_t character)
{
    switch (letter) {
    case 'd':
        return is_digit(character);
    case 'w':
        return is_word(character);
    case 's':
        return is_space(character);
    default:
        return letter == character;
    }
}

/* One entry of a set: a class, a character, or a range of characters. */
static bool entry_has(struct text set, size_t *at, uint32_t character)
{
    uint32_t first = take_character(set, at);
    bool is_escape = first == '\\' && *at < set.size;
    uint32_t last;

    if (is_escape)
        first = take_character(set, at);
    if (is_escape && is_class(first))
        return is_escaped(first, character);
    if (*at + 1 >= set.size || set.data[*at] != '-')
        return first == character;
    (*at)++;
    last = take_character(set, at);
    if (last == '\\' && *at < set.size)
        last = take_character(set, at);
    return is_between(character, first, last);
}

static bool step_takes(const struct step *step, uint32_t character)
{
    bool is_in = step->is_any;

    for (size_t at = 0; !is_in && at < step->set.size;)
        is_in = entry_has(step->set, &at, character);
    return is_in != step->is_negative;
}

static bool fail(struct compiler *compiler, const char *problem)
{
    if (compiler->problem == NULL)
        compiler->problem = problem;
    return false;
}

static bool is_at_end(const struct compiler *compiler)
{
    return compiler->at == compiler->source.size;
}

static bool take(struct compiler *compiler, char wanted)
{
    if (is_at_end(compiler) || compiler->source.data[compiler->at] != wanted)
        return false;
    compiler->at++;
    return true;
}

/* Makes room for so many steps at `from`; what stood there goes on behind them. */
static bool make_room(struct compiler *compiler, size_t from, size_t steps)
{
    struct pattern *pattern = compiler->pattern;

    if (pattern->count + steps > PATTERN_MOST_STEPS)
        return fail(compiler, "is too large");
    memmove(
        &pattern->steps[from + steps], &pattern->steps[from],
        (pattern->count - from) * sizeof(struct step));
    pattern->count += steps;
    return true;
}

static bool insert(struct compiler *compiler, size_t at, struct step step)
{
    if (!make_room(compiler, at, 1))
        return false;
    compiler->pattern->steps[at] = step;
    return true;
}

static bool append(struct compiler *compiler, struct step step)
{
    return insert(compiler, compiler->pattern->count, step);
}

static struct step split(size_t to, size_t or_to)
{
    return (struct step){.kind = STEP_SPLIT, .to = (int32_t)to, .or_to = (int32_t)or_to};
}

/* Behind a backslash. */
static bool skip_escaped(struct compiler *compiler)
{
    uint32_t letter;

    if (is_at_end(compiler))
        return fail(compiler, "ends with a backslash");
    letter = take_character(compiler->source, &compiler->at);
    return !is_word(letter) || is_class(letter) ||
           fail(compiler, "has an escape that is not known");
}

/* Between the brackets; a `]` that comes first is one of the set. */
static bool parse_set(struct compiler *compiler)
{
    struct step step = {.kind = STEP_TAKE, .is_negative = take(compiler, '^')};
    size_t from = compiler->at;

    while (!is_at_end(compiler) &&
           (compiler->source.data[compiler->at] != ']' || compiler->at == from)) {
        if (!take(compiler, '\\'))
            take_character(compiler->source, &compiler->at);
        else if (!skip_escaped(compiler))
            return false;
    }
    step.set = text_slice(compiler->source, from, compiler->at - from);
    if (!take(compiler, ']'))
        return fail(compiler, "has a [ without ]");
    return append(compiler, step);
}

static bool parse_choice(struct compiler *compiler, int depth);

static bool parse_group(struct compiler *compiler, int depth)
{
    if (depth == MOST_DEPTH)
        return fail(compiler, "is nested too deeply");
    if (take(compiler, '?') && !take(compiler, ':'))
        return fail(compiler, "has a (? that is not known");
    if (!parse_choice(compiler, depth + 1))
        return false;
    return take(compiler, ')') || fail(compiler, "has a ( without )");
}

/* One character, as it is written from `from` on. */
static bool append_written(struct compiler *compiler, size_t from)
{
    struct text set = text_slice(compiler->source, from, compiler->at - from);

    return append(compiler, (struct step){.kind = STEP_TAKE, .set = set});
}

static bool parse_atom(struct compiler *compiler, int depth)
{
    size_t from = compiler->at;

    if (take(compiler, '('))
        return parse_group(compiler, depth);
    if (take(compiler, '['))
        return parse_set(compiler);
    if (take(compiler, '.'))
        return append(compiler, (struct step){.kind = STEP_TAKE, .is_any = true});
    if (take(compiler, '\\'))
        return skip_escaped(compiler) && append_written(compiler, from);
    if (text_find(text_lit("*+?{^$"), compiler->source.data[from], 0) < 6)
        return fail(compiler, "has a sign of repetition, ^ or $ where there is nothing for it");
    take_character(compiler->source, &compiler->at);
    return append_written(compiler, from);
}

/* A number of repetitions. */
static bool parse_number(struct compiler *compiler, size_t *out)
{
    size_t from = compiler->at;

    *out = 0;
    while (!is_at_end(compiler) && is_digit((uint8_t)compiler->source.data[compiler->at])) {
        *out = *out * 10 + (size_t)(compiler->source.data[compiler->at++] - '0');
        if (*out > MOST_REPEATS)
            return fail(compiler, "is too large");
    }
    return compiler->at > from || fail(compiler, "has a { without a number");
}

/* "{n}", "{n,}" or "{n,m}" behind its brace; `most` 0: without end. */
static bool parse_bounds(struct compiler *compiler, size_t *out_least, size_t *out_most)
{
    if (!parse_number(compiler, out_least))
        return false;
    *out_most = *out_least;
    if (take(compiler, ',')) {
        *out_most = 0;
        if (!is_at_end(compiler) && compiler->source.data[compiler->at] != '}' &&
            !parse_number(compiler, out_most))
            return false;
        if (*out_most == 0 && compiler->source.data[compiler->at - 1] != ',')
            return fail(compiler, "repeats something at most 0 times");
    } else if (*out_least == 0) {
        return fail(compiler, "repeats something at most 0 times");
    }
    if (*out_most != 0 && *out_most < *out_least)
        return fail(compiler, "has bounds that are the wrong way round");
    return take(compiler, '}') || fail(compiler, "has a { without }");
}

/* The steps from `from` on, again at the end. */
static bool copy(struct compiler *compiler, size_t from, size_t size)
{
    size_t to = compiler->pattern->count;

    if (!make_room(compiler, to, size))
        return false;
    memcpy(
        &compiler->pattern->steps[to], &compiler->pattern->steps[from], size * sizeof(struct step));
    return true;
}

/* What stands from `from` on, any number of times. */
static bool loop(struct compiler *compiler, size_t from)
{
    size_t size = compiler->pattern->count - from;

    return insert(compiler, from, split(1, size + 2)) &&
           append(compiler, (struct step){.kind = STEP_JUMP, .to = -(int32_t)(size + 1)});
}

/* Each further one may be the last. */
static bool repeat(struct compiler *compiler, size_t from, size_t least, size_t most)
{
    size_t size = compiler->pattern->count - from;
    bool is_made = true;

    for (size_t n = 1; is_made && n < least; n++)
        is_made = copy(compiler, from, size);
    if (most == 0) {
        size_t last = compiler->pattern->count;
        return is_made && (least == 0 || copy(compiler, from, size)) &&
               loop(compiler, least == 0 ? from : last);
    }
    for (size_t n = least > 0 ? least : 1; is_made && n < most; n++)
        is_made = append(compiler, split(1, size + 1)) && copy(compiler, from, size);
    return is_made && (least > 0 || insert(compiler, from, split(1, size + 1)));
}

static bool parse_repeated(struct compiler *compiler, int depth)
{
    size_t from = compiler->pattern->count;
    size_t least;
    size_t most;

    if (!parse_atom(compiler, depth))
        return false;
    if (take(compiler, '*'))
        return loop(compiler, from);
    if (take(compiler, '+'))
        return repeat(compiler, from, 1, 0);
    if (take(compiler, '?'))
        return repeat(compiler, from, 0, 1);
    if (take(compiler, '{'))
        return parse_bounds(compiler, &least, &most) && repeat(compiler, from, least, most);
    return true;
}

static bool parse_sequence(struct compiler *compiler, int depth)
{
    bool is_made = true;

    while (is_made && !is_at_end(compiler) && compiler->source.data[compiler->at] != '|' &&
           compiler->source.data[compiler->at] != ')')
        is_made = parse_repeated(compiler, depth);
    return is_made;
}

static bool parse_choice(struct compiler *compiler, int depth)
{
    struct pattern *pattern = compiler->pattern;
    size_t from = pattern->count;
    size_t jump;

    if (!parse_sequence(compiler, depth))
        return false;
    while (take(compiler, '|')) {
        if (!insert(compiler, from, split(1, pattern->count - from + 2)) ||
            !append(compiler, (struct step){.kind = STEP_JUMP}))
            return false;
        jump = pattern->count - 1;
        if (!parse_sequence(compiler, depth))
            return false;
        pattern->steps[jump].to = (int32_t)(pattern->count - jump);
    }
    return true;
}

/* Without the anchors that it has anyway. */
static struct text bare(struct text source)
{
    size_t slashes = 0;

    if (text_starts_with(source, text_lit("^")))
        source = text_slice(source, 1, source.size);
    if (!text_ends_with(source, text_lit("$")))
        return source;
    while (slashes + 1 < source.size && source.data[source.size - 2 - slashes] == '\\')
        slashes++;
    return slashes % 2 == 1 ? source : text_slice(source, 0, source.size - 1);
}

enum status pattern_compile(
    struct text source, struct arena *arena, const struct pattern **out, struct error *error)
{
    struct compiler compiler = {
        .pattern = arena_one(arena, struct pattern),
        .source = bare(source),
    };

    if (parse_choice(&compiler, 0) && !is_at_end(&compiler))
        fail(&compiler, "has a ) without (");
    if (compiler.problem != NULL)
        return error_set(error, STATUS_INVALID, "%s", compiler.problem);
    *out = compiler.pattern;
    return STATUS_OK;
}

/* The steps that are to be tried with the next character. */
struct front {
    size_t count;
    bool is_at_end;
    uint16_t steps[PATTERN_MOST_STEPS];
    bool is_there[PATTERN_MOST_STEPS + 1];
};

/* A step, or where it goes on without taking a character; each is looked at once. */
static void reach(const struct pattern *pattern, struct front *front, size_t from)
{
    size_t waiting[PATTERN_MOST_STEPS + 2];
    size_t count = 0;

    waiting[count++] = from;
    while (count > 0) {
        size_t at = waiting[--count];
        const struct step *step = &pattern->steps[at];
        if (front->is_there[at])
            continue;
        front->is_there[at] = true;
        if (at == pattern->count) {
            front->is_at_end = true;
        } else if (step->kind == STEP_TAKE) {
            front->steps[front->count++] = (uint16_t)at;
        } else {
            waiting[count++] = (size_t)((int64_t)at + step->to);
            if (step->kind == STEP_SPLIT)
                waiting[count++] = (size_t)((int64_t)at + step->or_to);
        }
    }
}

bool pattern_matches(const struct pattern *pattern, struct text subject)
{
    struct front front = {0};

    reach(pattern, &front, 0);
    for (size_t at = 0; at < subject.size && front.count > 0;) {
        uint32_t character = take_character(subject, &at);
        struct front next = {0};
        for (size_t i = 0; i < front.count; i++) {
            if (step_takes(&pattern->steps[front.steps[i]], character))
                reach(pattern, &next, front.steps[i] + 1U);
        }
        front = next;
        if (at == subject.size)
            return front.is_at_end;
    }
    return subject.size == 0 && front.is_at_end;
}
