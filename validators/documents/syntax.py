"""libyaml's complaints in plain words: what stands there, and what to do."""

import re

import yaml

from validators.documents.refused import SYNTAX, UNSUPPORTED, Trouble
from validators.documents.text import place

_WORDS = {
    "mapping values are not allowed in this context": "a `:` follows where no key can stand: "
    "quote the value if it holds `: `, else check the indentation of this line",
    "did not find expected key": "this does not belong to the mapping it stands in: check its indentation, "
    "and brackets and quotes above",
    "could not find expected ':'": "this line should be a key followed by `:`",
    "did not find expected '-' indicator": "this does not belong to the list it stands in: check its indentation",
    "did not find expected ',' or ']'": "a `[` is not closed, or a comma is missing",
    "did not find expected ',' or '}'": "a `{` is not closed, or a comma is missing",
    "block sequence entries are not allowed in this context": "a list can't begin here: put the `- ` on a line of its own",
    "block mapping entries are not allowed in this context": "a mapping can't begin here",
    "found unexpected end of stream": "a quote is opened here and never closed",
    "found unexpected document indicator": "a quote is opened and not closed before the document ends",
    "found unknown escape character": "this escape does not exist in double quotes: write `\\\\` for a backslash, "
    "or use single quotes",
    "did not find expected <document start>": "text follows after the end of the document",
    "did not find expected node content": "a value is missing here",
    "did not find expected alphabetic or numeric character": "a name should follow `&` or `*`; quote the text if it is a value",
    "did not find expected comment or line break": "nothing but a comment may follow `|` or `>`",
    "found a tab character that violates indentation": "a tab is used for indentation; YAML allows spaces only",
    "found a tab character where an indentation space is expected": "a tab is used for indentation; YAML allows spaces only",
    "found undefined tag handle": "the tag's prefix is not declared",
    "found incompatible YAML document": "this version of YAML is not supported",
}

_ODD_INDENTATION = re.compile("[ \t]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def syntax_trouble(error: yaml.MarkedYAMLError, text: str, first_line: int) -> Trouble:
    """The error as a trouble at its place; `first_line` is the line of the file on which `text` begins."""
    problem = error.problem or "not YAML"
    unclosed = problem == "found unexpected end of stream" and error.context_mark is not None
    mark = error.context_mark if unclosed else error.problem_mark
    index = min(mark.index, len(text)) if mark else 0
    line, column = place(text, _back_to_text(text, index) if index == len(text) else index)
    said = _WORDS.get(problem) or _about_character(problem, text[index : index + 1]) or problem
    if problem == "did not find expected <document start>" and text.startswith("%"):
        message = "Kubernetes tools part a file at `---`, and so this directive from its document; they need none, so remove it"
        return Trouble(UNSUPPORTED, first_line, 1, message, text.strip(), title="a directive of YAML")
    lines = text.split("\n")
    odd = next((number for number in (line, line - 1) if number and _ODD_INDENTATION.match(lines[number - 1])), None)
    if odd is not None:
        line, column = odd, 1
        character = ord(lines[odd - 1].lstrip(" \t")[0])
        said = f"this line is indented with U+{character:04X}, which looks like a blank and is text to YAML; put blanks there"
    source = lines[line - 1].strip()
    message = f"this is not YAML: {said}" if said == problem else f"this is not YAML: {said} ({problem})"
    return Trouble(SYNTAX, line + first_line - 1, column, message, f"{problem} {source}", title="syntax error")


def _about_character(problem: str, character: str) -> str | None:
    if "cannot start any token" not in problem:
        return None
    if character == "\t":
        return "a tab is used for indentation; YAML allows spaces only"
    return f"`{character}` can't begin a value; put the value in quotes"


def _back_to_text(text: str, index: int) -> int:
    """The end of the last line with text before `index`, so that an error at the end of a file has a line to show."""
    return len(text[:index].rstrip())
