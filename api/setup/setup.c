/*
 * The installation is ready as soon as it answers: there is no installer, and no state of one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/setup.h"

#include "api/call.h"

struct setup_directory {
    struct text path;
    struct text configured_value;
    struct opt_bool using_custom_path;
    struct opt_bool writable;
    struct text error;
};
static const struct field setup_directory_fields[] = {
    {TEXT(setup_directory, path), .tag = 1, .flags = REQUIRED,
     .doc = "Path of the directory; always empty, since there is none."},
    {TEXT(setup_directory, configured_value), .tag = 2,
     .doc = "Value that the path was set to; always null."},
    {BOOL(setup_directory, using_custom_path), .tag = 3, .flags = REQUIRED,
     .doc = "Whether the path was set; always false."},
    {BOOL(setup_directory, writable), .tag = 4, .flags = REQUIRED,
     .doc = "Whether it can be written to; always true."},
    {TEXT(setup_directory, error), .tag = 5, .doc = "Why it cannot be written to; always null."},
};
static const struct shape setup_directory_shape =
    SHAPE(setup_directory, "Directory of the installer's state, which there is none of.");

struct setup_view {
    struct text mode;
    struct opt_bool installed;
    struct opt_bool restart_required;
    const struct setup_directory *state_directory;
};
static const struct field setup_view_fields[] = {
    {TEXT(setup_view, mode), .tag = 1, .flags = REQUIRED,
     .doc = "Mode of the installation; always installed."},
    {BOOL(setup_view, installed), .tag = 2, .flags = REQUIRED,
     .doc = "Whether it is ready for use; always true."},
    {BOOL(setup_view, restart_required), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it must be restarted; always false."},
    {OBJECT(setup_view, state_directory, setup_directory), .tag = 4, .flags = REQUIRED,
     .doc = "Directory of the installer."},
};
const struct shape setup_view_shape = SHAPE(setup_view, "State of the installation.");

void setup_status_handle(struct call *call)
{
    struct setup_directory directory = {
        .path = text_lit(""),
        .configured_value = {NULL, 0},
        .using_custom_path = OPT_FALSE,
        .writable = OPT_TRUE,
        .error = {NULL, 0},
    };
    struct setup_view view = {
        .mode = text_lit("installed"),
        .installed = OPT_TRUE,
        .restart_required = OPT_FALSE,
        .state_directory = &directory,
    };

    call_answer_shape(call, 200, &setup_view_shape, &view);
}
