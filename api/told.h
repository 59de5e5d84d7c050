/*
 * What the server tells on sockets, besides acknowledgements: rows of name, shape and meaning, for the
 * document of messages.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TOLD_H
#define API_TOLD_H

#include "core/shape/shape.h"

struct told {
    const char *path; /* "/<namespace>/<name>" */
    const char *doc;  /* a sentence */
    const struct shape *shape;
};

struct told_area {
    const char *name;
    bool (*at)(
        size_t index, struct told *out); /* the row of an index from 0; false past the last */
};

/* Each area's, in api/<area>/, … */
bool agent_told_at(size_t index, struct told *out);
/* … and all of them, ended by a row without a name. */
extern const struct told_area told_catalog[];

#endif
