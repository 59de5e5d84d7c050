/*
 * Rows of frames: what they must say, and that all of them do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "tests/support/expect.h"

#include <string.h>

static const struct frame *frame_named(const char *name)
{
    for (const struct frame_area *area = frame_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->frames[i] != NULL; i++) {
            if (strcmp(area->frames[i]->name, name) == 0)
                return area->frames[i];
        }
    }
    return NULL;
}

static void every_frame_says_what_it_must(void)
{
    char why[128];

    for (const struct frame_area *area = frame_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->frames[i] != NULL; i++) {
            printf("%s\n", area->frames[i]->name);
            expect(frame_row_problem(area->frames[i]) == NULL);
            expect(shape_is_complete(frame_shape(area->frames[i]), why));
            expect(frame_named(area->frames[i]->name) == area->frames[i]);
        }
    }
}

static void the_frames_of_the_contract_are_there(void)
{
    static const char *const names[] = {"node.status.updated", "node.root-access.updated",
                                        "metrics.ingested",    "task.created",
                                        "task.updated",        "event.created",
                                        "node-install.updated"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        expect(frame_named(names[i]) != NULL);
}

static void fill(const void *row, struct arena *arena, void *payload)
{
    (void)row;
    (void)arena;
    (void)payload;
}

static void expect_problem(struct frame frame, const char *wanted)
{
    const char *problem = frame_row_problem(&frame);

    expect(problem != NULL);
    expect_text(text_from(problem), wanted);
}

static void a_row_that_says_too_little_is_named(void)
{
    struct frame good = *frame_named("task.updated");
    struct frame bad = good;

    expect(frame_row_problem(&good) == NULL);
    bad.doc = "without a stop";
    expect_problem(bad, "has no sentence");
    bad = good;
    bad.resource = NULL;
    expect_problem(bad, "has nothing to show");
    bad = good;
    bad.id = "status";
    expect_problem(bad, "cannot tell which row it shows");
    bad = good;
    bad.node = "nobody";
    expect_problem(bad, "names a field for the node that there is not");
    bad = good;
    bad.shows_beginning = true;
    expect_problem(bad, "has a payload that nothing fills");
    bad.fill = fill;
    expect(frame_row_problem(&bad) == NULL);
}

static const struct test tests[] = {
    TEST(every_frame_says_what_it_must),
    TEST(the_frames_of_the_contract_are_there),
    TEST(a_row_that_says_too_little_is_named),
};

const struct suite test_frame_suite = SUITE("api/news/frame", tests);
