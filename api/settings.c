/*
 * The table of settings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "core/crypto/dsse.h"
#include "core/http/address.h"
#include "core/redis/redis.h"
#include "core/release/release.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/authority_events.h"

#include <unistd.h>

static bool is_duration(struct text value)
{
    return settings_duration_s(value) > 0;
}

static const char *const log_level_names[] = {"debug", "info", "warning", "error", NULL};

static bool is_log_level(struct text value)
{
    return enum_from(log_level_names, value).is != 0;
}

/* Empty: made of the installation's id. */
static bool is_origin_name(struct text value)
{
    return value.size == 0 || note_name_is_valid(value);
}

static bool is_path_segment(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return value.size > 0;
}

static bool is_network_list(struct text value)
{
    struct http_networks networks;

    return value.size == 0 || http_networks_parse(value, &networks);
}

static bool is_postgres_url(struct text value)
{
    return text_starts_with(value, text_lit("postgres://")) ||
           text_starts_with(value, text_lit("postgresql://"));
}

static bool is_url_list(struct text value)
{
    size_t count = 0;

    while (value.size > 0 || (count > 0 && text_is_present(value))) {
        if (!is_postgres_url(text_trim(text_cut(&value, ','))))
            return false;
        count++;
    }
    return count <= MOST_READ_URLS;
}

bool settings_is_web_address(struct text value)
{
    return value.size == 0 || text_starts_with(value, text_lit("https://")) ||
           text_starts_with(value, text_lit("http://"));
}

static bool is_release_key(struct text value)
{
    uint8_t key[RELEASE_KEY_SIZE];

    return value.size == 0 || release_key_read(value, key);
}

static bool is_environment_kind(struct text value)
{
    return text_is(value, "development") || text_is(value, "production") || text_is(value, "test");
}

/* Empty: none. */
static bool is_root_key(struct text value)
{
    return value.size == 0 || dsse_is_key(value);
}

/* Empty: none. */
static bool is_redis_url(struct text value)
{
    return value.size == 0 || redis_url_is_valid(value);
}

#define SECONDS(member, least, usual, sentence)                                                    \
    {                                                                                              \
        INT64(settings, member), .flags = HAS_FALLBACK, .min = least, .max = 86400 * 30,           \
                                 .fallback = usual, .doc = sentence                                \
    }

