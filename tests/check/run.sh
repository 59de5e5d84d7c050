#!/bin/sh
# Tests the checks: a small clean tree passes; each violation planted in a copy of it is found and
# named by the check that guards against it. Ends with "N passed, N failed".
# SPDX-License-Identifier: Apache-2.0
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

report() { # name, whether it held, what was seen
    if [ "$2" = yes ]; then
        passed=$((passed + 1))
        echo "ok      $1"
    else
        failed=$((failed + 1))
        echo "FAILED  $1"
        printf '%s\n' "$3" | sed 's/^/        /'
    fi
}

# A tree with one layer below, one above, and nothing wrong.
make_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/cmake" "$work/tree/core/base" "$work/tree/core/db" "$work/tree/api"
    cp -R "$root/cmake/checks" "$work/tree/cmake/"
    cp "$root/.clang-format" "$work/tree/"
    cd "$work/tree" || exit 1
    sed -n '/^#/p' "$root/cmake/checks/exceptions.txt" >cmake/checks/exceptions.txt
    sed -n '/^#/p' "$root/cmake/checks/names.txt" >cmake/checks/names.txt
    sed -n '/^#/p' "$root/cmake/checks/circles.txt" >cmake/checks/circles.txt
    echo '# nothing' >core/base/.may_include
    printf 'core/base/\n<libpq-fe.h>\n' >core/db/.may_include
    printf 'core/base/\n' >api/.may_include
    make_header core/base/text.h CORE_BASE_TEXT_H
    make_header core/db/db.h CORE_DB_DB_H
    make_source core/db/db.c '#include "core/db/db.h"' '' '#include "core/base/text.h"' '' \
        '#include <libpq-fe.h>' '' '#include <stdlib.h>'
    make_source api/call.c '#include "core/base/text.h"' '' '#include <stddef.h>'
}

make_header() { # path, guard
    printf '/*\n * A header of the tree under test.\n * SPDX-License-Identifier: Apache-2.0\n */\n' >"$1"
    printf '#ifndef %s\n#define %s\n\n#endif\n' "$2" "$2" >>"$1"
}

make_source() { # path, lines…
    path=$1
    shift
    printf '/*\n * A file of the tree under test.\n * SPDX-License-Identifier: Apache-2.0\n */\n' >"$path"
    printf '%s\n' "$@" >>"$path"
}

# Lines of a function with so many statements.
make_function() { # name, lines
    printf 'void %s(void)\n{\n' "$1"
    i=0
    while [ $i -lt "$2" ]; do
        echo '    ;'
        i=$((i + 1))
    done
    echo '}'
}

expect_found() { # name, expected line (a fixed string)
    seen=$(sh cmake/checks/all.sh 2>&1) && ended=clean || ended=failed
    if [ $ended = failed ] && printf '%s\n' "$seen" | grep -qF -- "$2"; then
        report "$1" yes
    else
        report "$1" no "wanted: $2
$seen"
    fi
}

expect_clean() { # name
    seen=$(sh cmake/checks/all.sh 2>&1) && report "$1" yes || report "$1" no "$seen"
}

make_tree
expect_clean 'a clean tree passes'

make_tree
make_source api/call.c '#include "core/db/db.h"'
expect_found 'a forbidden include is found' 'api/call.c:5: may not include "core/db/db.h"'

make_tree
make_source api/call.c '#include <libpq-fe.h>'
expect_found "a library's header outside its folder is found" \
    'api/call.c:5: may not include <libpq-fe.h>'

make_tree
make_header core/base/text_internal.h CORE_BASE_TEXT_INTERNAL_H
make_source api/call.c '#include "core/base/text_internal.h"'
expect_found "a neighbour's internal header is found" \
    'api/call.c:5: "core/base/text_internal.h" is internal to its folder'

make_tree
rm api/.may_include
expect_found 'a folder without rules is found' 'api/call.c:1: its folder has no .may_include'

make_tree
echo 'core/base/gone.h' >>api/.may_include
expect_found 'permission for a header that is not there is found' \
    'api/.may_include:2: there is no core/base/gone.h'

make_tree
make_source api/call.c 'void *call(void)' '{' '    return malloc(8);' '}'
expect_found 'a banned call is found' 'api/call.c:7: malloc() is banned here'

make_tree
make_source api/call.c 'void call(void)' '{' '    queue_take(lane, -1);' '}'
expect_found 'a wait without an end is found' 'api/call.c:7: queue_take() is banned here'

make_tree
make_source api/call.c 'void call(void)' '{' '    /* malloc(8) */' '    take("malloc(8)");' '}'
expect_clean 'a comment or a literal is no call'

make_tree
make_source api/call.c 'void *call(void)' '{' \
    '    return malloc(8); /* allowed: a reason */' '}'
expect_clean 'an exception with a reason is respected'

make_tree
make_source api/call.c 'void call(void)' '{' '    take(8); /* allowed: a reason */' '}'
expect_found 'an exception that is not needed is found' \
    'api/call.c:7: an exception that is not needed'

make_tree
{ make_source api/call.c; make_function call 71 >>api/call.c; }
expect_found 'a function that is too long is found' \
    'function of 71, at most 70 (api/call.c:call)'

