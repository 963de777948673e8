"""Brings tiles of a tileset to this machine and through a worker: threads that fetch, and one that has pieces read."""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from sanping.domain.city import Skipped
from sanping.domain.errors import Cancelled, SanpingError, SourceFailed, WorkerFailed
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.tile_source import TileFiles, TileSource
from sanping.tiles.cache import Cache
from sanping.tiles.content_key import code_of
from sanping.tiles.pieces import Piece, PieceRead, PieceReading, read_pieces
from sanping.tiles.stored import load

MOST_PIECES = 16
_BLOCK = 1 << 20
_STOPPED = Text("已停止", "Stopped")
_LIMITS = Limits(memory_bytes=3 << 30, cpu_s=60, wall_s=120.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of asking for a tile: `tiles` of `size_bytes`, or what was `read` of a closed one, or an `error`.

    An `error` that `may_pass` is one of the network; asked again later the tile may come. Neither of all three: the
    wish was taken back in time.
    """

    tile: int
    tiles: TileSet | None = None
    size_bytes: int = 0
    read: PieceRead | None = None
    skipped: tuple[Skipped, ...] = ()
    error: SanpingError | None = None
    may_pass: bool = False


class Supply:
    """Asked for tiles by number, it delivers them in any order; `ask`, `take_back` and `deliveries` never wait."""

    def __init__(self, files: TileFiles, jobs: Jobs, reading: PieceReading, cache: Cache, at_once: int) -> None:
        self._files, self._jobs, self._reading, self._cache = files, jobs, reading, cache
        self._recipe = f"{reading.options}{code_of(__name__, reading.tile.__module__)}".encode()
        self._fetching = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="sanping-tiles")
        self._decoding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sanping-pieces")
        self._lock = threading.Lock()
        self._inbox: deque[Piece] = deque()
        self._done: deque[Delivery] = deque()
        self._wishes: dict[int, tuple[_Wish, Future[None]]] = {}
        self._end = _Wish()

    @property
    def open_wishes(self) -> tuple[int, ...]:
        """Tiles that were asked for and have not been delivered."""
        return tuple(self._wishes)

    def ask(self, tile: int, source: TileSource) -> None:
        """Ask for a tile."""
        wish = _Wish()
        self._wishes[tile] = (wish, self._fetching.submit(self._fetch, tile, source, wish))

    def take_back(self, tile: int) -> None:
        """Want a tile no longer; it is delivered as nothing, or as itself when it was almost there."""
        wish, fetching = self._wishes[tile]
        wish.stop()
        if fetching.cancel():
            self._done.append(Delivery(tile=tile))

    def deliveries(self) -> list[Delivery]:
        """Return what has come since the last time."""
        found = []
        while self._done:
            delivery = self._done.popleft()
            self._wishes.pop(delivery.tile, None)
            found.append(delivery)
        return found

    def close(self) -> None:
        """Stop; the threads end as soon as they notice."""
        self._end.stop()
        for wish, _ in self._wishes.values():
            wish.stop()
        self._fetching.shutdown(wait=False, cancel_futures=True)
        self._decoding.shutdown(wait=False, cancel_futures=True)
        self._files.close()

    def _fetch(self, tile: int, source: TileSource, wish: "_Wish") -> None:
        try:
            piece = self._piece(tile, source, wish)
            found = None if source.opens is not None else self._kept(piece)
            if found is not None:
                self._done.append(found)
                return
            with self._lock:
                self._inbox.append(piece)
            self._decoding.submit(self._decode)
        except Cancelled:
            self._done.append(Delivery(tile=tile))
        except SanpingError as error:
            self._done.append(Delivery(tile=tile, error=error, may_pass=isinstance(error, SourceFailed)))
        except (OSError, RuntimeError, ValueError) as error:
            failure = WorkerFailed(Text(str(error), str(error)))
            self._done.append(Delivery(tile=tile, error=failure))

    def _piece(self, tile: int, source: TileSource, wish: "_Wish") -> Piece:
        """Fetch the files of a tile; of several contents those that there are."""
        addresses = (source.opens.address,) if source.opens is not None else source.addresses
        files, there, lost = [], [], None
        for address in addresses:
            try:
                files.append(self._files.fetched(address, wish))
                there.append(address)
            except (Cancelled, SourceFailed):
                raise
            except SanpingError as error:
                lost = error
        if not files:
            assert lost is not None
            raise lost
        if source.opens is None:
            source = replace(source, addresses=tuple(there))
        key = self._key(files, source)
        return Piece(tile=tile, files=tuple(files), source=source, target=self._cache.fresh_path(key), key=key)

    def _key(self, files: Sequence[Path], source: TileSource) -> str:
        total = blake2b(digest_size=20)
        total.update(self._recipe)
        total.update(f"{source.addresses}{source.matrix.tolist()}{dict(source.known)}{source.is_z_up}".encode())
        for path in files:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    total.update(block)
        return total.hexdigest()

    def _kept(self, piece: Piece) -> Delivery | None:
        found = self._cache.find(piece.key)
        if found is None or not isinstance(found[0], TileSet):
            return None
        size = _bytes_of(found[0])
        return Delivery(tile=piece.tile, tiles=found[0], size_bytes=size, skipped=found[1].skipped)

    def _decode(self) -> None:
        """Have what waits read by one worker, the rest by the next."""
        with self._lock:
            pieces = tuple(self._inbox.popleft() for _ in range(min(MOST_PIECES, len(self._inbox))))
        pieces = tuple(piece for piece in pieces if not self._is_forgotten(piece))
        if pieces:
            self._read(pieces)

    def _is_forgotten(self, piece: Piece) -> bool:
        wish, _ = self._wishes.get(piece.tile, (self._end, None))
        if wish.is_stopped:
            self._done.append(Delivery(tile=piece.tile))
        return wish.is_stopped

    def _read(self, pieces: tuple[Piece, ...]) -> None:
        try:
            read = self._jobs.run(read_pieces, pieces, self._reading, progress=self._end, limits=_LIMITS)
        except Cancelled:
            self._done.extend(Delivery(tile=piece.tile) for piece in pieces)
            return
        except SanpingError as error:
            if len(pieces) == 1:
                self._done.append(Delivery(tile=pieces[0].tile, error=error))
                return
            for piece in pieces:  # one of them is to blame
                self._read((piece,))
            return
        for piece, one in zip(pieces, read, strict=True):
            self._done.append(self._delivered(piece, one))

    def _delivered(self, piece: Piece, read: PieceRead) -> Delivery:
        if read.refused is not None:
            return Delivery(tile=piece.tile, error=SanpingError(read.refused), skipped=read.skipped)
        if read.branch is not None:
            return Delivery(tile=piece.tile, read=read, skipped=read.skipped)
        try:
            tiles = load(piece.target)[0]
            assert isinstance(tiles, TileSet)
            self._cache.adopt(piece.target, piece.key)
        except (OSError, SanpingError) as error:
            failure = error if isinstance(error, SanpingError) else WorkerFailed(Text(str(error), str(error)))
            return Delivery(tile=piece.tile, error=failure)
        finally:
            piece.target.unlink(missing_ok=True)
        return Delivery(tile=piece.tile, tiles=tiles, size_bytes=_bytes_of(tiles), skipped=read.skipped)


class _Wish:
    """A progress that nobody watches, and that ends a job when it is stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()

    def report(self, fraction: float, doing: Text) -> None:
        if self._stopped.is_set():
            raise Cancelled(_STOPPED)


def _bytes_of(tiles: TileSet) -> int:
    """Return what the arrays of a tile set take; ids and attributes stay in the file until they are asked for."""
    total = 0
    for tile in tiles.tiles:
        for mesh in (tile.near, tile.far):
            total += 0 if mesh is None else mesh.points.nbytes + mesh.triangles.nbytes + mesh.point_feature.nbytes
    return total
