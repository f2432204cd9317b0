"""Files that somebody knows already: agreed test texts, hashes, patterns, rules."""

from fyke.files.base import Tenant
from fyke.files.signatures.eicar import TestTexts

TENANTS: tuple[Tenant, ...] = (TestTexts(),)
