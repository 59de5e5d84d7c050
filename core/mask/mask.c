/*
 * Looking for the pieces of forms: a window of 16 bytes is two numbers, so a step is a shift and a look into a table.
 *
 *   text   …  p a s s w o r d 1 2 3 4 5 6 7 8  …
 *             └──────── high ────┘└─ low ────┘    a shorter window has zeros before it, and no text has any
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/mask/mask.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/mask/forms.h"

#include <string.h>

enum { WINDOW = 16, FIRST_ROOM = 64 };

struct window {
    uint64_t high;
    uint64_t low;
};

/* Open addressing; a window of zeros is no window. */
struct window_set {
    struct window *windows;
    size_t room; /* a power of two */
    size_t count;
};

struct mask {
    struct window_set inner;  /* pieces of 16 bytes, and whole forms that are shorter */
    struct window_set starts; /* beginnings of forms, of 8 to 15 bytes */
    struct window_set ends;   /* and their ends */
    uint32_t lengths;         /* of those of `inner`, as bits */
};

static bool is_none(struct window window)
{
    return window.high == 0 && window.low == 0;
}

static size_t place_of(const struct window_set *set, struct window window)
{
    uint64_t mixed = (window.high * 0x9E3779B97F4A7C15u) ^ (window.low * 0xC2B2AE3D27D4EB4Fu);
    size_t place = (size_t)((mixed ^ mixed >> 29) * 0x165667B19E3779F9u >> 20) & (set->room - 1);

    while (!is_none(set->windows[place]) &&
           (set->windows[place].high != window.high || set->windows[place].low != window.low))
        place = (place + 1) & (set->room - 1);
    return place;
}

static bool set_has(const struct window_set *set, struct window window)
{
    return set->count > 0 && !is_none(set->windows[place_of(set, window)]);
}

static void wipe(struct window_set *set)
{
    if (set->windows != NULL)
        explicit_bzero(set->windows, set->room * sizeof(*set->windows));
    heap_free(set->windows);
}

static void make_room(struct window_set *set)
{
    struct window_set larger = {.room = set->room == 0 ? FIRST_ROOM : set->room * 2};

    if (set->count + set->count / 2 < set->room)
        return;
    larger.windows = heap_array(larger.room, sizeof(*larger.windows));
    larger.count = set->count;
    for (size_t i = 0; i < set->room; i++) {
        if (!is_none(set->windows[i]))
            larger.windows[place_of(&larger, set->windows[i])] = set->windows[i];
    }
    wipe(set);
    *set = larger;
}

static void set_add(struct window_set *set, struct window window)
{
    size_t place;

    make_room(set);
    place = place_of(set, window);
    set->count += is_none(set->windows[place]);
    set->windows[place] = window;
}

static struct window shifted(struct window window, char c)
{
    return (struct window){
        window.high << 8 | window.low >> 56, window.low << 8 | (uint64_t)(uint8_t)c};
}

