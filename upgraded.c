/*
 * Entering an applied release, and coming back from one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "upgraded.h"

#include "core/base/build_info.h"
#include "core/base/log.h"
#include "core/release/applied.h"
#include "core/run/service.h"
#include "replay/exit_codes.h"

static char **own_argv;

void upgraded_begin(char **argv)
{
    own_argv = argv;
}

void upgraded_enter(const struct cli_call *call, const struct settings *settings, bool serves)
{
    const struct applied_start start = {
        .home = text_c(call->arena, settings->home),
        .key = settings->server_releases_key,
        .own_commit = text_from(build_info.commit),
        .argv = own_argv,
        .serves = serves,
    };
    struct error error;

    if (applied_enter(&start, &error) != STATUS_OK)
        log_warning("upgrade.not_entered", log_cause(&error));
}

int upgraded_serve(
    const struct settings_given *given,
    const struct data_dir_settings *data_dir,
    struct arena *arena)
{
    bool begins_anew = false;
    int code = serve_run(given, data_dir, arena, &begins_anew);
    bool is_to_go_back = code != EXIT_HOLDS && applied_is_on_trial(data_dir->path);

    if (!service_is_managed() && (begins_anew || is_to_go_back))
        applied_begin_anew(own_argv);
    return code;
}
