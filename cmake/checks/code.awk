# code_of(line): a line of C without comments and without the inside of literals, for checks that
# look at code only. Call it on every line in order; a comment may go over several lines.
# SPDX-License-Identifier: Apache-2.0

function code_of(line,    out, mark, end)
{
    if (FNR == 1)
        in_comment = 0
    out = ""
    while (line != "") {
        if (in_comment) {
            end = index(line, "*/")
            if (end == 0)
                return out
            in_comment = 0
            line = substr(line, end + 2)
            continue
        }
        if (!match(line, /"|'|\/\*|\/\//))
            return out line
        mark = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (mark == "//")
            return out
        if (mark == "/*") {
            in_comment = 1
            continue
        }
        out = out mark mark
        if (mark == "\"" ? match(line, /^([^"\\]|\\.)*"/) : match(line, /^([^'\\]|\\.)*'/))
            line = substr(line, RLENGTH + 1)
        else
            return out
    }
    return out
}
