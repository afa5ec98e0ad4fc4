#!/bin/sh
# Writes a C file that carries files of the tree inside the program.
# Usage: embed.sh TABLE FILE… > out.c      (names in the table are the files' base names, sorted)
set -eu
table=$1
shift
echo '/* Made by server/core/embed.sh. */'
echo '#include "server/core/embed.h"'
n=0
for f in "$@"; do
    printf '__asm__(".section .rodata\\n.balign 16\\n.global %s_%d\\n%s_%d:\\n.incbin \\"%s\\"\\n.global %s_%d_end\\n%s_%d_end:\\n.byte 0\\n.previous\\n");\n' \
        "$table" $n "$table" $n "$f" "$table" $n "$table" $n
    printf 'extern const char %s_%d[], %s_%d_end[];\n' "$table" $n "$table" $n
    n=$((n + 1))
done
printf 'const struct embedded %s[] = {\n' "$table"
n=0
for f in "$@"; do
    printf '    {"%s", %s_%d, %s_%d_end},\n' "${f##*/}" "$table" $n "$table" $n
    n=$((n + 1))
done
printf '    {0, 0, 0},\n};\n'
