"""What the production server runs: the application behind its cache of ready pages."""

import gc

from wiki import create_app
from wiki.core.http_cache import behind_cache

app = behind_cache(create_app())

# What was made at the start stays for good: without this the first full collection takes 85 ms of some request.
gc.collect()
gc.freeze()
