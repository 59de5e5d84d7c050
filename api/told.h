/*
 * What the server tells on sockets, besides acknowledgements: rows of name, shape and meaning, for the
 * document of messages.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TOLD_H
#define API_TOLD_H

#include "core/shape/shape.h"

struct told {
    const char *namespace; /* "/agent-realtime" */
    const char *name;      /* "agent.error" */
    const char *doc;       /* a sentence */
    const struct shape *shape;
};

struct told_area {
    const char *name;
    const struct told *rows; /* ended by one without a name; NULL: none, but … */
    bool (*at)(
        size_t index, struct told *out); /* … those that this makes of other tables: the row of
                                                   an index from 0, false past the last */
};

/* Each area's, in api/<area>/, … */
extern const struct told agent_told[];
extern const struct told realtime_told[];
/* … and all of them, ended by a row without a name. */
extern const struct told_area told_catalog[];

/* The row of an index from 0 of an area; false past the last. */
bool told_at(const struct told_area *area, size_t index, struct told *out);

#endif
