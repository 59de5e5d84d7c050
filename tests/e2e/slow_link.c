/*
 * Carrying bytes, slowly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/slow_link.h"

#include "core/base/attributes.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "tests/e2e/nets.h"
#include "tests/e2e/site.h"
#include "tests/support/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_PAIRS = 32, STEP_MS = 10, PIECE = 64 << 10, NEVER = 1 << 30 };

/* A connection that was taken, and the one that was made for it. */
struct pair {
    int client; /* -1: none */
    int server;
    int until_cut; /* bytes of answers */
};

struct carrier {
    struct link_rules *rules;
    struct sockaddr_in to;
    int listener;
    struct pair pairs[MOST_PAIRS];
};

static void cut(struct pair *pair)
{
    close(pair->client);
    close(pair->server);
    pair->client = -1;
}

static int until_cut(const struct link_rules *rules)
{
    unsigned most = (unsigned)atomic_load(&rules->most_until_cut);
    unsigned random;

    random_fill(&random, sizeof(random));
    return most == 0 ? NEVER : 1 + (int)(random % most);
}

static void take_connection(struct carrier *carrier)
{
    int client = accept4(carrier->listener, NULL, NULL, SOCK_CLOEXEC);
    struct pair *pair = carrier->pairs;

    if (client < 0)
        return;
    while (pair < carrier->pairs + MOST_PAIRS && pair->client >= 0)
        pair++;
    must(pair < carrier->pairs + MOST_PAIRS);
    *pair = (struct pair){
        .client = client,
        .server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
        .until_cut = until_cut(carrier->rules)};
    must(pair->server >= 0);
    if (connect(pair->server, (const struct sockaddr *)&carrier->to, sizeof(carrier->to)) != 0)
        cut(pair);
}

/* False where one of both has closed. */
static bool pass_on(int from, int to, size_t most, int *out_count)
{
    char piece[PIECE];
    ssize_t count = recv(from, piece, most < PIECE ? most : PIECE, MSG_DONTWAIT);

    *out_count = count > 0 ? (int)count : 0;
    if (count < 0)
        return errno == EAGAIN;
    return count > 0 && send(to, piece, (size_t)count, MSG_NOSIGNAL) == count;
}

static void carry(struct carrier *carrier, struct pair *pair)
{
    struct link_rules *rules = carrier->rules;
    int rate = atomic_load(&rules->bytes_per_second);
    int most = rate == 0 ? PIECE : rate / (1000 / STEP_MS);
    int count = 0;
    bool is_up = pass_on(pair->client, pair->server, PIECE, &count) &&
                 pass_on(
                     pair->server, pair->client,
                     (size_t)(most < pair->until_cut ? most : pair->until_cut), &count);

    pair->until_cut -= count;
    atomic_fetch_add(&rules->carried, count);
    if (pair->until_cut == 0)
        atomic_fetch_add(&rules->cuts, 1);
    if (!is_up || pair->until_cut == 0)
        cut(pair);
}

NORETURN static void carry_for_ever(struct carrier *carrier)
{
    struct pollfd listener = {.fd = carrier->listener, .events = POLLIN};

    for (;;) {
        if (poll(&listener, 1, STEP_MS) == 1)
            take_connection(carrier);
        for (size_t i = 0; i < MOST_PAIRS; i++) {
            if (carrier->pairs[i].client >= 0)
                carry(carrier, &carrier->pairs[i]);
        }
    }
}

void given_link(struct slow_link *out, const char *address, int port, int net)
{
    struct carrier carrier = {.to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}};
    void *shared = mmap(
        NULL, sizeof(struct link_rules), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    must(shared != MAP_FAILED && inet_pton(AF_INET, address, &carrier.to.sin_addr) == 1);
    carrier.rules = shared;
    for (size_t i = 0; i < MOST_PAIRS; i++)
        carrier.pairs[i].client = -1;
    *out = (struct slow_link){.rules = shared};
    nets_enter(net);
    carrier.listener = listen_anywhere(&out->port);
    nets_leave(net);
    out->pid = fork();
    must(out->pid >= 0);
    if (out->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        nets_enter(net);
        carry_for_ever(&carrier);
    }
    close(carrier.listener);
}

void end_link(struct slow_link *link)
{
    if (link->pid == 0)
        return;
    must(kill(link->pid, SIGKILL) == 0 && waitpid(link->pid, NULL, 0) == link->pid);
    must(munmap(link->rules, sizeof(*link->rules)) == 0);
    *link = (struct slow_link){.port = 0};
}

void wait_for_bytes(const struct slow_link *link, int64_t more)
{
    int64_t wanted = atomic_load(&link->rules->carried) + more;

    expect_soon(atomic_load(&link->rules->carried) >= wanted);
}
