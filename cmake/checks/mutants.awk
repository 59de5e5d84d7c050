# Reads tests/mutants/*.txt (their form is told in tests/mutants/README.md).
#
#   task=check        each mutant is complete and fits its file: its old text is there exactly once
#   task=list         "area <tab> name <tab> file <tab> test", one a line
#   task=apply        the file of the mutant `area` and `name`, with the fault in it
#
# SPDX-License-Identifier: Apache-2.0

FNR == 1 { finish(); area = FILENAME; sub(/^.*\//, "", area); sub(/[.]txt$/, "", area); source = FILENAME }
/^#/ { next }
/^[ \t]*$/ { finish(); next }
/^mutant / { finish(); name = said(); line = FNR; next }
/^file / { file = said(); next }
/^hurts / { hurts = said(); next }
/^test / { test = said(); next }
/^- / { old = old (olds++ ? "\n" : "") substr($0, 3); next }
/^[+]( |$)/ { new = new (news++ ? "\n" : "") substr($0, 3); next }
task == "check" { print FILENAME ":" FNR ": neither mutant, file, hurts, test, - nor +" }
END {
    finish()
    if (task == "apply" && !applied)
        exit 1
}

# What stands behind the first word.
function said(    text)
{
    text = $0
    sub(/^[a-z]+ +/, "", text)
    return text
}

function finish()
{
    if (name != "" && task == "check")
        check()
    else if (name != "" && task == "list")
        printf "%s\t%s\t%s\t%s\n", area, name, file, test
    else if (name == wanted && area == of && task == "apply")
        apply()
    name = file = hurts = test = old = new = ""
    olds = news = 0
}

# The whole text of a file, read once.
function text_of(path,    all, one)
{
    if (!(path in texts)) {
        all = ""
        while ((getline one < path) > 0)
            all = all one "\n"
        close(path)
        texts[path] = all
    }
    return texts[path]
}

function places(text, part,    at, count)
{
    while ((at = index(text, part)) > 0) {
        count++
        text = substr(text, at + 1)
    }
    return count + 0
}

function check(    found)
{
    found = file == "" || old == "" ? 0 : places(text_of(file), old)
    if (file == "" || hurts == "" || test == "" || old == "")
        complain("lacks a line: mutant, file, hurts, test, - and + make one")
    else if (found != 1)
        complain("stale, its old text is found " found " times in " file)
    else if (old == new)
        complain("changes nothing")
    if ((area SUBSEP name) in known)
        complain("there are two of this name")
    known[area, name] = 1
}

function complain(what)
{
    print source ":" line ": " name ": " what
}

function apply(    text, at)
{
    text = text_of(file)
    if (places(text, old) != 1)
        return
    at = index(text, old)
    printf "%s%s%s", substr(text, 1, at - 1), new, substr(text, at + length(old))
    applied = 1
}
