from collections.abc import Iterator

from . import Tokenizer

class pair:
    word: str
    flag: str

class POSTokenizer:
    def __init__(self, tokenizer: Tokenizer | None = None) -> None: ...
    def cut(self, sentence: str) -> Iterator[pair]: ...
