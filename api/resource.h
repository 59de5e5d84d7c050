/*
 * What callers read of the read models, declared as tables: a resource is a table, what is shown of
 * its rows, and whose rows they are; a list of it has filters, a search, an order and a limit.
 *
 *   {.method = "GET", .path = "/workspaces/:workspaceId/tasks",     .lists = &task_resource, …}
 *   {.method = "GET", .path = "/workspaces/:workspaceId/tasks/:id", .reads = &task_resource, …}
 *
 * From it follow the input (for decoding and OpenAPI), the statements (resource_sql.h), cursors
 * (cursor.h) and the page of the reference.
 *
 * A list statement holds the predicates that were asked for and no others, so that each has one
 * good plan, whatever the size of the table; the table declares the indexes for it: scope, filter,
 * order. A test explains every one of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RESOURCE_H
#define API_RESOURCE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/db/table.h"

struct call;

/* The workspaces of the caller; and those of them that they may enter: one that requires a second factor is shut to who
 * has none (commands/workspace/workspace_lookup.h). Asked of each by its key: as a join it could read all workspaces. */
#define OWN_WORKSPACES "select workspace_id from memberships where user_id = :member_id"
#define OPEN_WORKSPACES                                                                            \
    OWN_WORKSPACES                                                                                 \
    "\n    and (not (select w.second_factor_required from workspaces w\n"                          \
    "            where w.id = memberships.workspace_id)\n"                                         \
    "        or (select u.mfa_enabled or u.kind is not null from users u where u.id = :member_id))"

/* Whose rows a caller gets. There is no reading without it. */
enum scope {
    SCOPE_UNDECLARED, /* a mistake, found at start */
    SCOPE_WORKSPACE,  /* of the workspace that the path names; without one, of all workspaces that
                         the caller belongs to, or of all for platform admins */
    SCOPE_PARENT,     /* of the row that the path names, where the caller may read that */
    SCOPE_CALLER,     /* the caller's own: their account, or rows with their id in `scope_column` */
    SCOPE_PLATFORM    /* all rows; for routes of platform admins only */
};

enum comparison {
    FILTER_EQUAL,    /* the column has this value */
    FILTER_AT_LEAST, /* … or a greater one */
    FILTER_AT_MOST,  /* … or a lesser one */
    FILTER_CONTAINS, /* the column, which holds folded text, contains this one, in any case */
    FILTER_SELECTS,  /* the column, which holds words of labels, is matched by this selector */
    FILTER_INCLUDES  /* rows with this boolean column set are left out unless this is true */
};

struct filter {
    const char *name; /* of the parameter, "team_id" */
    enum comparison comparison;
    const char *column; /* NULL: `name` */
    const char *
        set_column; /* FILTER_SELECTS: the computed column with the words of `column`, a tsvector */
    const char *id_column; /* FILTER_CONTAINS: a text that is a UUID is looked for here instead */
    bool has_few_values; /* FILTER_CONTAINS: the column has few values; they are searched first, and
                            rows are then found by value */
    /* FILTER_CONTAINS: a small table of the same columns, with each value once in a scope and
     * `id_column`; it is searched first, and rows are then found by id and value. */
    const struct table *values;
    bool is_trimmed;
    int64_t max;     /* characters of a text; 0: no bound but the request's */
    const char *doc; /* a sentence, for OpenAPI */
};

enum { MOST_FILTERS = 12, MOST_ORDER = 5 };

struct order {
    const char *column; /* NULL ends */
    bool is_descending;
};

/* How many rows a page has: `usual` where the caller does not say, `most` at most. More than that
 * is refused, or clamped to it. */
struct page_limit {
    int64_t usual;
    int64_t most;
    bool is_refused;
};

/* A field of the view that is no column of the table, or another value for one that is. */
struct view_column {
    const char *name; /* NULL ends */
    const char *sql;  /* "users.email" */
};

struct resource {
    const char *name; /* "tasks"; unique */
    const struct table *table;

