"""The question to OpenGL, asked by a child process."""

import sys

import pytest

from sanping.scene.probe import Graphics, probed


def test_this_machine_says_who_draws() -> None:
    # given a machine that can draw, by card or by processor

    # when OpenGL is asked
    graphics = probed()

    # then it names itself
    assert graphics is not None
    assert graphics.renderer
    assert graphics.version[0].isdigit()
    assert graphics.window.startswith("vtk")


def test_a_child_that_dies_means_that_nothing_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a driver that ends the process that asks
    monkeypatch.setattr(sys, "executable", "/bin/false")

    # when OpenGL is asked
    graphics = probed()

    # then there is no answer, and we are still here
    assert graphics is None


@pytest.mark.parametrize(
    ("renderer", "is_software"),
    [("llvmpipe (LLVM 15.0.6, 256 bits)", True), ("NVIDIA GeForce RTX 4090/PCIe/SSE2", False)],
)
def test_the_processor_is_told_from_a_card(renderer: str, is_software: bool) -> None:
    # given what OpenGL says of itself
    graphics = Graphics(window="vtkEGLRenderWindow", renderer=renderer, version="4.5")

    # when it is asked whether the processor draws
    answer = graphics.is_software

    # then only software renderers say yes
    assert answer is is_software
