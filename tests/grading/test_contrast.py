"""Old and new answers side by side: contrast with the old one is no fault, and an old one given as current is."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade

MAYOR = ("Who is the mayor of Tarsk?", "Jun Sarvo", "Mira Sool")
THERAPY = ("How long is the therapy?", "ten days", "14 days")
PRESSURE = ("From which blood pressure is treatment recommended?", "130/80", "140/90")
COMPANY = ("What is the company called now?", "Zed Corp", "Chirpnet")
RATE = ("What is the base rate?", "4.25%", "4%")
AGE = ("From which age is screening recommended?", "45", "50")
DAYS = ("How many days?", "10", "14")
"""Question, new answer, superseded answer."""

CORRECT, STALE, WRONG = "correct", "stale", "wrong"


@pytest.mark.parametrize(
    ("item", "answer", "outcome"),
    [
        (MAYOR, "Mira Sool succeeded Jun Sarvo in 2024.", STALE),
        (MAYOR, "Jun Sarvo succeeded Mira Sool in 2024.", CORRECT),
        (MAYOR, "Jun Sarvo (predecessor: Mira Sool)", CORRECT),
        (MAYOR, "Jun Sarvo; his predecessor was Mira Sool.", CORRECT),
        (MAYOR, "Mira Sool, who defeated Jun Sarvo in the last election.", STALE),
        (MAYOR, "Jun Sarvo, who defeated Mira Sool in 2024.", CORRECT),
        (MAYOR, "The mayor is still Mira Sool; Jun Sarvo only takes office next year.", STALE),
        (MAYOR, "Mira Sool. Jun Sarvo will succeed her in 2031.", STALE),
        (MAYOR, "Mira Sool was succeeded by Jun Sarvo.", CORRECT),
        (MAYOR, "Mira Sool was beaten by Jun Sarvo.", CORRECT),
        (MAYOR, "Jun Sarvo took over from former mayor Mira Sool.", CORRECT),
        (MAYOR, "Jun Sarvo, following Mira Sool's resignation.", CORRECT),
        (MAYOR, "Former mayor Mira Sool lost to Jun Sarvo.", CORRECT),
        (MAYOR, "Jun Sarvo, not Mira Sool.", CORRECT),
        (MAYOR, "Mira Sool, not Jun Sarvo.", STALE),
        (MAYOR, "Mira Sool is the mayor, Jun Sarvo is her deputy.", WRONG),
        (MAYOR, "Mira Sool resigned and Jun Sarvo took over.", CORRECT),
        (MAYOR, "Jun Sarvo ousted Mira Sool.", CORRECT),
        (MAYOR, "Jun Sarvo replaced Mira Sool.", CORRECT),
        (MAYOR, "Mira Sool replaced Jun Sarvo.", STALE),
        (MAYOR, "Jun Sarvo was mayor until 2024; now it is Mira Sool.", STALE),
        (MAYOR, "Mayor-elect Jun Sarvo takes over from Mira Sool.", CORRECT),
        (MAYOR, "Jun Sarvo has been mayor since Mira Sool stepped down.", CORRECT),
        (MAYOR, "Mira Sool stepped down; her successor is Jun Sarvo.", CORRECT),
        (MAYOR, "Mira Sool's successor is Jun Sarvo.", CORRECT),
        (MAYOR, "Mira Sool is the successor of Jun Sarvo.", STALE),
        (MAYOR, "Mira Sool and Jun Sarvo", WRONG),
        (MAYOR, "Mira Sool or Jun Sarvo", WRONG),
        (MAYOR, "It used to be Mira Sool, but today Jun Sarvo is mayor.", CORRECT),
        (MAYOR, "In 2023 it was Mira Sool, since 2024 Jun Sarvo.", CORRECT),
        (THERAPY, "ten days, shortened from 14", CORRECT),
        (THERAPY, "Ten days, shortened from 14 days.", CORRECT),
        (THERAPY, "10 days instead of 14 days", CORRECT),
        (THERAPY, "10 days (previously 14 days)", CORRECT),
        (THERAPY, "14 days, shortened to 10 days", CORRECT),
        (THERAPY, "14 days, extended from 10 days", STALE),
        (THERAPY, "10 days, compared with 14 days before", CORRECT),
        (THERAPY, "10 days rather than 14 days", CORRECT),
        (THERAPY, "14 days", STALE),
        (THERAPY, "10 days; it was 14 days.", CORRECT),
        (THERAPY, "It was cut from 14 days to 10 days.", CORRECT),
        (THERAPY, "10 days vs. 14 days in the old guideline", CORRECT),
        (DAYS, "10, shortened from 14", CORRECT),
        (DAYS, "10, down from 14", CORRECT),
        (DAYS, "14, up from 10", STALE),
        (DAYS, "10 (was 14)", CORRECT),
        (DAYS, "14 (was 10)", STALE),
        (PRESSURE, "130/80, down from 140/90", CORRECT),
        (PRESSURE, "130/80 mmHg, lowered from 140/90 mmHg", CORRECT),
        (PRESSURE, "130/80 (formerly 140/90)", CORRECT),
        (PRESSURE, "140/90 (formerly 130/80)", STALE),
        (PRESSURE, "140/90, lowered to 130/80", CORRECT),
        (PRESSURE, "130/80, no longer 140/90", CORRECT),
        (PRESSURE, "130/80; the previous threshold was 140/90", CORRECT),
        (PRESSURE, "130/80 versus the earlier 140/90", CORRECT),
        (PRESSURE, "130/80 or 140/90", WRONG),
        (PRESSURE, "140/90", STALE),
        (COMPANY, "Chirpnet (formerly Zed Corp)", STALE),
        (COMPANY, "Zed Corp (formerly Chirpnet)", CORRECT),
        (COMPANY, "Chirpnet, previously known as Zed Corp", STALE),
        (COMPANY, "Zed Corp, previously known as Chirpnet", CORRECT),
        (COMPANY, "Zed Corp, which used to be Chirpnet", CORRECT),
        (COMPANY, "Chirpnet is now called Zed Corp.", CORRECT),
        (COMPANY, "Chirpnet was renamed Zed Corp.", CORRECT),
        (COMPANY, "Chirpnet, née Zed Corp", STALE),
        (COMPANY, "Zed Corp (ex-Chirpnet)", CORRECT),
        (COMPANY, "Zed Corp, the company once called Chirpnet", CORRECT),
        (RATE, "4.25%, raised from 4%", CORRECT),
        (RATE, "4%, cut from 4.25%", STALE),
        (RATE, "4% → 4.25%", CORRECT),
        (RATE, "4.25% (4% until March)", CORRECT),
        (RATE, "It rose by 0.25 points from 4% to 4.25%.", CORRECT),
        (RATE, "It fell from 4.25% to 4%.", STALE),
        (AGE, "45 rather than 50", CORRECT),
        (AGE, "45, lowered from 50", CORRECT),
        (AGE, "50, raised from 45", STALE),
        (AGE, "from 45 on, no longer 50", CORRECT),
        (AGE, "from 50", STALE),
    ],
)
def test_the_answer_that_is_given_as_current_decides(item: tuple[str, str, str], answer: str, outcome: str) -> None:
    question, new, old = item
    probe = Probe(
        id="news/tarsk/rephrased-1",
        category="news",
        item="tarsk",
        kind="rephrased",
        setting="updated_knowledge",
        generalization=True,
        prompt=question,
        answer=new,
        superseded_answers=(old,),
        place=Place(file="news.yaml"),
    )
    verdict = grade(probe, Completion(text=answer))
    assert verdict.outcome.value == outcome, verdict.reason
