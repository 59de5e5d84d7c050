/*
 * Leaders and followers as sites.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/followed.h"

#include "core/base/must.h"
#include "tests/support/listen.h"
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <unistd.h>

static const char *write_token(const struct followed *both, struct text token)
{
    const char *path = text_format(both->leader->arena, "%s/token", make_directory()).data;
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    must(file >= 0 && write(file, token.data, token.size) == (ssize_t)token.size);
    must(close(file) == 0);
    return path;
}

/* The first line of what the order printed is the token, a later one names the key. */
void given_admission(struct followed *both)
{
    struct program_run run = RUN(both->leader, "admit-follower", both->name);
    struct text token = text_cut(&run.output, '\n');
    struct text key = {NULL, 0};

    expect_int64(run.exit_code, 0);
    while (run.output.size > 0 && !text_starts_with(key, text_lit("FLEETLEDGER_FOLLOW_KEY")))
        key = text_trim(text_cut(&run.output, '\n'));
    (void)text_cut(&key, ' ');
    both->key = text_c(both->leader->arena, text_trim(key));
    given_setting(both->follower, "FLEETLEDGER_FOLLOW_KEY", both->key);
    given_setting(both->follower, "FLEETLEDGER_FOLLOW_TOKEN_FILE", write_token(both, token));
}

/* It is the last line. */
const char *given_rotated_key(struct site *leader)
{
    struct program_run run = RUN(leader, "rotate-key", "--overlap-seconds=0");
    struct text key = {NULL, 0};

    expect_int64(run.exit_code, 0);
    while (run.output.size > 0)
        key = text_cut(&run.output, '\n');
    return text_c(leader->arena, key);
}

void given_port(struct site *site)
{
    int port = 0;

    must(close(listen_anywhere(&port)) == 0);
    given_setting(site, "PORT", text_format(site->arena, "%d", port).data);
}

static bool can_sign_in(struct site *site)
{
    struct client anyone = {.site = site, .arena = site->arena};

    return ask(&anyone, "POST",
               body(&anyone, "{'email':'%s','password':'%s'}", ADMIN_EMAIL, ADMIN_PASSWORD),
               "/auth/login")
               .status == 200;
}

void given_leader_on(struct followed *out, struct site *leader)
{
    given_setting(leader, "SECRETS_ENCRYPTION_KEY", FOLLOWED_SECRET);
    given_setting(leader, "LEDGER_PUBLIC", "true");
    given_running(leader);
    expect_soon(can_sign_in(leader)); /* where it needs a lease, it has that a moment later */
    given_setting(leader, "PORT", text_format(leader->arena, "%d", leader->port).data);
    *out = (struct followed){.leader = leader, .name = FOLLOWER_NAME, .admin = given_admin(leader)};
    out->workspace = given_workspace(&out->admin, "followed");
}

void given_follower_on(struct followed *both, struct site *follower, const char *url)
{
    both->follower = follower;
    given_setting(follower, "SECRETS_ENCRYPTION_KEY", FOLLOWED_SECRET);
    given_setting(follower, "LEDGER_PUBLIC", "true");
    given_setting(follower, "FLEETLEDGER_FOLLOW", url);
    given_admission(both);
    both->reader = both->admin;
    both->reader.site = follower;
}

void given_leader(struct followed *out)
{
    given_leader_on(out, given_site(make_database()));
}

void given_follower_site(struct followed *both)
{
    given_follower_on(both, given_site(make_database()), url_of(both->leader));
}

void given_both(struct followed *out)
{
    given_leader(out);
    given_follower_site(out);
    given_running(out->follower);
}

struct reply rename_by(const struct followed *both, const struct client *client, const char *name)
{
    return ask(
        client, "PATCH", body(client, "{'name':'%s'}", name), "/workspaces/%s", both->workspace);
}

void given_changes(const struct followed *both, const char *name, int count)
{
    const struct client *admin = &both->admin;

    for (int i = 0; i < count; i++)
        expect_answer(
            rename_by(both, admin, text_format(admin->arena, "%s %d", name, i).data), 200);
}

struct text name_at(const struct followed *both, const struct client *client)
{
    return value_at(client, ask(client, "GET", NULL, "/workspaces/%s", both->workspace), "name");
}

bool has_caught_up(const struct followed *both)
{
    struct reply there = ask(&both->admin, "GET", NULL, "/ledger/checkpoint");
    struct reply here = ask(&both->reader, "GET", NULL, "/ledger/checkpoint");

    return there.status == 200 && here.status == 200 && text_equal(there.body, here.body) &&
           metric_of(both->leader, "ledger_size") == metric_of(both->follower, "ledger_size") &&
           metric_of(both->follower, "leader_lag_events") == 0;
}
