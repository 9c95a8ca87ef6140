"""Roles of a team's own, from the folder with their description to every output."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from analyzer.cli.main import cli
from analyzer.errors import CorpusError, InputError, ModelError
from analyzer.learn.own import own_examples, read_own, read_taxonomy
from analyzer.pipeline import Analyzer
from analyzer.render.json import report_schema, to_dict
from analyzer.render.words import headline
from analyzer.roles.model import load_model
from analyzer.roles.own import taxonomy_from, taxonomy_to
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.roles.titles import promises_two_jobs, title_role
from analyzer.types import Label, Posting, Report, Role
from analyzer.verdict.compare import compare
from analyzer.verdict.explain import Explainer, label_of
from analyzer.verdict.profile import build_profile
from analyzer.verdict.split import split

CORPUS = Path(__file__).parent / "data" / "own-roles"
ABOUT_PRODUCTS = re.compile(r"product (?:manage|market)|Moore|Pragmatic|Haughwout", re.IGNORECASE)
MIXED = """# Data Analyst & Data Engineer (m/f/d)

Halden Foods delivers groceries to two million homes.

## Your tasks
- Maintain the nightly ETL pipelines and repair failed loads
- Design tables of our Snowflake warehouse
- Connect new sources such as the till system to the data lake
- Create dashboards in Power BI for the purchasing department
- Answer questions of store managers about turnover and waste
- Present monthly figures to the board
- Predict demand with a machine learning model and deploy it

## Your profile
- Degree in computer science or statistics

## We offer
- 30 days of holiday
"""
UNSEEN = {
    "data_analyst": (
        "Report on sales and margins to the regional managers",
        "Build a dashboard of key figures for finance",
        "Analyse why customers return goods and present the results",
        "Answer questions from marketing about their campaigns",
    ),
    "data_engineer": (
        "Develop ETL pipelines in Spark and Airflow",
        "Run the data warehouse and its nightly loads",
        "Ingest billing data through an API into the lake",
        "Monitor the pipelines and repair broken tables",
    ),
    "ml_engineer": (
        "Train and deploy a model that ranks search results",
        "Fine-tune neural networks for images",
        "Retrain models when their predictions drift",
        "Serve models with low latency on GPUs",
    ),
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model folder that the command line makes of the corpus."""
    out = tmp_path_factory.mktemp("own")
    result = run("train", "--corpus", str(CORPUS), "-o", str(out), "--name", "data")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("data@")
    return out


@pytest.fixture(scope="session")
def own(folder: Path) -> Analyzer:
    return Analyzer(load_model(folder))


@pytest.fixture(scope="session")
def mixed(own: Analyzer) -> Report:
    return own(Posting(MIXED, title="Data Analyst & Data Engineer"))


@pytest.fixture
def draft(tmp_path: Path) -> str:
    file = tmp_path / "draft.md"
    file.write_text(MIXED, encoding="utf-8")
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_the_model_folder_carries_the_roles(folder: Path) -> None:
    taxonomy = load_model(folder).taxonomy
    assert taxonomy == read_taxonomy(CORPUS)
    assert taxonomy.own and list(map(str, taxonomy)) == ["data_analyst", "data_engineer", "ml_engineer"]
    assert [(str(p.first), str(p.second)) for p in taxonomy.pairs] == [
        ("data_analyst", "data_engineer"), ("data_engineer", "ml_engineer"),
    ]  # fmt: skip


def test_duties_never_seen_get_their_role(own: Analyzer) -> None:
    right = 0
    for role, duties in UNSEEN.items():
        report = own(Posting("## What you will do\n" + "".join(f"- {duty}\n" for duty in duties)))
        assert report.profile.main_role == role
        right += sum(sentence.label == role for sentence in report.sentences)
    assert right >= 10, f"{right} of 12"


def test_what_is_no_duty_is_known_from_the_shipped_corpus(own: Analyzer, mixed: Report) -> None:
    zones = {sentence.text: str(sentence.zone) for sentence in mixed.sentences}
    assert zones["Your profile"] == "heading"
    assert zones["Degree in computer science or statistics"] == "requirement"
    assert zones["30 days of holiday"] == "offer"
    nothing = own(Posting("We are a bank in Graz.\nSend us your CV."))
    assert not nothing.profile.duties