static const struct field settings_fields[] = {
    {TEXT(settings, home), .flags = HAS_FALLBACK, .fallback_text = "/var/lib/fleetledger", .min = 1,
     .max = 200, .doc = "Data directory: ledger, keys and the embedded PostgreSQL."},
    {TEXT(settings, host), .flags = HAS_FALLBACK, .fallback_text = "127.0.0.1", .min = 1,
     .max = 200, .doc = "Address to listen on."},
    {INT64(settings, port), .flags = HAS_FALLBACK, .min = 0, .max = 65535, .fallback = 3000,
     .doc = "Port to listen on; 0 for any free one."},
    {TEXT(settings, tls_certificate_file), .max = 4096,
     .doc = "PEM file with the certificate chain; with the key file it turns TLS on."},
    {TEXT(settings, tls_key_file), .max = 4096, .doc = "PEM file with the certificate's key."},
    {TEXT(settings, database_url), .flags = SECRET, .max = 4096,
     .doc = "URL of the PostgreSQL to use, instead of host, port, user name, password and name; "
            "without URL and host an embedded one runs."},
    {TEXT(settings, database_read_urls), .flags = SECRET, .max = 16384, .accepts = is_url_list,
     .rule = "it must be at most 8 URLs (postgres://user:password@host/name), separated by commas; "
             "a comma within one is %2C",
     .doc =
         "URLs of streaming replicas of that PostgreSQL, separated by commas, which are read from "
         "once they have what is to be read."},
    {TEXT(settings, database_host), .max = 255, .doc = "Host of the PostgreSQL to use."},
    {INT64(settings, database_port), .flags = HAS_FALLBACK, .min = 1, .max = 65535,
     .fallback = 5432, .doc = "Port of the PostgreSQL to use."},
    {TEXT(settings, database_username), .max = 255, .doc = "User name at the PostgreSQL."},
    {TEXT(settings, database_password), .flags = SECRET, .max = 1024,
     .doc = "Password at the PostgreSQL."},
    {TEXT(settings, database_name), .max = 255, .doc = "Name of the database."},
    {BOOL(settings, database_ssl), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether to use TLS and verify the certificate of the PostgreSQL; beside a URL too, "
            "whatever its sslmode says."},
    {TEXT(settings, database_ssl_ca_file), .max = 4096,
     .doc = "PEM file with the CA certificate of the PostgreSQL."},
    {TEXT(settings, secrets_encryption_key), .flags = SECRET, .min = 16, .max = 1024,
     .doc =
         "Secret that encrypts the keys of personal data; without it a key file is made in the data directory."},
    {TEXT(settings, secrets_encryption_key_former), .flags = SECRET, .min = 16, .max = 1024,
     .doc = "Secret that was SECRETS_ENCRYPTION_KEY before, until fleetledger rotate-kek has run."},
    {TEXT(settings, jwt_secret), .flags = SECRET, .min = 16, .max = 1024,
     .doc = "Secret that signs access tokens; without it one is made and kept."},
    {TEXT(settings, jwt_expires_in), .flags = HAS_FALLBACK, .fallback_text = "1d", .max = 12,
     .accepts = is_duration, .rule = "it must be a number with s, m, h or d",
     .doc = "Lifetime of an access token."},
    {INT64(settings, session_days), .flags = HAS_FALLBACK, .min = 1, .max = 3650, .fallback = 30,
     .doc = "Days that a session with a refresh token is open at most."},
    {INT64(settings, session_idle_hours), .flags = HAS_FALLBACK, .min = 1, .max = 87600,
     .fallback = 168,
     .doc = "Hours after which such a session ends unless it was refreshed; never less than "
            "JWT_EXPIRES_IN."},
    {INT64(settings, api_token_days), .flags = HAS_FALLBACK, .min = 1, .max = 366, .fallback = 366,
     .doc = "Days that a token for a program may be good for at most."},
    {INT64(settings, trusted_device_days), .flags = HAS_FALLBACK, .min = 0, .max = 90,
     .fallback = 30,
     .doc = "Days that a trusted device stands for the second factor; 0: none does."},
    {TEXT(settings, admin_email), .flags = HAS_FALLBACK | TRIM | LOWER | EMAIL,
     .fallback_text = "admin@example.com", .doc = "Email address of the first admin."},
    {TEXT(settings, admin_password), .flags = SECRET, .min = 8, .max = 1024,
     .doc = "Password of the first admin; without it one is made and printed once."},
    {TEXT(settings, admin_name), .flags = ONE_LINE | HAS_FALLBACK | TRIM,
     .fallback_text = "Fleetledger Admin", .min = 2, .max = 120, .doc = "Name of the first admin."},
    {TEXT(settings, agent_enrollment_token), .flags = SECRET, .max = 1024,
     .doc = "Shared token that agents register with; without it they cannot."},
    {BOOL(settings, realtime_dispatch), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether agents are sent their tasks on their sockets, beside those that they claim."},
    {TEXT(settings, agent_public_api_url), .max = 2048,
     .doc = "URL that agents reach this server by."},
    {TEXT(settings, agent_install_script_url), .max = 2048,
     .doc = "URL of the script that the install command downloads, if not this server's own, "
            "/install.sh."},
    {TEXT(settings, agent_releases_url), .flags = TRIM, .max = 2048,
     .accepts = settings_is_web_address,
     .rule = "it must be the http or https address of a catalogue of releases",
     .doc =
         "URL of the catalogue of agent releases, which is asked first; nobody is asked without one."},
    {TEXT(settings, agent_releases_host), .flags = TRIM, .max = 2048,
     .accepts = settings_is_web_address,
     .rule = "it must be the http or https address of a repository, as "
             "https://api.github.com/repos/owner/name",
     .doc =
         "URL of a repository in the shape of GitHub's API, whose releases are asked for where the "
         "catalogue has none."},
    {TEXT(settings, agent_releases_dir), .max = 2048,
     .doc =
         "Directory of agent releases, one below it for each version: what is offered where neither of the "
         "two has any."},
    {TEXT(settings, agent_releases_key), .flags = TRIM, .max = 64, .accepts = is_release_key,
     .rule = "it must be an Ed25519 public key, as 64 hexadecimal digits",
     .doc = "Key that releases are signed with: what it has not signed is not offered."},
    {TEXT(settings, agent_releases_ca_file), .max = 4096,
     .doc =
         "PEM file with the certificates of authorities that vouch for whoever publishes releases; "
         "without it those that the system trusts."},
    {TEXT(settings, server_releases_url), .flags = TRIM, .max = 2048,
     .accepts = settings_is_web_address,
     .rule = "it must be the http or https address of a catalogue of releases",
     .doc = "URL of the catalogue of releases of this program, which is asked first."},
    {TEXT(settings, server_releases_dir), .max = 2048,
     .doc = "Directory of releases of this program, one below it for each version: what is offered "
            "where the catalogue has none."},
    {TEXT(settings, server_releases_key), .flags = TRIM, .max = 64, .accepts = is_release_key,
     .rule = "it must be an Ed25519 public key, as 64 hexadecimal digits",
     .doc = "Key that releases of this program are signed with; without it the program is not "
            "updated over HTTP."},
    {TEXT(settings, server_releases_ca_file), .max = 4096,
     .doc =
         "PEM file with the certificates of authorities that vouch for whoever publishes releases "
         "of this program; without it those that the system trusts."},
    SECONDS(
        agent_heartbeat_timeout_seconds, 1, 90, "Silence after which a node counts as offline."),
    SECONDS(agent_offline_check_interval_seconds, 1, 30, "How often silence is looked for."),
    SECONDS(
        agent_task_claim_lease_seconds, 15, 60, "Time that an agent has to start a claimed task."),
    SECONDS(
        agent_stale_task_check_interval_seconds, 1, 15, "How often stale tasks are looked for."),
    SECONDS(
        agent_stale_queued_task_timeout_seconds,
        5,
        120,
        "Time after which a task that no agent took has failed."),
    SECONDS(
        agent_stale_running_task_timeout_seconds,
        10,
        1800,
        "Time after which a running task has failed."),
    {INT64(settings, finished_task_days), .flags = HAS_FALLBACK, .min = 0, .max = 36500,
     .fallback = 30,
     .doc =
         "Days after its end that a task stays in the write model, 25 hours at least; afterwards orders "
         "about it are answered from the ledger. 0 for ever."},
    {INT64(settings, terminal_retention_days), .flags = HAS_FALLBACK, .min = 1, .max = 36500,
     .fallback = 7, .doc = "Days that the transcript of a terminal is kept."},
    {INT64(settings, task_output_retention_days), .flags = HAS_FALLBACK, .min = 0, .max = 36500,
     .fallback = 0,
     .doc = "Days after a task's end that its lines, output and result are kept; 0: for ever."},
    {INT64(settings, origin_retention_days), .flags = HAS_FALLBACK, .min = 0, .max = 36500,
     .fallback = 0,
     .doc =
         "Days that it is kept from where people, agents and strangers came: address and user agent. "
         "Of people it is dropped month by month; 0 for ever."},
    {INT64(settings, key_backup_days), .flags = HAS_FALLBACK, .min = 0, .max = 36500,
     .fallback = 30,
     .doc = "Days after which your backups of keys.mdb are gone: those of the archive are removed "
            "then, and certificates of erasure say so."},
    {INT64(settings, agent_high_cpu_threshold), .flags = HAS_FALLBACK, .min = 0, .max = 100,
     .fallback = 90, .doc = "Processor usage, in per cent, from which a system event is raised."},
    {TEXT(settings, smtp_host), .max = 255,
     .doc = "Mail server to send through; without it no mail is sent."},
    {INT64(settings, smtp_port), .flags = HAS_FALLBACK, .min = 1, .max = 65535, .fallback = 587,
     .doc = "Port of the mail server."},
    {BOOL(settings, smtp_secure), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether to use TLS from the start; otherwise STARTTLS where it is offered."},
    {BOOL(settings, smtp_require_tls),
     .doc = "Whether to send nothing without TLS; unless it says so, a password is never sent "
            "without."},
    {TEXT(settings, smtp_username), .max = 255, .doc = "User name at the mail server."},
    {TEXT(settings, smtp_password), .flags = SECRET, .max = 1024,
     .doc = "Password at the mail server."},
    {TEXT(settings, smtp_from_email), .flags = HAS_FALLBACK | TRIM | EMAIL,
     .fallback_text = "noreply@fleetledger.example", .doc = "Email address of the sender."},
    {TEXT(settings, smtp_from_name), .flags = ONE_LINE | HAS_FALLBACK | TRIM,
     .fallback_text = "Fleetledger", .max = 120, .doc = "Name of the sender."},
    {TEXT(settings, web_app_url), .flags = HAS_FALLBACK | TRIM,
     .fallback_text = "http://localhost:3001", .max = 2048,
     .doc = "URL of the dashboard, which mails link to."},
    {TEXT(settings, telegram_api_url), .flags = HAS_FALLBACK | TRIM,
     .fallback_text = "https://api.telegram.org", .max = 2048, .doc = "URL of Telegram's Bot API."},
    {BOOL(settings, swagger_enabled), .flags = HAS_FALLBACK, .fallback = 1,
     .doc = "Whether to serve the API document and a page to try it on."},
    {TEXT(settings, swagger_path), .flags = HAS_FALLBACK, .fallback_text = "docs", .min = 1,
     .max = 64, .accepts = is_path_segment,
     .rule = "it must be letters, digits, dashes and underscores",
     .doc = "Path of that page, below /api/v1/."},
    {TEXT(settings, trusted_proxies), .flags = HAS_FALLBACK, .fallback_text = "", .max = 4096,
     .accepts = is_network_list,
     .rule = "it must be at most 64 addresses or networks (10.0.0.0/8, fd00::/8), or unix, "
             "separated by commas",
     .doc = "Proxies whose word on clients counts (Forwarded, X-Forwarded-For, -Proto, -Host): "
            "addresses and networks, separated by commas; unix for peers on a Unix socket."},
    {BOOL(settings, proxy_protocol), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether trusted proxies begin each connection with a PROXY protocol v2 header."},
    {BOOL(settings, core_dumps), .flags = HAS_FALLBACK, .fallback = 2,
     .doc =
         "Whether the process may be traced and dump its memory, keys and personal text included: "
         "for debuggers."},
    {TEXT(settings, cors_origin), .flags = HAS_FALLBACK, .fallback_text = "*", .max = 4096,
     .doc = "Origins that browsers may call from, separated by commas; * for any."},
    {INT64(settings, rate_limit_per_minute), .flags = HAS_FALLBACK, .min = 0, .max = 1000000,
     .fallback = 100,
     .doc =
         "Greatest number of requests a minute for each route and person, or address (of IPv6 the "
         "/64) where nobody is signed in; 0 for no limit."},
    {INT64(settings, body_bytes), .flags = HAS_FALLBACK, .min = 32 << 20, .max = INT64_C(1) << 40,
     .fallback = 256 << 20,
     .doc = "Bytes of bodies, unsent answers and messages in memory, beyond which large ones are "
            "refused."},
    {INT64(settings, caller_body_bytes), .flags = HAS_FALLBACK, .min = 16 << 20,
     .max = INT64_C(1) << 40, .fallback = 32 << 20,
     .doc = "Bytes of large bodies that one person or agent may have under way at once."},
    {INT64(settings, transfer_timeout_seconds), .flags = HAS_FALLBACK, .min = 10, .max = 86400,
     .fallback = 300, .doc = "Greatest time that a body or an answer may take."},
    {INT64(settings, least_bytes_per_second), .flags = HAS_FALLBACK, .min = 0, .max = 1 << 20,
     .fallback = 1024,
     .doc = "Least pace of a body or an answer, looked at every ten seconds; 0 for none."},
    {INT64(settings, loops), .flags = HAS_FALLBACK, .min = 1, .max = 64, .fallback = 2,
     .doc = "Number of threads that own connections."},
    {INT64(settings, workers), .flags = HAS_FALLBACK, .min = 0, .max = 256, .fallback = 0,
     .doc = "Number of threads with a database connection; 0 for twice the cores, at least four."},
    {TEXT(settings, log_level), .flags = HAS_FALLBACK, .fallback_text = "info",
     .accepts = is_log_level, .rule = "it must be debug, info, warning or error",
     .doc = "Lowest level of the lines that are logged."},
    {TEXT(settings, origin_name), .flags = HAS_FALLBACK, .fallback_text = "",
     .max = 240, /* and "/e<k>" */
     .accepts = is_origin_name,
     .rule = "it must be without blanks, control characters and plus signs",
     .doc = "Name of the ledger in its signed checkpoints, fixed at first start; empty: "
            "fleetledger/ and the installation's id."},
    {BOOL(settings, ledger_public), .flags = HAS_FALLBACK, .fallback = 0,
     .doc =
         "Whether anybody may read the ledger's checkpoints, tiles and proofs, which hold no personal "
         "data in the clear; else auditors and platform admins may."},
    {TEXT(settings, sink_directory), .max = 4096,
     .doc = "Directory that sinks write files to; without it none can."},
    {TEXT(settings, sink_ca_file), .max = 4096,
     .doc = "PEM file with the certificates of authorities that vouch for the receivers of sinks; "
            "without it those that the system trusts."},
    {TEXT(settings, outbound_allow), .flags = HAS_FALLBACK, .fallback_text = "", .max = 4096,
     .accepts = is_network_list,
     .rule =
         "it must be at most 64 addresses or networks (10.0.0.0/8, fd00::/8), separated by commas",
     .doc = "Addresses and networks that channels of workspaces may reach, beside public ones; "
            "separated by commas."},
    {TEXT(settings, outbound_ca_file), .max = 4096,
     .doc =
         "PEM file with the certificates of authorities that vouch for the receivers of channels; "
         "without it those that the system trusts."},
    {INT64(settings, reserve_bytes), .flags = HAS_FALLBACK, .min = 0, .max = INT64_C(1) << 50,
     .fallback = 0,
     .doc =
         "Bytes to keep free on the ledger's volume, below which writes are refused; 0 for the larger of 512 MiB and 2 %."},
    {TEXT(settings, archive_to), .max = 4000,
     .doc = "Place that the running server backs up to continuously: a directory, or "
            "s3://bucket/prefix; without it nothing is archived."},
    {TEXT(settings, archive_keys_to), .max = 4000,
     .doc =
         "Place for the wrapped keys of the archive, which can lie elsewhere; without it they go with "
         "the rest."},
    {TEXT(settings, archive_encrypt_to), .max = 4096,
     .doc = "PEM file with a certificate whose key alone opens what is archived."},
    {INT64(settings, archive_full_days), .flags = HAS_FALLBACK, .min = 1, .max = 36500,
     .fallback = 7, .doc = "Days after which the archive begins another chain, which is whole."},
    {INT64(settings, archive_keep_days), .flags = HAS_FALLBACK, .min = 0, .max = 36500,
     .fallback = 0,
     .doc = "Days for any moment of which chains of the archive are kept; older ones are removed, "
            "whole. 0: all are kept."},
    SECONDS(
        archive_recovery_point_seconds,
        2,
        300,
        "Recovery point: greatest age of an event that is not in the archive yet."),
    {INT64(settings, acknowledge_after), .flags = HAS_FALLBACK, .min = 0, .max = 16, .fallback = 0,
     .doc =
         "Number of followers that must hold a change durably before it is acknowledged; 0 waits for "
         "none."},
    SECONDS(
        acknowledge_within_seconds,
        1,
        5,
        "Time for which a caller waits for that; then the answer says that the change is recorded and not held "
        "yet."),
    {TEXT(settings, leader_lease_url), .flags = SECRET, .max = 4096,
     .doc =
         "PostgreSQL, shared by all servers that may lead, in which one of them holds the lease to do so; a "
         "follower takes it when it has run out, and leads. Without it an operator promotes one."},
    SECONDS(
        leader_lease_seconds,
        1,
        10,
        "Length of that lease: a leader that cannot renew it takes no changes from then on, and a follower takes "
        "over after twice that."),
    {TEXT(settings, s3_endpoint), .max = 4096,
     .doc = "Address of the object store that s3:// means; without it Amazon's in the region."},
    {TEXT(settings, s3_region), .flags = HAS_FALLBACK, .fallback_text = "us-east-1", .min = 1,
     .max = 63, .doc = "Region of the object store."},
    {TEXT(settings, s3_access_key), .max = 256, .doc = "Access key of the object store."},
    {TEXT(settings, s3_secret_key), .flags = SECRET, .max = 1024,
     .doc = "Secret key of the object store."},
    {TEXT(settings, s3_ca_file), .max = 4096,
     .doc =
         "PEM file with the certificates of authorities that vouch for the object store; without it "
         "those that the system trusts."},
    {TEXT(settings, follow), .flags = TRIM, .max = 2048,
     .doc =
         "URL of the leader: this server is its follower then, and pulls, verifies and serves its "
         "ledger."},
    {TEXT(settings, follow_key), .flags = TRIM, .max = 1000,
     .doc =
         "Key that verifies the leader's checkpoints, as admit-follower prints it; needed for an "
         "empty home."},
    {TEXT(settings, follow_token_file), .max = 4096,
     .doc = "File whose first line is the follower's token, as admit-follower prints it."},
    {TEXT(settings, follow_ca_file), .max = 4096,
     .doc = "PEM file with the certificates of authorities that vouch for the leader; without it "
            "those that the system trusts."},
    {TEXT(settings, redis_url), .flags = SECRET, .max = 2048, .accepts = is_redis_url,
     .rule = "it must be redis://user:password@host:port, rediss:// for TLS, or "
             "unix:///path/of/socket; what is no letter or digit in user and password as %40",
     .doc =
         "URL of the Redis that carries signs of life and samples from a leader to its followers; "
         "without it they stay where they were said."},
    {BOOL(settings, redis_enabled), .flags = HAS_FALLBACK, .fallback = 1,
     .doc = "Whether to use the Redis that is set; false: as if none were."},
    {TEXT(settings, redis_host), .flags = TRIM, .max = 255,
     .doc = "Host of the Redis, or path of its socket, where no URL is set."},
    {INT64(settings, redis_port), .flags = HAS_FALLBACK, .min = 1, .max = 65535, .fallback = 6379,
     .doc = "Port of the Redis."},
    {TEXT(settings, redis_password), .flags = SECRET, .max = 1024, .doc = "Password at the Redis."},
    {TEXT(settings, redis_ca_file), .max = 4096,
     .doc = "PEM file with the certificates of authorities that vouch for the Redis; without it "
            "those that the system trusts."},
    {BOOL(settings, setup), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether a server without any account waits to be set up over HTTP; else it makes the "
            "first account itself."},
    {TEXT(settings, node_env), .flags = HAS_FALLBACK, .fallback_text = "development",
     .accepts = is_environment_kind, .rule = "it must be development, production or test",
     .doc =
         "What the server is for; production refuses to start with secrets that are placeholders, "
         "and open to any origin."},
    {TEXT(settings, app_env), .flags = LOWER, .max = 40,
     .doc = "The same of the installation; production (or prod) refuses to start besides unless "
            "authority is strict, by a product root key, and without insecure bootstrap."},
    {ENUM(settings, installation_authority_mode, authority_mode_names), .flags = HAS_FALLBACK,
     .fallback = AUTHORITY_LEGACY,
     .doc = "Whether a role on the platform counts with a grant that a product root key has "
            "signed, and not without (strict), or by itself (legacy)."},
    {TEXT(settings, installation_product_root_public_key_b64), .flags = TRIM, .max = 44,
     .accepts = is_root_key, .rule = "it must be an Ed25519 public key: 32 bytes in Base64",
     .doc = "Public key of the product root, which signs manifests: the first owner, grants of "
            "roles, its own successor."},
    {BOOL(settings, installation_allow_insecure_bootstrap), .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether the first owner may come without a manifest, for development."},
};
static const struct shape settings_shape = SHAPE(settings, "Settings of the program.");

static const struct setting rows[] = {
    {"home", "FLEETLEDGER_HOME", NULL},
    {"host", "HOST", NULL},
    {"port", "PORT", NULL},
    {"tls_certificate_file", "TLS_CERTIFICATE_FILE", NULL},
    {"tls_key_file", "TLS_KEY_FILE", NULL},
    {"database_url", "DATABASE_URL", NULL},
    {"database_read_urls", "DATABASE_READ_URLS", NULL},
    {"database_host", "DATABASE_HOST", "DB_HOST"},
    {"database_port", "DATABASE_PORT", "DB_PORT"},
    {"database_username", "DATABASE_USERNAME", "DB_USERNAME"},
    {"database_password", "DATABASE_PASSWORD", "DB_PASSWORD"},
    {"database_name", "DATABASE_NAME", "DB_NAME"},
    {"database_ssl", "DATABASE_SSL", "DB_SSL"},
    {"database_ssl_ca_file", "DATABASE_SSL_CA_FILE", "DB_SSL_CA_FILE"},
    {"secrets_encryption_key", "SECRETS_ENCRYPTION_KEY", NULL},
    {"secrets_encryption_key_former", "SECRETS_ENCRYPTION_KEY_FORMER", NULL},
    {"jwt_secret", "JWT_SECRET", NULL},
    {"jwt_expires_in", "JWT_EXPIRES_IN", NULL},
    {"session_days", "SESSION_DAYS", NULL},
    {"session_idle_hours", "SESSION_IDLE_HOURS", NULL},
    {"api_token_days", "API_TOKEN_DAYS", NULL},
    {"trusted_device_days", "TRUSTED_DEVICE_DAYS", NULL},
    {"admin_email", "ADMIN_EMAIL", NULL},
    {"admin_password", "ADMIN_PASSWORD", NULL},
    {"admin_name", "ADMIN_NAME", NULL},
    {"agent_enrollment_token", "AGENT_ENROLLMENT_TOKEN", NULL},
    {"realtime_dispatch", "REALTIME_DISPATCH", "ENABLE_REALTIME_TASK_DISPATCH"},
    {"agent_public_api_url", "AGENT_PUBLIC_API_URL", NULL},
    {"agent_install_script_url", "AGENT_INSTALL_SCRIPT_URL", NULL},
    {"agent_releases_url", "AGENT_RELEASES_URL", NULL},
    {"agent_releases_host", "AGENT_RELEASES_HOST", NULL},
    {"agent_releases_dir", "AGENT_RELEASES_DIR", NULL},
    {"agent_releases_key", "AGENT_RELEASES_KEY", NULL},
    {"agent_releases_ca_file", "AGENT_RELEASES_CA_FILE", NULL},
    {"server_releases_url", "SERVER_RELEASES_URL", NULL},
    {"server_releases_dir", "SERVER_RELEASES_DIR", NULL},
    {"server_releases_key", "SERVER_RELEASES_KEY", NULL},
    {"server_releases_ca_file", "SERVER_RELEASES_CA_FILE", NULL},
    {"agent_heartbeat_timeout_seconds", "AGENT_HEARTBEAT_TIMEOUT_SECONDS", NULL},
    {"agent_offline_check_interval_seconds", "AGENT_OFFLINE_CHECK_INTERVAL_SECONDS", NULL},
    {"agent_task_claim_lease_seconds", "AGENT_TASK_CLAIM_LEASE_SECONDS", NULL},
    {"agent_stale_task_check_interval_seconds", "AGENT_STALE_TASK_CHECK_INTERVAL_SECONDS", NULL},
    {"agent_stale_queued_task_timeout_seconds", "AGENT_STALE_QUEUED_TASK_TIMEOUT_SECONDS", NULL},
    {"agent_stale_running_task_timeout_seconds", "AGENT_STALE_RUNNING_TASK_TIMEOUT_SECONDS", NULL},
    {"finished_task_days", "FINISHED_TASK_DAYS", NULL},
    {"terminal_retention_days", "TERMINAL_RETENTION_DAYS", NULL},
    {"task_output_retention_days", "TASK_OUTPUT_RETENTION_DAYS", NULL},
    {"origin_retention_days", "ORIGIN_RETENTION_DAYS", NULL},
    {"key_backup_days", "KEY_BACKUP_DAYS", NULL},
    {"agent_high_cpu_threshold", "AGENT_HIGH_CPU_THRESHOLD", NULL},
    {"smtp_host", "SMTP_HOST", NULL},
    {"smtp_port", "SMTP_PORT", NULL},
    {"smtp_secure", "SMTP_SECURE", NULL},
    {"smtp_require_tls", "SMTP_REQUIRE_TLS", NULL},
    {"smtp_username", "SMTP_USERNAME", NULL},
    {"smtp_password", "SMTP_PASSWORD", NULL},
    {"smtp_from_email", "SMTP_FROM_EMAIL", NULL},
    {"smtp_from_name", "SMTP_FROM_NAME", NULL},
    {"web_app_url", "WEB_APP_URL", NULL},
    {"telegram_api_url", "TELEGRAM_API_URL", NULL},
    {"swagger_enabled", "SWAGGER_ENABLED", NULL},
    {"swagger_path", "SWAGGER_PATH", NULL},
    {"trusted_proxies", "TRUSTED_PROXIES", NULL},
    {"proxy_protocol", "PROXY_PROTOCOL", NULL},
    {"core_dumps", "FLEETLEDGER_CORE_DUMPS", NULL},
    {"cors_origin", "CORS_ORIGIN", NULL},
    {"rate_limit_per_minute", "RATE_LIMIT_PER_MINUTE", NULL},
    {"body_bytes", "FLEETLEDGER_BODY_BYTES", NULL},
    {"caller_body_bytes", "FLEETLEDGER_CALLER_BODY_BYTES", NULL},
    {"transfer_timeout_seconds", "FLEETLEDGER_TRANSFER_TIMEOUT_SECONDS", NULL},
    {"least_bytes_per_second", "FLEETLEDGER_LEAST_BYTES_PER_SECOND", NULL},
    {"loops", "FLEETLEDGER_LOOPS", NULL},
    {"workers", "FLEETLEDGER_WORKERS", NULL},
    {"log_level", "LOG_LEVEL", NULL},
    {"origin_name", "FLEETLEDGER_ORIGIN", NULL},
    {"ledger_public", "LEDGER_PUBLIC", NULL},
    {"sink_directory", "SINK_DIRECTORY", NULL},
    {"sink_ca_file", "SINK_CA_FILE", NULL},
    {"outbound_allow", "OUTBOUND_ALLOW", NULL},
    {"outbound_ca_file", "OUTBOUND_CA_FILE", NULL},
    {"reserve_bytes", "FLEETLEDGER_RESERVE_BYTES", NULL},
    {"archive_to", "ARCHIVE_TO", NULL},
    {"archive_keys_to", "ARCHIVE_KEYS_TO", NULL},
    {"archive_encrypt_to", "ARCHIVE_ENCRYPT_TO", NULL},
    {"archive_full_days", "ARCHIVE_FULL_DAYS", NULL},
    {"archive_keep_days", "ARCHIVE_KEEP_DAYS", NULL},
    {"archive_recovery_point_seconds", "ARCHIVE_RECOVERY_POINT_SECONDS", NULL},
    {"acknowledge_after", "ACKNOWLEDGE_AFTER", NULL},
    {"acknowledge_within_seconds", "ACKNOWLEDGE_WITHIN_SECONDS", NULL},
    {"leader_lease_url", "LEADER_LEASE_URL", NULL},
    {"leader_lease_seconds", "LEADER_LEASE_SECONDS", NULL},
    {"s3_endpoint", "S3_ENDPOINT", NULL},
    {"s3_region", "S3_REGION", NULL},
    {"s3_access_key", "S3_ACCESS_KEY", NULL},
    {"s3_secret_key", "S3_SECRET_KEY", NULL},
    {"s3_ca_file", "S3_CA_FILE", NULL},
    {"follow", "FLEETLEDGER_FOLLOW", NULL},
    {"follow_key", "FLEETLEDGER_FOLLOW_KEY", NULL},
    {"follow_token_file", "FLEETLEDGER_FOLLOW_TOKEN_FILE", NULL},
    {"follow_ca_file", "FLEETLEDGER_FOLLOW_CA_FILE", NULL},
    {"redis_url", "REDIS_URL", NULL},
    {"redis_enabled", "REDIS_ENABLED", NULL},
    {"redis_host", "REDIS_HOST", NULL},
    {"redis_port", "REDIS_PORT", NULL},
    {"redis_password", "REDIS_PASSWORD", NULL},
    {"redis_ca_file", "REDIS_CA_FILE", NULL},
    {"setup", "SETUP", NULL},
    {"node_env", "NODE_ENV", NULL},
    {"app_env", "APP_ENV", NULL},
    {"installation_authority_mode", "INSTALLATION_AUTHORITY_MODE", NULL},
    {"installation_product_root_public_key_b64", "INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64", NULL},
    {"installation_allow_insecure_bootstrap", "INSTALLATION_ALLOW_INSECURE_BOOTSTRAP", NULL},
};

/* They configure what the reference has and this program does differently. */
static const char *const ignored_names[] = {
    "BCRYPT_SALT_ROUNDS",
    "DATABASE_SYNCHRONIZE",
    "DATABASE_LOGGING",
    "SEED_DEFAULT_ADMIN",
    "FAIL_ON_PENDING_MIGRATIONS",
    "DB_SYNCHRONIZE",
    "DB_LOGGING",
    "REDIS_DB",
    "REDIS_KEY_PREFIX",
    NULL};

/* What a URL says already. */
static const struct setting_precedence precedences[] = {
    {"database_host", "database_url"},
    {"database_port", "database_url"},
    {"database_username", "database_url"},
    {"database_password", "database_url"},
    {"database_name", "database_url"},
    {"redis_host", "redis_url"},
    {"redis_port", "redis_url"},
    {"redis_password", "redis_url"},
    {NULL, NULL},
};

const struct config settings_config = {
    .shape = &settings_shape,
    .settings = rows,
    .count = COUNT_OF(rows),
    .ignored = ignored_names,
    .precedences = precedences,
};

/* Appends name='value' with libpq's quoting (conninfo, section 34.1.1.1 of its manual). */
static void add_pair(struct buf *out, const char *name, struct text value)
{
    if (value.size == 0)
        return;
    buf_printf(out, "%s='", name);
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\'' || value.data[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, value.data[i]);
    }
    buf_add_c(out, "' ");
}

static void add_tls(const struct settings *settings, struct buf *out)
{
    if (opt_bool_is_true(settings->database_ssl))
        buf_add_c(out, "sslmode=verify-full ");
    add_pair(out, "sslrootcert", settings->database_ssl_ca_file);
}

/* Later parameters of a URL go before earlier ones, so the settings stand. */
static void add_tls_to_url(const struct settings *settings, struct text url, struct buf *out)
{
    bool has_query = text_contains(url, text_lit("?"));

    if (opt_bool_is_true(settings->database_ssl)) {
        buf_printf(out, "%csslmode=verify-full", has_query ? '&' : '?');
        has_query = true;
    }
    if (settings->database_ssl_ca_file.size == 0)
        return;
    buf_printf(out, "%csslrootcert=", has_query ? '&' : '?');
    encode_percent(out, settings->database_ssl_ca_file);
}

static void add_url(const struct settings *settings, struct text url, struct buf *out)
{
    buf_add_text(out, url);
    if (is_postgres_url(url)) {
        add_tls_to_url(settings, url, out);
        return;
    }
    buf_add_char(out, ' '); /* libpq's other form */
    add_tls(settings, out);
}

size_t settings_read_conninfos(
    const struct settings *settings, struct arena *arena, struct text out[MOST_READ_URLS])
{
    struct text rest = settings->database_read_urls;
    size_t count = 0;

    while (rest.size > 0 && count < MOST_READ_URLS) {
        AUTO_BUF conninfo = {0};
        buf_init(&conninfo, 32768);
        add_url(settings, text_trim(text_cut(&rest, ',')), &conninfo);
        out[count++] = text_copy(arena, buf_text(&conninfo));
    }
    return count;
}

struct text settings_lease_conninfo(const struct settings *settings, struct arena *arena)
{
    AUTO_BUF out = {0};

    if (!text_is_present(settings->leader_lease_url))
        return (struct text){NULL, 0};
    buf_init(&out, 32768);
    add_url(settings, settings->leader_lease_url, &out);
    return text_copy(arena, buf_text(&out));
}

struct text settings_conninfo(const struct settings *settings, struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, 32768);
    if (settings->database_url.size > 0) {
        add_url(settings, settings->database_url, &out);
        return text_copy(arena, buf_text(&out));
    }
    if (settings->database_host.size == 0)
        return (struct text){NULL, 0};
    add_pair(&out, "host", settings->database_host);
    buf_printf(&out, "port=%lld ", (long long)settings->database_port);
    add_pair(&out, "user", settings->database_username);
    add_pair(&out, "password", settings->database_password);
    add_pair(&out, "dbname", settings->database_name);
    add_tls(settings, &out);
    return text_copy(arena, buf_text(&out));
}

struct text settings_redis_url(const struct settings *settings, struct arena *arena)
{
    struct text host = settings->redis_host;
    bool is_socket = text_starts_with(host, text_lit("/"));
    bool is_ipv6 = text_find(host, ':', 0) < host.size && host.data[0] != '[';
    AUTO_BUF out = {0};

    if (!opt_bool_is_true(settings->redis_enabled))
        return text_lit("");
    if (settings->redis_url.size > 0 || host.size == 0)
        return settings->redis_url;
    buf_init(&out, 8192);
    buf_add_c(&out, is_socket ? "unix://" : "redis://");
    if (settings->redis_password.size > 0) {
        buf_add_char(&out, ':');
        encode_percent(&out, settings->redis_password);
        buf_add_char(&out, '@');
    }
    if (is_socket) {
        buf_add_text(&out, host);
        return text_copy(arena, buf_text(&out));
    }
    buf_printf(
        &out, "%s%.*s%s:%lld", is_ipv6 ? "[" : "", TEXT_ARGS(host), is_ipv6 ? "]" : "",
        (long long)settings->redis_port);
    return text_copy(arena, buf_text(&out));
}

bool settings_mail_requires_tls(struct opt_bool wish, struct text username)
{
    return wish.is != 0 ? opt_bool_is_true(wish) : username.size > 0;
}

bool settings_are_for_production(const struct settings *settings)
{
    return text_is(settings->node_env, "production") || text_is(settings->app_env, "production") ||
           text_is(settings->app_env, "prod");
}

struct bytes settings_root_key(const struct settings *settings, struct arena *arena)
{
    struct bytes key = {NULL, 0};

    if (settings->installation_product_root_public_key_b64.size > 0)
        must(base64_decode(arena, settings->installation_product_root_public_key_b64, &key));
    return key;
}

struct policy settings_policy(const struct settings *settings, struct arena *arena)
{
    struct policy policy = {
        .claim_lease_us = settings->agent_task_claim_lease_seconds * US_PER_S,
        .stale_queued_us = settings->agent_stale_queued_task_timeout_seconds * US_PER_S,
        .stale_running_us = settings->agent_stale_running_task_timeout_seconds * US_PER_S,
        .heartbeat_timeout_us = settings->agent_heartbeat_timeout_seconds * US_PER_S,
        .high_cpu_threshold = (double)settings->agent_high_cpu_threshold,
        .high_cpu_repeat_us = 5LL * 60 * US_PER_S,
        .install_token_us = 15LL * 60 * US_PER_S,
        .boot = uuid_new(),
        .access_token_us = settings_duration_s(settings->jwt_expires_in) * US_PER_S,
        .api_token_us = settings->api_token_days * 24 * 3600 * US_PER_S,
        .device_trust_us = settings->trusted_device_days * 24 * 3600 * US_PER_S,
        .session_us = settings->session_days * 24 * 3600 * US_PER_S,
        .session_idle_us = settings->session_idle_hours * 3600 * US_PER_S,
        .finished_task_us = settings->finished_task_days * 24 * 3600 * US_PER_S,
        .terminal_retention_us = settings->terminal_retention_days * 24 * 3600 * US_PER_S,
        .output_retention_us = settings->task_output_retention_days * 24 * 3600 * US_PER_S,
        .origin_retention_us = settings->origin_retention_days * 24 * 3600 * US_PER_S,
    };

    policy.is_production = settings_are_for_production(settings);
    policy.may_bootstrap_insecurely =
        opt_bool_is_true(settings->installation_allow_insecure_bootstrap);
    if (settings->agent_enrollment_token.size > 0) {
        struct digest digest = sha256(bytes_of_text(settings->agent_enrollment_token));
        policy.enrollment_digest =
            bytes_copy(arena, (struct bytes){digest.bytes, sizeof(digest.bytes)});
    }
    return policy;
}

size_t settings_workers(const struct settings *settings)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (settings->workers > 0)
        return (size_t)settings->workers;
    return cores < 2 ? 4 : (size_t)cores * 2;
}

int64_t settings_duration_s(struct text duration)
{
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    int64_t count = 0;

    if (duration.size < 2 || duration.size > 8 ||
        !text_to_int64(text_slice(duration, 0, duration.size - 1), &count) || count <= 0)
        return 0;
    for (size_t i = 0; units[i] != '\0'; i++) {
        if (duration.data[duration.size - 1] == units[i])
            return count * seconds[i];
    }
    return 0;
}
