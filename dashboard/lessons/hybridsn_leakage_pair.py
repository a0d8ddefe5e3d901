"""The same network under both splits: what a test that leaks promises, and what is left of it."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import percent, unbroken, whole
from dashboard import address, cache, frame, run_words
from dashboard.cache import hybridsn_leakage_pair as cached
from dashboard.components.bars import bars
from dashboard.i18n import _, translate_error
from dashboard.scene_words import class_names
from dashboard.visitor import visitor

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_leakage_pair import Card, Scene

GROUP = "pair"  # of the runs started here, in the link
SECONDS = 0.5  # between two looks at runs that go
_REFUSED = "why no pair was started"


@st.fragment
@frame.guard()
def pair(scene: "Scene") -> None:
    """Two networks trained alike but for the split, or the button that trains them."""
    title = _("The same network, trained and tested under both splits")
    st.markdown(f"**{title}**")
    found = cached.pairs(scene)
    group = _group()
    going = any(map(cache.is_going, cached.runs_of(group)))
    if found:
        _results(scene, found[0])
    elif not going:
        st.markdown(_("No two networks are here that differ in nothing but the split."))
    if cached.trainable(scene):
        _button(scene, going, bool(found))
    if group:
        st.fragment(_live, run_every=SECONDS if going else None)(group, going)


def _group() -> str:
    """The runs started from here; "" for none."""
    key = f"runs shown as {GROUP}"
    if key not in st.session_state or address.history_moved():
        st.session_state[key] = address.code_from_url(
            GROUP, "", lambda text: text if cached.runs_of(text) else None
        )
    group = str(st.session_state[key])
    address.code_to_url(GROUP, group, "")
    return group


def _button(scene: "Scene", going: bool, again: bool) -> None:
    owner = visitor()
    text = _("Train such a pair: about {time}") if again else _("Train both: about {time}")
    st.button(
        text.format(time=run_words.duration(cached.expected(scene))),
        key="pair_start", disabled=going, on_click=_start, args=(scene, owner),
        type="secondary" if again else "primary",
    )  # fmt: skip
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(refused)


def _start(scene: "Scene", owner: str) -> None:
    link = {n: text for n, text in address.present_settings().items() if n != GROUP}
    try:
        group = cached.start(scene, owner=owner, link=link)
    except UserError as error:
        st.session_state[_REFUSED] = translate_error(error)
        return
    st.session_state[f"runs shown as {GROUP}"] = group


@frame.guard()
def _live(group: str, watched: bool) -> None:
    """The two runs as they stand, as long as one of them goes or has not been done."""
    records = cached.runs_of(group)
    if any(map(cache.is_going, records)) != watched:
        st.rerun()  # the results come, or the button changes
    if all(record.state == "done" for record in records):
        return
    for record in records:
        last = record.progress
        st.markdown(f"**{_split_name(record.label)}** · {run_words.line(record)}")
        st.progress(min(last["step"] / last["steps"], 1.0) if last.get("steps") else 0.0)


def _split_name(split: str) -> str:
    return _("In blocks with a guard band") if split == cached.BLOCKS else _("At random")


def _results(scene: "Scene", two: "cached.Pair") -> None:
    """Numbers of both, each on its own test pixels."""
    sides = zip(st.columns(2, gap="medium"), (cached.RANDOM, cached.BLOCKS), two.cards, strict=True)
    for place, split, card in sides:
        with place:
            bars(_split_name(split), _rows(card))
            st.caption(_tested_on(scene, card))
    text = _("Both: window {window}, {components} components, {epochs} epochs, seed {seed}.")
    settings = {name: two.cards[0].model_args.get(name) for name in ("window", "components")}
    st.caption(text.format(**settings, epochs=two.spec.epochs, seed=two.cards[0].seed))


def _rows(card: "Card") -> list[tuple[str, float, str]]:
    test = card.metrics["test"]
    names = {"oa": "OA", "aa": "AA", "kappa": "κ"}
    rows = []
    for code, name in names.items():
        value = test.get(code, test.get("accuracy", 0.0) if code == "oa" else 0.0)
        number = f"{value:.3f}" if code == "kappa" else percent(value, 1)
        rows.append((name, value, number))
    return rows


def _tested_on(scene: "Scene", card: "Card") -> str:
    """On how many pixels, how many of their windows hold a training pixel, and what is missing."""
    split = card.data.get("split", {})
    counts = split.get("counts", {}).get("test", ())
    said = [_("On {count} test pixels.").format(count=whole(sum(counts)))] if counts else []
    if (leak := split.get("leakage", {}).get("windows")) is not None:
        text = _("{share} of their windows hold a training pixel of the same class.")
        said.append(text.format(share=unbroken(percent(leak, 1 if leak else 0))))
    if missing := split.get("missing", {}).get("test"):
        classes = class_names(scene)
        names = _("; ").join(classes[number - 1] for number in missing)
        said.append(_("No test pixel of: {names}.").format(names=names))
    return " ".join(said)
