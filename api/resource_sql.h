/*
 * The statements of a resource. Each holds only the predicates that were asked for; its name tells
 * which, so that a connection prepares every variant once.
 *
 *   select <view>
 *   from (select <columns> from tasks
 *         where tasks.workspace_id = :workspace_id and tasks.status = :status
 *             and (tasks.created_at, tasks.id) < (:cursor_1, :cursor_2)
 *         order by tasks.created_at desc, tasks.id desc
 *         limit 100) tasks
 *   <joins>
 *   order by tasks.created_at desc, tasks.id desc
 *   limit :limit
 *
 * The inner limit is a number, not a parameter, unless the plan is made for the values at hand: one
 * made without them must know that few rows are wanted, else it sorts all of them. For the caller's
 * own workspaces the inner part runs once for each membership (lateral), and so reads a page of each,
 * however large the table is.
 *
 * A search whose values have a table of their own (filter.values) looks there first:
 *
 *   with found as materialized (select … from audit_actors … like :pattern_1 limit 100 + 1)
 *   (… from found few cross join lateral (the rows of each) …)   where 100 or fewer were found
 *   union all
 *   (the rows in their order, those that match)                  where more were
 *
 * Any other search looks at the first rows of the list, then for all that match. No estimate decides
 * either: a value that is in PostgreSQL's sample of a column is taken for one that many rows have.
 *
 *   with near as materialized (
 *   select … from (the first 400 rows of the list) … where … like :pattern_2 … limit :limit),
 *   further as materialized (the same of 4,000, where "near" has some, but too few)
 *   (… from near)                                                where they fill the page
 *   union all
 *   (… from further)                                             where they fill it
 *   union all
 *   (… where … like (select :pattern_2) …)                       where neither does; by looking at
 *                                                                each row for less than three signs
 *
 * So does a selector, which is a tsquery about a column of words; by looking at each row where it only denies.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_RESOURCE_SQL_H
#define API_RESOURCE_SQL_H

#include "api/resource.h"
#include "core/db/db.h"

/* All texts are made in the arena. `input` is a struct of the input's shape (resource_input_shape)
 * with its scope set: a workspace, a member, or sees_all (must). */

/* A page of the list. */
struct sql resource_list_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena);

/* The row of the input's id; none where the scope does not hold it. */
struct sql resource_row_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena);

/* The rows of the input's ids, as far as the scope holds them, by rising id. */
struct sql resource_rows_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena);

#endif
