/*
 * What was done to a value of a report so that it could be taken, or the rest of it: told by the reading
 * of a lenient shape (shape_json.h), kept with the event that follows from the report.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_ALTERATION_H
#define CORE_SHAPE_ALTERATION_H

#include "core/shape/shape.h"

enum alteration_kind {
    ALTERED_REPLACED =
        1,              /* U+FFFD stands for what is no text, the largest number for a larger one */
    ALTERED_CUT = 2,    /* it was too long, too many, or beyond the bounds of a number */
    ALTERED_DROPPED = 3 /* it could not be read as what it has to be, or is unknown */
};

struct alteration {
    struct text field;      /* "lines.3.line"; "body": the whole of it */
    struct enum_value what; /* enum alteration_kind */
};
extern const struct shape alteration_shape;

#endif
