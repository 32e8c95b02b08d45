"""What the benchmarks say of their samples, and which cases they choose."""

import pytest

from bench import figures, night, plan
from tools.environment import Stop


def sample(wall, records=10, **values):
    return {
        "wall": wall,
        "records": records,
        "cpu": 0.1,
        "queries": 50,
        "peak_mb": 200,
        **values,
    }


def result(side, *walls):
    samples = [sample(wall) for wall in walls]
    return {"work": "w", "due": 10, "size": 10, "side": side, "samples": samples}


def test_summary_is_the_median_per_record():
    found = figures.summarize([sample(0.2), sample(0.1), sample(0.4)])
    assert found["wall"] == pytest.approx(20.0)
    # From 10 to 40 ms: 15 on either side, of 20
    assert found["spread"] == pytest.approx(0.75)
    assert found["queries"] == 5.0
    assert found["rounds"] == 3


def test_no_sample_is_an_error():
    with pytest.raises(ValueError, match="nothing was measured"):
        figures.summarize([])


def test_every_row_stands_beside_its_floor():
    table = figures.main_table([result("job", 0.3), result("floor", 0.2)])
    assert (
        "| job | 10 | 30.00 | one round | 10.00 | 5.00 | 200 | 1.50 | 1.00 |" in table
    )
    assert (
        "| floor | 10 | 20.00 | one round | 10.00 | 5.00 | 200 | 1.00 | 1.00 |" in table
    )


def test_the_peer_stands_beside_the_smallest_floor():
    large = {**result("floor", 0.4), "due": 20, "size": 20}
    peer = {**result("peer", 3.0), "due": 5, "size": 5}
    rows = [result("job", 0.3), result("floor", 0.2), large, peer]
    table = figures.main_table(rows)
    assert (
        "| peer | 10 | 300.00 | one round | 10.00 | 5.00 | 200 | 15.00 | 1.00 |"
        in table
    )


def test_less_than_a_millisecond_has_more_digits():
    table = figures.main_table([result("job", 0.000173)])
    assert "| 10 | 10 | job | 10 | 0.0173 | one round |" in table


def test_without_a_floor_there_is_no_ratio():
    assert figures.main_table([result("job", 0.3)]).endswith("| 200 | – | – |\n")


def test_a_table_is_put_between_its_markers():
    text = "a\n<!-- t -->\nold\n<!-- /t -->\nb\n"
    expected = "a\n<!-- t -->\nnew\n<!-- /t -->\nb\n"
    assert figures.replace_between(text, "t", "new\n") == expected
    with pytest.raises(ValueError, match="markers of u"):
        figures.replace_between(text, "u", "new\n")


def test_workers():
    workers = [
        {"processes": 1, "wall": 10.0, "records": 5, "doubles": 0},
        {"processes": 2, "wall": 6.0, "records": 5, "doubles": 0},
        {"processes": 1, "wall": 12.0, "records": 5, "doubles": 0},
        {"processes": 2, "wall": 5.0, "records": 4, "doubles": 1},
    ]
    table = figures.workers_table(workers)
    assert "| 1 | 2 | 5 | 0 | 11.0 (10.0 to 12.0) | 1.00 |" in table
    assert "| 2 | 2 | 4 | 1 | 5.5 (5.0 to 6.0) | 0.50 |" in table


def test_sides_of_a_work_stand_together():
    found = plan.cases(["create_child_orders"], [(1000, 1000), (1000, 100000)])
    assert [(case.side, case.size) for case in found] == [
        ("job", 1000),
        ("floor", 1000),
        ("job", 100000),
        ("floor", 100000),
        ("peer", 20),
    ]


def test_order_entry_is_measured_once():
    found = plan.cases(["submit"], plan.FULL)
    sides = [(case.side, case.size) for case in found]
    assert sides == [("job", 1000), ("floor", 1000)]


def test_size():
    assert plan.parse_size("1000/100000") == (1000, 100000)
    for text in ("1000", "200/100", "50/100"):
        with pytest.raises(ValueError):
            plan.parse_size(text)


def of_night(**values):
    return {
        "cards": 400,
        "workers": 8,
        "delay": 0.8,
        "run": "done 400 0 0",
        "asked": 400,
        "taken": 400,
        "booked": "400 400 400 0",
        "seconds": 50.0,
        "wall": 60.0,
        "most_under_way": 8,
        "peak_mb": 160.0,
        **values,
    }


def test_a_night_is_right_when_each_card_is_charged_once():
    assert night.find_problems(of_night()) == []
    twice = of_night(asked=401, booked="400 401 400 1")
    assert night.find_problems(twice) == [
        "asked: 401 instead of 400",
        "booked: 400 401 400 1 instead of 400 400 400 0",
    ]


def test_a_night_says_how_fast_it_was_beside_its_bar():
    # 400 × 0.86 s ÷ 8 ÷ 0.8
    assert night.get_bar(of_night()) == pytest.approx(53.75)
    assert night.report(of_night())[1] == (
        "asked in 50 s, 8.00 a second; bar, with 4 cores: 54 s"
    )


@pytest.mark.parametrize(
    ("cards", "workers"), [(0, 8), (150, 8), (-100, 8), (400, 0), (400, 17)]
)
def test_a_night_that_cannot_be_made(cards, workers):
    with pytest.raises(Stop, match=r"--cards|--workers"):
        night.check(cards, workers)


def test_nights_that_can_be_made():
    for cards, workers in ((1, 1), (60, 4), (100, 8), (10000, 16)):
        night.check(cards, workers)


def test_the_gate_of_a_night_counts():
    with night.opened(delay=0) as gate:
        assert night.read_gate(gate) == {
            "asked": 0,
            "taken": 0,
            "most_under_way": 0,
            "seconds": 0,
        }
