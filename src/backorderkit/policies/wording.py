"""How the name of a policy reads in a sentence.

A policy is named like the call that makes it, `by_priority, oldest_first`: that is what
errors show, for developers. Reasons and explanations are read by clerks.

>>> in_words("by_priority, oldest_first")
'by priority, oldest first'
"""


def in_words(name: str) -> str:
    """Return the name of a policy without underscores.

    >>> in_words("peg_first(uniform)")
    'peg first(uniform)'
    """
    return name.replace("_", " ")
