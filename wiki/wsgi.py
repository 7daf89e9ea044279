"""What the production server runs: the application behind its cache of ready pages."""

from wiki import create_app
from wiki.core.http_cache import behind_cache

app = behind_cache(create_app())
