/*
 * Orders of the command line that go to the server of a home, or are done in the home where none runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "orders.h"

#include "replay/exit_codes.h"
#include "said.h"
#include "serve.h"
#include "settled.h"

#include <stdio.h>

enum { LARGEST_TEXT = 1 << 20 };

int orders_reset_password(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    struct control_order order;
    struct text answer;
    struct error error;
    enum status status = data_dir_has_ledger(&data_dir, &error);

    if (status == STATUS_OK)
        status = new_password_order(call->arena, call->input, &order, &error);
    if (status == STATUS_OK)
        status = serve_order(&data_dir, &order, call->arena, &answer, &error);
    if (status != STATUS_OK)
        return said_complaint(&error);
    fprintf(stderr, "The password is set, and all sessions of the account have ended.\n");
    return EXIT_HOLDS;
}

/* What programs take goes to standard output; the sentence is for people. */
static int order_and_print(
    const struct cli_call *call,
    const struct control_order *order,
    enum status (*print_answer)(
        struct text answer,
        struct arena *arena,
        struct buf *key,
        struct buf *told,
        struct error *error))
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    struct text answer;
    struct error error;
    enum status status = serve_order(&data_dir, order, call->arena, &answer, &error);
    AUTO_BUF key = {0};
    AUTO_BUF told = {0};

    buf_init(&key, LARGEST_TEXT);
    buf_init(&told, LARGEST_TEXT);
    if (status == STATUS_OK)
        status = print_answer(answer, call->arena, &key, &told, &error);
    if (status != STATUS_OK)
        return said_complaint(&error);
    fwrite(told.data, 1, told.size, stderr);
    return said_print(&key);
}

int orders_rotate_key(const struct cli_call *call)
{
    const struct control_order order = signing_order_rotate(call->arena, call->input);

    return order_and_print(call, &order, signing_order_print_rotated);
}

/* A follower's keys are its own: that they are wrapped anew is on no ledger but its leader's. */
int orders_rotate_kek(const struct cli_call *call)
{
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    const struct control_order order = {
        .name = text_lit("rotate_key_encryption_key"), .input = text_lit("{}")};
    struct text answer;
    struct error error;
    enum status status = serve_order(&data_dir, &order, call->arena, &answer, &error);

    if (status != STATUS_OK && !text_is(text_from(error.code), "follower"))
        return said_complaint(&error);
    fprintf(
        stderr,
        "All keys are wrapped under the new key-encryption key. Back keys.mdb up, keep the former key as\n"
        "long as a backup from before, and take it out of the settings: unset\n"
        "SECRETS_ENCRYPTION_KEY_FORMER, or remove secret.key.former.\n");
    return EXIT_HOLDS;
}

int orders_declare_origin(const struct cli_call *call)
{
    struct control_order order;
    struct error error;

    if (signing_order_declare(call->arena, call->input, &order, &error) != STATUS_OK)
        return said_complaint(&error);
    return order_and_print(call, &order, signing_order_print_declared);
}

int orders_forget(const struct cli_call *call)
{
    const struct control_order order = forget_order(call->arena, call->input);

    return order_and_print(call, &order, forget_order_print);
}

int orders_hold(const struct cli_call *call)
{
    struct control_order order;
    struct error error;

    if (hold_order_place(call->arena, call->input, &order, &error) != STATUS_OK)
        return said_complaint(&error);
    return order_and_print(call, &order, hold_order_print);
}

int orders_holds(const struct cli_call *call)
{
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    struct uuid after = UUID_NONE;
    struct error error;
    enum status status = STATUS_OK;
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_TEXT);
    do {
        const struct control_order order = hold_order_list(call->arena, after);
        struct text answer = {NULL, 0};
        status = serve_order(&data_dir, &order, call->arena, &answer, &error);
        if (status == STATUS_OK)
            status = hold_order_print_page(answer, call->arena, &out, &after, &error);
    } while (status == STATUS_OK && uuid_is_present(after));
    return status == STATUS_OK ? said_print(&out) : said_complaint(&error);
}

int orders_release_hold(const struct cli_call *call)
{
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    const struct control_order order = hold_order_release(call->arena, call->input);
    struct text answer;
    struct error error;

    if (serve_order(&data_dir, &order, call->arena, &answer, &error) != STATUS_OK)
        return said_complaint(&error);
    fprintf(stderr, "The hold is released.\n");
    return EXIT_HOLDS;
}

int orders_settings(const struct cli_call *call)
{
    const struct control_order order = settings_order_list(call->arena);

    return order_and_print(call, &order, settings_order_print);
}

int orders_unset_setting(const struct cli_call *call)
{
    const struct control_order order = settings_order_unset(call->arena, call->input);

    return order_and_print(call, &order, settings_order_print);
}

/* The token goes to standard output, for the file that the follower reads; the rest is for people. */
int orders_admit_follower(const struct cli_call *call)
{
    const struct admit_follower_input *input = call->input;
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    struct text token;
    struct text key = {NULL, 0};
    struct text answer = {NULL, 0};
    struct error error;
    const struct control_order order = follower_order_admit(call->arena, input->name, &token);
    enum status status = serve_order(&data_dir, &order, call->arena, &answer, &error);

    if (status == STATUS_OK)
        status = follower_order_key(answer, call->arena, &key, &error);
    if (status != STATUS_OK)
        return said_complaint(&error);
    if (printf("%.*s\n", TEXT_ARGS(token)) < 0 || fflush(stdout) != 0)
        return EXIT_TROUBLE;
    fprintf(
        stderr,
        "%.*s may follow. Above stands its token, which is told only now: put it into the file that\n"
        "FLEETLEDGER_FOLLOW_TOKEN_FILE names there. The follower's other settings:\n"
        "  FLEETLEDGER_FOLLOW      the URL of this server\n"
        "  FLEETLEDGER_FOLLOW_KEY  %.*s\n"
        "and the SECRETS_ENCRYPTION_KEY, or a copy of the secret.key, of this server.\n",
        TEXT_ARGS(input->name), TEXT_ARGS(key));
    return EXIT_HOLDS;
}

int orders_revoke_follower(const struct cli_call *call)
{
    const struct admit_follower_input *input = call->input;
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    const struct control_order order = follower_order_revoke(call->arena, input->name);
    struct text answer;
    struct error error;

    if (serve_order(&data_dir, &order, call->arena, &answer, &error) != STATUS_OK)
        return said_complaint(&error);
    fprintf(stderr, "%.*s may no longer follow.\n", TEXT_ARGS(input->name));
    return EXIT_HOLDS;
}
