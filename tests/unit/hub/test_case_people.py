"""Who somebody is in the life of a case: by the city's table, by the role of the device, never more than it allows."""

from dataclasses import replace

import pytest

from fakes.governed_hub import suhe_city
from sanping.domain.device import OWNER, Device, Identity
from sanping.domain.errors import InputError
from sanping.domain.role import Role
from sanping.hub.case_people import CasePeople
from sanping.hub.case_words import said_plainly

NOW_MS = 1_790_000_000_000
PHONE = Device(id="phone-1", name="巡查一号")


class Devices:
    """The devices of a hub."""

    def __init__(self, *devices: Device) -> None:
        self.book = {device.id: device for device in devices}


def people(*devices: Device) -> CasePeople:
    return CasePeople(suhe_city(), Devices(*devices))


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        ("viewer", set()),
        ("grid_worker", {"collector", "handler"}),
        ("operator", {"registrar", "dispatcher", "assessor"}),
        ("duty_officer", {"registrar", "dispatcher", "assessor", "duty_officer"}),
        ("admin", {"registrar", "dispatcher", "assessor", "duty_officer", "collector"}),
    ],
)
def test_a_device_without_a_person_is_what_its_role_lets_it_be(role: Role, roles: set[str]) -> None:
    # given a device of a role; when it is asked who it is
    person = people(PHONE).person(Identity(device=PHONE.id, name=PHONE.name, role=role))

    # then it has these roles everywhere, and a department only where it handles cases
    assert person.actor.roles == roles
    assert (person.actor.id, person.actor.areas, person.name) == ("phone-1", ("",), "巡查一号")
    assert person.actor.department == ("river" if role == "grid_worker" else "")


def test_the_desk_with_the_hubs_token_does_what_an_office_does_and_handles_nothing() -> None:
    # given whoever holds the hub's own token; when it is asked; then it is the command centre
    person = people().person(OWNER)
    assert person.actor.id == "hub"
    assert "handler" not in person.actor.roles
    assert "duty_officer" in person.actor.roles


def test_a_device_that_was_given_department_and_areas_works_there() -> None:
    # given a phone of the drainage office in one street
    phone = replace(PHONE, department="drainage", areas=("310107014",))

    # when it is asked; then that is where it works
    actor = people(phone).person(Identity(device=phone.id, role="grid_worker")).actor
    assert (actor.department, actor.areas) == ("drainage", ("310107014",))


def test_a_person_of_the_table_is_themselves_on_any_device_but_no_more_than_their_role_allows() -> None:
    # given the duty officer of the table, logged in with the role and by mistake as an operator
    officer = Identity(device="phone-1", user="zhuguoping", role="duty_officer")

    # when they are asked who they are
    rightly, wrongly = (people(PHONE).person(replace(officer, role=role)) for role in ("duty_officer", "operator"))

    # then it is the person, who files cases only with the rank that roles.csv asks for
    assert (rightly.actor.id, rightly.actor.roles) == ("zhuguoping", {"duty_officer"})
    assert "朱国平" in rightly.name
    assert wrongly.actor.roles == set()


def test_the_names_of_who_took_a_step_are_those_people_know() -> None:
    # given ids of all kinds; when they are named; then it is by what people call them
    known = people(PHONE)
    assert [known.name_of(id) for id in ("hub", "system", "phone-1", "gone")] == [
        "指挥中心",
        "系统",
        "巡查一号",
        "gone",
    ]
    assert "陈静" in known.name_of("chenjing")


def test_a_workplace_that_does_not_exist_is_refused() -> None:
    # given what an approval may say; when it is looked at; then only departments and codes of the city pass
    people().check_workplace({"department": "river", "areas": ["310107"], "person": "zhouyong"}, NOW_MS)
    people().check_workplace({}, NOW_MS)
    for wrong in ({"department": "moon"}, {"areas": "310107"}, {"areas": ["999"]}, {"person": "nobody"}):
        with pytest.raises(InputError):
            people().check_workplace(wrong, NOW_MS)


def test_words_are_kept_without_control_characters_and_numbers_of_people() -> None:
    # given what somebody typed; when it is kept; then it is one text that says nothing personal
    kept = said_plainly("  井盖松动\x00\x1b[31m，联系 13812345678\n第二行 ")
    assert "13812345678" not in kept
    assert kept.startswith("井盖松动[31m")
    assert kept.endswith("\n第二行")
