"""What an article says is no evidence, least of all for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from planner.catalog.attributes import is_evidence
from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog, load_overlays
from planner.catalog.schema import SourceEntry
from planner.claims.checking import check_pages
from planner.claims.loading import Page, load, shipped
from planner.claims.schema import (
    ChoiceAbout,
    FactAbout,
    FitAbout,
    PriceAbout,
    RateAbout,
    ReferenceAbout,
)
from planner.claims.verdicts import Outcome, Verdict
from planner.errors import InputError
from tests.claims.pages import Data, claim, judged, page, sum_of

Kind = type[FactAbout | FitAbout | RateAbout | PriceAbout | ReferenceAbout]
Drop = Callable[[Catalog], Catalog]


@cache
def pages() -> tuple[Page, ...]:
    return tuple(load(shipped(), default_catalog()))


def quick() -> list[str]:
    """Ids of the claims that need no search."""
    every = [c for p in pages() for c in p.file.claims]
    return [c.id for c in every if not isinstance(c.about, ChoiceAbout)]


def ids_of(kind: Kind) -> set[str]:
    return {c.id for p in pages() for c in p.file.claims if isinstance(c.about, kind)}


@cache
def usual() -> dict[str, tuple[Outcome, ...]]:
    found = check_pages(pages(), default_catalog(), only=quick(), workers=1)
    return {j.claim.id: j.outcomes for j in found}


def verdicts(catalog: Catalog, ids: set[str]) -> dict[str, Verdict]:
    return {j.claim.id: j.verdict for j in check_pages(pages(), catalog, only=ids, workers=1)}


def changed(catalog: Catalog, ids: set[str] | None = None) -> set[str]:
    """Claims of which any case ends otherwise than usual."""
    found = check_pages(pages(), catalog, only=ids or quick(), workers=1)
    return {
        j.claim.id
        for j in found
        if [(o.holds, o.computed) for o in j.outcomes]
        != [(o.holds, o.computed) for o in usual()[j.claim.id]]
    }


def known(claim_id: str) -> bool:
    return any(o.holds is not None for o in usual()[claim_id])


def hearsay(catalog: Catalog) -> Catalog:
    """The catalogue, if nobody but articles had said any of it."""
    told: dict[str, SourceEntry] = {
        name: source.model_copy(update={"kind": "article"})
        for name, source in catalog.sources.items()
    }
    return replace(catalog, sources=told)


@pytest.mark.parametrize("kind", [FactAbout, PriceAbout, ReferenceAbout])
def test_what_only_articles_say_cannot_be_checked(kind: Kind) -> None:
    ids = ids_of(kind)
    assert any(known(i) for i in ids)
    assert set(verdicts(hearsay(default_catalog()), ids).values()) == {Verdict.UNVERIFIABLE}


def test_an_article_and_what_somebody_remembers_are_hearsay_and_nothing_else_is() -> None:
    sources = default_catalog().sources
    for name, source in sources.items():
        assert is_evidence(name, sources) is (source.kind not in ("article", "recall"))
    assert not is_evidence(None, sources)
    assert not is_evidence("no-such-source", sources)


def test_a_claim_that_is_its_own_term_is_refused(tmp_path: Path) -> None:
    own = claim(sum_of("a", {"a": {"claim": "one"}}), {"equals": 5})
    with pytest.raises(InputError) as caught:
        judged(tmp_path, own)
    (found,) = caught.value.diagnostics
    assert found.rule == "own-evidence"
    assert found.span is not None


def without_attribute(name: str) -> Drop:
    def drop(catalog: Catalog) -> Catalog:
        gpus = {
            i: g.model_copy(
                update={"attributes": {k: v for k, v in g.attributes.items() if k != name}}
            )
            for i, g in catalog.gpus.items()
        }
        return replace(catalog, gpus=gpus)

    return drop


def stated_of(attribute: str) -> set[str]:
    """Claims about an attribute that can be checked with it."""
    return {
        c.id
        for p in pages()
        for c in p.file.claims
        if isinstance(c.about, FactAbout) and c.about.attribute == attribute and known(c.id)
    }


def optional() -> list[str]:
    """Optional attributes of cards about which the pages state something that is known."""
    names = {n for g in default_catalog().gpus.values() for n in g.attributes}
    return sorted(n for n in names if stated_of(n))


@pytest.mark.parametrize("attribute", optional())
def test_a_fact_that_is_deleted_takes_every_verdict_about_it_away(attribute: str) -> None:
    about = stated_of(attribute)
    catalog = without_attribute(attribute)(default_catalog())
    assert set(verdicts(catalog, about).values()) == {Verdict.UNVERIFIABLE}
    facts = ids_of(FactAbout)
    assert changed(catalog, facts) == about


def test_the_pages_rest_on_many_optional_facts() -> None:
    assert len(optional()) >= 25
    assert {"cuda_cores", "l2_mb", "memory_data_rate_gbps", "boost_mhz"} <= set(optional())


@pytest.mark.parametrize(
    ("attribute", "sums"),
    [
        ("boost_mhz", {"s001-018"}),
        ("memory_data_rate_gbps", {"s001-024"}),
        ("fp32_tflops", {"s003-029", "s000-066"}),
    ],
)
def test_a_sum_over_a_fact_that_is_deleted_loses_its_cases(attribute: str, sums: set[str]) -> None:
    catalog = without_attribute(attribute)(default_catalog())
    other = "s001-127"
    assert changed(catalog, {*sums, other}) == sums


def test_without_references_no_tariff_can_be_checked() -> None:
    catalog = replace(default_catalog(), references={})
    ids = {i for i in ids_of(ReferenceAbout) if known(i)}
    assert ids
    assert set(verdicts(catalog, ids).values()) == {Verdict.UNVERIFIABLE}
    facts = ids_of(FactAbout) | ids_of(FitAbout) | ids_of(RateAbout) | ids_of(PriceAbout)
    assert changed(catalog, facts) == set()


def test_without_prices_seen_no_price_can_be_checked() -> None:
    catalog = replace(default_catalog(), price_observations=())
    ids = {i for i in ids_of(PriceAbout) if known(i)}
    assert ids
    assert set(verdicts(catalog, ids).values()) == {Verdict.UNVERIFIABLE}
    assert changed(catalog, ids_of(FactAbout) | ids_of(RateAbout)) == set()


@pytest.mark.parametrize("model", ["llama-3.1-8b", "llama-3.1-70b", "mixtral-8x22b"])
def test_a_model_that_is_deleted_takes_every_fit_and_rate_of_it_away(model: str) -> None:
    every = default_catalog()
    catalog = replace(every, models={n: m for n, m in every.models.items() if n != model})
    ids = ids_of(FitAbout) | ids_of(RateAbout)
    about = {
        c.id
        for p in pages()
        for c in p.file.claims
        if c.id in ids and known(c.id) and f"'{model}'" in repr(c.about)
    }
    assert about
    assert changed(catalog, ids) == about


def test_a_card_that_is_deleted_takes_every_verdict_about_it_alone_away() -> None:
    every = default_catalog()
    catalog = replace(every, gpus={n: g for n, g in every.gpus.items() if n != "rtx-a4000"})
    ids = {
        c.id
        for p in pages()
        for c in p.file.claims
        if isinstance(c.about, FactAbout) and c.about.items == ("rtx-a4000",) and known(c.id)
    }
    assert len(ids) > 20
    assert set(verdicts(catalog, ids).values()) == {Verdict.UNVERIFIABLE}


def test_a_choice_with_a_card_that_is_deleted_cannot_be_checked() -> None:
    every = default_catalog()
    catalog = replace(every, gpus={n: g for n, g in every.gpus.items() if n != "rtx-4090"})
    assert verdicts(catalog, {"s001-169"}) == {"s001-169": Verdict.UNVERIFIABLE}


PAGE = "article-4090-pro6000"
NVLINK = {"s001-039", "s001-076", "s001-154", "s000-023", "s000-076"}


def with_nvlink(folder: Path, source: str) -> Catalog:
    """The catalogue in which a claim about the NVLink of the PRO 6000 is in force."""
    cards = ["rtx-pro-6000-ws", "rtx-pro-6000-maxq", "rtx-pro-6000-server"]
    claims = [
        f"  - {{item: {gpu}, attribute: {name}, source: {source}}}"
        for gpu in cards
        for name in ("nvlink", "nvlink_gb_s")
    ]
    file = folder / "overlay.yaml"
    file.write_text("\n".join(["schema: 1", "put_in_force:", *claims]), encoding="utf-8")
    return load_overlays(default_catalog(), [file])


def said_by(catalog: Catalog, source: str) -> Catalog:
    """The catalogue, if what the page says of NVLink had been said by another."""
    gpus = {
        name: gpu.model_copy(
            update={
                field: fact.model_copy(update={"source": source})
                for field, fact in (("nvlink", gpu.nvlink), ("nvlink_gb_s", gpu.nvlink_gb_s))
                if fact.source == PAGE
            }
        )
        for name, gpu in catalog.gpus.items()
    }
    return replace(catalog, gpus=gpus)


def test_what_the_page_itself_says_in_force_makes_its_claims_no_truer(tmp_path: Path) -> None:
    assert set(verdicts(default_catalog(), NVLINK).values()) == {Verdict.REFUTED}
    catalog = with_nvlink(tmp_path, PAGE)
    assert catalog.gpus["rtx-pro-6000-ws"].nvlink.value == "bridge"
    assert set(verdicts(catalog, NVLINK).values()) == {Verdict.UNVERIFIABLE}


def test_what_a_vendor_says_in_force_flips_the_verdicts_that_rest_on_it(tmp_path: Path) -> None:
    catalog = said_by(with_nvlink(tmp_path, PAGE), "nvidia-pro6000-datasheet")
    found = verdicts(catalog, NVLINK)
    assert found["s001-076"] is found["s001-039"] is Verdict.HOLDS
    assert found["s000-023"] is Verdict.REFUTED


def test_a_page_is_no_evidence_for_itself_whoever_wrote_it(tmp_path: Path) -> None:
    catalog = with_nvlink(tmp_path, PAGE)
    vendor = catalog.sources[PAGE].model_copy(update={"kind": "vendor"})
    catalog = replace(catalog, sources={**catalog.sources, PAGE: vendor})
    own = {i for i in NVLINK if i.startswith("s001")}
    assert set(verdicts(catalog, own).values()) == {Verdict.UNVERIFIABLE}
    others = verdicts(catalog, NVLINK - own)
    assert Verdict.UNVERIFIABLE not in others.values()


def offer_with(folder: Path, overlay: str, about: Data, *, source: str) -> Verdict:
    """What becomes of a claim of an offer, over the catalogue with an overlay."""
    file = folder / "overlay.yaml"
    file.write_text(f"schema: 1\n{overlay}", encoding="utf-8")
    catalog = load_overlays(default_catalog(), [file])
    (found,) = judged(folder, claim(about, {"at_least": 0}), catalog=catalog, source=source)
    return found.verdict


OFFER = "{id: offer, title: Offer, kind: vendor, date: '2026'}"
OTHER = "{id: other, title: Other, kind: vendor, date: '2026'}"
SEEN = (
    "price_observations: [{item: rtx-a4000, value: 900, currency: USD, condition: new, "
    "kind: asking, as_of: '2031', source: offer}]"
)
TARIFF = (
    "references: [{id: our-pue, kind: pue, scope: here, unit: ratio, "
    "value: {value: 1.2, source: offer, as_of: '2026'}}]"
)
PERIOD = {"name": "then", "since": "2031", "until": "2031"}


@pytest.mark.parametrize(
    ("overlay", "about"),
    [
        (SEEN, {"check": "price", "items": ["rtx-a4000"], "currency": "USD", "periods": [PERIOD]}),
        (TARIFF, {"check": "reference", "ids": ["our-pue"]}),
        (TARIFF, sum_of("a", {"a": {"reference": "our-pue"}})),
    ],
)
def test_a_price_or_a_figure_of_the_page_is_no_evidence_for_it(
    overlay: str, about: Data, tmp_path: Path
) -> None:
    text = f"sources: [{OFFER}, {OTHER}]\n{overlay}"
    assert offer_with(tmp_path, text, about, source="offer") is Verdict.UNVERIFIABLE
    assert offer_with(tmp_path, text, about, source="other") is Verdict.HOLDS


def test_seven_instances_in_force_turn_the_claim_of_seven_true() -> None:
    every = default_catalog()
    gpus = {
        name: gpu.model_copy(
            update={"mig_instances": gpu.mig_instances.model_copy(update={"value": 7})}
        )
        if name.startswith("rtx-pro-6000")
        else gpu
        for name, gpu in every.gpus.items()
    }
    ids = {"s000-079", "s000-121"}
    assert set(verdicts(every, ids).values()) == {Verdict.REFUTED}
    assert set(verdicts(replace(every, gpus=gpus), ids).values()) == {Verdict.HOLDS}


def test_a_price_that_only_an_article_saw_is_no_term_of_a_sum(tmp_path: Path) -> None:
    observed = {"items": ["rtx-a6000"], "since": "2015", "until": "2035"}
    terms = {"a": {"observed": observed}}
    told = claim(sum_of("a", terms), {"at_least": 0})
    pages = load([page(tmp_path, told)], default_catalog())
    (usual_one,) = check_pages(pages, default_catalog(), workers=1)
    (hearsay_one,) = check_pages(pages, hearsay(default_catalog()), workers=1)
    assert usual_one.verdict is Verdict.HOLDS
    assert hearsay_one.verdict is Verdict.UNVERIFIABLE
