"""The fixtures of the contract suites."""

from tests.contracts.index_fixtures import engine as engine
from tests.contracts.index_fixtures import index as index
from tests.contracts.index_fixtures import shelf as shelf
from tests.contracts.log_fixtures import log as log
from tests.contracts.log_fixtures import log_engine as log_engine
from tests.contracts.log_fixtures import tested as tested
