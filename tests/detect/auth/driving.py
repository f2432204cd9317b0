"""Run an evaluation to its end, its questions answered from a dict."""

from fyke.model import UNKNOWN, Dns, Records


def drive(asking, answers=(), asked=None):
    """The result of a generator of questions. A name of which the dict says nothing does not exist.

    Keys are questions; answers are `Records`, `UNKNOWN`, or a tuple of values. `asked` takes down what was asked.
    """
    answers = dict(answers)
    asked = [] if asked is None else asked
    try:
        query = next(asking)
        while True:
            queries = query if isinstance(query, tuple) else (query,)
            asked.extend(queries)
            told = tuple(_answer(answers, each) for each in queries)
            query = asking.send(told if isinstance(query, tuple) else told[0])
    except StopIteration as end:
        return end.value


def _answer(answers, query):
    answer = answers.get(query, Records(exists=False))
    return Records(answer) if isinstance(answer, tuple) else answer


def zone(records):
    """Answers by the text of questions: `{"example.com A": "192.0.2.1"}`; TXT where no type stands there.

    A value is a text, a list of them, or `UNKNOWN`.
    """
    answers = {}
    for text, values in records.items():
        name, _, kind = text.partition(" ")
        listed = (values,) if isinstance(values, str) else values
        answers[Dns(name, kind or "TXT")] = UNKNOWN if listed is UNKNOWN else Records(tuple(listed))
    return answers
