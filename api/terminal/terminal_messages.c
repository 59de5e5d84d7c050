/*
 * What screens say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "api/terminal/terminal_socket.h"
#include "commands/terminal/terminal_commands.h"

#define SAID                                                                                       \
    .method = "EMIT", .is_at_root = true, .tag = "terminal", .throttle = THROTTLE_NONE,            \
    .status = 200, .reply.shape = &terminal_ack_shape
#define SAID_BY_SCREEN SAID, .who = WHO_WORKSPACE_ADMIN

const struct route terminal_messages[] = {
    {.path = "/terminal/connect",
     .doc = "Comes in with a token for one terminal session.",
     SAID,
     .who = WHO_USER,
     .handle = terminal_screen_connect},
    {.path = "/terminal/terminal.attach",
     .doc = "Attaches the screen to the session, in the way that its token is for.",
     SAID_BY_SCREEN,
     .most_in_5s = 20,
     .command = &attach_terminal_command,
     .before_submit = terminal_screen_check_attach,
     .render = terminal_screen_attached},
    {.path = "/terminal/terminal.input",
     .doc = "Types into the session.",
     SAID_BY_SCREEN,
     .most_in_5s = 600,
     .command = &send_terminal_input_command,
     .before_submit = terminal_screen_check,
     .render = terminal_screen_typed},
    {.path = "/terminal/terminal.resize",
     .doc = "Gives the screen another size.",
     SAID_BY_SCREEN,
     .most_in_5s = 60,
     .command = &resize_terminal_command,
     .before_submit = terminal_screen_check,
     .render = terminal_screen_resized},
    {.path = "/terminal/terminal.terminate",
     .doc = "Ends the session.",
     SAID_BY_SCREEN,
     .most_in_5s = 20,
     .command = &terminate_terminal_command,
     .before_submit = terminal_screen_check,
     .render = terminal_screen_terminated},
    {.method = NULL},
};
