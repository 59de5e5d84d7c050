/*
 * Tokens of installs. A bootstrap token is HMAC(token key, "install" ‖ install id), so it can be
 * made again by whoever must show it, and the ledger holds its digest only. An agent's credential
 * is random, told once, and kept as a digest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/install_hooks.h"

#include "api/call.h"
#include "api/node/credential_view.h"
#include "api/node/public_url.h"
#include "api/token.h"
#include "commands/node/node_commands.h"
#include "core/base/random.h"
#include "eventlog/events/node_events.h"

#include <string.h>

struct created_install {
    struct uuid install_id;
    struct uuid workspace_id;
    struct uuid team_id;
    struct text node_name;
    struct text description;
    struct text hostname;
    struct uuid node_id;
    struct enum_value status;
    struct text stage;
    int64_t progress_percent;
    struct text status_message;
    struct timestamp started_at;
    struct timestamp consumed_at;
    struct timestamp expires_at;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct text install_command;
    struct text script_url;
    struct text api_url;
};

static const struct field created_install_fields[] = {
    {UUID(created_install, install_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the install."},
    {UUID(created_install, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the node will belong to."},
    {UUID(created_install, team_id), .tag = 3, .doc = "Team that the node will be assigned to."},
    {TEXT(created_install, node_name), .tag = 4, .flags = REQUIRED, .doc = "Name of the node."},
    {TEXT(created_install, description), .tag = 5, .doc = "Description of the node."},
    {TEXT(created_install, hostname), .tag = 6, .doc = "Host name of the node, once known."},
    {UUID(created_install, node_id), .tag = 7, .doc = "Id of the node, once it was added."},
    {ENUM(created_install, status, install_status_names), .tag = 8, .flags = REQUIRED,
     .doc = "Status of the install."},
    {TEXT(created_install, stage), .tag = 9, .flags = REQUIRED,
     .doc = "Step that the installer is at."},
    {INT64(created_install, progress_percent), .tag = 10, .flags = REQUIRED,
     .doc = "Progress in per cent."},
    {TEXT(created_install, status_message), .tag = 11, .doc = "Message for people."},
    {TIMESTAMP(created_install, started_at), .tag = 12, .doc = "Time the installer began."},
    {TIMESTAMP(created_install, consumed_at), .tag = 13, .doc = "Time the token was used."},
    {TIMESTAMP(created_install, expires_at), .tag = 14, .flags = REQUIRED,
     .doc = "Time until which the token can be used."},
    {TIMESTAMP(created_install, created_at), .tag = 15, .flags = REQUIRED,
     .doc = "Time the install was created."},
    {TIMESTAMP(created_install, updated_at), .tag = 16, .flags = REQUIRED,
     .doc = "Time of the last change."},
    {TEXT(created_install, install_command), .tag = 17, .flags = REQUIRED,
     .doc = "Command to run on the machine as root."},
    {TEXT(created_install, script_url), .tag = 18, .flags = REQUIRED,
     .doc = "URL of the script that the command downloads."},
    {TEXT(created_install, api_url), .tag = 19, .flags = REQUIRED,
     .doc = "URL of the API that the agent talks to."},
};
const struct shape created_install_shape = SHAPE(created_install, "An install and its command.");

bool install_prepare_create(struct call *call, void *input)
{
    struct create_install *order = input;
    struct text token;
    struct error error;

    order->install_id = uuid_new();
    if (token_record(call, "install", order->install_id, &token, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return false;
    }
    order->token_digest = credential_digest(call->arena, token);
    return true;
}

/* In single quotes for a shell; a quote inside ends them, stands between double ones, and begins
 * them again. */
static void add_quoted(struct buf *out, struct text value)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\'')
            buf_add_c(out, "'\"'\"'");
        else
            buf_add_char(out, value.data[i]);
    }
    buf_add_char(out, '\'');
}

static struct text
command_of(struct call *call, struct text script, struct text api, struct text token)
{
    AUTO_BUF out = {0};

    buf_init(&out, 65536);
    buf_add_c(&out, "curl -fsSL ");
    add_quoted(&out, script);
    buf_add_c(&out, " | sudo bash -s -- --api-url ");
    add_quoted(&out, api);
    buf_add_c(&out, " --bootstrap-token ");
    add_quoted(&out, token);
    return text_copy(call->arena, buf_text(&out));
}

void install_answer_create(struct call *call, const void *answer)
{
    const struct install_view *view = answer;
    struct created_install created;
    struct text token;
    struct error error;

    if (token_record(call, "install", view->install_id, &token, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    /* The view's fields come first, in the same order; a test holds the two tables together. */
    memcpy(&created, view, sizeof(*view));
    created.script_url = call->services->settings->agent_install_script_url;
    created.api_url = public_url(call);
    created.install_command = command_of(call, created.script_url, created.api_url, token);
    call_answer_shape(call, call->route->status, &created_install_shape, &created);
}

bool install_prepare_report(struct call *call, void *input)
{
    struct report_install *order = input;

    order->token_digest = credential_digest(call->arena, order->token);
    order->token = (struct text){NULL, 0};
    return true;
}

bool install_prepare_consume(struct call *call, void *input)
{
    struct consume_install *order = input;

    order->token_digest = credential_digest(call->arena, order->token);
    order->token = (struct text){NULL, 0};
    order->credential_digest = credential_make(call);
    call->is_never_repeated = true;
    return true;
}