def test_the_mix_rule_names_the_teams_pair_and_its_words(mixed: Report) -> None:
    found = {finding.code: finding for finding in mixed.findings}
    assert mixed.profile.mixed and set(found) == {"MIX001", "TTL002"}
    mix = found["MIX001"]
    assert "3 duties of a data analyst and 3 of a data engineer" in mix.message
    assert (mix.source, mix.name) == ("Our career ladder, chapter 5", "two jobs mixed")
    assert mix.quote.startswith("Who answers questions all day")
    assert {str(mixed.sentences[i].label) for i in mix.sentences} == {"data_analyst", "data_engineer"}
    assert found["TTL002"].message == "The title promises two jobs, data analyst and data engineer."


def test_a_pair_that_nobody_listed_may_meet(own: Analyzer) -> None:
    text = "## Tasks\n" + "".join(f"- {duty}\n" for duty in UNSEEN["data_analyst"] + UNSEEN["ml_engineer"])
    report = own(Posting(text))
    assert min(report.profile.shares[Role(key)] for key in ("data_analyst", "ml_engineer")) > 0.3
    assert not report.profile.mixed


def test_rules_about_the_six_roles_are_silent(own: Analyzer) -> None:
    report = own(Posting("## Tasks\n- Answer questions of the forum's members\n- Host meetups for our community\n"))
    assert {finding.code[:3] for finding in report.findings} <= {"DUT"}
    assert "one of the 3 roles" in report.findings[0].message and not report.findings[0].quote


def test_titles_of_the_six_roles_do_not_disturb(own: Analyzer) -> None:
    duties = "".join(f"- {duty}\n" for duty in UNSEEN["data_engineer"])
    for title in ("Developer Advocate", "Marketing Manager", "Product & Marketing Manager"):
        report = own(Posting(f"## Tasks\n{duties}", title=title))
        assert report.profile.title_role is None and not report.findings
    told = own(Posting(f"## Tasks\n{duties}", title="BI Analyst")).findings
    assert [finding.code for finding in told] == ["TTL001"] and "a data analyst" in told[0].message


def test_reports_follow_the_schema_with_the_roles_in_it(mixed: Report, own: Analyzer) -> None:
    data = json.loads(json.dumps(to_dict(mixed)))
    jsonschema.validate(data, report_schema(own.model.taxonomy))
    assert set(data["profile"]) == {"data_analyst", "data_engineer", "ml_engineer"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, report_schema())


def test_the_explanation_tells_the_label(mixed: Report, own: Analyzer) -> None:
    from analyzer.text.segment import segment

    raw = segment(mixed.text)
    explanations = Explainer(own.model)(mixed)
    assert len(explanations) == 7
    for explanation in explanations:
        again = label_of(explanation, raw[explanation.sentence], own.model)
        assert again.label is mixed.sentences[explanation.sentence].label
        assert explanation.nearest is None, "the source documents do not speak of these roles"


def test_drafts_are_those_of_the_pair(mixed: Report) -> None:
    done = split(mixed)
    assert [(str(draft.role), draft.title) for draft in done.drafts] == [
        ("data_analyst", "Data analyst"), ("data_engineer", "Data engineer"),
    ]  # fmt: skip
    analyst, engineer = (draft.text for draft in done.drafts)
    assert "dashboards" in analyst and "dashboards" not in engineer
    assert "ETL" in engineer and "ETL" not in analyst
    assert all("Degree" in text and "Predict demand" in text for text in (analyst, engineer))
    [decision] = done.to_decide
    assert "the work of an ML engineer" in decision.reason


def test_without_a_pair_nothing_is_mixed_and_nothing_to_split(mixed: Report, own: Analyzer) -> None:
    taxonomy = replace(own.model.taxonomy, pairs=())
    profile = build_profile(mixed.sentences, None, taxonomy=taxonomy)
    assert profile.mix_score == 0 and not profile.mixed
    lonely = replace(mixed, taxonomy=taxonomy, profile=profile)
    with pytest.raises(InputError, match="no pair"):
        split(lonely)
    assert compare(lonely, lonely).pair is None
    # Both have three duties; which of the two is surer decides.
    assert headline(lonely).startswith(("Mainly a data analyst", "Mainly a data engineer"))


