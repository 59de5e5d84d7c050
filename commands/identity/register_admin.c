/*
 * The first admin. Whoever comes first owns the default workspace, which is made for them where
 * there is none.
 *
 *   first start ──register_admin──► [here] ──user_registered (workspace_created member_added)──►
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"

static const struct field register_admin_fields[] = {
    {PERSONAL(register_admin, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Email address to sign in with."},
    {PERSONAL(register_admin, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 1,
     .max = 120, .doc = "Display name of the person."},
    {PERSONAL(register_admin, password), .tag = 3, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "Argon2id hash of the password."},
};
static const struct shape register_admin_shape = SHAPE(register_admin, "First administrator.");

static const struct first_workspace usual_workspace = {
    .name = TEXT_OF("Default Workspace"),
    .slug = TEXT_OF("default"),
    .timezone = TEXT_OF("UTC"),
};

struct uuid user_emit_first_admin(struct decision *decision, const struct first_admin *admin)
{
    const struct user_registered registered = {
        .user_id = decision_id(decision),
        .email = admin->email,
        .name = admin->name,
        .password = admin->password,
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = text_lit("UTC"),
    };

    decision_emit(decision, &user_registered_event, registered.user_id, UUID_NONE, &registered);
    if (!uuid_is_present(workspace_default(decision)))
        workspace_emit_first(decision, registered.user_id, &usual_workspace);
    return registered.user_id;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct register_admin *order = input;
    const struct first_admin admin = {order->email, order->name, order->password};

    (void)error;
    if (!uuid_is_present(user_of_email(decision, order->email.digest)))
        (void)user_emit_first_admin(decision, &admin);
    return STATUS_OK;
}

const struct command register_admin_command = {
    .name = "register_admin",
    .doc = "Creates the first administrator and the default workspace.",
    .input = &register_admin_shape,
    .decide = decide,
};
