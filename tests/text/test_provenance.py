"""Every sentence knows the revisions that made it, whatever happens to the text."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.provenance import LONG_CHAIN, Origins, Traced, likeness, shortened, trace
from wiki.text.sentences import digest, split

WORDS = "窓口 手続き 夜間 図書館 公園 申請 職員 住民 書類 確認 予約 電話 子ども 学校 道路 避難 相談 届出".split()  # noqa: SIM905
ENDS = [
    "を見直します。",
    "が始まります。",
    "に時間がかかります。",
    "を一度で済ませます。",
    "はどこですか？",
    "を広げます。",
]


class Past:
    """A page through its revisions, as the pages room keeps it: the newest traced, and an index of digests."""

    def __init__(self) -> None:
        self.number = 0
        self.texts: list[list[str]] = [[]]
        self.traced: list[Traced] = []
        self.index: dict[int, Origins] = {}
        self.asked: list[int] = []

    def known(self, digests: Collection[int]) -> Mapping[int, Origins]:
        self.asked.append(len(digests))
        return {key: self.index[key] for key in digests if key in self.index}

    def save(self, *paragraphs: str) -> list[Traced]:
        self.number += 1
        self.texts.append([each.text for each in split(paragraphs)])
        self.traced = trace(self.number, split(paragraphs), self.traced, self.known)
        for each in self.traced:
            self.index.setdefault(digest(each.sentence.text), each.origins)
        return self.traced

    def origins(self) -> list[Origins]:
        return [each.origins for each in self.traced]


def test_an_untouched_sentence_keeps_its_origin_and_a_new_one_has_its_own() -> None:
    page = Past()
    page.save("窓口は九時に開きます。夜は開きません。")
    page.save("窓口は九時に開きます。図書館で書類を受け取れます。夜は開きません。")
    assert page.origins() == [(1,), (2,), (1,)]


def test_a_changed_sentence_keeps_its_old_voices_and_gains_the_new() -> None:
    page = Past()
    page.save("次に、職員が流れを書き出し、印を付けます。最後に試します。")
    page.save("次に、職員と住民が同じ机で流れを書き出し、印を付けます。最後に試します。")
    page.save("次に、職員と住民が同じ机で流れを書き出し、重なりに印を付けます。最後に試します。")
    assert page.origins() == [(1, 2, 3), (1,)]


def test_moved_text_keeps_its_origins() -> None:
    page = Past()
    page.save("一つめの段落です。", "二つめの話をします。", "三つめで終わります。")
    page.save("三つめで終わります。", "新しい段落を置きました。", "一つめの段落です。", "二つめの話をします。")
    assert page.origins() == [(1,), (2,), (1,), (1,)]


def test_text_brought_back_has_its_first_origin_again() -> None:
    page = Past()
    page.save("窓口は九時に開きます。")
    page.save("窓口は十時に開きます。")
    page.save("書類は郵送で届けます。")
    page.save("窓口は九時に開きます。")
    assert page.origins() == [(1,)]
    page.save("窓口は十時に開きます。")
    assert page.origins() == [(1, 2)]


def test_both_halves_of_a_split_sentence_keep_its_origin() -> None:
    page = Past()
    page.save("住民は書類を一度だけ窓口に出し、職員は庁内で引き継いで二度はたずねません。")
    page.save("住民は書類を一度だけ窓口に出します。職員は庁内で引き継いで二度はたずねません。")
    assert page.origins() == [(1, 2), (1, 2)]


def test_a_merged_sentence_has_the_origins_of_all_its_parts() -> None:
    page = Past()
    page.save("住民は書類を一度だけ出します。")
    page.save("住民は書類を一度だけ出します。職員は庁内で引き継ぎます。")
    page.save("住民は書類を一度だけ出し、職員は庁内で引き継ぎます。")
    assert page.origins() == [(1, 2, 3)]


def test_a_sentence_put_in_place_of_an_unlike_one_takes_nothing_over() -> None:
    page = Past()
    page.save("公園の池に鴨が来ました。次の文はそのままです。")
    page.save("申請はスマートフォンからもできるのです。次の文はそのままです。")
    assert page.origins() == [(2,), (1,)]


def test_equal_sentences_have_the_same_origins() -> None:
    page = Past()
    page.save("はい。", "一つめの問いです。")
    page.save("はい。", "一つめの問いです。", "二つめの問いを足しました。", "はい。")
    assert page.origins() == [(1,), (1,), (2,), (1,)]


def test_a_long_chain_keeps_first_last_and_what_tells() -> None:
    long = tuple(range(1, LONG_CHAIN + 4))
    assert shortened(long, {5, 9}) == (1, 5, 9, LONG_CHAIN + 3)
    assert shortened(long[:LONG_CHAIN], set()) == long[:LONG_CHAIN]


def _sentence(chance: random.Random) -> str:
    return "".join(chance.sample(WORDS, 3)) + chance.choice(ENDS)


def _edited(texts: list[str], chance: random.Random) -> list[str]:
    """One thing that editors do, to paragraphs of one sentence each."""
    texts = list(texts)
    at = chance.randrange(len(texts)) if texts else 0
    act = chance.choice(["add", "drop", "move", "change", "double", "split"])
    if act == "add" or not texts:
        texts.insert(at, _sentence(chance))
    elif act == "drop":
        del texts[at]
    elif act == "move":
        texts.insert(chance.randrange(len(texts)), texts.pop(at))
    elif act == "change":
        texts[at] = chance.choice(WORDS) + texts[at]
    elif act == "double":
        texts.append(texts[at])
    else:
        texts[at] = texts[at][: len(texts[at]) // 2] + "。" + texts[at][len(texts[at]) // 2 :]
    return texts


@st.composite
def histories(draw: st.DrawFn) -> list[list[str]]:
    chance = random.Random(draw(st.integers(0, 10**9)))
    past = [[_sentence(chance) for _ in range(chance.randrange(1, 12))]]
    for _ in range(draw(st.integers(1, 12))):
        if len(past) > 2 and chance.random() < 0.2:
            past.append(list(chance.choice(past)))
        else:
            texts = past[-1]
            for _ in range(chance.randrange(1, 4)):
                texts = _edited(texts, chance)
            past.append(texts)
    return past


@settings(max_examples=300, deadline=None)
@given(histories())
def test_through_any_history_every_sentence_leads_to_a_revision_that_says_it(past: list[list[str]]) -> None:
    page = Past()
    for texts in past:
        before = {each.sentence.text: each.origins for each in page.traced}
        first_said = dict(page.index)
        for each in page.save(*texts):
            text, origins = each.sentence.text, each.origins
            assert list(origins) == sorted(set(origins)) and 1 <= origins[0] <= origins[-1] <= page.number
            assert text in page.texts[origins[-1]], "the last origin is a revision that holds the sentence"
            if text in before:
                assert origins == before[text], "untouched or moved, it keeps them"
            elif digest(text) in first_said:
                assert origins == first_said[digest(text)], "brought back, it has its first ones again"
            else:
                assert origins[-1] == page.number, "else this revision made it"
                alike = [told for other, told in before.items() if likeness(text, other) >= 0.5]
                assert set(origins[:-1]) <= {number for told in alike for number in told}, "of what it was before"


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 100))
def test_going_back_to_any_revision_gives_back_what_it_said_of_each_sentence(past: list[list[str]], pick: int) -> None:
    page = Past()
    told = [{each.sentence.text: each.origins for each in page.save(*texts)} for texts in past]
    back = pick % len(past)
    page.save(*past[back])
    for each in page.traced:
        first = next(found[each.sentence.text] for found in told if each.sentence.text in found)
        assert each.origins == first


def test_the_past_is_asked_once_a_save_and_only_for_what_is_new() -> None:
    chance = random.Random(7)
    texts = [_sentence(chance) + str(number) for number in range(200)]
    page = Past()
    page.save(*texts)
    page.asked.clear()
    for number in range(300):
        texts[number % 200] = f"{number}{texts[number % 200]}"
        page.save(*texts)
    assert page.asked == [1] * 300, "one lookup for one changed sentence, at revision 300 as at revision 2"
    page.save(*texts)
    assert len(page.asked) == 300


def test_likeness_is_of_the_shorter_text() -> None:
    assert likeness("窓口を開く", "夜も窓口を開くことに") == 1
    assert likeness("窓口", "公園") == 0