def test_spacy_labels_with_the_teams_roles(folder: Path) -> None:
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    nlp.add_pipe("role_labeler", config={"model": str(folder)})
    doc = nlp(MIXED)
    assert {span.label_ for span in doc.spans["roles"]} == {"data_analyst", "data_engineer", "ml_engineer"}


def test_reports_of_different_roles_are_not_compared(mixed: Report, analyzer: Analyzer) -> None:
    assert compare(mixed, mixed).overlap == 1
    with pytest.raises(InputError, match="different roles"):
        compare(mixed, analyzer(Posting(MIXED)))


def test_reports_pass_between_processes(mixed: Report) -> None:
    again = pickle.loads(pickle.dumps(mixed))  # noqa: S301 (our own bytes)
    assert again == mixed and again.profile.main_role is mixed.profile.main_role
    assert again.sentences[5].label is mixed.sentences[5].label


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "markdown", "html", "sarif", "github"])
def test_check_writes_every_format(folder: Path, draft: str, form: str) -> None:
    result = run("check", draft, "--model", str(folder), "--format", form)
    assert result.exit_code == 1, result.output
    assert "MIX001" in result.output and "data engineer" in result.output
    assert not ABOUT_PRODUCTS.search(result.output)


def test_the_seeker_view_speaks_in_the_teams_words(folder: Path, draft: str) -> None:
    result = run("check", draft, "--model", str(folder), "--for", "seeker", "--explain", "--exit-zero")
    assert "answers questions of the business with data" in result.output and not ABOUT_PRODUCTS.search(result.output)


def test_split_compare_and_roles_take_the_model(folder: Path, draft: str) -> None:
    drafts = json.loads(run("split", draft, "--model", str(folder), "--format", "json").stdout)["drafts"]
    assert [entry["role"] for entry in drafts] == ["data_analyst", "data_engineer"]
    told = run("compare", draft, draft, "--model", str(folder))
    assert told.exit_code == 0 and "data analyst" in told.output
    listed = run("roles", "--model", str(folder))
    assert "ML engineer (ML, ml_engineer)" in listed.output and "Our career ladder, chapter 2" in listed.output
    assert "Data analyst and Data engineer" in listed.output
    rows = json.loads(run("roles", "--model", str(folder), "--json").stdout)
    assert [row["role"] for row in rows] == ["data_analyst", "data_engineer", "ml_engineer"]


def test_batch_writes_lines_and_refuses_tables_of_other_roles(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"id": "a", "title": "Data Engineer", "text": MIXED}) + "\n", encoding="utf-8")
    lines, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    assert run("batch", str(source), "-o", str(lines), "--model", str(folder), "--quiet").exit_code == 0
    report = json.loads(lines.read_text(encoding="utf-8"))
    assert report["mixed"] and report["title_role"] == "data_engineer"
    refused = run("batch", str(source), "-o", str(table), "--model", str(folder))
    assert refused.exit_code == 2 and "end the output in .jsonl, or add --sentences" in refused.output
    taken = run("batch", str(source), "-o", str(table), "--model", str(folder), "--sentences", "--quiet")
    assert taken.exit_code == 0 and "data_analyst" in table.read_text(encoding="utf-8")
    summed = run("summary", str(lines))
    assert summed.exit_code == 2 and "six roles" in summed.output


def gold_row(mixed: Report, change: Callable[[dict[str, object]], None] = lambda row: None) -> str:
    """A gold line that agrees with a report, but for a change."""
    units = [
        {"start": s.start, "end": s.end, "zone": str(s.zone), "role": None if s.label is Label.NONE else str(s.label)}
        for s in mixed.sentences
    ]
    row: dict[str, object] = {
        "id": "g",
        "text": mixed.text,
        "units": units,
        "mix": "mixed",
        "main_role": "data_analyst",
    }
    change(row)
    return json.dumps(row) + "\n"


