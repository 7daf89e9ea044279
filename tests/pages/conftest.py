"""People for the tests of pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories import make_person, sign_in
from wiki.accounts.models import Person


@pytest.fixture
def staff(client: FlaskClient) -> Person:
    """A member of staff, signed in."""
    person = make_person(name="見本課", role="staff")
    sign_in(client, person)
    return person