    /* What is shown: the row without its hidden fields, or a view of it. */
    const struct shape *view;          /* NULL: the row's */
    const struct view_column *columns; /* NULL for none */
    const char *joins; /* "left join users on users.id = memberships.user_id"; NULL for none */
    /* Fills what is not in PostgreSQL (presence, bodies on the ledger), or only sealed, into rows of the
     * view. NULL for none. */
    enum status (*fill_live)(struct call *call, void *rows, size_t count, struct error *error);
    /* Whether the caller may see a row that is read, beyond its scope; of SCOPE_PARENT: the rows of a
     * parent, which is the row that it is asked of. NULL: yes. */
    enum status (*may_show)(struct call *call, const void *row, struct error *error);

    /* Whose rows. */
    enum scope scope;
    const char
        *scope_column; /* workspace, parent or caller; NULL: "workspace_id", or the row itself */
    const struct resource *parent; /* of SCOPE_PARENT */
    const char *where;             /* what holds for every row of it; NULL for nothing */

    /* One row. */
    const char *id_parameter; /* in paths; NULL: "id" */
    const char *missing;      /* for 404, with %s for the id: "Task %s was not found" */

    /* Lists. */
    const struct filter *filters;       /* ended by a row without a name; NULL for none */
    struct order order[MOST_ORDER + 1]; /* ends with the primary key */
    struct page_limit limit;
    bool has_no_offset;
    bool has_row_cursor; /* `after` may be the id of a row, too */
    /* It can be followed (list_follow.h): it grows at its end only, by entries of its parent's stream, until
     * the parent's row says that it is over. NULL: it cannot. */
    bool (*is_over)(const void *parent_row);
};

/* The input of a resource's routes; absent values as everywhere. Filters' values and what is
 * derived from them follow behind it, as the shape says. */
struct resource_input {
    struct uuid workspace_id; /* of the path */
    struct uuid id;           /* of the path: the row, where one is read */
    struct uuid parent_id;    /* of the path: the row's parent */
    struct uuid member_id;    /* set by the server: whose workspaces … */
    struct opt_bool sees_all; /* … or that the caller is a platform admin, who sees all of them */
    struct opt_bool has_no_factor; /* … but those that require one, where this is true */
    struct list ids;               /* set by the server: the rows, where several are read */
    struct uuid after_id;          /* set by the server: of `after`, where it is the id of a row */
    int64_t limit;
    int64_t offset;
    struct text after;
    struct opt_bool follow;
};

/* Is what it looks for made of the text that is given (a pattern, a query), and are rows searched for it? */
static inline bool filter_is_search(const struct filter *filter)
{
    return filter->comparison == FILTER_CONTAINS || filter->comparison == FILTER_SELECTS;
}

/* What is wrong with the declaration, or NULL. Asked of all at start. */
const char *resource_problem(const struct resource *resource);

/* The shape of one row that is shown. */
const struct shape *resource_view(const struct resource *resource);

/* The shape of the input, in the arena: of a list, or of one row. Made anew each time, always the
 * same. */
const struct shape *
resource_input_shape(const struct resource *resource, bool is_list, struct arena *arena);

/* Fields of a list's input: the value of the n-th filter, and the pattern (or query) or id that was made of it;
 * the cursor's value for the n-th column of the order. */
const struct field *
resource_filter_field(const struct resource *resource, const struct shape *input, size_t n);
const struct field *resource_pattern_field(const struct shape *input, size_t n);
const struct field *resource_value_id_field(const struct shape *input, size_t n);
const struct field *resource_cursor_field(const struct shape *input, size_t n);

/* A column of the table. Never NULL where resource_problem() found nothing. */
const struct field *resource_column(const struct resource *resource, const char *column);

/* The column that a filter is about. */
const char *resource_filter_column(const struct filter *filter);

/* Name of the parameter with the id of a row, or of the parent's row. */
const char *resource_id_parameter(const struct resource *resource);

/* Number of filters, and of columns in the order. */
size_t resource_filter_count(const struct resource *resource);
size_t resource_order_count(const struct resource *resource);

/* Does the order descend in all columns (-1), ascend in all (1), or is it mixed (0)? */
int resource_direction(const struct resource *resource);

/* Is its one row the caller's account? */
bool resource_is_caller(const struct resource *resource);

/* Can the workspace in the path, or else the caller's memberships, decide what is seen? */
bool resource_is_of_workspaces(const struct resource *resource);

#endif