/* Its last bytes alone, 8 at least. */
static struct window last_of(struct window window, size_t length)
{
    if (length < WINDOW)
        window.high &= ((uint64_t)1 << (8 * (length - 8))) - 1;
    return window;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static size_t size_without_line_ends(struct text t)
{
    size_t size = t.size;

    for (size_t i = 0; i < t.size; i++)
        size -= is_line_end(t.data[i]);
    return size;
}

static void add_form(void *context, struct text form)
{
    struct mask *mask = context;
    struct window window = {0, 0};
    size_t size = size_without_line_ends(form);
    size_t length = size < WINDOW ? size : WINDOW;
    size_t seen = 0;

    if (size < MASK_LEAST)
        return;
    mask->lengths |= (uint32_t)1 << length;
    for (size_t i = 0; i < form.size; i++) {
        if (is_line_end(form.data[i]))
            continue;
        window = shifted(window, form.data[i]);
        if (++seen >= length)
            set_add(&mask->inner, last_of(window, length));
        if (seen >= MASK_LEAST && seen < length)
            set_add(&mask->starts, last_of(window, seen));
    }
    for (size_t part = MASK_LEAST; part < length; part++)
        set_add(&mask->ends, last_of(window, part));
}

struct mask *mask_new(void)
{
    return heap_new(sizeof(struct mask));
}

void mask_free(struct mask *mask)
{
    if (mask == NULL)
        return;
    wipe(&mask->inner);
    wipe(&mask->starts);
    wipe(&mask->ends);
    heap_free(mask);
}

void mask_add(struct mask *mask, struct text value)
{
    if (size_without_line_ends(value) >= MASK_LEAST)
        forms_each(value, add_form, mask);
}

/* A look through one text. */
struct look {
    const struct mask *mask;
    struct text t;
    struct window last;
    size_t seen;           /* bytes of the text itself, but for line ends */
    size_t places[WINDOW]; /* where the last of them stand, as a ring */
    bool *is_found;        /* of each byte; NULL: of none yet */
};

/* The last bytes that were seen, as far as they stand in this text; and what stands among them. */
static void mark(struct look *look, size_t length, size_t end)
{
    size_t within = length < look->seen ? length : look->seen;

    if (look->is_found == NULL)
        look->is_found = heap_array(look->t.size, sizeof(bool));
    for (size_t i = look->places[(look->seen - within) % WINDOW]; i < end; i++)
        look->is_found[i] = true;
}

/* The longest that ends here. */
static void look_inside(struct look *look, size_t end)
{
    for (size_t length = WINDOW; length >= MASK_LEAST; length--) {
        if ((look->mask->lengths >> length & 1) != 0 &&
            set_has(&look->mask->inner, last_of(look->last, length))) {
            mark(look, length, end);
            return;
        }
    }
}

static void look_at_start(struct look *look, size_t end)
{
    if (look->seen >= MASK_LEAST && look->seen < WINDOW &&
        set_has(&look->mask->ends, last_of(look->last, look->seen)))
        mark(look, look->seen, end);
}

static void look_at_end(struct look *look)
{
    for (size_t length = WINDOW - 1; length >= MASK_LEAST && look->seen > 0; length--) {
        if (set_has(&look->mask->starts, last_of(look->last, length))) {
            mark(look, length, look->t.size);
            return;
        }
    }
}

static void look_through(struct look *look)
{
    for (size_t i = 0; i < look->t.size; i++) {
        if (is_line_end(look->t.data[i]))
            continue;
        look->last = shifted(look->last, look->t.data[i]);
        look->places[look->seen++ % WINDOW] = i;
        look_inside(look, i + 1);
        look_at_start(look, i + 1);
    }
    look_at_end(look);
}

/* Characters are masked whole. */
static bool is_inside_character(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

static void widen(struct look *look)
{
    for (size_t i = 1; i < look->t.size; i++) {
        if (look->is_found[i - 1] && is_inside_character(look->t.data[i]))
            look->is_found[i] = true;
    }
    for (size_t i = look->t.size - 1; i > 0; i--) {
        if (look->is_found[i] && is_inside_character(look->t.data[i]))
            look->is_found[i - 1] = true;
    }
}

static struct text masked(struct look *look, struct arena *arena)
{
    AUTO_BUF out = {0};

    widen(look);
    buf_init(&out, 2 * look->t.size + sizeof(MASK_SIGN));
    for (size_t i = 0; i < look->t.size; i++) {
        if (!look->is_found[i])
            buf_add_char(&out, look->t.data[i]);
        else if (i == 0 || !look->is_found[i - 1])
            buf_add_c(&out, MASK_SIGN);
    }
    return text_copy(arena, buf_text(&out));
}

struct text
mask_text(const struct mask *mask, struct mask_carry *carry, struct arena *arena, struct text t)
{
    struct look look = {.mask = mask, .t = t};

    if (carry != NULL)
        look.last = (struct window){carry->high, carry->low};
    if (mask->lengths != 0)
        look_through(&look);
    if (carry != NULL)
        *carry = (struct mask_carry){look.last.high, look.last.low};
    if (look.is_found != NULL)
        t = masked(&look, arena);
    heap_free(look.is_found);
    return t;
}
