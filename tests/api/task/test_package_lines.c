/*
 * Package lists that programs printed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/package_lines.h"
#include "api/task/package_view.h"
#include "tests/support/expect.h"

static void expect_packages(const char *output, const char *wanted)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct list list = package_lines(arena, text_from(output));
    const struct package_view *packages = list.items;
    struct text shown = text_lit("");

    for (size_t i = 0; i < list.count; i++)
        shown = text_format(
            arena, "%.*s%.*s|%.*s|%.*s|%.*s;", TEXT_ARGS(shown), TEXT_ARGS(packages[i].name),
            TEXT_ARGS(packages[i].version), TEXT_ARGS(packages[i].architecture),
            TEXT_ARGS(packages[i].description));
    expect_text(shown, wanted);
}

static void lines_of_dpkg_are_read(void)
{
    expect_packages(
        "||/ Name  Version  Architecture Description\n"
        "ii  curl  7.88.1-10  amd64  command line tool\r\n"
        "rc  old   1.0        amd64  removed\n"
        "ii  libc6:amd64 2.36 amd64",
        "curl|7.88.1-10|amd64|command line tool;libc6:amd64|2.36|amd64|;");
}

static void lines_of_apt_are_read(void)
{
    expect_packages(
        "Listing... Done\ncurl/stable,now 7.88.1-10 amd64 [installed]\njq/stable 1.6 arm64\n",
        "curl|7.88.1-10|amd64|;jq|1.6|arm64|;");
}

static void pairs_of_name_and_version_are_read(void)
{
    expect_packages("curl:7.88\nvim:2:9.0\n:1\nempty:\n", "curl|7.88||;vim|2:9.0||;");
}

static void other_words_are_passed_over(void)
{
    expect_packages("", "");
    expect_packages("no dpkg here\n/usr/bin: is a directory\nii onlyname\n", "");
}

static const struct test tests[] = {
    TEST(lines_of_dpkg_are_read),
    TEST(lines_of_apt_are_read),
    TEST(pairs_of_name_and_version_are_read),
    TEST(other_words_are_passed_over),
};

const struct suite test_package_lines_suite = SUITE("api/task/package_lines", tests);
