"""The highlights of `copydesk.highlight` under the name that they had first."""

from copydesk.highlight import Needle as Needle
from copydesk.highlight import highlights as highlights
from copydesk.highlight import needles as needles
