"""Files that somebody knows already: agreed test texts, hashes, patterns, rules."""

from fyke.files.base import Tenant
from fyke.files.signatures.eicar import TestTexts
from fyke.files.signatures.own_rules import OwnRules
from fyke.files.signatures.similar import Similar

TENANTS: tuple[Tenant, ...] = (TestTexts(), OwnRules(), Similar())
