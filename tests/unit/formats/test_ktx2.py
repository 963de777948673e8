"""`formats.ktx2`: pictures in KTX 2, packed by Basis Universal, by Zstandard or not at all."""

import base64
import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from gltf_files import CORNERS, SQUARE, Gltf

from fakes.seen_texels import opened as pixels_in
from sanping.domain.city import CityModel
from sanping.formats.catalog import read
from sanping.formats.ktx2 import MAGIC, pixels_of
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

# Four quarters of 16 × 16 pixels: red, green, blue and white, as two codecs of Basis Universal pack them.
ETC1S = (
    "c-mX-9TK5nWU!l;ONxsD2pEA_0E%IN5ea7iu?`SV0b&&(-T_t94W*qKAv7BUD$s$_Obi+fiy4_1n3)+EIN-AOaMphykO$I0XO$OamZTOjI3*Tm7Au7"
    "2WtOED6({B>80i@rFfgzHP0|Lc;{;-TG`o=PRyg1SVLW1CF%Sf^8dL-r)F6TaObwh67K?$|npLY-1%-x&vWmd;2sJXyfcVGZ5Ql+z0?;@GhGT-Qmp"
    "J4Ze4yqxFgUc@C$zHx04X#l-~"
)
UASTC = (
    "c-mX-9TK5nWU!l;ONxsD2pEA_0E%IN5sE<|1Bi8icnXw82M3TfA<;0kObi+f%NUs$n3<97sE4!u1A#n{20E*}D6=HBh`}kbII~zGG%vF(wWv5TN5M$X"
    "(13w~1*8k8?Ylg~1Nkb1{pfu02l5Z(nfP(?Db+8|@Zi5Z(*s6a{O=(D)V#;Zr&K=x9Dqvo"
)
ZSTANDARD = (
    "c-mX-9TK5nWU!l;ONxsD2pEA_0E%IN5sI0BI0J}vfOrZJt1w`K9Z=c@Su<1*1K11=hGmRQ49v{PcGSaJ|A9arNCTZ!UX)pqTEyU#Se#j`5So`+mReMt"
    "n4@5%XK28{ps`i|Zvq3uRYryf-{lz|$X79lKahVQ&&1F0;J-Z61IF(lb86o60v*u6;J~23pu^U{md3!rz_QGVAtFbOiPeA!03yID&H"
)


def ktx(name: str) -> bytes:
    return zlib.decompress(base64.b85decode(name))


def plain(pixels: np.ndarray, *, packing: int = 0, kind: int = 0) -> bytes:
    """Return a file with pixels as they are, or packed with Zstandard (2)."""
    rows, columns, channels = pixels.shape
    stored = pixels.tobytes() if packing == 0 else pa.compress(pixels.tobytes(), codec="zstd", asbytes=True)
    head = struct.pack("<9I", kind or {3: 29, 4: 43}[channels], 1, columns, rows, 0, 0, 1, 1, packing) + bytes(32)
    return MAGIC + head + struct.pack("<3Q", 104, len(stored), pixels.nbytes) + stored


def quarters(pixels: np.ndarray) -> list[list[int]]:
    """Return the colours in the four quarters, in steps of 64."""
    return [(pixels[y, x, :3].astype(int) // 64).tolist() for y, x in ((2, 2), (2, 12), (12, 2), (12, 12))]


@pytest.mark.parametrize("name", [ETC1S, UASTC, ZSTANDARD])
def test_what_basis_universal_packed_is_unpacked(name: str) -> None:
    pixels = pixels_of(ktx(name))

    assert pixels is not None
    assert pixels.shape == (16, 16, 3)
    assert quarters(pixels) == [[3, 0, 0], [0, 3, 0], [0, 0, 3], [3, 3, 3]]


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("packing", [0, 2])
def test_plain_pixels_come_as_they_are(channels: int, packing: int) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (6, 9, channels), dtype=np.uint8)

    found = pixels_of(plain(pixels, packing=packing))

    assert found is not None
    assert (found == pixels).all()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MAGIC,
        ktx(ETC1S)[:90],
        ktx(UASTC)[:200],
        MAGIC + struct.pack("<9I", 43, 1, 65_536, 65_536, 0, 0, 1, 1, 0) + bytes(60),
        MAGIC + struct.pack("<9I", 43, 1, 0, 4, 0, 0, 1, 1, 0) + bytes(60),
        plain(np.zeros((4, 4, 4), np.uint8))[:-5],
        plain(np.zeros((4, 4, 4), np.uint8), packing=2)[:-5],
        plain(np.zeros((4, 4, 4), np.uint8), kind=131),
        bytes(200),
    ],
)
def test_a_file_that_is_of_no_use_gives_nothing(data: bytes) -> None:
    assert pixels_of(data) is None


def test_changed_bytes_never_lead_to_an_error() -> None:
    generator = np.random.default_rng(3)
    for whole in (ktx(ETC1S), ktx(UASTC), plain(np.zeros((4, 4, 4), np.uint8), packing=2)):
        for _ in range(300):
            data = bytearray(whole)
            for place in generator.integers(12, len(data), 4):
                data[place] = generator.integers(0, 256)
            found = pixels_of(bytes(data))
            assert found is None or found.ndim == 3


def test_a_gltf_shows_its_ktx2_picture(tmp_path: Path) -> None:
    gltf = Gltf()
    mesh = gltf.mesh(gltf.accessor(CORNERS), gltf.accessor(SQUARE), material=0)
    places = gltf.accessor(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], "<f4"))
    gltf.json["meshes"][mesh]["primitives"][0]["attributes"]["TEXCOORD_0"] = places  # type: ignore[index]
    gltf.json["nodes"].append({"mesh": 0, "name": "墙"})
    gltf.json |= {
        "images": [{"bufferView": gltf.view(ktx(UASTC)), "mimeType": "image/ktx2"}],
        "textures": [{"extensions": {"KHR_texture_basisu": {"source": 0}}}],
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
    }
    path = gltf.written(tmp_path / "a.glb", extensionsRequired=["KHR_texture_basisu"])

    model = read(path, ReadOptions(crs="EPSG:4549", settings=(("position", [5e5, 3e6, 0.0]),)), SilentProgress())

    assert isinstance(model, CityModel)
    assert model.texturing is not None
    (one,) = model.texturing.pictures
    assert quarters(pixels_in(one.data)) == [[3, 0, 0], [0, 3, 0], [0, 0, 3], [3, 3, 3]]
    assert model.origin.skipped == ()
