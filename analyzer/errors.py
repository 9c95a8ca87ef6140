"""Errors that the package raises on purpose; every message is one line a user can act on."""

from __future__ import annotations


class AnalyzerError(Exception):
    """Base of all errors with a message meant for users.

    ``code`` is a stable kebab-case identifier, used in failure records and in the JSON API.
    """

    code = "error"


class InputError(AnalyzerError):
    """The input cannot be read as a posting: missing, empty, binary, or in a wrong encoding."""

    code = "bad-input"


class CorpusError(AnalyzerError):
    """A corpus file breaks the format; the message names file and line."""

    code = "bad-corpus"


class ModelError(AnalyzerError):
    """A model file is missing, damaged, or written by a version this package cannot read."""

    code = "bad-model"


class SettingsError(AnalyzerError):
    """A settings file or option holds an unknown key or a value out of range."""

    code = "bad-settings"
