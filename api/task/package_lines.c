/*
 * Three forms of lines:
 *
 *   ii  curl  7.88.1-10  amd64  command line tool      dpkg -l
 *   curl/stable 7.88.1-10 amd64 [installed]            apt list
 *   curl:7.88.1-10                                     name and version
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/package_lines.h"

#include "api/task/package_view.h"

/* The next word; absent after the last one. */
static struct text next_word(struct text *rest)
{
    struct text word;
    size_t end = 0;

    *rest = text_trim(*rest);
    while (end < rest->size && rest->data[end] != ' ' && rest->data[end] != '\t')
        end++;
    if (end == 0)
        return (struct text){0};
    word = text_slice(*rest, 0, end);
    *rest = text_slice(*rest, end, rest->size - end);
    return word;
}

static struct text or_absent(struct text t)
{
    t = text_trim(t);
    return t.size > 0 ? t : (struct text){0};
}

/* Headings begin with other signs. */
static bool is_name(struct text t)
{
    char c = t.size > 0 ? t.data[0] : '\0';

    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool read_dpkg(struct text line, struct package_view *out)
{
    struct text rest = line;

    if (!text_is(next_word(&rest), "ii"))
        return false;
    out->name = next_word(&rest);
    out->version = next_word(&rest);
    out->architecture = next_word(&rest);
    out->description = or_absent(rest);
    return is_name(out->name) && text_is_present(out->version);
}

static bool read_apt(struct text line, struct package_view *out)
{
    struct text rest = line;
    struct text first = next_word(&rest);
    size_t slash = text_find(first, '/', 0);

    if (slash == 0 || slash >= first.size)
        return false;
    out->name = text_slice(first, 0, slash);
    out->version = next_word(&rest);
    out->architecture = next_word(&rest);
    out->description = (struct text){0};
    return is_name(out->name) && text_is_present(out->architecture);
}

static bool read_pair(struct text line, struct package_view *out)
{
    struct text rest = line;
    struct text first = next_word(&rest);
    size_t colon = text_find(first, ':', 0);

    if (!is_name(first) || colon + 1 >= first.size || text_is_present(next_word(&rest)))
        return false;
    *out = (struct package_view){
        .name = text_slice(first, 0, colon),
        .version = text_slice(first, colon + 1, first.size - colon - 1),
    };
    return true;
}

static size_t count_lines(struct text t)
{
    size_t count = 1;

    for (size_t i = 0; i < t.size; i++)
        count += t.data[i] == '\n';
    return count < MOST_PACKAGES ? count : MOST_PACKAGES;
}

struct list package_lines(struct arena *arena, struct text output)
{
    size_t most = count_lines(output);
    struct package_view *packages = arena_array(arena, most, sizeof(*packages));
    struct list list = {packages, 0};

    while (text_is_present(output) && list.count < most) {
        struct text line = text_trim(text_cut(&output, '\n'));
        struct package_view *package = &packages[list.count];
        if (read_dpkg(line, package) || read_apt(line, package) || read_pair(line, package))
            list.count++;
    }
    return list;
}
