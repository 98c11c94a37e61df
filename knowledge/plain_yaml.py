"""
YAML as a tree of texts, read event by event so that no file can make it grow.

YAML is more language than a clerk needs. Links (``&name``, ``*name``), tags (``!!…``) and a second
document in one file are refused, and with them every known bomb; nesting ends at 12.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from knowledge.plain_tree import Items, Mistake, Pairs, Text, Tree

_DEEPEST = 12
_MOST_EVENTS = 100_000  # 1 MiB of sample procedures has about 48,000
# The C parser is ten times faster; where it was not built, the one in Python reads the same.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}

_SYNTAX = "YAML sai cú pháp; hãy kiểm tra dấu hai chấm, dấu nháy và khoảng trắng đầu dòng"
_NO_LINKS = "không dùng & và * của YAML; nếu là chữ thường thì hãy đặt trong dấu nháy"
_NO_TAGS = "không dùng ! của YAML; nếu là chữ thường thì hãy đặt trong dấu nháy"


def parse_yaml(text: str, first_line: int = 1) -> Tree:
    """
    Return what *text* says; line numbers count from *first_line*.

    Raises:
        Mistake: wrong syntax, or more YAML than is allowed here.
    """
    try:
        events = _checked(yaml.parse(text, Loader=_LOADER), first_line)
        next(events)  # the document's start
        tree = _tree(next(events), events, first_line)
        for _ in events:
            pass  # the rest of the file is checked as well
        return tree
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Mistake(first_line + (mark.line if mark else 0), "", "", _SYNTAX) from error
    except StopIteration as error:
        raise Mistake(first_line, "", "", "tệp không có nội dung; hãy bổ sung") from error


def _checked(events: Iterator[yaml.Event], first_line: int) -> Iterator[yaml.Event]:
    """Pass on the events of one document; refuse what is not allowed as soon as it is met."""
    depth = documents = 0
    for count, event in enumerate(events):
        line = _line(event, first_line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Mistake(line, "", "", _NO_LINKS)
        if getattr(event, "tag", None):
            raise Mistake(line, "giá trị", str(getattr(event, "tag", "")), _NO_TAGS)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > _DEEPEST:
            raise Mistake(line, "", "", f"lồng nhau quá {_DEEPEST} tầng; hãy bỏ bớt")
        if count > _MOST_EVENTS:
            raise Mistake(line, "", "", "tệp có quá nhiều mục; hãy chia thành nhiều tệp nhỏ")
        if documents > 1:
            raise Mistake(line, "", "", "mỗi tệp chỉ có một phần; hãy bỏ dòng --- thứ hai")
        if not isinstance(event, yaml.StreamStartEvent):
            yield event


def _tree(event: yaml.Event, events: Iterator[yaml.Event], first_line: int) -> Tree:
    line = _line(event, first_line)
    if isinstance(event, yaml.ScalarEvent):
        # Only a plain null is "left empty"; "null" in quotes is a word.
        return Text(line, None if event.implicit[0] and event.value in _NULLS else event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return Items(line, tuple(_items(events, first_line)))
    return Pairs(line, tuple(_pairs(events, first_line)))


def _line(event: yaml.Event, first_line: int) -> int:
    return first_line + (event.start_mark.line if event.start_mark else 0)


def _items(events: Iterator[yaml.Event], first_line: int) -> Iterator[Tree]:
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        yield _tree(event, events, first_line)


def _pairs(events: Iterator[yaml.Event], first_line: int) -> Iterator[tuple[Text, Tree]]:
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _tree(event, events, first_line)
        if not isinstance(key, Text):
            raise Mistake(key.line, "", "", _SYNTAX)
        yield key, _tree(next(events), events, first_line)
