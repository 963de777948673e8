from sanping.commands.colour_choices import choices_of
from sanping.commands.overview import overview_of
from unit.commands import small_city


def test_the_overview_counts_whole_buildings_and_measures_roads() -> None:
    # given three buildings, one of them with a part, and 1.5 km of road
    layers = (small_city.buildings(), small_city.roads())

    # when the overview is made
    overview = overview_of(layers)

    # then a part is no building of its own
    figures = {figure.title.en: (figure.value, figure.unit.en) for figure in overview.figures}
    assert figures["Buildings"] == ("3", "")
    assert figures["Tallest"] == ("60", "m")
    assert figures["Roads"] == ("1.5", "km")
    assert sum(overview.height_counts) == 3


def test_an_empty_desk_has_no_figures() -> None:
    # given nothing open

    # when the overview is made
    overview = overview_of(())

    # then it is empty rather than full of zeros
    assert overview.figures == ()
    assert overview.height_counts == ()


def test_attributes_that_say_something_are_offered_for_colours() -> None:
    # given buildings with storeys, usage, names and addresses
    layer = small_city.buildings()

    # when the choices are made
    choices = {choice.attribute: choice for choice in choices_of(layer)}

    # then height, class, storeys and usage are offered, names are not
    assert list(choices) == ["@height_m", "@class", "usage", "storeys"]
    assert (choices["storeys"].low, choices["storeys"].high) == (3.0, 15.0)
    assert choices["@height_m"].high == 60.0
    assert not choices["usage"].is_number


def test_a_layer_without_buildings_offers_nothing() -> None:
    # given roads

    # when the choices are made
    choices = choices_of(small_city.roads())

    # then there are none
    assert choices == ()
