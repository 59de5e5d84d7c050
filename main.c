/*
 * The table of commands, and what it takes to begin one.
 *
 *   argv ──cli_read──► command, its input, settings ──► run ──► exit code
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/authority/manifest_signing.h"
#include "api/evidence/question.h"
#include "api/export/export_run.h"
#include "api/settings_safety.h"
#include "core/base/build_info.h"
#include "core/base/failpoint.h"
#include "core/base/log.h"
#include "core/cli/cli.h"
#include "core/outbound/object_store.h"
#include "core/run/secrecy.h"
#include "describe.h"
#include "orders.h"
#include "replay/backup.h"
#include "replay/drill.h"
#include "replay/exit_codes.h"
#include "replay/promote.h"
#include "replay/replay.h"
#include "replay/restore.h"
#include "replay/verify.h"
#include "said.h"
#include "serve.h"
#include "settled.h"
#include "upgraded.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_BYTES = 16 << 20, LARGEST_TEXT = 1 << 20 };

/* Inputs that are main's own. */

struct help_input {
    struct text command;
    struct text verb;
};
static const struct field help_input_fields[] = {
    {TEXT(help_input, command), .max = 40, .doc = "Command to describe."},
    {TEXT(help_input, verb), .max = 40, .doc = "Its verb, where it has one."},
};
static const struct shape help_input_shape = SHAPE(help_input, "What is to be explained.");

struct completion_input {
    struct enum_value shell;
};
static const struct field completion_input_fields[] = {
    {ENUM(completion_input, shell, cli_shell_names), .flags = REQUIRED,
     .doc = "Shell that the script is for."},
};
static const struct shape completion_input_shape = SHAPE(completion_input, "Whose script.");

/* Beginning. */

static struct object_store_settings object_store_of(const struct settings *settings)
{
    return (struct object_store_settings){
        .endpoint = settings->s3_endpoint,
        .region = settings->s3_region,
        .access_key = settings->s3_access_key,
        .secret_key = settings->s3_secret_key,
        .ca_file = settings->s3_ca_file,
    };
}

/* What is wrong; by which code others know it, and where; what to do about it. */
static int complain_of_answer(const struct cli_call *call, const struct error *error)
{
    const char *remedy = question_remedy(text_from(error->code));
    char name[CLI_NAME_SIZE] = "";
    bool has_name = cli_name_of(call->command, text_from(error->field), name);

    fprintf(stderr, "fleetledger: %s\n  why: %s", error->text, error->code);
    fprintf(stderr, has_name ? " (%s)\n" : "\n", name);
    if (remedy == NULL)
        fprintf(stderr, "  do:  see \"fleetledger help %s\"\n", call->command->name);
    else
        fprintf(stderr, "  do:  %s\n", remedy);
    return exit_code_for(error->status);
}

/* Builds with a sanitizer trace their own process at its end. */
static void keep_memory(const struct settings *settings)
{
#ifdef FAILPOINTS
    (void)settings;
#else
    if (!opt_bool_is_true(settings->core_dumps) && !secrecy_refuse_dumps())
        log_warning("serve.dumps_possible", log_c("why", "the system does not forbid core dumps"));
#endif
}

static int run_serve(const struct cli_call *call)
{
    const struct settings_given given = {call->settings, call->found.held};
    struct error error;
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    if (opt_bool_is_true(given.settings->setup))
        data_dir.conninfo = text_lit("none"); /* which one it is is not known before */
    else if (settings_check_safe(given.settings, &error) != STATUS_OK)
        return said_complaint(&error);
    keep_memory(call->settings);
    return upgraded_serve(&given, &data_dir, call->arena);
}

static int run_replay(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    return replay_run(&data_dir, call->input);
}

static int run_prepare(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    return replay_prepare(&data_dir, call->input);
}

static int run_verify(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    return verify_run(&data_dir, call->input);
}

static int run_question(const struct cli_call *call)
{
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    const struct question_asked asked = {
        .question = call->command->about,
        .params = call->params,
        .param_count = call->param_count,
        .options = call->options,
        .home = data_dir.path,
        .secret = data_dir.secret,
        .settings = call->settings,
        .out = stdout,
        .err = stderr,
    };
    struct error error;
    enum status status = STATUS_OK;

    if (!question_has_url(&asked))
        status = data_dir_has_ledger(&data_dir, &error);
    if (status == STATUS_OK)
        status = question_run(&asked, &error);
    return status == STATUS_OK ? EXIT_HOLDS : complain_of_answer(call, &error);
}

