"""Words that begin a duty, requirement or heading in postings.

Used for one decision: a capital inside a word ("cyclesPerforming") is a lost line break where one of these
words starts there, and a brand ("JavaScript", "LinkedIn") where none does. Extend it by words, never by brands.
"""

from __future__ import annotations

_VERBS = """
accelerate accept achieve acquire act adapt add address administer advance advise advocate align allocate
analyze analyse anticipate apply approve architect arrange articulate assemble assess assign assist assume
attend attract audit author balance be become brainstorm break bring brief bridge broaden budget build calculate
capture carry champion check clarify close coach collaborate collate collect combine communicate compare compile
complete comply compose conceive conceptualize condense conduct configure connect consider consolidate construct
consult contact contribute control convert convey coordinate cover craft create cultivate curate customize
deal debug decide define delegate deliver demonstrate deploy derive describe design determine develop devise
diagnose direct discover discuss distill distribute document draft drive edit educate elevate elicit embody
embrace empathize empower enable encourage enforce engage enhance ensure enter entertain escalate establish
estimate evaluate evangelize evolve examine execute expand experiment explain explore extend extract facilitate
familiarize feed file find finish focus follow forecast forge formulate foster gain gather generate get give go govern
grow guide handle have help hire hold identify illustrate immerse implement improve increase influence inform
initiate innovate inspect inspire install institute integrate interact interface interpret interview introduce
invent investigate iterate join keep know launch lead learn leverage liaise listen localize look maintain make
manage map market master maximize measure meet mentor migrate mitigate mobilize model moderate monitor motivate
move navigate negotiate nurture observe obtain onboard operate optimize orchestrate organize organise
orient outline outreach oversee own participate partner perform pitch plan position prepare present prioritize
prioritise proactively process produce program project promote proofread propose protect prototype prove provide
publish pull pursue push raise reach react read recognize recommend reconcile record recruit redefine reduce refine
register regularly reinforce relate release report represent research resolve respond review rework run scale
schedule scope scout secure seek select sell serve set shape share show simplify solicit solve source spearhead
specify speak spot staff standardize start stay steer storyboard strategize strategise streamline strengthen structure study
submit supervise supply support surface survey sustain synthesize tackle tailor take target teach
test think track train transfer transform translate travel treat triage troubleshoot turn uncover understand
undertake unify update upgrade use utilize utilise validate verify visit visualize volunteer work write
"""
_IRREGULAR_GERUNDS = {"be": "being", "die": "dying", "lie": "lying"}
_OTHERS = """
a ability able about above according accountable acts additional additionally adept advanced after all also an analytical any are as at
at-least attention authority autonomous available bachelor bachelors background base based basic benefits bonus both business by can
candidate candidates capable certification clear comfort comfortable comfortably commitment communication company compensation
competitive computer confident consistently creative cross curious curiosity customer daily data day deep degree demonstrable
demonstrated dental description desire desired detail detailed diploma direct duties duty each education effective effectively
employees english entrepreneurial equal equity excellent exceptional expert expertise exposure extensive extra familiar
familiarity flexible fluency fluent following for four free from full fully generous good graduate great growth hands
has health here high highly how if in industry innovative interest interested is it job key keen knowledge language leadership
life location love main marketing master masters medical microsoft minimum more must my native nice no on one only open oral other our
paid passion passionate past pay people perks personal please plus position positive preferred previous primary prior problem
product professional proficiency proficient project proven qualifications qualified quarterly reports required requirement
requirements responsibilities responsible role salary self senior several skilled skills social solid some sound stakeholder
strategic strong successful such superb superior team technical that the their there these they this three through to
together top track two under understanding unlimited vision we weekly well what when where while who why willing willingness with
within worked working would written you your you're you'll you've we're we'll it's
"""


def _forms(verb: str) -> set[str]:
    """Imperative, third person and gerund of a regular verb."""
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "ye")) else verb
    doubled = (
        verb + verb[-1]
        if len(verb) > 2 and verb[-1] in "bdgmnpt" and verb[-2] in "aeiou" and verb[-3] not in "aeiou"
        else ""
    )
    third = (
        verb[:-1] + "ies"
        if verb.endswith("y") and verb[-2] not in "aeiou"
        else verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
    )
    return {verb, third, stem + "ing", _IRREGULAR_GERUNDS.get(verb, verb + "ing")} | (
        {doubled + "ing"} if doubled else set()
    )


STARTERS: frozenset[str] = frozenset(word.capitalize() for verb in _VERBS.split() for word in _forms(verb)) | frozenset(
    word.capitalize() for word in _OTHERS.split()
)

OPENERS: frozenset[str] = frozenset(
    [
        "The",
        "This",
        "These",
        "You",
        "Your",
        "We",
        "Our",
        "As",
        "Responsibilities",
        "Responsible",
        "Requirements",
        "Qualifications",
        "Description",
        "Summary",
        "Location",
        "Salary",
        "Benefits",
        "Department",
        "Company",
        "Duties",
        "Essential",
        "Minimum",
        "Preferred",
        "Required",
        "Additional",
        "Education",
        "Skills",
        "About",
        "What",
        "Who",
        "Why",
        "How",
    ]
)
"""The few starters trusted even after a capitalised word ("Job SummaryThe"), where a brand would be as likely."""
