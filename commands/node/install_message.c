/*
 * What is shown at each stage of an install when the installer does not say it in its own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"
#include "eventlog/events/node_events.h"

struct stage_row {
    const char *stage;
    const char *message;
};

static const struct stage_row stages[] = {
    {"command_generated",
     "Install command generated. Run it on the target server to start bootstrap."},
    {"installer_started", "Installer started on the target server."},
    {"dependencies_installing", "Installing required operating system packages."},
    {"dependencies_ready", "Required operating system packages are ready."},
    {"service_user_ready", "Preparing the noderax service account and runtime directories."},
    {"binary_download_started", "Downloading the Noderax agent binary."},
    {"binary_downloaded", "Agent binary downloaded. Bootstrapping node credentials next."},
    {"agent_bootstrapping", "Bootstrapping node credentials and writing service config."},
    {"bootstrap_token_consumed", "Node record created. Finishing service startup."},
    {"service_started", "Agent installed successfully and the noderax service is running."},
    {"completed", "Agent installed successfully and the noderax service is running."},
};

struct text install_message(int64_t status, struct text stage)
{
    if (status == INSTALL_FAILED)
        return text_lit("Installer reported a failure. Inspect the server output for details.");
    if (status == INSTALL_EXPIRED)
        return text_lit("Bootstrap token expired before installation finished. Generate a fresh "
                        "install command.");
    for (size_t i = 0; i < COUNT_OF(stages); i++) {
        if (text_is(stage, stages[i].stage))
            return text_from(stages[i].message);
    }
    if (status == INSTALL_COMPLETED)
        return text_lit("Agent installation completed successfully.");
    return text_lit("Installer progress updated.");
}
