# Who may include whom. Reads all .may_include files, then all sources.
#
# A .may_include lists what the files of its folder may include beside the headers of the folder
# itself, one a line, with # for comments:
#     core/base/               everything below a folder
#     commands/*.h             a pattern; * stands for anything but a slash
#     <event2/>                headers of a library
#     <msgpack.h> shape_pack*  a library's header, in files of these names only
# Every folder with sources has one, except below tests/, where the nearest one counts. Headers of
# the system need no permission; x_internal.h never leaves its folder. A header that is named and
# is not there is an error.
# SPDX-License-Identifier: Apache-2.0

BEGIN {
    system_header = "^(assert|ctype|dirent|dlfcn|endian|errno|execinfo|fcntl|float|ftw|getopt|" \
        "grp|inttypes|langinfo|libgen|limits|locale|malloc|math|netdb|poll|pthread|pwd|sched|" \
        "semaphore|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|" \
        "string|strings|termios|threads|time|unistd|wchar)[.]h$|^(arpa|linux|net|netinet|sys)/"
}

function folder_of(path)
{
    return sub("/[^/]*$", "", path) ? path : "."
}

function pattern_of(glob)
{
    gsub(/[.]/, "[.]", glob)
    gsub(/[*]/, "[^/]*", glob)
    return glob ~ /\/$/ ? "^" glob : "^" glob "$"
}

FNR == 1 {
    folder = folder_of(FILENAME)
    name = FILENAME
    sub("^.*/", "", name)
    is_rules = name == ".may_include"
    is_there[FILENAME] = 1
    if (is_rules)
        has_rules[folder] = 1
    else
        governing = rules_for(folder)
}

function rules_for(at)
{
    while (at ~ /^tests\// && !has_rules[at])
        at = folder_of(at)
    if (!has_rules[at] && !complained[at]++)
        print FILENAME ":1: its folder has no .may_include"
    return at
}

is_rules {
    sub(/[ \t]*#.*/, "")
    if ($1 != "") {
        count[folder]++
        wanted = $1
        gsub(/[<>]/, "", wanted)
        kind[folder, count[folder]] = $1 ~ /^</ ? "<" : "\""
        allowed[folder, count[folder]] = pattern_of(wanted)
        only_in[folder, count[folder]] = $2 == "" ? "" : pattern_of($2 ".*")
        if ($1 ~ /^[^<*]*[.]h$/)
            named[FILENAME ":" FNR] = wanted
    }
    next
}

function may_include(mark, header,    i)
{
    for (i = 1; i <= count[governing]; i++) {
        if (kind[governing, i] == mark && header ~ allowed[governing, i] &&
            (only_in[governing, i] == "" || name ~ only_in[governing, i]))
            return 1
    }
    return 0
}

function complain(what)
{
    print FILENAME ":" FNR ": " what
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ && has_rules[governing] {
    match($0, /["<].*[">]/)
    mark = substr($0, RSTART, 1)
    header = substr($0, RSTART + 1, RLENGTH - 2)
    if (mark == "<") {
        if (header !~ system_header && !may_include("<", header))
            complain("may not include <" header "> (" governing "/.may_include)")
    } else if (folder_of(header) != folder) {
        if (header ~ /_internal[.]h$/ && folder !~ /^tests\//)
            complain("\"" header "\" is internal to its folder")
        else if (!may_include("\"", header))
            complain("may not include \"" header "\" (" governing "/.may_include)")
    }
}

END {
    for (place in named) {
        if (!(named[place] in is_there))
            print place ": there is no " named[place]
    }
}
