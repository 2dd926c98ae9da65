"""All models that are compared with random weights."""

from . import images, recurrent, text


def everything():
    return [*text.cases(), *recurrent.cases(), *images.cases()]
