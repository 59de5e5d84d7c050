/*
 * Cursors: where a page of a list ended, as a token that callers hand back (`after`). It holds the
 * last row's values of the list's order, and nothing that the row did not show; so it stays right
 * while others insert and delete, the row itself included.
 *
 * It needs no seal: it says only behind which values of the order the list goes on, as a condition more. Whose
 * rows they are, and the filters, come from the call each time; so one that somebody made up leads to no row
 * that the list's first pages do not lead to, too. (Of cursors that hold what may be seen, see
 * api/evidence/timeline_cursor.h.)
 *
 *   base64url( version · name of the resource · '\n' · values, packed as an array )
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "api/resource.h"
#include "core/base/error.h"

/* The token of the page that ends with `row`, a struct of the resource's view. In the arena. */
struct text cursor_make(const struct resource *resource, const void *row, struct arena *arena);

/* Reads `after` of a list's input into its cursor's values, or into after_id where the resource
 * takes ids of rows. Nothing happens where it is absent. STATUS_INVALID naming the field: for what
 * is no cursor of this list, and where an offset stands beside it. */
MUST_USE enum status cursor_read(
    const struct resource *resource,
    const struct shape *shape,
    struct resource_input *input,
    struct arena *arena,
    struct error *error);

#endif