make_tree
{ make_source api/call.c; make_function call 71 >>api/call.c; }
echo 'api/call.c:call function 71 a table in disguise' >>cmake/checks/exceptions.txt
expect_clean 'an entry of the exceptions file is respected'

make_tree
{ make_source api/call.c; make_function call 71 >>api/call.c; }
echo 'api/call.c:call function 80 a table in disguise' >>cmake/checks/exceptions.txt
expect_found 'an entry that is larger than its offender is found' 'shrank to 71'

make_tree
echo 'api/call.c:call function 80 a table in disguise' >>cmake/checks/exceptions.txt
expect_found 'an entry that is not needed is found' 'exceptions.txt:'

make_tree
make_source api/call.c 'void call(int a, int b, int c, int d, int e, int f)' '{' '}'
expect_found 'a function of too many parameters is found' \
    'parameters of 6, at most 5 (api/call.c:call)'

make_tree
make_source api/call.c 'void call(int a)' '{' '    if (a > 1)' '        if (a > 2)' \
    '            if (a > 3)' '                if (a > 4)' '                    take(a);' '}'
expect_found 'nesting that is too deep is found' 'nesting of 4, at most 3 (api/call.c:call)'

make_tree
{ make_source api/call.c; yes 'extern int call;' | head -n 600 >>api/call.c; }
expect_found 'a file that is too long is found' 'file of 605, at most 600 (api/call.c)'

make_tree
{
    make_source api/call.c '/* clang-format off */' 'static const int calls[] = {'
    yes '    1,' | head -n 600 >>api/call.c
    echo '};' >>api/call.c
}
expect_clean 'the rows of a table do not count'

make_tree
echo '#include <stddef.h>' >api/call.c
expect_found 'a file without a head comment is found' 'api/call.c:1: has no head comment'

make_tree
printf '/*\n * A file of the tree under test.\n * Free for all.\n */\n' >api/call.c
expect_found 'a missing licence line is found' \
    'api/call.c:4: the head comment does not end in the SPDX licence line'

make_tree
make_header core/db/db.h DB_H
expect_found 'a guard that is not named after the path is found' \
    'core/db/db.h:5: the guard should be CORE_DB_DB_H'

make_tree
make_source core/db/db.c '#include "core/base/text.h"' '#include "core/db/db.h"'
expect_found 'an own header that does not come first is found' \
    'core/db/db.c:5: its own header does not come first'

# A header that declares something.
make_declaring() { # path, guard, lines…
    make_header "$1" "$2"
    path=$1
    shift 2
    sed '/^#endif/d' "$path" >"$path.new"
    { cat "$path.new"; printf '%s\n' "$@" '' '#endif'; } >"$path"
    rm "$path.new"
}

make_tree
make_declaring core/db/db.h CORE_DB_DB_H 'int count_rows(void);'
expect_found "a function without its module's noun is found" \
    'core/db/db.h:8: count_rows() does not start with a noun of its module'

make_tree
make_declaring core/db/db.h CORE_DB_DB_H 'struct row {' '    int size;' '};' '' \
    'int db_count(void);' 'int row_size(const struct row *row);'
make_declaring core/db/row_read.h CORE_DB_ROW_READ_H 'int row_read(void);'
make_source core/db/copy.c 'static int count_rows(void)' '{' '    return 1;' '}'
make_declaring core/db/db_internal.h CORE_DB_DB_INTERNAL_H 'int copy_begin(void);'
expect_clean 'folder, header, file and type are nouns, and a static function needs none'

make_tree
make_declaring core/db/db.h CORE_DB_DB_H 'int count_rows(void);'
echo 'count_* a reason' >>cmake/checks/names.txt
expect_clean 'an exception from names is respected'

make_tree
echo 'count_rows a reason' >>cmake/checks/names.txt
expect_found 'an exception from names that is not needed is found' 'names.txt:'

make_tree
make_source api/call.c 'static int access(void)' '{' '    return 1;' '}'
expect_found "a name of the C library's is found" \
    "api/call.c:6: access() has the name of a function of the C library's"

make_tree
make_declaring core/db/db.h CORE_DB_DB_H 'int db_count(void);'
make_source api/call.c 'static int db_count(void)' '{' '    return 1;' '}'
expect_found "a file's own function with the name of an exported one is found" \
    'api/call.c:6: db_count() has the name of a function of core/db/db.h'

# Three files that call each other in a circle, and one that calls into it.
make_circle() {
    make_source api/a.c 'void a_go(void)' '{' '    b_go();' '}'
    make_source api/b.c 'void b_go(void)' '{' '    c_go();' '}'
    make_source api/c.c 'void c_go(void)' '{' '    a_go();' '}'
    make_source api/d.c 'void d_go(void)' '{' '    a_go();' '}'
}

make_tree
make_circle
expect_found 'a circle of calls is found' 'api/c.c:7: calls a_go() of api/a.c, in a circle'

make_tree
make_circle
make_source api/c.c 'static void a_go(void)' '{' '}' '' 'void c_go(void)' '{' '    a_go();' '}'
expect_clean 'calls one way, and of a function of its own, are no circle'

