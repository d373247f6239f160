#!/bin/sh
# What BuilderTest builds: build.sh SOURCES OUT.
if [ -e "$2/../refuse" ]; then
  echo "this does not compile"
  exit 1
fi
printf 'by build.sh' > "$2/made"
