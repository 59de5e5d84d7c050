/*
 * Tokens for programs, as calls show them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/api_token.h"

#include "api/access_rule.h"
#include "api/own_command.h"
#include "commands/identity/api_token_commands.h"
#include "core/http/address.h"
#include "eventlog/events/identity_events.h"

bool api_token_networks_have_form(struct text networks)
{
    struct http_networks parsed;

    return http_networks_parse(networks, &parsed) && !parsed.has_unix;
}

static bool comes_from(const struct call *call, const char *networks)
{
    struct http_networks parsed;
    struct http_address address;

    return http_networks_parse(text_from(networks), &parsed) &&
           http_address_parse(call->request->remote_address, &address) &&
           http_networks_have(&parsed, &address);
}

enum status api_token_check(const struct call *call, struct error *error)
{
    const struct caller_access *access = &call->access;

    if (access->token_networks[0] != '\0' && !comes_from(call, access->token_networks))
        return error_set_code(
            error, STATUS_FORBIDDEN, "api_token_elsewhere",
            "This API token may not be used from this address.");
    return access_rule_token(call->route, access, error);
}

void api_token_note_use(struct call *call)
{
    struct caller_access *access = &call->access;
    const struct note_api_token_use use = {access->session_id};
    const struct own_command own = {
        .command = &note_api_token_use_command, .input = &use, .actor = call->actor};

    if (call->arrived_at.us < access->token_used_at.us + api_token_note_us)
        return;
    access->token_used_at = call->arrived_at;
    if (own_command_submit(call->services->writer, &own))
        access_cache_note_use(call->loop->access, access);
}
