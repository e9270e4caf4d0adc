"""The fixtures of the contract suites."""

from tests.contracts.index_fixtures import engine as engine
from tests.contracts.index_fixtures import index as index
from tests.contracts.index_fixtures import shelf as shelf
