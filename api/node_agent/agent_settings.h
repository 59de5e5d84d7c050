/*
 * Settings of the agent: flags, then the environment, then the file of assignments that CONFIG_FILE
 * names, as systemd's EnvironmentFile= reads it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_AGENT_SETTINGS_H
#define API_NODE_AGENT_AGENT_SETTINGS_H

#include "core/config/config.h"

struct agent_settings {
    struct text config_file;
    struct text api_url;
    struct text api_tls_ca_file;
    struct text state_directory;
    struct text log_level;
    int64_t task_concurrency;
    int64_t task_timeout_seconds;
    int64_t heartbeat_interval_seconds;
    int64_t metrics_interval_seconds;
    int64_t shutdown_timeout_seconds;
    struct text location_region;
    struct text location_zone;
    double location_latitude;
    double location_longitude;
    struct text labels;
    struct text release_key;
    int64_t update_trial_seconds;
};
extern const struct shape agent_settings_shape;
extern const struct config agent_settings_config;

/* Puts the file's assignments into the environment, but for names that are there. A file that is not
 * there is none; STATUS_INVALID names a line that is no assignment. Before there are threads. */
MUST_USE enum status
agent_settings_load(const char *path, struct arena *arena, struct error *error);

#endif
