/*
 * Every setting of the program, as one struct with its table: environment variables and flags.
 * Names that operators of the reference contract have are kept.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETTINGS_H
#define API_SETTINGS_H

#include "commands/command.h"
#include "core/config/config.h"

struct settings {
    struct text home;
    struct text host;
    int64_t port;
    struct text tls_certificate_file;
    struct text tls_key_file;
    struct text database_url;
    struct text database_read_urls;
    struct text database_host;
    int64_t database_port;
    struct text database_username;
    struct text database_password;
    struct text database_name;
    struct opt_bool database_ssl;
    struct text database_ssl_ca_file;
    struct text secrets_encryption_key;
    struct text secrets_encryption_key_former;
    struct text jwt_secret;
    struct text jwt_expires_in;
    int64_t session_days;
    int64_t session_idle_hours;
    int64_t api_token_days;
    int64_t trusted_device_days;
    struct text admin_email;
    struct text admin_password;
    struct text admin_name;
    struct text agent_enrollment_token;
    struct opt_bool realtime_dispatch;
    struct text agent_public_api_url;
    struct text agent_install_script_url;
    struct text agent_releases_url;
    struct text agent_releases_host;
    struct text agent_releases_dir;
    struct text agent_releases_key;
    struct text agent_releases_ca_file;
    struct text server_releases_url;
    struct text server_releases_dir;
    struct text server_releases_key;
    struct text server_releases_ca_file;
    int64_t agent_heartbeat_timeout_seconds;
    int64_t agent_offline_check_interval_seconds;
    int64_t agent_task_claim_lease_seconds;
    int64_t agent_stale_task_check_interval_seconds;
    int64_t agent_stale_queued_task_timeout_seconds;
    int64_t agent_stale_running_task_timeout_seconds;
    int64_t finished_task_days;
    int64_t terminal_retention_days;
    int64_t task_output_retention_days;
    int64_t origin_retention_days;
    int64_t key_backup_days;
    int64_t agent_high_cpu_threshold;
    struct text smtp_host;
    int64_t smtp_port;
    struct opt_bool smtp_secure;
    struct opt_bool smtp_require_tls;
    struct text smtp_username;
    struct text smtp_password;
    struct text smtp_from_email;
    struct text smtp_from_name;
    struct text web_app_url;
    struct text telegram_api_url;
    struct opt_bool swagger_enabled;
    struct text swagger_path;
    struct text trusted_proxies;
    struct opt_bool proxy_protocol;
    struct opt_bool core_dumps;
    struct text cors_origin;
    int64_t rate_limit_per_minute;
    int64_t body_bytes;
    int64_t caller_body_bytes;
    int64_t transfer_timeout_seconds;
    int64_t least_bytes_per_second;
    int64_t loops;
    int64_t workers;
    struct text log_level;
    struct text origin_name;
    struct opt_bool ledger_public;
    struct text sink_directory;
    struct text sink_ca_file;
    struct text outbound_allow;
    struct text outbound_ca_file;
    int64_t reserve_bytes;
    struct text archive_to;
    struct text archive_keys_to;
    struct text archive_encrypt_to;
    int64_t archive_full_days;
    int64_t archive_keep_days;
    int64_t archive_recovery_point_seconds;
    int64_t acknowledge_after;
    int64_t acknowledge_within_seconds;
    struct text leader_lease_url;
    int64_t leader_lease_seconds;
    struct text s3_endpoint;
    struct text s3_region;
    struct text s3_access_key;
    struct text s3_secret_key;
    struct text s3_ca_file;
    struct text follow;
    struct text follow_key;
    struct text follow_token_file;
    struct text follow_ca_file;
    struct text redis_url;
    struct opt_bool redis_enabled;
    struct text redis_host;
    int64_t redis_port;
    struct text redis_password;
    struct text redis_ca_file;
    struct opt_bool setup;
    struct text node_env;
    struct text app_env;
    struct enum_value installation_authority_mode;
    struct text installation_product_root_public_key_b64;
    struct opt_bool installation_allow_insecure_bootstrap;
};

extern const struct config settings_config;

/* The libpq conninfo that the DATABASE_ settings give, or absent: then the embedded cluster is
 * meant. In the arena. */
struct text settings_conninfo(const struct settings *settings, struct arena *arena);

/* That of LEADER_LEASE_URL, or absent. In the arena. */
struct text settings_lease_conninfo(const struct settings *settings, struct arena *arena);

enum { MOST_READ_URLS = 8 };

/* The conninfo of each replica that DATABASE_READ_URLS names, and how many. In the arena. */
size_t settings_read_conninfos(
    const struct settings *settings, struct arena *arena, struct text out[MOST_READ_URLS]);

/* The URL of the Redis: REDIS_URL, or what REDIS_HOST, REDIS_PORT and REDIS_PASSWORD come to; empty: none is used. In the
 * arena. */
struct text settings_redis_url(const struct settings *settings, struct arena *arena);

/* Empty, or one that begins with https:// or http://? */
bool settings_is_web_address(struct text value);

/* Is nothing sent to a mail server without TLS? As is wished; else where a user name and its password are sent. */
bool settings_mail_requires_tls(struct opt_bool wish, struct text username);

/* Does NODE_ENV or APP_ENV say production? */
bool settings_are_for_production(const struct settings *settings);

/* The product root key, in the arena; absent: there is none. */
struct bytes settings_root_key(const struct settings *settings, struct arena *arena);

/* The rules of the write side. */
struct policy settings_policy(const struct settings *settings, struct arena *arena);

/* How many workers with a connection: as set, else twice the cores, at least four. */
size_t settings_workers(const struct settings *settings);

/* "1d", "12h", "30m", "45s" in seconds; 0 when it is none of these. */
int64_t settings_duration_s(struct text duration);

#endif
