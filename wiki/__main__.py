"""`python -m wiki …` is `kairan …`."""

from wiki.cli import main

main()
