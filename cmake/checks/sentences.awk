# Descriptions (.doc = "…") reach OpenAPI, the reference and the console: each is a sentence for
# somebody who has never seen the code. At least three words, a capital at the start (or a name that
# is written otherwise), and a full stop or a question mark at the end. Tests are free to say less.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /^tests\// {
    next
}

# The literals of one description may go over several lines.
function take(line)
{
    while (match(line, /^[ \t]*"([^"\\]|\\.)*"/)) {
        literal = substr(line, RSTART, RLENGTH)
        line = substr(line, RLENGTH + 1)
        gsub(/^[ \t]*"|"$/, "", literal)
        sentence = sentence literal
    }
    is_open = line ~ /^[ \t\\]*$/
    if (!is_open)
        judge()
}

function judge(    words)
{
    if (split(sentence, words, /[ \t]+/) < 3)
        complain("is no sentence")
    else if (sentence ~ /^[a-z]/)
        complain("begins with a small letter")
    else if (sentence !~ /[.?]$/)
        complain("has no full stop at its end")
    is_open = 0
}

function complain(what)
{
    print FILENAME ":" begun ": a description that " what ": \"" sentence "\""
}

FNR == 1 {
    is_open = 0
}

is_open {
    take($0)
    next
}

/^ ?[*]/ { # a comment
    next
}

match($0, /[.]doc =( *"| *\\?$)/) {
    sentence = ""
    begun = FNR
    sub(/.*[.]doc =/, "")
    take($0)
}
