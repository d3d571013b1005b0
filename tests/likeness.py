"""How alike texts are, by the character runs they share."""

import numpy as np
from scipy.sparse import csr_matrix


def four_grams(text: str) -> set[str]:
    return {text[i : i + 4] for i in range(len(text) - 3)}


def most_alike(texts: list[str]) -> tuple[float, int, int]:
    """The highest 4-gram Jaccard of any two texts, and which two, through one sparse product."""
    grams = [four_grams(t) for t in texts]
    column = {g: i for i, g in enumerate(sorted(set().union(*grams)))}
    ends = np.cumsum([0, *map(len, grams)])
    columns = [column[g] for of_text in grams for g in of_text]
    table = csr_matrix((np.ones(len(columns), np.int32), columns, ends), shape=(len(texts), len(column)))
    shared = (table @ table.T).tocoo()
    sizes = np.diff(ends)
    jaccard = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data)
    jaccard[shared.row == shared.col] = 0
    best = int(jaccard.argmax())
    return float(jaccard[best]), int(shared.row[best]), int(shared.col[best])
