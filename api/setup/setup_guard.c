/*
 * The token of a set-up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/setup_guard.h"

#include "api/call.h"
#include "core/base/encode.h"
#include "core/base/files.h"
#include "core/base/heap.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { TOKEN_BYTES = 32, GUARD_ARENA = 16 << 10 };

struct setup_guard {
    struct arena *arena;
    struct text token;
    struct text file;        /* absent: there is a terminal */
    bool is_of_this_machine; /* only its own programs come, and say so themselves */
    atomic_bool has_ended;
};

static bool is_of_this_machine(const struct settings *settings)
{
    static const char *const hosts[] = {"127.0.0.1", "::1", "[::1]", "localhost"};

    if (settings->trusted_proxies.size > 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        if (text_is(settings->host, hosts[i]))
            return true;
    }
    return text_starts_with(settings->host, text_lit("unix:"));
}

static enum status leave_token(struct setup_guard *guard, const char *home, struct error *error)
{
    struct text content = text_format(guard->arena, "%.*s\n", TEXT_ARGS(guard->token));

    if (isatty(STDOUT_FILENO))
        return STATUS_OK;
    guard->file = text_format(guard->arena, "%s/setup-token", home);
    return files_replace(guard->file.data, content, error);
}

enum status setup_guard_new(
    const struct settings *settings,
    const char *home,
    struct setup_guard **out,
    struct error *error)
{
    struct setup_guard *guard = heap_new(sizeof(*guard));
    uint8_t random[TOKEN_BYTES];
    enum status status;

    guard->arena = arena_new(GUARD_ARENA);
    arena_keep_secret(guard->arena);
    random_fill(random, sizeof(random));
    guard->token = base64url_encode(guard->arena, (struct bytes){random, sizeof(random)});
    crypto_wipe(random, sizeof(random));
    guard->is_of_this_machine = is_of_this_machine(settings);
    status = leave_token(guard, home, error);
    if (status == STATUS_OK)
        *out = guard;
    else
        setup_guard_free(guard);
    return status;
}

void setup_guard_free(struct setup_guard *guard)
{
    if (guard == NULL)
        return;
    if (text_is_present(guard->file))
        unlink(guard->file.data);
    arena_free(guard->arena);
    heap_free(guard);
}

void setup_guard_tell(const struct setup_guard *guard)
{
    if (text_is_present(guard->file))
        dprintf(STDOUT_FILENO, "To be set up. Set-up token: see %.*s\n", TEXT_ARGS(guard->file));
    else
        dprintf(STDOUT_FILENO, "To be set up. Set-up token: %.*s\n", TEXT_ARGS(guard->token));
}

void setup_guard_end(struct setup_guard *guard)
{
    atomic_store(&guard->has_ended, true);
}

bool setup_guard_has_ended(const struct setup_guard *guard)
{
    return atomic_load(&guard->has_ended);
}

/* A page in a browser names its origin, and a proxy whom it speaks for. */
static bool speaks_for_others(const struct call *call)
{
    static const char *const headers[] = {"Origin", "Forwarded", "X-Forwarded-For"};

    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        if (http_header(call->request, headers[i]).size > 0)
            return true;
    }
    return false;
}

enum status setup_guard_check(const struct call *call, struct error *error)
{
    const struct setup_guard *guard = call->services->setup;
    struct text shown = http_header(call->request, "Setup-Token");

    if (guard->is_of_this_machine && !speaks_for_others(call))
        return STATUS_OK;
    if (shown.size == guard->token.size &&
        crypto_equal(bytes_of_text(shown), bytes_of_text(guard->token)))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "setup_token_missing",
        "Setting the server up from elsewhere takes the token that its start has told: send it as "
        "the header Setup-Token.");
}
