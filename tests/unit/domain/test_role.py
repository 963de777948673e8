"""Roles are ranks."""

from sanping.domain.role import ROLES, TITLES, is_at_least


def test_a_role_may_do_what_the_ones_below_may_and_no_more() -> None:
    # given the roles from visitor to administrator
    # when each is compared with each
    # then the order decides, and all have names in both languages
    assert is_at_least("duty_officer", "operator")
    assert not is_at_least("grid_worker", "operator")
    assert all(is_at_least(role, role) for role in ROLES)
    assert all(TITLES[role].zh and TITLES[role].en for role in ROLES)
