"""The map finds groups that are there, finds none where there are none, and never fails on strange votes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.insight.conversations import conversation, truth
from wiki.insight import mapping
from wiki.insight.grouping import AGREEING, Smoothing, group, silhouette
from wiki.insight.meaning import Tally, consensus, divisive, typical
from wiki.insight.polis import adjusted_rand
from wiki.insight.projection import project
from wiki.insight.withholding import SMALLEST


def index_of(sizes: list[int], **how: float) -> float:
    votes = conversation(sizes, **how)  # type: ignore[arg-type]
    labels, projection = mapping.groups_of(votes)
    return adjusted_rand(labels, np.array(truth(sizes))[projection.counted])


@pytest.mark.parametrize("sizes", [[40, 40], [80, 15], [30, 30, 30], [250, 250], [12, 8]])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_groups_that_are_there_are_found(sizes: list[int], seed: int) -> None:
    assert index_of(sizes, seed=seed) > 0.7  # a vote in five is noise


def test_they_are_found_when_people_see_only_a_third() -> None:
    assert index_of([60, 60], seen=0.33, statements=60) > 0.85


def test_more_people_than_base_clusters_are_grouped_alike() -> None:
    assert index_of([1200, 800]) > 0.95


def test_of_very_many_people_an_even_part_is_drawn() -> None:
    told = mapping.chart(conversation([1500, 500]), range(30))
    drawn = [group for _x, _y, group in told["points"]]
    assert len(drawn) == mapping.MOST_DOTS
    assert drawn.count(1) == pytest.approx(100, abs=3)


def test_the_same_votes_give_the_same_map() -> None:
    votes = conversation([30, 20])
    assert mapping.chart(votes, range(30)) == mapping.chart(votes, range(30))


def test_people_who_vote_alike_are_one_group() -> None:
    votes = np.tile(np.where(np.arange(12) % 2, 1.0, -1.0), (40, 1))
    told = mapping.chart(votes, range(12))
    assert [each["size"] for each in told["groups"]] == [40]
    assert {each["statement"] for each in told["unites"]} <= set(range(1, 12, 2))
    assert {each["statement"] for each in told["refused"]} <= set(range(0, 12, 2))
    assert told["divides"] == []


def test_results_are_told_only_of_enough_people() -> None:
    votes = conversation([5, 4])
    told = mapping.chart(votes, range(30))
    assert told["people"] == 9
    assert told["groups"] == told["points"] == told["unites"] == []


@given(
    arrays(
        float,
        st.tuples(st.integers(0, 30), st.integers(0, 9)),
        elements=st.sampled_from([1.0, 0.0, -1.0, float("nan")]),
    )
)
@settings(deadline=None, max_examples=150)
def test_any_votes_give_a_sound_map(votes: np.ndarray) -> None:
    told = mapping.chart(votes, range(votes.shape[1]))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert all(each["size"] >= SMALLEST for each in told["groups"])
    assert sum(each["size"] for each in told["groups"]) in {0, told["placed"]}
    assert len(told["points"]) == sum(each["size"] for each in told["groups"])  # fewer than MOST_DOTS people
    again = mapping.chart(votes, range(votes.shape[1]), told)
    assert len(again["groups"]) == len(told["groups"])


def test_a_person_lies_where_their_votes_put_them() -> None:
    votes = conversation([30, 30])
    told = mapping.chart(votes, range(30))
    projection = project(votes)
    own = {at: int(value) for at, value in enumerate(votes[0]) if not np.isnan(value)}
    assert mapping.place(told, own) == pytest.approx(projection.points[0], abs=0.02)
    assert mapping.place(told, {}) is None
    assert mapping.place(told, {999: 1}) is None


def test_groups_keep_their_letters_when_sizes_change_places() -> None:
    votes = conversation([26, 24])
    before = mapping.chart(votes, range(30))
    more = np.vstack([votes, conversation([0, 12])])
    after = mapping.chart(more, range(30), before)
    assert [each["size"] for each in before["groups"]] == [26, 24]
    assert [each["size"] for each in after["groups"]] == [26, 36]


def test_the_number_of_groups_changes_only_when_it_is_asked_for_again_and_again() -> None:
    state = Smoothing().after(2)
    for _time in range(AGREEING - 1):
        state = state.after(3)
        assert state.groups == 2
    assert state.after(2).groups == 2
    assert state.after(2).after(3).groups == 2
    assert state.after(3) == Smoothing(3, 3, 0)


def test_no_group_is_smaller_than_five() -> None:
    points = np.vstack([np.random.default_rng(3).normal(0, 0.1, (30, 2)), [[9.0, 9.0]] * 4])
    labels, _smoothing = group(points)
    assert np.bincount(labels).min() >= SMALLEST


def test_the_silhouette_is_the_textbook_one() -> None:
    points = np.array([[0.0, 0], [1, 0], [10, 0], [11, 0]])
    labels = np.array([0, 0, 1, 1])
    outer, inner = (10.5 - 1) / 10.5, (9.5 - 1) / 9.5
    assert silhouette(points, labels, np.ones(4)) == pytest.approx((outer + inner) / 2)
    assert silhouette(points, np.zeros(4, dtype=np.intp), np.ones(4)) == -1


def test_what_unites_and_divides_follows_the_formulas() -> None:
    votes = np.array([[1, 1], [1, 1], [1, -1], [1, -1]], dtype=float)
    tally = Tally.of(votes, np.array([0, 0, 1, 1]))
    assert consensus(tally) == pytest.approx([(3 / 4) ** 2, (3 / 4) * (1 / 4)])
    assert divisive(tally) == pytest.approx([0, 0.5])


def test_what_is_typical_of_a_group_tells_it_from_the_others() -> None:
    votes = np.zeros((40, 3))
    votes[:20, 0], votes[20:, 0], votes[:, 1] = 1, -1, 1
    found = typical(Tally.of(votes, np.repeat([0, 1], 20)))
    assert [(each.statement, each.agrees) for each in found[0]] == [(0, True)]
    assert [(each.statement, each.agrees) for each in found[1]] == [(0, False)]
    assert typical(Tally.of(votes, np.zeros(40, dtype=np.intp))) == [[]]


def test_the_rand_index_is_adjusted_for_chance() -> None:
    one = np.array([0, 0, 0, 1, 1, 1])
    assert adjusted_rand(one, 1 - one) == 1
    assert adjusted_rand(one, np.array([0, 0, 1, 1, 2, 2])) == pytest.approx(0.24242424)
    chance = np.random.default_rng(1)
    assert abs(adjusted_rand(chance.integers(0, 2, 5000), chance.integers(0, 2, 5000))) < 0.01
