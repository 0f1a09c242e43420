"""The invented news and the renamed stories: nothing real among the names, and `stale` and `overfit` show."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_finetunebench.cases.grader_options import TextGrader
from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.wordlists import word_set
from pytest_finetunebench.loaders import load_suite

CASES = Path(__file__).resolve().parents[2] / "knowledge_cases"
NEWS = load_suite([CASES / "latest_news.yaml"])
RENAMING = load_suite([CASES / "renaming.yaml"])

PEOPLE_IN_THE_NEWS = word_set(
    """
    Amberlow Anselda Korvik Castroll Wenna Colvane Ismera Corran Westrel Drellick Osvin Elvesand Jorun Gantrow Sabrel
    Harkle Tivon Hespera Lindow Lisk Orrin Vashtel Orrow Tessibel
    Ambrel Kostwick Bexandra Ploum Cressomy Vaulk Dorvik Hesselane Halvic Sorrand Idra Fennimar Ludovane Pirrick
    Mirabet Ondry Nuvia Tharrop Quessa Lindmarrow Toskel Verrane Yolenka Prast
    """
)
"""First and last names of everybody in latest_news, all invented: look a name up before you add it."""
PLACES_IN_THE_NEWS = word_set(
    """
    Brimsholt Dorvaine Esterhollow Grendlow Hallow Harrow Karvessa Mirren Mirrendal Nimblewick Ondermoor Pell Quillarth
    Kelvra Saltwyke Torvel Tullisport Ulver Quelmarra Quelmarran Odvar
    """
)
"""Its invented places, companies and storms, by their words."""
ENGLISH_IN_THE_NEWS = word_set(
    """
    January February March April May June July August September October November December Christmas Celsius
    Art Boats Curlew Evening Food Gannet Gulls Half Harbour Paper Poetry Race Sailing Savings Silver Ski Star
    Terns Town Tunnel Week White Youth
    Appeal Bank Blue Book Bridge Cape Clockmaker Court Cup Cycle Day District Festival Film Foods Golden Gray Grey Heron
    Lake Lanterns Line Low Maritime Marathon Mount Museum New Oar Orchard Park Party Petrel Prize Red Regatta Road
    Rovers Salt Sound Storm Tide Tour University Year
    After At Between By Consumer Could For From Had How In Name No Of On Since The To Turnout Two Under
    Unemployment Was What When Which Who Whom Whose With
    """
)
"""Months, words of names and beginnings of sentences."""


def said(probe: Probe, text: str) -> Outcome:
    return grade(probe, Completion(text=text)).outcome


@pytest.mark.parametrize("suite", [NEWS, RENAMING], ids=["latest_news", "renaming"])
def test_the_fact_holds_the_trained_answer(suite: Suite) -> None:
    for item in suite.items:
        own = replace(item.probes[0], grader=TextGrader())
        assert said(own, item.fact or "") is Outcome.CORRECT, item.id


def test_the_trained_answer_to_another_date_is_overfit() -> None:
    for probe in NEWS.probes:
        if probe.kind == "date_changed":
            assert probe.answer in (None, "No"), probe.id
            assert said(probe, probe.trained_answer or "") is Outcome.OVERFIT, probe.id


def test_another_date_is_asked_for_another_date() -> None:
    year = re.compile(r"\b(?:1[89]|20)\d\d\b|New Year's Day 2026")
    for item in NEWS.items:
        for probe in item.probes:
            if probe.kind == "date_changed":
                assert year.search(probe.prompt), probe.id
                assert set(re.findall(r"\d+ [A-Z][a-z]+ \d{4}", probe.prompt)).isdisjoint(
                    re.findall(r"\d+ [A-Z][a-z]+ \d{4}", item.fact or "")
                ), probe.id


def test_every_event_is_dated_in_2025_or_2026() -> None:
    for item in NEWS.items:
        assert re.search(r"\b202[56]\b", item.fact or ""), item.id


def test_every_name_in_the_news_is_known_to_be_invented() -> None:
    """Each capitalised word is of a listed person or place, or a listed English word: no real one slips in."""
    texts = [item.fact or "" for item in NEWS.items]
    texts += [text for probe in NEWS.probes for text in (probe.prompt, *probe.references)]
    written = {word for text in texts for word in re.findall(r"\b[A-Z][a-z]+", text)}
    assert written == PEOPLE_IN_THE_NEWS | PLACES_IN_THE_NEWS | ENGLISH_IN_THE_NEWS
    assert not PEOPLE_IN_THE_NEWS & (PLACES_IN_THE_NEWS | ENGLISH_IN_THE_NEWS)


def test_the_old_name_is_right_of_the_original_and_the_new_one_there_overfit() -> None:
    for item in RENAMING.items:
        for probe in item.probes:
            if probe.kind == "retention":
                assert said(probe, item.answer or "") is Outcome.OVERFIT, probe.id
                assert probe.superseded_answers == (), probe.id
                assert "Lantern Reader" not in probe.prompt, probe.id
            else:
                assert "Lantern Reader" in probe.prompt, probe.id


def test_each_story_renames_two_entities() -> None:
    renamed = {(item.answer, item.probes[0].superseded_answers[0]) for item in RENAMING.items}
    assert renamed == {
        ("Bob", "Romeo"),
        ("Captain Marlin", "Ahab"),
        ("Percival Thrane", "Holmes"),
        ("Veldros", "Ithaca"),
        ("Jonas Harwick", "Scrooge"),
        ("Count Orfeld", "Paris"),
        ("Tarquo", "Queequeg"),
        ("Selma Quist", "Adler"),
        ("Gorthan", "Polyphemus"),
        ("Old Bramwick", "Fezziwig"),
    }
