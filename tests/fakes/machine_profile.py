"""How long a state machine is let run: a few seconds in the suite, for long with SANPING_EXAMPLES=5000."""

import os

from hypothesis import HealthCheck, Phase, settings


def profile(examples: int, steps: int) -> settings:
    """Return settings for so many examples of so many steps, always the same; the environment may ask for more.

    A failure is told as it came: making it shorter would take minutes.
    """
    asked = os.environ.get("SANPING_EXAMPLES")
    return settings(
        max_examples=int(asked or examples),
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=asked is None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
