/*
 * Packages of Debian and its kin: what is installed, what there is, and changing it as root.
 *
 *   packageList     dpkg-query ─► {"packages":[{name, version, architecture, description}]}
 *   packageSearch   apt search ─► {"results":[…]}
 *   packageInstall, packageRemove, packagePurge   the root helper's verb "packages"
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/action_internal.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { MOST_PACKAGES = 200, MOST_LISTED = 20000, MOST_TERMS = 16 };

struct package_entry {
    struct text name;
    struct text version;
    struct text architecture;
    struct text description;
};
static const struct field package_entry_fields[] = {
    {TEXT(package_entry, name), .tag = 1, .doc = "Name of the package."},
    {TEXT(package_entry, version), .tag = 2, .flags = OMIT_ABSENT,
     .doc = "Version of the package."},
    {TEXT(package_entry, architecture), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Architecture that it is built for."},
    {TEXT(package_entry, description), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "What it is, in a line."},
};
static const struct shape package_entry_shape = SHAPE(package_entry, "A package.");

/* Results. */

static void
write_entries(const char *name, const struct package_entry *entries, size_t count, struct buf *out)
{
    buf_printf(out, "{\"%s\":", name);
    shape_json_write_list(&package_entry_shape, entries, count, out);
    buf_add_char(out, '}');
}

static struct text or_absent(struct text t)
{
    return t.size > 0 ? t : (struct text){NULL, 0};
}

/* Lines of four columns, with tabs between; state first: "ii " is installed. */
static bool read_list(struct text output, struct arena *arena, struct buf *out)
{
    struct package_entry *entries = arena_array(arena, MOST_LISTED, sizeof(*entries));
    struct text rest = text_cleaned(arena, output);
    size_t count = 0;

    while (text_is_present(rest) && count < MOST_LISTED) {
        struct text line = text_cut(&rest, '\n');
        struct text state = text_cut(&line, '\t');
        struct package_entry entry = {.name = text_cut(&line, '\t')};
        entry.version = or_absent(text_cut(&line, '\t'));
        entry.architecture = or_absent(text_cut(&line, '\t'));
        entry.description = or_absent(line);
        if (entry.name.size > 0 && text_starts_with(text_slice(state, 1, 1), text_lit("i")))
            entries[count++] = entry;
    }
    if (count == 0)
        return false;
    write_entries("packages", entries, count, out);
    return true;
}

/* "name/suite version architecture [installed]", and its description in the line below. */
static bool read_search(struct text output, struct arena *arena, struct buf *out)
{
    struct package_entry *entries = arena_array(arena, MOST_LISTED, sizeof(*entries));
    struct text rest = text_cleaned(arena, output);
    size_t count = 0;

    while (text_is_present(rest) && count < MOST_LISTED) {
        struct text line = text_cut(&rest, '\n');
        struct text name = text_cut(&line, '/');
        if (!text_is_present(line) || name.size == 0 || text_trim(name).size < name.size)
            continue;
        (void)text_cut(&line, ' ');
        entries[count] = (struct package_entry){.name = name};
        entries[count].version = or_absent(text_cut(&line, ' '));
        entries[count].architecture = or_absent(text_cut(&line, ' '));
        entries[count++].description = or_absent(text_trim(text_cut(&rest, '\n')));
    }
    write_entries("results", entries, count, out);
    return true;
}

/* Orders. */

static enum status
prepare_list(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    static const struct text arguments[] = {
        TEXT_OF("/usr/bin/dpkg-query"), TEXT_OF("-W"), TEXT_OF("-f"),
        TEXT_OF(
            "${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\t${binary:Summary}\\n")};

    (void)payload;
    (void)error;
    action_order(arena, out, arguments, COUNT_OF(arguments));
    return STATUS_OK;
}

static enum status
prepare_search(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    struct text arguments[3 + MOST_TERMS] = {
        text_lit("/usr/bin/apt"), text_lit("search"), text_lit("--")};
    struct text query = action_text(arena, payload, "query");
    size_t count = 3;

    query = text_trim(query.size > 0 ? query : action_text(arena, payload, "term"));
    while (query.size > 0 && count < COUNT_OF(arguments)) {
        struct text term = text_cut(&query, ' ');
        query = text_trim(query);
        if (text_starts_with(term, text_lit("-")))
            return error_set_code(
                error, STATUS_INVALID, "term_invalid", "search terms must not start with -");
        arguments[count++] = term;
    }
    if (count == 3)
        return error_set_code(error, STATUS_INVALID, "term_missing", "packageSearch needs a query");
    action_order(arena, out, arguments, count);
    return STATUS_OK;
}

static enum status
add_package(struct text name, struct text *packages, size_t *count, struct error *error)
{
    name = text_trim(name);
    if (name.size == 0 || name.data[0] == '-')
        return error_set_code(
            error, STATUS_INVALID, "package_invalid",
            "names of packages must not be empty or start with -");
    for (size_t i = 0; i < *count; i++) {
        if (text_equal(packages[i], name))
            return STATUS_OK;
    }
    if (*count == MOST_PACKAGES)
        return error_set_code(
            error, STATUS_INVALID, "packages_too_many", "at most %d packages at once",
            MOST_PACKAGES);
    packages[(*count)++] = name;
    return STATUS_OK;
}

static enum status add_packages(
    struct text array,
    struct arena *arena,
    struct text *packages,
    size_t *count,
    struct error *error)
{
    enum status status = STATUS_OK;
    size_t cursor = 0;
    struct text item;

    while (status == STATUS_OK && json_peek_item(array, &cursor, &item))
        status = add_package(json_peek_text(arena, item), packages, count, error);
    return status;
}

/* "package", "packages" and "names" together. */
static enum status prepare_change(
    const char *verb,
    struct text payload,
    struct arena *arena,
    struct job *out,
    struct error *error)
{
    struct text *arguments = arena_array(arena, MOST_PACKAGES + 1, sizeof(*arguments));
    struct text single = action_text(arena, payload, "package");
    size_t count = 0;
    enum status status = STATUS_OK;

    arguments[0] = text_from(verb);
    if (text_is_present(single))
        status = add_package(single, arguments + 1, &count, error);
    if (status == STATUS_OK)
        status = add_packages(
            json_peek_member(arena, payload, "packages"), arena, arguments + 1, &count, error);
    if (status == STATUS_OK)
        status = add_packages(
            json_peek_member(arena, payload, "names"), arena, arguments + 1, &count, error);
    if (status == STATUS_OK && count == 0)
        status = error_set_code(
            error, STATUS_INVALID, "package_missing", "at least one package is needed");
    if (status != STATUS_OK)
        return status;
    action_order(arena, out, arguments, count + 1);
    out->root_verb = "packages";
    return STATUS_OK;
}

static enum status
prepare_install(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    return prepare_change("install", payload, arena, out, error);
}

static enum status
prepare_remove(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    return prepare_change(
        action_flag(arena, payload, "purge") ? "purge" : "remove", payload, arena, out, error);
}

static enum status
prepare_purge(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    return prepare_change("purge", payload, arena, out, error);
}

const struct action package_actions[] = {
    {"packageList", prepare_list, read_list},  {"packageSearch", prepare_search, read_search},
    {"packageInstall", prepare_install, NULL}, {"packageRemove", prepare_remove, NULL},
    {"packagePurge", prepare_purge, NULL},     {NULL, NULL, NULL},
};
