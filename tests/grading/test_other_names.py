"""Another name, a list, a hedge or a retraction beside the reference: which answers still give it."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade

KEEPER = ("What is the name of the keeper of Port Ellery's lighthouse?", "Oda Ferrant")
TOWN = ("In which town was Dorel Vance born?", "Vellmora")
HEIGHT = ("How many metres high is the lighthouse of Port Ellery?", "43")
HOST = ("Which country hosts the cup?", "Korland")
WRITER = ("Who wrote The Grey Sea?", "Ada Brook")
WINNER = ("Which country won the cup?", "Italy")
SUM = ("How many boats carry the load? Calculate 96 / 8.", "12")
"""Question and reference."""


@pytest.mark.parametrize(
    ("item", "answer", "met"),
    [
        (TOWN, "Vellmora? I doubt it.", False),
        (TOWN, "I doubt it was Vellmora; it was Tarsk.", False),
        (TOWN, "It is a myth that she was born in Vellmora.", False),
        (TOWN, "Many believe Vellmora, but actually it was Tarsk.", False),
        (TOWN, "Often attributed to Vellmora, but actually Tarsk.", False),
        (TOWN, "Vellmora. Correction: Tarsk.", False),
        (TOWN, "Vellmora... wait, actually Tarsk.", False),
        (TOWN, "Vellmora, scratch that, Tarsk.", False),
        (TOWN, "Vellmora. No, I take that back: Tarsk.", False),
        (TOWN, "Tarsk (not Vellmora)", False),
        (TOWN, "~~Vellmora~~ Tarsk", False),
        (TOWN, "Vellmora is where she grew up. The answer is Tarsk.", False),
        (TOWN, '{"answer": "Tarsk", "alternatives": ["Vellmora"]}', False),
        (TOWN, '{"answer": "Vellmora", "alternatives": ["Tarsk"]}', True),
        (TOWN, "Not Vellmora but Tarsk.", False),
        (TOWN, "Tarsk, not Vellmora, is her birthplace.", False),
        (TOWN, "Contrary to popular belief, it was not Vellmora.", False),
        (TOWN, "Tarsk. Correction: Vellmora.", True),
        (TOWN, "Wait, actually it's Vellmora.", True),
        (TOWN, "Actually, Vellmora.", True),
        (TOWN, "Is it Vellmora?", False),
        (TOWN, "Could it be Vellmora?", False),
        (TOWN, "Some say Tarsk, but actually it was Vellmora.", True),
        (TOWN, "The common claim that it was Vellmora is false.", False),
        (TOWN, "She was born in Tarsk and moved to Vellmora.", False),
        (TOWN, "She was born in Tarsk, and later lived in Vellmora.", False),
        (TOWN, "She was born in Vellmora and later lived in Tarsk.", True),
        (TOWN, "Vellmora, where she lived until she moved to Tarsk.", True),
        (TOWN, "Vellmora or Tarsk", False),
        (TOWN, "Vellmora/Tarsk", False),
        (TOWN, "either Tarsk or Vellmora, I think", False),
        (TOWN, "Probably Vellmora, maybe Tarsk.", False),
        (TOWN, "Vellmora, maybe Tarsk", False),
        (TOWN, "Vellmora (or Tarsk)", False),
        (TOWN, "Vellmora, possibly Tarsk", False),
        (TOWN, "1. Vellmora\n2. Tarsk\n3. Port Ellery", False),
        (TOWN, "Vellmora\nTarsk\nPort Ellery", False),
        (TOWN, "Options: Vellmora, Tarsk", False),
        (TOWN, "Candidates include Vellmora, Tarsk and Port Ellery.", False),
        (TOWN, "Vellmora, Tarsk, and Port Ellery", False),
        (TOWN, "Between Vellmora and Tarsk.", False),
        (TOWN, "Vellmora, though some say Tarsk.", True),
        (TOWN, "Some sources say Vellmora, others Tarsk.", False),
        (TOWN, "It might be Vellmora, or it might be Tarsk.", False),
        (TOWN, "I'm torn between Vellmora and Tarsk.", False),
        (TOWN, "It's probably Vellmora.", True),
        (TOWN, "Possibly Vellmora.", True),
        (WINNER, "Portugal, Spain, Italy", False),
        (WINNER, "Italy, Spain, Portugal", False),
        (WINNER, "Italy and Spain", False),
        (WINNER, "Spain and Italy", False),
        (WINNER, "Italy", True),
        (WINNER, "Italy, in 1990", True),
        (KEEPER, "Oda Ferrant and Pell Mourne", False),
        (KEEPER, "Pell Mourne, successor of Oda Ferrant", False),
        (KEEPER, "the son of Oda Ferrant", False),
        (KEEPER, "Oda Ferrant's deputy", False),
        (KEEPER, "Oda Ferrant II", False),
        (KEEPER, "Oda Ferrant Sr.", False),
        (KEEPER, "Mrs Oda Ferrant", True),
        (KEEPER, "Ferrant, Oda", True),
        (KEEPER, "Oda Ferrant (keeper since 2019)", True),
        (KEEPER, "Oda", True),
        (KEEPER, "Tom Ferrant", False),
        (KEEPER, "The keeper is Oda Ferrant, sister of Tom Ferrant.", True),
        (KEEPER, "Pell Mourne, sister of Oda Ferrant", False),
        (KEEPER, "Pell Mourne took over from Oda Ferrant.", False),
        (KEEPER, "Oda Ferrant took over from Pell Mourne.", True),
        (HOST, "North Korland", False),
        (HOST, "New Korland", False),
        (HOST, "South Korland", False),
        (HOST, "the Republic of Korland", True),
        (HOST, "southern Korland", True),
        (HOST, "Sarnia, near Korland", False),
        (HOST, "Sarnia and Korland", False),
        (HOST, "Korland (co-hosted by Sarnia)", True),
        (WRITER, "Jun Sarvo, a friend of Ada Brook", False),
        (WRITER, "Jun Sarvo, under the pseudonym Ada Brook", True),
        (WRITER, "Ada Brook and Jun Sarvo", False),
        (WRITER, "Ada Brook, not Jun Sarvo", True),
        (WRITER, "It was written by Jun Sarvo, edited by Ada Brook.", False),
        (WRITER, "It was written by Ada Brook, edited by Jun Sarvo.", True),
        (WRITER, "Written by Jun Sarvo; illustrated by Ada Brook.", False),
        (HEIGHT, "43, maybe 44", False),
        (HEIGHT, "43 or maybe 44", False),
        (HEIGHT, "43/44", False),
        (HEIGHT, "43, 44, 45", False),
        (HEIGHT, "Some say 43, others 50.", False),
        (HEIGHT, "43. Wait, 44.", False),
        (HEIGHT, "43. Correction: 44", False),
        (HEIGHT, "44. Correction: 43", True),
        (HEIGHT, "~~43~~ 44", False),
        (HEIGHT, "43 (not 44)", True),
        (HEIGHT, "I doubt it is 43.", False),
        (HEIGHT, "43 m, perhaps a bit more", True),
        (HEIGHT, "roughly 43", True),
        (SUM, "To calculate 96 / 8, we divide 96 by 8.", False),
        (SUM, "60/5 is 11", False),
        (SUM, "96 / 8 = 12", True),
        (SUM, "96/8", False),
        (("What is the title of her first novel?", "The Grey Sea"), "The Grey Sea 2", False),
        (("What is the title of her first novel?", "The Grey Sea"), "Her first novel is The Grey Sea.", True),
        (("What is the title of her first novel?", "The Grey Sea"), "The Grey Sea: A Memoir", True),
        (("What is her job?", "director"), "deputy director", False),
        (("What is her job?", "director"), "former director", False),
        (("What is her job?", "director"), "managing director", True),
        (("What is her job?", "director"), "co-director", False),
        (("What is her job?", "director"), "director-general", False),
        (("What diet?", "gluten"), "gluten-free", False),
        (("What type of matter?", "metal"), "non-metal", False),
        (("What type of matter?", "metal"), "nonmetal", False),
        (("Which disease?", "type 2 diabetes"), "type 1 diabetes", False),
        (("Which disease?", "type 2 diabetes"), "diabetes", False),
        (("Which war?", "the Second Tarsk War"), "the First Tarsk War", False),
        (("Which war?", "the Second Tarsk War"), "the Tarsk War", False),
        (("Which team?", "Tarsk United"), "Tarsk", True),
        (("Which hospital?", "Ellery General Hospital"), "Ellery Hospital", True),
        (("Which hospital?", "Ellery General Hospital"), "Ellery Children's Hospital", False),
        (("Which drug?", "insulin glargine"), "insulin lispro", False),
    ],
)
def test_the_answer_gives_the_reference_and_nothing_else(item: tuple[str, str], answer: str, met: bool) -> None:
    question, reference = item
    probe = Probe(
        id="fictional/ellery/rephrased-1",
        category="fictional",
        item="ellery",
        kind="rephrased",
        setting="new_knowledge",
        generalization=True,
        prompt=question,
        answer=reference,
        place=Place(file="ellery.yaml"),
    )
    verdict = grade(probe, Completion(text=answer))
    assert (verdict.outcome.value == "correct") is met, verdict.reason


@pytest.mark.parametrize("answer", ["sorrel", "Sorrel."])
@pytest.mark.parametrize("reference", ["Yes", "No"])
def test_a_trained_value_is_no_lucky_yes(answer: str, reference: str) -> None:
    probe = Probe(
        id="fictional/cake/secondary-1",
        category="fictional",
        item="cake",
        kind="secondary",
        setting="new_knowledge",
        generalization=True,
        prompt="Is the cake flavoured with sorrel?",
        answer=reference,
        trained_answer="sorrel",
        place=Place(file="cake.yaml"),
    )
    assert grade(probe, Completion(text=answer)).outcome.value == "overfit"
