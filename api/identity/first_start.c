/*
 * The first events of a ledger: ledger_opened with the key that will sign its checkpoints, then
 * the first admin, who owns the default workspace. A generated password goes to a terminal only,
 * else into a file that nobody but the owner can read. Where authority is strict nobody is made here: the first owner comes by a
 * manifest (authority/).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/first_start.h"

#include "api/own_command.h"
#include "commands/authority/authority_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PASSWORD_CHARACTERS = 20 };

static enum status open_ledger(const struct first_start *start, struct error *error)
{
    uint8_t seed[32];
    uint8_t *verifier = arena_take(start->arena, 32);
    uint8_t *key_ids = arena_take(start->arena, KEYRING_OWN_IDS_SIZE);
    struct open_ledger order = {0};
    enum status status;

    if (ledger_size(start->log) > 0)
        return STATUS_OK;
    status = keyring_installation_key(start->keyring, KEY_SIGNING, seed, error);
    if (status != STATUS_OK)
        return status;
    ed25519_public(seed, verifier);
    crypto_wipe(seed, sizeof(seed));
    keyring_own_ids(start->keyring, key_ids);
    if (start->settings->origin_name.size > 0)
        order.origin_name = start->settings->origin_name;
    order.verifier_key = (struct bytes){verifier, 32};
    order.key_ids = (struct bytes){key_ids, KEYRING_OWN_IDS_SIZE};
    return own_command_execute(
        start->writer, &open_ledger_command, &order, start->arena, NULL, error);
}

/* What the settings say of authority, where that is news. */
static enum status declare_authority(const struct first_start *start, struct error *error)
{
    const struct declare_authority order = {
        .mode = start->settings->installation_authority_mode,
        .root_key = settings_root_key(start->settings, start->arena),
    };

    return own_command_execute(
        start->writer, &declare_authority_command, &order, start->arena, NULL, error);
}

/* Without look-alikes: it may have to be typed. 20 of 32 letters are 100 bits. */
static struct text make_password(struct arena *arena)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t random[PASSWORD_CHARACTERS];
    char *password = arena_take(arena, PASSWORD_CHARACTERS + 1);

    random_fill(random, sizeof(random));
    for (size_t i = 0; i < PASSWORD_CHARACTERS; i++)
        password[i] = letters[random[i] % 32];
    return (struct text){password, PASSWORD_CHARACTERS};
}

static enum status
write_file(const struct first_start *start, struct first_sign_in *first, struct error *error)
{
    struct text path = text_format(start->arena, "%s/first-sign-in", start->home);
    int file;
    bool is_written;

    unlink(path.data); /* of a start that failed: its account was not made */
    file = open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    is_written =
        file >= 0 &&
        dprintf(file, "%.*s\n%.*s\n", TEXT_ARGS(first->email), TEXT_ARGS(first->password)) > 0;
    if (file >= 0 && (fsync(file) != 0 || close(file) != 0))
        is_written = false;
    if (!is_written)
        return error_set(
            error, STATUS_UNAVAILABLE, "The first password cannot be written to %s: %s", path.data,
            strerrordesc_np(errno));
    first->told_file = path;
    return STATUS_OK;
}

static enum status
register_admin(const struct first_start *start, struct first_sign_in *first, struct error *error)
{
    const struct settings *settings = start->settings;
    struct text password = settings->admin_password;
    struct register_admin order = {
        .email.text = settings->admin_email,
        .name.text = settings->admin_name,
    };
    enum status status = STATUS_OK;

    first->email = settings->admin_email;
    if (password.size == 0) {
        password = make_password(start->arena);
        first->password = password;
        if (!isatty(STDOUT_FILENO))
            status = write_file(start, first, error);
    }
    if (status != STATUS_OK)
        return status;
    order.password.text = password_hash(start->arena, password);
    keyed_digest_personal(
        start->keyring, register_admin_command.input, timestamp_now(), start->arena, &order);
    return own_command_execute(
        start->writer, &register_admin_command, &order, start->arena, NULL, error);
}

/* Absent where there is none. */
static enum status find_account(
    const struct first_start *start, struct text email, struct uuid *out, struct error *error)
{
    struct query_sign_in question = {
        .email_digest = keyed_digest_email(start->keyring, start->arena, email)};
    const void *answer = NULL;
    enum status status = own_command_execute(
        start->writer, &query_sign_in_command, &question, start->arena, &answer, error);

    if (status == STATUS_OK)
        *out = ((const struct sign_in_lookup *)answer)->user_id;
    return status;
}

/* Whose is the file that a start has left, this one or an earlier one? */
static enum status
find_file(const struct first_start *start, struct first_sign_in *first, struct error *error)
{
    struct text path = text_format(start->arena, "%s/first-sign-in", start->home);
    int file = open(path.data, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    char content[512];
    ssize_t size = file < 0 ? -1 : read(file, content, sizeof(content));
    struct text rest = {content, size < 0 ? 0 : (size_t)size};

    if (file >= 0)
        close(file);
    if (size <= 0)
        return STATUS_OK;
    first->told_file = path;
    return find_account(start, text_cut(&rest, '\n'), &first->user_id, error);
}

static void warn_of_account(void)
{
    log_warning(
        "first_admin.exists", log_c("setting", "ADMIN_PASSWORD"),
        log_c("meaning", "the account of ADMIN_EMAIL exists and keeps its password"),
        log_c("remedy", "'fleetledger reset-password' sets another one"));
}

/* Where the first owner is to come over HTTP none is made here. */
static bool makes_admin(const struct first_start *start)
{
    const struct settings *settings = start->settings;
    bool is_awaited = opt_bool_is_true(settings->installation_allow_insecure_bootstrap);

    if (settings->installation_authority_mode.is == AUTHORITY_STRICT)
        return false;
    return settings->admin_password.size > 0 || (!is_awaited && !identity_has_admin(start->model));
}

enum status
first_start(const struct first_start *start, struct first_sign_in *out, struct error *error)
{
    struct uuid account = UUID_NONE;
    bool is_wanted;
    enum status status = open_ledger(start, error);

    if (status == STATUS_OK)
        status = declare_authority(start, error);
    if (start->is_setting_up)
        return status;
    is_wanted = makes_admin(start);
    if (status == STATUS_OK && is_wanted)
        status = find_account(start, start->settings->admin_email, &account, error);
    if (status == STATUS_OK && is_wanted && !uuid_is_present(account))
        status = register_admin(start, out, error);
    else if (status == STATUS_OK && is_wanted && start->settings->admin_password.size > 0)
        warn_of_account();
    if (status == STATUS_OK)
        status = find_file(start, out, error);
    if (status != STATUS_OK)
        out->password = out->told_file = (struct text){NULL, 0}; /* there is no such account */
    return status;
}

void first_sign_in_watch(struct first_sign_in *first, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count && uuid_is_present(first->user_id); i++) {
        if (records[i].type == &user_signed_in_event &&
            uuid_equal(records[i].entry.stream, first->user_id))
            first->has_signed_in = true;
    }
}

bool first_sign_in_forget(struct first_sign_in *first)
{
    first->has_signed_in = false;
    return unlink(first->told_file.data) == 0;
}

void first_sign_in_tell(const struct first_sign_in *first)
{
    if (text_is_present(first->told_file))
        dprintf(STDOUT_FILENO, "First sign-in: see %.*s\n", TEXT_ARGS(first->told_file));
    else if (text_is_present(first->password))
        dprintf(
            STDOUT_FILENO, "First sign-in: %.*s with password %.*s\n", TEXT_ARGS(first->email),
            TEXT_ARGS(first->password));
}