make_tree
make_circle
echo 'api/c.c api/a.c a reason' >>cmake/checks/circles.txt
expect_clean 'an exception from circles is respected'

make_tree
echo 'api/c.c api/a.c a reason' >>cmake/checks/circles.txt
expect_found 'an exception from circles that is not needed is found' 'circles.txt:'

make_tree
make_source api/call.c 'static const struct field field = {.doc = "Since when."};'
expect_found 'a description that is no sentence is found' \
    'api/call.c:5: a description that is no sentence: "Since when."'

make_tree
make_source api/call.c 'static const struct field field = {.doc = "time the node was added."};'
expect_found 'a description that begins with a small letter is found' \
    'api/call.c:5: a description that begins with a small letter'

make_tree
make_source api/call.c 'static const struct field field = {' '    .doc =' \
    '        "Time the node was added, and"' '        " the rest of it",' '};'
expect_found 'a description without a full stop is found' \
    'api/call.c:6: a description that has no full stop at its end'

make_tree
make_source api/call.c '/* .doc = "Since when." */' \
    'static const struct field field = {.doc = "Time the node was added."};'
expect_clean 'a sentence is respected, and so is a comment'

make_tree
make_source api/call.c '/* TO''DO: finish */'
expect_found 'unfinished business is found' 'api/call.c:5:'

make_tree
make_source core/db/db.c '#include "core/db/db.h"' '' '/* Rows of a workspace. */'
expect_found 'core knowing the program is found' 'core/db/db.c:7:/* Rows of a workspace. */'

# A mutant of api/call.c, and a test that finds it.
make_mutant() { # old text, test
    mkdir -p tests/mutants tests/api
    make_source tests/api/test_call.c '' 'TEST(a_call_is_counted)'
    make_source api/call.c 'int call(void)' '{' '    return 1;' '}'
    printf '%s\n' '# Faults.' '' 'mutant a call counts for two' 'file   api/call.c' \
        'hurts  Everybody pays twice.' "test   $2" "- $1" '+ return 2;' >tests/mutants/api.txt
}

make_tree
make_mutant 'return 3;' 'api a_call_is_counted'
expect_found 'a mutant that no longer fits is found' \
    'tests/mutants/api.txt:3: a call counts for two: stale, its old text is found 0 times in api/call.c'

make_tree
make_mutant 'return 1;' 'api a_call_is_lost'
expect_found "a mutant's test that is not there is found" \
    'tests/mutants/api.txt:6: there is no test api a_call_is_lost'

make_tree
make_mutant 'return 1;' 'api'
expect_found 'a mutant that names a program alone is found' 'tests/mutants/api.txt:6: which test of api?'

make_tree
make_mutant 'return 1;' 'api a_call_is_counted'
mkdir docs
printf '%s\n' '| promise | test |' '|---|---|' '| It counts. | `api`: `a_call_is_counted`, `a_call_is_lost` |' \
    >docs/promises.md
expect_found 'a promise whose test is not there is found' \
    'docs/promises.md:3: there is no test api a_call_is_lost'

make_tree
mkdir -p docs tests
printf '%s\n' '| wait | bound | test |' '|---|---|---|' '| of a call | 1 s | |' >docs/limits.md
expect_clean 'a limit without a test is respected'
echo '| of another | 2 s | api: a_call_is_lost |' >>docs/limits.md
expect_found "a limit's test that is not in backticks is found" \
    'docs/limits.md:4: names no test in backticks'

make_tree
mkdir -p docs/reference
echo '| `call_refused` | 409 | It is refused. | Do not call. |' >docs/reference/refusals.md
make_source api/call.c 'void call_refuse(void)' '{' '    error_set_code(0, 1, "call_refused", "no");' '}'
expect_clean 'a code that callers are told of is respected'
make_source api/call.c 'void call_refuse(void)' '{' '    error_set_code(0, 1, "call_lost", "no");' '}'
expect_found 'a code that callers are not told of is found' 'api/call.c:7: call_lost stands neither in'
expect_found 'a code that nobody sends is found' \
    'docs/reference/refusals.md:1: no source says call_refused'

make_tree
mkdir -p docs
echo '| `call.known` | it is known | nothing |' >docs/operations.md
make_source api/call.c 'void call_warn(void)' '{' '    log_warning("call.known", log_c("a", "b"));' '}'
expect_clean 'a warning that operators are told of is respected'
make_source api/call.c 'void call_warn(void)' '{' '    log_warning(' '        "call.unheard_of", log_c("a", "b"));' '}'
expect_found 'a warning that operators are not told of is found' \
    'api/call.c:8: docs/operations.md (docs/agents.md) does not say what call.unheard_of means'

make_tree
printf '#!/bin/sh\n[[ -n $1 ]]\n' >api/install.sh
expect_found 'what not every shell knows is found' 'api/install.sh:2:1: warning: In POSIX sh, [[ ]] is undefined.'

make_tree
make_source api/call.c 'void call(void)' '{' '  take(8);' '}'
expect_found 'a layout of its own is found' 'api/call.c:6: not as ./dev fmt would have it'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
