/*
 * Frames and relays as rows of what is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/news_told.h"

#include "api/news/frame.h"
#include "api/news/relay.h"

bool news_told_frame(size_t index, struct told *out)
{
    for (const struct frame_area *area = frame_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->frames[i] != NULL; i++) {
            const struct frame *frame = area->frames[i];
            const char *namespace = frame->namespace == NULL ? "/realtime" : frame->namespace;
            if (index-- > 0)
                continue;
            *out = (struct told){namespace, frame->name, frame->doc, frame_shape(frame)};
            return true;
        }
    }
    return false;
}

bool news_told_relay(size_t index, struct told *out)
{
    for (const struct relay_area *area = relay_catalog; area->name != NULL; area++) {
        for (const struct relay *relay = area->relays; relay->name != NULL; relay++) {
            if (index-- > 0)
                continue;
            *out = (struct told){relay->namespace, relay->name, relay->doc, relay->shape};
            return true;
        }
    }
    return false;
}
