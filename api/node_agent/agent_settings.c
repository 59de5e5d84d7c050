/*
 * The table of settings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/agent_settings.h"

#include "api/node_agent/own_labels.h"
#include "core/base/files.h"
#include "core/release/release.h"

#include <stdlib.h>

enum { LARGEST_FILE = 64 << 10 };

/* A time in whole seconds, with its least and its usual value. */
#define SECONDS(name, least, usual, sentence)                                                      \
    {                                                                                              \
        INT64(agent_settings, name), .flags = HAS_FALLBACK, .min = least, .max = 86400,            \
                                     .fallback = usual, .doc = sentence                            \
    }

static bool is_release_key(struct text value)
{
    uint8_t key[RELEASE_KEY_SIZE];

    return value.size == 0 || release_key_read(value, key);
}

static const struct field agent_settings_fields[] = {
    {TEXT(agent_settings, config_file), .flags = HAS_FALLBACK, .max = 4096,
     .fallback_text = "/etc/fleetledger-agent/agent.conf",
     .doc = "File of further settings, as NAME=value."},
    {TEXT(agent_settings, api_url), .flags = TRIM, .min = 1, .max = 2048,
     .doc = "URL of the server, without a path."},
    {TEXT(agent_settings, api_tls_ca_file), .max = 4096,
     .doc = "PEM file with the authorities that the server's certificate may come from; without "
            "it those that the system trusts."},
    {TEXT(agent_settings, state_directory), .flags = HAS_FALLBACK, .min = 1, .max = 3900,
     .fallback_text = "/var/lib/fleetledger-agent",
     .doc = "Directory of the node's identity and of what is still to be told of its tasks."},
    {TEXT(agent_settings, log_level), .flags = HAS_FALLBACK, .fallback_text = "info", .max = 16,
     .doc = "Least level that is logged: debug, info, warning or error."},
    {INT64(agent_settings, task_concurrency), .flags = HAS_FALLBACK, .min = 1, .max = 256,
     .fallback = 16, .doc = "Number of tasks that run at once; further ones wait at the server."},
    SECONDS(task_timeout_seconds, 1, 600, "Time that a task may run, unless it says otherwise."),
    SECONDS(heartbeat_interval_seconds, 1, 30, "How often the server is told that the node is up."),
    SECONDS(metrics_interval_seconds, 1, 10, "How often measurements are taken and sent."),
    SECONDS(
        shutdown_timeout_seconds,
        1,
        20,
        "Time that tasks have to end, and their ends to be told, when the agent is stopped."),
    {TEXT(agent_settings, location_region), .flags = TRIM, .min = 1, .max = 120,
     .doc = "Region that the machine is in, as maps of nodes show it."},
    {TEXT(agent_settings, location_zone), .flags = TRIM, .min = 1, .max = 120,
     .doc = "Zone of the region."},
    {DOUBLE(agent_settings, location_latitude), .min = -90, .max = 90,
     .doc = "Latitude of the machine, in degrees."},
    {DOUBLE(agent_settings, location_longitude), .min = -180, .max = 180,
     .doc = "Longitude of the machine, in degrees."},
    {TEXT(agent_settings, labels), .max = 8192, .accepts = own_labels_are_valid,
     .rule = "LABELS must be key=value, key=value, … (at most 32, of letters, digits, \".\", \"_\" "
             "and \"-\", keys small)",
     .doc = "Labels of the machine, as key=value,key=value; the server shows them below agent/."},
    {TEXT(agent_settings, release_key), .flags = TRIM, .max = 64, .accepts = is_release_key,
     .rule = "RELEASE_KEY must be an Ed25519 public key, as 64 hexadecimal digits",
     .doc =
         "Key that releases must be signed with before the agent becomes one of them; without it the "
         "server is believed."},
    SECONDS(
        update_trial_seconds,
        1,
        120,
        "Time that the server has to hear a new version of the agent, before the former one is put back."),
};
const struct shape agent_settings_shape = SHAPE(agent_settings, "Settings of the agent.");

static const struct setting settings[] = {
    {"config_file", "CONFIG_FILE", NULL},
    {"api_url", "API_URL", NULL},
    {"api_tls_ca_file", "API_TLS_CA_FILE", "CA_FILE"},
    {"state_directory", "STATE_DIRECTORY", NULL},
    {"log_level", "LOG_LEVEL", NULL},
    {"task_concurrency", "TASK_CONCURRENCY", NULL},
    {"task_timeout_seconds", "TASK_TIMEOUT_SECONDS", NULL},
    {"heartbeat_interval_seconds", "HEARTBEAT_INTERVAL_SECONDS", NULL},
    {"metrics_interval_seconds", "METRICS_INTERVAL_SECONDS", NULL},
    {"shutdown_timeout_seconds", "SHUTDOWN_TIMEOUT_SECONDS", NULL},
    {"location_region", "LOCATION_REGION", NULL},
    {"location_zone", "LOCATION_ZONE", NULL},
    {"location_latitude", "LOCATION_LATITUDE", NULL},
    {"location_longitude", "LOCATION_LONGITUDE", NULL},
    {"labels", "LABELS", NULL},
    {"release_key", "RELEASE_KEY", NULL},
    {"update_trial_seconds", "UPDATE_TRIAL_SECONDS", NULL},
};

const struct config agent_settings_config = {
    .shape = &agent_settings_shape,
    .settings = settings,
    .count = COUNT_OF(settings),
};

static bool is_name(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        char c = t.data[i];
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return t.size > 0;
}

/* As systemd takes them: blanks around, a pair of quotes around the value. */
static struct text unquoted(struct text value)
{
    value = text_trim(value);
    if (value.size >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
        value.data[value.size - 1] == value.data[0])
        return text_slice(value, 1, value.size - 2);
    return value;
}

static enum status
load_line(struct text line, const char *path, int number, struct arena *arena, struct error *error)
{
    struct text value = text_trim(line);
    struct text name;

    if (value.size == 0 || value.data[0] == '#' || value.data[0] == ';')
        return STATUS_OK;
    name = text_trim(text_cut(&value, '='));
    if (!text_is_present(value) || !is_name(name))
        return error_set_code(
            error, STATUS_INVALID, "config_invalid", "%s, line %d: it must be NAME=value", path,
            number);
    (void)setenv(text_c(arena, name), text_c(arena, unquoted(value)), 0);
    return STATUS_OK;
}

enum status agent_settings_load(const char *path, struct arena *arena, struct error *error)
{
    struct text rest = {NULL, 0};
    struct error ignored;
    enum status status = files_read(path, LARGEST_FILE, arena, &rest, &ignored);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK) {
        if (error != NULL)
            *error = ignored;
        return status;
    }
    for (int number = 1; text_is_present(rest) && status == STATUS_OK; number++)
        status = load_line(text_cut(&rest, '\n'), path, number, arena, error);
    return status;
}
