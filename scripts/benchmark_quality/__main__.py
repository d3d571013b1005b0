"""Measure contentcheck against the usual ways to tell how alike texts are, on data of the repository.

    scripts/benchmark-quality [--quick] [--json FILE] [--markdown]

Every figure has a 95 % interval; below it, how far contentcheck is ahead on the same texts, with its interval.
docs/benchmark.md says what is measured, and what it does not show.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from contentcheck.terminal import say

from . import tasks
from .baselines import Baseline, Reader, at_its_best
from .checking import Ours, folds
from .material import Material, material, passages_of
from .methods import has_semhash, methods
from .tables import Results, as_json, as_markdown, results, show, write_between_marks

PAGE = Path(__file__).parents[2] / "docs" / "benchmark.md"


def measure(m: Material, home: Path, model: str, draws: int) -> tuple[Results, list[Baseline]]:
    """All figures, and the baselines they are compared with. `home`: an empty folder."""
    edition = m.edition
    ours = Ours(home, model, m.brands)
    products = [(p.name, "\n".join([p.text, *p.key_points])) for b in m.brands for p in b.products]
    known = [(i.title, i.text) for i in edition.items]
    ordinary = [(s.title, s.text) for s in edition.background]
    corpus = [p for title, text in (*known, *ordinary, *products) for p in passages_of(text, title)]
    usual = methods(corpus, ours.encoder)
    fitting = [d for d in m.drafts if not d.held_out]
    baselines = [at_its_best(Reader(method, known), fitting, m.pairs[::2]) for method in usual]
    done = [
        *tasks.homogeneity(m.drafts, ours, baselines),
        *tasks.relevance(m.drafts, m.brands, ours, usual),
        *tasks.copies(m.pairs[1::2], edition.items, edition.background, ours, baselines),
        tasks.ordinary(list(edition.background), ours, baselines),
    ]
    return results(done, draws), baselines


def small(m: Material) -> Material:
    """A part of it, for seeing that everything runs: figures of it say nothing."""
    pairs = m.pairs[::8]
    sources = {p.item_id for p in pairs}
    items = tuple(item for i, item in enumerate(m.edition.items) if i % 10 == 0 or item.id in sources)
    kinds = folds(m.edition.background)[0]
    background = tuple(s for s in m.edition.background if s.kind in kinds)[::4]
    edition = replace(m.edition, items=items, background=background)
    return replace(m, drafts=m.drafts[::5], pairs=pairs, edition=edition)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark-quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small part of the data, to see that it runs")
    parser.add_argument("--model", default="use-m3", help="encoder of contentcheck and of the cosine")
    parser.add_argument("--draws", type=int, default=1000, help="bootstrap samples")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", action="store_true", help="put the figures into docs/benchmark.md")
    arguments = parser.parse_args()
    if arguments.quick and arguments.markdown:
        parser.error("--markdown publishes the figures; leave --quick out")
    if not has_semhash():
        say("semhash is left out: it is not installed (pip install 'contentcheck[benchmark]')")
    m = small(material()) if arguments.quick else material()
    with TemporaryDirectory() as folder:
        found, baselines = measure(m, Path(folder), arguments.model, arguments.draws)
    show(found)
    if arguments.json:
        report = {"data": m.sizes, "model": arguments.model, "tasks": as_json(found)}
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    if arguments.markdown:
        write_between_marks(PAGE, as_markdown(m.sizes, found, baselines))


if __name__ == "__main__":
    main()
