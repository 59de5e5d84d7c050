/*
 * Walking a list by its pages, as a client does: the Link of each full page leads to the next.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <string.h>

enum { TASKS = 12, PAGE = 5 };

static struct site *site;
static struct client admin;
static struct agent agent;

static void given_tasks(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    for (int i = 0; i < TASKS; i++)
        given_task(&admin, &agent, "true");
}

/* The path of the next page, below /api/v1; NULL where there is none. */
static const char *next_page(const struct reply *reply)
{
    struct text link = header_of(reply, "Link");
    struct text path =
        text_slice(link, strlen("</api/v1"), text_find(link, '>', 0) - strlen("</api/v1"));

    if (!text_is_present(link))
        return NULL;
    expect(text_starts_with(link, text_lit("</api/v1/")));
    expect(text_ends_with(link, text_lit(">; rel=\"next\"")));
    return text_c(admin.arena, path);
}

static size_t count_in(const struct reply *reply)
{
    return document_count(reply->body, "");
}

static void the_link_of_a_full_page_leads_to_the_next(void)
{
    const char *path;
    size_t pages = 0;
    size_t shown = 0;
    struct text last = {NULL, 0};

    given_tasks();
    path = text_format(
               admin.arena, "/workspaces/%s/tasks?status=queued&limit=%d", agent.workspace, PAGE)
               .data;
    while (path != NULL && pages < TASKS) {
        struct reply reply = ask(&admin, "GET", NULL, "%s", path);
        expect_answer(reply, 200);
        expect(!text_equal(value_at(&admin, reply, "0.id"), last));
        last = value_at(&admin, reply, "0.id");
        expect_value(&admin, reply, "0.status", "queued");
        shown += count_in(&reply);
        pages++;
        path = next_page(&reply);
        expect(path == NULL || strstr(path, "status=queued&limit=5&after=") != NULL);
    }
    expect_int64(pages, 3);
    expect_int64(shown, TASKS);
}

static void expect_refused(const char *query, const char *why)
{
    struct reply reply = ask(&admin, "GET", NULL, "/tasks?%s", query);

    expect_answer(reply, 400);
    expect_value(&admin, reply, "code", "invalid_cursor");
    expect_value(&admin, reply, "message", why);
    expect_value(&admin, reply, "details.field", "after");
}

static void what_is_no_cursor_is_refused_by_name(void)
{
    struct reply reply;

    given_tasks();
    expect_refused("after=nonsense", "after must be a cursor that this list has given");
    expect_refused("after=nonsense&offset=5", "after and offset exclude each other");
    reply = ask(&admin, "GET", NULL, "/tasks?limit=5");
    /* A cursor of another list. */
    reply = ask(&admin, "GET", NULL, "/events%s", strchr(next_page(&reply), '?'));
    expect_answer(reply, 400);
}

static void an_offset_still_skips(void)
{
    struct reply all;
    struct reply rest;

    given_tasks();
    all = ask(&admin, "GET", NULL, "/tasks");
    rest = ask(&admin, "GET", NULL, "/tasks?offset=10");
    expect_int64(count_in(&all), TASKS);
    expect_int64(count_in(&rest), TASKS - 10);
    expect(text_equal(value_at(&admin, all, "10.id"), value_at(&admin, rest, "0.id")));
}

static void expect_found(const char *search, size_t wanted)
{
    struct reply reply = ask(&admin, "GET", NULL, "/nodes?search=%s", search);

    expect_answer(reply, 200);
    expect_int64(count_in(&reply), wanted);
}

static void a_search_takes_every_sign_as_it_is(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    expect_found("WEB-1", 1);
    expect_found("eb-", 1);
    expect_found("w_b", 0);
    expect_found("%25", 0);
    expect_found("%5C", 0);
}

static const struct test tests[] = {
    TEST(the_link_of_a_full_page_leads_to_the_next),
    TEST(what_is_no_cursor_is_refused_by_name),
    TEST(an_offset_still_skips),
    TEST(a_search_takes_every_sign_as_it_is),
};

const struct suite test_pages_suite = SUITE_WITH("e2e/pages", tests, .tear_down = end_sites);
