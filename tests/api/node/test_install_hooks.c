/*
 * The answer to a new install begins with the state of the install.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/install_hooks.h"
#include "commands/node/node_commands.h"
#include "tests/support/expect.h"

static void expect_same_place(const struct field *ours, const struct field *theirs)
{
    expect_text(text_from(ours->name), theirs->name);
    expect_int64(ours->kind, theirs->kind);
    expect_int64(ours->offset, theirs->offset);
    expect_int64(ours->size, theirs->size);
    expect(ours->names == theirs->names);
    expect_int64(ours->flags & (uint32_t)REQUIRED, theirs->flags & (uint32_t)REQUIRED);
}

static void a_new_install_begins_with_its_state(void)
{
    const struct shape *view = create_install_command.answer;

    expect(view != NULL && shape_count(&created_install_shape) > view->count);
    for (size_t i = 0; i < view->count; i++)
        expect_same_place(shape_field_at(&created_install_shape, i), &view->fields[i]);
    expect_int64(shape_field_at(&created_install_shape, view->count)->offset, view->size);
}

static const struct test tests[] = {
    TEST(a_new_install_begins_with_its_state),
};

const struct suite test_install_hooks_suite = SUITE("api/node/install_hooks", tests);
