"""`sanping hub`: the server of one twin, without a window."""

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.hub import HubOptions, run_hub
from sanping.cli.declared import Command
from sanping.cli.parameters import Data, OnLan, TwinFolder
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.settings import load_settings
from sanping.twin.simulated_river import Scenario

DEFAULT_PORT = 8765

_READY = Text("中枢已就绪：{address}", "The hub is ready: {address}")
_TAKING_IN = Text("接入中枢“{name}”已在运行", "The intake hub {name} is running")

Port = Annotated[int, Text("端口，0 为任一空闲端口", "Port; 0 for any free one")]
Listen = Annotated[
    str, Text("监听地址；局域网访问须显式指定", "Address to listen on; a local network must be asked for")
]
Trust = Annotated[
    bool,
    Text("信任该孪生并启动它的数据源", "Trust the twin and start its sources"),
    Parameter(negative=()),
]
Simulators = Annotated[bool, Text("启动模拟器", "Start the simulators")]
Weather = Annotated[Scenario, Text("模拟情景", "What the simulators tell")]
Relay = Annotated[
    bool,
    Text(
        "作为本站的分中枢：不存数据、不接数据源，经消息服务器跟随主中枢，为更多屏幕分担",
        "Be a further hub of the site, without books and sources: it follows the owner over the message server",
    ),
    Parameter(name="--relay", negative=()),
]
Standby = Annotated[
    bool,
    Text(
        "本站没有主中枢时成为主中枢，有时作为分中枢待命并自动接管；各中枢共用一个 PostgreSQL",
        "Own the books when no other hub does, else relay and take over when it is gone; hubs share a PostgreSQL",
    ),
    Parameter(name="--standby", negative=()),
]
Intake = Annotated[
    str,
    Text(
        "作为本站的接入中枢，运行 twin.toml 里写明 hub 为此名的数据源，交主中枢入库",
        "Be an intake hub: run the sources of twin.toml that name it as their hub, and hand what they say to the owner",
    ),
]
KeepDays = Annotated[int, Text("观测保存天数，0 为永久", "Days that observations are kept; 0 for ever")]
Allow = Annotated[
    tuple[str, ...],
    Text("允许数据源访问的本机或保留网段（CIDR）", "Network of this machine that sources may reach (CIDR)"),
    Parameter(negative=()),
]


def hub(  # noqa: PLR0913  one parameter an option
    twin: TwinFolder = None,
    /,
    *,
    port: Port = DEFAULT_PORT,
    listen: Listen = "127.0.0.1",
    is_lan: OnLan = False,
    data: Data = None,
    trust: Trust = False,
    simulators: Simulators = True,
    scenario: Weather = "daily",
    allow: Allow = (),
    keep_days: KeepDays = 0,
    is_relay: Relay = False,
    is_standby: Standby = False,
    intake: Intake = "",
) -> int:
    """Run a twin's sources, keep what they say, and serve the screens until told to stop."""
    language = load_settings(paths.settings_file()).language
    options = HubOptions(
        twin=twin or paths.default_twin(),
        host=listen,
        is_lan=is_lan,
        port=port,
        data=data,
        is_trusted=trust,
        has_simulators=simulators,
        scenario=scenario,
        allowed_networks=allow,
        keep_days=max(0, keep_days),
    )
    if intake:
        from sanping.bootstrap.intake import run_intake  # noqa: PLC0415  one kind of hub needs nothing of the others

        return run_intake(
            options, intake, lambda name: print(_TAKING_IN.with_values(name=name).in_language(language), flush=True)
        )
    return _kind(is_relay=is_relay, is_standby=is_standby)(
        options,
        lambda address: print(_READY.with_values(address=address).in_language(language), flush=True),
    )


def _kind(*, is_relay: bool, is_standby: bool) -> Callable[[HubOptions, Callable[[str], None]], int]:
    """Return what runs such a hub."""
    if is_standby:
        from sanping.bootstrap.standby import run_standby  # noqa: PLC0415

        return run_standby
    if is_relay:
        from sanping.bootstrap.relay import run_relay  # noqa: PLC0415

        return run_relay
    return run_hub


HUB = Command(
    name="hub", title=Text("运行中枢：数据源、历史与实时推送", "Run the hub: sources, history, live data"), run=hub
)
