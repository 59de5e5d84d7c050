/*
 * The program `openssl`: it must end well, and what it says is thrown away.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_OPENSSL_H
#define TESTS_SUPPORT_OPENSSL_H

#include "core/base/must.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void run_openssl(const char *const *arguments)
{
    posix_spawn_file_actions_t quiet;
    pid_t pid = 0;
    int how = -1;

    must(posix_spawn_file_actions_init(&quiet) == 0);
    must(posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0);
    must(
        posix_spawnp(&pid, "openssl", &quiet, NULL, (char *const *)(uintptr_t)arguments, environ) ==
        0);
    posix_spawn_file_actions_destroy(&quiet);
    must(waitpid(pid, &how, 0) == pid && how == 0);
}
#define OPENSSL(...) run_openssl((const char *const[]){"openssl", __VA_ARGS__, NULL})

/* A key and its certificate, into files: "ec" with "ec_paramgen_curve:P-256", "rsa" with "rsa_keygen_bits:2048". */
static inline void
make_key_pair(const char *key, const char *certificate, const char *algorithm, const char *option)
{
    OPENSSL(
        "req", "-x509", "-nodes", "-newkey", algorithm, "-pkeyopt", option, "-subj", "/CN=backup",
        "-days", "2", "-keyout", key, "-out", certificate);
}

#endif
