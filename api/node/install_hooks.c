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

struct created_install {
    struct install_view install;
    struct text install_command;
    struct text script_url;
    struct text api_url;
};

static const struct field created_install_fields[] = {
    {TEXT(created_install, install_command), .tag = 17, .flags = REQUIRED,
     .doc = "Command to run on the machine as root."},
    {TEXT(created_install, script_url), .tag = 18, .flags = REQUIRED,
     .doc = "URL of the script that the command downloads."},
    {TEXT(created_install, api_url), .tag = 19, .flags = REQUIRED,
     .doc = "URL of the API that the agent talks to."},
};
const struct shape created_install_shape =
    SHAPE_WITH(created_install, "An install and its command.", .base = &install_view_shape);

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

/* Our own script is told whose releases the agent may become. */
static void add_release_key(const struct call *call, struct buf *out)
{
    const struct settings *settings = call->services->settings;

    if (settings->agent_releases_key.size == 0 ||
        text_trim(settings->agent_install_script_url).size > 0)
        return;
    buf_add_c(out, " --release-key ");
    add_quoted(out, settings->agent_releases_key);
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
    add_release_key(call, &out);
    return text_copy(call->arena, buf_text(&out));
}

/* This server's own, unless another one is set. */
static struct text script_url(struct call *call, struct text api)
{
    struct text set = text_trim(call->services->settings->agent_install_script_url);

    return set.size > 0 ? set : text_format(call->arena, "%.*s/install.sh", TEXT_ARGS(api));
}

void install_answer_create(struct call *call, const void *answer)
{
    const struct install_view *view = answer;
    struct created_install created = {.install = *view};
    struct text token;
    struct error error;

    if (token_record(call, "install", view->install_id, &token, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    created.api_url = public_url(call);
    created.script_url = script_url(call, created.api_url);
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