def test_evaluate_scores_the_models_own_roles(folder: Path, mixed: Report, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(gold_row(mixed), encoding="utf-8")
    result = run("evaluate", str(gold), "--model", str(folder), "--json")
    figures = json.loads(result.stdout)
    assert figures["macro_f1"] == 1 and set(figures["f1"]) == {
        "data_analyst", "data_engineer", "ml_engineer", "none", "shared",
    }  # fmt: skip
    assert figures["f1"]["shared"] is None, "there is none in it"
    assert "ml_engineer" in run("evaluate", str(gold), "--model", str(folder)).output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda row: row.update(main_role="plumber"), "not 'plumber'"),
        (lambda row: row["units"][6].update(role="marcom"), "not 'marcom'"),
        (lambda row: row.pop("text"), "no labelled posting"),
    ],
)
def test_gold_of_other_roles_is_refused_in_words(
    folder: Path, mixed: Report, tmp_path: Path, change: Callable[[dict[str, object]], None], words: str
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(gold_row(mixed, change), encoding="utf-8")
    result = run("evaluate", str(gold), "--model", str(folder))
    assert result.exit_code == 2 and "gold.jsonl:1: " in result.output and words in result.output


def test_titles_promise_own_roles() -> None:
    taxonomy = read_taxonomy(CORPUS)
    for title, wanted in {
        "Senior Data Engineer (m/f/d)": "data_engineer",
        "Head of Analytics": "data_analyst",
        "Machine-Learning Engineer": "ml_engineer",
        "Machine Learning Engineers": "ml_engineer",
        "Product Manager": None,
        None: None,
    }.items():
        assert title_role(title, taxonomy) == wanted, title
    assert promises_two_jobs("Data Engineer / ML Engineer", taxonomy) == taxonomy.pairs[1]
    assert promises_two_jobs("Data Analyst and ML Engineer", taxonomy) is None
    longer = taxonomy_from({"roles": {"aa": role("Engineer", "A"), "bb": role("Data engineer", "B")}})
    assert title_role("Data Engineer", longer) == "bb" and title_role("Engineer, Data", longer) == "aa"


def role(name: str, short: str, **more: object) -> dict[str, object]:
    return {"name": name, "short": short, "definition": "Does it.", **more}


TWO = {"first": role("First", "A"), "second": role("Second", "B")}
BAD_ROLES: dict[str, tuple[dict[str, object], str]] = {
    "one role": ({"roles": {"first": TWO["first"]}}, "2 to 40 tables"),
    "no roles": ({}, "2 to 40 tables"),
    "a misspelt key": ({"roles": {**TWO, "third": role("T", "C", defintion="x")}}, "did you mean 'definition'"),
    "a zone's name": ({"roles": {**TWO, "offer": role("Offer", "C")}}, "none of"),
    "capitals": ({"roles": {**TWO, "Third": role("Third", "C")}}, "small letters"),
    "no definition": ({"roles": {**TWO, "third": {"name": "T", "short": "C"}}}, "'definition' must be given"),
    "long letters": ({"roles": {**TWO, "third": role("Third", "THIRD")}}, "'short' is 1 to 4"),
    "letters twice": ({"roles": {**TWO, "third": role("Third", "A")}}, "short name 'A'"),
    "a weight beyond one": ({"roles": {**TWO, "third": role("T", "C", internal=2)}}, "from 0"),
    "a weight in words": ({"roles": {**TWO, "third": role("T", "C", internal="much")}}, "from 0"),
    "a control character": ({"roles": {**TWO, "third": role("T\x1b[31m", "C")}}, "printable"),
    "titles that are none": ({"roles": {**TWO, "third": role("T", "C", titles=[3])}}, "list of job titles"),
    "a pair of strangers": ({"roles": TWO, "pairs": [{"roles": ["first", "secnd"]}]}, "did you mean 'second'"),
    "a pair of one": ({"roles": TWO, "pairs": [{"roles": ["first", "first"]}]}, "two different roles"),
    "pairs that are none": ({"roles": TWO, "pairs": "first"}, "[[pairs]]"),
    "a key beside": ({"roles": TWO, "pair": []}, "did you mean 'pairs'"),
}


@pytest.mark.parametrize("name", BAD_ROLES)
def test_a_bad_description_of_roles_is_told_in_one_line(name: str) -> None:
    data, words = BAD_ROLES[name]
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        taxonomy_from(data)
    assert "\n" not in str(caught.value)


def test_plain_data_and_back() -> None:
    taxonomy = read_taxonomy(CORPUS)
    assert taxonomy_from(json.loads(json.dumps(taxonomy_to(taxonomy)))) == taxonomy


def corpus_of(tmp_path: Path, units: str, roles: str = "") -> Path:
    (tmp_path / "roles.toml").write_text(roles or (CORPUS / "roles.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "units.tsv").write_text(units, encoding="utf-8")
    return tmp_path


BAD_UNITS = {
    "no names of columns": ("data_analyst\tAnswer questions\n", "units.tsv:1: the first line names the columns"),
    "a field too many": ("role\ttext\ndata_analyst\tAnswer\tquestions\n", "units.tsv:2: needs 2 fields"),
    "an unknown role": ("role\ttext\nproduct_manager\tOwn it\n", "units.tsv:2: a duty's role is one of"),
    "an unknown zone": ("role\ttext\tzone\n\tCake\tperk\n", "units.tsv:2: zone is one of"),
    "a role of no duty": ("role\ttext\tzone\ndata_analyst\tCake\toffer\n", "units.tsv:2: only a duty has a role"),
    "no words": ("role\ttext\ndata_analyst\t5 %\n", "units.tsv:2: a unit needs two letters"),
    "too few": ("role\ttext\ndata_analyst\tAnswer questions\n", "a role needs 8"),
}


@pytest.mark.parametrize("name", BAD_UNITS)
def test_a_bad_unit_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    units, words = BAD_UNITS[name]
    folder = corpus_of(tmp_path, units)
    result = run("train", "--corpus", str(folder), "-o", str(tmp_path / "model"))
    assert result.exit_code == 2 and words in result.output and not (tmp_path / "model").exists()
    assert "Traceback" not in result.output


def test_a_bad_table_of_roles_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"roles\.toml"):
        read_taxonomy(corpus_of(tmp_path, "", "[roles"))
    with pytest.raises(CorpusError, match=r"neither units\.tsv nor postings"):
        (tmp_path / "units.tsv").unlink()
        read_own(tmp_path, read_taxonomy(CORPUS))


def test_rows_of_one_posting_stay_together(tmp_path: Path) -> None:
    rows = [f"data_{'analyst' if k % 2 else 'engineer'}\tDuty number {'x' * k}\tp{k // 8}\tduty" for k in range(16)]
    rows += [f"ml_engineer\tTrain model {'y' * k}\t\t" for k in range(8)] + ["\tWe are a bank.\tp0\tcompany"]
    folder = corpus_of(tmp_path, "role\ttext\tposting\tzone\n" + "\n".join(rows) + "\n")
    taxonomy = read_taxonomy(folder)
    postings = read_own(folder, taxonomy)
    assert [len(posting.units) for posting in postings] == [9, 8] + [1] * 8
    assert str(postings[0].units[-1].zone) == "company"
    made = own_examples(postings, taxonomy)
    assert [len(sentences) for sentences in made.sentences[:2]] == [9, 8], "whole postings are learned as they are"
    seen = {tag for labels in made.tags for tag in labels}
    assert seen & set(map(str, TAXONOMY)) == set() and {"ml_engineer", "requirement", "offer", "general"} <= seen


def test_a_model_whose_roles_do_not_fit_its_classes_is_refused(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    head = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    del head["taxonomy"]["roles"]["ml_engineer"], head["taxonomy"]["pairs"][1]
    (tmp_path / "model.json").write_text(json.dumps(head), encoding="utf-8")
    with pytest.raises(ModelError, match="ml_engineer"):
        load_model(tmp_path)


@pytest.mark.parametrize("key", ["taxonomy", "classes"])
@pytest.mark.parametrize("value", [["x"], "x", 3, {"roles": {"x": 1}}, [["x"]]])
def test_a_model_with_rubbish_for_roles_is_refused(folder: Path, tmp_path: Path, key: str, value: object) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    head = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "model.json").write_text(json.dumps({**head, key: value}), encoding="utf-8")
    with pytest.raises(ModelError, match="retrain"):
        load_model(tmp_path)


def test_own_roles_leave_the_built_in_ones_as_they_were(mixed: Report, analyzer: Analyzer) -> None:
    assert len(Role) == 6 and len(Label) == 8 and len(TAXONOMY) == 6
    assert set(analyzer(Posting(MIXED)).profile.shares) == set(Role)
    with pytest.raises(ValueError, match="never_named"):
        Role("never_named")
