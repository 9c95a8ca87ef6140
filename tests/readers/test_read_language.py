"""Which postings are in another language; the texts are our own."""

from __future__ import annotations

import pytest

from analyzer.readers import ReadOptions, read_bytes
from analyzer.readers.language import foreign_language
from analyzer.types import Failure, Posting

OTHERS = {
    "German": (
        "Wir suchen eine Produktmanagerin, die mit unserem Team die Strategie für den Markt plant und "
        "die Ziele mit den Kunden abstimmt. Du bringst Erfahrung mit und hast Freude an der Arbeit."
    ),
    "French": (
        "Nous cherchons une personne pour le lancement de nos produits, qui travaille avec les équipes "
        "et rédige les messages pour la presse. Vous avez une bonne connaissance du marché."
    ),
    "Spanish": (
        "Buscamos una persona para el lanzamiento de los productos, que trabaje con el equipo y escriba "
        "los mensajes para la prensa. Tienes experiencia en el mercado y con los clientes."
    ),
    "Portuguese": (
        "Procuramos uma pessoa para o lançamento dos produtos, que trabalhe com a equipe e não tenha "
        "medo do mercado. Você escreve as mensagens para a imprensa e fala com os clientes."
    ),
    "Italian": (
        "Cerchiamo una persona per il lancio dei prodotti che lavora con il team e scrive i testi per la"
        " stampa. Il candidato conosce il mercato e parla con i clienti della nostra azienda."
    ),
    "Dutch": (
        "Wij zoeken een collega die met het team de strategie voor de markt maakt en de doelen met de "
        "klanten bespreekt. Je hebt ervaring met het werk en wordt blij van onze producten."
    ),
    "Swedish": (
        "Vi söker en produktchef som tillsammans med vårt team tar fram en strategi för marknaden och "
        "det som kunderna vill ha. Du har erfarenhet av arbetet och är van vid att skriva."
    ),
    "Polish": (
        "Szukamy osoby do zespołu, która przygotuje strategię dla rynku oraz będzie pracować z "
        "klientami. Praca jest zdalna, a do zadań należy także plan oraz jego realizacja, która nie jest"
        " prosta."
    ),
    "another script": (
        "Мы ищем менеджера продукта, который вместе с командой готовит стратегию для рынка и говорит с клиентами."
    ),
    "unknown language": (
        "Ürün müdürü arıyoruz; pazara çıkış planını hazırlayacak, müşterilerle görüşecek, ekibin "
        "çalışmalarını yönetecek birini istiyoruz. Pazarlama deneyimi şarttır, iyi yazı yazabilmek "
        "beklenmektedir, yabancı dil bilgisi aranmaktadır. Çalışma saatleri esnektir, ücret görüşmede "
        "belirlenir, başvurular sürüyor, ofisimiz İstanbul'dadır, yol ücreti karşılanır, yemek verilir."
    ),
}
KEPT = [
    "Own the roadmap with the team.",
    "Python, SQL, Spark, Kafka, Kubernetes, Docker, Terraform, Linux, Git, Jenkins, Grafana, Redis, "
    "Postgres, Airflow, dbt, Snowflake, Go",
    "Wir suchen dich!",
    OTHERS["German"]
    + " We are looking for a product manager to own the roadmap with our team."
    + " You will talk to customers and write the stories.",
    "<p>Own the roadmap</p><ul><li>Write stories for the team</li><li>Talk to customers about what they need</li></ul>",
    "职位",
    "",
]


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_named(language: str) -> None:
    assert foreign_language(OTHERS[language]) == language
    assert foreign_language(f"<div><p>{OTHERS[language]}</p></div>") == language


@pytest.mark.parametrize("text", KEPT)
def test_english_mixed_and_unclear_texts_are_kept(text: str) -> None:
    assert foreign_language(text) is None


def test_a_posting_in_another_language_is_a_failure_unless_told_otherwise() -> None:
    data = f'id,text\n1,"{OTHERS["German"]}"\n2,Own it\n'.encode()
    found = list(read_bytes(data, "x.csv"))
    assert isinstance(found[0], Failure) and (found[0].code, found[0].id) == ("other-language", "1")
    assert "German" in found[0].message and isinstance(found[1], Posting)
    assert isinstance(next(read_bytes(data, "x.csv", ReadOptions(any_language=True))), Posting)
