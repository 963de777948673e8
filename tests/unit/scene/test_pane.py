"""Panes: what each window of a wall draws of the one camera."""

from math import isclose

import numpy as np

from sanping.domain.view import CameraPose
from sanping.scene.camera import lens_of
from sanping.scene.picture_parts import Pane

POSE = CameraPose(target=(100.0, 200.0, 5.0), heading_deg=40.0, pitch_deg=-25.0, distance_m=900.0)
CANVAS = (3864, 1104)
WINDOW = (1920, 540)


def test_the_panes_of_a_wall_look_through_one_camera() -> None:
    # given the right upper window of a wall of two by two with bars of 24 pixels between the windows
    pane = Pane(left=1944 / 3864, top=0.0, right=1.0, bottom=540 / 1104)
    whole = lens_of(POSE, (0.0, 0.0, 0.0), *CANVAS)

    # when its part of the camera is taken
    part = pane.part(WINDOW)
    lens = whole.part(part.drawn, part.whole)

    # then the whole is the canvas, and the ray through a corner is the one through that place of the canvas
    assert part.whole == CANVAS
    assert (part.left, part.top) == (1944, 0)
    across, upward = 2 * 1944 / 3864 - 1, 1 - 2 * 540 / 1104
    assert np.allclose(lens.ray(-1.0, -1.0), whole.ray(across, upward))


def test_a_coarse_frame_of_a_pane_sees_the_same_piece_of_the_world() -> None:
    # given a pane, drawn with half of the pixels while the camera moves
    pane = Pane(left=0.25, top=0.5, right=0.75, bottom=1.0)

    # when both parts are taken
    fine, coarse = pane.part((960, 540)), pane.part((480, 270))

    # then they see the same
    sharp = lens_of(POSE, (0.0, 0.0, 0.0), *fine.whole).part(fine.drawn, fine.whole)
    rough = lens_of(POSE, (0.0, 0.0, 0.0), *coarse.whole).part(coarse.drawn, coarse.whole)
    assert isclose(sharp.half_width, rough.half_width)
    assert np.allclose(sharp.ray(0.3, -0.7), rough.ray(0.3, -0.7))
