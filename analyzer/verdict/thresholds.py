"""Every threshold of the verdict, in one place. Figures behind them: ``models/README.md``."""

from __future__ import annotations

MIX_INTERCEPT = -5.0
MIX_PER_LOG_DUTY = 5.3
MIX_PER_SHARE = 1.5
"""Log-odds of "mixed": intercept + per ln(1 + duties on the smaller side) + per the smaller side's share of both.

Duties count by the confidence of their labels. Fitted by logistic regression on gold/dev and gold/mix-dev."""

MIX_OTHER_OCCUPATION = 0.05
"""The score of a posting whose title is another occupation's is multiplied by this: of 53 scraped ones that scored
high, one was mixed."""

MIX_THRESHOLD = 0.6
"""From this score on a posting counts as mixed."""

MIX_UNSURE = (0.45, 0.7)
"""Scores in this band are told as unsure."""

MAIN_TITLE_WEIGHT = 2.0
"""A title that promises a role counts like so many duties of it when the main role is told."""

MAIN_MIN_DUTIES = 0.5
"""A role leads only with at least so many duties, each counting by its label's confidence …"""

MAIN_MIN_SHARE = 0.2
"""… and at least this share of all duties, the general and shared ones counted in …"""

MAIN_MIN_SHARE_OTHER = 0.4
"""… or this one, where the title promises none of the roles."""

SENTENCE_UNSURE = 0.5
"""A label below this probability is told as unsure."""

TITLE_MIN_DUTIES = 4.0
"""A title is held against its duties only where at least so many duties show a role."""

TITLE_MAX_SHARE = 0.34
"""A title's role with at most this share of the role duties disagrees with them …"""

TITLE_MIN_LEAD = 0.5
"""… where another role has at least this share."""

TELLING_MIN_SHARE = 0.5
"""A title is held against its duties only where at least this part of all duties shows a role."""

MOSTLY_SHARE = 0.5
"""Work of another role fills most of a posting from this share of its role duties on …"""

MOSTLY_MIN_DUTIES = 4.0
"""… where at least so many duties show a role."""

INSIDE_MIN_DUTIES = 2.0
"""Community work inside another job is told from so many duties on …"""

INSIDE_MIN_SHARE = 0.1
"""… and from this share of the role duties on."""

FEW_DUTIES = 3
"""A posting with fewer duties that show a role, or are shared by both product jobs, is too thin to judge."""

ENOUGH_DUTIES = 5
"""So many duties, none of them telling under a title that names no role, are those of another occupation."""

HIDDEN_MIN_DUTIES = 3
"""So many duties in running prose, or under a heading for requirements, count as hidden …"""

HIDDEN_MIN_SHARE = 0.5
"""… where they are at least this share of the duties."""

SPLIT_SURE = 0.9
"""A duty whose words name the other product job alone stays in its own draft only from this probability on: of those
below, four in ten are the other job's."""
