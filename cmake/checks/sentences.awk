# Descriptions (.doc = "…") reach OpenAPI, the reference pages and the console: each is a sentence for
# a reader who has never seen the code. At least three words, no small letter at the start, a full
# stop or a question mark at the end. Tests may say less.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /^tests\// || /^[ \/]?[*]/ {
    next
}

FNR == 1 {
    is_open = 0
}

is_open {
    take($0)
    next
}

/[.]doc =( *"| *\\?$)/ {
    begun = FNR
    sentence = ""
    sub(/.*[.]doc =/, "")
    take($0)
}

# Adds the literals of a line. They may go on in the next one.
function take(line,    literal)
{
    while (match(line, /^[ \t]*"([^"\\]|\\.)*"/)) {
        literal = substr(line, RSTART, RLENGTH)
        line = substr(line, RLENGTH + 1)
        gsub(/^[ \t]*"|"$/, "", literal)
        sentence = sentence literal
    }
    is_open = line ~ /^[ \t\\]*$/
    if (!is_open)
        examine()
}

function examine(    words)
{
    if (split(sentence, words, /[ \t]+/) < 3)
        complain("is no sentence")
    else if (sentence ~ /^[a-z]/)
        complain("begins with a small letter")
    else if (sentence !~ /[.?]$/)
        complain("has no full stop at its end")
}

function complain(what)
{
    print FILENAME ":" begun ": a description that " what ": \"" sentence "\""
}
