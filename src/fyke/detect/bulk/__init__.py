"""Detectors that tell a mailing to many: lists, newsletters, and what calls itself one."""
