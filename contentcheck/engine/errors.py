"""Every error a user can meet. A message names what is wrong, with its value, and what would be right.

ContentcheckError
├── InputError          a file, a row or an argument that cannot be used
│   ├── UnknownBrand    no brand of that name
│   └── EmptyBrand      a brand without products
├── ModelUnavailable    an encoder whose package or folder is missing
└── StateError          the home folder cannot be read or written
"""


class ContentcheckError(Exception):
    """Base of all errors whose message is meant for the user."""


class InputError(ContentcheckError):
    """A file, a row or an argument that cannot be used."""


class UnknownBrand(InputError):
    """No brand of that name."""


class EmptyBrand(InputError):
    """A brand without products: relevance cannot be judged."""


class ModelUnavailable(ContentcheckError):
    """An encoder whose package, folder or hub model is missing."""


class StateError(ContentcheckError):
    """The home folder cannot be read or written."""
