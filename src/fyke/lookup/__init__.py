"""Answers to detectors' questions: the only window of the house. One source of answers a file."""
