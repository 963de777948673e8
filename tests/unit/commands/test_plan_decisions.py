"""Steps on a book of plans, their undoing, and the table that compares alternatives."""

from sanping.analysis.massing import Massing, blocks_of, massing
from sanping.commands import plan_decisions as decide
from sanping.commands.massing_table import massing_table
from sanping.commands.plan_decisions import PlanBook
from sanping.domain.plan import Mass, Placement, Plan, PlotLimits, SchemeModel

AREA = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
BLOCK = ((10.0, 10.0), (50.0, 10.0), (50.0, 50.0), (10.0, 50.0))


def book() -> PlanBook:
    return decide.with_plan(PlanBook(), decide.new_plan("p001", "地块", AREA, "方案 A"))


def test_a_new_area_is_open_with_its_first_alternative_and_can_be_taken_back() -> None:
    # given an empty book
    empty = PlanBook()

    # when an area is added
    made = decide.with_plan(empty, decide.new_plan("p001", "地块", AREA, "方案 A"))

    # then its alternative is open, and undoing gives the empty book
    assert made.shown is not None
    assert (made.plan, made.shown.name) == ("p001", "方案 A")
    assert decide.undone(made) == empty
    assert decide.undone(empty) is empty


def test_alternatives_are_added_copied_named_and_removed() -> None:
    # given a book with a mass in its alternative
    start = decide.changed(book(), lambda one: decide.with_mass(one, Mass(id="", outline=BLOCK)))

    # when a copy and an empty one are added, and the copy is called otherwise
    plan = start.present
    assert plan is not None
    copied = decide.with_alternative(start, decide.next_name(plan, "方案 {letter}"), is_copy=True)
    more = decide.with_alternative(copied, "空", is_copy=False)
    named = decide.changed(decide.opened(more, "p001", "a2"), lambda one: decide.renamed(one, "  低密度 "))

    # then each has its own
    assert named.present is not None
    assert [(one.id, one.name, len(one.masses)) for one in named.present.alternatives] == [
        ("a1", "方案 A", 1), ("a2", "低密度", 1), ("a3", "空", 0),
    ]  # fmt: skip
    left = decide.without_alternative(named)
    assert left.present is not None
    assert [one.id for one in left.present.alternatives] == ["a1", "a3"]


def test_what_stands_today_cannot_be_changed() -> None:
    # given a book where what stands today is open
    today = decide.opened(book(), "p001", "")

    # when a mass is added, then nothing happens
    assert decide.changed(today, lambda one: decide.with_mass(one, Mass(id="", outline=BLOCK))) is today


def test_masses_stand_on_the_lowest_ground_or_on_the_mass_below() -> None:
    # given a slope, a podium and a tower within its outline
    def ground(east: float, north: float) -> float:
        return east / 10.0

    podium = decide.standing_on(Mass(id="m1", outline=BLOCK, storeys=4, storey_m=5.0), (), ground)
    small = ((20.0, 20.0), (30.0, 20.0), (30.0, 30.0), (20.0, 30.0))

    # when the tower is set down
    tower = decide.standing_on(Mass(id="m2", outline=small), (podium,), ground)

    # then the podium is on the ground of its western edge, and both are one building
    assert podium.base_m == 1.0
    assert (tower.base_m, tower.building) == (21.0, "m1")


def test_buildings_are_kept_replaced_and_all_at_once() -> None:
    # given an alternative
    shown = book().shown
    assert shown is not None

    # when a building is kept, another too, and the first replaced again
    kept = decide.kept_or_replaced(decide.kept_or_replaced(shown, "buildings", "B1"), "buildings", "B2")
    again = decide.kept_or_replaced(kept, "buildings", "B1")

    # then only the second stays
    assert again.kept == (("buildings", "B2"),)
    assert decide.all_kept(again, {"buildings": ("B1", "B3")}, are_kept=True).kept == (
        ("buildings", "B1"), ("buildings", "B3"),
    )  # fmt: skip
    assert not decide.all_kept(kept, {}, are_kept=False).kept


def test_a_model_is_moved_put_and_removed() -> None:
    # given an alternative with a model
    shown = book().shown
    assert shown is not None
    model = SchemeModel(id="", file="a.glb", title="a", crs="LOCAL", placement=Placement(at=(1.0, 2.0, 3.0)))
    one = decide.with_model(shown, model)

    # when it is moved by metres, put elsewhere, set down, and removed
    moved = decide.moved(one, "k1", (10.0, -2.0))
    put = decide.put(moved, "k1", (5.0, 6.0, 7.0))
    down = decide.set_down(put, "k1", lambda _east, _north: -1.0)

    # then each step is where it says
    assert moved.models[0].placement.at == (11.0, 0.0, 3.0)
    assert put.models[0].placement.at == (5.0, 6.0, 7.0)
    assert down.models[0].placement.at == (5.0, 6.0, -1.0)
    assert not decide.without_part(down, "k1").models


def test_the_table_sets_today_beside_each_scheme_with_verdicts() -> None:
    # given an empty site and a scheme of FAR 1.28 and 24 m, under conditions that it breaks in one
    found = massing(AREA, blocks_of((Mass(id="m1", outline=BLOCK, storeys=8, storey_m=3.0, use="office"),)))
    limits = PlotLimits(far_most=1.0, height_most_m=24.0)

    # when they are compared
    table = massing_table(Massing(site_m2=10_000.0), [("方案 A", found)], limits)

    # then figures, conditions and verdicts stand in their columns
    rows = {row.cells[0].zh.strip(): row for row in table.rows}
    assert [cell.zh for cell in table.head] == ["指标", "现状", "方案 A", "规划条件"]
    assert [cell.zh for cell in rows["容积率"].cells[1:]] == ["0.00", "1.28", "≤ 1"]
    assert rows["容积率"].verdicts == (None, True, False, None)
    assert rows["最高 (m)"].verdicts == (None, True, True, None)
    assert [cell.zh for cell in rows["其中办公 (m²)"].cells[1:3]] == ["0", "12,800"]
    assert [cell.zh for cell in rows["结论"].cells[1:3]] == ["符合", "超出"]
    assert "GB/T 50353" in table.method.zh


def test_a_book_opens_what_there_is() -> None:
    # given a book, when a plan or alternative is asked for that it does not have, then something sensible is open
    start = book()
    assert decide.opened(start, "p009").plan == ""
    assert decide.opened(start, "p001", "a9").alternative == ""
    assert isinstance(start.present, Plan)