static enum status order_export(
    void *context, const struct control_order *order, struct text *out_answer, struct error *error)
{
    const struct cli_call *call = context;
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    return serve_order(&data_dir, order, call->arena, out_answer, error);
}

static int run_export(const struct cli_call *call)
{
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    struct cli_call own = *call;
    const struct export_options *options = call->options;
    const struct export_asked asked = {
        .params = call->params,
        .param_count = call->param_count,
        .options = call->options,
        .home = data_dir.path,
        .secret = data_dir.secret,
        .settings = call->settings,
        .order = order_export,
        .context = &own,
        .out = stdout,
        .err = stderr,
        .arena = call->arena,
    };
    struct error error;
    enum status status = STATUS_OK;

    if (!source_is_server(&options->source))
        status = data_dir_has_ledger(&data_dir, &error);
    if (status == STATUS_OK)
        status = export_run(&asked, &error);
    return status == STATUS_OK ? EXIT_HOLDS : complain_of_answer(call, &error);
}

static int run_backup(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    const struct object_store_settings objects = object_store_of(call->settings);

    return backup_run(&data_dir, call->input, &objects);
}

static enum status record(
    const struct data_dir_settings *home,
    const char *order_name,
    struct text json,
    struct arena *arena,
    struct error *error)
{
    const struct control_order order = {.name = text_from(order_name), .input = json};
    struct text answer;

    return serve_order(home, &order, arena, &answer, error);
}

static enum status record_restore(
    const struct data_dir_settings *home,
    struct text json,
    struct arena *arena,
    struct error *error)
{
    return record(home, "record_restore", json, arena, error);
}

static int run_restore(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);

    const struct object_store_settings objects = object_store_of(call->settings);

    return restore_run(&data_dir, call->input, &objects, record_restore);
}

static enum status record_drill(
    const struct data_dir_settings *home,
    struct text json,
    struct arena *arena,
    struct error *error)
{
    return record(home, "record_drill", json, arena, error);
}

static int run_drill(const struct cli_call *call)
{
    struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    const struct object_store_settings objects = object_store_of(call->settings);
    const struct drill_recorders recorders = {record_restore, record_drill};

    return drill_run(&data_dir, call->input, &objects, &recorders);
}

static int run_promote(const struct cli_call *call)
{
    const struct data_dir_settings data_dir = settled_data_dir(call->settings, call->arena);
    const struct settings *settings = call->settings;
    const struct leader leader = {.url = settings->follow, .ca_file = settings->follow_ca_file};

    return promote_run(&data_dir, &leader, call->input, &serve_promote_deeds);
}

static int run_authority(const struct cli_call *call)
{
    signing_work *const *work = call->command->about;
    struct text out = {NULL, 0};
    struct error error;

    if ((*work)(call->arena, call->input, call->options, &out, &error) != STATUS_OK)
        return said_complaint(&error);
    return fwrite(out.data, 1, out.size, stdout) == out.size && fflush(stdout) == 0 ? EXIT_HOLDS
                                                                                    : EXIT_TROUBLE;
}

static int run_describe(const struct cli_call *call)
{
    return describe_run(call->cli, call->input);
}

static int run_completion(const struct cli_call *call)
{
    const struct completion_input *input = call->input;
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_TEXT);
    cli_write_completion(call->cli, (enum cli_shell)input->shell.is, &out);
    return said_print(&out);
}

static int run_version(const struct cli_call *call)
{
    printf("%s\n", call->cli->version);
    return fflush(stdout) == 0 ? EXIT_HOLDS : EXIT_TROUBLE;
}

static int print_help(const struct cli *cli, const struct cli_command *command)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_TEXT);
    cli_write_help(cli, command, &out);
    return said_print(&out);
}

static int run_help(const struct cli_call *call)
{
    const struct help_input *input = call->input;
    struct text name = input->command;
    const struct cli_command *command = NULL;
    struct error error;

    if (text_is_present(input->verb))
        name = text_format(call->arena, "%.*s %.*s", TEXT_ARGS(name), TEXT_ARGS(input->verb));
    if (text_is_present(name) && cli_find(call->cli, name, &command, &error) != STATUS_OK)
        return said_complaint(&error);
    return print_help(call->cli, command);
}

