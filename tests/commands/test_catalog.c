/*
 * The write side's tables: complete, without repeats, and with a home for every event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/command.h"
#include "commands/fold.h"
#include "commands/timers.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

static void expect_complete(const struct shape *shape)
{
    char why[128] = "";
    char what[300];
    bool is_complete = shape_is_complete(shape, why);

    snprintf(what, sizeof(what), "%s is complete: %s", shape->name, why);
    expect_at(is_complete, __FILE__, __LINE__, what);
}

static void every_shape_of_every_command_is_complete(void)
{
    for (const struct command_area *area = command_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->commands[i] != NULL; i++) {
            const struct command *command = area->commands[i];
            expect_complete(command->input);
            if (command->answer != NULL)
                expect_complete(command->answer);
        }
    }
}

static void every_state_is_complete_and_of_its_own_kind(void)
{
    for (size_t i = 0; aggregate_catalog[i] != NULL; i++) {
        expect_complete(aggregate_catalog[i]->shape);
        for (size_t k = 0; k < i; k++)
            expect(aggregate_catalog[i]->kind != aggregate_catalog[k]->kind);
    }
}

static size_t count_of_command(const char *name)
{
    size_t count = 0;

    for (const struct command_area *area = command_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->commands[i] != NULL; i++)
            count += strcmp(area->commands[i]->name, name) == 0;
    }
    return count;
}

static void commands_can_be_told_apart_and_say_what_they_do(void)
{
    for (const struct command_area *area = command_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->commands[i] != NULL; i++) {
            const struct command *command = area->commands[i];
            expect(count_of_command(command->name) == 1);
            expect(command->decide != NULL || command->is_question);
            expect(strlen(command->doc) > 0);
            expect((command->answer == NULL) == (command->answer_from == NULL));
        }
    }
}

static void every_refusal_tells_what_to_do(void)
{
    for (const struct refusal_area *area = refusal_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->refusals[i] != NULL; i++) {
            const struct refusal *refusal = area->refusals[i];
            expect(refusal->status != STATUS_OK);
            expect(strlen(refusal->code) > 0 && strlen(refusal->code) < ERROR_CODE_SIZE);
            expect(strlen(refusal->text) > 0);
            expect(strlen(refusal->remedy) > 0);
        }
    }
}

static void every_event_is_folded_by_the_area_that_its_name_and_number_begin_with(void)
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++) {
            const struct event_type *type = area->types[i];
            const struct evolver *evolver = &evolver_catalog[event_type_area(type)];
            expect(evolver->evolve != NULL && evolver->version > 0);
            expect_text(text_from(evolver->area), area->name);
        }
    }
}

static size_t count_of_timer(int kind)
{
    size_t count = 0;

    for (size_t area = 0; timer_catalog[area] != NULL; area++) {
        for (const struct timer_kind *row = timer_catalog[area]; row->kind != 0; row++)
            count += row->kind == kind;
    }
    return count;
}

static void every_kind_of_timer_has_one_command_that_takes_the_timer(void)
{
    for (size_t area = 0; timer_catalog[area] != NULL; area++) {
        for (const struct timer_kind *row = timer_catalog[area]; row->kind != 0; row++) {
            expect(count_of_timer(row->kind) == 1);
            expect(count_of_command(row->command->name) == 1);
            expect(row->command->input == &timer_shape);
            expect(timer_kind_command(row->kind) == row->command);
        }
    }
}

static void the_fingerprint_is_the_same_each_time(void)
{
    struct digest once = fold_fingerprint();
    struct digest again = fold_fingerprint();

    expect(memcmp(once.bytes, again.bytes, DIGEST_SIZE) == 0);
}

static const struct test tests[] = {
    TEST(every_shape_of_every_command_is_complete),
    TEST(every_state_is_complete_and_of_its_own_kind),
    TEST(commands_can_be_told_apart_and_say_what_they_do),
    TEST(every_refusal_tells_what_to_do),
    TEST(every_event_is_folded_by_the_area_that_its_name_and_number_begin_with),
    TEST(every_kind_of_timer_has_one_command_that_takes_the_timer),
    TEST(the_fingerprint_is_the_same_each_time),
};

const struct suite test_catalog_suite = SUITE("commands/catalog", tests);
