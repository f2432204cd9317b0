"""Run an evaluation to its end, its questions answered from a dict."""

from fyke.model import Records


def drive(asking, answers=()):
    """The result of a generator of questions. A name of which the dict says nothing does not exist.

    Keys are questions; answers are `Records`, `UNKNOWN`, or a tuple of values.
    """
    answers = dict(answers)
    try:
        query = next(asking)
        while True:
            answer = answers.get(query, Records(exists=False))
            query = asking.send(Records(answer) if isinstance(answer, tuple) else answer)
    except StopIteration as end:
        return end.value