/* Flags of evidence are called as people say it, and not after the API's parameters. */
#define NAMES_FLAGS                                                                                \
    {"workspace", NULL, '\0', true}, {"actor", NULL, '\0', true}, {"entity", NULL, '\0', true},    \
    {                                                                                              \
        "node", NULL, '\0', true                                                                   \
    }
static const struct cli_flag evidence_flags[] = {
    NAMES_FLAGS,
    {"id", NULL, '\0', true},
    {"from", "since", '\0', false},
    {"to", "until", '\0', false},
    {"after", "after_cursor", '\0', false},
    {"output", "output", 'o', false},
    {NULL, NULL, '\0', false},
};
static const struct cli_flag export_flags[] = {
    NAMES_FLAGS,
    {"from", "since", '\0', false},
    {"to", "until", '\0', false},
    {NULL, NULL, '\0', false},
};
#define EVIDENCE_PLACES                                                                              \
    "Asks the files of a home, stopped or beside a running server, or the server of --url with an\n" \
    "access token of a platform auditor (with --workspace: of an owner or admin of it)."

/* What a product root key does. */
#define OFFLINE   "Needs no server and no network: keep the key where neither is.\n"
#define HANDED_IN "Prints an envelope (DSSE), which is handed in by "
#define SIGNS(shape, work)                                                                         \
    .input = &(shape), .options = &signing_options_shape, .about = &(signing_work *const){work},   \
    .run = run_authority

static const struct cli_command commands[] = {
    {.name = "serve",
     .doc = "Serves the API until it is told to stop.",
     .run = run_serve,
     .settings = CLI_SETTINGS_LISTED,
     .more = "SIGTERM and SIGINT end it: what was accepted is answered first."},
    {.name = "replay",
     .doc = "Rebuilds all read models from the ledger beside the serving ones, then switches.",
     .more = "Works on a stopped home and beside a running server. Interrupted, the next run goes\n"
             "on where it stood.",
     .input = &replay_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_replay},
    {.name = "prepare",
     .doc = "Builds this program's read models while another version serves.",
     .more = "Run it from the new program before an upgrade: its start then only has to switch.",
     .input = &replay_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_prepare},
    {.name = "verify",
     .doc = "Checks ledger, write model, index and every read-model row; names what differs.",
     .more = "Works on a stopped home and beside a running server, and changes nothing in either.",
     .input = &verify_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_verify},
    {.name = "timeline",
     .doc = "Lists what is on record, by filters that combine freely.",
     .more = EVIDENCE_PLACES
     "\n"
     "Times are those of recording: 2026-03-22T16:47:29Z, 2026-03-22, today, yesterday 14:05,\n"
     "or back from now: -2h. To go on where it ended, newer events included:\n"
     "fleetledger timeline --order=oldest --show-cursor 2>cursor, later with\n"
     "--after-cursor=\"$(tail -n1 cursor)\" and the same filters.",
     .input = &timeline_asked_shape,
     .options = &paged_options_shape,
     .flags = evidence_flags,
     .about = &timeline_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "event",
     .doc = "Shows one event as it is on record, with its fields and its proof.",
     .more = EVIDENCE_PLACES,
     .input = &event_input_shape,
     .arguments = (const char *const[]){"position", NULL},
     .options = &placed_options_shape,
     .flags = evidence_flags,
     .about = &event_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "event causes",
     .doc = "Lists what led to an event, and what belongs to the same order before and after it.",
     .more = EVIDENCE_PLACES,
     .input = &event_input_shape,
     .arguments = (const char *const[]){"position", NULL},
     .options = &placed_options_shape,
     .flags = evidence_flags,
     .about = &event_causes_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "event receipt",
     .doc = "Prints the proof that an event is on the ledger: a C2SP tlog-proof file.",
     .more = EVIDENCE_PLACES,
     .input = &receipt_question_shape,
     .arguments = (const char *const[]){"position", NULL},
     .options = &question_options_shape,
     .flags = evidence_flags,
     .about = &event_receipt_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "entity",
     .doc = "Lists what happened to one entity: \"entity node <id>\".",
     .more = EVIDENCE_PLACES,
     .input = &history_input_shape,
     .arguments = (const char *const[]){"kind", "id", NULL},
     .options = &paged_options_shape,
     .flags = evidence_flags,
     .about = &history_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "entity state",
     .doc = "Shows how one entity stood at a moment: \"entity state node <id> --at=-2h\".",
     .more = EVIDENCE_PLACES,
     .input = &state_input_shape,
     .arguments = (const char *const[]){"kind", "id", NULL},
     .options = &placed_options_shape,
     .flags = evidence_flags,
     .about = &state_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "entity difference",
     .doc = "Lists the fields of one entity that changed between two moments, with their values.",
     .more = EVIDENCE_PLACES,
     .input = &difference_input_shape,
     .arguments = (const char *const[]){"kind", "id", NULL},
     .options = &placed_options_shape,
     .flags = evidence_flags,
     .about = &difference_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "entity explain",
     .doc = "Lists the events that made one entity what it is, and the fields that each set.",
     .more = EVIDENCE_PLACES,
     .input = &explain_input_shape,
     .arguments = (const char *const[]){"kind", "id", NULL},
     .options = &placed_options_shape,
     .flags = evidence_flags,
     .about = &explain_question,
     .settings = CLI_SETTINGS,
     .run = run_question},
    {.name = "export",
     .doc = "Exports what is on record as a file, and records that.",
     .more = EVIDENCE_PLACES
     "\n"
     "The ledger records what was exported, with its count and root, before any of it is written;\n"
     "what comes from a server is held against them.",
     .input = &export_order_shape,
     .options = &export_options_shape,
     .flags = export_flags,
     .settings = CLI_SETTINGS,
     .run = run_export},
    {.name = "reset-password",
     .doc = "Sets the password of an account, for whoever can no longer sign in.",
     .more =
         "The password is typed at the terminal, or is the first line of standard input or of a\n"
         "file. Works on a stopped home and beside a running server; the ledger records it.",
     .input = &reset_password_input_shape,
     .arguments = (const char *const[]){"email", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_reset_password},
    {.name = "forget",
     .doc = "Erases a person, for good.",
     .more =
         "Deletes the account and destroys the keys of all that was sealed of the person, in every copy\n"
         "of the ledger. Works on a stopped home and beside a running server; prints where the ledger\n"
         "records it.",
     .input = &forget_input_shape,
     .arguments = (const char *const[]){"user", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_forget},
    {.name = "hold",
     .doc = "Places a legal hold: nothing is dropped or forgotten of what it is over.",
     .more =
         "Over a person, a workspace, a node, or a range of positions: \"hold person <id>\", \"hold\n"
         "positions 100-250\". Works on a stopped home and beside a running server; prints the hold's\n"
         "id, and the ledger records it.",
     .input = &hold_input_shape,
     .arguments = (const char *const[]){"kind", "target", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_hold},
    {.name = "holds",
     .doc = "Lists the legal holds that are in place, a line each: id, kind, target.",
     .more = "Works on a stopped home and beside a running server, and without PostgreSQL.",
     .settings = CLI_SETTINGS,
     .run = orders_holds},
    {.name = "release-hold",
     .doc = "Releases a legal hold.",
     .more = "Works on a stopped home and beside a running server; the ledger records it.",
     .input = &release_hold_input_shape,
     .arguments = (const char *const[]){"hold", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_release_hold},
    {.name = "settings",
     .doc = "Lists the settings that people have changed, a line each.",
     .more =
         "Secrets are not shown. Works on a stopped home and beside a running server, and without\n"
         "PostgreSQL.",
     .settings = CLI_SETTINGS,
     .run = orders_settings},
    {.name = "settings unset",
     .doc =
         "Takes a setting off the record: from the next start on it is as if nobody had changed it.",
     .more =
         "For a server that does not come up as it should with what was changed, or that nobody can\n"
         "sign in to. Works on a stopped home and beside a running server; the ledger records it.",
     .input = &unset_setting_input_shape,
     .arguments = (const char *const[]){"name", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_unset_setting},
    {.name = "rotate-key",
     .doc = "Has checkpoints signed by another key, and for a while by both.",
     .more =
         "Prints the new key, for those who verify. Works on a stopped home and beside a running\n"
         "server; the ledger records it before the new key signs.",
     .input = &rotate_key_input_shape,
     .settings = CLI_SETTINGS,
     .run = orders_rotate_key},
    {.name = "rotate-kek",
     .doc = "Wraps all keys under another key-encryption key.",
     .more =
         "Needs the new one as SECRETS_ENCRYPTION_KEY or secret.key, and the one before it as\n"
         "SECRETS_ENCRYPTION_KEY_FORMER or secret.key.former. Works on a stopped home and beside a running\n"
         "server that was started with both; the ledger records it.",
     .settings = CLI_SETTINGS,
     .run = orders_rotate_kek},
    {.name = "declare-origin",
     .doc = "Has a ledger that does not continue what was signed go on under another origin.",
     .more =
         "For a home that serves only reads because an older ledger was put back. Works on a\n"
         "stopped home; the ledger records reason and contradicted checkpoint. Prints the new key.",
     .input = &declare_origin_input_shape,
     .settings = CLI_SETTINGS,
     .run = orders_declare_origin},
    {.name = "backup",
     .doc = "Backs a home up, whole or what is new, while a server goes on.",
     .more =
         "Ledger, wrapped keys and signed checkpoints, into a directory or an object store (S3_ENDPOINT, …), each backup proven by a\n"
         "checkpoint. Needs no key. SECRETS_ENCRYPTION_KEY and secret.key are never in a backup:\n"
         "keep them elsewhere, or nobody can read it.",
     .input = &backup_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_backup},
    {.name = "restore",
     .doc = "Makes a home again from a backup, as it was or as it was at an earlier time.",
     .more =
         "All of the backup is checked first. The home (--home) must be missing or empty, and is\n"
         "whole or not there. Nothing comes back that was dropped, and no key that was destroyed.",
     .input = &restore_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_restore},
    {.name = "drill",
     .doc = "Restores the newest backup elsewhere, and compares it with what there is.",
     .more =
         "Ledger, keys and every row of the read models; says how much would have been lost, and how\n"
         "long it would have taken. What comes of it is on record (platform.drill_recorded). Beside a\n"
         "running server or on a stopped home, which stays as it is.",
     .input = &drill_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_drill},
    {.name = "admit-follower",
     .doc = "Lets another server follow this one; prints what that must be given.",
     .more =
         "Prints settings for the follower: its token, which is told only once, and the key that\n"
         "verifies checkpoints. Works on a stopped home and beside a running server; the ledger\n"
         "records it. The follower also needs the key-encryption key of this server.",
     .input = &admit_follower_input_shape,
     .arguments = (const char *const[]){"name", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_admit_follower},
    {.name = "revoke-follower",
     .doc = "Ends a follower's admission: its token opens nothing from then on.",
     .more = "Works on a stopped home and beside a running server; the ledger records it.",
     .input = &admit_follower_input_shape,
     .arguments = (const char *const[]){"name", NULL},
     .settings = CLI_SETTINGS,
     .run = orders_revoke_follower},
    {.name = "promote",
     .doc = "Has a follower lead, in the place of a leader that is down.",
     .more =
         "On the follower's stopped home. Refused while the leader answers. --confirmed-by names who has\n"
         "made sure that it is down and stays down; the ledger records that, and a new epoch begins:\n"
         "followers and verifiers that have seen it believe no older one. What the leader had acknowledged and\n"
         "this follower did not have is not on this ledger. Broken off, it can be run again.",
     .input = &promote_options_shape,
     .settings = CLI_SETTINGS,
     .run = run_promote},
    {.name = "authority keygen",
     .doc = "Makes a product root key, which signs who may rule an installation.",
     .more = OFFLINE "Prints the public key, which a server is given as\n"
                     "INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64.",
     .input = &keygen_input_shape,
     .arguments = (const char *const[]){"file", NULL},
     .about = &(signing_work *const){signing_keygen},
     .run = run_authority},
    {.name = "authority sign-activation",
     .doc = "Signs who the first owner of an installation is.",
     .more = OFFLINE HANDED_IN "POST /api/v1/installation/bootstrap-owner, as manifest.",
     SIGNS(sign_activation_input_shape, signing_activation)},
    {.name = "authority sign-grant",
     .doc = "Signs that somebody has a role on the platform.",
     .more = OFFLINE HANDED_IN "POST /api/v1/installation/role-grants, as envelope.",
     SIGNS(sign_grant_input_shape, signing_grant)},
    {.name = "authority sign-revocation",
     .doc = "Signs that a grant is good no more.",
     .more = OFFLINE HANDED_IN "POST /api/v1/installation/role-grants/<id>/revoke, as envelope.",
     SIGNS(sign_revocation_input_shape, signing_revocation)},
    {.name = "authority sign-rotation",
     .doc = "Signs which product root key takes the place of this one.",
     .more = OFFLINE HANDED_IN "POST /api/v1/installation/roots/rotate, as envelope.",
     SIGNS(sign_rotation_input_shape, signing_rotation)},
    {.name = "authority inspect",
     .doc = "Shows what an envelope says.",
     .more = OFFLINE,
     .input = &inspect_input_shape,
     .arguments = (const char *const[]){"file", NULL},
     .about = &(signing_work *const){signing_inspect},
     .run = run_authority},
    {.name = "describe",
     .doc = "Prints the reference pages.",
     .input = &describe_input_shape,
     .arguments = (const char *const[]){"page", NULL},
     .run = run_describe},
    {.name = "completion",
     .doc = "Prints a script that completes commands and flags in a shell.",
     .more = "For bash: source <(fleetledger completion bash)",
     .input = &completion_input_shape,
     .arguments = (const char *const[]){"shell", NULL},
     .run = run_completion},
    {.name = "version", .doc = "Prints version, commit and build.", .run = run_version},
    {.name = "help",
     .doc = "Explains a command, or lists them.",
     .input = &help_input_shape,
     .arguments = (const char *const[]){"command", "verb", NULL},
     .run = run_help},
};

static const struct cli_exit exits[] = {
    {EXIT_HOLDS, "Done, and what was checked holds."},
    {EXIT_DIFFERS, "Failed; of verify: something is damaged or differs."},
    {EXIT_TROUBLE,
     "Asked wrongly: usage or settings; of serve, replay, prepare and verify also: not "
     "done, or not all was checked."},
    {EXIT_NOT_FOUND, "Not found."},
    {EXIT_NOT_ALLOWED, "Not signed in, or not allowed."},
    {EXIT_REFUSED, "Refused by a rule."},
    {EXIT_NOT_REACHED, "Not reachable, or not ready."},
    {EXIT_UNPROVEN, "Evidence does not verify."},
    {EXIT_INTERRUPTED, "Interrupted; replay and prepare go on from there."},
};

/* They work on the database, or in the server's place. */
static bool needs_record(const struct cli_command *command)
{
    return command->run == run_serve || command->run == run_replay || command->run == run_prepare ||
           command->run == run_verify || command->run == run_drill;
}

static int run_command(struct cli_call *call)
{
    struct error error;

    if (call->settings != NULL) {
        struct settings *settings = arena_one(call->arena, struct settings);

        *settings = *(const struct settings *)call->settings;
        log_set_level_named(settings->log_level);
        settled_home(settings, call->arena);
        call->settings = settings;
        upgraded_enter(call, settings, call->command->run == run_serve);
        if (needs_record(call->command) && settled_by_record(call, settings, &error) != STATUS_OK)
            return said_complaint(&error);
    }
    for (size_t i = 0; i < call->found.ignored_count; i++)
        log_warning("settings.ignored", log_c("name", call->found.ignored[i]));
    return call->command->run(call);
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct cli cli = {
        .program = "fleetledger",
        .purpose = "a control plane for fleets of Linux machines whose database is its audit trail",
        .version = text_format(
                       arena, "fleetledger %s (commit %s; %s)", build_info.version,
                       build_info.commit, build_info.build)
                       .data,
        .settings = &settings_config,
        .commands = commands,
        .command_count = COUNT_OF(commands),
        .exits = exits,
        .exit_count = COUNT_OF(exits),
    };
    struct cli_call call;
    struct error error;

    upgraded_begin(argv);
    failpoint_arm(getenv("FLEETLEDGER_FAILPOINTS"));
    /* Looking names up has no other bound where libpq does it. */
    (void)setenv("RES_OPTIONS", "timeout:2 attempts:2", 0);
    if (cli_read(&cli, argc - 1, argv + 1, arena, &call, &error) != STATUS_OK)
        return said_complaint(&error);
    if (call.wants_help)
        return print_help(&cli, call.command);
    if (call.wants_version)
        return run_version(&call);
    return run_command(&call);
}
